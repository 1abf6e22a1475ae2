//! The closed list of actions, each with its schema.
//!
//! An action says *what* must happen to a role. How an instrument does it is
//! its catalogue file's matter; where none can, the operator is shown the
//! instruction and types the reading.

use etalon_uncertainty::{quantity::Quantity, text::Text, unit::Unit};

use super::Place;
use crate::formula::Formula;

/// One action with its place in the file.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// Once for the bench, or once for every occupied position (concurrently).
    pub each: Each,
    /// Where it is written.
    pub place: Place,
}

/// How often an action is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    /// Once, shared by all positions.
    Bench,
    /// Concurrently at every occupied position.
    Position,
}

/// What is done.
#[derive(Clone, Debug)]
pub enum Action {
    /// Applies every setting, then energises the role if it is not yet; the
    /// values are refused, never clipped, when out of range.
    Set {
        /// The role that is set.
        role: String,
        /// Quantities of the role and what they become.
        settings: Vec<Setting>,
    },
    /// Moves settings at a limited rate.
    Ramp {
        /// The role that is set.
        role: String,
        /// Where each quantity ends.
        settings: Vec<Setting>,
        /// Largest change per time of the first setting.
        rate: Formula,
    },
    /// Approaches a target from one side.
    Approach {
        /// The role that is set.
        role: String,
        /// The quantity of the role.
        quantity: String,
        /// Where it ends.
        target: Formula,
        /// Text formula: `up` or `down`.
        direction: Option<Formula>,
        /// Whether passing the target spoils the reading.
        overshoot_forbidden: bool,
    },
    /// Removes the stimulus: output off.
    Off {
        /// The role that is switched off.
        role: String,
    },
    /// Releases pressure.
    Vent {
        /// The role that vents.
        role: String,
        /// Largest change per time.
        max_rate: Option<Formula>,
    },
    /// Switches the flow to the tank or to the bypass. With a duration the flow
    /// goes back to the bypass when it is over, and a gated counter counts meanwhile.
    Divert {
        /// The diverter.
        role: String,
        /// `tank` or `bypass`.
        to: String,
        /// A counter gated by the diverter.
        gate: Option<String>,
        /// The reading that the gated counter yields.
        into: Option<String>,
        /// How long the flow stays diverted.
        duration: Option<Formula>,
    },
    /// Empties a tank: opens the drain, closes it when the watched quantity has
    /// fallen below the limit. The engine bounds it; it is never waited for without end.
    Drain {
        /// The role that opens and closes the drain.
        role: String,
        /// The live quantity that tells how full the tank is: `scale.m`.
        watch: Formula,
        /// The value below which it is empty.
        below: Formula,
        /// Not longer than this.
        at_most: Quantity,
    },
    /// Reads a quantity of a role.
    Read {
        /// The role that is read.
        role: String,
        /// The quantity of the role.
        quantity: String,
        /// The reading it becomes.
        into: String,
        /// How many indications are taken.
        samples: u32,
        /// What is made of them.
        statistic: Statistic,
        /// Whether the instrument's own stability mark is awaited.
        stable: bool,
    },
    /// Samples a quantity while something else goes on.
    Sample {
        /// The role that is read.
        role: String,
        /// The quantity of the role.
        quantity: String,
        /// The reading it becomes.
        into: String,
        /// The reading during whose taking it is sampled: the `into` of a `divert`
        /// or `count` among the same actions.
        during: String,
        /// What is made of the samples.
        statistic: Statistic,
    },
    /// Counts the pulses of a reference during pulses of the unit under test.
    Count(Count),
    /// Waits, always bounded.
    Wait(Wait),
    /// Asks the operator for a value.
    Ask(Box<Ask>),
    /// Has the operator confirm a statement.
    Confirm {
        /// The statement.
        text: Text,
        /// Whether a photograph is kept with the answer.
        photo: Option<String>,
        /// What a "no" means: `abort`, or `reject-…` which takes the item out.
        on_no: String,
    },
    /// Tells the operator to do something.
    Instruct {
        /// The instruction.
        text: Text,
        /// Whether the operator must write down what was done.
        note_required: bool,
    },
    /// Moves the unit under test through its range before it is read.
    Exercise {
        /// The role that moves it.
        role: String,
        /// The quantity of the role.
        quantity: String,
        /// How far.
        to: Formula,
        /// How often.
        times: u32,
    },
    /// Checks a condition now.
    Check {
        /// The condition.
        that: Formula,
        /// What it means, for the record.
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

impl Action {
    /// The word used in files.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Set { .. } => "set",
            Self::Ramp { .. } => "ramp",
            Self::Approach { .. } => "approach",
            Self::Off { .. } => "off",
            Self::Vent { .. } => "vent",
            Self::Divert { .. } => "divert",
            Self::Drain { .. } => "drain",
            Self::Read { .. } => "read",
            Self::Sample { .. } => "sample",
            Self::Count(_) => "count",
            Self::Wait(_) => "wait",
            Self::Ask(_) => "ask",
            Self::Confirm { .. } => "confirm",
            Self::Instruct { .. } => "instruct",
            Self::Exercise { .. } => "exercise",
            Self::Check { .. } => "check",
            Self::Note { .. } => "note",
        }
    }

