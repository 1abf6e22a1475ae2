//! Trials that are summed up as they are drawn.
//!
//! Nothing but the two ends of every output is kept: a first stretch of trials
//! tells where they begin. So ten million trials need the memory of a tenth of
//! them, and beyond [`MOST_KEPT`] the ends are counted in narrow bins, whose
//! number does not depend on the number of trials.
//!
//! The drawn numbers are those of [`super::trials`]. Up to [`MOST_KEPT`] trials
//! the coverage intervals are the same to the last bit as well; moments differ in
//! the order of their additions.

mod moments;
mod tail;

use super::interval::{Output, covered};
use super::{FEWEST_TRIALS, MonteCarloError, Plan, Summary, sampler};
use crate::batch::{Batch, COLUMN};
use crate::propagation::Problem;

use moments::{Scale, Sums};
use tail::{Tail, Tails};

/// Most trials whose ends are kept as they are.
/// Chosen: a tenth of them takes 40 megabytes per output.
pub const MOST_KEPT: u64 = 50_000_000;

/// Most trials of a sweep. Chosen: some hours of work.
pub const MOST_SWEPT: u64 = 1_000_000_000_000;

/// Blocks of the first stretch, and of one partial sum.
const STRETCH: u64 = 64;

/// Runs the trials and sums them up, with memory that does not grow with their
/// number.
///
/// - **Source:** JCGM 101:2008, 7.2 to 7.7.
/// - **Not done here:** beyond [`MOST_KEPT`] trials, ends to the last bit: they
///   are interpolated in bins of about 10⁻⁴ u.
///
/// # Errors
/// As [`super::run`].
pub fn sweep(
    problem: &Problem,
    plan: &Plan,
    probabilities: &[f64],
) -> Result<Summary, MonteCarloError> {
    if let Some(p) = probabilities.iter().copied().find(|p| !(*p > 0.0 && *p < 1.0)) {
        return Err(MonteCarloError::Probability { p });
    }
    if !(FEWEST_TRIALS..=MOST_SWEPT).contains(&plan.trials) {
        return Err(MonteCarloError::Trials { trials: plan.trials });
    }
    let stretch = (STRETCH * COLUMN as u64).min(plan.trials);
    let first = super::trials(problem, &Plan { trials: stretch, ..*plan }, 0)?;
    let lowest = probabilities.iter().copied().fold(1.0, f64::min);
    let outlines: Option<Vec<Outline>> =
        first.into_iter().map(|values| Outline::of(values, plan.trials, lowest)).collect();
    let swept = match outlines {
        Some(outlines) => run(problem, plan, &outlines)?.summary(plan.trials, probabilities),
        None => None,
    };
    match swept {
        Some(summary) => Ok(summary),
        // Ends that overlap, or that the first stretch guessed too short.
        None => super::run(problem, plan, probabilities),
    }
}

/// What the first stretch says about an output.
struct Outline {
    scale: Scale,
    low: Tail,
    high: Tail,
    /// Share of the trials that is to be expected in each of them.
    share: f64,
}

impl Outline {
    /// `None` where the two ends would meet.
    fn of(mut values: Vec<f64>, trials: u64, lowest: f64) -> Option<Self> {
        let scale = Scale::of(&values);
        values.sort_unstable_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 trials")]
        let (n, all) = (values.len() as f64, trials as f64);
        // What the intervals may touch, the order statistics around it, and four
        // deviations of the first stretch's own ranks.
        let outside = 1.0 - lowest;
        let share = outside * 1.125 + 80.0 / all;
        let share = share + 4.0 * (share / n).sqrt();
        if share >= 0.45 {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and the length of the stretch"
        )]
        let rank = (share * n) as usize;
        let (low, high) = (*values.get(rank)?, *values.get(values.len().checked_sub(rank + 1)?)?);
        let (least, most) = (*values.first()?, *values.last()?);
        let binned = trials > MOST_KEPT;
        Some(Self {
            scale,
            share,
            low: Tail::new(low, low - least, -1.0, binned),
            high: Tail::new(high, most - high, 1.0, binned),
        })
    }
}

/// Sums and ends of one share of the blocks.
struct Part {
    sums: Vec<Sums>,
    tails: Vec<Tails>,
    missing: Option<u64>,
}

/// Sums and ends of all blocks.
struct Whole {
    scales: Vec<Scale>,
    sums: Sums,
    tails: Vec<Tails>,
}

