//! Inputs that were observed together.

use super::Joint;

/// One input as it enters the formula for ensembles, for one result or two.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shared {
    /// Its contributions with the signs of their sensitivity coefficients.
    pub(crate) contributions: (f64, f64),
    /// Share of its variance and degrees of freedom of each of its components.
    pub(crate) parts: Vec<(f64, f64)>,
}

/// Contributions in which correlated inputs are merged into ensembles.
///
/// ```text
/// V_E = Σ_i Σ_j r_ij a_i b_j   over the inputs of one ensemble
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
) -> Option<Vec<(Joint, f64)>> {
    let pairs: Vec<(usize, usize, f64)> = pairs.collect();
    let names = names(inputs.len(), &pairs);
    let mut merged = Vec::with_capacity(inputs.len());
    for name in 0..inputs.len() {
        let members = inputs.iter().zip(&names).filter(|(_, of)| **of == name);
        let members: Vec<&Shared> = members.map(|(one, _)| one).collect();
        match members.as_slice() {
            [] => {}
            [single] => {
                let own = product(single, single);
                merged.extend(single.parts.iter().map(|(share, dof)| (own.scaled(*share), *dof)));
            }
            _ => {
                let own = members.iter().map(|one| product(one, one));
                let mut sum = own.fold(Joint::default(), Joint::plus);
                for (a, b, r) in pairs.iter().filter(|(a, ..)| names.get(*a) == Some(&name)) {
                    let (Some(a), Some(b)) = (inputs.get(*a), inputs.get(*b)) else { continue };
                    sum = sum.plus(product(a, b).plus(product(b, a)).scaled(*r));
                }
                merged.push((sum, common(&members)?));
            }
        }
    }
    Some(merged)
}

/// For every input the first member of its ensemble.
fn names(inputs: usize, pairs: &[(usize, usize, f64)]) -> Vec<usize> {
    let mut names: Vec<usize> = (0..inputs).collect();
    for (a, b, _) in pairs {
        let (Some(a), Some(b)) = (names.get(*a).copied(), names.get(*b).copied()) else {
            continue;
        };
        names.iter_mut().filter(|name| **name == a.max(b)).for_each(|name| *name = a.min(b));
    }
    names
}

fn product(a: &Shared, b: &Shared) -> Joint {
    let (a, b) = (a.contributions, b.contributions);
    Joint { first: a.0 * b.0, both: a.0 * b.1, second: a.1 * b.1 }
}

/// The degrees of freedom that all members have.
fn common(members: &[&Shared]) -> Option<f64> {
    let counts = |one: &&&Shared| one.contributions.0.abs() + one.contributions.1.abs() > 0.0;
    let parts = || members.iter().filter(counts).flat_map(|one| &one.parts);
    if parts().all(|(_, dof)| dof.is_infinite()) {
        return Some(f64::INFINITY);
    }
    let is_single = members.iter().filter(counts).all(|one| one.parts.len() == 1);
    let first = parts().next().map(|(_, dof)| *dof)?;
    let is_common = parts().all(|(_, dof)| dof.to_bits() == first.to_bits());
    (is_single && is_common).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dof::welch_satterthwaite;

    fn one(contribution: f64, dof: f64) -> Shared {
        Shared { contributions: (contribution, 0.0), parts: vec![(1.0, dof)] }
    }

    /// GTC 1.5.1: x1, x2 = multiple_ureal([1, 2], [0.3, 0.4], 4), r = 0.6 between
    /// them, x3 = ureal(3, 0.5, 9), y = 2*x1 - x2 + x3: y.u and y.df.
    #[test]
    fn willink_two_observed_together_and_one_alone_as_gtc_has_them() {
        let inputs = [one(0.6, 4.0), one(-0.4, 4.0), one(0.5, 9.0)];
        let merged = ensembles(&inputs, [(0, 1, 0.6)].into_iter()).unwrap();
        let u = f64::sqrt(0.36 + 0.16 - 2.0 * 0.6 * 0.24 + 0.25);
        let dof = welch_satterthwaite(u, merged.iter().map(|(v, dof)| (v.first.sqrt(), *dof)));
        assert!((u - 0.694_262_198_308_391_3).abs() < 1e-15, "{u}");
        assert!((dof - 11.388_183_263_981_176).abs() < 1e-12, "{dof}");
    }

    #[test]
    fn willink_one_ensemble_alone_keeps_its_degrees_of_freedom() {
        let inputs = [one(3.0, 4.0), one(-1.0, 4.0), one(0.2, 4.0)];
        let pairs = [(0, 1, -0.36), (0, 2, 0.86), (1, 2, -0.65)];
        let merged = ensembles(&inputs, pairs.into_iter()).unwrap();
        let [(v, dof)] = merged.as_slice() else { panic!("{merged:?}") };
        // 9 + 1 + 0.04 + 2 (0.36·3 + 0.86·0.6 + 0.65·0.2)
        assert!((v.first - 13.492).abs() < 1e-13 && (dof - 4.0).abs() < 1e-300, "{v:?}");
    }

    #[test]
    fn correlated_inputs_that_were_not_observed_together_are_refused() {
        let different = [one(1.0, 4.0), one(1.0, 5.0)];
        assert_eq!(ensembles(&different, [(0, 1, 0.5)].into_iter()), None);
        let half_known = [one(1.0, 4.0), one(1.0, f64::INFINITY)];
        assert_eq!(ensembles(&half_known, [(0, 1, 0.5)].into_iter()), None);
        let several = Shared { contributions: (1.0, 0.0), parts: vec![(0.36, 4.0), (0.64, 4.0)] };
        assert_eq!(ensembles(&[several, one(1.0, 4.0)], [(0, 1, 0.5)].into_iter()), None);
        let known = [one(1.0, f64::INFINITY), one(2.0, f64::INFINITY)];
        assert!(ensembles(&known, [(0, 1, 0.5)].into_iter()).is_some());
    }
}
