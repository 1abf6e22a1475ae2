//! Correlation between input quantities.

use thiserror::Error;

/// Why a set of correlation coefficients is refused.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum CorrelationError {
    /// A coefficient beyond ±1.
    #[error("correlation of `{a}` and `{b}` is {r}, wanted a number from -1 to 1")]
    OutOfRange {
        /// One input.
        a: String,
        /// The other input.
        b: String,
        /// The coefficient.
        r: f64,
    },
    /// An input that does not exist, or paired with itself.
    #[error("correlation between `{a}` and `{b}`: both must be inputs, and different ones")]
    Unknown {
        /// One name.
        a: String,
        /// The other name.
        b: String,
    },
    /// The same pair twice.
    #[error("correlation of `{a}` and `{b}` is stated twice")]
    Twice {
        /// One input.
        a: String,
        /// The other input.
        b: String,
    },
    /// No set of quantities can be correlated like this.
    #[error(
        "correlations contradict each other: no quantities can have those among {}",
        .names.join(", ")
    )]
    NotPositive {
        /// The smallest set of inputs found whose coefficients contradict.
        names: Vec<String>,
    },
}

/// Deviation below zero of a pivot that still counts as rounding. Chosen: far above the
/// rounding of a few hundred products, far below a coefficient's last written digit.
const PIVOT_TOLERANCE: f64 = 1e-9;

/// Correlation matrix of the inputs, positive semi-definite; rank one allowed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Correlation {
    /// Pairs with their coefficient, the lower place first.
    pairs: Vec<(usize, usize, f64)>,
    /// Places that occur in a pair, in order.
    members: Vec<usize>,
    /// Lower triangular factor over the members, row by row.
    factor: Vec<Vec<f64>>,
    /// Degrees of freedom of the copula; `None` for the Gaussian one.
    joint_dof: Option<f64>,
}

impl Correlation {
    /// The matrix of the given coefficients; what is not given is uncorrelated.
    ///
    /// # Errors
    /// When a name is unknown, a coefficient out of range or repeated, or the
    /// matrix not positive semi-definite; the offending inputs are named.
    pub fn new(
        names: &[String],
        pairs: &[(String, String, f64)],
    ) -> Result<Self, CorrelationError> {
        let mut placed: Vec<(usize, usize, f64)> = Vec::with_capacity(pairs.len());
        for (a, b, r) in pairs {
            let place = |name: &String| names.iter().position(|known| known == name);
            let (a, b, r) = (a.clone(), b.clone(), *r);
            if !(-1.0..=1.0).contains(&r) {
                return Err(CorrelationError::OutOfRange { a, b, r });
            }
            let (Some(i), Some(j)) = (place(&a), place(&b)) else {
                return Err(CorrelationError::Unknown { a, b });
            };
            if i == j {
                return Err(CorrelationError::Unknown { a, b });
            }
            let (i, j) = (i.min(j), i.max(j));
            if placed.iter().any(|(k, l, _)| (*k, *l) == (i, j)) {
                return Err(CorrelationError::Twice { a, b });
            }
            placed.push((i, j, r));
        }
        let mut members: Vec<usize> = placed.iter().flat_map(|(i, j, _)| [*i, *j]).collect();
        members.sort_unstable();
        members.dedup();
        let mut correlation = Self { pairs: placed, members, factor: Vec::new(), joint_dof: None };
        correlation.factor = correlation.factorise(names)?;
        Ok(correlation)
    }

    /// The same coefficients with the copula of a multivariate t: the members then
    /// reach their extremes together, as means of few joint observations do.
    /// Source: JCGM 102:2011, 5.3.2.
    #[must_use]
    pub fn with_joint_dof(self, dof: f64) -> Self {
        Self { joint_dof: Some(dof), ..self }
    }

    /// Degrees of freedom of the copula; `None` for the Gaussian one.
    #[must_use]
    pub fn joint_dof(&self) -> Option<f64> {
        self.joint_dof
    }

    /// Coefficient between two inputs.
    #[must_use]
    pub fn coefficient(&self, a: usize, b: usize) -> f64 {
        if a == b {
            return 1.0;
        }
        let key = (a.min(b), a.max(b));
        self.pairs.iter().find(|(i, j, _)| (*i, *j) == key).map_or(0.0, |(_, _, r)| *r)
    }

    /// Pairs with a coefficient that is not zero.
    pub fn correlated(&self) -> impl Iterator<Item = (usize, usize)> {
        self.pairs.iter().filter(|(_, _, r)| r.abs() > 0.0).map(|(i, j, _)| (*i, *j))
    }

    /// Pairs with a coefficient that is not zero, and the coefficient.
    pub(crate) fn coefficients(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        self.pairs.iter().filter(|(_, _, r)| r.abs() > 0.0).copied()
    }

    /// Inputs that occur in a pair.
    #[must_use]
    pub fn members(&self) -> &[usize] {
        &self.members
    }

    /// Lower triangular factor over [`Self::members`].
    #[must_use]
    pub fn factor(&self) -> &[Vec<f64>] {
        &self.factor
    }

    /// Variance of a sum of signed contributions, one per input.
    #[must_use]
    pub fn variance(&self, contributions: &[f64]) -> f64 {
        self.covariance(contributions, contributions)
    }

    /// Covariance of two sums of signed contributions, one per input each.
    #[must_use]
    pub fn covariance(&self, left: &[f64], right: &[f64]) -> f64 {
        let own: f64 = left.iter().zip(right).map(|(l, r)| l * r).sum();
        let at = |list: &[f64], place: usize| list.get(place).copied().unwrap_or(0.0);
        let crossed = self
            .pairs
            .iter()
            .map(|(i, j, r)| r * (at(left, *i) * at(right, *j) + at(left, *j) * at(right, *i)));
        own + crossed.sum::<f64>()
    }

