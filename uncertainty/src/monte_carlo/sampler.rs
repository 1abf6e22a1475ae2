//! From random numbers to columns of input values.

mod joint;

use super::MonteCarloError;
use super::variate::Variates;
use crate::batch::{Batch, COLUMN};
use crate::distribution::Distribution;
use crate::elementary::{signed, unit};
use crate::propagation::Problem;
use crate::width::Width;

use joint::Joint;

/// How every entry of the tape is drawn.
pub(super) struct Draw {
    independent: Vec<Independent>,
    joint: Joint,
    exact: Vec<(usize, f64)>,
}

struct Independent {
    entry: usize,
    estimate: f64,
    parts: Vec<Distribution>,
}

/// Draws block after block; every thread has one of its own.
pub(super) struct Sampler<'a> {
    draw: &'a Draw,
    variates: Variates,
    width: Width,
    /// Deviations of one component from its estimate, in its scale.
    deviation: Vec<f64>,
    scores: joint::Scores,
}

impl Draw {
    pub(super) fn new(problem: &Problem) -> Result<Self, MonteCarloError> {
        let mut draw = Self {
            independent: Vec::new(),
            joint: Joint::new(&problem.correlation),
            exact: Vec::new(),
        };
        for (entry, placed) in problem.entries.iter().enumerate() {
            let Some(input) = problem.inputs.get(placed.input) else { continue };
            let estimate = placed.estimate;
            let parts: Vec<Distribution> =
                input.components.iter().map(|part| part.distribution.clone()).collect();
            if let Some(row) = draw.joint.row_of(placed.input) {
                let refused = || MonteCarloError::CorrelatedShape { input: input.name.clone() };
                let shape = single(&parts).ok_or_else(refused)?;
                draw.joint.join(row, entry, estimate, shape);
            } else if parts.is_empty() {
                draw.exact.push((entry, estimate));
            } else {
                draw.independent.push(Independent { entry, estimate, parts });
            }
        }
        Ok(draw)
    }

    /// A sampler for columns of that batch; those that are the same in every
    /// block are filled at once.
    pub(super) fn sampler(&self, batch: &mut Batch) -> Sampler<'_> {
        for (entry, estimate) in &self.exact {
            if let Some(column) = batch.input(*entry) {
                column.fill(*estimate);
            }
        }
        let width = Width::widest();
        Sampler {
            draw: self,
            variates: Variates::new(width),
            width,
            deviation: vec![0.0; COLUMN],
            scores: self.joint.scores(),
        }
    }
}

impl Sampler<'_> {
    /// Draws one block.
    pub(super) fn block(&mut self, batch: &mut Batch, seed: u64, block: u64) {
        self.variates.key(seed, block);
        for part in &self.draw.independent {
            for (place, shape) in part.parts.iter().enumerate() {
                // An input that the model does not use still takes its numbers, so
                // that the streams do not depend on the model.
                let scale = deviations(shape, &mut self.variates, &mut self.deviation);
                let Some(column) = batch.input(part.entry) else { continue };
                let base = if place == 0 { Some(part.estimate) } else { None };
                put(self.width, column, base, scale, &self.deviation);
            }
        }
        self.draw.joint.block(batch, &mut self.variates, &mut self.scores, self.width);
    }
}

/// One distribution for all components: the only one, or the normal of several
/// normal ones.
fn single(parts: &[Distribution]) -> Option<Distribution> {
    match parts {
        [] => Some(Distribution::Normal { standard: 0.0 }),
        [one] => one.quantile(0.5).map(|_| one.clone()),
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

/// Draws a column of deviations from the estimate; answers their scale.
fn deviations(shape: &Distribution, variates: &mut Variates, to: &mut [f64]) -> f64 {
    match *shape {
        Distribution::Normal { standard } => {
            variates.normals(to);
            standard
        }
        Distribution::StudentT { scale, dof } => {
            variates.students(dof, to);
            scale
        }
        Distribution::Rectangular { half } => {
            variates.signed(to);
            half
        }
        Distribution::Triangular { half } => {
            variates.pairs(
                to,
                #[inline(always)]
                move |a, b| unit(a) + unit(b) - 1.0,
            );
            half
        }
        Distribution::Arcsine { half } => {
            variates.arcsines(to);
            half
        }
        Distribution::Trapezoidal { half, beta } => {
            variates.pairs(
                to,
                #[inline(always)]
                move |a, b| (1.0 + beta) * unit(a) + (1.0 - beta) * unit(b) - 1.0,
            );
            half
        }
        Distribution::CurvilinearTrapezoid { half, inexact } => {
            variates.pairs(
                to,
                #[inline(always)]
                move |a, b| {
                    let lower = inexact * signed(a) - half;
                    lower - 2.0 * lower * unit(b)
                },
            );
            1.0
        }
        Distribution::Exponential { mean } => {
            variates.exponentials(to);
            to.iter_mut().for_each(|deviation| *deviation -= 1.0);
            mean
        }
        Distribution::Gamma { counts } => {
            variates.gammas(counts + 1.0, to);
            to.iter_mut().for_each(|deviation| *deviation -= counts + 1.0);
            1.0
        }
        Distribution::Histogram(ref table) | Distribution::Sample(ref table) => {
            variates.uniforms(to);
            to.iter_mut().for_each(|deviation| *deviation = table.quantile(*deviation));
            1.0
        }
    }
}

/// Puts scaled deviations into a column; `base` replaces what stands there.
fn put(width: Width, column: &mut [f64], base: Option<f64>, scale: f64, deviation: &[f64]) {
    width.run(
        #[inline(always)]
        move || {
            let pairs = column.iter_mut().zip(deviation);
            if let Some(base) = base {
                for (to, deviation) in pairs {
                    *to = base + scale * deviation;
                }
            } else {
                for (to, deviation) in pairs {
                    *to += scale * deviation;
                }
            }
        },
    );
}
