//! One step of the plan, carried out: shared steps once, steps of a position
//! together over all positions that take part.
//!
//! Every step waits for the permission of operator and environment first, and
//! returns when what it did is durable.

pub mod count;
pub mod question;
pub mod until;

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use etalon_uncertainty::decimal::Decimal;
use tokio::task::JoinSet;

use super::failure::Failure;
use super::links::Indicated;
use super::work::{Place, Work};
use crate::journal::Body;
use crate::plan::Step;

/// How a step ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Flow {
    /// Go on with the next step.
    On,
    /// Leave this point; it is not evaluated.
    SkipPoint,
}

/// Carries out one step at the positions in `participants`.
///
/// # Errors
/// Whatever ends the point or the run.
pub async fn carry_out(
    work: &Arc<Work>,
    place: &Place,
    step: &Step,
    participants: &BTreeSet<u32>,
) -> Result<Flow, Failure> {
    work.permits().await?;
    work.tell_progress(place, &step.line());
    match step {
        Step::Set { role, settings } => set(work, role, settings).await?,
        Step::Off { role } => off(work, role).await?,
        Step::Dwell { seconds, reason, .. } => dwell(work, place, *seconds, reason).await?,
        Step::Until { .. } => return until::wait(work, place, step).await,
        Step::Check { .. } => return until::check(work, place, step).await,
        Step::Read { each_position, .. } => {
            let positions = if *each_position { participants.clone() } else { BTreeSet::from([0]) };
            read(work, place, step, positions).await?;
        }
        Step::Count { .. } => count::count(work, place, step, participants).await?,
        Step::Ask { .. } | Step::Confirm { .. } | Step::Instruct { .. } => {
            question::put(work, place, step, participants).await?;
        }
        Step::Note { text } => work.note("note", text.en()).await?,
    }
    Ok(Flow::On)
}

/// Runs `task` for every position at once and waits for all; the first failure
/// ends the others.
///
/// # Errors
/// The first failure.
pub async fn together<F, T>(positions: &BTreeSet<u32>, task: F) -> Result<(), Failure>
where
    F: Fn(u32) -> T,
    T: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for position in positions {
        tasks.spawn(task(*position));
    }
    while let Some(joined) = tasks.join_next().await {
        joined.map_err(|error| Failure::Panic { reason: error.to_string() })??;
    }
    Ok(())
}

/// A setting is sent once. Its events are durable before the output is
/// switched, and the switching is durable before the next step.
async fn set(work: &Work, role: &str, settings: &[(String, String)]) -> Result<(), Failure> {
    for (quantity, value) in settings {
        let readback = work.links.set(role, quantity, value).await?;
        work.keep(vec![Body::Setting {
            role: role.to_owned(),
            quantity: quantity.clone(),
            value: value.clone(),
            readback,
        }])
        .await?;
    }
    if work.links.energise(role).await? {
        work.keep(vec![Body::Output { role: role.to_owned(), on: true }]).await?;
    }
    Ok(())
}

async fn off(work: &Work, role: &str) -> Result<(), Failure> {
    work.links.off(role).await?;
    work.keep(vec![Body::Output { role: role.to_owned(), on: false }]).await
}

async fn dwell(work: &Work, place: &Place, seconds: f64, reason: &str) -> Result<(), Failure> {
    work.sleep_s(seconds).await;
    work.keep(vec![Body::Waited {
        stage: place.stage.clone(),
        point: place.point.clone(),
        until: reason.to_owned(),
        seconds: seconds.to_string(),
        met: true,
    }])
    .await
}

async fn read(
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
    let Step::Read { role, quantity, input, unit, samples, statistic, .. } = step else {
        return Ok(());
    };
    let mut indications = Vec::new();
    for _ in 0..(*samples).max(1) {
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

/// What is made of several indications; all of them stay in the record's text.
fn condensed(indications: &[Indicated], statistic: &str) -> Result<Indicated, Failure> {
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
