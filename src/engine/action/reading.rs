//! Readings of instruments: several indications made one, or awaited until they agree.

use std::collections::BTreeSet;
use std::sync::Arc;

use etalon_uncertainty::decimal::Decimal;

use super::together;
use crate::engine::failure::Failure;
use crate::engine::links::Indicated;
use crate::engine::work::{Place, Work};
use crate::journal::Body;
use crate::plan::{Step, looks};

/// So many indications in a row agree within the resolution before one counts as stable.
/// Source: pressure dossier 7.1, the last five within one division.
const AGREEING: usize = 5;
/// Time between two looks at an indication that is to become stable, in seconds.
const LOOK_S: f64 = 1.0;
/// The longest an indication is given to become stable, in seconds.
/// Chosen: four times the slowest settling of a weighing tank (creep and drip, dossier 10.2).
const STABLE_WITHIN_S: f64 = 120.0;

/// Reads at the positions given, all at once.
///
/// # Errors
/// When an instrument does not answer, does not come to rest, or the store refuses.
pub(super) async fn read(
    work: &Arc<Work>,
    place: &Place,
    step: &Step,
    positions: BTreeSet<u32>,
) -> Result<(), Failure> {
    together(&positions, |position| {
        let (work, place, step) = (Arc::clone(work), place.clone(), step.clone());
        async move { read_one(&work, &place, &step, position).await }
    })
    .await
}

async fn read_one(work: &Work, place: &Place, step: &Step, position: u32) -> Result<(), Failure> {
    let Step::Read { role, quantity, input, unit, samples, statistic, stable, .. } = step else {
        return Ok(());
    };
    let mut indications = Vec::new();
    if *stable {
        indications.push(settled(work, place, (role, quantity), position).await?);
    }
    while indications.len() < usize::try_from((*samples).max(1)).unwrap_or(1) {
        if !indications.is_empty() {
            work.sleep_s(looks::SAMPLE_S).await;
        }
        indications.push(work.links.read_at(role, quantity, position).await?);
    }
    let chosen = condensed(&indications, statistic)?;
    work.keep_reading(Body::Reading {
        stage: place.stage.clone(),
        point: place.point.clone(),
        position,
        repeat: place.repeat,
        role: role.clone(),
        input: input.clone(),
        text: indications.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join(" | "),
        value: chosen.value,
        unit: if unit.is_empty() { chosen.unit } else { unit.clone() },
    })
    .await
}

/// An indication that agrees with those before it.
async fn settled(
    work: &Work,
    place: &Place,
    (role, quantity): (&str, &str),
    position: u32,
) -> Result<Indicated, Failure> {
    // An instrument without a stated step tells itself when it is stable: it answers only then.
    let Some(resolution) = work.links.resolution(role, quantity, position)? else {
        return work.links.read_at(role, quantity, position).await;
    };
    let began = work.clock.now();
    let mut last: Vec<f64> = Vec::new();
    loop {
        let indicated = work.links.read_at(role, quantity, position).await?;
        last.push(indicated.number);
        let recent = last.iter().rev().take(AGREEING).copied();
        let (least, most) = recent
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), one| {
                (least.min(one), most.max(one))
            });
        // Half a step more than the step: decimal steps are not whole in binary.
        if last.len() >= AGREEING && most - least <= 1.5 * resolution {
            return Ok(indicated);
        }
        if work.clock.since(began).as_secs_f64() >= STABLE_WITHIN_S {
            return Err(Failure::NotReached {
                condition: format!("{role}.{quantity} stable within {resolution}"),
                at_most_s: STABLE_WITHIN_S,
                place: place.to_string(),
            });
        }
        work.sleep_s(LOOK_S).await;
    }
}

/// What is made of several indications; all of them stay in the record's text.
pub(super) fn condensed(indications: &[Indicated], statistic: &str) -> Result<Indicated, Failure> {
    let none = || Failure::Plan { what: format!("indication to take the {statistic} of") };
    let by = |left: &&Indicated, right: &&Indicated| left.number.total_cmp(&right.number);
    let found = match statistic {
        "max" => indications.iter().max_by(by),
        "min" => indications.iter().min_by(by),
        _ => indications.last(),
    };
    let mut chosen = found.cloned().ok_or_else(none)?;
    if statistic == "mean" && indications.len() > 1 {
        let sum: f64 = indications.iter().map(|one| one.number).sum();
        #[expect(clippy::cast_precision_loss, reason = "a handful of samples")]
        let mean = sum / indications.len() as f64;
        let decimal = Decimal::from_f64(mean)
            .map_err(|error| Failure::Plan { what: format!("finite mean: {error}") })?;
        chosen.value = decimal.to_string();
        chosen.number = mean;
    }
    Ok(chosen)
}
