//! What a certificate states across points: checks of the decision and derived quantities.
//!
//! A check whose uncertainty is known is a table of its own, with the evaluation that anybody can
//! run again. One of which no uncertainty is known (a standard deviation of few repeats) must not
//! stand beside one: it is stated in a sentence.

use etalon_certificates::record::{Column, ResultRow, ResultTable, Text};
use etalon_procedures::derive::{Belongs, DerivedResult, DerivedValue};
use etalon_uncertainty::evaluation::{Evaluation, EvaluationError, Verdict};
use etalon_uncertainty::rounding;

use super::papers::Papers;
use super::results::{column, stated_unit};
use crate::evaluate::{Across, ItemResults};

/// Digits of a number of which no uncertainty is known.
/// Chosen: two, as an uncertainty has (GUM 7.2.6).
const DIGITS: u32 = 2;

/// One table for every check whose uncertainty is known.
///
/// # Errors
/// A number that cannot be printed.
pub fn tables(
    papers: &Papers,
    across: &Across,
    is_decided: bool,
) -> Result<Vec<ResultTable>, EvaluationError> {
    let mut tables: Vec<ResultTable> = Vec::new();
    for check in &across.checks {
        let Some(value) = known(check) else { continue };
        let row = row(check, value, is_decided)?;
        let id = format!("{}-{}", across.stage, check.name);
        match tables.iter_mut().find(|table| table.id == id) {
            Some(table) => table.rows.push(row),
            None => tables.push(ResultTable {
                id,
                name: papers.procedure.title.clone(),
                quantity: check.title.clone(),
                unit: stated_unit(&value.outcome.unit),
                columns: columns(papers, check),
                rows: vec![row],
            }),
        }
    }
    Ok(tables)
}

/// A value whose uncertainty is known.
fn known(check: &DerivedResult) -> Option<&DerivedValue> {
    check.value().filter(|value| value.uncertainty_evaluated)
}

fn row(
    check: &DerivedResult,
    value: &DerivedValue,
    is_decided: bool,
) -> Result<ResultRow, EvaluationError> {
    let of = check.of.text().split(' ').next().unwrap_or_default();
    let conditions = if of.is_empty() { Vec::new() } else { vec![of.to_owned()] };
    // A key is one word.
    let key = value.evaluation.key.replace(' ', "");
    let evaluation = Evaluation { key, ..value.evaluation.clone() };
    if is_decided {
        return ResultRow::of(&evaluation, &value.outcome, value.judgement.as_ref(), conditions);
    }
    let undecided = Evaluation { decision: None, ..evaluation };
    ResultRow::of(&undecided, &value.outcome, None, conditions)
}

fn columns(papers: &Papers, check: &DerivedResult) -> Vec<Column> {
    match &check.of {
        Belongs::Point(_) => vec![Column { name: Text::new("point", "测量点"), unit: None }],
        Belongs::Column { name, .. } => vec![column(&papers.procedure, name)],
        Belongs::Item => Vec::new(),
    }
}

/// What stands in a sentence: derived quantities of the report's summary, and checks of which no
/// uncertainty is known.
#[must_use]
pub fn sentences(papers: &Papers, results: &ItemResults, is_decided: bool) -> Vec<Text> {
    let summary = &papers.procedure.report.summary;
    let mut sentences = Vec::new();
    for across in &results.across {
        let checked: Vec<&str> = across
            .checks
            .iter()
            .filter(|one| known(one).is_some())
            .map(|one| one.name.as_str())
            .collect();
        let derived = across.derived.iter().filter(|derived| {
            let stands = summary.contains(&derived.name);
            stands && !checked.contains(&derived.name.as_str()) && derived.of == Belongs::Item
        });
        sentences.extend(derived.filter_map(stated));
        let unknown = across.checks.iter().filter(|check| known(check).is_none());
        sentences.extend(unknown.filter_map(|check| judged(check, is_decided)));
    }
    sentences
}

/// A derived quantity with its uncertainty, where that is known.
fn stated(derived: &DerivedResult) -> Option<Text> {
    let value = derived.value()?;
    let outcome = &value.outcome;
    let (number, name, unit) = (&outcome.printed_measured, &derived.name, &outcome.unit);
    if !value.uncertainty_evaluated {
        return Some(Text::new(
            format!("{name} = {number} {unit}."),
            format!("{name} = {number} {unit}。"),
        ));
    }
    let (expanded, k) = (&outcome.printed_expanded, outcome.k);
    Some(Text::new(
        format!("{name} = {number} {unit}, U = {expanded} {unit} (k = {k})."),
        format!("{name} = {number} {unit}，U = {expanded} {unit}（k = {k}）。"),
    ))
}

/// A check of which no uncertainty is known, with its limit and its verdict.
fn judged(check: &DerivedResult, is_decided: bool) -> Option<Text> {
    let value = check.value()?;
    let decimal = etalon_uncertainty::decimal::Decimal::from_f64(value.outcome.value).ok()?;
    let number = rounding::to_significant(&decimal, DIGITS).ok()?;
    let unit = &value.outcome.unit;
    let limit = value.evaluation.limit.as_ref()?.upper.clone()?;
    let of = match check.of.text() {
        "" => String::new(),
        of => format!(" ({of})"),
    };
    let (en, zh) = match (is_decided, check.verdict()) {
        (true, Verdict::Pass | Verdict::ConditionalPass) => (": conforms", "：合格"),
        (true, Verdict::Fail | Verdict::ConditionalFail) => (": does not conform", "：不合格"),
        _ => ("", ""),
    };
    Some(Text::new(
        format!("{}{of}: {number} {unit}, limit {limit}{en}.", check.title.en()),
        format!("{}{of}：{number} {unit}，限值 {limit}{zh}。", check.title.zh()),
    ))
}
