//! Coverage factors.

use serde::{Deserialize, Serialize};

use crate::student;

/// What becomes of effective degrees of freedom that are not whole.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DofRule {
    /// Used as they are (GUM G.4.1 note 1: interpolation).
    #[default]
    Interpolate,
    /// Cut to the next lower integer, at least 1 (GUM G.4.1), from one decimal, as
    /// the Guide prints them: its example has 18.9987, prints 19.0 and takes 19.
    Truncate,
}

/// Coverage factor for a coverage probability from Student's distribution.
///
/// - **Source:** JCGM 100:2008 (GUM), G.3.2 and G.6.4.
/// - **Valid for:** `0 < p < 1` and `dof > 0`, infinite included.
///
/// NaN where there is no answer.
#[must_use]
pub fn coverage_factor(p: f64, dof: f64, rule: DofRule) -> f64 {
    let dof = match rule {
        DofRule::Truncate if dof < 1e15 => libm::floor(libm::round(10.0 * dof) / 10.0).max(1.0),
        _ => dof,
    };
    student::upper_quantile(0.5 * (1.0 - p), dof)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gum_h_1_6_truncates_16_7_to_16_and_finds_2_92() {
        let k = coverage_factor(0.99, 16.751_855_737_627_24, DofRule::Truncate);
        // Reference case gum-h1-end-gauge (mpmath, GTC).
        assert!((k - 2.920_781_622_425_1).abs() < 1e-12, "{k}");
        let k = coverage_factor(0.99, 16.751_855_737_627_24, DofRule::Interpolate);
        assert!((k - 2.903_547_630_449_139).abs() < 1e-12, "{k}");
    }
}
