//! `etalon record show`: one run, for a person or as a document.
//!
//! Results are not kept: they are evaluated anew from the run's plan and its raw readings, by the
//! same function that evaluated them at the end of the run.

mod print;

use etalon_procedures::derive::{DerivedResult, Found};
use etalon_uncertainty::evaluation::{JudgedOn, Verdict};
use etalon_uncertainty::text::Text;
use serde::Serialize;

use super::{CliError, ExitStatus, Output, wanted};
use crate::{
    decide::decide,
    evaluate::{self, ItemResults, Measured, PointResult, ResultState},
    journal::{Body, Event, runs::RunSummary},
    plan::Plan,
    reading::{Condition, Reading, conditions, readings},
    store::Journal,
};

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    summary: Head,
    specimen_reasons: Vec<String>,
    items: Vec<ShownItem>,
    readings: Vec<Reading>,
    conditions: Vec<Condition>,
}

#[derive(Serialize)]
struct Head {
    run: String,
    started: String,
    last: String,
    procedure: String,
    version: String,
    bench: String,
    operator: String,
    specimen: bool,
    state: String,
    safe: Option<bool>,
    certificates: Vec<String>,
}

#[derive(Serialize)]
struct ShownItem {
    id: String,
    position: u32,
    removed: Option<String>,
    verdict: &'static str,
    results: Vec<ShownResult>,
    derived: Vec<Across>,
    checks: Vec<Across>,
}

/// A quantity or a check across repeats and points.
#[derive(Serialize)]
struct Across {
    stage: String,
    name: String,
    /// The point, the value of the column; empty for the item as a whole.
    of: String,
    title: Text,
    value: Option<f64>,
    printed: Option<String>,
    unit: Option<String>,
    /// Absent where no uncertainty is known.
    #[serde(rename = "U")]
    expanded: Option<f64>,
    limit: Option<String>,
    verdict: Option<&'static str>,
    reason: Option<String>,
}

#[derive(Serialize)]
struct ShownResult {
    key: String,
    #[serde(flatten)]
    number: Option<Number>,
    verdict: &'static str,
    reason: Option<String>,
}

#[derive(Serialize)]
struct Number {
    quantity: String,
    value: f64,
    printed: String,
    unit: String,
    #[serde(rename = "U")]
    expanded: f64,
    #[serde(rename = "printed_U")]
    printed_expanded: String,
    k: f64,
    p: f64,
    limit: Option<String>,
    judged_on: Option<JudgedOn>,
    /// The number that was compared with the limit, with its unit.
    judged: Option<String>,
}

pub(super) fn run(journal: &Journal, run: &str, output: &Output) -> Result<ExitStatus, CliError> {
    let summary = wanted(journal, run)?;
    let events = journal.events(run)?;
    let shown = Shown {
        specimen_reasons: reasons(&events),
        items: items(journal, run, &events)?,
        readings: readings(&events),
        conditions: conditions(&events),
        summary: head(summary),
    };
    output.json(&shown)?;
    print::print(&shown, output);
    Ok(ExitStatus::Done)
}

fn items(journal: &Journal, run: &str, events: &[Event]) -> Result<Vec<ShownItem>, CliError> {
    let unusable = |why: String| CliError::request(format!("run {run} cannot be evaluated: {why}"));
    let sha256 = events.iter().find_map(|event| match &event.body {
        Body::RunStarted { documents, .. } => documents.get("plan"),
        _ => None,
    });
    let sha256 = sha256.ok_or_else(|| unusable("its record names no plan".to_owned()))?;
    let plan: Plan = serde_json::from_slice(&journal.document(sha256)?)
        .map_err(|refused| unusable(format!("its plan: {refused}")))?;
    let results =
        evaluate::evaluate(&plan, events).map_err(|refused| unusable(refused.to_string()))?;
    Ok(results.items.into_iter().map(item).collect())
}

