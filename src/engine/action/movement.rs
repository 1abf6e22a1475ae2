//! Quantities moved: led to an end at a limited rate, brought to a target from one side, out and
//! back, released.

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Unit;

use super::{apply, energise, off};
use crate::engine::failure::Failure;
use crate::engine::links::pace;
use crate::engine::work::{Place, Work};
use crate::plan::step::{Approach, Exercise, Ramp, Vent};

/// Time between two looks, in seconds.
const LOOK_S: f64 = 1.0;
/// So many looks in a row find the quantity at rest at its target. Chosen: six time constants of
/// a pressure controller (0.8 s, pressure dossier 10.1).
const AT_REST: usize = 5;
/// How often a target that was passed is approached anew before the run is given up.
const APPROACHES: u32 = 3;
/// How far back before a new approach, in widths of what counts as there.
/// Chosen: 5 % of the range, as far as a numbered graduation.
const BACK: f64 = 10.0;
/// How long after its expected end a ramp may still be on its way, in seconds.
const RAMP_MORE_S: f64 = 30.0;

/// Leads a setting to its end.
///
/// # Errors
/// When an instrument refuses, or the end is not reached in time.
pub(super) async fn ramp(work: &Work, place: &Place, ramp: &Ramp) -> Result<(), Failure> {
    energise(work, &ramp.role).await?;
    led(work, place, ramp).await
}

/// The same where the output stands as it stands.
async fn led(work: &Work, place: &Place, ramp: &Ramp) -> Result<(), Failure> {
    let Ramp { role, quantity, end, pace, .. } = ramp;
    let goal = quantity_of(end)?;
    let Some(per_s) = pace.per_s else { return apply(work, role, quantity, end).await };
    let start = work.links.read(role, quantity).await?.in_unit(Some(goal.unit())).number;
    let seconds = (goal.value() - start).abs() / per_s;
    let Some(slew) = &pace.slew else {
        for value in pace::course(start, &goal, per_s) {
            apply(work, role, quantity, &value).await?;
            work.sleep_s(pace::EVERY_S).await;
        }
        return Ok(());
    };
    apply(work, role, "slew", slew).await?;
    apply(work, role, quantity, end).await?;
    let near = (goal.value() - start).abs() * pace::NEAR;
    let began = work.clock.now();
    loop {
        work.sleep_s(LOOK_S).await;
        let now = work.links.read(role, quantity).await?.in_unit(Some(goal.unit())).number;
        if (now - goal.value()).abs() <= near {
            return Ok(());
        }
        if work.clock.since(began).as_secs_f64() > 2.0 * seconds + RAMP_MORE_S {
            return Err(Failure::NotReached {
                condition: format!("{role}.{quantity} = {end}"),
                at_most_s: 2.0 * seconds + RAMP_MORE_S,
                place: place.to_string(),
            });
        }
    }
}

/// How an approach ended.
enum Arrival {
    There,
    /// So far beyond where it came to rest.
    Passed(f64),
}

/// Brings a quantity to its target from its side. Where it passed the target although that is
/// forbidden, it is taken back and approached anew (JJG 52-2013 as in the pressure dossier 1.1).
///
/// # Errors
/// When an instrument refuses, the target is not reached in time, or it is passed every time.
pub(super) async fn approach(
    work: &Work,
    place: &Place,
    approach: &Approach,
) -> Result<(), Failure> {
    let Approach { role, quantity, target, .. } = approach;
    if approach.overshoot_forbidden && work.links.can_choose(role, "overshoot", "none") {
        apply(work, role, "overshoot", "none").await?;
    }
    for attempt in 1..=APPROACHES {
        apply(work, role, quantity, target).await?;
        energise(work, role).await?;
        let Arrival::Passed(by) = arrive(work, place, approach).await? else { return Ok(()) };
        let text = format!(
            "{place}: {} passed {target} by {by:.6} in approach {attempt}: taken back and \
             approached anew",
            approach.watch
        );
        work.note("warning", text).await?;
        let back = taken_back(approach)?;
        apply(work, role, quantity, &back.target).await?;
        arrive(work, place, &back).await?;
    }
    Err(Failure::Passed {
        quantity: approach.watch.clone(),
        target: target.clone(),
        approaches: APPROACHES,
        place: place.to_string(),
    })
}

