//! Distributions that are known by numbers instead of a formula: a histogram of
//! an earlier calculation, or its values themselves.

use thiserror::Error;

/// Most numbers of a table. Chosen: a million trials of an earlier calculation.
pub const LONGEST: usize = 1_000_000;

/// Fewest values of a sample. Chosen: with fewer, the mean is not known well
/// enough to be taken as exact; they are readings, and their mean has a t.
pub const FEWEST_VALUES: usize = 100;

/// Why numbers are no distribution.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum TableError {
    /// A number that is infinite or none.
    #[error("number {place} is {number}, wanted a finite one")]
    NotFinite {
        /// Which number, from 1.
        place: usize,
        /// As given.
        number: f64,
    },
    /// Edges that do not rise.
    #[error("edge {place} is {edge} and does not lie above the one before it")]
    Edges {
        /// Which edge, from 1.
        place: usize,
        /// As given.
        edge: f64,
    },
    /// A number of counts that does not fit the edges.
    #[error("{counts} counts between {edges} edges, wanted one less than edges and at least 1")]
    Counts {
        /// Number of counts.
        counts: usize,
        /// Number of edges.
        edges: usize,
    },
    /// A count below zero.
    #[error("count {place} is {count}, wanted zero or more")]
    Negative {
        /// Which count, from 1.
        place: usize,
        /// As given.
        count: f64,
    },
    /// Nothing was counted.
    #[error("all counts are zero")]
    Empty,
    /// Too many or too few values.
    #[error(
        "{found} numbers, wanted {FEWEST_VALUES} to {LONGEST} values, or edges up to {LONGEST}"
    )]
    Length {
        /// How many there are.
        found: usize,
    },
}

/// Steps of a distribution function, as deviations from its mean: a histogram
/// rises evenly within every step, a sample jumps at each of its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    mean: f64,
    standard: f64,
    /// Lower and upper end of every step, rising; both the same for a jump.
    steps: Vec<(f64, f64)>,
    /// Probability up to the end of every step; empty where all have the same.
    cumulative: Vec<f64>,
}

impl Table {
    /// A histogram: counts, frequencies or densities times widths between edges,
    /// in any scale.
    ///
    /// - **Source:** JCGM 101:2008, 6.5 with 5.9 (a distribution from an earlier
    ///   calculation, approximated by frequencies).
    ///
    /// # Errors
    /// When the edges do not rise or the counts do not fit them.
    pub fn histogram(edges: &[f64], counts: &[f64]) -> Result<Self, TableError> {
        finite(edges)?;
        finite(counts)?;
        if edges.len() > LONGEST {
            return Err(TableError::Length { found: edges.len() });
        }
        if counts.is_empty() || counts.len() + 1 != edges.len() {
            return Err(TableError::Counts { counts: counts.len(), edges: edges.len() });
        }
        let pairs: Vec<(f64, f64)> =
            edges.iter().copied().zip(edges.iter().copied().skip(1)).collect();
        if let Some(place) = pairs.iter().position(|(low, high)| low >= high) {
            let edge = pairs.get(place).map_or(f64::NAN, |(_, high)| *high);
            return Err(TableError::Edges { place: place + 2, edge });
        }
        if let Some(place) = counts.iter().position(|count| *count < 0.0) {
            let count = counts.get(place).copied().unwrap_or(f64::NAN);
            return Err(TableError::Negative { place: place + 1, count });
        }
        let total: f64 = counts.iter().sum();
        if total <= 0.0 || !total.is_finite() {
            return Err(TableError::Empty);
        }
        let weighted = pairs.into_iter().zip(counts.iter().map(|count| count / total));
        Ok(Self::of(weighted.filter(|(_, weight)| *weight > 0.0).collect()))
    }

    /// Values of an earlier calculation, each as probable as every other.
    ///
    /// - **Source:** JCGM 101:2008, 6.5 with 7.5.
    /// - **Valid for:** trials of a propagation, or a long record; the mean is
    ///   taken as exact.
    /// - **Not done here:** joint samples of several quantities; drawing one
    ///   sample does not keep its order.
    ///
    /// # Errors
    /// When there are too few or too many, or one is not finite.
    pub fn sample(values: &[f64]) -> Result<Self, TableError> {
        finite(values)?;
        if !(FEWEST_VALUES..=LONGEST).contains(&values.len()) {
            return Err(TableError::Length { found: values.len() });
        }
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let weight = 1.0 / sorted.len() as f64;
        let mut table = Self::of(sorted.into_iter().map(|y| ((y, y), weight)).collect());
        table.cumulative.clear();
        Ok(table)
    }

    fn of(weighted: Vec<((f64, f64), f64)>) -> Self {
        let first = weighted.first().map_or(0.0, |((low, _), _)| *low);
        // From the first number, so that a large common part loses no digits.
        let middle = |(low, high): (f64, f64)| 0.5 * ((low - first) + (high - first));
        let offset: f64 = weighted.iter().map(|(step, weight)| middle(*step) * weight).sum();
        let variance = weighted.iter().map(|(step, weight)| {
            let (distance, width) = (middle(*step) - offset, step.1 - step.0);
            weight * (distance * distance + width * width / 12.0)
        });
        let standard = libm::sqrt(variance.sum());
        let deviation = |y: f64| (y - first) - offset;
        let mut total = 0.0;
        let cumulative = weighted.iter().map(|(_, weight)| {
            total += weight;
            total
        });
        let cumulative = cumulative.collect();
        let steps = weighted.iter().map(|((low, high), _)| (deviation(*low), deviation(*high)));
        Self { mean: first + offset, standard, steps: steps.collect(), cumulative }
    }

    /// Mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard deviation of the distribution itself, which is drawn from: the
    /// divisor is the number of values.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        self.standard
    }

    /// The table times a factor (a change of unit).
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            mean: self.mean * factor,
            standard: self.standard * factor,
            steps: self.steps.iter().map(|(low, high)| (low * factor, high * factor)).collect(),
            cumulative: self.cumulative.clone(),
        }
    }

    /// Deviation from the mean that has probability `p` below it.
    #[must_use]
    pub fn quantile(&self, p: f64) -> f64 {
        let steps = self.steps.len();
        if self.cumulative.is_empty() {
            let place = ((p * steps as f64) as usize).min(steps.saturating_sub(1));
            return self.steps.get(place).map_or(f64::NAN, |(low, _)| *low);
        }
        let place = self.cumulative.partition_point(|below| *below <= p).min(steps - 1);
        let before = place.checked_sub(1).and_then(|before| self.cumulative.get(before));
        let before = before.copied().unwrap_or(0.0);
        let (Some((low, high)), Some(upto)) = (self.steps.get(place), self.cumulative.get(place))
        else {
            return f64::NAN;
        };
        let part = ((p - before) / (upto - before)).clamp(0.0, 1.0);
        low + (high - low) * part
    }
}

fn finite(numbers: &[f64]) -> Result<(), TableError> {
    match numbers.iter().position(|number| !number.is_finite()) {
        None => Ok(()),
        Some(place) => {
            let number = numbers.get(place).copied().unwrap_or(f64::NAN);
            Err(TableError::NotFinite { place: place + 1, number })
        }
    }
}

#[cfg(test)]
mod tests;
