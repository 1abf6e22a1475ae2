//! Probability distributions of input quantities, after JCGM 101 table 1.

mod table;

use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::sync::Arc;

pub use table::{FEWEST_VALUES, LONGEST, Table, TableError};

/// Distribution of what is not known about an input, around its estimate.
///
/// Scales are numbers in one unit. A `Normal` has a standard deviation, a
/// `StudentT` a *scale*, which its standard deviation exceeds; tables carry their
/// numbers, and the others have half-widths.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Gaussian. Source: JCGM 101, 6.4.7.
    Normal {
        /// Standard deviation.
        standard: f64,
    },
    /// Scaled and shifted t. Source: JCGM 101, 6.4.9.
    StudentT {
        /// Scale, which the GUM takes as standard uncertainty (s/√n).
        scale: f64,
        /// Degrees of freedom of the distribution.
        dof: f64,
    },
    /// Rectangular. Source: JCGM 101, 6.4.2.
    Rectangular {
        /// Half-width.
        half: f64,
    },
    /// Symmetric triangular. Source: JCGM 101, 6.4.5.
    Triangular {
        /// Half-width.
        half: f64,
    },
    /// Arc sine (U-shaped). Source: JCGM 101, 6.4.6.
    Arcsine {
        /// Half-width.
        half: f64,
    },
    /// Symmetric trapezoid. Source: JCGM 101, 6.4.4.
    Trapezoidal {
        /// Half-width of the base.
        half: f64,
        /// Ratio of top to base, from 0 to 1.
        beta: f64,
    },
    /// Rectangular with inexact limits. Source: JCGM 101, 6.4.3.
    CurvilinearTrapezoid {
        /// Half-width between the estimates of the limits.
        half: f64,
        /// Half-width of what is not known about each limit.
        inexact: f64,
    },
    /// A quantity that is never below zero, known by its estimate only; the
    /// estimate is the mean. Source: JCGM 101, 6.4.10.
    Exponential {
        /// Mean.
        mean: f64,
    },
    /// Expected number of events after `counts` were seen, estimate `counts` + 1.
    /// Source: JCGM 101, 6.4.11.
    Gamma {
        /// Number of events counted.
        counts: f64,
    },
    /// Frequencies of an earlier calculation; the estimate is their mean.
    /// Source: JCGM 101, 6.5.
    Histogram(Arc<Table>),
    /// Values of an earlier calculation; the estimate is their mean.
    /// Source: JCGM 101, 6.5.
    Sample(Arc<Table>),
}

impl Distribution {
    /// Standard uncertainty as the GUM uses it: the scale of a t, the standard
    /// deviation of everything else.
    #[must_use]
    pub fn standard_uncertainty(&self) -> f64 {
        match *self {
            Self::Normal { standard } => standard,
            Self::StudentT { scale, .. } => scale,
            Self::Rectangular { half } => half / libm::sqrt(3.0),
            Self::Triangular { half } => half / libm::sqrt(6.0),
            Self::Arcsine { half } => half * FRAC_1_SQRT_2,
            Self::Trapezoidal { half, beta } => half * libm::sqrt((1.0 + beta * beta) / 6.0),
            Self::CurvilinearTrapezoid { half, inexact } => {
                libm::sqrt(half * half / 3.0 + inexact * inexact / 9.0)
            }
            Self::Exponential { mean } => mean,
            Self::Gamma { counts } => libm::sqrt(counts + 1.0),
            Self::Histogram(ref table) | Self::Sample(ref table) => table.standard_deviation(),
        }
    }

