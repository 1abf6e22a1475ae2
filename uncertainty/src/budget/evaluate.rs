//! From the file to the numbers.

use std::collections::BTreeMap;

use super::{
    Answer, BudgetError, BudgetRow, CoverageAnswer, Ends, Method, MonteCarloAnswer, Options,
    OutputAnswer, Trials, region,
};
use crate::budget_file::{BudgetFile, BudgetInput};
use crate::correlation::Correlation;
use crate::coverage::{DofRule, coverage_factor};
use crate::monte_carlo::study::{Histogram, Studied, study};
use crate::monte_carlo::sweep::sweep;
use crate::monte_carlo::{self, GENERATOR, Interval, Output, adaptive, validation};
use crate::propagation::{self, Entry, Problem, Propagation};
use crate::rounding::result_and_uncertainty;
use crate::tape::Builder;
use crate::unit::Unit;

/// Most trials of the adaptive procedure before it gives up.
const MOST_ADAPTIVE_TRIALS: u64 = 10_000_000;

/// The headline's coverage probability where nobody asks for one. Chosen: about 95 %, as
/// certificates state it (ILAC-P14).
const USUAL_PROBABILITY: f64 = 0.95;

pub(super) fn evaluate(
    name: &str,
    file: &BudgetFile,
    options: &Options,
) -> Result<Answer, BudgetError> {
    let probabilities = probabilities(file, options)?;
    let problem = problem(file)?;
    let units: Vec<Unit> = file.outputs.iter().map(|name| unit_of(file, name)).collect();
    let first = (0..file.outputs.len())
        .map(|output| propagation::propagate(&problem, output))
        .collect::<Result<Vec<_>, _>>()?;
    let trials = match options.method {
        Method::Gum => None,
        Method::MonteCarlo | Method::Both => Some(Sample::draw(&problem, options, &probabilities)?),
    };
    let mut warnings = Vec::new();
    let mut outputs = Vec::with_capacity(first.len());
    for (place, propagation) in first.iter().enumerate() {
        let Some(unit) = units.get(place) else { continue };
        let sample = trials.as_ref().and_then(|sample| Some((sample, sample.outputs.get(place)?)));
        let context =
            Context { file, problem: &problem, unit, probabilities: &probabilities, options };
        outputs.push(context.output(place, propagation, sample, &mut warnings)?);
    }
    let covariance = covariance(&problem, &first, &units);
    let correlation = correlation(&covariance);
    let p = probabilities.first().copied().unwrap_or(USUAL_PROBABILITY);
    let factors = trials.as_ref().map(|sample| sample.region).unwrap_or_default();
    let region =
        (file.outputs.len() > 1).then(|| region::region(file, &problem, &first, p, factors));
    Ok(Answer {
        file: name.to_owned(),
        outputs,
        covariance,
        correlation,
        region,
        quantities: BTreeMap::new(),
        assumptions: Vec::new(),
        checks: Vec::new(),
        warnings,
    })
}

/// Those asked for, then those that the expectations need.
fn probabilities(file: &BudgetFile, options: &Options) -> Result<Vec<f64>, BudgetError> {
    let mut all = options.probabilities.clone();
    if options.check {
        all.extend(file.expectations.iter().filter_map(|expectation| expectation.p));
    }
    if all.is_empty() {
        all.push(USUAL_PROBABILITY);
    }
    if let Some(p) = all.iter().copied().find(|p| !(*p > 0.0 && *p < 1.0)) {
        return Err(BudgetError::Probability { p });
    }
    let mut unique: Vec<f64> = Vec::new();
    for p in all {
        if !unique.iter().any(|known| known.to_bits() == p.to_bits()) {
            unique.push(p);
        }
    }
    Ok(unique)
}

pub(super) fn problem(file: &BudgetFile) -> Result<Problem, BudgetError> {
    let mut builder = Builder::new();
    for input in &file.inputs {
        builder.named_input(&input.name);
    }
    for model in &file.models {
        if model.complex {
            builder.define_complex(&model.name, &model.expression)?;
        } else {
            builder.define(&model.name, &model.expression)?;
        }
    }
    let outputs: Vec<&str> = file.outputs.iter().map(String::as_str).collect();
    let entries = file.inputs.iter().enumerate();
    Ok(Problem {
        tape: builder.finish(&outputs)?,
        inputs: file.inputs.iter().map(|input| input.quantity.clone()).collect(),
        entries: entries.map(|(input, from)| Entry { input, estimate: from.estimate }).collect(),
        correlation: file.correlation.clone(),
        correlated_dof: file.correlated_dof,
    })
}

fn unit_of(file: &BudgetFile, name: &str) -> Unit {
    let model = file.models.iter().find(|model| model.parts().iter().any(|part| part == name));
    model.and_then(|model| model.unit.clone()).unwrap_or_else(Unit::one)
}