    /// The roles it moves or reads.
    #[must_use]
    pub fn roles(&self) -> Vec<&str> {
        match self {
            Self::Set { role, .. }
            | Self::Ramp { role, .. }
            | Self::Approach { role, .. }
            | Self::Off { role }
            | Self::Vent { role, .. }
            | Self::Drain { role, .. }
            | Self::Read { role, .. }
            | Self::Sample { role, .. }
            | Self::Exercise { role, .. } => vec![role],
            Self::Divert { role, gate, .. } => {
                std::iter::once(role.as_str()).chain(gate.as_deref()).collect()
            }
            Self::Count(count) => vec![&count.role, &count.of],
            Self::Wait(_)
            | Self::Ask(_)
            | Self::Confirm { .. }
            | Self::Instruct { .. }
            | Self::Check { .. }
            | Self::Note { .. } => Vec::new(),
        }
    }

    /// The reading it yields, if it yields one.
    #[must_use]
    pub fn into_reading(&self) -> Option<&str> {
        match self {
            Self::Read { into, .. } | Self::Sample { into, .. } => Some(into),
            Self::Divert { into, .. } => into.as_deref(),
            Self::Count(count) => Some(&count.into),
            _ => None,
        }
    }
}

/// One quantity of a role and what it becomes.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The quantity, as declared under the role's `quantities`.
    pub quantity: String,
    /// Its new value, in scope of the point.
    pub value: Formula,
}

/// Counting reference pulses during pulses of the unit under test.
#[derive(Clone, Debug)]
pub struct Count {
    /// The counter.
    pub role: String,
    /// The role whose pulses are counted.
    pub of: String,
    /// How many pulses of the unit under test open and close the gate.
    pub gate_pulses: Formula,
    /// The reading: the counted pulses, in `imp`.
    pub into: String,
    /// How long a position may take before it is given up.
    pub timeout: Formula,
}

/// Waiting, always bounded.
#[derive(Clone, Debug)]
pub enum Wait {
    /// A fixed time.
    For {
        /// How long.
        duration: Quantity,
        /// Why, for the screen and the record.
        reason: Option<String>,
        /// Where the time comes from, when a regulation fixes it.
        skip_on_resume_if: Option<Formula>,
    },
    /// Until a condition holds.
    Until {
        /// The condition, over live quantities `role.quantity`.
        condition: Formula,
        /// Not shorter than this.
        at_least: Option<Quantity>,
        /// Not longer than this.
        at_most: Quantity,
        /// What happens when the time is over.
        otherwise: Otherwise,
    },
}

/// What happens when a condition does not come true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// What is made of several indications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Their mean.
    Mean,
    /// The last one.
    Last,
    /// The largest.
    Max,
    /// The smallest.
    Min,
}

/// A value asked of the operator.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The name of the answer: `dut.serial` fills a field of the item, anything
    /// else is `ask.NAME` and a reading of its own.
    pub field: String,
    /// The unit of a numeric answer; absent for text.
    pub unit: Option<Unit>,
    /// Lowest and highest answer accepted.
    pub range: Option<(Formula, Formula)>,
    /// The smallest step the operator can see.
    pub resolution: Option<Formula>,
    /// A value that is told behind the question, in its unit: which masses to put on.
    pub tell: Option<Formula>,
    /// What is expected, as written; shown only after the entry when `blind`.
    pub expect: Option<String>,
    /// The same as value and half-width: `p +- 3 * mpe.limit`.
    pub expected: Option<(Formula, Formula)>,
    /// Whether the expected value is hidden until the entry is made.
    pub blind: bool,
    /// The question; absent only for a field of the item, whose label serves.
    pub text: Option<Text>,
    /// Whether a barcode reader may answer.
    pub scan: bool,
    /// Whether the answer must be entered twice.
    pub twice: bool,
}
