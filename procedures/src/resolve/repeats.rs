//! The values of a model over the repeats of a point, and Type A from them.

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::evaluation::{
    Component, Estimate, Evaluation, Input, RawReading, Scale as Written,
};
use etalon_uncertainty::expression::{Expression, Value};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::type_a::{self, Evaluated};
use etalon_uncertainty::unit::Unit;

use super::Request;
use crate::finding;
use crate::procedure::Distribution;
use crate::scope::Bindings;

/// The measurand's value in each repeat that takes part, in the coherent unit
/// (kelvin for a temperature).
///
/// # Errors
/// When an equation or an estimate has no value: the evaluation itself has none then.
pub fn values(evaluation: &Evaluation) -> Result<Vec<f64>, Diagnostic> {
    let equations: Vec<(&str, Expression)> = evaluation
        .equations
        .iter()
        .map(|equation| Ok((equation.name.as_str(), Expression::parse(&equation.expression)?)))
        .collect::<Result<_, Diagnostic>>()?;
    let each = |repeat: &u32| {
        let mut names = estimates(&evaluation.inputs, &evaluation.readings, *repeat)?;
        for (name, expression) in &equations {
            let value = expression.evaluate(&names)?;
            names.bind(*name, value);
        }
        match names.get(&evaluation.measurand) {
            Some(Value::Number { si, .. }) => Ok(*si),
            Some(other) => Err(no_number(other)),
            None => Err(Diagnostic::error(
                finding::SYMBOL,
                format!("no equation `{}`", evaluation.measurand),
            )),
        }
    };
    evaluation.repeats.iter().map(each).collect()
}

fn no_number(found: &Value) -> Diagnostic {
    Diagnostic::error(finding::KIND, format!("the equation gives {}", found.kind()))
}

/// The estimates of all inputs in one repeat.
fn estimates(
    inputs: &[Input],
    readings: &[RawReading],
    repeat: u32,
) -> Result<Bindings, Diagnostic> {
    let mut names = Bindings::default();
    for input in inputs {
        let fail = |reason: String| {
            Diagnostic::error(finding::QUANTITY, format!("input `{}`: {reason}", input.name))
        };
        let text = match &input.estimate {
            Estimate::Value(text) => text.clone(),
            Estimate::Reading => readings
                .iter()
                .filter(|reading| reading.input == input.name)
                .find(|reading| !input.each_repeat || reading.repeat == repeat)
                .map(|reading| format!("{} {}", reading.text, reading.unit))
                .ok_or_else(|| fail(format!("no reading in repeat {repeat}")))?,
        };
        let unit = Unit::parse(&input.unit).map_err(|error| fail(error.to_string()))?;
        let value = match Decimal::parse(text.trim()) {
            Ok(bare) => Value::in_unit(bare.to_f64(), &unit),
            Err(_) => {
                let quantity = Quantity::parse(&text).map_err(|error| fail(error.to_string()))?;
                Value::from(&quantity)
            }
        };
        names.bind(input.name.clone(), value);
    }
    Ok(names)
}

/// Type A from the repeats of this point: s of the model's values (GUM 4.2.2),
/// with n - 1 degrees of freedom; pooled with earlier ones where the procedure says so.
pub(super) fn fill(
    request: &Request<'_>,
    inputs: &mut [Input],
    readings: &[RawReading],
    index: usize,
) -> Result<(), Diagnostic> {
    let Some(declared) = request.model.inputs.get(index) else { return Ok(()) };
    if request.uncertainties.contains_key(&declared.name) {
        return Ok(());
    }
    let contributions = declared
        .contributions
        .iter()
        .filter(|entry| entry.only_for.is_none_or(|only| only == request.activity));
    for (place, contribution) in contributions.enumerate() {
        let Distribution::Repeats { min_n, relative, earlier } = &contribution.distribution else {
            continue;
        };
        let (min_n, relative) = (*min_n, *relative);
        let n = request.repeats.len();
        let wanted = min_n.max(2);
        if n < usize::try_from(wanted).unwrap_or(usize::MAX) {
            let message =
                format!("`{}` has {n} repeats, wanted at least {wanted}", contribution.name);
            return Err(
                Diagnostic::error(finding::TYPE_A_FEW, message).at(contribution.place.clone())
            );
        }
        let (mean, s) = spread(request, inputs, readings)?;
        if relative && mean == 0.0 {
            let message = format!("`{}` is relative to a mean of zero", contribution.name);
            let finding = Diagnostic::error(finding::TYPE_A_OF, message);
            return Err(finding.at(contribution.place.clone()));
        }
        let (s, unit) = match relative {
            true => (s / mean.abs(), declared.unit.clone()),
            false => (s, request.model.unit.interval()),
        };
        #[expect(clippy::cast_precision_loss, reason = "a run has far fewer repeats than 2^52")]
        let own = Evaluated { standard: unit.interval_from_si(s), dof: (n - 1) as f64 };
        let component = inputs.get_mut(index).and_then(|i| i.components.get_mut(place));
        let Some(component) = component else { continue };
        let spread = match earlier {
            Some(_) => together(own, component, &unit).map_err(|reason| {
                Diagnostic::error(finding::QUANTITY, reason).at(contribution.place.clone())
            })?,
            None => own,
        };
        component.scale = Written::Standard(printed(spread.standard, &unit)?);
        component.dof = Some(whole(spread.dof)?);
    }
    Ok(())
}

/// The repeats of the point with the earlier ones that stand in the component, in `unit`.
fn together(own: Evaluated, earlier: &Component, unit: &Unit) -> Result<Evaluated, String> {
    let Written::Standard(text) = &earlier.scale else {
        return Err("earlier repeats have a standard deviation".to_owned());
    };
    let standard = match Decimal::parse(text) {
        Ok(bare) => bare.to_f64(),
        Err(_) => {
            let quantity = Quantity::parse(text).map_err(|error| error.to_string())?;
            quantity.in_unit(unit).map_err(|error| error.to_string())?
        }
    };
    let dof = earlier.dof.as_deref().unwrap_or_default();
    let dof = Decimal::parse(dof).map_err(|error| error.to_string())?.to_f64();
    let joined = type_a::joined(own, Evaluated { standard, dof });
    joined.map(|joined| joined.spread).map_err(|error| error.to_string())
}

fn whole(dof: f64) -> Result<String, Diagnostic> {
    printed(dof, &Unit::one())
}

fn printed(number: f64, unit: &Unit) -> Result<String, Diagnostic> {
    let decimal = Decimal::from_f64(number)
        .map_err(|error| Diagnostic::error(finding::KIND, error.to_string()))?;
    Ok(match unit.printed() {
        "" => decimal.to_string(),
        symbol => format!("{decimal} {symbol}"),
    })
}

/// Mean and experimental standard deviation of the model's values over the
/// repeats, in the coherent unit.
fn spread(
    request: &Request<'_>,
    inputs: &[Input],
    readings: &[RawReading],
) -> Result<(f64, f64), Diagnostic> {
    let mut values = Vec::new();
    for repeat in &request.repeats {
        let names = estimates(inputs, readings, *repeat)?;
        match request.model.equation.evaluate(&names)? {
            Value::Number { si, .. } => values.push(si),
            other => return Err(no_number(&other)),
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a run has far fewer repeats than 2^52")]
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    Ok((mean, (squares / (n - 1.0)).sqrt()))
}
