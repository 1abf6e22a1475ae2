//! From uniform numbers to columns of input values.

use super::MonteCarloError;
use super::generator::{Gamma, Stream, Ziggurat};
use crate::batch::{Batch, COLUMN};
use crate::distribution::Distribution;
use crate::normal;
use crate::propagation::Problem;
use crate::student;

/// How every entry of the tape is drawn.
pub(super) struct Draw {
    independent: Vec<Independent>,
    joint: Joint,
    exact: Vec<(usize, f64)>,
    ziggurat: &'static Ziggurat,
}

struct Independent {
    entry: usize,
    estimate: f64,
    parts: Vec<Distribution>,
}

/// Correlated entries, by a Gaussian copula or that of a multivariate t. Source:
/// JCGM 101, 6.4.8, for normal inputs; JCGM 102, 5.3.2, for joint observations.
#[derive(Default)]
struct Joint {
    members: Vec<Member>,
    factor: Vec<Vec<f64>>,
    dof: Option<f64>,
}

struct Member {
    entry: usize,
    estimate: f64,
    shape: Distribution,
}

impl Draw {
    pub(super) fn new(problem: &Problem) -> Result<Self, MonteCarloError> {
        let mut draw = Self {
            independent: Vec::new(),
            joint: Joint {
                members: Vec::new(),
                factor: problem.correlation.factor().to_vec(),
                dof: problem.correlation.joint_dof(),
            },
            exact: Vec::new(),
            ziggurat: Ziggurat::get(),
        };
        let members = problem.correlation.members();
        let mut joint: Vec<(usize, Member)> = Vec::new();
        for (entry, placed) in problem.entries.iter().enumerate() {
            let Some(input) = problem.inputs.get(placed.input) else { continue };
            let estimate = placed.estimate;
            let parts: Vec<Distribution> =
                input.components.iter().map(|part| part.distribution).collect();
            if let Some(row) = members.iter().position(|member| *member == placed.input) {
                let refused = || MonteCarloError::CorrelatedShape { input: input.name.clone() };
                let shape = single(&parts).ok_or_else(refused)?;
                joint.push((row, Member { entry, estimate, shape }));
            } else if parts.is_empty() {
                draw.exact.push((entry, estimate));
            } else {
                draw.independent.push(Independent { entry, estimate, parts });
            }
        }
        joint.sort_by_key(|(row, _)| *row);
        draw.joint.members = joint.into_iter().map(|(_, member)| member).collect();
        Ok(draw)
    }

    /// Fills the columns that are the same in every block.
    pub(super) fn prepare(&self, batch: &mut Batch) {
        for (entry, estimate) in &self.exact {
            if let Some(column) = batch.input(*entry) {
                column.fill(*estimate);
            }
        }
    }

    /// Draws one block.
    pub(super) fn block(&self, batch: &mut Batch, seed: u64, block: u64) {
        let mut stream = Stream::keyed(seed, block);
        for part in &self.independent {
            // An input that the model does not use still takes its numbers, so
            // that the streams do not depend on the model.
            let mut unused = [0.0; COLUMN];
            let column = batch.input(part.entry).unwrap_or(&mut unused);
            for (place, shape) in part.parts.iter().enumerate() {
                let base = if place == 0 { Some(part.estimate) } else { None };
                fill(column, base, *shape, &mut stream, self.ziggurat);
            }
        }
        self.joint.block(batch, &mut stream, self.ziggurat);
    }
}

/// One distribution for all components: the only one, or the normal of several
/// normal ones.
fn single(parts: &[Distribution]) -> Option<Distribution> {
    match parts {
        [] => Some(Distribution::Normal { standard: 0.0 }),
        [one] => one.quantile(0.5).map(|_| *one),
        several => {
            let squares = several.iter().map(|part| match part {
                Distribution::Normal { standard } => Some(standard * standard),
                _ => None,
            });
            let sum: f64 = squares.collect::<Option<Vec<f64>>>()?.iter().sum();
            Some(Distribution::Normal { standard: libm::sqrt(sum) })
        }
    }
}

