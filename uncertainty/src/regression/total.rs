//! Straight lines through points that are uncertain in both coordinates.

use nalgebra::{DMatrix, DVector, Matrix2, Vector2};

use super::line::Line;
use super::linear::{self, Knowledge};
use super::{Fit, RegressionError, aligned, positive, rows};
use crate::type_a::{count, sum};

/// Most steps of an iteration, which takes about ten.
const STEPS: usize = 200;

/// A point with the standard uncertainties of its coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Coordinates.
    pub at: [f64; 2],
    /// Standard uncertainties of `x` and `y`.
    pub u: [f64; 2],
    /// Correlation coefficient between the two.
    pub r: f64,
}

/// Fits `y = a + b x` to points that are independent of each other.
///
/// - **Units:** `a` in the unit of `y`, `b` in that over the unit of `x`.
/// - **Source:** D. York et al. for the line; JCGM 100:2008 (GUM), 5.1.2, for the
///   uncertainties, carried through the condition of least squares. The source of
///   the line states those at the adjusted points, as [`generalised`] does: on
///   Pearson's points 0.295 for the intercept where propagation gives 0.292.
/// - **Valid for:** known uncertainties, not both zero at any point.
/// - **Not done here:** points that are correlated with one another, see
///   [`generalised`].
///
/// # Errors
/// When there are fewer than two points, an uncertainty cannot be, or the iteration
/// does not settle.
pub fn york(points: &[Point]) -> Result<Line, RegressionError> {
    let found = points.len();
    if found < 2 {
        return Err(RegressionError::TooFew { points: found, coefficients: 2 });
    }
    check(points)?;
    let (x, y): (Vec<f64>, Vec<f64>) = points.iter().map(|p| (p.at[0], p.at[1])).unzip();
    let mut slope = start(&x, &y)?;
    for _ in 0..STEPS {
        let round = Round::new(points, slope);
        let next = round.slope();
        if !next.is_finite() {
            return Err(RegressionError::NotSettled { steps: STEPS });
        }
        let settled = (next - slope).abs() <= 1e-15 * next.abs();
        slope = next;
        if settled {
            return Ok(finished(points, slope));
        }
    }
    // The last digit may go to and fro; anything more has not settled.
    let next = Round::new(points, slope).slope();
    if (next - slope).abs() <= 1e-12 * next.abs() {
        return Ok(finished(points, slope));
    }
    Err(RegressionError::NotSettled { steps: STEPS })
}

fn check(points: &[Point]) -> Result<(), RegressionError> {
    for (place, point) in points.iter().enumerate() {
        let place = place + 1;
        if !point.at.iter().chain(&point.u).all(|value| value.is_finite()) {
            return Err(RegressionError::NotFinite { name: "a coordinate", place });
        }
        let [u_x, u_y] = point.u;
        if u_x < 0.0 || u_y < 0.0 || u_x + u_y <= 0.0 {
            let found = u_x.min(u_y);
            return Err(RegressionError::Uncertainty { name: "u(x) or u(y)", place, found });
        }
        if point.r.is_nan() || point.r.abs() >= 1.0 {
            return Err(RegressionError::Covariance);
        }
    }
    Ok(())
}

/// Slope of the ordinary line.
fn start(x: &[f64], y: &[f64]) -> Result<f64, RegressionError> {
    let ones = vec![1.0; x.len()];
    Ok(Line::fit(x, y, 0.0, Knowledge::Standard(&ones))?.slope())
}

/// Weights and centred coordinates for a slope.
struct Round {
    weights: Vec<f64>,
    centre: [f64; 2],
    /// `U`, `V` and `β` of each point.
    terms: Vec<[f64; 3]>,
}

