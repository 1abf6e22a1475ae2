//! Answers of the kinds that have no model: numbers by name.

use std::collections::BTreeMap;

use super::{BudgetError, line, risk, series};
use crate::budget_file::{BudgetFile, Kind, Parameter, Statement};
use crate::coverage::{DofRule, coverage_factor};
use crate::distribution::Distribution;
use crate::type_b;

/// Numbers by name, and what they rest on.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) quantities: BTreeMap<String, f64>,
    pub(super) assumptions: Vec<String>,
}

/// Name of a number in [`super::Answer::quantities`].
pub(super) fn key(output: &str, quantity: &str, p: Option<f64>) -> String {
    match p {
        Some(p) => format!("{output}.{quantity}(p={p})"),
        None => format!("{output}.{quantity}"),
    }
}

impl Found {
    pub(super) fn add(&mut self, output: &str, quantity: &str, value: f64) {
        self.quantities.insert(key(output, quantity, None), value);
    }

    /// Assumptions, each once.
    pub(super) fn assume(&mut self, assumptions: impl IntoIterator<Item = String>) {
        for assumption in assumptions {
            if !self.assumptions.contains(&assumption) {
                self.assumptions.push(assumption);
            }
        }
    }
}

pub(super) fn evaluate(file: &BudgetFile) -> Result<Found, BudgetError> {
    match file.kind {
        Kind::Model => Ok(Found::default()),
        Kind::TypeA => series::type_a(file),
        Kind::Anova => series::anova(file),
        Kind::TypeB => type_b(file),
        Kind::Coverage => coverage(file),
        Kind::Conformity => risk::specific(file),
        Kind::GlobalRisk => risk::global(file),
        Kind::GuardBand => risk::guard_band(file),
        Kind::Fit | Kind::WeightedFit | Kind::TotalFit => line::fit(file),
    }
}

/// A refusal with the name of what it is about.
pub(super) fn refused(name: &str, reason: impl ToString) -> BudgetError {
    BudgetError::Statement { name: name.to_owned(), reason: reason.to_string() }
}

/// A number of `[params]`.
pub(super) fn number(file: &BudgetFile, key: &str) -> Option<f64> {
    match file.parameters.get(key) {
        Some(Parameter::Number(number)) => Some(*number),
        _ => None,
    }
}

/// A number of `[params]` that the kind cannot do without.
pub(super) fn needed(file: &BudgetFile, key: &str) -> Result<f64, BudgetError> {
    number(file, key).ok_or_else(|| refused(key, "wanted a number in [params]"))
}

/// A text of `[params]`.
pub(super) fn text<'f>(file: &'f BudgetFile, key: &str) -> Option<&'f str> {
    match file.parameters.get(key) {
        Some(Parameter::Text(text)) => Some(text),
        _ => None,
    }
}

fn given(statement: &Statement, key: &str) -> Result<f64, BudgetError> {
    let wanted = || refused(&statement.name, format!("wanted `{key}`"));
    statement.given.get(key).copied().ok_or_else(wanted)
}

fn type_b(file: &BudgetFile) -> Result<Found, BudgetError> {
    let mut found = Found::default();
    for statement in &file.statements {
        let name = statement.name.as_str();
        let distribution = stated(statement)?;
        found.add(name, "u", distribution.standard_uncertainty());
        if let Some(reliability) = statement.given.get("reliability") {
            let dof = type_b::dof_of_reliability(*reliability);
            found.add(name, "dof_eff", dof.map_err(|error| refused(name, error))?);
        }
        found.assume([format!("{name}: {}", distribution.name())]);
    }
    Ok(found)
}

/// What a document says, as a distribution. Source: JCGM 100:2008 (GUM), 4.3.
fn stated(statement: &Statement) -> Result<Distribution, BudgetError> {
    let name = statement.name.as_str();
    let has = |key: &str| statement.given.get(key).copied();
    if let (Some(lower), Some(upper)) = (has("lower"), has("upper")) {
        return type_b::between(lower, upper).map_err(|error| refused(name, error));
    }
    let half = given(statement, "half_width")?;
    if half.is_nan() || half < 0.0 {
        return Err(refused(name, format!("half-width {half}, wanted a number from zero up")));
    }
    if let Some(p) = has("p") {
        return type_b::with_probability(half, p).map_err(|error| refused(name, error));
    }
    match (statement.shape.as_str(), has("beta")) {
        ("triangular", None) => Ok(Distribution::Triangular { half }),
        ("arcsine", None) => Ok(Distribution::Arcsine { half }),
        ("rectangular" | "uniform", None) => Ok(Distribution::Rectangular { half }),
        ("trapezoidal" | "trapezoid", Some(beta)) if (0.0..=1.0).contains(&beta) => {
            Ok(Distribution::Trapezoidal { half, beta })
        }
        (shape, _) => Err(refused(
            name,
            format!(
                "`{shape}` with these numbers, wanted rectangular, triangular, arcsine, \
                 trapezoidal with beta from 0 to 1, or a half-width with its p"
            ),
        )),
    }
}

fn coverage(file: &BudgetFile) -> Result<Found, BudgetError> {
    let mut found = Found::default();
    for statement in &file.statements {
        let (dof, p) = (given(statement, "dof")?, given(statement, "p")?);
        if !(p > 0.0 && p < 1.0 && dof > 0.0) {
            let reason = format!("p = {p} and dof = {dof}, wanted 0 < p < 1 and dof above zero");
            return Err(refused(&statement.name, reason));
        }
        let k = coverage_factor(p, dof, DofRule::Interpolate);
        found.quantities.insert(key(&statement.name, "k", Some(p)), k);
    }
    Ok(found)
}
