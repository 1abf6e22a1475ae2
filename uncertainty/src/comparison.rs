//! Comparisons: one laboratory against a reference, laboratories among themselves.
//!
//! | question                                   | room                |
//! |--------------------------------------------|---------------------|
//! | does this result agree with the reference  | scores, in this file |
//! | what is the reference value, who departs   | [`key_comparison`]  |
//! | what do most laboratories find             | [`robust`]          |

pub mod key_comparison;
pub mod robust;

use thiserror::Error;

/// A result of one participant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Participant {
    /// Its value.
    pub value: f64,
    /// Its standard uncertainty.
    pub u: f64,
}

/// How the results of a laboratory and of the reference hang together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Relation {
    /// They are independent.
    Independent,
    /// The laboratory's result is part of the reference value, as the weighted
    /// mean has it.
    PartOfReference,
}

/// Why there is no score and no reference value.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ComparisonError {
    /// Too few participants.
    #[error("{found} participants, wanted at least {wanted}")]
    TooFew {
        /// How many there are.
        found: usize,
        /// How many are needed.
        wanted: usize,
    },
    /// A value or an uncertainty cannot be.
    #[error(
        "participant {place} states {value} with {u}, wanted numbers with a positive uncertainty"
    )]
    Participant {
        /// Which one, from 1.
        place: usize,
        /// Its value.
        value: f64,
        /// Its uncertainty.
        u: f64,
    },
    /// A laboratory inside the reference value cannot know more than it.
    #[error("the reference value has uncertainty {reference}, its own part has {laboratory}")]
    Part {
        /// Uncertainty of the laboratory.
        laboratory: f64,
        /// Uncertainty of the reference value.
        reference: f64,
    },
    /// The spread that results are measured against is not positive.
    #[error("a spread of {found}, wanted a positive number")]
    Spread {
        /// As given or found.
        found: f64,
    },
    /// The robust mean did not settle.
    #[error("the robust mean did not settle within {steps} steps")]
    NotSettled {
        /// How many were taken.
        steps: usize,
    },
    /// The Monte Carlo run is refused.
    #[error(transparent)]
    MonteCarlo(#[from] crate::monte_carlo::MonteCarloError),
}

/// E_n score, from expanded uncertainties with the same coverage probability.
///
/// - **Units:** all in one unit; the score is a pure number, good up to 1.
/// - **Source:** ISO 13528:2022, 9.7 (E_n scores).
/// - **Valid for:** expanded uncertainties at about 95 %.
/// - **Not done here:** the judgement of repeated scores.
///
/// # Errors
/// When the combined uncertainty is not positive.
pub fn e_n(
    laboratory: (f64, f64),
    reference: (f64, f64),
    relation: Relation,
) -> Result<f64, ComparisonError> {
    let ((x, u_x), (y, u_y)) = (laboratory, reference);
    Ok((x - y) / combined(u_x, u_y, relation)?)
}

/// ζ score, from standard uncertainties.
///
/// - **Units:** all in one unit; the score is a pure number, good up to 2.
/// - **Source:** ISO 13528:2022, 9.6 (zeta scores).
/// - **Valid for:** results that state a standard uncertainty.
/// - **Not done here:** the judgement of repeated scores.
///
/// # Errors
/// As [`e_n`].
pub fn zeta(
    laboratory: Participant,
    reference: Participant,
    relation: Relation,
) -> Result<f64, ComparisonError> {
    let difference = laboratory.value - reference.value;
    Ok(difference / combined(laboratory.u, reference.u, relation)?)
}

/// z score against an agreed spread of proficiency; with an uncertainty of the
/// assigned value that is not negligible it is the z′ score.
///
/// - **Units:** all in one unit; the score is a pure number, good up to 2.
/// - **Source:** ISO 13528:2022, 9.4 and 9.5 (z and z′ scores).
/// - **Valid for:** a spread agreed before the round.
/// - **Not done here:** the choice of the spread.
///
/// # Errors
/// When the spread is not positive.
pub fn z(value: f64, assigned: Participant, spread: f64) -> Result<f64, ComparisonError> {
    if !(spread > 0.0 && spread.is_finite() && assigned.u >= 0.0) {
        return Err(ComparisonError::Spread { found: spread });
    }
    Ok((value - assigned.value) / combined(spread, assigned.u, Relation::Independent)?)
}

fn combined(laboratory: f64, reference: f64, relation: Relation) -> Result<f64, ComparisonError> {
    let square = match relation {
        Relation::Independent => laboratory * laboratory + reference * reference,
        Relation::PartOfReference => laboratory * laboratory - reference * reference,
    };
    if laboratory < 0.0 || reference < 0.0 || !square.is_finite() {
        return Err(ComparisonError::Spread { found: laboratory.min(reference) });
    }
    if square <= 0.0 {
        return Err(ComparisonError::Part { laboratory, reference });
    }
    Ok(libm::sqrt(square))
}

#[cfg(test)]
mod tests;
