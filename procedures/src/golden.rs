//! Golden cases: the procedure must give what somebody else computed.
//!
//! Value and uncertainty come from the same resolution and the same engine as in
//! a run; Monte Carlo, the second opinion, is left out here because an expected
//! value of independent origin has no sampling error to share.

use std::collections::BTreeMap;

use etalon_uncertainty::evaluation::{Evaluation, Judgement, Outcome, Verdict};
use etalon_uncertainty::expression::{Scope, Value};
use etalon_uncertainty::quantity::Quantity;

use crate::expand::{Point, bind, expand};
use crate::item::{ItemFields, item};
use crate::procedure::{Activity, ExpectedVerdict, Given, GoldenTest, Model, Procedure};
use crate::resolve::{self, Request};
use crate::scope::{Bindings, PointScope};

mod across;
mod given;

/// What came out of one golden case.
#[derive(Clone, Debug, PartialEq)]
pub struct TestOutcome {
    /// The name of the case.
    pub name: String,
    /// Who computed the expected values.
    pub origin: String,
    /// Everything that was compared.
    pub comparisons: Vec<Comparison>,
    /// Why nothing could be compared.
    pub failure: Option<String>,
}

impl TestOutcome {
    /// Whether something was compared and all of it holds.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failure.is_none()
            && !self.comparisons.is_empty()
            && self.comparisons.iter().all(|comparison| comparison.holds)
    }
}

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What was compared: `value`, `U`, `verdict`, `mpe.limit` …
    pub quantity: String,
    /// What came out.
    pub got: String,
    /// What was expected.
    pub wanted: String,
    /// How far they may differ, where numbers may.
    pub tolerance: Option<String>,
    /// Whether they agree.
    pub holds: bool,
}

/// Runs every golden case of a procedure.
#[must_use]
pub fn run_tests(procedure: &Procedure) -> Vec<TestOutcome> {
    procedure.tests.iter().map(|test| run(procedure, test)).collect()
}

fn run(procedure: &Procedure, test: &GoldenTest) -> TestOutcome {
    let mut comparisons = Vec::new();
    let failure = compare(procedure, test, &mut comparisons).err();
    TestOutcome { name: test.name.clone(), origin: test.origin.clone(), comparisons, failure }
}

/// Findings as one sentence.
fn sentence(findings: Vec<etalon_uncertainty::diagnostic::Diagnostic>) -> String {
    findings.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>().join("; ")
}

fn compare(
    procedure: &Procedure,
    test: &GoldenTest,
    comparisons: &mut Vec<Comparison>,
) -> Result<(), String> {
    let item = item(procedure, &test.item).map_err(sentence)?;
    let points = expand(procedure, &item).map_err(sentence)?;
    if let Some(wanted) = &test.points {
        let got: Vec<&str> = points.iter().map(|point| point.id.as_str()).collect();
        comparisons.push(equal("points", &got.join(" "), &wanted.join(" ")));
    }
    across::compare(procedure, test, &item, &points, comparisons)?;
    let mut point = match &test.point {
        None => Point { id: "golden".to_owned(), values: BTreeMap::new() },
        Some(id) => points
            .into_iter()
            .find(|point| point.id == *id)
            .ok_or_else(|| format!("there is no point `{id}` for this item"))?,
    };
    let model = match &test.model {
        Some(name) => procedure.model(name),
        None => procedure.models.first(),
    };
    let model = model.ok_or("the procedure has no such model")?;
    let given = given::sorted(procedure, model, test)?;
    // Values that need names this case does not give stay unknown; whoever needs
    // them says so.
    let unbound = bind(procedure, &item, &mut point, &given.external).err();
    at_point(procedure, test, &item, &point, &given.external, comparisons)?;
    let evaluates = test.value.is_some()
        || test.expanded.is_some()
        || test.rounded.is_some()
        || test.verdict.is_some();
    if !evaluates {
        return Ok(());
    }
    let case = Case { procedure, test, model, item: &item, point: &point, given: &given };
    case.evaluated(comparisons).map_err(|message| match unbound {
        Some(finding) => format!("{message} ({})", finding.message),
        None => message,
    })
}

fn at_point(
    procedure: &Procedure,
    test: &GoldenTest,
    item: &ItemFields,
    point: &Point,
    external: &Bindings,
    comparisons: &mut Vec<Comparison>,
) -> Result<(), String> {
    let scope = PointScope { procedure, item, point: Some(point), outer: external };
    for (name, wanted) in &test.at_point {
        let value =
            scope.value(name).ok_or_else(|| format!("`{name}` has no value at this point"))?;
        let (got, holds) = match (&value, Quantity::parse(wanted)) {
            (Value::Number { si, kind }, Ok(quantity)) => {
                let unit = quantity.unit();
                let got = etalon_uncertainty::decimal::Decimal::from_f64(unit.from_si(*si))
                    .map_err(|error| error.to_string())?;
                let holds = unit.dimension() == kind.dimension && got == *quantity.decimal();
                (format!("{got} {}", unit.printed()), holds)
            }
            (Value::Text(text), _) => (text.clone(), text == wanted),
            (Value::Truth(truth), _) => (truth.to_string(), truth.to_string() == *wanted),
            (other, _) => (other.kind().to_string(), false),
        };
        comparisons.push(Comparison {
            quantity: name.clone(),
            got: got.trim().to_owned(),
            wanted: wanted.clone(),
            tolerance: None,
            holds,
        });
    }
    Ok(())
}

