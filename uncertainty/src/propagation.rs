//! Propagation of uncertainty through a model: the law of the GUM, first and
//! second order, with a budget row for every input.
//!
//! An input may enter the tape several times, once per repeat of the
//! measurement: its entries are then independent of each other and merged into
//! one row, so that s/√n and its own degrees of freedom come out by themselves.

mod ensembles;
mod propagator;

use thiserror::Error;

use crate::correlation::Correlation;
use crate::derivative::{self, Gradient};
use crate::distribution::Distribution;
use crate::dof::{CorrelatedDof, welch_satterthwaite};
use crate::tape::{Tape, TapeError};

#[cfg(feature = "budget")]
pub(crate) use ensembles::joint_dof;
pub use propagator::{Combined, Propagator};

/// One component of the uncertainty of an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// What it is, as written in the budget.
    pub name: String,
    /// Its distribution around the estimate.
    pub distribution: Distribution,
    /// Degrees of freedom of its standard uncertainty; infinite where it is
    /// taken as known.
    pub dof: f64,
}

/// An input of the model with all components of its uncertainty.
#[derive(Clone, Debug, PartialEq)]
pub struct InputQuantity {
    /// Name in the model.
    pub name: String,
    /// Independent components; none for an exact input.
    pub components: Vec<Component>,
}

impl InputQuantity {
    /// Combined standard uncertainty of the input.
    #[must_use]
    pub fn standard_uncertainty(&self) -> f64 {
        let squares = self.components.iter().map(|component| {
            let u = component.distribution.standard_uncertainty();
            u * u
        });
        // From plus zero: an empty sum would be minus zero, and be printed so.
        libm::sqrt(squares.fold(0.0, |sum, square| sum + square))
    }

    /// Effective degrees of freedom of the input by itself.
    #[must_use]
    pub fn dof(&self) -> f64 {
        let parts = self.components.iter();
        welch_satterthwaite(
            self.standard_uncertainty(),
            parts.map(|part| (part.distribution.standard_uncertainty(), part.dof)),
        )
    }
}

/// One entry of an input into the tape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Which input, by its place in the list.
    pub input: usize,
    /// Estimate of this entry.
    pub estimate: f64,
}

/// Everything the propagation needs.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The compiled model.
    pub tape: Tape,
    /// The inputs.
    pub inputs: Vec<InputQuantity>,
    /// One entry per input of the tape, in its order.
    pub entries: Vec<Entry>,
    /// Correlation between inputs; identity where empty.
    pub correlation: Correlation,
    /// Degrees of freedom of correlated inputs.
    pub correlated_dof: CorrelatedDof,
}

/// Row of the budget.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which input.
    pub input: usize,
    /// Mean of its estimates.
    pub value: f64,
    /// Standard uncertainty of that mean.
    pub u: f64,
    /// Degrees of freedom of `u`.
    pub dof: f64,
    /// Sensitivity coefficient: derivative by a common shift of all entries.
    pub c: f64,
    /// Contribution `|c| u`.
    pub u_y: f64,
    /// Share of the variance, `u_y² / u²`.
    pub share: f64,
}

