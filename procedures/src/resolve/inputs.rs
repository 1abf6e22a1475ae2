//! The inputs of a model as numbers.

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::evaluation::{
    Component, Correlated, Estimate, Input, RawReading, Scale as Written, Shape,
};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::text::Text;

use super::{Request, named, repeats, text};
use crate::finding;
use crate::procedure::{
    Contribution, Distribution, Earlier, Input as Declared, InputSource, Model, Scale,
};
use crate::scope::PointScope;

/// Inputs and readings, or every finding.
pub(super) fn resolved(
    request: &Request<'_>,
    scope: &PointScope<'_>,
) -> Result<(Vec<Input>, Vec<RawReading>), Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let mut inputs = Vec::new();
    for declared in &request.model.inputs {
        match input(request, declared, scope) {
            Ok(input) => inputs.push(input),
            Err(finding) => findings.push(finding),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let mut readings = named(request.model, request.readings);
    readings.retain(|reading| {
        !request.estimates.contains_key(&reading.input)
            && (reading.repeat == 0 || request.repeats.contains(&reading.repeat))
    });
    for index in 0..request.model.inputs.len() {
        repeats::fill(request, &mut inputs, &readings, index).map_err(|finding| vec![finding])?;
    }
    Ok((inputs, readings))
}

fn input(
    request: &Request<'_>,
    declared: &Declared,
    scope: &PointScope<'_>,
) -> Result<Input, Diagnostic> {
    let estimate = match (&declared.source, request.estimates.get(&declared.name)) {
        (_, Some(given)) => Estimate::Value(given.clone()),
        (InputSource::Value(value), None) => Estimate::Value(value.to_string()),
        (InputSource::Reading(_) | InputSource::Answer(_), None) => Estimate::Reading,
        (InputSource::Formula(formula), None) => {
            Estimate::Value(text::written(formula, scope, &declared.unit)?)
        }
    };
    let components = match request.uncertainties.get(&declared.name) {
        Some(u) => vec![replaced(u)],
        None => declared
            .contributions
            .iter()
            .filter(|entry| entry.only_for.is_none_or(|only| only == request.activity))
            .map(|entry| component(declared, entry, scope))
            .collect::<Result<_, _>>()?,
    };
    Ok(Input {
        name: declared.name.clone(),
        label: declared.label.clone().unwrap_or_else(|| Text::english(declared.name.clone())),
        unit: declared.unit.symbol().to_owned(),
        estimate,
        each_repeat: declared.each_repeat,
        components,
    })
}

/// A golden test's standard uncertainty in place of the contributions.
fn replaced(u: &Quantity) -> Component {
    Component {
        name: Text::new("standard uncertainty as given", "给定的标准不确定度"),
        distribution: Shape::Normal,
        scale: Written::Standard(u.to_string()),
        dof: None,
        beta: None,
        inexact: None,
        source: None,
    }
}

fn component(
    declared: &Declared,
    contribution: &Contribution,
    scope: &PointScope<'_>,
) -> Result<Component, Diagnostic> {
    let width = |formula| text::width(formula, scope, &declared.unit);
    let (shape, scale, dof, origin) = match &contribution.distribution {
        Distribution::Normal(Scale::Standard { u, dof }) => {
            let dof = dof.as_ref().map(|dof| text::plain(dof, scope)).transpose()?;
            (Shape::Normal, Written::Standard(width(u)?), dof, &u.text)
        }
        Distribution::Normal(Scale::Expanded { expanded, k }) => {
            let scale = Written::Expanded { expanded: width(expanded)?, k: text::plain(k, scope)? };
            (Shape::Normal, scale, None, &expanded.text)
        }
        Distribution::Rectangular(half) => {
            (Shape::Rectangular, Written::Half(width(half)?), None, &half.text)
        }
        Distribution::Triangular(half) => {
            (Shape::Triangular, Written::Half(width(half)?), None, &half.text)
        }
        Distribution::Arcsine(half) => {
            (Shape::Arcsine, Written::Half(width(half)?), None, &half.text)
        }
        Distribution::Pooled { s, dof, min_n } => {
            let dof = enough(contribution, text::plain(dof, scope)?, *min_n)?;
            (Shape::T, Written::Standard(width(s)?), Some(dof), &s.text)
        }
        // Filled in from the readings by `repeats::fill`, together with what stands here.
        Distribution::Repeats { earlier: Some(Earlier { s, dof }), .. } => {
            let dof = text::plain(dof, scope)?;
            (Shape::T, Written::Standard(width(s)?), Some(dof), &s.text)
        }
        Distribution::Repeats { .. } => {
            (Shape::T, Written::Standard("0".to_owned()), None, &contribution.name)
        }
    };
    Ok(Component {
        name: Text::english(contribution.name.clone()),
        distribution: shape,
        scale,
        dof,
        beta: None,
        inexact: None,
        source: Some(origin.clone()),
    })
}

/// A pooled standard deviation rests on at least `min_n` earlier readings, that
/// is on `min_n` - 1 degrees of freedom.
fn enough(contribution: &Contribution, dof: String, min_n: u32) -> Result<String, Diagnostic> {
    let is_enough = Decimal::parse(&dof).is_ok_and(|dof| dof.to_f64() >= f64::from(min_n) - 1.0);
    if is_enough {
        return Ok(dof);
    }
    Err(Diagnostic::error(
        finding::TYPE_A_FEW,
        format!(
            "`{}` has {dof} degrees of freedom, wanted at least {}",
            contribution.name,
            min_n - 1
        ),
    )
    .at(contribution.place.clone()))
}

/// Inputs of the same instance are fully correlated.
pub(super) fn correlations(model: &Model) -> Vec<Correlated> {
    let mut pairs = Vec::new();
    for (index, first) in model.inputs.iter().enumerate() {
        for second in model.inputs.iter().skip(index + 1) {
            if first.instance.is_some() && first.instance == second.instance {
                let (a, b) = (first.name.clone(), second.name.clone());
                pairs.push(Correlated { a, b, r: "1".to_owned() });
            }
        }
    }
    pairs
}