impl Round {
    fn new(points: &[Point], slope: f64) -> Self {
        // W = 1 / (u_y² + b² u_x² - 2 b r u_x u_y), the same as the product form
        // of the source and good for uncertainties of zero.
        let weight = |point: &Point| {
            let [u_x, u_y] = point.u;
            1.0 / (u_y * u_y + slope * slope * u_x * u_x - 2.0 * slope * point.r * u_x * u_y)
        };
        let weights: Vec<f64> = points.iter().map(weight).collect();
        let total = sum(weights.iter().copied());
        let mean = |coordinate: fn(&Point) -> f64| {
            sum(points.iter().zip(&weights).map(|(point, w)| w * coordinate(point))) / total
        };
        let centre = [mean(|point| point.at[0]), mean(|point| point.at[1])];
        let terms = points.iter().zip(&weights).map(|(point, w)| {
            let ([u_x, u_y], [x, y]) = (point.u, point.at);
            let (u, v) = (x - centre[0], y - centre[1]);
            let both = point.r * u_x * u_y;
            let beta = w * (u * (u_y * u_y - slope * both) + v * (slope * u_x * u_x - both));
            [u, v, beta]
        });
        Self { terms: terms.collect(), weights, centre }
    }

    fn slope(&self) -> f64 {
        let rows = || self.weights.iter().zip(&self.terms);
        let above = sum(rows().map(|(w, [_, v, beta])| w * beta * v));
        above / sum(rows().map(|(w, [u, _, beta])| w * beta * u))
    }
}

fn finished(points: &[Point], slope: f64) -> Line {
    let round = Round::new(points, slope);
    let [x_mean, y_mean] = round.centre;
    let intercept = y_mean - slope * x_mean;
    let covariance = propagated(points, &round.weights, [intercept, slope]);
    let residuals: Vec<f64> =
        points.iter().map(|point| point.at[1] - intercept - slope * point.at[0]).collect();
    let squares = residuals.iter().zip(&round.weights).map(|(r, w)| w * r * r);
    Line {
        fit: Fit {
            coefficients: vec![intercept, slope],
            covariance,
            sum_of_squares: sum(squares),
            dof: count(points.len()) - 2.0,
            residuals,
            from_scatter: false,
        },
        origin: 0.0,
    }
}

/// Covariance of the coefficients from the uncertainties of all coordinates,
/// through the condition that the sum of squares is least.
///
/// With `W` the weight, `r` the residual and `m = b u_x² − cov(x, y)`, that
/// condition is `Σ W r = 0` and `Σ W r (x + W m r) = 0`.
fn propagated(points: &[Point], weights: &[f64], [a, b]: [f64; 2]) -> Vec<Vec<f64>> {
    let mut curvature = Matrix2::zeros();
    let mut spread = Matrix2::zeros();
    for (point, w) in points.iter().zip(weights) {
        let ([x, y], [u_x, u_y]) = (point.at, point.u);
        let (r, both) = (y - a - b * x, point.r * u_x * u_y);
        let q = x + 2.0 * w * (b * u_x * u_x - both) * r;
        let corner = w * (q * q - w * u_x * u_x * r * r);
        curvature += Matrix2::new(*w, w * q, w * q, corner);
        let by_x = Vector2::new(w * b, w * (b * q - r)) * u_x;
        let by_y = Vector2::new(-w, -w * q) * u_y;
        let cross = by_x * by_y.transpose() * point.r;
        spread += by_x * by_x.transpose() + by_y * by_y.transpose() + cross + cross.transpose();
    }
    let inverse = curvature.try_inverse().unwrap_or(Matrix2::repeat(f64::NAN));
    let covariance = inverse * spread * inverse.transpose();
    covariance.row_iter().map(|row| row.iter().copied().collect()).collect()
}