fn run(problem: &Problem, plan: &Plan, outlines: &[Outline]) -> Result<Whole, MonteCarloError> {
    let draw = sampler::Draw::new(problem)?;
    let batch = Batch::new(&problem.tape);
    let blocks = plan.trials.div_ceil(COLUMN as u64);
    let stretches = blocks.div_ceil(STRETCH);
    let threads = plan.threads.get() as u64;
    let each = stretches.div_ceil(threads);
    let shares: Vec<(u64, u64)> = (0..threads)
        .map(|thread| (thread * each * STRETCH, ((thread + 1) * each * STRETCH).min(blocks)))
        .filter(|(from, to)| from < to)
        .collect();
    let work = |share: (u64, u64)| part(&draw, batch.clone(), plan, outlines, share);
    let parts: Vec<Part> = if let [only] = shares.as_slice() {
        vec![work(*only)]
    } else {
        std::thread::scope(|scope| {
            let running: Vec<_> = shares.iter().map(|share| scope.spawn(|| work(*share))).collect();
            running
                .into_iter()
                .map(|thread| match thread.join() {
                    Ok(part) => part,
                    Err(panic) => std::panic::resume_unwind(panic),
                })
                .collect()
        })
    };
    if let Some(trial) = parts.iter().find_map(|part| part.missing) {
        return Err(MonteCarloError::NotFinite { trial });
    }
    let mut whole = Whole {
        scales: outlines.iter().map(|outline| outline.scale).collect(),
        sums: Sums::new(outlines.len()),
        tails: Vec::new(),
    };
    // In the order of the blocks, whoever drew them.
    for part in parts {
        part.sums.iter().for_each(|sums| whole.sums.add(sums));
        if whole.tails.is_empty() {
            whole.tails = part.tails;
        } else {
            whole.tails.iter_mut().zip(part.tails).for_each(|(all, new)| all.join(new));
        }
    }
    Ok(whole)
}

/// Draws a share of the blocks.
fn part(
    draw: &sampler::Draw,
    mut batch: Batch,
    plan: &Plan,
    outlines: &[Outline],
    (from, to): (u64, u64),
) -> Part {
    let mut sampler = draw.sampler(&mut batch);
    let share = |one: &Outline| one.share * ((to - from) * COLUMN as u64) as f64 * 1.02;
    let tails = outlines
        .iter()
        .map(|one| Tails::new(one.low.clone(), one.high.clone(), share(one) as usize + COLUMN));
    let scales: Vec<Scale> = outlines.iter().map(|outline| outline.scale).collect();
    let mut part = Part { sums: Vec::new(), tails: tails.collect(), missing: None };
    let mut columns = vec![vec![0.0; COLUMN]; outlines.len()];
    let mut sums = Sums::new(outlines.len());
    for block in from..to {
        sampler.block(&mut batch, plan.seed, block);
        batch.run();
        let before = block * COLUMN as u64;
        let left = usize::try_from(plan.trials - before).unwrap_or(COLUMN).min(COLUMN);
        for (output, tails) in part.tails.iter_mut().enumerate() {
            let drawn = batch.output(output);
            tails.take(drawn.get(..left).unwrap_or(drawn));
        }
        let is_finite = sums.take(&batch, &scales, &mut columns, left);
        if !is_finite && let Some(place) = moments::missing(&batch, outlines.len(), left) {
            part.missing = Some(before + place);
            return part;
        }
        if (block + 1) % STRETCH == 0 || block + 1 == to {
            part.sums.push(std::mem::replace(&mut sums, Sums::new(outlines.len())));
        }
    }
    part
}

impl Whole {
    /// `None` where an end was guessed too short.
    fn summary(mut self, trials: u64, probabilities: &[f64]) -> Option<Summary> {
        let inside: Vec<u64> = probabilities.iter().map(|p| covered(trials, *p)).collect();
        let longest = inside.iter().map(|inside| trials - inside).max().unwrap_or(0);
        std::thread::scope(|scope| {
            for tail in self.tails.iter_mut().flat_map(Tails::both) {
                scope.spawn(|| tail.order());
            }
        });
        let moments = self.sums.moments(&self.scales, trials);
        let mut outputs = Vec::with_capacity(self.tails.len());
        for (tails, (mean, u, skewness, excess_kurtosis)) in self.tails.iter().zip(moments) {
            if !tails.reach(longest) {
                return None;
            }
            let intervals = probabilities.iter().zip(&inside);
            let intervals = intervals.map(|(p, inside)| tails.interval(*p, trials, *inside));
            outputs.push(Output {
                mean,
                u,
                skewness,
                excess_kurtosis,
                intervals: intervals.collect(),
            });
        }
        let covariance = self.sums.covariance(&self.scales, trials);
        Some(Summary { trials, outputs, covariance })
    }
}

#[cfg(test)]
mod tests;
