//! From the document to a problem that can be propagated.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::compiled::{self, Compiled};
use super::{
    At as _, Component, Estimate, Evaluation, EvaluationError, Input, Scale, Shape, text_error,
};
use crate::correlation::Correlation;
use crate::decimal::Decimal;
use crate::distribution::Distribution;
use crate::expression::{Expression, Kind, Scope, Value};
use crate::propagation::{self, Entry, InputQuantity, Problem};
use crate::quantity::Quantity;
use crate::unit::Unit;

/// A problem in SI, with the units to come back from there.
pub(super) struct Built {
    pub(super) problem: Problem,
    /// The equations, with the units of the result and of every input.
    pub(super) compiled: Arc<Compiled>,
}

/// Kinds of the names while the equations are checked.
#[derive(Default)]
struct Kinds(BTreeMap<String, Kind>);

impl Scope for Kinds {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.0.get(path).cloned()
    }

    fn value(&self, _: &str) -> Option<Value> {
        None
    }

    fn known(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

pub(super) fn problem(evaluation: &Evaluation) -> Result<Built, EvaluationError> {
    if evaluation.repeats.is_empty() {
        return Err(EvaluationError::NoRepeats);
    }
    let compiled = compiled::equations(evaluation)?;
    let inputs = || evaluation.inputs.iter().zip(&compiled.input_units);
    let quantities = inputs().map(|(input, unit)| quantity_of(input, unit));
    let quantities = quantities.collect::<Result<Vec<_>, _>>()?;
    let mut entries = Vec::with_capacity(evaluation.inputs.len());
    let mut enter = |each_repeat: bool, repeat: u32| -> Result<(), EvaluationError> {
        for (place, (input, unit)) in inputs().enumerate() {
            if input.each_repeat == each_repeat {
                let estimate = estimate(evaluation, input, unit, repeat)?;
                entries.push(Entry { input: place, estimate });
            }
        }
        Ok(())
    };
    // In the order of the tape.
    enter(false, 0)?;
    for repeat in &evaluation.repeats {
        enter(true, *repeat)?;
    }
    let problem = Problem {
        tape: compiled.tape.clone(),
        inputs: quantities,
        entries,
        correlation: correlation(evaluation)?,
        correlated_dof: evaluation.correlated_dof,
    };
    Ok(Built { problem, compiled })
}

/// Reads all expressions and checks names, kinds and dimensions.
pub(super) fn checked(
    evaluation: &Evaluation,
) -> Result<(Unit, Vec<Expression>, Expression), EvaluationError> {
    let mut kinds = Kinds::default();
    for input in &evaluation.inputs {
        let unit = Unit::parse(&input.unit).at(&format!("unit of `{}`", input.name))?;
        declare(&mut kinds, &input.name, Kind::of_unit(&unit))?;
    }
    let mut equations = Vec::with_capacity(evaluation.equations.len());
    let mut measurand = None;
    for equation in &evaluation.equations {
        let place = format!("equation `{}`", equation.name);
        let unit = Unit::parse(&equation.unit).at(&place)?;
        let expression = parsed(&place, &equation.expression)?;
        let found = expression
            .check(&kinds)
            .map_err(|findings| EvaluationError::Expression { place: place.clone(), findings })?;
        let wanted = Kind::of_unit(&unit);
        if found != wanted {
            let symbol = unit.symbol();
            return Err(text_error(place, format!("gives {found}, its unit is {symbol}")));
        }
        declare(&mut kinds, &equation.name, found)?;
        if equation.name == evaluation.measurand {
            measurand = Some((unit, wanted));
        }
        equations.push(expression);
    }
    let Some((unit, kind)) = measurand else {
        return Err(text_error("measurand", format!("no equation `{}`", evaluation.measurand)));
    };
    kinds.0.insert(evaluation.measurand.clone(), Kind::List(Box::new(kind.clone())));
    let quantity = parsed("quantity", &evaluation.quantity)?;
    let place = || "quantity".to_owned();
    let found = quantity
        .check(&kinds)
        .map_err(|findings| EvaluationError::Expression { place: place(), findings })?;
    let is_single =
        found == kind || (found == Kind::List(Box::new(kind)) && evaluation.repeats.len() == 1);
    if !is_single {
        let symbol = unit.symbol();
        return Err(text_error(place(), format!("gives {found}, wanted one number in {symbol}")));
    }
    Ok((unit, equations, quantity))
}

fn declare(kinds: &mut Kinds, name: &str, kind: Kind) -> Result<(), EvaluationError> {
    match kinds.0.insert(name.to_owned(), kind) {
        Some(_) => Err(EvaluationError::NameTwice { name: name.to_owned() }),
        None => Ok(()),
    }
}

fn parsed(place: &str, text: &str) -> Result<Expression, EvaluationError> {
    Expression::parse(text).map_err(|finding| EvaluationError::Expression {
        place: place.to_owned(),
        findings: vec![finding],
    })
}

/// Where a number stands, for a message.
type At<'a> = &'a dyn Fn() -> String;

/// A number, and its unit where it does not stand in that of the input.
struct Written(f64, Option<Unit>);

/// A text with a unit, or a bare number in the unit of the input.
fn written(place: At<'_>, text: &str, unit: &Unit) -> Result<Written, EvaluationError> {
    if let Ok(bare) = Decimal::parse(text.trim()) {
        return Ok(Written(bare.to_f64(), None));
    }
    let quantity = Quantity::parse(text).map_err(|error| text_error(place(), error))?;
    if quantity.unit().symbol() == "1" && !unit.dimension().is_one() {
        return Ok(Written(quantity.value(), None));
    }
    quantity.in_unit(unit).map_err(|error| text_error(place(), error))?;
    Ok(Written(quantity.value(), Some(quantity.unit().clone())))
}

fn estimate(
    evaluation: &Evaluation,
    input: &Input,
    unit: &Unit,
    repeat: u32,
) -> Result<f64, EvaluationError> {
    let text = match &input.estimate {
        Estimate::Value(text) => {
            let Written(number, own) = written(&|| format!("input `{}`", input.name), text, unit)?;
            return Ok(own.as_ref().unwrap_or(unit).to_si(number));
        }
        Estimate::Reading => {
            let mut matching = evaluation.readings.iter().filter(|reading| {
                reading.input == input.name && (!input.each_repeat || reading.repeat == repeat)
            });
            match (matching.next(), matching.count()) {
                (Some(reading), 0) => reading,
                (first, more) => {
                    let found = usize::from(first.is_some()) + more;
                    let input = input.name.clone();
                    return Err(EvaluationError::Readings { input, repeat, found });
                }
            }
        }
    };
    let place = || format!("reading {} of `{}`", text.sequence, input.name);
    let number = Decimal::parse(text.text.trim()).map_err(|error| text_error(place(), error))?;
    if text.unit == unit.symbol() {
        return Ok(unit.to_si(number.to_f64()));
    }
    let own = Unit::parse(&text.unit).map_err(|error| text_error(place(), error))?;
    let quantity = Quantity::new(number, own);
    quantity.in_unit(unit).map_err(|error| text_error(place(), error))?;
    Ok(quantity.si())
}

fn quantity_of(input: &Input, unit: &Unit) -> Result<InputQuantity, EvaluationError> {
    let components = input.components.iter().map(|part| component(input, part, unit));
    let components = components.collect::<Result<Vec<_>, _>>()?;
    Ok(InputQuantity { name: input.name.clone(), components })
}

fn component(
    input: &Input,
    part: &Component,
    unit: &Unit,
) -> Result<propagation::Component, EvaluationError> {
    let place = || format!("`{}` of `{}`", part.name.en(), input.name);
    let plain = |text: &str| {
        Decimal::parse(text.trim()).map(|d| d.to_f64()).map_err(|error| text_error(place(), error))
    };
    // A scale is an interval: kelvin for degrees Celsius.
    let interval = unit.interval();
    let length = |text: &str| {
        let Written(number, own) = written(&place, text, &interval)?;
        let si = own.as_ref().unwrap_or(&interval).interval_to_si(number);
        if si >= 0.0 { Ok(si) } else { Err(text_error(place(), "a scale is not negative")) }
    };
    let dof = match &part.dof {
        None => f64::INFINITY,
        Some(text) => {
            let dof = plain(text)?;
            if dof > 0.0 { dof } else { return Err(text_error(place(), "wanted dof > 0")) }
        }
    };
    let wanted = |what: &str| text_error(place(), format!("this distribution wants {what}"));
    let optional = |text: &Option<String>, what| text.clone().ok_or_else(|| wanted(what));
    let distribution = match (part.distribution, &part.scale) {
        (Shape::Normal, Scale::Standard(text)) => Distribution::Normal { standard: length(text)? },
        (Shape::Normal, Scale::Expanded { expanded, k }) => {
            let k = plain(k)?;
            if k <= 0.0 {
                return Err(text_error(place(), "wanted k > 0"));
            }
            Distribution::Normal { standard: length(expanded)? / k }
        }
        (Shape::T, Scale::Standard(text)) if dof.is_finite() => {
            Distribution::StudentT { scale: length(text)?, dof }
        }
        (Shape::Rectangular, Scale::Half(text)) => {
            Distribution::Rectangular { half: length(text)? }
        }
        (Shape::Triangular, Scale::Half(text)) => Distribution::Triangular { half: length(text)? },
        (Shape::Arcsine, Scale::Half(text)) => Distribution::Arcsine { half: length(text)? },
        (Shape::Trapezoidal, Scale::Half(text)) => {
            let beta = plain(&optional(&part.beta, "beta")?)?;
            if !(0.0..=1.0).contains(&beta) {
                return Err(text_error(place(), "wanted 0 <= beta <= 1"));
            }
            Distribution::Trapezoidal { half: length(text)?, beta }
        }
        (Shape::Ctrap, Scale::Half(text)) => {
            let inexact = length(&optional(&part.inexact, "inexact")?)?;
            Distribution::CurvilinearTrapezoid { half: length(text)?, inexact }
        }
        (Shape::Normal, Scale::Half(_)) => return Err(wanted("standard or expanded")),
        (Shape::T, _) => return Err(wanted("standard and dof")),
        _ => return Err(wanted("half")),
    };
    Ok(propagation::Component { name: part.name.en().to_owned(), distribution, dof })
}

fn correlation(evaluation: &Evaluation) -> Result<Correlation, EvaluationError> {
    let names: Vec<String> = evaluation.inputs.iter().map(|input| input.name.clone()).collect();
    let pairs = evaluation.correlations.iter().map(|pair| {
        let place = format!("correlation of `{}` and `{}`", pair.a, pair.b);
        let r = Decimal::parse(&pair.r).map_err(|error| text_error(place, error))?;
        Ok((pair.a.clone(), pair.b.clone(), r.to_f64()))
    });
    let pairs = pairs.collect::<Result<Vec<_>, EvaluationError>>()?;
    Ok(Correlation::new(&names, &pairs)?)
}
