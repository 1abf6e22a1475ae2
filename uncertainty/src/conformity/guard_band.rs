//! Guard bands: how far the acceptance limits stay from the tolerance limits.

use super::global::{Population, risks};
use super::{ConformityError, Limits, finite, positive, probability};

/// A rule for the guard band, by the name under which laboratories agree on it.
#[derive(Clone, Debug, PartialEq)]
pub enum GuardBand {
    /// Simple acceptance: none. Source: JCGM 106:2012, 8.2.
    Simple,
    /// `w = U`. Source: ILAC-G8:09/2019, 4.2.2 (guard band of the expanded uncertainty).
    Expanded,
    /// `w = r U`. Source: JCGM 106:2012, 8.3.
    Multiple {
        /// The multiple `r`; negative for a guard band outside the tolerance.
        r: f64,
    },
    /// The narrowest guard band that holds the probability of false acceptance.
    /// Source: JCGM 106:2012, 9.5 (found by iteration).
    TargetPfa {
        /// Greatest probability of false acceptance.
        pfa: f64,
        /// The items.
        population: Population,
    },
    /// Acceptance limit `√(T² − U²)`, root sum of squares.
    /// Source: NCSLI RP-10.
    RootSumSquare,
    /// `w = U (1.04 − exp(0.38 ln TUR − 0.54))`, which keeps the probability of
    /// false acceptance below 2 % for every population.
    /// Source: M. Dobbert.
    ManagedRisk,
    /// Acceptance limit `T (1.25 − 1 ∕ TUR)`.
    /// Source: NCSLI RP-10.
    Rp10,
}

/// Acceptance limits with the guard band between them and the tolerance.
#[derive(Clone, Debug, PartialEq)]
pub struct Guarded {
    /// Tolerance limits drawn in by the guard band.
    pub acceptance: Limits,
    /// The guard band `w`.
    pub w: f64,
    /// The assumptions, one sentence each.
    pub assumptions: Vec<String>,
}

/// Ratio of the tolerance to the expanded uncertainty, `T ∕ U`.
///
/// - **Units:** both in one unit.
/// - **Source:** M. Dobbert (test uncertainty ratio, tolerance to 95 % uncertainty).
/// - **Valid for:** two limits.
/// - **Not done here:** the ratio of tolerances that older documents use.
///
/// # Errors
/// When there is one limit only or `U` is not positive.
pub fn test_uncertainty_ratio(tolerance: &Limits, expanded: f64) -> Result<f64, ConformityError> {
    positive("expanded uncertainty", expanded)?;
    let half = tolerance.half_width();
    half.map(|half| half / expanded).ok_or_else(|| ConformityError::OneSided {
        what: "a test uncertainty ratio",
        limits: tolerance.to_string(),
    })
}

impl GuardBand {
    /// Acceptance limits over tolerance limits, for a test uncertainty ratio; at
    /// most one. `None` where the rule is no function of the ratio.
    ///
    /// - **Units:** ratios.
    /// - **Sources:** as at each rule.
    /// - **Valid for:** ratios of at least one; two limits.
    /// - **Not done here:** asymmetric tolerances around a nominal value.
    #[must_use]
    pub fn factor(&self, ratio: f64) -> Option<f64> {
        let factor = match self {
            Self::Simple => 1.0,
            Self::Expanded => 1.0 - 1.0 / ratio,
            Self::Multiple { r } => return Some(1.0 - r / ratio),
            Self::RootSumSquare => libm::sqrt(1.0 - 1.0 / (ratio * ratio)),
            Self::ManagedRisk => 1.0 - (1.04 - libm::exp(0.38 * libm::log(ratio) - 0.54)) / ratio,
            Self::Rp10 => 1.25 - 1.0 / ratio,
            Self::TargetPfa { .. } => return None,
        };
        Some(factor.min(1.0))
    }

    /// Name of the rule, as it stands beside a result.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Simple => "simple acceptance, no guard band".to_owned(),
            Self::Expanded => "guard band w = U".to_owned(),
            Self::Multiple { r } => format!("guard band w = {r} U"),
            Self::TargetPfa { pfa, .. } => {
                format!("guard band for a probability of false acceptance of {pfa}")
            }
            Self::RootSumSquare => "guard band by root sum of squares".to_owned(),
            Self::ManagedRisk => "guard band by managed risk (Dobbert, 2 %)".to_owned(),
            Self::Rp10 => "guard band of RP-10".to_owned(),
        }
    }

    /// Acceptance limits for a measurement with expanded uncertainty `k u`.
    ///
    /// - **Units:** everything in one unit, `k` a ratio.
    /// - **Sources:** as at each rule.
    /// - **Valid for:** rules by test uncertainty ratio only between two limits.
    /// - **Not done here:** conditional verdicts inside the guard band.
    ///
    /// # Errors
    /// When the guard band eats the tolerance up or the rule has no answer.
    pub fn applied(&self, tolerance: &Limits, u: f64, k: f64) -> Result<Guarded, ConformityError> {
        positive("standard uncertainty", u)?;
        positive("coverage factor", k)?;
        let expanded = k * u;
        let mut assumptions =
            vec![self.name(), format!("expanded uncertainty {expanded}, k = {k}")];
        let w = match self {
            Self::Simple => 0.0,
            Self::Expanded => expanded,
            Self::Multiple { r } => finite("multiple of U", *r)? * expanded,
            Self::TargetPfa { pfa, population } => {
                let (w, mut more) = for_target(*pfa, population, u, tolerance)?;
                assumptions.append(&mut more);
                w
            }
            Self::RootSumSquare | Self::ManagedRisk | Self::Rp10 => {
                let ratio = test_uncertainty_ratio(tolerance, expanded)?;
                if ratio < 1.0 {
                    let (name, wanted) = ("test uncertainty ratio", "at least 1");
                    return Err(ConformityError::Parameter { name, found: ratio, wanted });
                }
                assumptions.push(format!("test uncertainty ratio {ratio}"));
                let factor = self.factor(ratio).unwrap_or(1.0);
                tolerance.half_width().unwrap_or_default() * (1.0 - factor)
            }
        };
        let acceptance = tolerance.drawn_in(w)?;
        assumptions.push(format!("tolerance {tolerance}, accepted {acceptance}"));
        Ok(Guarded { acceptance, w, assumptions })
    }
}

/// Least guard band with at most the target risk, by bisection; zero where simple
/// acceptance is already below it.
fn for_target(
    target: f64,
    population: &Population,
    u: f64,
    tolerance: &Limits,
) -> Result<(f64, Vec<String>), ConformityError> {
    probability("target probability of false acceptance", target)?;
    let at = |w: f64| risks(population, u, tolerance, &tolerance.drawn_in(w)?);
    let simple = at(0.0)?;
    let mut assumptions = simple.assumptions.clone();
    assumptions.pop();
    if simple.pfa <= target {
        assumptions.push(format!("simple acceptance has {} already", simple.pfa));
        return Ok((0.0, assumptions));
    }
    let mut low = 0.0;
    // Twenty standard uncertainties inside a limit nothing false is left.
    let mut high = tolerance.half_width().unwrap_or(f64::INFINITY).min(20.0 * u) * (1.0 - 1e-9);
    if at(high)?.pfa > target {
        return Err(ConformityError::Unreachable { target });
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if at(middle)?.pfa > target {
            low = middle
        } else {
            high = middle
        }
        if high - low <= 1e-12 * high {
            break;
        }
    }
    Ok((high, assumptions))
}
