//! Many evaluations of one model: budget points, sweeps, live displays.

use super::{Merged, Problem, PropagationError, check_repeats, effective_dof};
use crate::derivative::Differentiator;

/// What a budget point needs: the result without its rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Combined {
    /// Value of the measurand at the estimates.
    pub value: f64,
    /// Combined standard uncertainty.
    pub u: f64,
    /// Effective degrees of freedom; `None` where the policy refuses.
    pub dof: Option<f64>,
}

/// Propagates the same model again and again without taking memory anew.
#[derive(Clone, Debug)]
pub struct Propagator {
    output: usize,
    differentiator: Differentiator,
    estimates: Vec<f64>,
    merged: Vec<Merged>,
    contributions: Vec<f64>,
}

impl Propagator {
    /// For one output of the tape of a problem.
    #[must_use]
    pub fn new(problem: &Problem, output: usize) -> Self {
        Self {
            output,
            differentiator: Differentiator::new(),
            estimates: Vec::with_capacity(problem.entries.len()),
            merged: Vec::with_capacity(problem.inputs.len()),
            contributions: Vec::with_capacity(problem.inputs.len()),
        }
    }

    /// As [`super::propagate`], to the last bit, without the rows; the problem is
    /// the one of [`Self::new`], with any estimates and uncertainties.
    ///
    /// # Errors
    /// When the model has no value or derivative at the estimates.
    pub fn run(&mut self, problem: &Problem) -> Result<Combined, PropagationError> {
        self.estimates.clear();
        self.estimates.extend(problem.entries.iter().map(|entry| entry.estimate));
        let gradient = self.differentiator.run(&problem.tape, self.output, &self.estimates)?;
        let (value, by_input) = gradient;
        check_repeats(problem)?;
        self.merged.clear();
        self.merged.resize(problem.inputs.len(), Merged::default());
        for (entry, derivative) in problem.entries.iter().zip(by_input) {
            if let Some(row) = self.merged.get_mut(entry.input) {
                row.take(entry.estimate, *derivative);
            }
        }
        self.contributions.clear();
        let inputs = problem.inputs.iter().zip(&self.merged);
        self.contributions.extend(inputs.map(|(input, merged)| {
            (merged.weight() * input.standard_uncertainty()).copysign(merged.c)
        }));
        let u = libm::sqrt(problem.correlation.variance(&self.contributions).max(0.0));
        Ok(Combined { value, u, dof: effective_dof(problem, &self.merged, u) })
    }
}

#[cfg(all(test, feature = "budget"))]
mod tests {
    use super::*;
    use crate::budget;
    use crate::budget_file;
    use crate::propagation::propagate;

    #[test]
    fn a_propagator_gives_the_bits_of_the_full_propagation() {
        let cases = [
            include_str!("../../tests/cases/gum-h1-end-gauge.toml"),
            include_str!("../../tests/cases/s2-94-rxz-mcm.toml"),
        ];
        for text in cases {
            let (file, _) = budget_file::parse(text).unwrap();
            let mut problem = budget::problem(&file).unwrap();
            for output in 0..problem.tape.outputs() {
                let mut propagator = Propagator::new(&problem, output);
                for _ in 0..3 {
                    let full = propagate(&problem, output).unwrap();
                    let wanted = Combined { value: full.value, u: full.u, dof: full.dof };
                    assert_eq!(propagator.run(&problem).unwrap(), wanted);
                    problem.entries.iter_mut().for_each(|entry| entry.estimate *= 1.01);
                }
            }
        }
    }
}
