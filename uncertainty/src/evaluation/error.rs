//! Why an evaluation has no outcome.

use thiserror::Error;

use crate::correlation::CorrelationError;
use crate::decimal::DecimalError;
use crate::diagnostic::Diagnostic;
use crate::monte_carlo::MonteCarloError;
use crate::propagation::PropagationError;
use crate::quantity::QuantityError;
use crate::rounding::RoundingError;
use crate::tape::TapeError;
use crate::unit::UnitError;

/// Why an evaluation has no outcome.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum EvaluationError {
    /// The document is no evaluation of a known version.
    #[error("evaluation document: {reason}")]
    Document {
        /// What the reader says.
        reason: String,
    },
    /// A text is not what it should be.
    #[error("{place}: {reason}")]
    Text {
        /// Which text.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An expression does not fit its names and units.
    #[error("{place}: {}", .findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Expression {
        /// Which expression.
        place: String,
        /// Every finding, with places in the expression's text.
        findings: Vec<Diagnostic>,
    },
    /// A reading is missing, or there is one too many.
    #[error("input `{input}` has {found} readings in repeat {repeat}, wanted 1")]
    Readings {
        /// The input.
        input: String,
        /// The repeat, 0 for all.
        repeat: u32,
        /// How many there are.
        found: usize,
    },
    /// No repeat takes part.
    #[error("no repeat takes part")]
    NoRepeats,
    /// Two inputs or equations share a name, or an input shadows one.
    #[error("the name `{name}` is given twice")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// A coverage probability needs degrees of freedom, which correlated inputs
    /// with finite ones do not have.
    #[error(
        "correlated inputs have finite degrees of freedom: state k, or the policy `plain` or `ensemble`"
    )]
    NoDegreesOfFreedom,
    /// The generator of another version.
    #[error("generator `{found}` is not known, this program has `{known}`")]
    Generator {
        /// As stored.
        found: String,
        /// As built in.
        known: &'static str,
    },
    /// The decision needs something that the document does not have.
    #[error("the decision needs {what}")]
    Undecidable {
        /// What is missing.
        what: &'static str,
    },
    /// Correlation coefficients contradict.
    #[error(transparent)]
    Correlation(#[from] CorrelationError),
    /// The propagation has no result.
    #[error(transparent)]
    Propagation(#[from] PropagationError),
    /// Monte Carlo has no result.
    #[error(transparent)]
    MonteCarlo(#[from] MonteCarloError),
    /// A number cannot be rounded.
    #[error(transparent)]
    Rounding(#[from] RoundingError),
}

impl From<TapeError> for EvaluationError {
    fn from(error: TapeError) -> Self {
        Self::Propagation(PropagationError::Tape(error))
    }
}

impl From<DecimalError> for EvaluationError {
    fn from(error: DecimalError) -> Self {
        Self::Rounding(RoundingError::Decimal(error))
    }
}

/// An error about one text of the document.
pub(super) fn text_error(
    place: impl Into<String>,
    reason: impl std::fmt::Display,
) -> EvaluationError {
    EvaluationError::Text { place: place.into(), reason: reason.to_string() }
}

/// Attaches the place to failures of quantities and units.
pub(super) trait At<T> {
    fn at(self, place: &str) -> Result<T, EvaluationError>;
}

impl<T> At<T> for Result<T, QuantityError> {
    fn at(self, place: &str) -> Result<T, EvaluationError> {
        self.map_err(|error| text_error(place, error))
    }
}

impl<T> At<T> for Result<T, UnitError> {
    fn at(self, place: &str) -> Result<T, EvaluationError> {
        self.map_err(|error| text_error(place, error))
    }
}
