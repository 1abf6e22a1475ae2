//! The adaptive procedure of JCGM 101, 7.9.

use super::validation::numerical_tolerance;
use super::{MonteCarloError, Plan, Summary, summarise, trials};
use crate::batch::COLUMN;
use crate::propagation::Problem;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Coverage probability.
    pub p: f64,
    /// Significant digits of the standard uncertainty that shall be right.
    pub digits: i32,
    /// Most trials, after which the procedure says that it did not converge.
    pub most: u64,
}

/// A run until the numbers stand still.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapted {
    /// The sum over all trials.
    pub summary: Summary,
    /// Whether twice the standard deviation of every mean fell below the
    /// numerical tolerance.
    pub converged: bool,
}

/// Mean and squared deviations of one number over the sequence of runs.
#[derive(Clone, Copy, Default)]
struct Running {
    n: f64,
    mean: f64,
    squares: f64,
}

impl Running {
    fn add(&mut self, number: f64) {
        self.n += 1.0;
        let before = number - self.mean;
        self.mean += before / self.n;
        self.squares += before * (number - self.mean);
    }

    /// Standard deviation of the mean.
    fn deviation(&self) -> f64 {
        (self.squares / (self.n * (self.n - 1.0))).sqrt()
    }
}

/// Runs `M = max(100 / (1 - p), 10⁴)` trials again and again until estimate,
/// standard uncertainty and both ends of the interval are stable.
///
/// - **Source:** JCGM 101:2008, 7.9.4, steps a) to s).
/// - **Not done here:** nothing is hidden: `converged` is false when the most
///   trials were reached first.
///
/// # Errors
/// As [`super::run`].
pub fn run(
    problem: &Problem,
    plan: &Plan,
    tolerance: Tolerance,
    probabilities: &[f64],
) -> Result<Adapted, MonteCarloError> {
    let p = tolerance.p;
    if !(p > 0.0 && p < 1.0) {
        return Err(MonteCarloError::Probability { p });
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most 100 / 1e-16, and cast saturates"
    )]
    let batch = ((100.0 / (1.0 - p)).ceil() as u64).max(10_000);
    let blocks = batch.div_ceil(COLUMN as u64);
    let mut kept: Vec<Vec<f64>> = vec![Vec::new(); problem.tape.outputs()];
    let mut watched: Vec<[Running; 4]> = vec![[Running::default(); 4]; kept.len()];
    let mut spread: Vec<Running> = vec![Running::default(); kept.len()];
    let mut runs = 0u64;
    let converged = loop {
        let outputs = trials(problem, &Plan { trials: batch, ..*plan }, runs * blocks)?;
        for (all, new) in kept.iter_mut().zip(&outputs) {
            all.extend_from_slice(new);
        }
        let summary = summarise(&mut outputs.clone(), &[p])?;
        for ((output, watched), spread) in summary.outputs.iter().zip(&mut watched).zip(&mut spread)
        {
            let ends = output.intervals.first().map(|i| i.symmetric).unwrap_or_default();
            let numbers = [output.mean, output.u, ends.0, ends.1];
            watched.iter_mut().zip(numbers).for_each(|(running, number)| running.add(number));
            spread.add(output.u);
        }
        runs += 1;
        let is_stable = runs >= 2
            && watched.iter().zip(&spread).all(|(watched, spread)| {
                let delta = numerical_tolerance(spread.mean, tolerance.digits);
                watched.iter().all(|running| 2.0 * running.deviation() < delta)
            });
        if is_stable {
            break true;
        }
        if (runs + 1) * batch > tolerance.most {
            break false;
        }
    };
    let summary = summarise(&mut kept, probabilities)?;
    Ok(Adapted { summary, converged })
}