/// Result of the propagation.
#[derive(Clone, Debug, PartialEq)]
pub struct Propagation {
    /// Value of the measurand at the estimates.
    pub value: f64,
    /// Combined standard uncertainty.
    pub u: f64,
    /// Effective degrees of freedom; `None` where the policy refuses.
    pub dof: Option<f64>,
    /// One row per input.
    pub rows: Vec<Row>,
    /// Derivative by every entry of the tape.
    pub by_entry: Vec<f64>,
}

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PropagationError {
    /// The model has no value or no derivative at the estimates.
    #[error(transparent)]
    Tape(#[from] TapeError),
    /// Correlation is stated for an input that is different in every repeat.
    #[error("`{input}` is correlated and enters {entries} times, one per repeat")]
    CorrelatedRepeats {
        /// The input.
        input: String,
        /// How often it enters.
        entries: usize,
    },
}

/// First-order propagation for one output of the tape.
///
/// - **Source:** JCGM 100:2008 (GUM), 5.1.2 equation (10), 5.2.2 equation (13),
///   G.4.1 equation (G.2b).
/// - **Not done here:** coverage; validation against Monte Carlo.
///
/// # Errors
/// When the model has no value or derivative at the estimates.
pub fn propagate(problem: &Problem, output: usize) -> Result<Propagation, PropagationError> {
    let estimates: Vec<f64> = problem.entries.iter().map(|entry| entry.estimate).collect();
    let Gradient { value, by_input } = derivative::gradient(&problem.tape, output, &estimates)?;
    check_repeats(problem)?;
    let mut merged = vec![Merged::default(); problem.inputs.len()];
    for (entry, derivative) in problem.entries.iter().zip(&by_input) {
        if let Some(row) = merged.get_mut(entry.input) {
            row.take(entry.estimate, *derivative);
        }
    }
    let rows: Vec<Row> = problem.inputs.iter().zip(&merged).enumerate().map(row).collect();
    let contributions: Vec<f64> = rows.iter().map(|row| row.u_y.copysign(row.c)).collect();
    let variance = problem.correlation.variance(&contributions);
    let u = libm::sqrt(variance.max(0.0));
    let dof = effective_dof(problem, &merged, u);
    let rows = rows
        .into_iter()
        .map(|row| {
            let share = if u > 0.0 { (row.u_y / u) * (row.u_y / u) } else { 0.0 };
            Row { share, ..row }
        })
        .collect();
    Ok(Propagation { value, u, dof, rows, by_entry: by_input })
}

/// Sums over the entries of one input.
#[derive(Clone, Copy, Debug, Default)]
struct Merged {
    entries: f64,
    sum: f64,
    c: f64,
    c_squared: f64,
}

impl Merged {
    fn take(&mut self, estimate: f64, derivative: f64) {
        self.entries += 1.0;
        self.sum += estimate;
        self.c += derivative;
        self.c_squared += derivative * derivative;
    }

    /// Factor between the standard uncertainty of one entry and the contribution.
    fn weight(&self) -> f64 {
        if self.entries > 1.0 { libm::sqrt(self.c_squared) } else { self.c.abs() }
    }
}

fn row((place, (input, merged)): (usize, (&InputQuantity, &Merged))) -> Row {
    let u_entry = input.standard_uncertainty();
    let u_y = merged.weight() * u_entry;
    let u =
        if merged.entries > 1.0 && merged.c.abs() > 0.0 { u_y / merged.c.abs() } else { u_entry };
    let value = if merged.entries > 0.0 { merged.sum / merged.entries } else { 0.0 };
    Row { input: place, value, u, dof: input.dof(), c: merged.c, u_y, share: 0.0 }
}

/// Welch–Satterthwaite over all components; the entries of one component share
/// one standard uncertainty and thus its degrees of freedom.
fn effective_dof(problem: &Problem, merged: &[Merged], u: f64) -> Option<f64> {
    let finite = |place: usize| {
        problem
            .inputs
            .get(place)
            .is_some_and(|input| input.components.iter().any(|c| c.dof.is_finite()))
    };
    let pairs = || problem.correlation.correlated();
    if pairs().next().is_some() {
        match problem.correlated_dof {
            CorrelatedDof::Refuse if pairs().any(|(a, b)| finite(a) || finite(b)) => return None,
            CorrelatedDof::Ensemble => return ensembles::dof(problem, merged, u),
            CorrelatedDof::Refuse | CorrelatedDof::Plain => {}
        }
    }
    let inputs = problem.inputs.iter().zip(merged);
    Some(welch_satterthwaite(u, inputs.flat_map(|(input, merged)| parts(input, merged))))
}

/// Contributions of the components of an input, with their degrees of freedom.
fn parts<'a>(input: &'a InputQuantity, merged: &Merged) -> impl Iterator<Item = (f64, f64)> + 'a {
    let weight = merged.weight();
    let parts = input.components.iter();
    parts.map(move |part| (weight * part.distribution.standard_uncertainty(), part.dof))
}

fn check_repeats(problem: &Problem) -> Result<(), PropagationError> {
    for (a, b) in problem.correlation.correlated() {
        for place in [a, b] {
            let entries = problem.entries.iter().filter(|entry| entry.input == place).count();
            if entries > 1 {
                let input = problem.inputs.get(place).map(|input| input.name.clone());
                let input = input.unwrap_or_default();
                return Err(PropagationError::CorrelatedRepeats { input, entries });
            }
        }
    }
    Ok(())
}

/// Combined standard uncertainty with the second-order terms.
///
/// ```text
/// u² = first order + Σᵢ Σⱼ [ ½ (∂²f/∂xᵢ∂xⱼ)² + ∂f/∂xᵢ ∂³f/∂xᵢ∂xⱼ² ] u²(xᵢ) u²(xⱼ)
/// ```
///
/// - **Source:** JCGM 100:2008 (GUM), 5.1.2 note.
/// - **Valid for:** inputs with symmetric distributions; where inputs are
///   correlated the covariances enter the first order and, by the fourth moments
///   of the joint normal distribution, the term with the squared Hessian.
///
/// # Errors
/// When the model has no value or derivative at the estimates.
pub fn second_order(problem: &Problem, output: usize) -> Result<f64, PropagationError> {
    let first = propagate(problem, output)?;
    let estimates: Vec<f64> = problem.entries.iter().map(|entry| entry.estimate).collect();
    let u: Vec<f64> = problem
        .entries
        .iter()
        .map(|entry| {
            problem.inputs.get(entry.input).map_or(0.0, InputQuantity::standard_uncertainty)
        })
        .collect();
    // Hessian and third derivatives in units of the standard uncertainties.
    let mut hessian = Vec::with_capacity(u.len());
    let mut third = 0.0;
    for (j, u_j) in u.iter().enumerate() {
        let column = derivative::along(&problem.tape, output, &estimates, j);
        let scaled = column.iter().zip(&u).map(|([_, second, _], u_i)| second * u_i * u_j);
        hessian.push(scaled.collect::<Vec<f64>>());
        let terms = column.iter().zip(&u).map(|([first, _, half_third], u_i)| {
            let weight = u_i * u_i * u_j * u_j;
            if weight > 0.0 { first * 2.0 * half_third * weight } else { 0.0 }
        });
        third += terms.sum::<f64>();
    }
    let inputs: Vec<usize> = problem.entries.iter().map(|entry| entry.input).collect();
    let squared = problem.correlation.half_trace_of_square(&hessian, &inputs);
    Ok(libm::sqrt((first.u * first.u + squared + third).max(0.0)))
}
