//! Conditions judged while the run goes on, with the plan's equations and the
//! readings so far.
//!
//! The judging itself is the plan's (`plan::judgement`); here stands what a run puts into it.

pub mod series;

use std::collections::{BTreeMap, BTreeSet};

use etalon_procedures::resolve::repeats;
use etalon_uncertainty::evaluation::RawReading;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::{Dimension, Unit};

use super::failure::Failure;
use super::progress::{Live, Notice};
use super::resume::KeptReading;
use super::work::{Place, Work};
use crate::plan::judgement::{self, Past};
use crate::plan::{Condition, Fixed, PlanEntry, PlannedStage, filled_in, filling, filling::Taken};

/// Whether a wait may be left out after the interruption.
///
/// # Errors
/// When the condition cannot be judged.
pub fn holds_on_resume(work: &Work, condition: &Condition) -> Result<bool, Failure> {
    let energised_s =
        work.done.energised_until.map(|until| work.clock.utc().duration_since(until).as_secs_f64());
    let past = Past { energised_s, ..Past::default() };
    Ok(judgement::judge(condition, &condition.text, 0, BTreeMap::new(), past)?)
}

/// The positions for which the condition of a stage holds.
///
/// A result stands for the list of what the last stage before measured at every point, and what
/// stands at a point for the list of its values there; a point at which nothing was measured is
/// left out. Where nothing was measured at all the condition does not hold.
///
/// # Errors
/// When the condition cannot be judged.
pub fn positions_for(work: &Work, stage: &PlannedStage) -> Result<BTreeSet<u32>, Failure> {
    let run = work.stages_run();
    let before = work.plan.stages.iter().take_while(|one| one.id != stage.id);
    let before: Vec<&PlannedStage> = before.filter(|one| run.contains(&one.id)).collect();
    let mut positions = BTreeSet::new();
    for position in work.positions.active() {
        let Some((condition, names)) = over_points(work, stage, &before, position)? else {
            continue;
        };
        let past = Past { stages: Some(&run), ..Past::default() };
        if judgement::judge(condition, &condition.text, position, names, past)? {
            positions.insert(position);
        }
    }
    Ok(positions)
}

/// A condition with the names in it.
type Named<'a> = (&'a Condition, BTreeMap<String, Value>);

/// The condition of a stage with the names in it, lists over the points; `None` where no point has
/// a result.
fn over_points<'a>(
    work: &Work,
    stage: &'a PlannedStage,
    before: &[&PlannedStage],
    position: u32,
) -> Result<Option<Named<'a>>, Failure> {
    let mut lists: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut found = None;
    for when in &stage.when {
        let Some(results) = results_at(work, before, &when.point, position)? else { continue };
        found.get_or_insert(&when.condition);
        for (name, value) in results {
            lists.entry(name).or_default().push(value);
        }
        for name in &when.lists {
            let fixed = when.condition.names.get(&position).and_then(|names| names.get(name));
            if let Some(value) = fixed.and_then(Fixed::value) {
                lists.entry(name.clone()).or_default().push(value);
            }
        }
    }
    let lists = lists.into_iter().map(|(name, values)| (name, Value::List(values))).collect();
    Ok(found.map(|condition| (condition, lists)))
}

/// The results of the last of these stages that measured at a point; `None` when none did.
fn results_at(
    work: &Work,
    stages: &[&PlannedStage],
    point: &str,
    position: u32,
) -> Result<Option<BTreeMap<String, Value>>, Failure> {
    if point.is_empty() {
        return Ok(Some(BTreeMap::new()));
    }
    for stage in stages.iter().rev() {
        let place = Place { stage: stage.id.clone(), point: point.to_owned(), repeat: 0 };
        let mut names = BTreeMap::new();
        for entry in work.plan.entries_at(&stage.id, point, position) {
            let unit = unit_of(entry)?;
            let values = values_by_repeat(work, &place, entry)?;
            if values.is_empty() {
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "a handful of repeats")]
            let mean = values.values().sum::<f64>() / values.len() as f64;
            names.insert(entry.evaluation.measurand.clone(), Value::in_unit(mean, &unit));
        }
        if !names.is_empty() {
            return Ok(Some(names));
        }
    }
    Ok(None)
}

/// Whether a position's values at a point ask for further repeats.
///
/// # Errors
/// When a value or the condition cannot be computed.
pub fn wants_more(
    work: &Work,
    stage: &PlannedStage,
    place: &Place,
    condition: &Condition,
    position: u32,
) -> Result<bool, Failure> {
    let mut names = BTreeMap::new();
    for entry in work.plan.entries_at(&stage.id, &place.point, position) {
        let unit = unit_of(entry)?;
        let values = values_by_repeat(work, place, entry)?;
        if values.is_empty() {
            return Ok(false);
        }
        let list = values.values().map(|value| Value::in_unit(*value, &unit)).collect();
        names.insert(entry.evaluation.measurand.clone(), Value::List(list));
    }
    Ok(judgement::truth(condition, position, names)?)
}