/// Summed trials.
struct Sample {
    outputs: Vec<Output>,
    trials: u64,
    /// From the adaptive procedure.
    converged: Option<bool>,
    /// Factors of the elliptical and the rectangular region.
    region: [Option<f64>; 2],
    studied: Vec<Studied>,
}

impl Sample {
    fn draw(
        problem: &Problem,
        options: &Options,
        probabilities: &[f64],
    ) -> Result<Self, BudgetError> {
        let p = probabilities.first().copied().unwrap_or(USUAL_PROBABILITY);
        let plan =
            |trials| monte_carlo::Plan { trials, seed: options.seed, threads: options.threads };
        let Trials::Fixed(trials) = options.trials else {
            let tolerance = adaptive::Tolerance { p, digits: 2, most: MOST_ADAPTIVE_TRIALS };
            let adapted = adaptive::run(problem, &plan(10_000), tolerance, probabilities)?;
            let summary = adapted.summary;
            return Ok(Self {
                trials: summary.trials,
                converged: Some(adapted.converged),
                region: region::factors(problem, &plan(summary.trials), p)?,
                studied: study(problem, &plan(summary.trials))?,
                outputs: summary.outputs,
            });
        };
        let summary = sweep(problem, &plan(trials), probabilities)?;
        Ok(Self {
            outputs: summary.outputs,
            trials,
            converged: None,
            region: region::factors(problem, &plan(trials), p)?,
            studied: study(problem, &plan(trials))?,
        })
    }
}

/// What one output needs to know.
struct Context<'a> {
    file: &'a BudgetFile,
    problem: &'a Problem,
    unit: &'a Unit,
    probabilities: &'a [f64],
    options: &'a Options,
}

impl Context<'_> {
    fn output(
        &self,
        place: usize,
        first: &Propagation,
        sample: Option<(&Sample, &Output)>,
        warnings: &mut Vec<String>,
    ) -> Result<OutputAnswer, BudgetError> {
        let unit = self.unit;
        let name = self.file.outputs.get(place).cloned().unwrap_or_default();
        let (value, u) = (unit.from_si(first.value), unit.interval_from_si(first.u));
        let dof = first.dof.ok_or_else(|| BudgetError::Dof { output: name.clone() })?;
        let is_asked = !self.options.probabilities.is_empty();
        let p = self.probabilities.first().copied().unwrap_or(USUAL_PROBABILITY);
        let (k, stated) = match self.file.stated_k {
            Some(k) if !is_asked => (k, true),
            _ => (coverage_factor(p, dof, DofRule::Interpolate), false),
        };
        let output = sample.map(|(sample, output)| {
            (sample, output.mapped(|si| unit.from_si(si), |si| unit.interval_from_si(si)))
        });
        let expanded = k * u;
        let mcm = output.as_ref().map(|(sample, output)| {
            let seed = self.options.seed;
            opinion(
                sample,
                output,
                seed,
                (value, u, coverage_factor(p, dof, DofRule::Interpolate) * u),
            )
        });
        let coverage = self.probabilities.iter().enumerate().map(|(place, p)| {
            let k = coverage_factor(*p, dof, DofRule::Interpolate);
            let interval = output.as_ref().and_then(|(_, output)| output.intervals.get(place));
            CoverageAnswer { p: *p, k, expanded: k * u, ends: interval.map(ends) }
        });
        let coverage = coverage.collect();
        let second = unit.interval_from_si(propagation::second_order(self.problem, place)?);
        self.warn(&name, u, second, warnings);
        let (printed, printed_expanded) =
            result_and_uncertainty(value, expanded).unwrap_or_default();
        let studied = sample.and_then(|(sample, _)| sample.studied.get(place));
        let independent: f64 = first.rows.iter().map(|row| row.u_y * row.u_y).sum();
        Ok(OutputAnswer {
            name,
            unit: if self.file.has_units { unit.symbol().to_owned() } else { String::new() },
            value,
            u,
            dof_eff: Some(dof).filter(|dof| dof.is_finite()),
            p: (!stated).then_some(p),
            k,
            expanded,
            printed,
            printed_expanded,
            u_second_order: second,
            u_if_independent: unit.interval_from_si(libm::sqrt(independent)),
            budget: self.rows(first, studied),
            coverage,
            histogram: studied.map(|studied| self.in_unit(&studied.histogram)),
            mcm,
        })
    }

    fn warn(&self, name: &str, u: f64, second: f64, warnings: &mut Vec<String>) {
        let is_uncertain = self.problem.inputs.iter().any(|i| i.standard_uncertainty() > 0.0);
        if u <= 0.0 && is_uncertain {
            warnings.push(format!(
                "{name}: every first-order sensitivity coefficient is zero at the estimates; \
                 the second order gives u = {second:.4e}, use Monte Carlo"
            ));
        } else if (second / u - 1.0).abs() > 0.05 {
            warnings.push(format!(
                "{name}: the second order changes u from {u:.4e} to {second:.4e}; the model is \
                 not linear over its uncertainties"
            ));
        }
    }

    /// A histogram in the unit of the output.
    fn in_unit(&self, histogram: &Histogram) -> Histogram {
        let width = self.unit.interval_from_si(histogram.width);
        let per = if width > 0.0 { histogram.width / width } else { 1.0 };
        Histogram {
            from: self.unit.from_si(histogram.from),
            width,
            density: histogram.density.iter().map(|density| density * per).collect(),
        }
    }

    fn rows(&self, first: &Propagation, studied: Option<&Studied>) -> Vec<BudgetRow> {
        let one = Unit::one();
        let inputs = self.file.inputs.iter().zip(&first.rows).enumerate();
        inputs
            .map(|(place, (input, row))| {
                let unit = input.measure.as_ref().unwrap_or(&one);
                BudgetRow {
                    input: input.name.clone(),
                    label: input.label.clone(),
                    value: unit.from_si(row.value),
                    unit: input.unit.clone(),
                    u: unit.interval_from_si(row.u),
                    dof: Some(row.dof).filter(|dof| dof.is_finite()),
                    distribution: distribution(input),
                    c: self.unit.interval_from_si(unit.interval_to_si(row.c)),
                    u_y: self.unit.interval_from_si(row.u_y),
                    share: row.share,
                    share_mcm: studied.and_then(|studied| studied.shares.get(place).copied()),
                }
            })
            .collect()
    }
}

