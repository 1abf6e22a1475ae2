//! Straight lines: calibration functions, forwards and backwards.

use super::linear::{self, Knowledge};
use super::{Fit, Predicted, RegressionError};

/// The line `y = a + b (x − origin)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Coefficients `a`, `b` with their covariance; `b` alone for a line through
    /// the origin.
    pub fit: Fit,
    /// Where `a` is the value of the line.
    pub origin: f64,
}

/// Points of a line read backwards, with what they share.
#[derive(Clone, Debug, PartialEq)]
pub struct Backwards {
    /// The `x` that belong to the given `y`, each with its uncertainty.
    pub points: Vec<Predicted>,
    /// Covariance matrix of the `x`, by rows.
    pub covariance: Vec<Vec<f64>>,
}

impl Line {
    /// Fits a line to points with exact `x`.
    ///
    /// - **Units:** `a` in the unit of `y`, `b` in that over the unit of `x`.
    /// - **Source:** JCGM 100:2008 (GUM), H.3; ISO/TS 28037:2010, clauses 6 and 9.
    /// - **Valid for:** exact `x`; for uncertain `x` see [`super::total`].
    /// - **Not done here:** the test of linearity, beyond the chi-squared test.
    ///
    /// # Errors
    /// As [`linear::fit`].
    pub fn fit(
        x: &[f64],
        y: &[f64],
        origin: f64,
        knowledge: Knowledge<'_>,
    ) -> Result<Self, RegressionError> {
        let fit = linear::polynomial(x, y, 1, origin, knowledge)?;
        Ok(Self { fit, origin })
    }

    /// Fits a line through the origin, `y = b x`.
    ///
    /// - **Units:** `b` in the unit of `y` over that of `x`.
    /// - **Source:** NIST StRD, linear regression without intercept.
    /// - **Valid for:** instruments that show nothing where there is nothing.
    /// - **Not done here:** the test of that.
    ///
    /// # Errors
    /// As [`linear::fit`].
    pub fn proportional(
        x: &[f64],
        y: &[f64],
        knowledge: Knowledge<'_>,
    ) -> Result<Self, RegressionError> {
        let fit = linear::fit(&[x.to_vec()], y, knowledge)?;
        Ok(Self { fit, origin: 0.0 })
    }

    /// Intercept `a`: the value of the line at its origin.
    #[must_use]
    pub fn intercept(&self) -> f64 {
        match self.fit.coefficients.as_slice() {
            [a, _] => *a,
            _ => 0.0,
        }
    }

    /// Slope `b`.
    #[must_use]
    pub fn slope(&self) -> f64 {
        self.fit.coefficients.last().copied().unwrap_or(f64::NAN)
    }

    fn row(&self, x: f64) -> Vec<f64> {
        if self.fit.coefficients.len() == 1 { vec![x] } else { vec![1.0, x - self.origin] }
    }

    /// Value at `x`, with the uncertainty of the line alone.
    ///
    /// - **Units:** those of the points.
    /// - **Source:** JCGM 100:2008 (GUM), H.3.4, equation (H.15).
    /// - **Valid for:** an exact `x`.
    /// - **Not done here:** the scatter of a new observation.
    #[must_use]
    pub fn at(&self, x: f64) -> Predicted {
        self.fit.predicted(&self.row(x))
    }

    /// Covariance between the values at two places.
    #[must_use]
    pub fn covariance_between(&self, x: f64, other: f64) -> f64 {
        self.fit.covariance_between(&self.row(x), &self.row(other))
    }

    /// The `x` that belong to observed `y`, each given with its own standard
    /// uncertainty, independent of the line.
    ///
    /// - **Units:** those of the points.
    /// - **Source:** ISO/TS 28037:2010, 11.2 (inverse evaluation); the common
    ///   coefficients make the answers correlated.
    /// - **Valid for:** slopes well away from zero, to the first order.
    /// - **Not done here:** Fieller's interval.
    ///
    /// # Errors
    /// When the slope does not differ from zero.
    pub fn backwards(&self, observed: &[(f64, f64)]) -> Result<Backwards, RegressionError> {
        let slope = self.slope();
        if slope.is_nan() || slope.abs() <= f64::MIN_POSITIVE {
            return Err(RegressionError::Flat { slope });
        }
        let places: Vec<f64> =
            observed.iter().map(|(y, _)| (y - self.intercept()) / slope + self.origin).collect();
        let covariance: Vec<Vec<f64>> = (0..)
            .zip(places.iter().zip(observed))
            .map(|(row, (x, (_, u_y)))| {
                let shared = |other: &f64| self.covariance_between(*x, *other) / (slope * slope);
                let own = u_y * u_y / (slope * slope);
                let cells = (0..).zip(&places);
                cells.map(|(at, other)| shared(other) + if at == row { own } else { 0.0 }).collect()
            })
            .collect();
        let diagonal = (0..)
            .zip(&covariance)
            .map(|(at, cells): (usize, &Vec<f64>)| cells.get(at).copied().unwrap_or(f64::NAN));
        let dof = self.fit.dof_of_uncertainty();
        let points = places.iter().zip(diagonal);
        let points =
            points.map(|(x, square)| Predicted { value: *x, u: libm::sqrt(square), dof }).collect();
        Ok(Backwards { points, covariance })
    }
}
