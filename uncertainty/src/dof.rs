//! Degrees of freedom of a combined standard uncertainty.

mod ensemble;
mod region;

use serde::{Deserialize, Serialize};

pub(crate) use ensemble::{Shared, ensembles};
pub(crate) use region::Joint;
#[cfg(feature = "budget")]
pub(crate) use region::willink_hall;

/// What to do about the degrees of freedom of correlated inputs.
///
/// Welch–Satterthwaite is derived for independent contributions. With a
/// correlation between inputs of finite degrees of freedom it has no answer of
/// its own.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CorrelatedDof {
    /// Refuse to state a number.
    #[default]
    Refuse,
    /// Use the contributions as they are and the combined uncertainty with its
    /// covariances: an accepted approximation, to be named beside the result.
    Plain,
    /// Take inputs that are correlated with each other as observed together: they
    /// are one contribution with their covariances, and have the same degrees of
    /// freedom. Correlated inputs of another kind are refused.
    /// Source: R. Willink, result 2.
    Ensemble,
}

impl CorrelatedDof {
    /// Reads `refuse`, `plain` or `ensemble`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "refuse" => Some(Self::Refuse),
            "plain" => Some(Self::Plain),
            "ensemble" => Some(Self::Ensemble),
            _ => None,
        }
    }
}

/// Effective degrees of freedom by the Welch–Satterthwaite formula.
///
/// ```text
/// ν_eff = u_c(y)⁴ / Σ ( u_i(y)⁴ / ν_i )
/// ```
///
/// - **Units:** `u_c` and every `u_i` in the unit of the measurand.
/// - **Source:** JCGM 100:2008 (GUM), G.4.1, equation (G.2b).
/// - **Valid for:** independent contributions `(u_i, ν_i)`.
/// - **Not done here:** truncation to an integer, which is the coverage rule's.
///
/// Infinite when no contribution has both weight and finite degrees of freedom.
#[must_use]
pub fn welch_satterthwaite(u_c: f64, contributions: impl IntoIterator<Item = (f64, f64)>) -> f64 {
    // Ratios instead of fourth powers, which leave the range of a double early.
    let sum: f64 = contributions
        .into_iter()
        .filter(|(u_i, dof)| *u_i > 0.0 && dof.is_finite())
        .map(|(u_i, dof)| {
            let square = (u_i / u_c) * (u_i / u_c);
            square * square / dof
        })
        .sum();
    if sum > 0.0 { 1.0 / sum } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GUM G.4.1, example: relative standard uncertainties 0.25 %, 0.57 %, 0.82 %
    /// from 10, 5 and 15 repeats; the Guide prints 19.0.
    #[test]
    fn gum_g_4_1_product_of_three_inputs_has_19_effective_degrees_of_freedom() {
        let parts = [(0.25, 9.0), (0.57, 4.0), (0.82, 14.0)];
        let u_c = parts.iter().map(|(u, _)| u * u).sum::<f64>().sqrt();
        let dof = welch_satterthwaite(u_c, parts);
        assert!((dof - 19.0).abs() < 0.05, "GUM prints 19.0, got {dof}");
    }

    #[test]
    fn tiny_and_infinite_contributions_do_no_harm() {
        assert!(welch_satterthwaite(1e-100, [(1e-100, 5.0)]) - 5.0 < 1e-12);
        assert!(welch_satterthwaite(1.0, [(1.0, f64::INFINITY), (0.0, 1.0)]).is_infinite());
    }
}
