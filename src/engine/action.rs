//! One step of the plan, carried out: shared steps once, steps of a position
//! together over all positions that take part.
//!
//! Every step waits for the permission of operator and environment first, and
//! returns when what it did is durable.

pub mod collection;
pub mod count;
pub mod hold;
pub mod movement;
pub mod question;
pub mod reading;
pub mod until;

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::failure::Failure;
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
        Step::Ramp(ramp) => movement::ramp(work, place, ramp).await?,
        Step::Approach(approach) => movement::approach(work, place, approach).await?,
        Step::Exercise(exercise) => movement::exercise(work, place, exercise).await?,
        Step::Vent(vent) => movement::vent(work, place, vent).await?,
        Step::Divert(divert) => collection::divert(work, place, divert).await?,
        Step::Drain(drain) => collection::drain(work, place, drain).await?,
        Step::Hold(hold) => hold::hold(work, place, hold).await?,
        Step::Off { role } => off(work, role).await?,
        Step::Dwell { seconds, reason, .. } => dwell(work, place, *seconds, reason).await?,
        Step::Until { .. } => return until::wait(work, place, step).await,
        Step::Check { .. } => return until::check(work, place, step).await,
        Step::Read { each_position, .. } => {
            let positions = if *each_position { participants.clone() } else { BTreeSet::from([0]) };
            reading::read(work, place, step, positions).await?;
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
        apply(work, role, quantity, value).await?;
    }
    energise(work, role).await
}

/// One setting, or one choice, sent once and durable.
async fn apply(work: &Work, role: &str, quantity: &str, value: &str) -> Result<(), Failure> {
    let readback = work.links.set(role, quantity, value).await?;
    work.keep(vec![Body::Setting {
        role: role.to_owned(),
        quantity: quantity.to_owned(),
        value: value.to_owned(),
        readback,
    }])
    .await
}

/// Switches a role on, where it can be and is not yet.
async fn energise(work: &Work, role: &str) -> Result<(), Failure> {
    // A controller does not control while its vent is open, as an earlier safe state left it.
    if !work.links.is_energised(role) && work.links.can_choose(role, "vent", "abort") {
        apply(work, role, "vent", "abort").await?;
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