/// Fits `y = a + b x` to points with any covariance among all their coordinates.
///
/// The covariance matrix has the `x` first, then the `y`.
///
/// - **Units:** `a` in the unit of `y`, `b` in that over the unit of `x`.
/// - **Source:** ISO/TS 28037:2010, clause 10 (Gauss–Newton on the line and the
///   true abscissae).
/// - **Valid for:** covariance matrices that are positive definite; uncertainties
///   at the adjusted points, which scatter of the points does not change.
/// - **Not done here:** exact coordinates.
///
/// # Errors
/// When the lists do not fit, the matrix cannot be, or the iteration does not settle.
pub fn generalised(x: &[f64], y: &[f64], covariance: &[Vec<f64>]) -> Result<Line, RegressionError> {
    let points = aligned(&[("x", x), ("y", y)])?;
    if points < 2 {
        return Err(RegressionError::TooFew { points, coefficients: 2 });
    }
    let factor = linear::root(covariance, 2 * points)?;
    let diagonal: Vec<f64> = factor.diagonal().iter().copied().collect();
    positive("the root of the covariance", &diagonal)?;
    let mut slope = start(x, y)?;
    let mut intercept = (sum(y.iter().copied()) - slope * sum(x.iter().copied())) / count(points);
    let mut true_x = x.to_vec();
    for _ in 0..STEPS {
        let (jacobian, misfit) = linearised(x, y, &true_x, [intercept, slope]);
        let white =
            factor.solve_lower_triangular(&jacobian).zip(factor.solve_lower_triangular(&misfit));
        let (white, target) = white.ok_or(RegressionError::Covariance)?;
        let (step, inverse) = linear::solve(&white, &target)?;
        let corrections: Vec<f64> = step.iter().copied().collect();
        let [da, db, dx @ ..] = corrections.as_slice() else {
            return Err(RegressionError::TooFew { points, coefficients: 2 });
        };
        intercept += da;
        slope += db;
        true_x.iter_mut().zip(dx).for_each(|(x, dx)| *x += dx);
        let u = |place: usize| inverse.get((place, place)).map_or(f64::NAN, |v| libm::sqrt(*v));
        if da.abs() <= 1e-13 * u(0) && db.abs() <= 1e-13 * u(1) {
            let coefficients = [intercept, slope];
            let (_, misfit) = linearised(x, y, &true_x, coefficients);
            let target =
                factor.solve_lower_triangular(&misfit).ok_or(RegressionError::Covariance)?;
            return Ok(settled(x, y, coefficients, &target, &inverse));
        }
    }
    Err(RegressionError::NotSettled { steps: STEPS })
}

/// Derivatives of all coordinates by `a`, `b` and the true abscissae, and what is
/// left of the observations.
fn linearised(
    x: &[f64],
    y: &[f64],
    true_x: &[f64],
    [intercept, slope]: [f64; 2],
) -> (DMatrix<f64>, DVector<f64>) {
    let m = x.len();
    let jacobian = DMatrix::from_fn(2 * m, m + 2, |row, column| match (row < m, column) {
        (true, 0 | 1) => 0.0,
        (true, column) => f64::from(u8::from(column - 2 == row)),
        (false, 0) => 1.0,
        (false, 1) => true_x.get(row - m).copied().unwrap_or_default(),
        (false, column) => f64::from(u8::from(column - 2 == row - m)) * slope,
    });
    let of_x = x.iter().zip(true_x).map(|(x, at)| x - at);
    let of_y = y.iter().zip(true_x).map(|(y, at)| y - intercept - slope * at);
    (jacobian, DVector::from_iterator(2 * m, of_x.chain(of_y)))
}

fn settled(
    x: &[f64],
    y: &[f64],
    [intercept, slope]: [f64; 2],
    target: &DVector<f64>,
    inverse: &DMatrix<f64>,
) -> Line {
    Line {
        fit: Fit {
            coefficients: vec![intercept, slope],
            covariance: rows(&inverse.view((0, 0), (2, 2)).into_owned()),
            residuals: x.iter().zip(y).map(|(x, y)| y - intercept - slope * x).collect(),
            sum_of_squares: sum(target.iter().map(|t| t * t)),
            dof: count(x.len()) - 2.0,
            from_scatter: false,
        },
        origin: 0.0,
    }
}
