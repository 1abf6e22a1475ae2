//! A result that anybody can recompute: equations, resolved inputs, raw readings,
//! limits, rounding, decision rule and seed in one self-contained document.
//!
//! The record stores it, the digital certificate embeds it under its signature,
//! and whoever verifies the certificate runs it. Every number with a meaning is a
//! text with its unit; [`Evaluation::canonical_json`] gives the same bytes for the
//! same document.
//!
//! - The model is replicated for every repeat that takes part. Inputs that are
//!   different in each repeat (`each_repeat`) are independent between repeats;
//!   all others are one and the same quantity in all of them.
//! - The result is `quantity`, an expression of the measurand's values over the
//!   repeats, such as `mean(E)`.
//! - Nothing is inferred: a missing number is an error.

mod build;
mod by_reading;
mod compiled;
mod decide;
mod error;
mod outcome;

use serde::{Deserialize, Serialize};

use crate::coverage::DofRule;
use crate::dof::CorrelatedDof;
use crate::rounding::RoundingRule;
use crate::text::Text;

pub use error::EvaluationError;
use error::{At, text_error};

pub use by_reading::ByReading;
pub use decide::{JudgedOn, Judgement, Verdict};
pub use outcome::{BudgetRow, MonteCarloOutcome, Outcome};

/// The version of the document that this program writes and reads.
pub const SCHEMA: &str = "etalon.evaluation/1";

/// A self-contained evaluation of one result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    /// [`SCHEMA`].
    pub schema: String,
    /// Stage and point, such as `basic_error/ib-1.0`.
    pub key: String,
    /// What is reported, as an expression of the measurand: `mean(E)`.
    pub quantity: String,
    /// Equations in order; later ones may use earlier ones.
    pub equations: Vec<Equation>,
    /// Name of the equation whose values `quantity` is an expression of.
    pub measurand: String,
    /// Numbers of the repeats that take part, in order.
    pub repeats: Vec<u32>,
    /// Inputs of the equations.
    pub inputs: Vec<Input>,
    /// Raw readings that the inputs refer to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<RawReading>,
    /// Correlation between inputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub correlations: Vec<Correlated>,
    /// Degrees of freedom of correlated inputs.
    #[serde(default)]
    pub correlated_dof: CorrelatedDof,
    /// How the expanded uncertainty is formed.
    pub coverage: Coverage,
    /// Tolerance limits, where conformity is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// Rounding of the result, where a regulation prescribes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Rounding>,
    /// Decision rule, where conformity is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionRule>,
    /// Monte Carlo as second opinion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monte_carlo: Option<MonteCarloPlan>,
}

/// One equation of the measurement model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Equation {
    /// Name that later equations use.
    pub name: String,
    /// Unit of the result.
    pub unit: String,
    /// The right-hand side.
    pub expression: String,
}

/// One input quantity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Name in the equations.
    pub name: String,
    /// What it is, for people.
    #[serde(default)]
    pub label: Text,
    /// Unit of its estimate and, where none is written, of its components.
    pub unit: String,
    /// Where its estimate comes from.
    pub estimate: Estimate,
    /// Whether it is a different, independent quantity in every repeat.
    #[serde(default)]
    pub each_repeat: bool,
    /// Components of its uncertainty; none for an exact input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
}

/// Where an estimate comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimate {
    /// A number, with its unit or in the unit of the input.
    Value(String),
    /// The raw readings of this input: one per repeat where it is different in
    /// each, exactly one otherwise.
    Reading,
}

/// One component of an input's uncertainty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// What it is, for people.
    pub name: Text,
    /// Shape of the distribution.
    pub distribution: Shape,
    /// Its scale, as text with a unit or in the unit of the input.
    #[serde(flatten)]
    pub scale: Scale,
    /// Degrees of freedom; taken as known (infinite) where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dof: Option<String>,
    /// Top over base of a trapezoid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beta: Option<String>,
    /// Half-width of what is not known about the limits (`ctrap`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inexact: Option<String>,
    /// Where the number comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Shape of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Gaussian; wants `standard` or `expanded`.
    Normal,
    /// Scaled and shifted t with the component's `dof`; wants `standard`, which
    /// is its scale (s/√n).
    T,
    /// Rectangular; wants `half`.
    Rectangular,
    /// Triangular; wants `half`.
    Triangular,
    /// Arc sine; wants `half`.
    Arcsine,
    /// Trapezoid; wants `half` and `beta`.
    Trapezoidal,
    /// Rectangular with inexact limits; wants `half` and `inexact`.
    Ctrap,
}

/// Scale of a component: which number the author had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Standard uncertainty.
    Standard(String),
    /// Half-width.
    Half(String),
    /// Expanded uncertainty of a certificate with its coverage factor.
    Expanded {
        /// Expanded uncertainty.
        #[serde(rename = "U")]
        expanded: String,
        /// Coverage factor.
        k: String,
    },
}

