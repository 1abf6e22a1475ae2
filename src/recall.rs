//! Recall: which results used a standard since a day, and what a correction would change
//! (ISO/IEC 17025, 6.4.9 and 7.10).
//!
//! Nothing is estimated. Every run is planned again from its own papers with the standard's values
//! corrected, and its readings are evaluated with that plan, by the code that evaluated them first.
//!
//! | it knows                                     | it must never know                   |
//! |----------------------------------------------|--------------------------------------|
//! | the record, the plan, the evaluation         | today's files of the laboratory      |

use etalon_procedures::derive::DerivedResult;
use etalon_uncertainty::{decimal::DecimalError, quantity::Quantity};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use thiserror::Error;

use crate::{
    decide,
    evaluate::{self, EvaluateError, ItemResults, PointResult, ResultState, RunResults},
    issue::{IssueRefusal, papers::Papers},
    journal::{chain::sha256_hex, runs::RunSummary},
    lab::Laboratory,
    plan::{self, Plan},
    register::Standard,
    replan::{self, ReplanError},
    store::{Journal, StoreError},
};

/// A correction of what a certificate stated: added to one column, at every load.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// The stated column, such as `error`.
    pub column: String,
    /// What is added.
    pub by: Quantity,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// The standard.
    pub standard: String,
    /// First day that counts.
    pub since: Date,
    /// What its values should have been; nothing where only the list is wanted.
    pub correction: Option<Correction>,
}

/// One run that used the standard.
#[derive(Clone, Debug, Serialize)]
pub struct Affected {
    /// The run.
    pub run: String,
    /// Civil day of its beginning.
    pub on: String,
    /// Its procedure.
    pub procedure: String,
    /// Roles that the standard played.
    pub roles: Vec<String>,
    /// SHA-256 of the register file that was in force.
    pub register_sha256: String,
    /// Its items.
    pub items: Vec<AffectedItem>,
    /// Why its results could not be computed again, where they could not.
    pub refused: Option<String>,
}

/// One item of such a run.
#[derive(Clone, Debug, Serialize)]
pub struct AffectedItem {
    /// The item.
    pub item: String,
    /// Numbers of its certificates.
    pub certificates: Vec<String>,
    /// The verdict as it is in the record.
    pub verdict: String,
    /// The verdict with the correction; the same where none was asked for.
    pub corrected_verdict: String,
    /// Whether the verdict changes.
    pub changes: bool,
    /// Its results, where a correction was asked for: at the points, then across them.
    pub results: Vec<AffectedResult>,
}

