//! Conformity assessment after JCGM 106: probabilities, risks, guard bands.
//!
//! A probability of conformity says something only together with what was taken
//! for granted; every number here is [`Stated`], with its assumptions as text.
//!
//! | question                                        | room            |
//! |-------------------------------------------------|-----------------|
//! | does *this* item conform, given its measurement | [`specific`]    |
//! | how often do we accept what we should not       | [`global`]      |
//! | how far from the limit do we have to stay       | [`guard_band`]  |

pub mod global;
pub mod guard_band;
pub mod specific;

use std::fmt;

use thiserror::Error;

/// A number with everything that was assumed to get it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    /// The number.
    pub value: f64,
    /// The assumptions, one sentence each.
    pub assumptions: Vec<String>,
}

/// Tolerance limits or acceptance limits, one- or two-sided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    lower: Option<f64>,
    upper: Option<f64>,
}

/// Why there is no risk and no guard band.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ConformityError {
    /// The limits enclose nothing.
    #[error("limits {limits} enclose nothing, wanted one finite limit or lower below upper")]
    Limits {
        /// As they were given.
        limits: String,
    },
    /// A spread or uncertainty cannot be.
    #[error("{name} is {found}, wanted {wanted}")]
    Parameter {
        /// Which one.
        name: &'static str,
        /// What was given.
        found: f64,
        /// What it may be.
        wanted: &'static str,
    },
    /// The question needs two limits.
    #[error("{what} needs a lower and an upper limit, found {limits}")]
    OneSided {
        /// What was asked for.
        what: &'static str,
        /// As they were given.
        limits: String,
    },
    /// No guard band reaches the target.
    #[error("a probability of false acceptance of {target} is reached by no guard band")]
    Unreachable {
        /// The target.
        target: f64,
    },
    /// The integral over the items has no value to the accuracy wanted.
    #[error("the integral over the items does not settle")]
    NotSettled,
}

impl Limits {
    /// Limits, at least one of them.
    ///
    /// # Errors
    /// When both are missing, one is not finite, or lower is not below upper.
    pub fn new(lower: Option<f64>, upper: Option<f64>) -> Result<Self, ConformityError> {
        let limits = Self { lower, upper };
        let finite = lower.into_iter().chain(upper).all(f64::is_finite);
        let ordered = lower.zip(upper).is_none_or(|(lower, upper)| lower < upper);
        if finite && ordered && (lower.is_some() || upper.is_some()) {
            return Ok(limits);
        }
        Err(ConformityError::Limits { limits: limits.to_string() })
    }

    /// Lower limit, minus infinity where there is none.
    #[must_use]
    pub fn lower(&self) -> f64 {
        self.lower.unwrap_or(f64::NEG_INFINITY)
    }

    /// Upper limit, infinity where there is none.
    #[must_use]
    pub fn upper(&self) -> f64 {
        self.upper.unwrap_or(f64::INFINITY)
    }

    /// Half the distance between the limits, where there are two.
    #[must_use]
    pub fn half_width(&self) -> Option<f64> {
        self.lower.zip(self.upper).map(|(lower, upper)| 0.5 * (upper - lower))
    }

    /// Whether a value lies within, limits included.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.lower() <= value && value <= self.upper()
    }

    /// Limits drawn in by `w` on every side; `w` below zero draws them out.
    ///
    /// # Errors
    /// When nothing is left between them.
    pub fn drawn_in(&self, w: f64) -> Result<Self, ConformityError> {
        Self::new(self.lower.map(|lower| lower + w), self.upper.map(|upper| upper - w))
    }

    /// How many sides, in words.
    fn sides(&self) -> &'static str {
        if self.half_width().is_some() { "two-sided" } else { "one-sided" }
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.lower, self.upper) {
            (Some(lower), Some(upper)) => write!(formatter, "{lower} to {upper}"),
            (Some(lower), None) => write!(formatter, "from {lower}"),
            (None, Some(upper)) => write!(formatter, "up to {upper}"),
            (None, None) => formatter.write_str("none"),
        }
    }
}

/// A positive finite number, or a refusal.
fn positive(name: &'static str, found: f64) -> Result<f64, ConformityError> {
    if found > 0.0 && found.is_finite() {
        return Ok(found);
    }
    Err(ConformityError::Parameter { name, found, wanted: "a positive number" })
}

fn finite(name: &'static str, found: f64) -> Result<f64, ConformityError> {
    if found.is_finite() {
        return Ok(found);
    }
    Err(ConformityError::Parameter { name, found, wanted: "a finite number" })
}

/// A probability strictly between 0 and 1, or a refusal.
fn probability(name: &'static str, found: f64) -> Result<f64, ConformityError> {
    if found > 0.0 && found < 1.0 {
        return Ok(found);
    }
    Err(ConformityError::Parameter { name, found, wanted: "a number between 0 and 1" })
}

#[cfg(test)]
mod tests;
