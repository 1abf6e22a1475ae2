//! Corrections: a reading or an ambient condition put right after its run, with both values in the
//! record for ever.
//!
//! ISO/IEC 17025, 7.5.2: amendments can be traced to what was there before, with who, when and why.
//! A correction is an event; what was written stays as it was, and results are evaluated anew. A
//! condition counts with its right value for every reading that was taken under it.

use jiff::Timestamp;
use serde::Serialize;
use thiserror::Error;

use etalon_uncertainty::decimal::Decimal;

use crate::{
    engine::{SessionError, environment, session::recorded_plan},
    evaluate::EvaluateError,
    journal::{
        Body, Entry, Event,
        runs::{self, RunState, RunSummary},
    },
    plan::Plan,
    reading::{self, Condition, Reading, Voiding},
    results::{self, Difference, Results},
    store::{Journal, StoreError},
};

/// What becomes of a reading or a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// Its value was written down wrongly: this is the right one, in the unit that stands there.
    Value(&'a str),
    /// It does not count.
    Void,
}

/// A correction that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Correction<'a> {
    /// The run.
    pub run: &'a str,
    /// Sequence number of the reading or condition.
    pub sequence: u64,
    /// What becomes of it.
    pub change: Change<'a>,
    /// Why.
    pub reason: &'a str,
    /// Who corrects (identifier of the person).
    pub by: &'a str,
    /// When.
    pub now: Timestamp,
}

