//! From the propagation to the numbers of the certificate.

use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use super::build::{self, Built};
use super::{At, Coverage, Evaluation, EvaluationError, text_error};
use crate::coverage::coverage_factor;
use crate::decimal::Decimal;
use crate::monte_carlo::{self, FORMER_GENERATORS, GENERATOR, Plan, Summary, validation};
use crate::propagation::{self, Propagation};
use crate::quantity::Quantity;
use crate::rounding::{result_and_uncertainty, to_step};
use crate::text::Text;
use crate::unit::Unit;

/// Value, uncertainty and budget of one result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Value of the measurand, in `unit`.
    pub value: f64,
    /// Combined standard uncertainty, in `unit` (in kelvin for degrees Celsius).
    pub u: f64,
    /// Effective degrees of freedom; `None` is infinite.
    pub dof_eff: Option<f64>,
    /// Coverage factor.
    pub k: f64,
    /// Coverage probability.
    pub p: f64,
    /// Expanded uncertainty, in `unit`.
    #[serde(rename = "U")]
    pub expanded: f64,
    /// Unit of the measurand.
    pub unit: String,
    /// One row per input, in their order.
    pub budget: Vec<BudgetRow>,
    /// Monte Carlo, where it was planned and its generator is the present one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monte_carlo: Option<MonteCarloOutcome>,
    /// The result that is judged, as printed: by the prescribed rounding, else
    /// with the decimal places of the printed uncertainty.
    pub printed_value: String,
    /// The measured value with the decimal places of the printed uncertainty,
    /// whatever rounding a regulation prescribes before judging: what stands
    /// beside `printed_expanded`. Source: GUM 7.2.6.
    pub printed_measured: String,
    /// The expanded uncertainty as printed, two significant digits.
    pub printed_expanded: String,
    /// What a reader of the result should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Text>,
}

/// One row of the budget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BudgetRow {
    /// Name of the input.
    pub input: String,
    /// What it is, for people.
    pub label: Text,
    /// Estimate (mean over the repeats), in `unit`.
    pub value: f64,
    /// Unit of the input.
    pub unit: String,
    /// Standard uncertainty (of the mean over the repeats), in `unit`.
    pub u: f64,
    /// Degrees of freedom; `None` is infinite.
    pub dof: Option<f64>,
    /// Distributions of the components.
    pub distribution: String,
    /// Sensitivity coefficient, in the measurand's unit per `unit`.
    pub c: f64,
    /// Contribution `|c| u`, in the measurand's unit.
    pub u_y: f64,
    /// Share of the variance.
    pub share: f64,
}

/// Monte Carlo as second opinion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonteCarloOutcome {
    /// Number of trials.
    pub trials: u64,
    /// Mean of the trials.
    pub mean: f64,
    /// Standard deviation of the trials.
    pub u: f64,
    /// Lower end of the probabilistically symmetric interval.
    pub lo_sym: f64,
    /// Its upper end.
    pub hi_sym: f64,
    /// Lower end of the shortest interval.
    pub lo_short: f64,
    /// Its upper end.
    pub hi_short: f64,
    /// Whether the GUM interval agrees within `delta` (JCGM 101, 8.1).
    pub gum_validated: bool,
    /// Numerical tolerance of the standard uncertainty to two digits.
    pub delta: f64,
    /// Deviation of the lower ends.
    pub d_low: f64,
    /// Deviation of the upper ends.
    pub d_high: f64,
    /// Why the two differ, or that they agree.
    pub reason: Text,
}

pub(super) fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

pub(super) fn outcome(
    evaluation: &Evaluation,
    threads: NonZeroUsize,
) -> Result<Outcome, EvaluationError> {
    of_problem(evaluation, &build::problem(evaluation)?, threads)
}

/// The same for a problem that was put together already.
pub(super) fn of_problem(
    evaluation: &Evaluation,
    built: &Built,
    threads: NonZeroUsize,
) -> Result<Outcome, EvaluationError> {
    let first = propagation::propagate(&built.problem, 0)?;
    let unit = &built.compiled.unit;
    let value = unit.from_si(first.value);
    let u = unit.interval_from_si(first.u);
    let (k, p) = coverage(&evaluation.coverage, first.dof)?;
    let expanded = k * u;
    let mut warnings = warnings(built, &first);
    let second_opinion = match &evaluation.monte_carlo {
        None => None,
        Some(plan) if FORMER_GENERATORS.contains(&plan.generator.as_str()) => {
            warnings.push(former(&plan.generator));
            None
        }
        Some(plan) if plan.generator != GENERATOR => {
            let found = plan.generator.clone();
            return Err(EvaluationError::Generator { found, known: GENERATOR });
        }
        Some(plan) => {
            let plan = Plan { trials: plan.trials, seed: plan.seed, threads };
            let summary = monte_carlo::run(&built.problem, &plan, &[p])?;
            Some(opinion(&summary, unit, (value, u, expanded)))
        }
    };
    let (printed_measured, printed_expanded) = result_and_uncertainty(value, expanded)?;
    let printed_value = judged(evaluation, unit, value)?.unwrap_or(printed_measured.clone());
    Ok(Outcome {
        value,
        u,
        dof_eff: first.dof.and_then(finite),
        k,
        p,
        expanded,
        unit: unit.symbol().to_owned(),
        budget: budget(evaluation, built, &first),
        monte_carlo: second_opinion,
        printed_value,
        printed_measured,
        printed_expanded,
        warnings,
    })
}