impl Joint {
    fn block(&self, batch: &mut Batch, stream: &mut Stream, ziggurat: &Ziggurat) {
        let mut scores: Vec<Vec<f64>> = Vec::with_capacity(self.members.len());
        for _ in &self.members {
            scores.push((0..COLUMN).map(|_| stream.normal(ziggurat)).collect());
        }
        // One common factor per trial makes a multivariate t of the normal scores.
        let stretch: Option<(f64, Vec<f64>)> = self.dof.map(|dof| {
            let shape = Gamma::of(0.5 * dof);
            let factor = |()| (0.5 * dof / stream.gamma(&shape, ziggurat)).sqrt();
            (dof, std::iter::repeat_n((), COLUMN).map(factor).collect())
        });
        for (member, weights) in self.members.iter().zip(&self.factor) {
            let mut score = vec![0.0; COLUMN];
            for (weight, column) in weights.iter().zip(&scores) {
                score.iter_mut().zip(column).for_each(|(sum, z)| *sum += weight * z);
            }
            let Some(column) = batch.input(member.entry) else { continue };
            if let Some((dof, stretch)) = &stretch {
                for (to, (z, factor)) in column.iter_mut().zip(score.iter().zip(stretch)) {
                    *to = member.estimate + member.of_t(z * factor, *dof);
                }
                continue;
            }
            for (to, z) in column.iter_mut().zip(&score) {
                *to = member.estimate
                    + match member.shape {
                        Distribution::Normal { standard } => standard * z,
                        shape => shape.quantile(normal::probability_below(*z)).unwrap_or(f64::NAN),
                    };
            }
        }
    }
}

impl Member {
    /// Deviation from the estimate for a score that is t-distributed.
    fn of_t(&self, score: f64, joint: f64) -> f64 {
        match self.shape {
            Distribution::StudentT { scale, dof } if dof.to_bits() == joint.to_bits() => {
                scale * score
            }
            shape => shape.quantile(student::upper_tail(-score, joint)).unwrap_or(f64::NAN),
        }
    }
}

/// Draws a column of one distribution; `base` replaces what stands there.
fn fill(
    column: &mut [f64],
    base: Option<f64>,
    shape: Distribution,
    stream: &mut Stream,
    ziggurat: &Ziggurat,
) {
    match shape {
        Distribution::Normal { standard } => {
            each(column, base, || standard * stream.normal(ziggurat));
        }
        Distribution::StudentT { scale, dof } => {
            let shape = Gamma::of(0.5 * dof);
            each(column, base, || {
                let chi_squared = 2.0 * stream.gamma(&shape, ziggurat);
                scale * stream.normal(ziggurat) * (dof / chi_squared).sqrt()
            });
        }
        Distribution::Rectangular { half } => each(column, base, || half * stream.signed()),
        Distribution::Triangular { half } => {
            each(column, base, || half * (stream.uniform() + stream.uniform() - 1.0));
        }
        Distribution::Arcsine { half } => each(column, base, || half * cosine(stream)),
        Distribution::Trapezoidal { half, beta } => each(column, base, || {
            let first = (1.0 + beta) * stream.uniform();
            half * (first + (1.0 - beta) * stream.uniform() - 1.0)
        }),
        Distribution::CurvilinearTrapezoid { half, inexact } => each(column, base, || {
            let lower = -half + inexact * stream.signed();
            lower - 2.0 * lower * stream.uniform()
        }),
        Distribution::Exponential { mean } => {
            each(column, base, || mean * (-libm::log(stream.uniform()) - 1.0));
        }
        Distribution::Gamma { counts } => {
            let shape = Gamma::of(counts + 1.0);
            each(column, base, || stream.gamma(&shape, ziggurat) - (counts + 1.0));
        }
    }
}

#[inline]
fn each(column: &mut [f64], base: Option<f64>, mut deviation: impl FnMut() -> f64) {
    match base {
        Some(base) => column.iter_mut().for_each(|value| *value = base + deviation()),
        None => column.iter_mut().for_each(|value| *value += deviation()),
    }
}

/// Cosine of a uniform angle, from a point in the unit disc: no trigonometry.
#[inline]
fn cosine(stream: &mut Stream) -> f64 {
    loop {
        let (x, y) = (stream.signed(), stream.signed());
        let (x, y) = (x * x, y * y);
        let radius = x + y;
        if radius <= 1.0 {
            return (x - y) / radius;
        }
    }
}
