//! Results: a run's plan and its readings, evaluated.
//!
//! Pure, and the only way from the record to a number: at the end of a run, at
//! the desk, on replay and in a recall study the same function runs over the
//! same stored plan and events.

use std::collections::BTreeMap;

use etalon_uncertainty::evaluation::{Evaluation, EvaluationError, Judgement, Outcome, RawReading};
use thiserror::Error;

use crate::{
    journal::{Body, Event},
    plan::{self, Plan, PlanEntry, PlannedItem},
    reading::{self, Reading, ResultKey},
};

/// Everything that a run says about its items.
#[derive(Clone, Debug)]
pub struct RunResults {
    /// One per position of the plan, in order.
    pub items: Vec<ItemResults>,
}

/// Everything that a run says about one item.
#[derive(Clone, Debug)]
pub struct ItemResults {
    /// Position, from 1.
    pub position: u32,
    /// The item.
    pub item: String,
    /// Why its position was taken out, where it was.
    pub removed: Option<String>,
    /// Its results, in the order of the plan.
    pub results: Vec<PointResult>,
}

/// One result of one item.
#[derive(Clone, Debug)]
pub struct PointResult {
    /// `stage/point`.
    pub key: String,
    /// Stage.
    pub stage: String,
    /// Point.
    pub point: String,
    /// What was measured, or why nothing was.
    pub state: ResultState,
}

/// What stands behind a key.
#[derive(Clone, Debug)]
pub enum ResultState {
    /// Measured and evaluated; boxed, because the other case is small.
    Measured(Box<Measured>),
    /// Without enough readings.
    NotMeasured {
        /// Why.
        reason: String,
    },
}

/// A result with everything it rests on.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The self-contained evaluation: anybody can run it again.
    pub evaluation: Evaluation,
    /// What it gives.
    pub outcome: Outcome,
    /// The decision, where the procedure agrees one for the activity.
    pub judgement: Option<Judgement>,
}

/// Why the results of a run cannot be evaluated.
#[derive(Debug, Error)]
pub enum EvaluateError {
    /// One of its evaluations fails.
    #[error("position {position}, {key}: {source}")]
    Evaluation {
        /// Position.
        position: u32,
        /// `stage/point`.
        key: String,
        /// What is wrong.
        source: Box<EvaluationError>,
    },
}

/// Evaluates every result of a run from its events.
///
/// # Errors
/// [`EvaluateError`], for a plan or readings that no run of Etalon writes.
pub fn evaluate(plan: &Plan, events: &[Event]) -> Result<RunResults, EvaluateError> {
    let readings = reading::readings(events);
    let evidence = Evidence { groups: reading::grouped(&readings), removed: removals(events) };
    let items = plan.items.iter().map(|item| evidence.results(plan, item));
    Ok(RunResults { items: items.collect::<Result<_, _>>()? })
}

/// Evaluates the results of one item of a run; `None` when the run had no such item.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_item(
    plan: &Plan,
    events: &[Event],
    item: &str,
) -> Result<Option<ItemResults>, EvaluateError> {
    let readings = reading::readings(events);
    let evidence = Evidence { groups: reading::grouped(&readings), removed: removals(events) };
    let planned = plan.items.iter().find(|planned| planned.id == item);
    planned.map(|planned| evidence.results(plan, planned)).transpose()
}

/// What the events say, read off once.
struct Evidence<'a> {
    groups: Groups<'a>,
    removed: BTreeMap<u32, String>,
}

type Groups<'a> = BTreeMap<ResultKey, BTreeMap<u32, BTreeMap<String, Vec<&'a Reading>>>>;

impl Evidence<'_> {
    fn results(&self, plan: &Plan, item: &PlannedItem) -> Result<ItemResults, EvaluateError> {
        let entries = plan.entries.iter().filter(|entry| entry.position == item.position);
        let removed = self.removed.get(&item.position);
        let results = entries
            .map(|entry| result(entry, raw(&self.groups, entry), removed.map(String::as_str)));
        Ok(ItemResults {
            position: item.position,
            item: item.id.clone(),
            removed: removed.cloned(),
            results: results.collect::<Result<_, _>>()?,
        })
    }
}

/// Positions taken out, with the reason.
fn removals(events: &[Event]) -> BTreeMap<u32, String> {
    let removed = events.iter().filter_map(|event| match &event.body {
        Body::PositionRemoved { position, reason, .. } => Some((*position, reason.clone())),
        _ => None,
    });
    removed.collect()
}

/// The readings of an entry, as an evaluation embeds them.
fn raw(groups: &Groups<'_>, entry: &PlanEntry) -> Vec<RawReading> {
    let key = ResultKey {
        position: entry.position,
        stage: entry.stage.clone(),
        point: entry.point.clone(),
    };
    let repeats = groups.get(&key).into_iter().flatten();
    let readings = repeats.flat_map(|(_, inputs)| inputs.values().flatten());
    readings.map(|reading| plan::raw_reading(reading)).collect()
}

fn result(
    entry: &PlanEntry,
    readings: Vec<RawReading>,
    removed: Option<&str>,
) -> Result<PointResult, EvaluateError> {
    let state = if readings.is_empty() {
        let reason = removed.unwrap_or("no reading was taken").to_owned();
        ResultState::NotMeasured { reason }
    } else {
        measured(entry, readings)?
    };
    Ok(PointResult {
        key: entry.key.clone(),
        stage: entry.stage.clone(),
        point: entry.point.clone(),
        state,
    })
}

fn measured(entry: &PlanEntry, readings: Vec<RawReading>) -> Result<ResultState, EvaluateError> {
    let failed = |source: EvaluationError| EvaluateError::Evaluation {
        position: entry.position,
        key: entry.key.clone(),
        source: Box::new(source),
    };
    let evaluation = plan::filled(entry, readings);
    let outcome = evaluation.evaluate().map_err(failed)?;
    let judgement = match &evaluation.decision {
        Some(_) => Some(evaluation.decide(&outcome).map_err(failed)?),
        None => None,
    };
    Ok(ResultState::Measured(Box::new(Measured { evaluation, outcome, judgement })))
}
