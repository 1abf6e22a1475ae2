//! Collections: the flow led to the tank for a time, counted and sampled meanwhile, and the tank
//! emptied.

use etalon_instruments::transport::Remedy;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::unit::Unit;

use super::apply;
use super::reading::condensed;
use crate::engine::failure::Failure;
use crate::engine::links::Indicated;
use crate::engine::work::{Place, Work};
use crate::journal::Body;
use crate::plan::judgement;
use crate::plan::step::{Divert, DivertedCount, Drain, Fill, Sampled};

/// Time between two samples, in seconds. Source: pressure dossier 7.3 wants analog values
/// averaged over the same window as the pulses; temperatures change in minutes.
const SAMPLE_S: f64 = 2.0;
/// Time between two looks at a tank that empties, in seconds.
const LOOK_S: f64 = 1.0;

/// Choices that prepare a counter for a gate from outside, in order. Source: pressure dossier
/// 7.2.
const GATED: [(&str, &str); 3] =
    [("gate", "external"), ("gate_polarity", "positive"), ("counting", "start")];

/// Switches the flow. Where it is for a time, it is switched back whatever happens meanwhile.
///
/// # Errors
/// When an instrument or the store refuses.
pub(super) async fn divert(work: &Work, place: &Place, divert: &Divert) -> Result<(), Failure> {
    let Some(seconds) = divert.seconds else {
        return apply(work, &divert.role, "diverter", &divert.to).await;
    };
    for fill in &divert.fills {
        has_room(work, place, fill).await?;
    }
    close_drain(work, &divert.role).await?;
    if let Some(gate) = &divert.gate {
        for (quantity, word) in GATED {
            if work.links.can_choose(&gate.role, quantity, word) {
                apply(work, &gate.role, quantity, word).await?;
            }
        }
    }
    apply(work, &divert.role, "diverter", &divert.to).await?;
    let sampled = sample(work, seconds, &divert.samples).await;
    // A tank that nobody watches any more must not fill on.
    apply(work, &divert.role, "diverter", "bypass").await?;
    let sampled = sampled?;
    if let Some(gate) = &divert.gate {
        count(work, place, gate).await?;
    }
    for (one, indications) in divert.samples.iter().zip(sampled) {
        keep(work, place, one, &indications).await?;
    }
    Ok(())
}

/// What is there and what is to be collected must find room before the flow is led to the tank.
async fn has_room(work: &Work, place: &Place, fill: &Fill) -> Result<(), Failure> {
    let wrong = |_| Failure::Plan { what: format!("readable unit of {}", fill.role) };
    let unit = Unit::parse(&fill.unit).map_err(wrong)?;
    let now = work.links.look(&fill.role, &fill.quantity).await?.in_unit(Some(&unit)).number;
    if now + fill.amount <= fill.most {
        return Ok(());
    }
    let Fill { role, quantity, amount, most, unit } = fill;
    Err(Failure::NoRoom {
        what: format!("{role}.{quantity}"),
        sum: format!("{now} + {amount} {unit}"),
        most: format!("{most} {unit}"),
        place: place.to_string(),
    })
}

/// The flow goes to the tank only while its drain is closed (pressure dossier 7.4).
async fn close_drain(work: &Work, role: &str) -> Result<(), Failure> {
    let is_closed = work.links.chosen(role, "drain").as_deref() == Some("closed");
    if work.links.can_choose(role, "drain", "closed") && !is_closed {
        apply(work, role, "drain", "closed").await?;
    }
    Ok(())
}

/// Samples for this long; the indications of each.
async fn sample(
    work: &Work,
    seconds: f64,
    samples: &[Sampled],
) -> Result<Vec<Vec<Indicated>>, Failure> {
    let began = work.clock.now();
    let mut taken: Vec<Vec<Indicated>> = vec![Vec::new(); samples.len()];
    loop {
        let left_s = seconds - work.clock.since(began).as_secs_f64();
        if left_s <= 0.0 {
            return Ok(taken);
        }
        if left_s > SAMPLE_S || taken.iter().any(Vec::is_empty) {
            for (one, indications) in samples.iter().zip(&mut taken) {
                indications.push(work.links.read(&one.role, &one.quantity).await?);
            }
        }
        let left_s = seconds - work.clock.since(began).as_secs_f64();
        work.sleep_s(left_s.clamp(0.0, SAMPLE_S)).await;
    }
}

async fn count(work: &Work, place: &Place, gate: &DivertedCount) -> Result<(), Failure> {
    let counted = work.links.read(&gate.role, &gate.quantity).await?;
    work.keep_reading(Body::Reading {
        stage: place.stage.clone(),
        point: place.point.clone(),
        position: 0,
        repeat: place.repeat,
        role: gate.role.clone(),
        input: gate.input.clone(),
        text: counted.text,
        value: counted.value,
        unit: "imp".to_owned(),
    })
    .await
}

async fn keep(
    work: &Work,
    place: &Place,
    sampled: &Sampled,
    indications: &[Indicated],
) -> Result<(), Failure> {
    let chosen = condensed(indications, &sampled.statistic)?;
    work.keep_reading(Body::Reading {
        stage: place.stage.clone(),
        point: place.point.clone(),
        position: 0,
        repeat: place.repeat,
        role: sampled.role.clone(),
        input: sampled.input.clone(),
        text: indications.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join(" | "),
        value: chosen.value,
        unit: if sampled.unit.is_empty() { chosen.unit } else { sampled.unit.clone() },
    })
    .await
}

/// Opens the drain until the tank is empty, and closes it again whatever happens meanwhile.
///
/// # Errors
/// When an instrument refuses, or something is left when the time is over.
pub(super) async fn drain(work: &Work, place: &Place, drain: &Drain) -> Result<(), Failure> {
    let names = work.readings_of_repeat(place)?;
    let below = judgement::number(&drain.below, names)?;
    apply(work, &drain.valve, "drain", "open").await?;
    let emptied = emptied(work, place, drain, below).await;
    apply(work, &drain.valve, "drain", "closed").await?;
    emptied
}

async fn emptied(work: &Work, place: &Place, drain: &Drain, below: f64) -> Result<(), Failure> {
    let missing = || Failure::Plan { what: format!("live quantity {}", drain.watch) };
    let (role, quantity) = drain.watch.split_once('.').ok_or_else(missing)?;
    let began = work.clock.now();
    loop {
        match work.links.look(role, quantity).await {
            Ok(left) => {
                if let Value::Number { si, .. } = left.as_value()?
                    && si < below
                {
                    return Ok(());
                }
            }
            // A balance says that its weight still moves: the tank empties. The time is bounded.
            Err(Failure::Instrument { remedy: Remedy::Resynchronise, .. }) => {}
            Err(failure) => return Err(failure),
        }
        if work.clock.since(began).as_secs_f64() > drain.at_most_s {
            return Err(Failure::NotReached {
                condition: format!("{} < {}", drain.watch, drain.below.text),
                at_most_s: drain.at_most_s,
                place: place.to_string(),
            });
        }
        work.sleep_s(LOOK_S).await;
    }
}
