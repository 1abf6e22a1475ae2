//! Degrees of freedom of a combined standard uncertainty.

use serde::{Deserialize, Serialize};

/// What to do about the degrees of freedom of correlated inputs.
///
/// Welch–Satterthwaite is derived for independent contributions. With a
/// correlation between inputs of finite degrees of freedom it has no answer of
/// its own.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CorrelatedDof {
    /// Refuse to state a number.
    #[default]
    Refuse,
    /// Use the contributions as they are and the combined uncertainty with its
    /// covariances: an accepted approximation, to be named beside the result.
    Plain,
    /// Take inputs that are correlated with each other as observed together: they
    /// are one contribution with their covariances, and have the same degrees of
    /// freedom. Correlated inputs of another kind are refused.
    /// Source: R. Willink, result 2.
    Ensemble,
}

impl CorrelatedDof {
    /// Reads `refuse`, `plain` or `ensemble`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "refuse" => Some(Self::Refuse),
            "plain" => Some(Self::Plain),
            "ensemble" => Some(Self::Ensemble),
            _ => None,
        }
    }
}

/// Effective degrees of freedom by the Welch–Satterthwaite formula.
///
/// ```text
/// ν_eff = u_c(y)⁴ / Σ ( u_i(y)⁴ / ν_i )
/// ```
///
/// - **Units:** `u_c` and every `u_i` in the unit of the measurand.
/// - **Source:** JCGM 100:2008 (GUM), G.4.1, equation (G.2b).
/// - **Valid for:** independent contributions `(u_i, ν_i)`.
/// - **Not done here:** truncation to an integer, which is the coverage rule's.
///
/// Infinite when no contribution has both weight and finite degrees of freedom.
#[must_use]
pub fn welch_satterthwaite(u_c: f64, contributions: impl IntoIterator<Item = (f64, f64)>) -> f64 {
    // Ratios instead of fourth powers, which leave the range of a double early.
    let sum: f64 = contributions
        .into_iter()
        .filter(|(u_i, dof)| *u_i > 0.0 && dof.is_finite())
        .map(|(u_i, dof)| {
            let square = (u_i / u_c) * (u_i / u_c);
            square * square / dof
        })
        .sum();
    if sum > 0.0 { 1.0 / sum } else { f64::INFINITY }
}

/// One input as it enters the formula for ensembles.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shared {
    /// Its contribution with the sign of its sensitivity coefficient.
    pub(crate) contribution: f64,
    /// Contribution and degrees of freedom of each of its components.
    pub(crate) parts: Vec<(f64, f64)>,
}

/// Contributions in which correlated inputs are merged into ensembles.
///
/// ```text
/// u_E² = Σ u_i² + 2 Σ r_ij u_i u_j   over the inputs of one ensemble
/// ```
///
/// - **Source:** R. Willink, result 2: the ensemble enters the
///   Welch–Satterthwaite formula as one contribution with the degrees of freedom
///   that its members share.
/// - **Valid for:** members with one component each and the same finite degrees
///   of freedom, as the means of joint observations have. Correlated inputs that
///   are all known exactly (infinite degrees of freedom) need no rule.
///
/// `None` where correlated inputs have different degrees of freedom, or several
/// components one of which has finite ones.
pub(crate) fn ensembles(
    inputs: &[Shared],
    pairs: impl Iterator<Item = (usize, usize, f64)>,
) -> Option<Vec<(f64, f64)>> {
    // Every input begins as an ensemble of its own, named by its first member.
    let mut ensemble: Vec<usize> = (0..inputs.len()).collect();
    let pairs: Vec<(usize, usize, f64)> = pairs.collect();
    for (a, b, _) in &pairs {
        let (Some(a), Some(b)) = (ensemble.get(*a).copied(), ensemble.get(*b).copied()) else {
            continue;
        };
        ensemble.iter_mut().filter(|name| **name == a.max(b)).for_each(|name| *name = a.min(b));
    }
    let mut merged = Vec::with_capacity(inputs.len());
    for name in 0..inputs.len() {
        let members: Vec<&Shared> = inputs
            .iter()
            .zip(&ensemble)
            .filter(|(_, of)| **of == name)
            .map(|(one, _)| one)
            .collect();
        match members.as_slice() {
            [] => {}
            [single] => merged.extend(single.parts.iter().copied()),
            _ => {
                let own: f64 = members.iter().map(|one| one.contribution * one.contribution).sum();
                let of = |place: usize| inputs.get(place).map_or(0.0, |one| one.contribution);
                let inside = pairs.iter().filter(|(a, _, _)| ensemble.get(*a) == Some(&name));
                let crossed: f64 = inside.map(|(a, b, r)| 2.0 * r * of(*a) * of(*b)).sum();
                let dof = common(&members)?;
                merged.push((libm::sqrt((own + crossed).max(0.0)), dof));
            }
        }
    }
    Some(merged)
}