    /// The distribution with its scale times a factor (a change of unit).
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        match *self {
            Self::Normal { standard } => Self::Normal { standard: standard * factor },
            Self::StudentT { scale, dof } => Self::StudentT { scale: scale * factor, dof },
            Self::Rectangular { half } => Self::Rectangular { half: half * factor },
            Self::Triangular { half } => Self::Triangular { half: half * factor },
            Self::Arcsine { half } => Self::Arcsine { half: half * factor },
            Self::Trapezoidal { half, beta } => Self::Trapezoidal { half: half * factor, beta },
            Self::CurvilinearTrapezoid { half, inexact } => {
                Self::CurvilinearTrapezoid { half: half * factor, inexact: inexact * factor }
            }
            Self::Exponential { mean } => Self::Exponential { mean: mean * factor },
            Self::Gamma { counts } => Self::Gamma { counts },
            Self::Histogram(ref table) => Self::Histogram(Arc::new(table.scaled(factor))),
            Self::Sample(ref table) => Self::Sample(Arc::new(table.scaled(factor))),
        }
    }

    /// The name as it stands in files and budgets.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Normal { .. } => "normal",
            Self::StudentT { .. } => "t",
            Self::Rectangular { .. } => "rectangular",
            Self::Triangular { .. } => "triangular",
            Self::Arcsine { .. } => "arcsine",
            Self::Trapezoidal { .. } => "trapezoidal",
            Self::CurvilinearTrapezoid { .. } => "ctrap",
            Self::Exponential { .. } => "exponential",
            Self::Gamma { .. } => "gamma",
            Self::Histogram(_) => "histogram",
            Self::Sample(_) => "sample",
        }
    }

    /// The numbers of a distribution that is known by them.
    #[must_use]
    pub fn table(&self) -> Option<&Table> {
        match self {
            Self::Histogram(table) | Self::Sample(table) => Some(table),
            _ => None,
        }
    }

    /// Whether values beyond some distance have no probability at all.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        !matches!(
            self,
            Self::Normal { .. }
                | Self::StudentT { .. }
                | Self::Exponential { .. }
                | Self::Gamma { .. }
        )
    }

    /// Deviation from the estimate that has probability `p` below it; `None` for
    /// distributions without a closed inverse.
    ///
    /// Used where a copula joins inputs that are not normal.
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let mirrored = |lower: fn(f64, f64) -> f64, parameter: f64| {
            if p <= 0.5 { lower(p, parameter) } else { -lower(1.0 - p, parameter) }
        };
        Some(match *self {
            Self::Normal { standard } => standard * crate::normal::quantile(p),
            Self::StudentT { scale, dof } => scale * crate::student::quantile(p, dof),
            Self::Rectangular { half } => half * (2.0 * p - 1.0),
            Self::Triangular { half } => half * mirrored(|p, _| libm::sqrt(2.0 * p) - 1.0, 0.0),
            Self::Arcsine { half } => half * libm::sin(PI * (p - 0.5)),
            Self::Trapezoidal { half, beta } => half * mirrored(trapezoid_quantile, beta),
            Self::Exponential { mean } => -mean * libm::log1p(-p) - mean,
            Self::Histogram(ref table) | Self::Sample(ref table) => table.quantile(p),
            Self::CurvilinearTrapezoid { .. } | Self::Gamma { .. } => return None,
        })
    }
}

/// Lower half of the trapezoid on (-1, 1).
fn trapezoid_quantile(p: f64, beta: f64) -> f64 {
    let flank = 0.5 * (1.0 - beta) / (1.0 + beta);
    if p < flank {
        return libm::sqrt(2.0 * p * (1.0 - beta * beta)) - 1.0;
    }
    p * (1.0 + beta) - 0.5 * (1.0 + beta)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reference case gum-437-type-b (closed forms), and JCGM 101, 6.4.3.4.
    #[test]
    fn jcgm_101_table_1_standard_uncertainties() {
        let u = |d: Distribution| d.standard_uncertainty();
        assert!(
            (u(Distribution::Rectangular { half: 4e-7 }) - 2.309_401_076_758_503e-7).abs() < 1e-21
        );
        assert!(
            (u(Distribution::Triangular { half: 1.0 }) - 0.408_248_290_463_863_1).abs() < 1e-15
        );
        assert!((u(Distribution::Arcsine { half: 1.0 }) - 0.707_106_781_186_547_5).abs() < 1e-15);
        let trapezoid = Distribution::Trapezoidal { half: 1.0, beta: 0.5 };
        assert!((u(trapezoid) - 0.456_435_464_587_638_45).abs() < 1e-15);
        let ctrap = Distribution::CurvilinearTrapezoid { half: 0.05, inexact: 0.025 };
        assert!((u(ctrap) - 0.030_046_260_628_866_582).abs() < 1e-16);
    }

    /// The standard deviation of a closed inverse, by the midpoint rule.
    #[test]
    fn quantiles_have_the_standard_uncertainty_of_their_distribution() {
        let shapes = [
            Distribution::Normal { standard: 2.0 },
            Distribution::Rectangular { half: 3.0 },
            Distribution::Triangular { half: 3.0 },
            Distribution::Arcsine { half: 3.0 },
            Distribution::Trapezoidal { half: 3.0, beta: 0.3 },
            Distribution::Exponential { mean: 2.0 },
        ];
        for shape in shapes {
            let n = 200_000;
            let squares = (0..n).map(|i| {
                let x = shape.quantile((f64::from(i) + 0.5) / f64::from(n)).unwrap();
                x * x
            });
            let u = (squares.sum::<f64>() / f64::from(n)).sqrt();
            assert!((u / shape.standard_uncertainty() - 1.0).abs() < 2e-4, "{shape:?}: {u}");
        }
    }
}
