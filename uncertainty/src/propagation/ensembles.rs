//! Degrees of freedom where correlated inputs were observed together.

#[cfg(feature = "budget")]
use super::Propagation;
use super::{InputQuantity, Merged, Problem};
#[cfg(feature = "budget")]
use crate::dof::{Joint, willink_hall};
use crate::dof::{Shared, ensembles, welch_satterthwaite};

/// Effective degrees of freedom of one result; `None` where the policy refuses.
pub(super) fn dof(problem: &Problem, merged: &[Merged], u: f64) -> Option<f64> {
    let inputs = problem.inputs.iter().zip(merged);
    let shared = inputs.map(|(input, merged)| {
        let contribution = (merged.weight() * input.standard_uncertainty()).copysign(merged.c);
        Shared { contributions: (contribution, 0.0), parts: shares(input) }
    });
    let shared: Vec<Shared> = shared.collect();
    let merged = ensembles(&shared, problem.correlation.coefficients())?;
    let parts = merged.iter().map(|(variance, dof)| (libm::sqrt(variance.first.max(0.0)), *dof));
    Some(welch_satterthwaite(u, parts))
}

/// Effective degrees of freedom of two results together, such as the parts of a
/// complex one; `None` where the policy refuses.
///
/// - **Valid for:** problems in which every input enters once.
#[cfg(feature = "budget")]
pub(crate) fn joint_dof(
    problem: &Problem,
    first: &Propagation,
    second: &Propagation,
) -> Option<f64> {
    let signed = |of: &Propagation| -> Vec<f64> {
        of.rows.iter().map(|row| row.u_y.copysign(row.c)).collect()
    };
    let (first, second) = (signed(first), signed(second));
    let shared = problem
        .inputs
        .iter()
        .zip(first.iter().zip(&second))
        .map(|(input, (a, b))| Shared { contributions: (*a, *b), parts: shares(input) });
    let shared: Vec<Shared> = shared.collect();
    let total = Joint {
        first: problem.correlation.variance(&first),
        both: problem.correlation.covariance(&first, &second),
        second: problem.correlation.variance(&second),
    };
    let merged = ensembles(&shared, problem.correlation.coefficients())?;
    Some(willink_hall(total, merged))
}

/// Share of the variance and degrees of freedom of every component.
fn shares(input: &InputQuantity) -> Vec<(f64, f64)> {
    let u = input.standard_uncertainty();
    let parts = input.components.iter().filter(|_| u > 0.0);
    let shares = parts.map(|part| {
        let share = part.distribution.standard_uncertainty() / u;
        (share * share, part.dof)
    });
    shares.collect()
}
