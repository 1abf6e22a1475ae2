//! Analysis of variance: readings in groups, as five a day on ten days.

use thiserror::Error;

use crate::chi_squared;
use crate::type_a::{Evaluated, Series, TypeAError, count, pooled};

/// A balanced nested design with two levels.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// Mean of all readings.
    pub mean: f64,
    /// From the spread of the group means: `K s²(V̄ⱼ)`, as a standard deviation,
    /// with `J − 1` degrees of freedom.
    pub between: Evaluated,
    /// Pooled standard deviation inside the groups, with `J (K − 1)`.
    pub within: Evaluated,
    /// Ratio of the two variances.
    pub f: f64,
    /// Probability of an `f` at least as large where there is no group effect.
    pub p: f64,
    /// Standard deviation of the group effect; zero where `f` is below one.
    pub group_effect: f64,
    /// Standard uncertainty of the mean where a group effect exists.
    pub of_mean: Evaluated,
    /// Standard uncertainty of the mean where there is none: all readings as one
    /// series.
    pub of_mean_without_effect: Evaluated,
}

/// Why there is no analysis.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum AnovaError {
    /// A group has no evaluation of its own.
    #[error("group {place}: {reason}")]
    Group {
        /// Which one, from 1.
        place: usize,
        /// What is wrong with it.
        reason: TypeAError,
    },
    /// There are too few groups.
    #[error("{found} groups, wanted at least 2")]
    TooFew {
        /// How many there are.
        found: usize,
    },
    /// The groups differ in length.
    #[error("group {place} has {found} readings, the first has {wanted}")]
    Unbalanced {
        /// Which one, from 1.
        place: usize,
        /// Its readings.
        found: usize,
        /// Readings of the first group.
        wanted: usize,
    },
    /// There is no spread inside the groups to compare with.
    #[error("the readings of every group are all equal, so there is nothing to compare with")]
    NoSpread,
}

/// Analyses readings in groups of equal length.
///
/// - **Units:** that of the readings; `f` and `p` are pure numbers.
/// - **Source:** JCGM 100:2008 (GUM), H.5.2.
/// - **Valid for:** a balanced design with a random group effect.
/// - **Not done here:** the choice of the significance level; unbalanced designs.
///
/// # Errors
/// When there are fewer than two groups, they differ in length, or have no spread.
pub fn nested(groups: &[Vec<f64>]) -> Result<Analysis, AnovaError> {
    let mut described = Vec::with_capacity(groups.len());
    for (place, readings) in groups.iter().enumerate() {
        let named = |reason| AnovaError::Group { place: place + 1, reason };
        let series = Series::of(readings).map_err(named)?;
        let standard = series.deviation;
        let standard = standard.ok_or(TypeAError::TooFew { found: 1, wanted: 2 }).map_err(named)?;
        let wanted = groups.first().map_or(0, Vec::len);
        if series.count != wanted {
            return Err(AnovaError::Unbalanced { place: place + 1, found: series.count, wanted });
        }
        described.push((series.mean, standard));
    }
    of_groups(&described, groups.first().map_or(0, Vec::len))
}

/// The same from mean and standard deviation of every group of `each` readings.
///
/// - **Units:** as [`nested`].
/// - **Source:** JCGM 100:2008 (GUM), H.5.2, table H.9.
/// - **Valid for:** as [`nested`].
/// - **Not done here:** as [`nested`].
///
/// # Errors
/// As [`nested`].
pub fn of_groups(groups: &[(f64, f64)], each: usize) -> Result<Analysis, AnovaError> {
    let found = groups.len();
    if found < 2 {
        return Err(AnovaError::TooFew { found });
    }
    let group = |reason| AnovaError::Group { place: 1, reason };
    if each < 2 {
        return Err(group(TypeAError::TooFew { found: each, wanted: 2 }));
    }
    let (j, k) = (count(found), count(each));
    let means: Vec<f64> = groups.iter().map(|(mean, _)| *mean).collect();
    let means = Series::of(&means).map_err(group)?;
    let spread = means.deviation.unwrap_or_default();
    let deviations: Vec<Evaluated> =
        groups.iter().map(|(_, s)| Evaluated { standard: *s, dof: k - 1.0 }).collect();
    let within = pooled(&deviations).map_err(group)?;
    if within.standard <= 0.0 {
        return Err(AnovaError::NoSpread);
    }
    let between = Evaluated { standard: libm::sqrt(k) * spread, dof: j - 1.0 };
    let (over, under) = (between.standard * between.standard, within.standard * within.standard);
    let together = (between.dof * over + within.dof * under) / (between.dof + within.dof);
    Ok(Analysis {
        mean: means.mean,
        between,
        within,
        f: over / under,
        p: chi_squared::f_upper_tail(over / under, between.dof, within.dof),
        group_effect: libm::sqrt(((over - under) / k).max(0.0)),
        of_mean: Evaluated { standard: spread / libm::sqrt(j), dof: j - 1.0 },
        of_mean_without_effect: Evaluated {
            standard: libm::sqrt(together / (j * k)),
            dof: j * k - 1.0,
        },
    })
}

