//! Regression: coefficients with their covariance, and what follows from them.
//!
//! | known about the points                        | room              |
//! |-----------------------------------------------|-------------------|
//! | nothing: the scatter says it                  | [`linear`], [`line`] |
//! | standard uncertainties or covariances of `y`  | [`linear`], [`line`] |
//! | uncertainties of `x` and `y`                  | [`total`]         |
//!
//! Predictions of one fit hang together through its coefficients; the covariance
//! between them is offered beside every uncertainty.

pub mod line;
pub mod linear;
pub mod total;

use nalgebra::DMatrix;
use thiserror::Error;

use crate::chi_squared;

/// Coefficients of a fit with their covariance.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Coefficients in the order of the columns.
    pub coefficients: Vec<f64>,
    /// Covariance matrix of the coefficients, by rows.
    pub covariance: Vec<Vec<f64>>,
    /// Residuals of `y`, observed less fitted.
    pub residuals: Vec<f64>,
    /// Sum of squares of the residuals, weighted where uncertainties are given: it
    /// is then an observed chi-squared.
    pub sum_of_squares: f64,
    /// Number of points less number of coefficients.
    pub dof: f64,
    /// Whether the scatter gave the uncertainties, so that `dof` is theirs.
    pub from_scatter: bool,
}

/// A value that follows from a fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predicted {
    /// The value.
    pub value: f64,
    /// Its standard uncertainty.
    pub u: f64,
    /// Degrees of freedom of `u`.
    pub dof: f64,
}

/// Why there is no fit.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum RegressionError {
    /// The lists differ in length.
    #[error("{name} has {found} values, wanted {wanted}")]
    Lengths {
        /// Which list.
        name: &'static str,
        /// Its length.
        found: usize,
        /// Length of the first list.
        wanted: usize,
    },
    /// More coefficients than points, or no scatter to learn from.
    #[error("{points} points for {coefficients} coefficients, wanted more")]
    TooFew {
        /// Number of points.
        points: usize,
        /// Number of coefficients.
        coefficients: usize,
    },
    /// The points do not tell the coefficients apart.
    #[error("the points do not determine coefficient {place}")]
    Undetermined {
        /// Which one, from 1.
        place: usize,
    },
    /// An uncertainty is not positive.
    #[error("{name} of point {place} is {found}, wanted a positive number")]
    Uncertainty {
        /// Which list.
        name: &'static str,
        /// Which point, from 1.
        place: usize,
        /// What was given.
        found: f64,
    },
    /// A number is not finite.
    #[error("{name} of point {place} is not a finite number")]
    NotFinite {
        /// Which list.
        name: &'static str,
        /// Which point, from 1.
        place: usize,
    },
    /// A covariance matrix cannot be.
    #[error("the covariance matrix of the points is not symmetric and positive definite")]
    Covariance,
    /// The iteration did not settle.
    #[error("the fit did not settle within {steps} steps")]
    NotSettled {
        /// How many steps were taken.
        steps: usize,
    },
    /// A line without slope cannot be read backwards.
    #[error("the slope {slope} does not differ from zero, so that no x belongs to a y")]
    Flat {
        /// The slope.
        slope: f64,
    },
}

impl Fit {
    /// Standard uncertainty of a coefficient, from 0; NaN beyond the last.
    #[must_use]
    pub fn u(&self, place: usize) -> f64 {
        libm::sqrt(self.covariance_of(place, place))
    }

    /// Covariance of two coefficients; NaN beyond the last.
    #[must_use]
    pub fn covariance_of(&self, row: usize, column: usize) -> f64 {
        let cell = self.covariance.get(row).and_then(|cells| cells.get(column));
        cell.copied().unwrap_or(f64::NAN)
    }

    /// Correlation coefficient of two coefficients.
    #[must_use]
    pub fn correlation(&self, row: usize, column: usize) -> f64 {
        self.covariance_of(row, column) / (self.u(row) * self.u(column))
    }

    /// Residual standard deviation, the root of [`Fit::reduced`].
    #[must_use]
    pub fn residual_deviation(&self) -> f64 {
        libm::sqrt(self.reduced())
    }

    /// Sum of squares over degrees of freedom: about one where given uncertainties
    /// describe the scatter.
    #[must_use]
    pub fn reduced(&self) -> f64 {
        self.sum_of_squares / self.dof
    }

    /// Probability of an observed chi-squared at least as large, where the given
    /// uncertainties and the model are right; `None` where no uncertainties were
    /// given.
    ///
    /// - **Units:** a probability.
    /// - **Source:** ISO/TS 28037:2010, 6.3 (chi-squared test).
    /// - **Valid for:** normal deviations.
    /// - **Not done here:** the significance level.
    #[must_use]
    pub fn chi_squared_probability(&self) -> Option<f64> {
        let tested = !self.from_scatter && self.dof > 0.0;
        tested.then(|| chi_squared::upper_tail(self.sum_of_squares, self.dof))
    }

    /// Degrees of freedom of the coefficients' uncertainties.
    #[must_use]
    pub fn dof_of_uncertainty(&self) -> f64 {
        if self.from_scatter { self.dof } else { f64::INFINITY }
    }

    /// Value of the model for a row of its columns, with the uncertainty that comes
    /// from the coefficients.
    #[must_use]
    pub fn predicted(&self, row: &[f64]) -> Predicted {
        let terms = self.coefficients.iter().zip(row).map(|(coefficient, x)| coefficient * x);
        Predicted {
            value: terms.sum(),
            u: libm::sqrt(self.covariance_between(row, row)),
            dof: self.dof_of_uncertainty(),
        }
    }

    /// Covariance between the predictions for two rows.
    #[must_use]
    pub fn covariance_between(&self, left: &[f64], right: &[f64]) -> f64 {
        let rows = left.iter().zip(&self.covariance);
        rows.map(|(x, cells)| x * cells.iter().zip(right).map(|(c, y)| c * y).sum::<f64>()).sum()
    }
}

/// Rows of a matrix.
fn rows(matrix: &DMatrix<f64>) -> Vec<Vec<f64>> {
    matrix.row_iter().map(|row| row.iter().copied().collect()).collect()
}

/// Lists of one length with finite numbers.
fn aligned(lists: &[(&'static str, &[f64])]) -> Result<usize, RegressionError> {
    let wanted = lists.first().map_or(0, |(_, values)| values.len());
    for (name, values) in lists {
        if values.len() != wanted {
            return Err(RegressionError::Lengths { name, found: values.len(), wanted });
        }
        if let Some(place) = values.iter().position(|value| !value.is_finite()) {
            return Err(RegressionError::NotFinite { name, place: place + 1 });
        }
    }
    Ok(wanted)
}

/// Positive uncertainties.
fn positive(name: &'static str, values: &[f64]) -> Result<(), RegressionError> {
    match values.iter().enumerate().find(|(_, value)| **value <= 0.0) {
        Some((place, found)) => {
            Err(RegressionError::Uncertainty { name, place: place + 1, found: *found })
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
