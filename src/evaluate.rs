//! Results: a run's plan and its readings, evaluated.
//!
//! Pure, and the only way from the record to a number: at the end of a run, at
//! the desk, on replay and in a recall study the same function runs over the
//! same stored plan and events.

use std::collections::{BTreeMap, BTreeSet};

use etalon_uncertainty::evaluation::{Evaluation, EvaluationError, Judgement, Outcome, RawReading};
use thiserror::Error;

pub mod across;

use across::Ground;

pub use across::Across;

use crate::{
    journal::{Body, Event},
    plan::{self, Plan, PlanEntry, PlannedItem, PlannedStage, filling, filling::Taken, own_spread},
    reading::{self, Reading},
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
    /// What its stages say across repeats and points.
    pub across: Vec<Across>,
    /// Stages whose results were measured again after an adjustment: they are reported, and the
    /// verdict rests on the later ones.
    pub superseded: BTreeSet<String>,
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
    /// What goes across its points cannot be computed.
    #[error("position {position}, across its points: {reason}")]
    Across {
        /// Position.
        position: u32,
        /// Why not.
        reason: String,
    },
}

/// Evaluates every result of a run from its events.
///
/// # Errors
/// [`EvaluateError`], for a plan or readings that no run of Etalon writes.
pub fn evaluate(plan: &Plan, events: &[Event]) -> Result<RunResults, EvaluateError> {
    let readings = reading::readings(events);
    let evidence = Evidence::of(&readings, events);
    let ground = ground(plan)?;
    let items = plan.items.iter().map(|item| evidence.results(plan, item, ground.as_ref()));
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
    let evidence = Evidence::of(&readings, events);
    let planned = plan.items.iter().find(|planned| planned.id == item);
    let ground = ground(plan)?;
    planned.map(|planned| evidence.results(plan, planned, ground.as_ref())).transpose()
}

fn ground(plan: &Plan) -> Result<Option<Ground<'_>>, EvaluateError> {
    Ground::of(plan).map_err(|reason| EvaluateError::Across { position: 0, reason })
}

/// What the events say, read off once.
struct Evidence<'a> {
    /// The readings that count.
    counting: Vec<&'a Reading>,
    removed: BTreeMap<u32, String>,
    /// Stages that were left out by their condition.
    skipped: BTreeSet<String>,
}

impl<'a> Evidence<'a> {
    fn of(readings: &'a [Reading], events: &[Event]) -> Self {
        let skipped = events.iter().filter_map(|event| match &event.body {
            Body::StageSkipped { stage, .. } => Some(stage.clone()),
            _ => None,
        });
        Self {
            counting: readings.iter().filter(|reading| reading.voided.is_none()).collect(),
            removed: removals(events),
            skipped: skipped.collect(),
        }
    }

    fn results(
        &self,
        plan: &Plan,
        item: &PlannedItem,
        ground: Option<&Ground<'_>>,
    ) -> Result<ItemResults, EvaluateError> {
        let entries = plan.entries.iter().filter(|entry| entry.position == item.position);
        let removed = self.removed.get(&item.position);
        let entries = entries.filter(|entry| !self.skipped.contains(&entry.stage));
        let results =
            entries.map(|entry| result(entry, &self.counting, removed.map(String::as_str)));
        let results: Vec<PointResult> = results.collect::<Result<_, _>>()?;
        let position = item.position;
        let across = ground.map(|ground| ground.across(item, &results)).transpose();
        let across = across.map_err(|reason| EvaluateError::Across { position, reason })?;
        Ok(ItemResults {
            position,
            item: item.id.clone(),
            removed: removed.cloned(),
            superseded: superseded(plan, &results),
            results,
            across: across.unwrap_or_default(),
        })
    }
}

/// Stages before an adjustment, where something was measured after it.
fn superseded(plan: &Plan, results: &[PointResult]) -> BTreeSet<String> {
    let of_kind = |kind: &'static str| {
        plan.stages.iter().filter(move |stage| stage.kind.as_deref() == Some(kind))
    };
    let is_measured = |stage: &PlannedStage| {
        let mut here = results.iter().filter(|result| result.stage == stage.id);
        here.any(|result| matches!(result.state, ResultState::Measured(_)))
    };
    if of_kind("as_left").any(is_measured) {
        return of_kind("as_found").map(|stage| stage.id.clone()).collect();
    }
    BTreeSet::new()
}

/// Positions taken out, with the reason.
fn removals(events: &[Event]) -> BTreeMap<u32, String> {
    let removed = events.iter().filter_map(|event| match &event.body {
        Body::PositionRemoved { position, reason, .. } => Some((*position, reason.clone())),
        _ => None,
    });
    removed.collect()
}

fn result(
    entry: &PlanEntry,
    counting: &[&Reading],
    removed: Option<&str>,
) -> Result<PointResult, EvaluateError> {
    let chosen = filling::chosen(entry, counting, |reading| Taken {
        stage: &reading.stage,
        point: &reading.point,
        position: reading.position,
        input: &reading.input,
    });
    let state = match chosen {
        Some(chosen) => measured(entry, &chosen)?,
        None => {
            let reason = removed.unwrap_or("no reading was taken").to_owned();
            ResultState::NotMeasured { reason }
        }
    };
    Ok(PointResult {
        key: entry.key.clone(),
        stage: entry.stage.clone(),
        point: entry.point.clone(),
        state,
    })
}

fn measured(
    entry: &PlanEntry,
    readings: &[(&&Reading, bool)],
) -> Result<ResultState, EvaluateError> {
    let failed = |source: EvaluationError| EvaluateError::Evaluation {
        position: entry.position,
        key: entry.key.clone(),
        source: Box::new(source),
    };
    let room = filling::room(readings.iter().map(|(reading, _)| {
        let conditions = reading.conditions.iter();
        conditions.map(|(name, seen)| (name.as_str(), seen.value.as_str(), seen.unit.as_str()))
    }));
    let raw = readings.iter().map(|(reading, serves_all)| {
        let raw = plan::raw_reading(reading);
        let repeat = if *serves_all { 0 } else { raw.repeat };
        RawReading { repeat, ..raw }
    });
    let mut evaluation = plan::filled_in(entry, raw.collect(), &room);
    if evaluation.repeats.is_empty() {
        return Ok(ResultState::NotMeasured { reason: "no repeat is complete".to_owned() });
    }
    if let Err(reason) = own_spread::complete(entry, &mut evaluation) {
        return Ok(ResultState::NotMeasured { reason });
    }
    let outcome = evaluation.evaluate().map_err(failed)?;
    let judgement = match &evaluation.decision {
        Some(_) => Some(evaluation.decide(&outcome).map_err(failed)?),
        None => None,
    };
    Ok(ResultState::Measured(Box::new(Measured { evaluation, outcome, judgement })))
}
