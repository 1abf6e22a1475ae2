//! Why no plan could be made: a wrong file or request, or a rule of the laboratory.

use etalon_uncertainty::{diagnostic::Diagnostic, text::Text};
use thiserror::Error;

use super::adviser::Advice;
use crate::register::RuleRefusal;

mod chinese;

/// What a role's `max_mpe` is about, in messages.
pub(super) const MPE: &str = "maximum permissible error";

/// Why no plan could be made.
#[derive(Clone, Debug, Error)]
pub enum PlanError {
    /// Findings in the procedure, or between the procedure and an item.
    #[error("{} finding(s) between procedure and {about}: {}", diagnostics.len(), first(diagnostics))]
    Findings {
        /// What the procedure was read against (`item M01`, `bench meters`).
        about: String,
        /// The findings; their places are in the procedure's text.
        diagnostics: Vec<Diagnostic>,
    },
    /// The procedure cannot be used for this activity.
    #[error("procedure {procedure} has no decision for {activity}")]
    NoActivity {
        /// The procedure.
        procedure: String,
        /// The activity asked for.
        activity: String,
    },
    /// No items, or more than procedure and bench take.
    #[error("{found} item(s), wanted 1 to {most} (positions of the bench and of the procedure)")]
    ItemCount {
        /// How many were given.
        found: usize,
        /// How many fit.
        most: usize,
    },
    /// One item in two positions.
    #[error("item {item} was given twice")]
    ItemTwice {
        /// The item.
        item: String,
    },
    /// No instrument of the bench can play a role.
    #[error(
        "no instrument of bench {bench} can play role {role} (procedure line {line}): {}", reasons.en()
    )]
    NoInstrument {
        /// The bench.
        bench: String,
        /// The role.
        role: String,
        /// Where the role is declared.
        line: usize,
        /// Why each candidate was rejected.
        reasons: Box<Text>,
    },
    /// No instrument may play a role: a rule of the laboratory forbids each that could.
    #[error("role {role}: {}", refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Rule {
        /// The role.
        role: String,
        /// The rules, by candidate.
        refusals: Vec<RuleRefusal>,
    },
    /// A certificate does not cover a point.
    #[error(
        "rule `results within the range of the certificate`: {} (procedure line {line}, at {at})", reason.en()
    )]
    OutsideCertificate {
        /// Whose certificate.
        blame: Blame,
        /// What the register said.
        reason: Box<Text>,
        /// Where the name is used or declared.
        line: usize,
        /// Stage and point, or point.
        at: String,
    },
    /// A specification does not hold at a point.
    #[error(
        "rule `standards within their specification`: {} (procedure line {line}, at {at})", reason.en()
    )]
    OutsideSpecification {
        /// Whose specification.
        blame: Blame,
        /// What the specification says, with its file.
        reason: Box<Text>,
        /// Where the role is declared.
        line: usize,
        /// Stage and point.
        at: String,
    },
    /// Several instruments could play a role, and none of them serves at every point.
    #[error(
        "no instrument of bench {bench} serves role {role} at every point (procedure line {line}): {}", reasons.en()
    )]
    NoneServes {
        /// The bench.
        bench: String,
        /// The role.
        role: String,
        /// Where the role is declared.
        line: usize,
        /// Why each does not.
        reasons: Box<Text>,
        /// Whether rules of the laboratory forbid all of them.
        by_rule: bool,
    },
    /// A requirement is missed, and what would help.
    #[error("{source}; {advice}")]
    Advised {
        /// The requirement.
        source: Box<PlanError>,
        /// What helps.
        advice: Advice,
    },
    /// A role's standard is not good enough at a point.
    #[error(transparent)]
    NotGoodEnough(#[from] Box<Shortfall>),
    /// An instrument cannot be set to, or cannot measure, a value of the procedure.
    #[error(transparent)]
    OutOfRange(#[from] Box<BeyondRange>),
    /// A setting all positions share has different values for different items.
    #[error(transparent)]
    ItemsDisagree(#[from] Box<Disagreement>),
    /// A name that nobody can resolve.
    #[error("{name} is not known: {} (procedure line {line})", reason.en())]
    Unresolved {
        /// The dotted name.
        name: String,
        /// Who was asked and what they said.
        reason: Box<Text>,
        /// Where it is declared.
        line: usize,
    },
    /// An action this version does not carry out.
    #[error("action `{word}` is not carried out by this version of etalon (procedure line {line})")]
    Unsupported {
        /// The action.
        word: String,
        /// Where it is written.
        line: usize,
    },
    /// A result that cannot be evaluated or predicted.
    #[error("{key} of item {item} cannot be predicted: {reason}")]
    Unpredictable {
        /// Stage and point.
        key: String,
        /// The item.
        item: String,
        /// Why.
        reason: String,
    },
    /// A condition on the measurement that the prediction does not meet.
    #[error(transparent)]
    RequirementMissed(#[from] Box<Miss>),
    /// A catalogue model that does not exist or has findings.
    #[error("model {model} of instrument {instrument} cannot be used: {}", reason.en())]
    Model {
        /// The model.
        model: String,
        /// The instrument of the bench.
        instrument: String,
        /// Why.
        reason: Box<Text>,
    },
    /// Bytes that are not a plan.
    #[error("not a plan that this version knows: {reason}")]
    Unreadable {
        /// What was found.
        reason: String,
    },
}

/// Who does not serve.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blame {
    /// The role.
    pub role: String,
    /// Id of the instrument on the bench.
    pub instrument: String,
}

/// The facts of [`PlanError::RequirementMissed`].
#[derive(Clone, Debug, Error)]
#[error(
    "{key} of item {item}: the procedure requires {require}, and it does not hold for the predicted U = {predicted} (procedure line {line})"
)]
pub struct Miss {
    /// Stage and point, with the result where it is not the first.
    pub key: String,
    /// The item.
    pub item: String,
    /// The condition as written.
    pub require: String,
    /// The predicted expanded uncertainty with unit, and what makes most of it.
    pub predicted: String,
    /// The stage.
    pub stage: String,
    /// The point.
    pub point: String,
    /// Where it is written.
    pub line: usize,
}

