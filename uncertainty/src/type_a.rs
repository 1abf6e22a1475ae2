//! Type A evaluation: what a series of readings says about its mean.
//!
//! Readings share most of their digits, so everything is computed from their
//! differences to the first one; given as decimals, these differences are exact.

use thiserror::Error;

use crate::{chi_squared, decimal::Decimal};

/// A series of readings in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// How many readings.
    pub count: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Experimental standard deviation of one reading; `None` for one reading.
    pub deviation: Option<f64>,
    /// Smallest reading.
    pub smallest: f64,
    /// Largest reading.
    pub largest: f64,
    /// Autocorrelation at lag one; `None` where all readings are equal.
    pub autocorrelation: Option<f64>,
}

/// A standard uncertainty with its degrees of freedom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluated {
    /// Standard deviation or uncertainty.
    pub standard: f64,
    /// Its degrees of freedom.
    pub dof: f64,
}

/// Why there is no Type A evaluation.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TypeAError {
    /// Too few readings for the question.
    #[error("{found} readings, wanted at least {wanted}")]
    TooFew {
        /// How many there are.
        found: usize,
        /// How many are needed.
        wanted: usize,
    },
    /// A method stops at a number of readings.
    #[error("{found} readings, the range method is tabulated up to {most}")]
    TooMany {
        /// How many there are.
        found: usize,
        /// How many the table knows.
        most: usize,
    },
    /// A reading is no number.
    #[error("reading {place} is not a finite number")]
    NotFinite {
        /// Which one, from 1.
        place: usize,
    },
    /// A standard deviation or its degrees of freedom cannot be.
    #[error("group {place} has standard deviation {standard} with {dof} degrees of freedom")]
    Group {
        /// Which one, from 1.
        place: usize,
        /// Standard deviation that was given.
        standard: f64,
        /// Degrees of freedom that were given.
        dof: f64,
    },
}

impl Series {
    /// Describes readings.
    ///
    /// - **Units:** all of the readings' unit, the autocorrelation a pure number.
    /// - **Source:** JCGM 100:2008 (GUM), 4.2.1 to 4.2.3; NIST StRD for the
    ///   autocorrelation.
    /// - **Valid for:** independent readings under repeatability conditions; a
    ///   large autocorrelation says that they are not.
    /// - **Not done here:** the removal of outliers.
    ///
    /// # Errors
    /// When there is no reading or one is not finite.
    pub fn of(readings: &[f64]) -> Result<Self, TypeAError> {
        if let Some(place) = readings.iter().position(|reading| !reading.is_finite()) {
            return Err(TypeAError::NotFinite { place: place + 1 });
        }
        let first = *readings.first().ok_or(TypeAError::TooFew { found: 0, wanted: 1 })?;
        Ok(Self::around(first, &readings.iter().map(|x| x - first).collect::<Vec<_>>()))
    }

    /// Describes readings as they are written, without the rounding of large
    /// numbers to doubles. Otherwise as [`Series::of`].
    ///
    /// # Errors
    /// When there is no reading.
    pub fn of_decimals(readings: &[Decimal]) -> Result<Self, TypeAError> {
        let first = readings.first().ok_or(TypeAError::TooFew { found: 0, wanted: 1 })?;
        let differences: Vec<f64> =
            readings.iter().map(|reading| reading.sub(first).to_f64()).collect();
        Ok(Self::around(first.to_f64(), &differences))
    }

    /// From differences to the first reading.
    fn around(first: f64, differences: &[f64]) -> Self {
        let n = count(differences.len());
        let shift = sum(differences.iter().copied()) / n;
        let residuals: Vec<f64> = differences.iter().map(|d| d - shift).collect();
        let squares = sum(residuals.iter().map(|r| r * r));
        // The second sum is zero but for rounding; it corrects the first.
        let rest = sum(residuals.iter().copied());
        let squares = squares - rest * rest / n;
        let neighbours = sum(residuals.iter().zip(residuals.iter().skip(1)).map(|(a, b)| a * b));
        let extreme = |pick: fn(f64, f64) -> f64| differences.iter().copied().fold(0.0, pick);
        Self {
            count: differences.len(),
            mean: first + shift,
            deviation: (n > 1.0).then(|| libm::sqrt(squares / (n - 1.0))),
            smallest: first + extreme(f64::min),
            largest: first + extreme(f64::max),
            autocorrelation: (squares > 0.0).then(|| neighbours / squares),
        }
    }

    /// Standard uncertainty of the mean, `s ∕ √n` with `n − 1` degrees of freedom.
    ///
    /// - **Units:** that of the readings.
    /// - **Source:** JCGM 100:2008 (GUM), 4.2.3 and 4.2.6.
    /// - **Valid for:** independent readings.
    /// - **Not done here:** readings that hang together.
    ///
    /// # Errors
    /// When there is only one reading.
    pub fn of_mean(&self) -> Result<Evaluated, TypeAError> {
        let found = self.count;
        let deviation = self.deviation.ok_or(TypeAError::TooFew { found, wanted: 2 })?;
        let n = count(self.count);
        Ok(Evaluated { standard: deviation / libm::sqrt(n), dof: n - 1.0 })
    }
}