/// The degrees of freedom that all members have.
fn common(members: &[&Shared]) -> Option<f64> {
    let parts = || members.iter().flat_map(|one| &one.parts).filter(|(u, _)| *u > 0.0);
    if parts().all(|(_, dof)| dof.is_infinite()) {
        return Some(f64::INFINITY);
    }
    let is_single = members.iter().all(|one| one.parts.len() == 1);
    let first = parts().next().map(|(_, dof)| *dof)?;
    let is_common = parts().all(|(_, dof)| dof.to_bits() == first.to_bits());
    (is_single && is_common).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(contribution: f64, dof: f64) -> Shared {
        Shared { contribution, parts: vec![(contribution.abs(), dof)] }
    }

    /// GTC 1.5.1: x1, x2 = multiple_ureal([1, 2], [0.3, 0.4], 4), r = 0.6 between
    /// them, x3 = ureal(3, 0.5, 9), y = 2*x1 - x2 + x3: y.u and y.df.
    #[test]
    fn willink_two_observed_together_and_one_alone_as_gtc_has_them() {
        let inputs = [one(0.6, 4.0), one(-0.4, 4.0), one(0.5, 9.0)];
        let merged = ensembles(&inputs, [(0, 1, 0.6)].into_iter()).unwrap();
        let u = f64::sqrt(0.36 + 0.16 - 2.0 * 0.6 * 0.24 + 0.25);
        let dof = welch_satterthwaite(u, merged);
        assert!((u - 0.694_262_198_308_391_3).abs() < 1e-15, "{u}");
        assert!((dof - 11.388_183_263_981_176).abs() < 1e-12, "{dof}");
    }

    #[test]
    fn willink_one_ensemble_alone_keeps_its_degrees_of_freedom() {
        let inputs = [one(3.0, 4.0), one(-1.0, 4.0), one(0.2, 4.0)];
        let pairs = [(0, 1, -0.36), (0, 2, 0.86), (1, 2, -0.65)];
        let merged = ensembles(&inputs, pairs.into_iter()).unwrap();
        let [(u, dof)] = merged.as_slice() else { panic!("{merged:?}") };
        assert!((welch_satterthwaite(*u, [(*u, *dof)]) - 4.0).abs() < 1e-13);
    }

    #[test]
    fn correlated_inputs_that_were_not_observed_together_are_refused() {
        let different = [one(1.0, 4.0), one(1.0, 5.0)];
        assert_eq!(ensembles(&different, [(0, 1, 0.5)].into_iter()), None);
        let half_known = [one(1.0, 4.0), one(1.0, f64::INFINITY)];
        assert_eq!(ensembles(&half_known, [(0, 1, 0.5)].into_iter()), None);
        let several = Shared { contribution: 1.0, parts: vec![(0.6, 4.0), (0.8, 4.0)] };
        assert_eq!(ensembles(&[several, one(1.0, 4.0)], [(0, 1, 0.5)].into_iter()), None);
        let known = [one(1.0, f64::INFINITY), one(2.0, f64::INFINITY)];
        assert!(ensembles(&known, [(0, 1, 0.5)].into_iter()).is_some());
    }

    /// GUM G.4.1, example: relative standard uncertainties 0.25 %, 0.57 %, 0.82 %
    /// from 10, 5 and 15 repeats; the Guide prints 19.0.
    #[test]
    fn gum_g_4_1_product_of_three_inputs_has_19_effective_degrees_of_freedom() {
        let parts = [(0.25, 9.0), (0.57, 4.0), (0.82, 14.0)];
        let u_c = parts.iter().map(|(u, _)| u * u).sum::<f64>().sqrt();
        let dof = welch_satterthwaite(u_c, parts);
        assert!((dof - 19.0).abs() < 0.05, "GUM prints 19.0, got {dof}");
    }

    #[test]
    fn tiny_and_infinite_contributions_do_no_harm() {
        assert!(welch_satterthwaite(1e-100, [(1e-100, 5.0)]) - 5.0 < 1e-12);
        assert!(welch_satterthwaite(1.0, [(1.0, f64::INFINITY), (0.0, 1.0)]).is_infinite());
    }
}