/// The facts of [`PlanError::NotGoodEnough`].
#[derive(Clone, Debug, Error)]
#[error(
    "role {role} at point {at}: {what} of {standard} is {found}, wanted at most {wanted} (procedure line {line})"
)]
pub struct Shortfall {
    /// The role.
    pub role: String,
    /// Id of the instrument on the bench.
    pub instrument: String,
    /// The point.
    pub at: String,
    /// Which number.
    pub what: String,
    /// The standard or instrument.
    pub standard: String,
    /// The number.
    pub found: String,
    /// Its limit.
    pub wanted: String,
    /// Where the limit is written.
    pub line: usize,
}

/// The facts of [`PlanError::OutOfRange`].
#[derive(Clone, Debug, Error)]
#[error(
    "{instrument} cannot {verb} {quantity} = {value}: its range is {range} (procedure line {line}, point {at})"
)]
pub struct BeyondRange {
    /// Who cannot.
    pub blame: Blame,
    /// The instrument and its model.
    pub instrument: String,
    /// `set` or `read`.
    pub verb: &'static str,
    /// The quantity.
    pub quantity: String,
    /// The value with unit.
    pub value: String,
    /// The instrument's range.
    pub range: String,
    /// Where the value is written.
    pub line: usize,
    /// The point.
    pub at: String,
}

/// The facts of [`PlanError::ItemsDisagree`].
#[derive(Clone, Debug, Error)]
#[error(
    "{quantity} of {role} is {first} for item {item} and {second} for item {other}: items on one bench share it (procedure line {line}, point {at})"
)]
pub struct Disagreement {
    /// The role.
    pub role: String,
    /// The quantity, or the condition.
    pub quantity: String,
    /// One value.
    pub first: String,
    /// Whose.
    pub item: String,
    /// The other value.
    pub second: String,
    /// Whose.
    pub other: String,
    /// Where it is written.
    pub line: usize,
    /// The point.
    pub at: String,
}

impl PlanError {
    /// Whether it is a rule of the laboratory that refuses (exit code 5), not a
    /// wrong file or request (exit code 2).
    #[must_use]
    pub fn is_rule(&self) -> bool {
        match self {
            Self::Advised { source, .. } => source.is_rule(),
            Self::NoneServes { by_rule, .. } => *by_rule,
            _ => matches!(
                self,
                Self::Rule { .. }
                    | Self::OutsideCertificate { .. }
                    | Self::OutsideSpecification { .. }
                    | Self::NotGoodEnough { .. }
            ),
        }
    }

    /// The instrument that does not serve its role, where the refusal is about one.
    #[must_use]
    pub fn blame(&self) -> Option<Blame> {
        match self {
            Self::OutsideCertificate { blame, .. } | Self::OutsideSpecification { blame, .. } => {
                Some(blame.clone())
            }
            Self::NotGoodEnough(shortfall) => Some(Blame {
                role: shortfall.role.clone(),
                instrument: shortfall.instrument.clone(),
            }),
            Self::OutOfRange(beyond) => Some(beyond.blame.clone()),
            _ => None,
        }
    }

    /// Stage and point of a requirement that is missed, as `stage/point`.
    #[must_use]
    pub fn missed_at(&self) -> Option<String> {
        match self {
            Self::RequirementMissed(miss) => Some(format!("{}/{}", miss.stage, miss.point)),
            Self::NotGoodEnough(shortfall) => Some(shortfall.at.clone()),
            Self::OutsideSpecification { at, .. } => Some(at.clone()),
            _ => None,
        }
    }
}

fn first(diagnostics: &[Diagnostic]) -> &str {
    diagnostics.first().map_or("", |diagnostic| diagnostic.message.as_str())
}

/// The line (from 1) of a byte of the procedure's text.
#[must_use]
pub fn line(text: &str, place: &std::ops::Range<usize>) -> usize {
    let end = place.start.min(text.len());
    text.bytes().take(end).filter(|byte| *byte == b'\n').count() + 1
}
