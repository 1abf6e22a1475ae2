//! From a model at a point to a self-contained evaluation.
//!
//! The plan (with the specifications' numbers), the evaluation of a run and the
//! golden tests all come through here, so that one equation and one budget serve
//! all three. Every expression of the procedure is replaced by the number it has
//! at this point: an [`Evaluation`] knows no tables, no item and no bench.

use std::collections::BTreeMap;

use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::evaluation::{
    self, Acceptance, Coverage as Expanded, DecisionRule, Equation, Evaluation, Limit,
    MonteCarloPlan, RawReading, Rounding,
};
use etalon_uncertainty::expression::Scope;
use etalon_uncertainty::monte_carlo::GENERATOR;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::rounding::RoundingRule;

use crate::expand::Point;
use crate::finding;
use crate::item::ItemFields;
use crate::procedure::model::Coverage;
use crate::procedure::{Activity, Decision, JudgedOn, Model, Procedure, Rule};
use crate::scope::PointScope;

mod inputs;
pub mod repeats;
pub(crate) mod text;

/// A reading of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The name after `read.` or `ask.`.
    pub reading: String,
    /// Its repeat; 0 for a reading taken once at the point.
    pub repeat: u32,
    /// The number as it came.
    pub text: String,
    /// Its unit.
    pub unit: String,
    /// Its event in the journal.
    pub sequence: u64,
}

/// What one evaluation is about.
pub struct Request<'a> {
    /// The procedure.
    pub procedure: &'a Procedure,
    /// One of its models.
    pub model: &'a Model,
    /// What the run is for: selects contributions and decision.
    pub activity: Activity,
    /// `STAGE/POINT`.
    pub key: String,
    /// The unit under test.
    pub item: &'a ItemFields,
    /// The point, with the values that need the plan (see [`crate::expand::bind`]).
    pub point: &'a Point,
    /// Every name of [`Procedure::external_names`] at this point, and `env.*`.
    pub external: &'a dyn Scope,
    /// The readings.
    pub readings: &'a [Taken],
    /// The repeats taking part, counted from 1.
    pub repeats: Vec<u32>,
    /// Estimates that replace those of the file, by input (golden tests, prediction).
    pub estimates: BTreeMap<String, String>,
    /// Standard uncertainties that replace the contributions, by input.
    pub uncertainties: BTreeMap<String, Quantity>,
}

/// The evaluation, complete with limit, rounding, decision rule and Monte Carlo
/// as the procedure says.
///
/// # Errors
/// Every number that has no value at this point, with its place in the file.
pub fn evaluation(request: &Request<'_>) -> Result<Evaluation, Vec<Diagnostic>> {
    let Request { procedure, model, item, point, external, .. } = request;
    let scope = PointScope { procedure, item, point: Some(point), outer: *external };
    let (inputs, readings) = inputs::resolved(request, &scope)?;
    let decision = procedure.decision(request.activity);
    // A decision judges the model that its quantity names; the other models of a stage
    // are results without a limit.
    let judges = |decision: &&Decision| {
        decision
            .quantity
            .as_ref()
            .is_some_and(|quantity| text::names(quantity).contains(model.name.as_str()))
    };
    let (limit, rounding, rule) = match decision.filter(judges) {
        Some(decision) => decided(procedure, decision, &scope).map_err(|finding| vec![finding])?,
        None => (None, None, None),
    };
    let quantity = decision
        .and_then(|decision| decision.quantity.as_ref())
        .filter(|quantity| text::names(quantity).contains(model.name.as_str()))
        .map_or_else(|| format!("mean({})", model.name), |quantity| quantity.text.clone());
    Ok(Evaluation {
        schema: evaluation::SCHEMA.to_owned(),
        key: request.key.clone(),
        quantity,
        equations: vec![Equation {
            name: model.name.clone(),
            unit: model.unit.symbol().to_owned(),
            expression: model.equation.text.clone(),
        }],
        measurand: model.name.clone(),
        repeats: request.repeats.clone(),
        inputs,
        readings,
        correlations: inputs::correlations(model),
        correlated_dof: Default::default(),
        coverage: match &model.coverage {
            Coverage::Factor { k, p } => Expanded::Fixed { k: k.clone(), p: p.clone() },
            Coverage::Probability(p) => {
                Expanded::Probability { p: p.clone(), dof_rule: Default::default() }
            }
        },
        limit,
        rounding,
        decision: rule,
        monte_carlo: model.monte_carlo.as_ref().map(|plan| MonteCarloPlan {
            trials: plan.trials,
            seed: plan.seed,
            generator: GENERATOR.to_owned(),
        }),
    })
}

type Decided = (Option<Limit>, Option<Rounding>, Option<DecisionRule>);

fn decided(
    procedure: &Procedure,
    decision: &Decision,
    scope: &PointScope<'_>,
) -> Result<Decided, Diagnostic> {
    let Some(tolerance) = &decision.tolerance else { return Ok((None, None, None)) };
    let unit = text::result_unit(procedure, decision);
    let upper = text::written(tolerance, scope, &unit)?;
    let limit = Limit {
        lower: Some(format!("-{upper}")),
        upper: Some(upper),
        source: text::source_of(procedure, tolerance, decision),
    };
    let rounding = match &decision.rounding {
        None => None,
        Some(rounding) => Some(Rounding {
            step: text::written(&rounding.step, scope, &unit)?,
            rule: RoundingRule::parse(&rounding.rule).ok_or_else(|| {
                Diagnostic::error(finding::WORD, format!("no rounding rule `{}`", rounding.rule))
                    .at(rounding.step.place.clone())
            })?,
            source: rounding.source.clone(),
        }),
    };
    let require = match &decision.require {
        None => None,
        Some(require) => Some(text::closed(require, scope, &tolerance.text)?),
    };
    let rule = DecisionRule {
        acceptance: match &decision.rule {
            Rule::Simple => Acceptance::Simple,
            Rule::Guarded(guard) => {
                Acceptance::Guarded { factor: guard.factor.clone(), conditional: guard.conditional }
            }
        },
        judged_on: match decision.judged_on {
            JudgedOn::Rounded => evaluation::JudgedOn::Rounded,
            JudgedOn::Raw => evaluation::JudgedOn::Raw,
        },
        require,
        source: decision.source.clone(),
    };
    Ok((Some(limit), rounding, Some(rule)))
}

/// Gives the readings the names of the inputs that take them.
fn named(model: &Model, readings: &[Taken]) -> Vec<RawReading> {
    use crate::procedure::InputSource;
    let mut named = Vec::new();
    for input in &model.inputs {
        let (InputSource::Reading(name) | InputSource::Answer(name)) = &input.source else {
            continue;
        };
        for taken in readings.iter().filter(|taken| taken.reading == *name) {
            named.push(RawReading {
                input: input.name.clone(),
                repeat: taken.repeat,
                text: taken.text.clone(),
                unit: taken.unit.clone(),
                sequence: taken.sequence,
            });
        }
    }
    named
}