fn item(item: ItemResults) -> ShownItem {
    ShownItem {
        verdict: decide(&item).word(),
        id: item.item,
        position: item.position,
        removed: item.removed,
        derived: across(&item.across, |across| &across.derived, false),
        checks: across(&item.across, |across| &across.checks, true),
        results: item.results.into_iter().map(result).collect(),
    }
}

fn across(
    stages: &[evaluate::Across],
    of: impl Fn(&evaluate::Across) -> &Vec<DerivedResult>,
    is_check: bool,
) -> Vec<Across> {
    let one = |stage: &evaluate::Across, derived: &DerivedResult| {
        let value = derived.value();
        let outcome = value.map(|value| &value.outcome);
        let known = value.filter(|value| value.uncertainty_evaluated);
        let verdict = is_check.then(|| derived.verdict());
        let reason = match (&derived.found, &verdict) {
            (Found::NotEvaluated { reason }, _) | (_, Some(Verdict::NotEvaluated { reason })) => {
                Some(reason.en().to_owned())
            }
            _ => None,
        };
        let limit = value.and_then(|value| value.evaluation.limit.as_ref()?.upper.clone());
        Across {
            stage: stage.stage.clone(),
            name: derived.name.clone(),
            of: derived.of.text().to_owned(),
            title: derived.title.clone(),
            value: outcome.map(|outcome| outcome.value),
            printed: outcome.map(|outcome| outcome.printed_measured.clone()),
            unit: outcome.map(|outcome| outcome.unit.clone()),
            expanded: known.map(|value| value.outcome.expanded),
            limit,
            verdict: verdict.as_ref().map(word),
            reason,
        }
    };
    stages
        .iter()
        .flat_map(|stage| of(stage).iter().map(move |derived| one(stage, derived)))
        .collect()
}

fn result(result: PointResult) -> ShownResult {
    match result.state {
        ResultState::NotMeasured { reason } => ShownResult {
            key: result.key,
            number: None,
            verdict: "not_evaluated",
            reason: Some(reason),
        },
        ResultState::Measured(measured) => {
            let verdict = measured.judgement.as_ref().map(|judgement| &judgement.verdict);
            let reason = match verdict {
                Some(Verdict::NotEvaluated { reason }) => Some(reason.en().to_owned()),
                None => Some("no decision rule was agreed".to_owned()),
                Some(_) => None,
            };
            let verdict = verdict.map_or("not_evaluated", word);
            ShownResult { key: result.key, number: Some(number(*measured)), verdict, reason }
        }
    }
}

fn number(measured: Measured) -> Number {
    let Measured { evaluation, outcome, judgement } = measured;
    Number {
        quantity: evaluation.quantity,
        value: outcome.value,
        printed: outcome.printed_measured,
        unit: outcome.unit,
        expanded: outcome.expanded,
        printed_expanded: outcome.printed_expanded,
        k: outcome.k,
        p: outcome.p,
        limit: judgement.as_ref().map(|judgement| judgement.limit.clone()),
        judged_on: judgement.as_ref().map(|judgement| judgement.judged_on),
        judged: judgement.map(|judgement| judgement.number),
    }
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::ConditionalPass => "conditional_pass",
        Verdict::ConditionalFail => "conditional_fail",
        Verdict::NotEvaluated { .. } => "not_evaluated",
    }
}

fn head(summary: RunSummary) -> Head {
    let state = summary.state.word().to_owned();
    let RunSummary { run, started, last, procedure, version, bench, operator, .. } = summary;
    let RunSummary { specimen, safe, certificates, .. } = summary;
    Head {
        run,
        started,
        last,
        procedure,
        version,
        bench,
        operator,
        specimen,
        state,
        safe,
        certificates,
    }
}

fn reasons(events: &[Event]) -> Vec<String> {
    let mut starts = events.iter().filter_map(|event| match &event.body {
        Body::RunStarted { specimen_reasons, .. } => Some(specimen_reasons.clone()),
        _ => None,
    });
    starts.next().unwrap_or_default()
}
