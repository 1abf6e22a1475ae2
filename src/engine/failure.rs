//! Why a run could not go on, and what it means for the run.

use std::sync::Arc;

use etalon_instruments::transport::Remedy;
use thiserror::Error;

use super::operator::OperatorError;
use crate::plan::judgement::Unjudged;
use crate::store::StoreError;

/// Why a run could not go on.
#[derive(Clone, Debug, Error)]
pub enum Failure {
    /// An instrument did not do what it was told, or did not answer.
    #[error("instrument {instrument}: {reason}")]
    Instrument {
        /// Id on the bench.
        instrument: String,
        /// What happened.
        reason: String,
        /// What can be done about it.
        remedy: Remedy,
    },
    /// An instrument is not the one the plan counts on.
    #[error("instrument {instrument} answered as {found}, wanted {wanted}")]
    OtherInstrument {
        /// Id on the bench.
        instrument: String,
        /// What it said.
        found: String,
        /// What the plan says.
        wanted: String,
    },
    /// A wait was over before its condition held.
    #[error("'{condition}' did not hold within {at_most_s} s ({place})")]
    NotReached {
        /// The condition.
        condition: String,
        /// Time that was allowed, in seconds.
        at_most_s: f64,
        /// Stage and point.
        place: String,
    },
    /// A condition that was watched during a hold came untrue.
    #[error("'{condition}' was broken after {after_s:.0} s of the hold ({place})")]
    NotHeld {
        /// The condition.
        condition: String,
        /// Seconds after which it was seen broken.
        after_s: f64,
        /// Stage and point.
        place: String,
    },
    /// A target was passed in every approach although that spoils the reading.
    #[error("{quantity} passed {target} in each of {approaches} approaches ({place})")]
    Passed {
        /// Whose indication showed it.
        quantity: String,
        /// The target.
        target: String,
        /// How often it was approached.
        approaches: u32,
        /// Stage and point.
        place: String,
    },
    /// What is to be collected would not find room.
    #[error("{what} would be {sum}, and it holds {most}: drain it ({place})")]
    NoRoom {
        /// Whose indication showed it.
        what: String,
        /// What is there and what is to come, with unit.
        sum: String,
        /// How much there may be, with unit.
        most: String,
        /// Stage and point.
        place: String,
    },
    /// A condition of the environment left its limits where that ends a run.
    #[error("{quantity} is {value}, allowed is {limit}")]
    Environment {
        /// The condition.
        quantity: String,
        /// Its value with unit.
        value: String,
        /// Its limits.
        limit: String,
    },
    /// Nobody saw the room for a while, and it is outside its limits since.
    #[error(
        "the room was not seen for {gap_s:.1} s, because {instrument} was lost, and was found outside its limits"
    )]
    Unseen {
        /// The instrument that had been lost.
        instrument: String,
        /// How long, in seconds.
        gap_s: f64,
    },
    /// An output that was switched on stands off.
    #[error(
        "the output of {instrument} has dropped by itself at {place}: its supply, its watchdog or its protection"
    )]
    OutputDropped {
        /// Id on the bench.
        instrument: String,
        /// Stage and point.
        place: String,
    },
    /// Not one of several positions gives pulses: not the items are at fault.
    #[error("none of {positions} positions gives its pulses at {place}: is the load there?")]
    NoLoad {
        /// How many positions were silent.
        positions: usize,
        /// Stage and point.
        place: String,
    },
    /// No position takes part any more.
    #[error("no position takes part any more")]
    NobodyLeft,
    /// The operator did not confirm.
    #[error("not confirmed by the operator: {text}")]
    NotConfirmed {
        /// What was to be confirmed.
        text: String,
    },
    /// A question could not be answered.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// The record cannot be written.
    #[error("the record cannot be written: {0}")]
    Store(Arc<StoreError>),
    /// A condition of the plan cannot be judged.
    #[error(transparent)]
    Unjudged(#[from] Unjudged),
    /// The plan names something that is not in it.
    #[error("the plan has no {what}")]
    Plan {
        /// What is missing.
        what: String,
    },
    /// The program itself failed.
    #[error("the engine stopped unexpectedly: {reason}")]
    Panic {
        /// What it said.
        reason: String,
    },
}

impl Failure {
    /// The instrument that must be brought back, when that is the way out.
    #[must_use]
    pub fn way_out(&self) -> Option<(&str, Remedy)> {
        match self {
            Self::Instrument { remedy: Remedy::Stop, .. } => None,
            Self::Instrument { instrument, remedy, .. } => Some((instrument, *remedy)),
            Self::Unseen { instrument, .. } => Some((instrument, Remedy::Resynchronise)),
            _ => None,
        }
    }
}

impl From<Arc<StoreError>> for Failure {
    fn from(error: Arc<StoreError>) -> Self {
        Self::Store(error)
    }
}
