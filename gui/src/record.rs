//! A run as its record tells it: events and plan in, what is shown out.
//!
//! The same whether the run goes on in this window, in another process, or was
//! over long ago: the window reads the record, whoever writes it. Values and
//! verdicts are `etalon`'s own, evaluated anew from the raw readings.

use std::collections::{BTreeMap, BTreeSet};

use etalon::{
    decide,
    evaluate::{self, EvaluateError, RunResults},
    journal::{
        Body, Event,
        runs::{self, RunState as Standing, RunSummary},
    },
    plan::{self, Plan, PlanEntry},
    reading::{self, Reading},
    results::readable,
};

use crate::state::{Bilingual, EndState, Outcome, PointState, PositionState, RunState, TimeState};

mod bench;
mod cells;
mod course;

/// The plan as the window evaluates it: without Monte Carlo, whose second
/// opinion changes neither value nor verdict and takes its time.
#[must_use]
pub fn first_order(mut plan: Plan) -> Plan {
    for entry in &mut plan.entries {
        entry.evaluation.monte_carlo = None;
    }
    plan
}

/// What the record tells of a run. `is_going_on` says whether somebody carries
/// it out at this moment, `now` what its own clock shows.
///
/// # Errors
/// [`EvaluateError`], for readings that no run of Etalon writes.
pub fn told(
    plan: &Plan,
    events: &[Event],
    is_going_on: bool,
    now: Option<&str>,
) -> Result<RunState, EvaluateError> {
    let Some(summary) = runs::summary(events) else { return Ok(RunState::default()) };
    let ends = end(&summary, events, is_going_on);
    let course = course::read(plan, events);
    let (chosen, has_gaps) = evaluable(plan, events);
    let results = evaluate::evaluate(&chosen, events)?;
    let mut state = head(plan, &summary, events);
    state.points = points(plan);
    state.cells = cells::cells(&results, &course, ends.is_some());
    state.overall = overall(&results, ends.as_ref(), has_gaps);
    state.positions = positions(plan, &results);
    state.progress = ends.is_none().then(|| course.progress(plan, now));
    let bench = bench::read(events);
    state.is_energised = ends.is_none() && bench.is_energised();
    state.settings = bench.settings();
    state.conditions = bench.conditions();
    state.alarms = if ends.is_none() { bench.alarms() } else { Vec::new() };
    state.remarks = bench.remarks;
    state.remarks.extend(plan.procedure.withdrawn.as_ref().map(|told| {
        let mark = &plan.procedure;
        format!("{} {}: {} · {}", mark.id, mark.version, told.en, told.zh)
    }));
    state.end = ends;
    Ok(state)
}

fn head(plan: &Plan, summary: &RunSummary, events: &[Event]) -> RunState {
    let is_virtual = events
        .iter()
        .any(|event| matches!(&event.body, Body::RunStarted { clock, .. } if clock != "real"));
    let manual = &plan.safe_state.manual;
    RunState {
        run: summary.run.clone(),
        title: Bilingual {
            en: plan.procedure.title.en.clone(),
            zh: plan.procedure.title.zh.clone(),
        },
        procedure: format!("{} {}", summary.procedure, summary.version),
        bench: summary.bench.clone(),
        operator: summary.operator.clone(),
        is_specimen: summary.specimen,
        time: if is_virtual { TimeState::Simulated { times: None } } else { TimeState::Real },
        by_hand: Bilingual { en: manual.en.clone(), zh: manual.zh.clone() },
        ..RunState::default()
    }
}

/// How a run ended; `None` while it goes on.
#[must_use]
pub fn outcome(standing: &Standing, is_going_on: bool) -> Option<Outcome> {
    match standing {
        Standing::Open if is_going_on => None,
        Standing::Open | Standing::Interrupted => Some(Outcome::Interrupted),
        Standing::Finished(word) => Some(match word.as_str() {
            "done" => Outcome::Done,
            "aborted" => Outcome::Aborted,
            _ => Outcome::Failed,
        }),
    }
}