fn unit_of(entry: &PlanEntry) -> Result<Unit, Failure> {
    Unit::parse(&entry.prediction.unit)
        .map_err(|error| Failure::Plan { what: format!("readable unit of {}: {error}", entry.key) })
}

/// The value of an entry in every repeat so far, by the plan's own equation.
fn values_by_repeat(
    work: &Work,
    place: &Place,
    entry: &PlanEntry,
) -> Result<BTreeMap<u32, f64>, Failure> {
    values_of(work, place, entry, None)
}

/// The values of an entry, of one repeat alone where it is given.
fn values_of(
    work: &Work,
    place: &Place,
    entry: &PlanEntry,
    repeat: Option<u32>,
) -> Result<BTreeMap<u32, f64>, Failure> {
    let mut values = BTreeMap::new();
    let taken = taken(work, entry, repeat).filter(|_| place.stage == entry.stage);
    let Some((readings, room)) = taken else { return Ok(values) };
    let evaluation = filled_in(entry, readings, &room);
    let unit = unit_of(entry)?;
    let found = repeats::values(&evaluation)
        .map_err(|finding| Failure::Plan { what: format!("value of {}: {finding}", entry.key) })?;
    for (repeat, si) in evaluation.repeats.iter().zip(found) {
        values.insert(*repeat, unit.from_si(si));
    }
    Ok(values)
}

/// The readings that an entry takes so far, those of one repeat alone where it is given, and the
/// room in which they were taken. `None` where one of its readings was not taken.
fn taken(
    work: &Work,
    entry: &PlanEntry,
    repeat: Option<u32>,
) -> Option<(Vec<RawReading>, filling::Room)> {
    let held = work.readings();
    let mut kept = held.serving(&entry.stage, &entry.point, entry.position);
    kept.retain(|one| {
        let is_of = |repeat| one.point.is_empty() || [0, repeat].contains(&one.repeat);
        repeat.is_none_or(is_of)
    });
    let chosen = filling::chosen(entry, &kept, |reading| Taken {
        stage: &reading.stage,
        point: &reading.point,
        position: reading.position,
        input: &reading.input,
    })?;
    let readings = chosen.iter().map(|(reading, serves_all)| {
        let raw = raw(reading);
        let repeat = if *serves_all { 0 } else { raw.repeat };
        RawReading { repeat, ..raw }
    });
    let room = filling::room(chosen.iter().map(|(reading, _)| {
        let conditions = reading.conditions.iter();
        conditions.map(|(name, (value, unit))| (name.as_str(), value.as_str(), unit.as_str()))
    }));
    Some((readings.collect(), room))
}

/// A kept reading as the evaluation takes it.
#[must_use]
pub fn raw(reading: &KeptReading) -> RawReading {
    RawReading {
        input: reading.input.clone(),
        repeat: reading.repeat,
        text: reading.value.clone(),
        unit: reading.unit.clone(),
        sequence: reading.sequence,
    }
}

/// Tells the listeners the values of the repeat just taken.
///
/// # Errors
/// When a value cannot be computed.
pub fn tell_values(
    work: &Work,
    stage: &PlannedStage,
    place: &Place,
    participants: &BTreeSet<u32>,
) -> Result<(), Failure> {
    for position in participants {
        for entry in work.plan.entries_at(&stage.id, &place.point, *position) {
            // Of the repeats before this one the listeners were told already.
            let values = values_of(work, place, entry, Some(place.repeat))?;
            if let Some(value) = values.get(&place.repeat) {
                work.ledger.tell(Notice::Live(Live {
                    key: entry.key.clone(),
                    position: *position,
                    repeat: place.repeat,
                    quantity: entry.evaluation.measurand.clone(),
                    value: *value,
                    unit: entry.prediction.unit.clone(),
                }));
            }
        }
    }
    Ok(())
}

/// The mean relative error of a position at every point of a stage, as ratios;
/// empty where the stage measures no relative quantity.
///
/// # Errors
/// When a value cannot be computed.
pub fn relative_errors(
    work: &Work,
    stage: &PlannedStage,
    position: u32,
) -> Result<Vec<f64>, Failure> {
    let mut errors = Vec::new();
    for point in &stage.points {
        let place = Place { stage: stage.id.clone(), point: point.id.clone(), repeat: 0 };
        for entry in work.plan.entries_at(&stage.id, &point.id, position) {
            let unit = unit_of(entry)?;
            let values = values_by_repeat(work, &place, entry)?;
            if unit.dimension() == Dimension::ONE && !values.is_empty() {
                #[expect(clippy::cast_precision_loss, reason = "a handful of repeats")]
                let mean = values.values().sum::<f64>() / values.len() as f64;
                errors.push(unit.to_si(mean));
            }
        }
    }
    Ok(errors)
}

/// The field of the item that is a pulse constant, as marked on its plate.
#[must_use]
pub fn pulse_constant(work: &Work, position: u32) -> Option<Quantity> {
    let item = work.plan.item(position)?;
    item.fields.values().filter_map(|text| Quantity::parse(text).ok()).find(|quantity| {
        // Pulses per something: per energy, per volume, per revolution.
        quantity.unit().symbol().starts_with("imp/")
    })
}