/// Where a passed target is approached from anew.
fn taken_back(approach: &Approach) -> Result<Approach, Failure> {
    let target = quantity_of(&approach.target)?;
    let step = BACK * approach.within;
    let value = match approach.rising {
        // Never through zero: the other side of it is another state of the bench.
        Some(true) if target.value() >= 0.0 => (target.value() - step).max(0.0),
        Some(true) => target.value() - step,
        _ => target.value() + step,
    };
    let target = shown(value, target.unit())?;
    Ok(Approach { target, overshoot_forbidden: false, ..approach.clone() })
}

/// Looks until the quantity rests at its target.
async fn arrive(work: &Work, place: &Place, approach: &Approach) -> Result<Arrival, Failure> {
    let target = quantity_of(&approach.target)?;
    let began = work.clock.now();
    let mut looks: Vec<f64> = Vec::new();
    loop {
        work.sleep_s(LOOK_S).await;
        looks.push(look(work, &approach.watch, target.unit()).await?);
        if let Some(rest) = at_rest(&looks, target.value(), approach) {
            let passed = passed(&looks, rest, approach);
            return Ok(passed.map_or(Arrival::There, Arrival::Passed));
        }
        if work.clock.since(began).as_secs_f64() > approach.at_most_s {
            return Err(Failure::NotReached {
                condition: format!("{} = {}", approach.watch, approach.target),
                at_most_s: approach.at_most_s,
                place: place.to_string(),
            });
        }
    }
}

/// Where the last looks found the quantity at rest near its target.
fn at_rest(looks: &[f64], target: f64, approach: &Approach) -> Option<f64> {
    let last: Vec<f64> = looks.iter().rev().take(AT_REST).copied().collect();
    if last.len() < AT_REST || last.iter().any(|one| (one - target).abs() > approach.within) {
        return None;
    }
    let most = last.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let least = last.iter().copied().fold(f64::INFINITY, f64::min);
    #[expect(clippy::cast_precision_loss, reason = "a handful of looks")]
    let mean = last.iter().sum::<f64>() / last.len() as f64;
    (most - least <= approach.beyond).then_some(mean)
}

/// How far the quantity went beyond where it rests, where that is forbidden and too far.
fn passed(looks: &[f64], rest: f64, approach: &Approach) -> Option<f64> {
    let sign = match approach.rising {
        Some(true) => 1.0,
        Some(false) => -1.0,
        None => return None,
    };
    let beyond = |one: &f64| (one - rest) * sign;
    let most = looks.iter().map(beyond).fold(f64::NEG_INFINITY, f64::max);
    (approach.overshoot_forbidden && has_come(looks, rest, sign) && most > approach.beyond)
        .then_some(most)
}

/// Whether the quantity came from its side: a first point may be left towards zero by what the
/// bench did before.
fn has_come(looks: &[f64], rest: f64, sign: f64) -> bool {
    looks.first().is_some_and(|first| (first - rest) * sign <= 0.0)
}

/// Moves the unit under test through its range and back.
///
/// # Errors
/// As [`approach`].
pub(super) async fn exercise(
    work: &Work,
    place: &Place,
    exercise: &Exercise,
) -> Result<(), Failure> {
    for _ in 0..exercise.times {
        approach(work, place, &exercise.out).await?;
        approach(work, place, &exercise.back).await?;
    }
    Ok(())
}