fn end(summary: &RunSummary, events: &[Event], is_going_on: bool) -> Option<EndState> {
    let reasons = events.iter().rev().filter_map(|event| match &event.body {
        Body::Finished { reason, .. } | Body::Interrupted { reason } => Some(reason.clone()),
        _ => None,
    });
    Some(EndState {
        outcome: outcome(&summary.state, is_going_on)?,
        is_safe: summary.safe == Some(true),
        reason: reasons.take(1).collect(),
    })
}

/// The plan's results that can be evaluated: those with a whole repeat, and those
/// without any reading, which count as not measured. Whether others were left out.
fn evaluable(plan: &Plan, events: &[Event]) -> (Plan, bool) {
    let readings = reading::readings(events);
    let groups = reading::grouped(&readings);
    let mut chosen = plan.clone();
    chosen.entries.retain(|entry| {
        let of_entry = groups.iter().filter(|(key, _)| {
            (key.position, &key.stage, &key.point) == (entry.position, &entry.stage, &entry.point)
        });
        let repeats = of_entry.flat_map(|(_, repeats)| repeats.values());
        let all: Vec<&Reading> =
            repeats.flat_map(|inputs| inputs.values().flatten().copied()).collect();
        all.is_empty() || has_whole_repeat(entry, &all)
    });
    let has_gaps = chosen.entries.len() < plan.entries.len();
    (chosen, has_gaps)
}

fn has_whole_repeat(entry: &PlanEntry, readings: &[&Reading]) -> bool {
    let raw = readings.iter().map(|reading| plan::raw_reading(reading)).collect();
    !plan::filled(entry, raw).repeats.is_empty()
}

fn points(plan: &Plan) -> Vec<PointState> {
    let mut points: Vec<PointState> = Vec::new();
    let mut known = BTreeSet::new();
    for stage in &plan.stages {
        for point in &stage.points {
            let at = |entry: &&PlanEntry| entry.stage == stage.id && entry.point == point.id;
            for entry in plan.entries.iter().filter(at) {
                if known.insert(entry.key.clone()) {
                    let (lower, upper) = decide::limits(entry);
                    let name = if point.id.is_empty() { &stage.id } else { &point.id };
                    points.push(PointState {
                        key: entry.key.clone(),
                        label: name.clone(),
                        unit: readable(&entry.prediction.unit),
                        stated: readable(&stated(entry)),
                        lower,
                        upper,
                    });
                }
            }
        }
    }
    points
}

/// The limits of a result in the words of the procedure: `±1.0 %`.
fn stated(entry: &PlanEntry) -> String {
    let Some(limit) = &entry.evaluation.limit else { return String::new() };
    match (&limit.lower, &limit.upper) {
        (Some(lower), Some(upper)) if lower.strip_prefix('-') == Some(upper) => format!("±{upper}"),
        (Some(lower), Some(upper)) => format!("{lower} … {upper}"),
        (None, Some(upper)) => format!("≤ {upper}"),
        (Some(lower), None) => format!("≥ {lower}"),
        (None, None) => String::new(),
    }
}

fn positions(plan: &Plan, results: &RunResults) -> Vec<PositionState> {
    let removed: BTreeMap<u32, String> = results
        .items
        .iter()
        .filter_map(|item| Some((item.position, item.removed.clone()?)))
        .collect();
    let items = plan.items.iter();
    items
        .map(|item| PositionState {
            number: item.position,
            item: item.serial.clone(),
            removed: removed.get(&item.position).cloned(),
        })
        .collect()
}

/// The verdict over each item, once the run is over. An item with a result that
/// could not be evaluated does not conform by the others alone.
fn overall(
    results: &RunResults,
    end: Option<&EndState>,
    has_gaps: bool,
) -> BTreeMap<u32, crate::mark::Mark> {
    use crate::mark::Mark;
    if end.is_none() {
        return BTreeMap::new();
    }
    let verdicts = results.items.iter().map(|item| {
        let mark = match decide::decide(item) {
            decide::ItemVerdict::Fail { .. } => Mark::Fail,
            _ if has_gaps => Mark::NotEvaluated,
            decide::ItemVerdict::Pass => Mark::Pass,
            decide::ItemVerdict::ConditionalPass => Mark::ConditionalPass,
            decide::ItemVerdict::NotEvaluated { .. } => Mark::NotEvaluated,
        };
        (item.position, mark)
    });
    verdicts.collect()
}
