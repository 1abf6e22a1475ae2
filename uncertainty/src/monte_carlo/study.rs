//! What a sample shows beside numbers: its shape, and which input it is from.

use super::{FEWEST_TRIALS, MonteCarloError, Plan, sampler};
use crate::batch::{Batch, COLUMN};
use crate::propagation::Problem;

/// Most trials that are looked at; the picture and the shares need no more.
/// Chosen: the sampling deviation of a share is then below half a per cent.
const MOST_TRIALS: u64 = 131_072;

/// Classes of an input, over eight of its standard deviations.
/// Chosen: some two thousand trials in each.
const CLASSES: usize = 64;

/// Bars of a histogram.
const BARS: usize = 80;

/// Half the width of a histogram in standard deviations of the output.
/// Chosen: of a normal output, seven trials in a million lie beyond.
const HALF_WIDTH: f64 = 4.5;

/// Relative frequencies of an output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Where the first bar begins.
    pub from: f64,
    /// Width of a bar.
    pub width: f64,
    /// Density of every bar, per unit of the output.
    pub density: Vec<f64>,
}

/// One output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Studied {
    /// Its shape.
    pub histogram: Histogram,
    /// Share of the variance that is from each input by itself, in the order of
    /// the inputs of the problem. They sum to one where the inputs are
    /// independent and act without each other; what is missing is interaction.
    pub shares: Vec<f64>,
}

/// Looks at the first trials of a run.
///
/// - **Source:** JCGM 101:2008, 5.9 (discretised distribution function). A share
///   is the variance of the means of the output over classes of the input
///   (first-order index of variance), less what the finite number of trials
///   adds to it.
/// - **Valid for:** shares of independent inputs; a correlated one carries the
///   shares of its companions as well.
///
/// # Errors
/// As [`super::run`].
pub fn study(problem: &Problem, plan: &Plan) -> Result<Vec<Studied>, MonteCarloError> {
    if plan.trials < FEWEST_TRIALS {
        return Err(MonteCarloError::Trials { trials: plan.trials });
    }
    let draw = sampler::Draw::new(problem)?;
    let mut batch = Batch::new(&problem.tape);
    let mut sampler = draw.sampler(&mut batch);
    let trials = plan.trials.min(MOST_TRIALS);
    let outputs = problem.tape.outputs();
    let mut inputs: Vec<Vec<f64>> = vec![Vec::new(); problem.entries.len()];
    let mut drawn: Vec<Vec<f64>> = vec![Vec::new(); outputs];
    // Whole blocks only, so that no trial is cut off from its inputs.
    for block in 0..(trials / COLUMN as u64).max(1) {
        sampler.block(&mut batch, plan.seed, block);
        for (entry, kept) in inputs.iter_mut().enumerate() {
            kept.extend_from_slice(batch.input(entry).unwrap_or(&mut []));
        }
        batch.run();
        for (output, kept) in drawn.iter_mut().enumerate() {
            kept.extend_from_slice(batch.output(output));
        }
    }
    let classes: Vec<Option<Classes>> = inputs.iter().map(|values| Classes::of(values)).collect();
    Ok(drawn.iter().map(|y| studied(problem, y, &classes)).collect())
}

fn studied(problem: &Problem, y: &[f64], classes: &[Option<Classes>]) -> Studied {
    let (mean, squares) = spread(y);
    let mut shares = vec![0.0; problem.inputs.len()];
    for (placed, classes) in problem.entries.iter().zip(classes) {
        let share = classes.as_ref().map_or(0.0, |classes| classes.share(y, mean, squares));
        if let Some(sum) = shares.get_mut(placed.input) {
            *sum += share;
        }
    }
    Studied { histogram: histogram(y, mean, squares), shares }
}

#[expect(clippy::cast_precision_loss, reason = "at most the trials of one study")]
fn count(values: &[f64]) -> f64 {
    values.len() as f64
}

/// Mean, and sum of squared deviations.
fn spread(values: &[f64]) -> (f64, f64) {
    let first = values.first().copied().unwrap_or_default();
    let mean = first + values.iter().map(|y| y - first).sum::<f64>() / count(values);
    (mean, values.iter().map(|y| (y - mean) * (y - mean)).sum())
}

/// To which class of an input every trial belongs.
struct Classes {
    of_trial: Vec<u8>,
}