/// Lets the quantity down, opens the vent, and waits until the reference shows that nothing is
/// left: a controller that calls itself vented may stand behind a check valve (pressure dossier,
/// trap 16).
///
/// # Errors
/// When an instrument refuses, or something is left when the time is over.
pub(super) async fn vent(work: &Work, place: &Place, vent: &Vent) -> Result<(), Failure> {
    if let Some(down) = &vent.down
        && work.links.is_energised(&vent.role)
    {
        led(work, place, down).await?;
    }
    if work.links.has_output(&vent.role) {
        off(work, &vent.role).await?;
    }
    apply(work, &vent.role, "vent", "start").await?;
    let unit = unit_of(&vent.unit)?;
    let began = work.clock.now();
    loop {
        let left = look(work, &vent.watch, &unit).await?;
        if left.abs() <= vent.at_most {
            let text = format!("{place}: vented, {} = {left} {}", vent.watch, vent.unit);
            return work.note("note", text).await;
        }
        if work.clock.since(began).as_secs_f64() > vent.at_most_s {
            return Err(Failure::NotReached {
                condition: format!("{} at most {} {}", vent.watch, vent.at_most, vent.unit),
                at_most_s: vent.at_most_s,
                place: place.to_string(),
            });
        }
        work.sleep_s(LOOK_S).await;
    }
}

/// A live quantity, in a unit.
async fn look(work: &Work, path: &str, unit: &Unit) -> Result<f64, Failure> {
    let missing = || Failure::Plan { what: format!("live quantity {path}") };
    let (role, quantity) = path.split_once('.').ok_or_else(missing)?;
    Ok(work.links.read(role, quantity).await?.in_unit(Some(unit)).number)
}

fn quantity_of(text: &str) -> Result<Quantity, Failure> {
    Quantity::parse(text)
        .map_err(|error| Failure::Plan { what: format!("readable value '{text}': {error}") })
}

fn unit_of(symbol: &str) -> Result<Unit, Failure> {
    Unit::parse(symbol)
        .map_err(|error| Failure::Plan { what: format!("readable unit '{symbol}': {error}") })
}

fn shown(number: f64, unit: &Unit) -> Result<String, Failure> {
    let decimal = Decimal::from_f64(number)
        .map_err(|error| Failure::Plan { what: format!("finite setting: {error}") })?;
    Ok(Quantity::new(decimal, unit.clone()).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to_800_kpa() -> Approach {
        Approach {
            role: "gen".to_owned(),
            quantity: "p".to_owned(),
            target: "800 kPa".to_owned(),
            rising: Some(true),
            overshoot_forbidden: true,
            watch: "ref.p".to_owned(),
            within: 8.0,
            beyond: 0.48,
            pace: crate::plan::step::Pace::default(),
            expected_s: 20.0,
            at_most_s: 100.0,
        }
    }

    #[test]
    fn a_reference_that_reads_off_its_target_is_no_overshoot() {
        let looks = [400.0, 780.0, 800.9, 801.1, 801.0, 801.1, 801.0];
        let rest = at_rest(&looks, 800.0, &to_800_kpa()).unwrap();
        assert_eq!(passed(&looks, rest, &to_800_kpa()), None);
    }

    /// Pressure dossier 10.1: an overshoot of 0.05 % to 0.3 % spoils the hysteresis of the gauge.
    #[test]
    fn dossier_10_1_overshoot_of_a_tenth_of_a_percent_is_seen() {
        let looks = [400.0, 790.0, 801.6, 800.2, 800.1, 800.0, 800.0, 800.0];
        let rest = at_rest(&looks, 800.0, &to_800_kpa()).unwrap();
        assert!(passed(&looks, rest, &to_800_kpa()).unwrap() > 1.5);
    }

    #[test]
    fn a_quantity_still_on_its_way_is_not_there() {
        assert_eq!(at_rest(&[796.0, 797.0, 798.0, 799.0, 800.0], 800.0, &to_800_kpa()), None);
        assert_eq!(at_rest(&[800.0, 800.0], 800.0, &to_800_kpa()), None);
    }

    #[test]
    fn a_new_approach_begins_below_and_never_below_zero() {
        assert_eq!(taken_back(&to_800_kpa()).unwrap().target, "720 kPa");
        let low = Approach { target: "20 kPa".to_owned(), ..to_800_kpa() };
        assert_eq!(taken_back(&low).unwrap().target, "0 kPa");
        let falling = Approach { rising: Some(false), ..to_800_kpa() };
        assert_eq!(taken_back(&falling).unwrap().target, "880 kPa");
    }
}
