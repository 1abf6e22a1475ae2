//! Parts of a model beside its functions: output, limits, watchdog, counters, safe state.

use crate::protocol::{pattern::Pattern, template::Template};
use etalon_uncertainty::{quantity::Quantity, text::Text, unit::Unit};
use std::{collections::BTreeMap, time::Duration};

/// An output relay.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Output {
    /// Switches it on.
    pub on: Template,
    /// Switches it off.
    pub off: Template,
    /// Asks how it stands.
    pub query: Option<OutputQuery>,
}

/// How an output is asked how it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OutputQuery {
    /// The question.
    pub query: Template,
    /// The reply when it is on.
    pub is_on: Pattern,
    /// The reply when it is off.
    pub is_off: Pattern,
}

/// A limit that the model guards itself.
#[derive(Clone, Debug)]
pub struct Limit {
    /// The quantity it limits.
    pub quantity: String,
    /// The command, with `{value}`.
    pub command: Template,
    /// The question for the limit in force.
    pub query: Option<Template>,
    /// Unit on the wire.
    pub unit: Unit,
}

/// A model's own watch over the one who speaks to it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Watchdog {
    /// The command, with `{seconds}`; 0 disarms.
    pub command: Template,
    /// Something harmless to say while there is nothing to say.
    pub heartbeat: Template,
    /// The reply to it.
    pub reply: Pattern,
    /// What the watchdog is set to, unless somebody wants it otherwise.
    pub within: Duration,
}

/// Pulse counters, one per channel.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Counting {
    /// Channels, numbered from 1.
    pub channels: u32,
    /// Sets the gate, with `{pulses}` and `{channel}`.
    pub gate: Template,
    /// Waits for the next pulse and counts, with `{channel}`.
    pub start: Template,
    /// Asks for the state, with `{channel}`.
    pub state: Template,
    /// The replies to it.
    pub states: BTreeMap<String, CountState>,
    /// Asks for the result, with `{channel}`.
    pub fetch: Template,
    /// The reply, with `{sequence}` and `{count}`.
    pub result: Pattern,
    /// Breaks the count off, with `{channel}`.
    pub abort: Option<Template>,
    /// Asks how many gate pulses were seen so far, with `{channel}`.
    pub seen: Option<Template>,
}

/// How a counter stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CountState {
    /// Nothing was ordered.
    Idle,
    /// It waits for the first pulse.
    Armed,
    /// It counts.
    Running,
    /// The result is there.
    Done,
}

/// How a model is made safe.
#[derive(Clone, Debug, Default)]
pub struct SafeState {
    /// Whether the model can do harm at all.
    pub hazard: bool,
    /// Commands, in this order; a failing one does not keep the next from being sent.
    pub commands: Vec<Template>,
    /// What must then hold.
    pub confirm: Vec<Confirmation>,
    /// What a person does when the line is dead.
    pub by_hand: Text,
}

/// Something that must hold in the safe state.
#[derive(Clone, Debug)]
pub enum Confirmation {
    /// A reply of this form.
    Says {
        /// The question.
        query: Template,
        /// The reply.
        reply: Pattern,
    },
    /// A reading of at most this magnitude.
    Below {
        /// Name of a quantity that can be read.
        quantity: String,
        /// The greatest magnitude that is safe.
        at_most: Quantity,
    },
}
