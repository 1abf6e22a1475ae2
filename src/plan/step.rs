//! One step of a plan: an action of the procedure with every value in it fixed.

use std::collections::BTreeMap;

use etalon_uncertainty::text::Text;
use serde::{Deserialize, Serialize};

use super::AnswerKind;
use super::Condition;

pub mod collection;
pub mod motion;

pub use collection::{Divert, DivertedCount, Drain, Fill, Sampled};
pub use motion::{Approach, Exercise, Hold, Pace, Ramp, Vent};

/// A source needs this long to settle after a large step, during which pulses
/// may stay away, in seconds (electricity dossier 7.1: 3 s).
const LEAST_SILENCE_S: f64 = 3.0;

/// What is done.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Applies settings in order, then energises the role if it is not yet.
    Set {
        /// The role.
        role: String,
        /// Quantity and value with unit, in order.
        settings: Vec<(String, String)>,
    },
    /// Leads a setting to its end no faster than a rate.
    Ramp(Ramp),
    /// Reaches a target from one side.
    Approach(Approach),
    /// Moves the unit under test through its range.
    Exercise(Box<Exercise>),
    /// Releases pressure.
    Vent(Vent),
    /// Switches the flow.
    Divert(Divert),
    /// Empties a tank.
    Drain(Drain),
    /// Holds the load.
    Hold(Hold),
    /// Switches the role's output off.
    Off {
        /// The role.
        role: String,
    },
    /// Waits a fixed time.
    Dwell {
        /// Seconds.
        seconds: f64,
        /// Why.
        reason: String,
        /// Left out after an interruption where this holds.
        skip_on_resume_if: Option<Condition>,
    },
    /// Waits until a condition over live readings holds.
    Until {
        /// The condition.
        condition: Condition,
        /// Not shorter than this, in seconds.
        at_least_s: f64,
        /// Not longer than this, in seconds.
        at_most_s: f64,
        /// What happens when the time is over.
        otherwise: Otherwise,
    },
    /// Reads a quantity of a role.
    Read {
        /// The role.
        role: String,
        /// The quantity of the role.
        quantity: String,
        /// The reading it becomes.
        input: String,
        /// Unit of the reading.
        unit: String,
        /// How many indications are taken.
        samples: u32,
        /// What is made of them: `mean`, `last`, `max`, `min`.
        statistic: String,
        /// Whether every position has a reading of its own.
        each_position: bool,
        /// Whether it is read only when several indications in a row agree.
        #[serde(default)]
        stable: bool,
    },
    /// Counts pulses of a reference during pulses of the unit under test.
    Count {
        /// The counter.
        role: String,
        /// Whose pulses are counted.
        of: String,
        /// The reading: counted pulses.
        input: String,
        /// Position → gate.
        #[serde(with = "crate::plan::by_position")]
        gates: BTreeMap<u32, Gate>,
    },
    /// Asks the operator for a value.
    Ask {
        /// Number of the action in its stage, from 1.
        action: usize,
        /// Name of the answer.
        field: String,
        /// The question.
        text: Text,
        /// What kind of answer is wanted.
        wanted: AnswerKind,
        /// Whether every position is asked about.
        each_position: bool,
    },
    /// Has the operator confirm a statement.
    Confirm {
        /// Number of the action in its stage, from 1.
        action: usize,
        /// The statement.
        text: Text,
        /// What a "no" means: `abort`, or `reject-…` which takes the position out.
        on_no: String,
        /// Whether every position is asked about.
        each_position: bool,
    },
    /// Tells the operator to do something.
    Instruct {
        /// Number of the action in its stage, from 1.
        action: usize,
        /// The instruction.
        text: Text,
        /// Whether the operator must write down what was done.
        note_required: bool,
    },
    /// Checks a condition now.
    Check {
        /// The condition.
        condition: Condition,
        /// What it means.
        text: Text,
        /// What happens when it does not hold.
        otherwise: Otherwise,
    },
    /// Puts a sentence into the record.
    Note {
        /// The sentence.
        text: Text,
    },
}

/// The gate of one position.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Channel of the counter.
    pub channel: u32,
    /// Pulses of the unit under test that open and close the gate.
    pub pulses: u32,
    /// Seconds after which the position is given up.
    pub timeout_s: f64,
    /// Seconds that the gate is expected to take; zero where nothing says so.
    pub expected_s: f64,
}

impl Gate {
    /// Seconds without a single pulse after which the unit under test counts as
    /// dead: three times the time one pulse takes (electricity dossier 7.4), and
    /// no longer than the procedure allows for all of them.
    #[must_use]
    pub fn silence_s(&self) -> f64 {
        let one_s = self.expected_s / f64::from(self.pulses.max(1));
        if one_s > 0.0 {
            (3.0 * one_s).max(LEAST_SILENCE_S).min(self.timeout_s)
        } else {
            self.timeout_s
        }
    }
}

/// What happens when a condition does not come true.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// The run ends through its safe state.
    Abort,
    /// The point is recorded as not evaluated, and the run goes on.
    SkipPoint,
    /// The operator decides, and the answer is recorded.
    AskOperator,
    /// The run goes on and the record says that the condition did not hold.
    Warn,
}

impl Step {
    /// The step in one line, for the printed plan.
    #[must_use]
    pub fn line(&self) -> String {
        match self {
            Self::Set { role, settings } => {
                let list: Vec<String> = settings
                    .iter()
                    .map(|(quantity, value)| format!("{quantity} = {value}"))
                    .collect();
                format!("set {role}: {}", list.join(", "))
            }
            Self::Ramp(ramp) => ramp.line(),
            Self::Approach(approach) => approach.line(),
            Self::Exercise(exercise) => exercise.line(),
            Self::Vent(vent) => vent.line(),
            Self::Divert(divert) => divert.line(),
            Self::Drain(drain) => drain.line(),
            Self::Hold(hold) => hold.line(),
            Self::Off { role } => format!("switch {role} off"),
            Self::Dwell { seconds, reason, .. } => format!("wait {seconds} s: {reason}"),
            Self::Until { condition, at_least_s, at_most_s, .. } => {
                format!("wait until {} ({at_least_s} s to {at_most_s} s)", condition.text)
            }
            Self::Read { role, quantity, input, samples, stable, .. } => {
                let stable = if *stable { ", when it is stable" } else { "" };
                format!("read {role}.{quantity} into {input} ({samples} sample(s)){stable}")
            }
            Self::Count { of, input, gates, .. } => {
                let pulses: Vec<String> = gates
                    .iter()
                    .map(|(position, gate)| format!("{position}:{}", gate.pulses))
                    .collect();
                format!("count {of} into {input}, position:gate pulses {}", pulses.join(" "))
            }
            Self::Ask { field, .. } => format!("ask the operator for {field}"),
            Self::Confirm { text, .. } => format!("have confirmed: {}", text.en()),
            Self::Instruct { text, .. } => format!("instruct: {}", text.en()),
            Self::Check { condition, .. } => format!("check that {}", condition.text),
            Self::Note { text } => format!("note: {}", text.en()),
        }
    }

    /// How many questions it puts to the operator, with this many positions.
    #[must_use]
    pub fn prompts(&self, positions: usize) -> usize {
        match self {
            Self::Ask { each_position: true, .. } | Self::Confirm { each_position: true, .. } => {
                positions
            }
            Self::Ask { .. } | Self::Confirm { .. } | Self::Instruct { .. } => 1,
            _ => 0,
        }
    }
}
