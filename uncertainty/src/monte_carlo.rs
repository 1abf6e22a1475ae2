//! Propagation of distributions by Monte Carlo (JCGM 101).
//!
//! Trials come in blocks of a thousand; block *b* of a run with seed *s* draws
//! from its own stream, keyed by *(s, b)*, and blocks are joined in their order.
//! So the result is the same, bit for bit, on any number of threads and on any
//! processor.

pub mod adaptive;
mod generator;
mod interval;
mod sampler;
pub mod study;
pub mod sweep;
pub mod validation;
mod variate;

use std::num::NonZeroUsize;

use thiserror::Error;

use crate::batch::{Batch, COLUMN};
use crate::propagation::Problem;

pub use interval::{Interval, Output};

/// Name and version of everything that the drawn numbers depend on: generator,
/// keying, block length, the way from uniform numbers to distributions, and the
/// elementary functions of the trials.
pub const GENERATOR: &str = "xoshiro256++x16/block-1024/box-muller/2";

/// Generators of earlier versions, whose numbers this program no longer draws.
///
/// The result of an evaluation that names one is computed without its second
/// opinion, and says so.
pub const FORMER_GENERATORS: &[&str] = &["xoshiro256++/block-1024/ziggurat-256/1"];

/// Most trials that are kept in memory at once.
pub const MOST_TRIALS: u64 = 100_000_000;

/// Fewest trials that have endpoints to speak of.
pub const FEWEST_TRIALS: u64 = 1_000;

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Number of trials.
    pub trials: u64,
    /// Seed of the streams.
    pub seed: u64,
    /// Threads to share the work; the numbers do not depend on it.
    pub threads: NonZeroUsize,
}

/// Why there is no Monte Carlo result.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum MonteCarloError {
    /// Too few or too many trials.
    #[error("{trials} trials, wanted {FEWEST_TRIALS} to {MOST_TRIALS}")]
    Trials {
        /// As asked for.
        trials: u64,
    },
    /// A coverage probability that is none.
    #[error("coverage probability {p}, wanted a number between 0 and 1")]
    Probability {
        /// As asked for.
        p: f64,
    },
    /// The model has no value in some trial.
    #[error(
        "the model has no finite value in trial {trial}: an input reaches where it is not defined"
    )]
    NotFinite {
        /// First such trial, from 0.
        trial: u64,
    },
    /// A correlated input whose distribution cannot be joined to others.
    #[error("`{input}` is correlated, which its distribution does not allow here")]
    CorrelatedShape {
        /// The input.
        input: String,
    },
}

/// Result of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Number of trials.
    pub trials: u64,
    /// One entry per output of the tape.
    pub outputs: Vec<Output>,
    /// Covariance of the outputs.
    pub covariance: Vec<Vec<f64>>,
}

/// Runs the trials and sums them up.
///
/// - **Source:** JCGM 101:2008, 7.2 to 7.7.
///
/// # Errors
/// When the number of trials or a probability is out of range, or the model has
/// no value in some trial.
pub fn run(
    problem: &Problem,
    plan: &Plan,
    probabilities: &[f64],
) -> Result<Summary, MonteCarloError> {
    let mut outputs = trials(problem, plan, 0)?;
    summarise(&mut outputs, probabilities)
}

/// Means, deviations, intervals and covariance of kept trials, whose order is
/// lost.
///
/// # Errors
/// When a probability is out of range.
pub fn summarise(
    outputs: &mut [Vec<f64>],
    probabilities: &[f64],
) -> Result<Summary, MonteCarloError> {
    if let Some(p) = probabilities.iter().copied().find(|p| !(*p > 0.0 && *p < 1.0)) {
        return Err(MonteCarloError::Probability { p });
    }
    let moments: Vec<interval::Moments> = outputs.iter().map(|y| interval::moments(y)).collect();
    let covariance = interval::covariance(outputs, &moments);
    let trials = outputs.first().map_or(0, |y| y.len() as u64);
    let summed = outputs.iter_mut().zip(moments);
    let outputs = summed.map(|(y, moments)| interval::summed(y, moments, probabilities)).collect();
    Ok(Summary { trials, outputs, covariance })
}

/// Values of every output in every trial, in the order of the trials.
///
/// # Errors
/// When the number of trials is out of range, or the model has no value in some
/// trial.
pub fn trials(
    problem: &Problem,
    plan: &Plan,
    first_block: u64,
) -> Result<Vec<Vec<f64>>, MonteCarloError> {
    let out_of_range = !(FEWEST_TRIALS..=MOST_TRIALS).contains(&plan.trials);
    let length = usize::try_from(plan.trials).ok().filter(|_| !out_of_range);
    let length = length.ok_or(MonteCarloError::Trials { trials: plan.trials })?;
    let draw = sampler::Draw::new(problem)?;
    let count = problem.tape.outputs();
    let mut outputs = vec![vec![0.0; length]; count];
    let blocks = length.div_ceil(COLUMN);
    let per_thread = blocks.div_ceil(plan.threads.get()) * COLUMN;
    let mut shares: Vec<Vec<&mut [f64]>> = Vec::new();
    for output in &mut outputs {
        for (thread, share) in output.chunks_mut(per_thread).enumerate() {
            match shares.get_mut(thread) {
                Some(shares) => shares.push(share),
                None => shares.push(vec![share]),
            }
        }
    }
    let batch = Batch::new(&problem.tape);
    let blocks_before = |thread: usize| first_block + (thread * per_thread / COLUMN) as u64;
    if shares.len() == 1 {
        if let Some(share) = shares.pop() {
            fill(&draw, batch, plan.seed, first_block, share);
        }
    } else {
        std::thread::scope(|scope| {
            for (thread, share) in shares.into_iter().enumerate() {
                let (draw, batch) = (&draw, batch.clone());
                scope.spawn(move || fill(draw, batch, plan.seed, blocks_before(thread), share));
            }
        });
    }
    for output in &outputs {
        if let Some(trial) = output.iter().position(|y| !y.is_finite()) {
            return Err(MonteCarloError::NotFinite { trial: trial as u64 });
        }
    }
    Ok(outputs)
}

/// Fills one thread's share, block by block.
fn fill(
    draw: &sampler::Draw,
    mut batch: Batch,
    seed: u64,
    first_block: u64,
    mut share: Vec<&mut [f64]>,
) {
    let mut sampler = draw.sampler(&mut batch);
    let mut block = first_block;
    while share.iter().any(|rest| !rest.is_empty()) {
        sampler.block(&mut batch, seed, block);
        batch.run();
        for (output, rest) in share.iter_mut().enumerate() {
            let length = rest.len().min(COLUMN);
            let (now, later) = std::mem::take(rest).split_at_mut(length);
            for (to, from) in now.iter_mut().zip(batch.output(output)) {
                *to = *from;
            }
            *rest = later;
        }
        block += 1;
    }
}

#[cfg(test)]
mod tests;