/// A raw reading, as it stands in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawReading {
    /// Name of the input.
    pub input: String,
    /// Number of the repeat; 0 for a reading that serves all of them.
    pub repeat: u32,
    /// The number, as text.
    pub text: String,
    /// Its unit.
    pub unit: String,
    /// Sequence number of the event in the journal.
    pub sequence: u64,
}

/// Correlation of two inputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correlated {
    /// One input.
    pub a: String,
    /// The other.
    pub b: String,
    /// Coefficient, as text.
    pub r: String,
}

/// How the expanded uncertainty is formed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// `U = k u`, with the probability that the author states for it.
    Fixed {
        /// Coverage factor.
        k: String,
        /// Stated coverage probability, such as `0.95`.
        p: String,
    },
    /// `k` from Student's distribution with the effective degrees of freedom.
    Probability {
        /// Coverage probability.
        p: String,
        /// Whether the degrees of freedom are cut to an integer.
        #[serde(default)]
        dof_rule: DofRule,
    },
}

/// Tolerance limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Lower limit with its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower: Option<String>,
    /// Upper limit with its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<String>,
    /// Document and clause.
    pub source: String,
}

/// Rounding of the result before it is judged and printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// Interval with its unit.
    pub step: String,
    /// What happens to a tie.
    pub rule: RoundingRule,
    /// Document and clause.
    pub source: String,
}

/// How conformity is decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRule {
    /// How the limits become acceptance limits.
    pub acceptance: Acceptance,
    /// Which number is compared.
    pub judged_on: JudgedOn,
    /// What must hold before anything is judged, as an expression of `U`, `u`,
    /// `value`, `lower`, `upper` and, for symmetric limits, `limit`; where it does
    /// not, the verdict is *not evaluated*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require: Option<String>,
    /// Document and clause.
    pub source: String,
}

/// How tolerance limits become acceptance limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    /// Acceptance limits are the tolerance limits. Source: JCGM 106, 8.2.
    Simple,
    /// Limits drawn in by `w = factor · U`. Source: JCGM 106, 8.3; ILAC-G8:09/2019, 4.2.
    Guarded {
        /// Multiple of the expanded uncertainty, such as `1`.
        factor: String,
        /// Whether the guard band itself yields conditional verdicts.
        conditional: bool,
    },
}

/// Monte Carlo as second opinion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonteCarloPlan {
    /// Number of trials.
    pub trials: u64,
    /// Seed of the streams.
    pub seed: u64,
    /// Generator and version, [`crate::monte_carlo::GENERATOR`].
    pub generator: String,
}

impl Evaluation {
    /// Value, uncertainty and budget, with Monte Carlo where it is planned, on
    /// one thread. The same document gives the same numbers everywhere.
    ///
    /// # Errors
    /// When a text of the document does not mean anything, or the model has no
    /// value.
    pub fn evaluate(&self) -> Result<Outcome, EvaluationError> {
        outcome::outcome(self, std::num::NonZeroUsize::MIN)
    }

    /// [`Self::evaluate`] with Monte Carlo on several threads; the same numbers.
    ///
    /// # Errors
    /// As [`Self::evaluate`].
    pub fn evaluate_on(&self, threads: std::num::NonZeroUsize) -> Result<Outcome, EvaluationError> {
        outcome::outcome(self, threads)
    }

    /// Conformity of an outcome, in decimal arithmetic.
    ///
    /// # Errors
    /// When the document has no limit or no decision rule, or their texts do not
    /// mean anything.
    pub fn decide(&self, outcome: &Outcome) -> Result<Judgement, EvaluationError> {
        decide::decide(self, outcome)
    }

    /// Every finding about the document without running Monte Carlo.
    ///
    /// # Errors
    /// As [`Self::evaluate`].
    pub fn check(&self) -> Result<(), EvaluationError> {
        build::problem(self).map(|_| ())
    }

    /// The document as bytes that depend on nothing but its content.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        serde_json::to_string(self).expect("names are strings and numbers are integers or texts")
    }

    /// Reads a document.
    ///
    /// # Errors
    /// When it is no evaluation of a version that this program knows.
    pub fn from_json(text: &str) -> Result<Self, EvaluationError> {
        let reason = |error: serde_json::Error| error.to_string();
        let evaluation: Self = serde_json::from_str(text)
            .map_err(|error| EvaluationError::Document { reason: reason(error) })?;
        if evaluation.schema != SCHEMA {
            let reason = format!("schema is `{}`, wanted `{SCHEMA}`", evaluation.schema);
            return Err(EvaluationError::Document { reason });
        }
        Ok(evaluation)
    }
}

#[cfg(test)]
mod tests;
