//! Golden cases of derived quantities and checks: results of models at points
//! are given, what follows from them is compared.

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::evaluation::{
    self, Coverage, Equation, Estimate, Evaluation, Input, Outcome, RawReading,
};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::text::Text;

use super::{Comparison, equal, expected, found};
use crate::conformity::judged;
use crate::derive::{DerivedResult, Found, Obtained, StageResults, Visited, derived};
use crate::expand::Point;
use crate::item::ItemFields;
use crate::procedure::{Activity, GoldenTest, Model, Procedure, Stage};
use crate::scope::Bindings;

/// Compares derived quantities and checks with the expected ones.
pub(super) fn compare(
    procedure: &Procedure,
    test: &GoldenTest,
    item: &ItemFields,
    points: &[Point],
    comparisons: &mut Vec<Comparison>,
) -> Result<(), String> {
    if test.results.is_empty() && test.derived.is_empty() && test.checks.is_empty() {
        return Ok(());
    }
    let stage = stage(procedure, test)?;
    let measured = measured(procedure, test, &stage.id, points)?;
    let external = Bindings::default();
    let visited = points.iter().zip(&measured).map(|(point, results)| Visited {
        point,
        external: &external,
        obtained: results
            .iter()
            .map(|(evaluation, outcome)| Obtained { evaluation, outcome })
            .collect(),
    });
    let activity = test.activity.or_else(|| procedure.activities.first().copied());
    let results = StageResults {
        procedure,
        activity: activity.unwrap_or(Activity::Calibration),
        item,
        stage: &stage.id,
        visited: visited.collect(),
    };
    let values = derived(&results);
    for (key, wanted) in &test.derived {
        comparisons.push(value(key, wanted, sought(&values, key)?)?);
    }
    let checks = judged(&results);
    for (key, wanted) in &test.checks {
        let verdict = sought(&checks, key)?.verdict();
        comparisons.push(equal(key, found(&verdict), expected(*wanted)));
    }
    Ok(())
}

/// The stage that yields the models whose results are given.
fn stage<'p>(procedure: &'p Procedure, test: &GoldenTest) -> Result<&'p Stage, String> {
    let yields_all =
        |stage: &&Stage| test.results.keys().all(|model| stage.results.contains(model));
    let stage = procedure.stages.iter().find(yields_all);
    stage.ok_or_else(|| "no stage yields all models of `results`".to_owned())
}

type Measured = Vec<(Evaluation, Outcome)>;

/// An exact evaluation of every given result, by point.
fn measured(
    procedure: &Procedure,
    test: &GoldenTest,
    stage: &str,
    points: &[Point],
) -> Result<Vec<Measured>, String> {
    for (name, given) in &test.results {
        let odd = given.keys().find(|id| points.iter().all(|point| point.id != **id));
        if let Some(odd) = odd {
            return Err(format!("`results` of `{name}`: there is no point `{odd}` for this item"));
        }
    }
    let at = |point: &Point| {
        let mut measured = Vec::new();
        for (name, given) in &test.results {
            let model =
                procedure.model(name).ok_or_else(|| format!("there is no model `{name}`"))?;
            let Some(values) = given.get(&point.id) else { continue };
            let evaluation = evaluation(model, format!("{stage}/{}", point.id), values)?;
            let outcome = evaluation.evaluate().map_err(|error| error.to_string())?;
            measured.push((evaluation, outcome));
        }
        Ok(measured)
    };
    points.iter().map(at).collect()
}

/// A model whose values over the repeats are given.
fn evaluation(model: &Model, key: String, values: &[Quantity]) -> Result<Evaluation, String> {
    let numbers: Vec<u32> = (1..=u32::try_from(values.len()).unwrap_or(u32::MAX)).collect();
    let readings = numbers.iter().zip(values).map(|(repeat, value)| RawReading {
        input: "given".to_owned(),
        repeat: *repeat,
        text: value.decimal().to_string(),
        unit: value.unit().symbol().to_owned(),
        sequence: 0,
    });
    let readings = readings.collect();
    if values.is_empty() {
        return Err(format!("`{key}` has no value"));
    }
    Ok(Evaluation {
        schema: evaluation::SCHEMA.to_owned(),
        key,
        quantity: format!("mean({})", model.name),
        equations: vec![Equation {
            name: model.name.clone(),
            unit: model.unit.symbol().to_owned(),
            expression: "given".to_owned(),
        }],
        measurand: model.name.clone(),
        repeats: numbers,
        inputs: vec![Input {
            name: "given".to_owned(),
            label: Text::default(),
            unit: model.unit.symbol().to_owned(),
            estimate: Estimate::Reading,
            each_repeat: true,
            components: Vec::new(),
        }],
        readings,
        correlations: Vec::new(),
        correlated_dof: Default::default(),
        coverage: Coverage::Fixed { k: "2".to_owned(), p: "0.95".to_owned() },
        limit: None,
        rounding: None,
        decision: None,
        monte_carlo: None,
    })
}

fn sought<'d>(results: &'d [DerivedResult], key: &str) -> Result<&'d DerivedResult, String> {
    results.iter().find(|result| result.key() == key).ok_or_else(|| {
        let known: Vec<String> = results.iter().map(DerivedResult::key).collect();
        format!("nothing is derived as `{key}`; there is {}", known.join(", "))
    })
}

/// Compares to the digits written: half a unit of the last one.
fn value(key: &str, wanted: &Quantity, result: &DerivedResult) -> Result<Comparison, String> {
    let value = match &result.found {
        Found::Evaluated(value) => value,
        Found::NotEvaluated { reason } => {
            return Ok(equal(key, &format!("not evaluated: {}", reason.en()), &wanted.to_string()));
        }
    };
    let got = Decimal::from_f64(value.outcome.value).map_err(|error| error.to_string())?;
    let unit = etalon_uncertainty::unit::Unit::parse(&value.outcome.unit)
        .map_err(|error| error.to_string())?;
    let got = Quantity::new(got, unit).decimal_in(wanted.unit());
    let got = got.map_err(|error| error.to_string())?;
    let places = wanted.decimal().places();
    let half = Decimal::parse(&format!("0.5e{}", -places)).map_err(|error| error.to_string())?;
    Ok(Comparison {
        quantity: key.to_owned(),
        got: format!("{got} {}", wanted.unit().printed()).trim().to_owned(),
        wanted: wanted.to_string(),
        tolerance: Some(format!("{half} {}", wanted.unit().printed()).trim().to_owned()),
        holds: got.sub(wanted.decimal()).abs() <= half,
    })
}
