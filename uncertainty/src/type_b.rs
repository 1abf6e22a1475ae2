//! Type B evaluation: from what a document says to a standard uncertainty.

use thiserror::Error;

use crate::distribution::Distribution;
use crate::normal;

/// Why a statement gives no standard uncertainty.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TypeBError {
    /// A number cannot be.
    #[error("{name} is {found}, wanted {wanted}")]
    Parameter {
        /// Which one.
        name: &'static str,
        /// What was given.
        found: f64,
        /// What it may be.
        wanted: &'static str,
    },
}

fn checked(
    name: &'static str,
    found: f64,
    fits: bool,
    wanted: &'static str,
) -> Result<f64, TypeBError> {
    if fits { Ok(found) } else { Err(TypeBError::Parameter { name, found, wanted }) }
}

fn width(name: &'static str, found: f64) -> Result<f64, TypeBError> {
    checked(name, found, found >= 0.0 && found.is_finite(), "a number from zero up")
}

/// Rectangular between two limits; they need not be symmetric about an estimate.
///
/// - **Units:** one unit throughout.
/// - **Source:** JCGM 100:2008 (GUM), 4.3.7 and 4.3.8, equations (6) and (8).
/// - **Valid for:** limits between which nothing is more likely than anything else.
/// - **Not done here:** a correction of the estimate to the middle of the limits.
///
/// # Errors
/// When the upper limit is below the lower one.
pub fn between(lower: f64, upper: f64) -> Result<Distribution, TypeBError> {
    let half = width("distance between the limits", upper - lower)? / 2.0;
    Ok(Distribution::Rectangular { half })
}

/// Normal with a half-width that holds with a probability.
///
/// - **Units:** one unit; probability as a ratio.
/// - **Source:** JCGM 100:2008 (GUM), 4.3.4 to 4.3.6.
/// - **Valid for:** symmetric intervals of a quantity that is close to normal.
/// - **Not done here:** degrees of freedom, which a certificate states beside it.
///
/// # Errors
/// When the half-width is negative or the probability is not between 0 and 1.
pub fn with_probability(half: f64, p: f64) -> Result<Distribution, TypeBError> {
    let half = width("half-width", half)?;
    let p = checked("probability", p, p > 0.0 && p < 1.0, "a number between 0 and 1")?;
    Ok(Distribution::Normal { standard: half / normal::upper_quantile(0.5 * (1.0 - p)) })
}

/// Normal from an expanded uncertainty and its coverage factor.
///
/// - **Units:** one unit; `k` a ratio.
/// - **Source:** JCGM 100:2008 (GUM), 4.3.3.
/// - **Valid for:** certificates that state `k`.
/// - **Not done here:** a certificate that states only a probability, see
///   [`with_probability`].
///
/// # Errors
/// When `U` is negative or `k` is not positive.
pub fn expanded(uncertainty: f64, k: f64) -> Result<Distribution, TypeBError> {
    let uncertainty = width("expanded uncertainty", uncertainty)?;
    let k = checked("coverage factor", k, k > 0.0 && k.is_finite(), "a positive number")?;
    Ok(Distribution::Normal { standard: uncertainty / k })
}

/// Degrees of freedom of an uncertainty that is itself uncertain.
///
/// - **Units:** ratios.
/// - **Source:** JCGM 100:2008 (GUM), G.4.2, equation (G.3).
/// - **Valid for:** a relative uncertainty of the uncertainty below about one half.
/// - **Not done here:** where the relative uncertainty comes from.
///
/// # Errors
/// When it is not positive.
pub fn dof_of_reliability(relative: f64) -> Result<f64, TypeBError> {
    let fits = relative > 0.0 && relative.is_finite();
    let relative = checked("relative uncertainty of u", relative, fits, "a positive number")?;
    Ok(0.5 / (relative * relative))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Result<Distribution, TypeBError>, wanted: f64, tolerance: f64) {
        let found = found.unwrap().standard_uncertainty();
        assert!((found - wanted).abs() <= tolerance, "found {found}, wanted {wanted}");
    }

    /// Reference case gum-437-type-b (scipy, closed forms).
    #[test]
    fn gum_4_3_limits_and_intervals_of_documents() {
        // 4.3.7: 0.23e-6; 4.3.8: 0.15e-6; 4.3.4: 93 µΩ; 4.3.5: 1.48 a.
        near(between(1.612e-5, 1.692e-5), 2.309_401_076_758_503e-7, 1e-15);
        near(between(1.64e-5, 1.692e-5), 1.501_110_699_893_032_2e-7, 1e-15);
        near(with_probability(0.000_24, 0.99), 9.317_387_595_107_145e-5, 1e-16);
        near(with_probability(0.04, 0.5), 0.059_304_088_740_224_08, 1e-15);
        near(expanded(0.000_24, 2.58), 0.000_24 / 2.58, 1e-20);
    }

    /// GUM G.4.2, example: 25 % gives 8.
    #[test]
    fn gum_g_4_2_a_quarter_of_doubt_is_eight_degrees_of_freedom() {
        assert!((dof_of_reliability(0.25).unwrap() - 8.0).abs() < 1e-15);
    }

    #[test]
    fn statements_that_cannot_be_are_refused() {
        assert!(between(2.0, 1.0).is_err() && expanded(1.0, 0.0).is_err());
        assert!(with_probability(-1.0, 0.95).is_err() && dof_of_reliability(0.0).is_err());
        let error = with_probability(1.0, 1.0).unwrap_err().to_string();
        assert_eq!(error, "probability is 1, wanted a number between 0 and 1");
    }
}
