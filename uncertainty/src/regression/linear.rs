//! Models that are linear in their coefficients: ordinary, weighted and
//! generalised least squares by Householder's method.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::{Fit, RegressionError, aligned, positive, rows};
use crate::type_a::{count, sum};

/// What is known about the observations `y`.
#[derive(Clone, Copy, Debug)]
pub enum Knowledge<'a> {
    /// Nothing: all have the same unknown standard deviation, which the residuals
    /// estimate.
    Scatter,
    /// Standard uncertainties, independent of each other.
    Standard(&'a [f64]),
    /// Covariance matrix, by rows.
    Covariance(&'a [Vec<f64>]),
}

/// Share of a column that rounding alone may make. Chosen: a thousand times the rounding
/// of a double, far below what a fit can use.
const RANK: f64 = 1e-13;

/// Fits `y = Σ cⱼ columnⱼ`.
///
/// - **Units:** those of `y` over those of each column.
/// - **Source:** ISO/TS 28037:2010, clauses 6 and 9 (weighted, and with
///   covariances); JCGM 100:2008 (GUM), H.3 (ordinary).
/// - **Valid for:** exact columns; for uncertain `x` see [`super::total`].
/// - **Not done here:** the choice of the model.
///
/// # Errors
/// When the lists do not fit, the points do not determine the coefficients, or the
/// uncertainties cannot be.
pub fn fit(
    columns: &[Vec<f64>],
    y: &[f64],
    knowledge: Knowledge<'_>,
) -> Result<Fit, RegressionError> {
    let mut lists: Vec<(&'static str, &[f64])> = vec![("y", y)];
    lists.extend(columns.iter().map(|column| ("a column", column.as_slice())));
    let (points, coefficients) = (aligned(&lists)?, columns.len());
    let from_scatter = matches!(knowledge, Knowledge::Scatter);
    if coefficients == 0 || points < coefficients + usize::from(from_scatter) {
        return Err(RegressionError::TooFew { points, coefficients });
    }
    let design = DMatrix::from_iterator(points, coefficients, columns.iter().flatten().copied());
    let observed = DVector::from_column_slice(y);
    let (white, target) = whitened(&design, &observed, knowledge)?;
    let (solution, inverse) = solve(&white, &target)?;
    let sum_of_squares = sum(deviations(&white, &target, &solution).iter().map(|r| r * r));
    let dof = count(points) - count(coefficients);
    let scale = if from_scatter { sum_of_squares / dof } else { 1.0 };
    Ok(Fit {
        residuals: deviations(&design, &observed, &solution).iter().copied().collect(),
        coefficients: solution.iter().copied().collect(),
        covariance: rows(&(inverse * scale)),
        sum_of_squares,
        dof,
        from_scatter,
    })
}

/// Fits a polynomial, lowest power first, with powers of `x − origin`.
///
/// - **Units:** as [`fit`].
/// - **Source:** ISO/TS 28037:2010, clauses 6 and 9.
/// - **Valid for:** exact `x`.
/// - **Not done here:** the choice of the degree.
///
/// # Errors
/// As [`fit`].
pub fn polynomial(
    x: &[f64],
    y: &[f64],
    degree: usize,
    origin: f64,
    knowledge: Knowledge<'_>,
) -> Result<Fit, RegressionError> {
    aligned(&[("x", x), ("y", y)])?;
    let mut columns = vec![vec![1.0; x.len()]];
    for _ in 0..degree {
        let last = columns.last().cloned().unwrap_or_default();
        columns.push(last.iter().zip(x).map(|(power, x)| power * (x - origin)).collect());
    }
    fit(&columns, y, knowledge)
}

/// Divides by uncertainties, so that every row counts the same.
fn whitened(
    design: &DMatrix<f64>,
    observed: &DVector<f64>,
    knowledge: Knowledge<'_>,
) -> Result<(DMatrix<f64>, DVector<f64>), RegressionError> {
    match knowledge {
        Knowledge::Scatter => Ok((design.clone(), observed.clone())),
        Knowledge::Standard(u) => {
            aligned(&[("y", observed.as_slice()), ("u(y)", u)])?;
            positive("u(y)", u)?;
            let u = DVector::from_column_slice(u);
            let mut white = design.clone();
            white.column_iter_mut().for_each(|mut column| column.component_div_assign(&u));
            Ok((white, observed.component_div(&u)))
        }
        Knowledge::Covariance(matrix) => {
            let factor = root(matrix, observed.len())?;
            let white = factor.solve_lower_triangular(design);
            let target = factor.solve_lower_triangular(observed);
            white.zip(target).ok_or(RegressionError::Covariance)
        }
    }
}

/// Cholesky's root of a covariance matrix.
pub(super) fn root(matrix: &[Vec<f64>], size: usize) -> Result<DMatrix<f64>, RegressionError> {
    let square = matrix.len() == size && matrix.iter().all(|row| row.len() == size);
    if !square {
        return Err(RegressionError::Covariance);
    }
    let matrix = DMatrix::from_row_iterator(size, size, matrix.iter().flatten().copied());
    let skew = (&matrix - matrix.transpose()).amax();
    let symmetric = skew <= 1e-12 * matrix.amax();
    let factor = Cholesky::new(matrix).filter(|_| symmetric);
    factor.map(|factor| factor.l()).ok_or(RegressionError::Covariance)
}

/// Least squares with one refinement, and the inverse of `AᵀA`.
pub(super) fn solve(
    design: &DMatrix<f64>,
    target: &DVector<f64>,
) -> Result<(DVector<f64>, DMatrix<f64>), RegressionError> {
    let norms = DVector::from_iterator(design.ncols(), design.column_iter().map(|c| c.norm()));
    if let Some(place) = norms.iter().position(|norm| *norm <= 0.0) {
        return Err(RegressionError::Undetermined { place: place + 1 });
    }
    let mut scaled = design.clone();
    scaled.column_iter_mut().zip(norms.iter()).for_each(|(mut column, norm)| column /= *norm);
    let factors = scaled.clone().qr();
    let (q, r) = (factors.q(), factors.r());
    if let Some(place) = r.diagonal().iter().position(|pivot| pivot.abs() <= RANK) {
        return Err(RegressionError::Undetermined { place: place + 1 });
    }
    let back = |target: &DVector<f64>| r.solve_upper_triangular(&(q.transpose() * target));
    let unknown = || RegressionError::Undetermined { place: 1 };
    let mut solution = back(target).ok_or_else(unknown)?;
    for _ in 0..3 {
        let rest = deviations(&scaled, target, &solution);
        solution += back(&rest).ok_or_else(unknown)?;
    }
    let identity = DMatrix::identity(r.ncols(), r.ncols());
    let mut inverse = r.solve_upper_triangular(&identity).ok_or_else(unknown)?;
    inverse.row_iter_mut().zip(norms.iter()).for_each(|(mut row, norm)| row /= *norm);
    solution.component_div_assign(&norms);
    let covariance = &inverse * inverse.transpose();
    Ok((solution, covariance))
}

/// `target − design · solution`, every entry as if summed with twice the digits.
///
/// - **Source:** T. Ogita, S. M. Rump, S. Oishi, algorithm Dot2.
pub(super) fn deviations(
    design: &DMatrix<f64>,
    target: &DVector<f64>,
    solution: &DVector<f64>,
) -> DVector<f64> {
    let entries = design.row_iter().zip(target.iter()).map(|(row, target)| {
        let products = row.iter().zip(solution.iter()).flat_map(|(a, x)| {
            let product = -a * x;
            [product, product_rest(-a, *x, product)]
        });
        sum(std::iter::once(*target).chain(products))
    });
    DVector::from_iterator(design.nrows(), entries)
}

/// What rounding took from a product, by Dekker's splitting.
fn product_rest(a: f64, b: f64, product: f64) -> f64 {
    let split = |x: f64| {
        let wide = 134_217_729.0 * x;
        let high = wide - (wide - x);
        (high, x - high)
    };
    let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
    let rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    if rest.is_finite() { rest } else { 0.0 }
}