struct Case<'a> {
    procedure: &'a Procedure,
    test: &'a GoldenTest,
    model: &'a Model,
    item: &'a ItemFields,
    point: &'a Point,
    given: &'a given::Sorted,
}

impl Case<'_> {
    fn evaluation(&self) -> Result<Evaluation, String> {
        let activities = &self.procedure.activities;
        let activity = self.test.activity.or_else(|| activities.first().copied());
        let request = Request {
            procedure: self.procedure,
            model: self.model,
            activity: activity.unwrap_or(Activity::Calibration),
            key: format!("golden/{}", self.point.id),
            item: self.item,
            point: self.point,
            external: &self.given.external,
            readings: &self.given.readings,
            repeats: self.given.repeats.clone(),
            estimates: self.given.estimates.clone(),
            uncertainties: self.test.u.clone(),
        };
        let mut evaluation = resolve::evaluation(&request).map_err(sentence)?;
        evaluation.monte_carlo = None;
        Ok(evaluation)
    }

    fn evaluated(&self, comparisons: &mut Vec<Comparison>) -> Result<(), String> {
        let evaluation = self.evaluation()?;
        let outcome = evaluation.evaluate().map_err(|error| error.to_string())?;
        self.numbers(&outcome, comparisons)?;
        if self.test.verdict.is_some() {
            let judgement = evaluation.decide(&outcome).map_err(|error| error.to_string())?;
            self.verdict(&judgement, comparisons);
        }
        Ok(())
    }

    fn numbers(&self, outcome: &Outcome, comparisons: &mut Vec<Comparison>) -> Result<(), String> {
        let test = self.test;
        if let Some(rounded) = &test.rounded {
            comparisons.push(equal("rounded", &outcome.printed_value, rounded));
        }
        let wide = test.expanded_tolerance.as_ref().or(test.tolerance.as_ref());
        let pairs = [
            ("value", outcome.value, test.value.as_ref(), test.tolerance.as_ref(), false),
            ("U", outcome.expanded, test.expanded.as_ref(), wide, true),
        ];
        for (name, got, wanted, tolerance, is_width) in pairs {
            let (Some(wanted), Some(tolerance)) = (wanted, tolerance) else { continue };
            let unit = if is_width { self.model.unit.interval() } else { self.model.unit.clone() };
            let number = wanted.in_unit(&unit).map_err(|error| error.to_string())?;
            let within = tolerance.in_unit(&unit.interval()).map_err(|error| error.to_string())?;
            comparisons.push(Comparison {
                quantity: name.to_owned(),
                got: format!("{got} {}", outcome.unit),
                wanted: wanted.to_string(),
                tolerance: Some(tolerance.to_string()),
                holds: (got - number).abs() <= within,
            });
        }
        Ok(())
    }

    fn verdict(&self, judgement: &Judgement, comparisons: &mut Vec<Comparison>) {
        let Some(wanted) = self.test.verdict else { return };
        comparisons.push(equal("verdict", found(&judgement.verdict), expected(wanted)));
    }
}

/// The evaluation behind a golden case, for whoever prints its budget.
///
/// # Errors
/// Why the case cannot be evaluated, in words.
pub fn evaluation(procedure: &Procedure, test: &GoldenTest) -> Result<Evaluation, String> {
    let item = item(procedure, &test.item).map_err(sentence)?;
    let points = expand(procedure, &item).map_err(sentence)?;
    let mut point = points
        .into_iter()
        .find(|point| test.point.as_ref() == Some(&point.id))
        .unwrap_or_else(|| Point { id: "golden".to_owned(), values: BTreeMap::new() });
    let model = match &test.model {
        Some(name) => procedure.model(name),
        None => procedure.models.first(),
    };
    let model = model.ok_or("the procedure has no such model")?;
    let given = given::sorted(procedure, model, test)?;
    // What stays unknown here is named by whoever needs it.
    let unbound = bind(procedure, &item, &mut point, &given.external).err();
    let case = Case { procedure, test, model, item: &item, point: &point, given: &given };
    case.evaluation().map_err(|message| match unbound {
        Some(finding) => format!("{message} ({})", finding.message),
        None => message,
    })
}

/// The word for an expected verdict.
fn expected(verdict: ExpectedVerdict) -> &'static str {
    match verdict {
        ExpectedVerdict::Pass => "pass",
        ExpectedVerdict::Fail => "fail",
        ExpectedVerdict::ConditionalPass => "conditional-pass",
        ExpectedVerdict::ConditionalFail => "conditional-fail",
        ExpectedVerdict::NotEvaluated => "not-evaluated",
    }
}

/// The word for a verdict.
fn found(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::ConditionalPass => "conditional-pass",
        Verdict::ConditionalFail => "conditional-fail",
        Verdict::NotEvaluated { .. } => "not-evaluated",
    }
}

fn equal(quantity: &str, got: &str, wanted: &str) -> Comparison {
    Comparison {
        quantity: quantity.to_owned(),
        got: got.to_owned(),
        wanted: wanted.to_owned(),
        tolerance: None,
        holds: got == wanted,
    }
}

/// The texts of a given value, one per repeat.
fn texts(given: &Given) -> Vec<&str> {
    match given {
        Given::One(text, _) => vec![text],
        Given::Many(entries) => entries.iter().map(|(text, _)| text.as_str()).collect(),
    }
}
