//! Correlated entries, by a Gaussian copula or that of a multivariate t.
//!
//! Source: JCGM 101, 6.4.8, for normal inputs; JCGM 102, 5.3.2, for joint
//! observations.

use super::super::variate::Variates;
use super::put;
use crate::batch::{Batch, COLUMN};
use crate::correlation::Correlation;
use crate::distribution::Distribution;
use crate::width::Width;
use crate::{normal, student};

/// The correlated entries in the order of the rows of their factor.
pub(super) struct Joint {
    rows: Vec<usize>,
    members: Vec<(usize, Member)>,
    factor: Vec<Vec<f64>>,
    dof: Option<f64>,
}

struct Member {
    entry: usize,
    estimate: f64,
    shape: Distribution,
}

/// Columns for the normal scores, what is made of them, and the common factor of
/// a multivariate t.
pub(super) struct Scores {
    independent: Vec<Vec<f64>>,
    joined: Vec<f64>,
    stretch: Vec<f64>,
}

impl Joint {
    pub(super) fn new(correlation: &Correlation) -> Self {
        Self {
            rows: correlation.members().to_vec(),
            members: Vec::new(),
            factor: correlation.factor().to_vec(),
            dof: correlation.joint_dof(),
        }
    }

    /// Row of an input in the factor; `None` for one that is not correlated.
    pub(super) fn row_of(&self, input: usize) -> Option<usize> {
        self.rows.iter().position(|member| *member == input)
    }

    pub(super) fn join(&mut self, row: usize, entry: usize, estimate: f64, shape: Distribution) {
        self.members.push((row, Member { entry, estimate, shape }));
        self.members.sort_by_key(|(row, _)| *row);
    }

    pub(super) fn scores(&self) -> Scores {
        let column = || vec![0.0; COLUMN];
        Scores {
            independent: self.members.iter().map(|_| column()).collect(),
            joined: column(),
            stretch: column(),
        }
    }

    pub(super) fn block(
        &self,
        batch: &mut Batch,
        variates: &mut Variates,
        scores: &mut Scores,
        width: Width,
    ) {
        let Scores { independent, joined, stretch } = scores;
        independent.iter_mut().for_each(|column| variates.normals(column));
        if let Some(dof) = self.dof {
            // One common factor per trial makes a multivariate t of the normal scores.
            variates.gammas(0.5 * dof, stretch);
            stretch.iter_mut().for_each(|half| *half = (0.5 * dof / *half).sqrt());
        }
        for ((_, member), weights) in self.members.iter().zip(&self.factor) {
            let mut base = Some(0.0);
            for (weight, column) in weights.iter().zip(independent.iter()) {
                put(width, joined, base.take(), *weight, column);
            }
            let Some(column) = batch.input(member.entry) else { continue };
            match (self.dof, &member.shape) {
                (None, Distribution::Normal { standard }) => {
                    put(width, column, Some(member.estimate), *standard, joined);
                }
                (None, _) => {
                    for (to, z) in column.iter_mut().zip(joined.iter()) {
                        *to = member.at(normal::probability_below(*z));
                    }
                }
                (Some(joint), Distribution::StudentT { scale, dof })
                    if dof.to_bits() == joint.to_bits() =>
                {
                    joined.iter_mut().zip(stretch.iter()).for_each(|(z, factor)| *z *= factor);
                    put(width, column, Some(member.estimate), *scale, joined);
                }
                (Some(joint), _) => {
                    let scores = joined.iter().zip(stretch.iter());
                    for (to, (z, factor)) in column.iter_mut().zip(scores) {
                        *to = member.at(student::upper_tail(-z * factor, joint));
                    }
                }
            }
        }
    }
}

impl Member {
    /// Value with that probability below it.
    fn at(&self, probability: f64) -> f64 {
        self.estimate + self.shape.quantile(probability).unwrap_or(f64::NAN)
    }
}
