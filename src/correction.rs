//! Corrections: a reading put right after its run, with both values in the record for ever.
//!
//! ISO/IEC 17025, 7.5.2: amendments can be traced to what was there before, with who, when and why.
//! A correction is an event; the reading stays as it was written, and results are evaluated anew.

use jiff::Timestamp;
use serde::Serialize;
use thiserror::Error;

use etalon_uncertainty::decimal::Decimal;

use crate::{
    engine::{SessionError, session::recorded_plan},
    evaluate::EvaluateError,
    journal::{
        Body, Entry, Event,
        runs::{self, RunState, RunSummary},
    },
    reading::{self, Reading},
    results::{self, Difference, Results},
    store::{Journal, StoreError},
};

/// What becomes of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// Its value was written down wrongly: this is the right one, in the reading's unit.
    Value(&'a str),
    /// It does not count.
    Void,
}

/// A correction that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Correction<'a> {
    /// The run.
    pub run: &'a str,
    /// Sequence number of the reading.
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
        "event {sequence} is no reading of run {run}: `etalon record show {run}` lists them by event"
    )]
    NoReading {
        /// The run.
        run: String,
        /// The event.
        sequence: u64,
    },
    /// The reading does not count already.
    #[error("reading {sequence} was voided by event {by}: {reason}")]
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
    #[error("reading {sequence} says {value} already")]
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
    /// The reading.
    pub reading: u64,
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
    let (summary, events, reading) = prepared(journal, wanted)?;
    let plan = recorded_plan(journal, wanted.run, &events)?;
    let before = Results::of(&plan, wanted.run, &events)?;
    let body = body(wanted, &reading);
    let at = wanted.now.to_string();
    // The correction is tried before it is written: one that leaves results that do not evaluate
    // is refused whole.
    let mut tried = events.clone();
    tried.push(draft(wanted, &body, &events));
    let after = Results::of(&plan, wanted.run, &tried)?;

    results::keep(journal, &events, &before, &at)?;
    let written = journal.append_now(&[Entry::new(wanted.run, at.as_str(), body)])?;
    let events = journal.events(wanted.run)?;
    results::keep(journal, &events, &after, &at)?;
    let differences = results::differences(&before, &after);
    Ok(Corrected {
        run: wanted.run.to_owned(),
        reading: wanted.sequence,
        event: written.first().map_or(0, |event| event.sequence),
        old: reading.value,
        new: match wanted.change {
            Change::Value(new) => Some(new.to_owned()),
            Change::Void => None,
        },
        unit: reading.unit,
        amendments: amendments(&summary, &events, &differences),
        differences,
    })
}

fn prepared(
    journal: &Journal,
    wanted: &Correction<'_>,
) -> Result<(RunSummary, Vec<Event>, Reading), CorrectionError> {
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
    let readings = reading::readings(&events);
    let reading = readings.into_iter().find(|reading| reading.sequence == sequence);
    let reading = reading.ok_or(CorrectionError::NoReading { run, sequence })?;
    if let Some(void) = &reading.voided {
        let (by, reason) = (void.sequence, void.reason.clone());
        return Err(CorrectionError::Voided { sequence, by, reason });
    }
    refuse_value(wanted, &reading)?;
    Ok((summary, events, reading))
}

fn refuse_value(wanted: &Correction<'_>, reading: &Reading) -> Result<(), CorrectionError> {
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

fn body(wanted: &Correction<'_>, reading: &Reading) -> Body {
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
