//! Many items: how often a procedure accepts or rejects the wrong ones.

use super::{ConformityError, Limits, Stated, finite, positive, probability};
use crate::quadrature::integral;
use crate::{normal, student};

/// How the true values of the items are spread before the measurement (the prior).
#[derive(Clone, Debug, PartialEq)]
pub enum Population {
    /// Normal.
    Normal {
        /// Mean of the items.
        mean: f64,
        /// Standard deviation of the items.
        deviation: f64,
    },
    /// Scaled and shifted t: normal with few items behind its deviation.
    StudentT {
        /// Mean of the items.
        mean: f64,
        /// Scale.
        scale: f64,
        /// Degrees of freedom.
        dof: f64,
    },
    /// Rectangular: all values between two equally likely.
    Rectangular {
        /// Least value.
        least: f64,
        /// Greatest value.
        greatest: f64,
    },
    /// A histogram of earlier items: edges in ascending order and how many items
    /// lie between them.
    Histogram {
        /// Edges, one more than counts.
        edges: Vec<f64>,
        /// Items between two edges.
        counts: Vec<f64>,
    },
}

impl Population {
    /// Normal population of which a share is in tolerance, centred between the
    /// limits, or around `mean` where there is one limit.
    ///
    /// - **Units:** mean in the unit of the limits, share as a ratio.
    /// - **Source:** JCGM 106:2012, 9.5 (population with a known conformance).
    /// - **Valid for:** shares above one half.
    /// - **Not done here:** a population off the centre of two limits.
    ///
    /// # Errors
    /// When the share is not between 0 and 1 or the limits leave no spread.
    pub fn of_conforming_share(
        limits: &Limits,
        mean: f64,
        share: f64,
    ) -> Result<Self, ConformityError> {
        probability("share in tolerance", share)?;
        if let Some(half) = limits.half_width() {
            let deviation = half / normal::upper_quantile(0.5 * (1.0 - share));
            return Ok(Self::Normal { mean: limits.lower() + half, deviation });
        }
        let distance = (limits.upper() - mean).min(mean - limits.lower());
        let deviation = distance / normal::upper_quantile(1.0 - share);
        positive("standard deviation of the items", deviation)?;
        Ok(Self::Normal { mean, deviation })
    }

    fn check(&self) -> Result<(), ConformityError> {
        match self {
            Self::Normal { mean, deviation: spread } => {
                finite("mean of the items", *mean)?;
                positive("standard deviation of the items", *spread)?;
            }
            Self::StudentT { mean, scale, dof } => {
                finite("mean of the items", *mean)?;
                positive("scale of the items", *scale)?;
                positive("degrees of freedom of the items", *dof)?;
            }
            Self::Rectangular { least, greatest } => {
                positive("width of the population", greatest - least)?;
            }
            Self::Histogram { edges, counts } => {
                let ascending = edges.iter().zip(edges.iter().skip(1)).all(|(a, b)| a < b);
                let sensible = counts.iter().all(|c| *c >= 0.0 && c.is_finite());
                let fits = edges.len() == counts.len() + 1 && ascending && sensible;
                let total = if fits { counts.iter().sum() } else { f64::NAN };
                positive("number of items in the histogram", total)?;
            }
        }
        Ok(())
    }

    fn density(&self, value: f64) -> f64 {
        match self {
            Self::Normal { mean, deviation } => {
                normal::density((value - mean) / deviation) / deviation
            }
            Self::StudentT { mean, scale, dof } => {
                student::density((value - mean) / scale, *dof) / scale
            }
            Self::Rectangular { least, greatest } => {
                if *least <= value && value <= *greatest {
                    1.0 / (greatest - least)
                } else {
                    0.0
                }
            }
            Self::Histogram { edges, counts } => {
                let total: f64 = counts.iter().sum();
                let mut bins = edges.iter().zip(edges.iter().skip(1)).zip(counts);
                let bin = bins.find(|((from, to), _)| **from <= value && value < **to);
                bin.map_or(0.0, |((from, to), count)| count / (total * (to - from)))
            }
        }
    }

    /// Places where an integral over the items has to stop and start again.
    fn places(&self) -> Vec<f64> {
        let around = |mean: f64, spread: f64, reach: &[f64]| {
            let sides = reach.iter().flat_map(|z| [mean - z * spread, mean + z * spread]);
            sides.chain([mean]).collect()
        };
        match self {
            Self::Normal { mean, deviation } => {
                around(*mean, *deviation, &[1.0, 2.0, 3.0, 5.0, 8.0, 16.0, 38.0])
            }
            Self::StudentT { mean, scale, .. } => {
                let mut places: Vec<f64> =
                    around(*mean, *scale, &[1.0, 3.0, 10.0, 1e2, 1e3, 1e5, 1e8]);
                places.extend([f64::NEG_INFINITY, f64::INFINITY]);
                places
            }
            Self::Rectangular { least, greatest } => vec![*least, *greatest],
            Self::Histogram { edges, .. } => edges.clone(),
        }
    }

    fn described(&self) -> String {
        match self {
            Self::Normal { mean, deviation } => {
                format!("items normal around {mean} with standard deviation {deviation}")
            }
            Self::StudentT { mean, scale, dof } => format!(
                "items distributed as t around {mean} with scale {scale} and {dof} degrees of freedom"
            ),
            Self::Rectangular { least, greatest } => {
                format!("items equally likely from {least} to {greatest}")
            }
            Self::Histogram { edges, counts } => {
                let (first, last) = (edges.first(), edges.last());
                let (first, last) = (first.copied().unwrap_or_default(), last.copied());
                format!(
                    "items as the histogram of {} bins from {first} to {}",
                    counts.len(),
                    last.unwrap_or_default()
                )
            }
        }
    }
}