fn distribution(input: &BudgetInput) -> String {
    let mut names: Vec<&str> =
        input.quantity.components.iter().map(|part| part.distribution.name()).collect();
    names.dedup();
    if names.is_empty() { "exact".to_owned() } else { names.join(" + ") }
}

fn ends(interval: &Interval) -> Ends {
    Ends {
        lo_sym: interval.symmetric.0,
        hi_sym: interval.symmetric.1,
        lo_short: interval.shortest.0,
        hi_short: interval.shortest.1,
        s_lo: interval.sampling.0,
        s_hi: interval.sampling.1,
    }
}

fn opinion(
    sample: &Sample,
    output: &Output,
    seed: u64,
    (value, u, expanded): (f64, f64, f64),
) -> MonteCarloAnswer {
    let interval = output.intervals.first().cloned().unwrap_or_default();
    let verdict = validation::validate(output, &interval, value, u, expanded, 2);
    #[expect(clippy::cast_precision_loss, reason = "a number of trials")]
    let trials = sample.trials as f64;
    // Sampling deviation of mean and standard deviation (of the latter for any
    // fourth moment).
    let mean = output.u / trials.sqrt();
    let spread = mean * (0.25 * (output.excess_kurtosis + 2.0).max(0.0)).sqrt();
    let worst = mean.max(spread).max(interval.sampling.0).max(interval.sampling.1);
    MonteCarloAnswer {
        trials: sample.trials,
        converged: sample.converged.unwrap_or(2.0 * worst < verdict.delta),
        seed,
        generator: GENERATOR,
        mean: output.mean,
        u: output.u,
        skewness: output.skewness,
        excess_kurtosis: output.excess_kurtosis,
        ends: ends(&interval),
        gum_validated: verdict.agrees,
        delta: verdict.delta,
        d_low: verdict.d_low,
        d_high: verdict.d_high,
        reason: verdict.reason.en().to_owned(),
    }
}

/// Covariance of the outputs. Source: JCGM 102, 6.2; GUM H.2.3.
fn covariance(problem: &Problem, first: &[Propagation], units: &[Unit]) -> Vec<Vec<f64>> {
    let signed = |propagation: &Propagation| -> Vec<f64> {
        propagation.rows.iter().map(|row| row.u_y.copysign(row.c)).collect()
    };
    let contributions: Vec<Vec<f64>> = first.iter().map(signed).collect();
    let correlation: &Correlation = &problem.correlation;
    let scaled = |unit: &Unit, si: f64| unit.interval_from_si(si);
    contributions
        .iter()
        .zip(units)
        .map(|(left, mine)| {
            let row = contributions.iter().zip(units);
            row.map(|(right, theirs)| {
                scaled(theirs, scaled(mine, correlation.covariance(left, right)))
            })
            .collect()
        })
        .collect()
}

fn correlation(covariance: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let at =
        |i: usize, j: usize| covariance.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0.0);
    let n = covariance.len();
    let entry = |i: usize, j: usize| {
        if i == j { 1.0 } else { at(i, j) / libm::sqrt(at(i, i) * at(j, j)) }
    };
    (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect()
}
