//! Robust statistics of a round: what most laboratories find, whatever a few do.

use super::ComparisonError;
use crate::type_a::{count, sum};

/// Scale of the median of absolute deviations of a normal sample.
/// Source: ISO 13528:2022, annex C (MADe)
const MADE: f64 = 1.483;

/// Scale of the range between the quartiles of a normal sample.
/// Source: ISO 13528:2022, annex C (nIQR)
const NIQR: f64 = 0.7413;

/// Distance in robust deviations at which results are drawn in, and the scale of
/// the deviation of results drawn in like this.
/// Source: ISO 13528:2022, annex C (algorithm A)
const WINSOR: [f64; 2] = [1.5, 1.134];

/// Factor of the uncertainty of a robust mean.
/// Source: ISO 13528:2022, 7.7 (assigned value from participants)
const OF_MEAN: f64 = 1.25;

/// Most steps of algorithm A, which takes about twenty.
const STEPS: usize = 1000;

/// A robust mean with its spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Robust {
    /// Robust mean `x*`.
    pub mean: f64,
    /// Robust standard deviation `s*`.
    pub deviation: f64,
    /// Standard uncertainty of the mean as an assigned value.
    pub u: f64,
}

/// Median; `None` for no values.
///
/// - **Units:** that of the values.
/// - **Source:** ISO 13528:2022, annex C.
/// - **Valid for:** finite values.
/// - **Not done here:** an uncertainty.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(&ordered(values), 0.5)
}

/// Scaled median of absolute deviations (MADe).
///
/// - **Units:** that of the values.
/// - **Source:** ISO 13528:2022, annex C.
/// - **Valid for:** less than half of the values astray.
/// - **Not done here:** small-sample corrections.
#[must_use]
pub fn made(values: &[f64]) -> Option<f64> {
    let centre = median(values)?;
    let deviations: Vec<f64> = values.iter().map(|value| (value - centre).abs()).collect();
    median(&deviations).map(|deviation| MADE * deviation)
}

/// Normalised range between the quartiles (nIQR), with quartiles interpolated
/// between the ordered values.
///
/// - **Units:** that of the values.
/// - **Source:** ISO 13528:2022, annex C.
/// - **Valid for:** less than a quarter of the values astray on either side.
/// - **Not done here:** other conventions for quartiles.
#[must_use]
pub fn niqr(values: &[f64]) -> Option<f64> {
    let ordered = ordered(values);
    let (lower, upper) = (quantile(&ordered, 0.25)?, quantile(&ordered, 0.75)?);
    Some(NIQR * (upper - lower))
}

/// Algorithm A: mean and deviation of results drawn in to 1.5 deviations, until
/// nothing moves.
///
/// - **Units:** that of the values.
/// - **Source:** ISO 13528:2022, annex C (algorithm A).
/// - **Valid for:** at least three results, less than about a fifth astray.
/// - **Not done here:** rounds where more than half of the results are equal.
///
/// # Errors
/// When there are fewer than three results, half of them are equal, or nothing
/// settles.
pub fn algorithm_a(values: &[f64]) -> Result<Robust, ComparisonError> {
    let found = values.iter().filter(|value| value.is_finite()).count();
    if found < 3 || found < values.len() {
        return Err(ComparisonError::TooFew { found, wanted: values.len().max(3) });
    }
    let mut mean = median(values).unwrap_or(f64::NAN);
    let mut deviation = made(values).unwrap_or(f64::NAN);
    let [reach, scale] = WINSOR;
    let n = count(found);
    for _ in 0..STEPS {
        if deviation <= 0.0 {
            return Err(ComparisonError::Spread { found: deviation });
        }
        let (lower, upper) = (mean - reach * deviation, mean + reach * deviation);
        let drawn: Vec<f64> = values.iter().map(|value| value.clamp(lower, upper)).collect();
        let next = mean + sum(drawn.iter().map(|value| value - mean)) / n;
        let squares = sum(drawn.iter().map(|value| (value - next) * (value - next)));
        let spread = scale * libm::sqrt(squares / (n - 1.0));
        let moved = (next - mean).abs().max((spread - deviation).abs());
        (mean, deviation) = (next, spread);
        if moved <= 1e-14 * deviation {
            let u = OF_MEAN * deviation / libm::sqrt(n);
            return Ok(Robust { mean, deviation, u });
        }
    }
    Err(ComparisonError::NotSettled { steps: STEPS })
}

fn ordered(values: &[f64]) -> Vec<f64> {
    let mut ordered = values.to_vec();
    ordered.sort_unstable_by(f64::total_cmp);
    ordered
}

/// Linear between the ordered values, the first at 0, the last at 1.
fn quantile(ordered: &[f64], p: f64) -> Option<f64> {
    let place = p * count(ordered.len().checked_sub(1)?);
    let whole = place.floor();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to n - 1")]
    let at = whole as usize;
    let lower = *ordered.get(at)?;
    let upper = ordered.get(at + 1).copied().unwrap_or(lower);
    Some(lower + (place - whole) * (upper - lower))
}
