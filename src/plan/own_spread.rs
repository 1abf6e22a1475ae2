//! Type A from the repeats of a point itself: what a plan keeps of it, and how it enters the evaluation
//! when the repeats are there.

use etalon_procedures::formula::Formula;
use etalon_procedures::procedure::{Activity, Distribution, Earlier, Model};
use etalon_procedures::resolve::repeats;
use etalon_procedures::scope::PointScope;
use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::evaluation::{Evaluation, Scale};
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::type_a::{self, Evaluated};
use etalon_uncertainty::unit::Unit;
use serde::{Deserialize, Serialize};

use super::PlanEntry;

/// A contribution that is the standard deviation of the point's own repeats (GUM 4.2).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OwnSpread {
    /// The input.
    pub input: String,
    /// Which of its components, from 0.
    pub component: usize,
    /// The fewest repeats it needs.
    pub min_n: u32,
    /// Whether it is taken relative to the mean, as a pure number.
    pub relative: bool,
    /// What earlier repeats have shown, where the two are pooled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<EarlierSpread>,
}

/// The standard deviation that earlier repeats have shown.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierSpread {
    /// Standard deviation of a single repeat, with its unit.
    pub s: String,
    /// Its degrees of freedom.
    pub dof: String,
}

impl EarlierSpread {
    /// In `unit`.
    fn in_unit(&self, unit: &Unit) -> Result<Evaluated, String> {
        let s = Quantity::parse(&self.s).map_err(|error| error.to_string())?;
        let standard = s.in_unit(unit).map_err(|error| error.to_string())?;
        let dof = Decimal::parse(&self.dof).map_err(|error| error.to_string())?.to_f64();
        Ok(Evaluated { standard, dof })
    }
}

/// The contributions of a model that its repeats give, with the numbers of earlier repeats.
///
/// # Errors
/// In words: what earlier repeats have shown has no number at the point.
pub(super) fn of_model(
    model: &Model,
    activity: Activity,
    scope: &PointScope<'_>,
) -> Result<Vec<OwnSpread>, String> {
    let mut own = Vec::new();
    for input in &model.inputs {
        let in_force = input
            .contributions
            .iter()
            .filter(|one| one.only_for.is_none_or(|only| only == activity));
        for (component, contribution) in in_force.enumerate() {
            let Distribution::Repeats { min_n, relative, earlier } = &contribution.distribution
            else {
                continue;
            };
            let unit = if *relative { &input.unit } else { &model.unit };
            let earlier =
                earlier.as_ref().map(|earlier| earlier_spread(earlier, scope, unit)).transpose()?;
            let (input, min_n) = (input.name.clone(), (*min_n).max(2));
            own.push(OwnSpread { input, component, min_n, relative: *relative, earlier });
        }
    }
    Ok(own)
}

fn earlier_spread(
    earlier: &Earlier,
    scope: &PointScope<'_>,
    unit: &Unit,
) -> Result<EarlierSpread, String> {
    let number = |formula: &Formula, unit: &Unit| {
        let value = formula.expression.evaluate(scope).map_err(|error| error.to_string())?;
        let Value::Number { si, .. } = value else {
            return Err(format!("`{}` is {}, wanted a number", formula.text, value.kind()));
        };
        Decimal::from_f64(unit.interval_from_si(si)).map_err(|error| error.to_string())
    };
    let s = Quantity::new(number(&earlier.s, unit)?, unit.interval()).to_string();
    Ok(EarlierSpread { s, dof: number(&earlier.dof, &Unit::one())?.to_string() })
}

impl OwnSpread {
    /// Writes the standard deviation of the repeats into the evaluation, with that of earlier ones
    /// where the procedure pools the two: in the unit of the result, or as a pure number where it
    /// is relative.
    pub(super) fn put(&self, evaluation: &mut Evaluation, s: f64, dof: f64) -> Result<(), String> {
        let measurand = evaluation.equations.iter().find(|one| one.name == evaluation.measurand);
        let unit = match measurand.filter(|_| !self.relative) {
            Some(equation) => {
                Unit::parse(&equation.unit).map_err(|error| error.to_string())?.interval()
            }
            None => Unit::one(),
        };
        let own = Evaluated { standard: s, dof };
        let spread = match &self.earlier {
            None => own,
            Some(earlier) => {
                let joined = type_a::joined(own, earlier.in_unit(&unit)?);
                joined.map_err(|error| error.to_string())?.spread
            }
        };
        self.write(evaluation, spread)
    }

    fn write(&self, evaluation: &mut Evaluation, spread: Evaluated) -> Result<(), String> {
        let s = spread.standard;
        let result = evaluation.equations.iter().find(|one| one.name == evaluation.measurand);
        let result = result.map(|one| one.unit.clone()).unwrap_or_default();
        let missing = || format!("input {} has no component {}", self.input, self.component);
        let input = evaluation.inputs.iter_mut().find(|one| one.name == self.input);
        let input = input.ok_or_else(missing)?;
        let unit = Unit::parse(&input.unit).map_err(|error| error.to_string())?;
        // Without a unit a number is in that of its input.
        let s = if self.relative { unit.interval_from_si(s) } else { s };
        let decimal = Decimal::from_f64(s).map_err(|error| error.to_string())?;
        let text = if self.relative { decimal.to_string() } else { format!("{decimal} {result}") };
        let component = input.components.get_mut(self.component).ok_or_else(missing)?;
        component.scale = Scale::Standard(text);
        let dof = Decimal::from_f64(spread.dof).map_err(|error| error.to_string())?;
        component.dof = Some(dof.to_string());
        Ok(())
    }
}

/// Fills in the contributions that follow from the repeats of the point: the experimental standard
/// deviation of the measurand's values (GUM 4.2.2), with n - 1 degrees of freedom, or pooled with
/// that of earlier repeats.
///
/// # Errors
/// In words: too few repeats, or a value that cannot be computed.
pub fn complete(entry: &PlanEntry, evaluation: &mut Evaluation) -> Result<(), String> {
    if entry.own_spread.is_empty() {
        return Ok(());
    }
    let values = repeats::values(evaluation).map_err(|finding| finding.to_string())?;
    let unit = Unit::parse(&entry.prediction.unit).map_err(|error| error.to_string())?;
    for own in &entry.own_spread {
        let (found, wanted) = (values.len(), usize::try_from(own.min_n).unwrap_or(usize::MAX));
        if found < wanted {
            return Err(format!("{found} repeat(s), wanted at least {wanted}"));
        }
        let (mean, s) = mean_and_spread(&values);
        let s = if own.relative { s / mean.abs() } else { unit.interval_from_si(s) };
        own.put(evaluation, s, count(found) - 1.0)?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a point has far fewer repeats than 2^52")]
fn count(repeats: usize) -> f64 {
    repeats as f64
}

/// Mean and experimental standard deviation.
fn mean_and_spread(values: &[f64]) -> (f64, f64) {
    let n = count(values.len());
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    (mean, (squares / (n - 1.0)).sqrt())
}