/// Why nothing was corrected.
#[derive(Debug, Error)]
pub enum CorrectionError {
    /// There is no such run.
    #[error("the record has no run {run}")]
    NoSuchRun {
        /// The run.
        run: String,
    },
    /// The run goes on, or may.
    #[error("run {run} is {state}: readings are corrected when it is over")]
    NotOver {
        /// The run.
        run: String,
        /// Where it stands.
        state: String,
    },
    /// The event is no reading of the run.
    #[error(
        "event {sequence} is neither a reading nor a condition of run {run}: `etalon record show {run}` lists them by event"
    )]
    NoReading {
        /// The run.
        run: String,
        /// The event.
        sequence: u64,
    },
    /// The reading does not count already.
    #[error("event {sequence} was voided by event {by}: {reason}")]
    Voided {
        /// The reading.
        sequence: u64,
        /// The event that voided it.
        by: u64,
        /// Why.
        reason: String,
    },
    /// The new value is none.
    #[error("`{found}` is no decimal number in {unit}")]
    NoNumber {
        /// What was given.
        found: String,
        /// The reading's unit.
        unit: String,
    },
    /// Nothing changes.
    #[error("event {sequence} says {value} already")]
    Same {
        /// The reading.
        sequence: u64,
        /// Its value.
        value: String,
    },
    /// Nobody would know why.
    #[error("a correction needs its reason: --reason says it in a sentence")]
    NoReason,
    /// The run's plan.
    #[error(transparent)]
    Plan(#[from] SessionError),
    /// The results do not evaluate.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// The record.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a correction did.
#[derive(Clone, Debug, Serialize)]
pub struct Corrected {
    /// The run.
    pub run: String,
    /// The reading, or the condition.
    pub reading: u64,
    /// What it is of: an input such as `n`, a condition such as `t_amb`.
    pub of: String,
    /// The event that corrects it.
    pub event: u64,
    /// Value before.
    pub old: String,
    /// Value after; nothing where the reading does not count any more.
    pub new: Option<String>,
    /// Unit of both.
    pub unit: String,
    /// Results and verdicts that are others now.
    pub differences: Vec<Difference>,
    /// Numbers of issued certificates that state results of this run which are others now: each
    /// needs an amendment (17025 7.8.8).
    pub amendments: Vec<String>,
    /// The procedure's limit, where the right value of a condition lies outside it: the work was not
    /// done under the conditions that the method asks for (17025 7.10).
    pub outside: Option<String>,
}

/// What is put right.
struct Written {
    of: String,
    value: String,
    unit: String,
    voided: Option<Voiding>,
    is_condition: bool,
}

/// Whether a correction can be made, before anybody signs for it.
///
/// # Errors
/// [`CorrectionError`].
pub fn check(journal: &Journal, wanted: &Correction<'_>) -> Result<(), CorrectionError> {
    prepared(journal, wanted).map(drop)
}

/// Corrects a reading and evaluates the run anew.
///
/// # Errors
/// [`CorrectionError`]; then nothing was written.
pub fn correct(journal: &Journal, wanted: &Correction<'_>) -> Result<Corrected, CorrectionError> {
    let (summary, events, written) = prepared(journal, wanted)?;
    let plan = recorded_plan(journal, wanted.run, &events)?;
    let before = Results::of(&plan, wanted.run, &events)?;
    let body = body(wanted, &written);
    let at = wanted.now.to_string();
    // The correction is tried before it is written: one that leaves results that do not evaluate
    // is refused whole.
    let mut tried = events.clone();
    tried.push(draft(wanted, &body, &events));
    let after = Results::of(&plan, wanted.run, &tried)?;

    results::keep(journal, &events, &before, &at)?;
    let event = journal.append_now(&[Entry::new(wanted.run, at.as_str(), body)])?;
    let events = journal.events(wanted.run)?;
    results::keep(journal, &events, &after, &at)?;
    let differences = results::differences(&before, &after);
    Ok(Corrected {
        run: wanted.run.to_owned(),
        reading: wanted.sequence,
        event: event.first().map_or(0, |event| event.sequence),
        outside: outside(&plan, wanted, &written),
        of: written.of,
        old: written.value,
        new: match wanted.change {
            Change::Value(new) => Some(new.to_owned()),
            Change::Void => None,
        },
        unit: written.unit,
        amendments: amendments(&summary, &events, &differences),
        differences,
    })
}

fn prepared(
    journal: &Journal,
    wanted: &Correction<'_>,
) -> Result<(RunSummary, Vec<Event>, Written), CorrectionError> {
    let (run, sequence) = (wanted.run.to_owned(), wanted.sequence);
    if wanted.reason.trim().is_empty() {
        return Err(CorrectionError::NoReason);
    }
    let events = journal.events(wanted.run)?;
    let summary = runs::summary(&events).ok_or(CorrectionError::NoSuchRun { run: run.clone() })?;
    if !matches!(summary.state, RunState::Finished(_)) {
        let state = summary.state.word().to_owned();
        return Err(CorrectionError::NotOver { run, state });
    }
    let written = written(&events, sequence);
    let written = written.ok_or(CorrectionError::NoReading { run, sequence })?;
    if let Some(void) = &written.voided {
        let (by, reason) = (void.sequence, void.reason.clone());
        return Err(CorrectionError::Voided { sequence, by, reason });
    }
    refuse_value(wanted, &written)?;
    Ok((summary, events, written))
}

/// What stands in the journal as this event, as it counts now.
fn written(events: &[Event], sequence: u64) -> Option<Written> {
    let mut readings = reading::readings(events).into_iter();
    if let Some(found) = readings.find(|reading| reading.sequence == sequence) {
        let Reading { input: of, value, unit, voided, .. } = found;
        return Some(Written { of, value, unit, voided, is_condition: false });
    }
    let mut conditions = reading::conditions(events).into_iter();
    let found = conditions.find(|condition| condition.sequence == sequence)?;
    let Condition { quantity: of, value, unit, voided, .. } = found;
    Some(Written { of, value, unit, voided, is_condition: true })
}

/// The limit that the right value of a condition breaks.
fn outside(plan: &Plan, wanted: &Correction<'_>, written: &Written) -> Option<String> {
    let Change::Value(new) = wanted.change else { return None };
    let mut conditions = plan.environment.conditions.iter().filter(|_| written.is_condition);
    let condition = conditions.find(|condition| condition.quantity == written.of)?;
    let is_inside = environment::is_inside(condition, &format!("{new} {}", written.unit));
    (!is_inside.unwrap_or(false)).then(|| environment::limit(condition))
}

fn refuse_value(wanted: &Correction<'_>, reading: &Written) -> Result<(), CorrectionError> {
    let Change::Value(new) = wanted.change else { return Ok(()) };
    if Decimal::parse(new).is_err() {
        let (found, unit) = (new.to_owned(), reading.unit.clone());
        return Err(CorrectionError::NoNumber { found, unit });
    }
    if new == reading.value {
        let (sequence, value) = (wanted.sequence, new.to_owned());
        return Err(CorrectionError::Same { sequence, value });
    }
    Ok(())
}

fn body(wanted: &Correction<'_>, reading: &Written) -> Body {
    let (reason, by) = (wanted.reason.to_owned(), wanted.by.to_owned());
    match wanted.change {
        Change::Void => Body::Voided { sequence: wanted.sequence, reason, by },
        Change::Value(new) => Body::Corrected {
            sequence: wanted.sequence,
            old: reading.value.clone(),
            new: new.to_owned(),
            reason,
            by,
        },
    }
}

/// The event as it will be, without its place and its seal.
fn draft(wanted: &Correction<'_>, body: &Body, events: &[Event]) -> Event {
    Event {
        sequence: events.last().map_or(1, |last| last.sequence + 1),
        at: wanted.now.to_string(),
        run: wanted.run.to_owned(),
        body: body.clone(),
        previous: String::new(),
        hash: String::new(),
    }
}

/// Certificates of items whose results are others now and that nobody replaced yet.
fn amendments(summary: &RunSummary, events: &[Event], differences: &[Difference]) -> Vec<String> {
    let replaced: Vec<&str> = events
        .iter()
        .filter_map(|event| match &event.body {
            Body::CertificateIssued { supersedes, .. } => Some(supersedes.as_str()),
            _ => None,
        })
        .collect();
    let stating = events.iter().filter_map(|event| match &event.body {
        Body::CertificateIssued { number, item, .. }
            if differences.iter().any(|difference| difference.item == *item) =>
        {
            Some(number.clone())
        }
        _ => None,
    });
    stating
        .filter(|number| summary.certificates.contains(number))
        .filter(|number| !replaced.contains(&number.as_str()))
        .collect()
}