    /// ½ tr((H R)²) for a symmetric matrix `H` over entries of the given inputs.
    pub(crate) fn half_trace_of_square(&self, hessian: &[Vec<f64>], inputs: &[usize]) -> f64 {
        let at =
            |i: usize, j: usize| hessian.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0.0);
        let r = |i: usize, j: usize| match (inputs.get(i), inputs.get(j)) {
            _ if i == j => 1.0,
            (Some(a), Some(b)) if a != b => self.coefficient(*a, *b),
            _ => 0.0,
        };
        let n = inputs.len();
        if self.pairs.is_empty() {
            let squares = hessian.iter().flatten().map(|h| h * h);
            return 0.5 * squares.sum::<f64>();
        }
        let product = |i: usize, j: usize| (0..n).map(|k| at(i, k) * r(k, j)).sum::<f64>();
        let matrix: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| product(i, j)).collect()).collect();
        let cell =
            |i: usize, j: usize| matrix.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0.0);
        0.5 * (0..n)
            .flat_map(|i| (0..n).map(move |j| (i, j)))
            .map(|(i, j)| cell(i, j) * cell(j, i))
            .sum::<f64>()
    }

    /// Cholesky factor with zero pivots allowed (rank one and the like).
    fn factorise(&self, names: &[String]) -> Result<Vec<Vec<f64>>, CorrelationError> {
        let mut factor: Vec<Vec<f64>> = Vec::with_capacity(self.members.len());
        for (row, member) in self.members.iter().enumerate() {
            let mut line: Vec<f64> = Vec::with_capacity(row + 1);
            for (column, other) in self.members.iter().take(row).enumerate() {
                let theirs = factor.get(column).map_or(&[][..], Vec::as_slice);
                let known: f64 = line.iter().zip(theirs).map(|(a, b)| a * b).sum();
                let pivot = theirs.get(column).copied().unwrap_or(0.0);
                let rest = self.coefficient(*member, *other) - known;
                if pivot > 0.0 {
                    line.push(rest / pivot);
                } else if rest.abs() <= 1e-6 {
                    line.push(0.0);
                } else {
                    return Err(self.contradiction(names, row));
                }
            }
            let pivot = 1.0 - line.iter().map(|a| a * a).sum::<f64>();
            if pivot < -PIVOT_TOLERANCE {
                return Err(self.contradiction(names, row));
            }
            // A pivot of pure rounding is a zero: its column would be noise.
            line.push(if pivot <= 1e-12 { 0.0 } else { libm::sqrt(pivot) });
            factor.push(line);
        }
        Ok(factor)
    }

    /// The inputs up to `row` that take part in the contradiction: a triple
    /// where one is enough, all of them otherwise.
    fn contradiction(&self, names: &[String], row: usize) -> CorrelationError {
        let upto = self.members.get(..=row).unwrap_or(&self.members);
        let last = upto.last().copied().unwrap_or_default();
        let triple = upto.iter().enumerate().find_map(|(i, a)| {
            let second = upto.iter().skip(i + 1).find(|b| {
                let (x, y) = (self.coefficient(*a, last), self.coefficient(**b, last));
                let z = self.coefficient(*a, **b);
                **b != last && *a != last && 1.0 + 2.0 * x * y * z - x * x - y * y - z * z < -1e-12
            });
            second.map(|b| vec![*a, *b, last])
        });
        let places = triple.unwrap_or_else(|| upto.to_vec());
        let names = places.iter().filter_map(|place| names.get(*place).cloned()).collect();
        CorrelationError::NotPositive { names }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    fn pair(a: &str, b: &str, r: f64) -> (String, String, f64) {
        (a.to_owned(), b.to_owned(), r)
    }

    #[test]
    fn a_matrix_of_rank_one_has_a_factor() {
        let pairs = [pair("a", "b", 1.0), pair("a", "c", 1.0), pair("b", "c", 1.0)];
        let correlation = Correlation::new(&names(&["a", "b", "c"]), &pairs).unwrap();
        assert_eq!(correlation.factor(), [vec![1.0], vec![1.0, 0.0], vec![1.0, 0.0, 0.0]]);
        assert!((correlation.variance(&[1.0, 1.0, 1.0]) - 9.0).abs() < 1e-15);
    }

    #[test]
    fn contradicting_coefficients_are_named() {
        let pairs = [pair("b", "c", 0.9), pair("c", "d", 0.9), pair("b", "d", -0.9)];
        let error = Correlation::new(&names(&["a", "b", "c", "d"]), &pairs).unwrap_err();
        assert_eq!(error, CorrelationError::NotPositive { names: names(&["b", "c", "d"]) });
        let pairs = [pair("b", "c", 1.0), pair("c", "d", 1.0), pair("b", "d", 0.5)];
        assert!(Correlation::new(&names(&["b", "c", "d"]), &pairs).is_err());
    }

    #[test]
    fn pairs_that_cannot_be_are_refused() {
        let known = names(&["a", "b"]);
        for pairs in [
            vec![pair("a", "b", 1.01)],
            vec![pair("a", "x", 0.1)],
            vec![pair("a", "a", 1.0)],
            vec![pair("a", "b", 0.1), pair("b", "a", 0.2)],
            vec![pair("a", "b", f64::NAN)],
        ] {
            assert!(Correlation::new(&known, &pairs).is_err(), "{pairs:?}");
        }
    }
}