/// Standard deviation pooled over groups of the same spread.
///
/// - **Units:** that of the deviations.
/// - **Source:** JCGM 100:2008 (GUM), 4.2.4 and H.3.6 note.
/// - **Valid for:** groups whose deviations estimate one and the same quantity.
/// - **Not done here:** the test whether they do.
///
/// # Errors
/// When there is no group or a deviation is negative or without degrees of freedom.
pub fn pooled(groups: &[Evaluated]) -> Result<Evaluated, TypeAError> {
    for (place, group) in groups.iter().enumerate() {
        let Evaluated { standard, dof } = *group;
        if !(standard >= 0.0 && standard.is_finite() && dof > 0.0 && dof.is_finite()) {
            return Err(TypeAError::Group { place: place + 1, standard, dof });
        }
    }
    if groups.is_empty() {
        return Err(TypeAError::TooFew { found: 0, wanted: 1 });
    }
    let dof = sum(groups.iter().map(|group| group.dof));
    let squares = sum(groups.iter().map(|group| group.dof * group.standard * group.standard));
    Ok(Evaluated { standard: libm::sqrt(squares / dof), dof })
}

/// Level of the test whether repeats spread as earlier ones did.
/// Source: JCGM 100:2008 (GUM), H.5.2.2, which compares two variances by F at 95 %
const LEVEL: f64 = 0.05;

/// What the repeats of a point and earlier ones say together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Joined {
    /// Standard deviation of one repeat.
    pub spread: Evaluated,
    /// Whether the own repeats spread too much for the earlier ones and stand alone.
    pub is_alone: bool,
}

/// Few repeats of a point pooled with earlier ones of the same spread, or alone where they spread
/// more than the earlier ones explain.
///
/// - **Units:** that of the deviations.
/// - **Source:** JCGM 100:2008 (GUM), 4.2.4 (pooled variance of a measurement under control) and
///   H.5.2.2 (F-test at 95 %); JJF 1059.1-2012, 4.3.2.4.
/// - **Valid for:** repeats of the same condition; what the item itself adds beyond the earlier ones
///   is seen by the test from about twice their spread on.
/// - **Not done here:** a smaller spread is not taken for a better one: it is pooled.
///
/// # Errors
/// As [`pooled`].
pub fn joined(own: Evaluated, earlier: Evaluated) -> Result<Joined, TypeAError> {
    let spread = pooled(&[own, earlier])?;
    let ratio = own.standard / earlier.standard;
    let tail = chi_squared::f_upper_tail(ratio * ratio, own.dof, earlier.dof);
    // Earlier repeats without any spread explain none.
    let is_alone = own.standard > 0.0 && (earlier.standard == 0.0 || tail < LEVEL);
    Ok(Joined { spread: if is_alone { own } else { spread }, is_alone })
}

/// Divisor `C` of the range and degrees of freedom, for two readings upwards.
/// Source: JJF 1059.1-2012, 4.3.2.3; the row for ten from pressure dossier section 2
const RANGE: [[f64; 2]; 9] = [
    [1.13, 0.9],
    [1.69, 1.8],
    [2.06, 2.7],
    [2.33, 3.6],
    [2.53, 4.5],
    [2.70, 5.3],
    [2.85, 6.0],
    [2.97, 6.8],
    [3.08, 7.5],
];

/// Standard deviation of one reading from the range of a few.
///
/// - **Units:** that of the readings.
/// - **Source:** JJF 1059.1-2012, 4.3.2.3.
/// - **Valid for:** two to ten readings that are close to normal.
/// - **Not done here:** the uncertainty of the mean, which is this over √n.
///
/// # Errors
/// When there are fewer than two or more than ten readings.
pub fn by_range(readings: &[f64]) -> Result<Evaluated, TypeAError> {
    let series = Series::of(readings)?;
    let found = series.count;
    let row = found.checked_sub(2).ok_or(TypeAError::TooFew { found, wanted: 2 })?;
    let most = RANGE.len() + 1;
    let [divisor, dof] = *RANGE.get(row).ok_or(TypeAError::TooMany { found, most })?;
    Ok(Evaluated { standard: (series.largest - series.smallest) / divisor, dof })
}

/// Covariance of the means of two series taken together.
///
/// - **Units:** product of the two units.
/// - **Source:** JCGM 100:2008 (GUM), 5.2.3, equation (17).
/// - **Valid for:** readings taken in pairs.
/// - **Not done here:** a test for significance.
///
/// # Errors
/// When there are fewer than two readings or not equally many.
pub fn covariance_of_means(left: &[f64], right: &[f64]) -> Result<f64, TypeAError> {
    let (a, b) = (Series::of(left)?, Series::of(right)?);
    let found = a.count.min(b.count);
    let wanted = a.count.max(b.count).max(2);
    if found < wanted {
        return Err(TypeAError::TooFew { found, wanted });
    }
    let products = left.iter().zip(right).map(|(x, y)| (x - a.mean) * (y - b.mean));
    Ok(sum(products) / (count(found) * (count(found) - 1.0)))
}

/// Number of things as a double.
pub(crate) fn count(things: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 readings")]
    {
        things as f64
    }
}

/// Sum with the lost digits carried along (Neumaier).
pub(crate) fn sum(terms: impl IntoIterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0);
    for term in terms {
        let next = total + term;
        lost += if total.abs() >= term.abs() { total - next + term } else { term - next + total };
        total = next;
    }
    total + lost
}

#[cfg(test)]
mod tests;