/// One result before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AffectedResult {
    /// `stage/point`, or `stage/name/of` across points.
    pub key: String,
    /// Unit of both values.
    pub unit: String,
    /// The value in the record.
    pub value: f64,
    /// The value with the correction.
    pub corrected: f64,
    /// The verdict in the record.
    pub verdict: String,
    /// The verdict with the correction.
    pub corrected_verdict: String,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum RecallError {
    /// The record.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The papers of a run.
    #[error(transparent)]
    Papers(#[from] IssueRefusal),
    /// The evaluation.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// No run of the record used the standard, and the register does not know it either.
    #[error("neither the record nor the register knows a standard {standard}")]
    Unknown {
        /// The standard.
        standard: String,
    },
}

/// Why one run cannot be computed again.
#[derive(Debug, Error)]
enum Obstacle {
    #[error("certificate {certificate} states no `{column}`; it states {known}")]
    NoColumn { certificate: String, column: String, known: String },
    #[error("{by} cannot be added to `{column}` in {unit}")]
    Unit { by: String, column: String, unit: String },
    #[error("a number of the certificate cannot be corrected: {0}")]
    Number(#[from] DecimalError),
    #[error(transparent)]
    Replan(#[from] ReplanError),
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    #[error(
        "this version of the program plans the run otherwise: {differing} of {all} results have another evaluation than the record; replay it with the version that ran it"
    )]
    Replanned { differing: usize, all: usize },
}

/// Every run that used a standard since a day, and what the correction changes.
///
/// # Errors
/// [`RecallError`]; a single run that cannot be computed again says so in the answer.
pub fn recall(
    journal: &Journal,
    identity: &Laboratory,
    question: &Question,
) -> Result<Vec<Affected>, RecallError> {
    let mut affected = Vec::new();
    for summary in journal.runs()? {
        let started = summary.started.parse::<Timestamp>().unwrap_or_default();
        let on = identity.civil_day(started);
        if on < question.since {
            continue;
        }
        let papers = Papers::of_any_run(journal, &summary.run)?;
        if let Some(found) = one(&papers, &summary, on, question)? {
            affected.push(found);
        }
    }
    Ok(affected)
}

fn one(
    papers: &Papers,
    summary: &RunSummary,
    on: Date,
    question: &Question,
) -> Result<Option<Affected>, RecallError> {
    let standard = papers.standards.iter().find(|own| own.id == question.standard);
    let Some(standard) = standard else { return Ok(None) };
    let own = |binding: &&plan::RoleBinding| binding.standard.as_ref() == Some(&question.standard);
    let roles = papers.plan.roles.iter().filter(own).map(|binding| binding.role.clone()).collect();
    let before = evaluate::evaluate(&papers.plan, &papers.events)?;
    let mut refused = None;
    let after = question.correction.as_ref().and_then(|correction| {
        corrected(papers, standard, correction)
            .map_err(|obstacle| refused = Some(obstacle.to_string()))
            .ok()
    });
    let items = before.items.iter().enumerate().map(|(place, item)| {
        let after = after.as_ref().and_then(|results| results.items.get(place));
        affected_item(papers, item, after)
    });
    Ok(Some(Affected {
        run: summary.run.clone(),
        on: on.to_string(),
        procedure: format!("{} {}", summary.procedure, summary.version),
        roles,
        register_sha256: sha256_hex(standard.text.as_bytes()),
        items: items.collect(),
        refused,
    }))
}

fn affected_item(
    papers: &Papers,
    before: &ItemResults,
    after: Option<&ItemResults>,
) -> AffectedItem {
    let verdict = decide::decide(before).word().to_owned();
    let corrected_verdict =
        after.map_or(verdict.clone(), |own| decide::decide(own).word().to_owned());
    let results = after.map(|after| {
        let points = before.results.iter().zip(&after.results);
        let points = points.filter_map(|(old, new)| at_a_point(old, new));
        let derived = derived(before).into_iter().filter_map(|(key, old)| {
            let all = derived(after);
            let (_, new) = all.iter().find(|(own, _)| *own == key)?;
            across_points(key, old, new)
        });
        points.chain(derived).collect::<Vec<_>>()
    });
    let results = results.unwrap_or_default();
    let at_a_point = results.iter().any(|own| own.verdict != own.corrected_verdict);
    AffectedItem {
        item: before.item.clone(),
        certificates: papers.certificates_of(&before.item),
        changes: at_a_point || verdict != corrected_verdict,
        verdict,
        corrected_verdict,
        results,
    }
}

fn at_a_point(old: &PointResult, new: &PointResult) -> Option<AffectedResult> {
    let (ResultState::Measured(old), ResultState::Measured(new)) = (&old.state, &new.state) else {
        return None;
    };
    let word = |own: &evaluate::Measured| match &own.judgement {
        Some(judged) => decide::word(&judged.verdict).to_owned(),
        None => "not_judged".to_owned(),
    };
    Some(AffectedResult {
        key: old.evaluation.key.clone(),
        unit: old.outcome.unit.clone(),
        value: old.outcome.value,
        corrected: new.outcome.value,
        verdict: word(old),
        corrected_verdict: word(new),
    })
}

/// Everything that goes across the points of an item, by key.
fn derived(item: &ItemResults) -> Vec<(String, &DerivedResult)> {
    let stages = item.across.iter().flat_map(|across| {
        let all = across.derived.iter().chain(&across.checks);
        all.map(move |own| (format!("{}/{}", across.stage, own.key()), own))
    });
    stages.collect()
}

fn across_points(key: String, old: &DerivedResult, new: &DerivedResult) -> Option<AffectedResult> {
    let (before, after) = (old.value()?, new.value()?);
    let word = |own: &DerivedResult| match own.value().and_then(|value| value.judgement.as_ref()) {
        Some(judged) => decide::word(&judged.verdict).to_owned(),
        None => "not_judged".to_owned(),
    };
    Some(AffectedResult {
        key,
        unit: before.outcome.unit.clone(),
        value: before.outcome.value,
        corrected: after.outcome.value,
        verdict: word(old),
        corrected_verdict: word(new),
    })
}

/// The results of a run with a corrected standard.
fn corrected(
    papers: &Papers,
    standard: &Standard,
    correction: &Correction,
) -> Result<RunResults, Obstacle> {
    // Only where today's planner still gives the recorded evaluations does a difference come from
    // the correction.
    let same = planned(papers, standard)?;
    let pairs = papers.plan.entries.iter().zip(&same.entries);
    let differing = pairs.filter(|(old, new)| old.evaluation != new.evaluation).count();
    if differing > 0 || papers.plan.entries.len() != same.entries.len() {
        return Err(Obstacle::Replanned { differing, all: papers.plan.entries.len() });
    }
    let plan = planned(papers, &with_correction(standard, correction)?)?;
    Ok(evaluate::evaluate(&plan, &papers.events)?)
}

/// The standard with its last certificate corrected.
fn with_correction(standard: &Standard, correction: &Correction) -> Result<Standard, Obstacle> {
    let mut standard = standard.clone();
    let Some(calibration) = standard.calibrations.last_mut() else { return Ok(standard) };
    let table = &mut calibration.table;
    let place = table.stated.iter().position(|column| column.name == correction.column);
    let Some(place) = place else {
        let known: Vec<&str> = table.stated.iter().map(|column| column.name.as_str()).collect();
        return Err(Obstacle::NoColumn {
            certificate: calibration.certificate.clone(),
            column: correction.column.clone(),
            known: known.join(", "),
        });
    };
    for row in &mut table.rows {
        let Some(value) = row.stated.get_mut(place) else { continue };
        let unit = value.unit().clone();
        let by = correction.by.decimal_in(&unit).map_err(|_| Obstacle::Unit {
            by: correction.by.to_string(),
            column: correction.column.clone(),
            unit: unit.to_string(),
        })?;
        *value = Quantity::new(value.decimal().add(&by), unit);
    }
    Ok(standard)
}

/// The run planned again from its papers, with one standard in the place of its namesake. What was
/// let through on that day was let through: the question here is another one.
fn planned(papers: &Papers, standard: &Standard) -> Result<Plan, ReplanError> {
    let day: Date = papers.plan.date.parse().unwrap_or_default();
    let others = papers.standards.iter().filter(|own| own.id != standard.id).cloned();
    let all = others.chain([standard.clone()]).collect();
    replan::planned(papers, &replan::lenient(all, day))
}