impl Analysis {
    /// Whether the group effect is significant at a level, as 0.05.
    #[must_use]
    pub fn is_significant(&self, level: f64) -> bool {
        self.p < level
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64) -> bool {
        (found - wanted).abs() < 1e-12
    }

    /// GUM table H.9: daily means less 10 V and standard deviations, in µV.
    const DAYS: [(f64, f64); 10] = [
        (172.0, 60.0),
        (116.0, 77.0),
        (13.0, 111.0),
        (144.0, 101.0),
        (106.0, 67.0),
        (31.0, 93.0),
        (60.0, 80.0),
        (125.0, 73.0),
        (163.0, 88.0),
        (41.0, 86.0),
    ];

    #[test]
    fn gum_h_5_2_ten_days_of_a_zener_standard() {
        let found = of_groups(&DAYS, 5).unwrap();
        // Printed: 10.000 097 V; s_a = 128 with 9, s_b = 85 with 40; F = 2.25 > 2.12;
        // u = 18 with 9; s_B = 43. Half of the last digit each.
        assert!((found.mean - 97.0).abs() < 0.5);
        assert!((found.between.standard - 128.0).abs() < 0.5 && near(found.between.dof, 9.0));
        assert!((found.within.standard - 85.0).abs() < 0.5 && near(found.within.dof, 40.0));
        assert!((found.f - 2.25).abs() < 0.025, "{}", found.f);
        assert!(found.is_significant(0.05) && !found.is_significant(0.025));
        assert!((found.of_mean.standard - 18.0).abs() < 0.5 && near(found.of_mean.dof, 9.0));
        assert!((found.group_effect - 43.0).abs() < 0.5);
        // H.5.2: without a day effect u = 13 with 49.
        assert!((found.of_mean_without_effect.standard - 13.0).abs() < 0.5);
        assert!(near(found.of_mean_without_effect.dof, 49.0));
    }

    #[test]
    fn readings_and_their_summary_give_the_same_analysis() {
        let groups = vec![vec![1.0, 2.0, 4.0], vec![2.0, 3.0, 3.5], vec![0.0, 1.5, 1.0]];
        let found = nested(&groups).unwrap();
        // By hand: variances 7/3, 7/12, 7/12, pooled 7/6; sums 7, 8.5, 2.5, so the
        // means spread by 13/12 and F = 3 · (13/12) / (7/6) = 39/14.
        assert!((found.f - 39.0 / 14.0).abs() < 1e-13, "{}", found.f);
        assert!((found.mean - 2.0).abs() < 1e-15);
        let all: Vec<f64> = groups.concat();
        let series = Series::of(&all).unwrap().of_mean().unwrap();
        assert!((found.of_mean_without_effect.standard - series.standard).abs() < 1e-15);
    }

    #[test]
    fn designs_without_an_answer_are_refused() {
        assert_eq!(nested(&[vec![1.0, 2.0]]).unwrap_err(), AnovaError::TooFew { found: 1 });
        let error = nested(&[vec![1.0, 2.0], vec![1.0]]).unwrap_err().to_string();
        assert_eq!(error, "group 2: 1 readings, wanted at least 2");
        let error = nested(&[vec![1.0, 2.0], vec![1.0, 2.0, 3.0]]).unwrap_err().to_string();
        assert_eq!(error, "group 2 has 3 readings, the first has 2");
        let equal = [vec![1.0, 1.0], vec![2.0, 2.0]];
        assert_eq!(nested(&equal).unwrap_err(), AnovaError::NoSpread);
    }
}
