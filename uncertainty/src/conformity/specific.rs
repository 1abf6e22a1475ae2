//! One item: the probability that it conforms, given its measurement.

use super::{ConformityError, Limits, Stated, finite, positive};
use crate::{normal, student};

/// What is known about the measurand after its measurement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Knowledge {
    /// Normal around the estimate.
    Normal {
        /// Estimate of the measurand.
        estimate: f64,
        /// Standard uncertainty.
        u: f64,
    },
    /// Scaled and shifted t, where the uncertainty has few degrees of freedom.
    StudentT {
        /// Estimate of the measurand.
        estimate: f64,
        /// Scale, which the GUM takes as the standard uncertainty.
        scale: f64,
        /// Degrees of freedom.
        dof: f64,
    },
    /// Rectangular around the estimate.
    Rectangular {
        /// Estimate of the measurand.
        estimate: f64,
        /// Half-width.
        half: f64,
    },
}

impl Knowledge {
    fn checked(self) -> Result<Self, ConformityError> {
        let (estimate, spread) = match self {
            Self::Normal { estimate, u } => (estimate, u),
            Self::StudentT { estimate, scale, dof } => {
                if dof.is_nan() || dof <= 0.0 {
                    let (name, wanted) = ("degrees of freedom", "a positive number");
                    return Err(ConformityError::Parameter { name, found: dof, wanted });
                }
                (estimate, scale)
            }
            Self::Rectangular { estimate, half } => (estimate, half),
        };
        finite("estimate", estimate)?;
        positive("uncertainty", spread)?;
        Ok(self)
    }

    /// Probability that the measurand is above a limit.
    fn above(self, limit: f64) -> f64 {
        match self {
            Self::Normal { estimate, u } => normal::upper_tail((limit - estimate) / u),
            Self::StudentT { estimate, scale, dof } => {
                student::upper_tail((limit - estimate) / scale, dof)
            }
            Self::Rectangular { estimate, half } => {
                (0.5 + 0.5 * (estimate - limit) / half).clamp(0.0, 1.0)
            }
        }
    }

    /// The same around zero with the sign turned, so that lower limits are upper
    /// ones and small probabilities keep their digits.
    fn mirrored(self) -> Self {
        match self {
            Self::Normal { estimate, u } => Self::Normal { estimate: -estimate, u },
            Self::StudentT { estimate, scale, dof } => {
                Self::StudentT { estimate: -estimate, scale, dof }
            }
            Self::Rectangular { estimate, half } => Self::Rectangular { estimate: -estimate, half },
        }
    }

    fn described(self) -> String {
        match self {
            Self::Normal { estimate, u } => {
                format!("measurand normal around {estimate} with standard uncertainty {u}")
            }
            Self::StudentT { estimate, scale, dof } => format!(
                "measurand distributed as t around {estimate} with scale {scale} and {dof} degrees \
                 of freedom"
            ),
            Self::Rectangular { estimate, half } => {
                format!("measurand rectangular around {estimate} with half-width {half}")
            }
        }
    }
}

/// Probability of conformity and of nonconformity of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Specific {
    /// Probability that the item conforms, `p_C`.
    pub conforming: f64,
    /// Probability that it does not, with all its digits where it is small: the
    /// specific consumer's risk if the item is accepted.
    pub nonconforming: f64,
    /// The assumptions, one sentence each.
    pub assumptions: Vec<String>,
}

/// Probability that one measured item lies within its tolerance.
///
/// - **Units:** limits and knowledge in one unit; probabilities as ratios.
/// - **Source:** JCGM 106:2012, 7.2 to 7.4 and 9.3.2.
/// - **Valid for:** knowledge that already contains what was known before the
///   measurement, or where nothing was.
/// - **Not done here:** prior knowledge about the item, see [`super::global`].
///
/// # Errors
/// When an uncertainty is not positive.
pub fn conformance(limits: &Limits, knowledge: Knowledge) -> Result<Specific, ConformityError> {
    let knowledge = knowledge.checked()?;
    let above = knowledge.above(limits.upper());
    let below = knowledge.mirrored().above(-limits.lower());
    let nonconforming = above + below;
    let conforming = if limits.upper().is_infinite() {
        knowledge.above(limits.lower())
    } else if limits.lower().is_infinite() {
        knowledge.mirrored().above(-limits.upper())
    } else {
        1.0 - nonconforming
    };
    let assumptions = vec![
        knowledge.described(),
        format!("tolerance {} {limits}", limits.sides()),
        "no knowledge about the item before its measurement".to_owned(),
    ];
    Ok(Specific { conforming, nonconforming, assumptions })
}

impl Specific {
    /// The specific consumer's risk, were the item accepted.
    #[must_use]
    pub fn consumer_risk(&self) -> Stated {
        Stated { value: self.nonconforming, assumptions: self.assumptions.clone() }
    }
}