impl Classes {
    /// `None` for an input that does not vary.
    fn of(values: &[f64]) -> Option<Self> {
        let (mean, squares) = spread(values);
        let deviation = (squares / count(values)).sqrt();
        if deviation.is_nan() || deviation <= 1e-14 * mean.abs() {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a number of classes")]
        let (middle, per) = (CLASSES as f64 / 2.0, CLASSES as f64 / (8.0 * deviation));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the classes, of which there are fewer than 256"
        )]
        let class = |x: &f64| ((x - mean) * per + middle).clamp(0.0, CLASSES as f64 - 1.0) as u8;
        Some(Self { of_trial: values.iter().map(class).collect() })
    }

    /// Variance of the class means over the variance, freed of its expectation
    /// for an input without influence.
    fn share(&self, y: &[f64], mean: f64, squares: f64) -> f64 {
        if squares.is_nan() || squares <= 0.0 {
            return 0.0;
        }
        let mut sums = [(0.0_f64, 0.0_f64); CLASSES];
        for (class, y) in self.of_trial.iter().zip(y) {
            if let Some((n, sum)) = sums.get_mut(usize::from(*class)) {
                *n += 1.0;
                *sum += y - mean;
            }
        }
        let occupied = sums.iter().filter(|(n, _)| *n > 0.0);
        let (used, between) = occupied
            .fold((0.0, 0.0), |(used, between), (n, sum)| (used + 1.0, between + sum * sum / n));
        let share = between / squares;
        let chance = (used - 1.0) / (count(y) - used).max(1.0);
        (share - chance * (1.0 - share)).max(0.0)
    }
}

fn histogram(y: &[f64], mean: f64, squares: f64) -> Histogram {
    let u = (squares / count(y)).sqrt();
    let (least, most) = y
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), y| (least.min(*y), most.max(*y)));
    let (from, to) = (least.max(mean - HALF_WIDTH * u), most.min(mean + HALF_WIDTH * u));
    #[expect(clippy::cast_precision_loss, reason = "a number of bars")]
    let width = (to - from) / BARS as f64;
    if width.is_nan() || width <= 0.0 {
        return Histogram::default();
    }
    let mut bars = vec![0.0; BARS];
    for y in y.iter().filter(|y| (from..=to).contains(*y)) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and the number of bars"
        )]
        let place = (((y - from) / width) as usize).min(BARS - 1);
        if let Some(bar) = bars.get_mut(place) {
            *bar += 1.0;
        }
    }
    let density = bars.iter().map(|bar| bar / (count(y) * width)).collect();
    Histogram { from, width, density }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::correlation::Correlation;
    use crate::distribution::Distribution;
    use crate::dof::CorrelatedDof;
    use crate::expression::Expression;
    use crate::propagation::{Component, Entry, InputQuantity};
    use crate::tape::Builder;

    fn shares(text: &str) -> Vec<f64> {
        let mut builder = Builder::new();
        for name in ["a", "b", "c"] {
            builder.named_input(name);
        }
        builder.define("y", &Expression::parse(text).unwrap()).unwrap();
        let input = |name: &str, distribution| InputQuantity {
            name: name.to_owned(),
            components: vec![Component { name: String::new(), distribution, dof: 9.0 }],
        };
        let problem = Problem {
            tape: builder.finish(&["y"]).unwrap(),
            inputs: vec![
                input("a", Distribution::Normal { standard: 3.0 }),
                input("b", Distribution::Rectangular { half: 4.0 * 3f64.sqrt() }),
                input("c", Distribution::Normal { standard: 1.0 }),
            ],
            entries: (0..3).map(|input| Entry { input, estimate: 0.0 }).collect(),
            correlation: Correlation::default(),
            correlated_dof: CorrelatedDof::Plain,
        };
        let plan = Plan { trials: 1_000_000, seed: 1, threads: NonZeroUsize::MIN };
        let studied = study(&problem, &plan).unwrap();
        let area = studied[0].histogram.density.iter().sum::<f64>() * studied[0].histogram.width;
        assert!((area - 1.0).abs() < 2e-3, "{area}");
        studied[0].shares.clone()
    }

    #[test]
    fn shares_of_a_sum_are_those_of_its_variances() {
        // 9 and 16 of 25; the third is not used.
        let found = shares("a + b + 0*c");
        for (found, wanted) in found.iter().zip([0.36, 0.64, 0.0]) {
            assert!((found - wanted).abs() < 0.006, "{found} {wanted}");
        }
    }

    #[test]
    fn a_product_around_zero_is_all_interaction() {
        // Neither factor alone moves the mean; the first order of the GUM is zero.
        let found = shares("a*b + c");
        let of_c = 1.0 / (9.0 * 16.0 + 1.0);
        for (found, wanted) in found.iter().zip([0.0, 0.0, of_c]) {
            assert!((found - wanted).abs() < 0.006, "{found} {wanted}");
        }
    }
}