/// Coverage factor and probability.
fn coverage(coverage: &Coverage, dof: Option<f64>) -> Result<(f64, f64), EvaluationError> {
    let number = |text: &str, place: &str| {
        Decimal::parse(text).map(|d| d.to_f64()).map_err(|error| text_error(place, error))
    };
    let probability = |text: &str| {
        let p = number(text, "coverage probability")?;
        let is_one = p > 0.0 && p < 1.0;
        is_one.then_some(p).ok_or_else(|| text_error("coverage probability", "wanted 0 < p < 1"))
    };
    match coverage {
        Coverage::Fixed { k, p } => {
            let k = number(k, "coverage factor")?;
            if k > 0.0 {
                Ok((k, probability(p)?))
            } else {
                Err(text_error("coverage factor", "wanted k > 0"))
            }
        }
        Coverage::Probability { p, dof_rule } => {
            let p = probability(p)?;
            let dof = dof.ok_or(EvaluationError::NoDegreesOfFreedom)?;
            Ok((coverage_factor(p, dof, *dof_rule), p))
        }
    }
}

/// The result after the rounding that a regulation prescribes, if it does.
fn judged(
    evaluation: &Evaluation,
    unit: &Unit,
    value: f64,
) -> Result<Option<String>, EvaluationError> {
    let Some(rounding) = &evaluation.rounding else { return Ok(None) };
    let step = Quantity::parse(&rounding.step).at("rounding step")?;
    let step = step.decimal_in(unit).at("rounding step")?;
    let rounded = to_step(&Decimal::from_f64(value)?, &step, rounding.rule)?;
    Ok(Some(rounded.to_string()))
}

fn budget(evaluation: &Evaluation, built: &Built, first: &Propagation) -> Vec<BudgetRow> {
    let inputs =
        evaluation.inputs.iter().zip(&built.problem.inputs).zip(&built.compiled.input_units);
    inputs
        .zip(&first.rows)
        .map(|(((input, quantity), unit), row)| {
            let names = quantity.components.iter().map(|part| part.distribution.name());
            let mut names: Vec<&str> = names.collect();
            names.dedup();
            BudgetRow {
                input: input.name.clone(),
                label: input.label.clone(),
                value: unit.from_si(row.value),
                unit: unit.symbol().to_owned(),
                u: unit.interval_from_si(row.u),
                dof: finite(row.dof),
                distribution: if names.is_empty() { "exact".to_owned() } else { names.join(" + ") },
                c: built.compiled.unit.interval_from_si(unit.interval_to_si(row.c)),
                u_y: built.compiled.unit.interval_from_si(row.u_y),
                share: row.share,
            }
        })
        .collect()
}

fn opinion(
    summary: &Summary,
    unit: &Unit,
    (value, u, expanded): (f64, f64, f64),
) -> MonteCarloOutcome {
    let output = summary.outputs.first().cloned().unwrap_or_default();
    let output = output.mapped(|si| unit.from_si(si), |si| unit.interval_from_si(si));
    let interval = output.intervals.first().cloned().unwrap_or_default();
    let verdict = validation::validate(&output, &interval, value, u, expanded, 2);
    MonteCarloOutcome {
        trials: summary.trials,
        mean: output.mean,
        u: output.u,
        lo_sym: interval.symmetric.0,
        hi_sym: interval.symmetric.1,
        lo_short: interval.shortest.0,
        hi_short: interval.shortest.1,
        gum_validated: verdict.agrees,
        delta: verdict.delta,
        d_low: verdict.d_low,
        d_high: verdict.d_high,
        reason: verdict.reason,
    }
}

/// First order sees nothing where every derivative is zero (JCGM 101, 9.4).
fn warnings(built: &Built, first: &Propagation) -> Vec<Text> {
    let is_uncertain = built.problem.inputs.iter().any(|i| i.standard_uncertainty() > 0.0);
    if first.u > 0.0 || !is_uncertain {
        return Vec::new();
    }
    vec![Text::new(
        "every first-order sensitivity coefficient is zero here: the GUM uncertainty is zero \
         although the inputs are uncertain; use Monte Carlo",
        "此处一阶灵敏系数均为零：输入量虽有不确定度，GUM 法结果却为零，应采用蒙特卡洛法",
    )]
}

/// What is said in place of a second opinion that cannot be drawn again.
fn former(generator: &str) -> Text {
    Text::new(
        format!(
            "the second opinion was drawn by generator `{generator}` of an earlier version, whose \
             numbers this version does not draw: it is left out here"
        ),
        format!(
            "蒙特卡洛法复核由早期版本的生成器 `{generator}` 抽样，本版本无法重现其随机数，此处从略"
        ),
    )
}