/// What happens to a population under an acceptance rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Risks {
    /// Probability of false acceptance: an item drawn at random does not conform
    /// and is accepted (global consumer's risk).
    pub pfa: f64,
    /// Probability of false rejection: it conforms and is rejected (global
    /// producer's risk).
    pub pfr: f64,
    /// Share of nonconforming items among the accepted.
    pub pfa_conditional: f64,
    /// Share of conforming items among the rejected.
    pub pfr_conditional: f64,
    /// Share of accepted items.
    pub accepted: f64,
    /// Share of conforming items in the population.
    pub conforming: f64,
    /// The assumptions, one sentence each.
    pub assumptions: Vec<String>,
}

impl Risks {
    /// Probability of false acceptance with its assumptions.
    #[must_use]
    pub fn consumer_risk(&self) -> Stated {
        Stated { value: self.pfa, assumptions: self.assumptions.clone() }
    }

    /// Probability of false rejection with its assumptions.
    #[must_use]
    pub fn producer_risk(&self) -> Stated {
        Stated { value: self.pfr, assumptions: self.assumptions.clone() }
    }
}

/// Global risks of accepting items whose indication lies within acceptance limits.
///
/// - **Units:** everything in one unit; risks as ratios.
/// - **Source:** JCGM 106:2012, 9.5.2 and 9.5.3 (equations for R_C and R_P).
/// - **Valid for:** normal measurement deviations of standard uncertainty `u`,
///   the same for all items, without bias.
/// - **Not done here:** repeated measurement of rejected items.
///
/// # Errors
/// When the population or the uncertainty cannot be.
pub fn risks(
    population: &Population,
    u: f64,
    tolerance: &Limits,
    acceptance: &Limits,
) -> Result<Risks, ConformityError> {
    population.check()?;
    positive("standard uncertainty", u)?;
    let scene = Scene { population, u, tolerance, acceptance };
    let inside = [tolerance.lower(), tolerance.upper()];
    let beyond = [[f64::NEG_INFINITY, inside[0]], [inside[1], f64::INFINITY]];
    let over = |ranges: &[[f64; 2]], weight: &dyn Fn(f64) -> f64| {
        ranges.iter().map(|range| scene.share(*range, weight)).sum::<f64>()
    };
    let accepted_of = |value: f64| scene.accepted(value);
    let rejected_of = |value: f64| scene.rejected(value);
    let (pfa, pfr) = (over(&beyond, &accepted_of), over(&[inside], &rejected_of));
    let conforming_accepted = over(&[inside], &accepted_of);
    let nonconforming_rejected = over(&beyond, &rejected_of);
    if !(pfa + pfr + conforming_accepted + nonconforming_rejected).is_finite() {
        return Err(ConformityError::NotSettled);
    }
    let (accepted, rejected) = (pfa + conforming_accepted, pfr + nonconforming_rejected);
    let part = |of: f64, whole: f64| if whole > 0.0 { of / whole } else { 0.0 };
    let conforming = conforming_accepted + pfr;
    Ok(Risks {
        pfa,
        pfr,
        pfa_conditional: part(pfa, accepted),
        pfr_conditional: part(pfr, rejected),
        accepted,
        conforming,
        assumptions: vec![
            population.described(),
            format!("share of items in tolerance {conforming:.6}"),
            format!("measurement normal, without bias, standard uncertainty {u}"),
            format!("tolerance {} {tolerance}", tolerance.sides()),
            format!("accepted where the indication lies {} {acceptance}", acceptance.sides()),
        ],
    })
}

struct Scene<'a> {
    population: &'a Population,
    u: f64,
    tolerance: &'a Limits,
    acceptance: &'a Limits,
}

impl Scene<'_> {
    /// Probability that an item of this true value is rejected.
    fn rejected(&self, value: f64) -> f64 {
        normal::upper_tail((self.acceptance.upper() - value) / self.u)
            + normal::upper_tail((value - self.acceptance.lower()) / self.u)
    }

    /// Probability that it is accepted, with all digits on either side.
    fn accepted(&self, value: f64) -> f64 {
        let (lower, upper) = (self.acceptance.lower() - value, self.acceptance.upper() - value);
        if lower > 0.0 {
            normal::upper_tail(lower / self.u) - normal::upper_tail(upper / self.u)
        } else if upper < 0.0 {
            normal::upper_tail(-upper / self.u) - normal::upper_tail(-lower / self.u)
        } else {
            1.0 - self.rejected(value)
        }
    }

    /// Integral of the population's density times a weight over a range.
    fn share(&self, [from, to]: [f64; 2], weight: &dyn Fn(f64) -> f64) -> f64 {
        let mut places = self.population.places();
        let (first, last) = places
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
        for limit in [self.acceptance.lower(), self.acceptance.upper()] {
            for z in [-16.0, -8.0, -5.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 16.0] {
                places.push(limit + z * self.u);
            }
        }
        let (from, to) = (from.max(first), to.min(last));
        places.extend([self.tolerance.lower(), self.tolerance.upper(), from, to]);
        places.retain(|place| *place >= from && *place <= to);
        places.sort_by(f64::total_cmp);
        integral(&|value| self.population.density(value) * weight(value), &places)
    }
}
