//! Why an instrument did not do what it was asked for.

use crate::{
    protocol::scpi::ReplyError,
    transport::{Remedy, TransportError},
};
use thiserror::Error;

/// Why an instrument did not do what it was asked for.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum InstrumentError {
    /// The line failed.
    #[error("{instrument}, {doing}: {source}")]
    Line {
        /// Name on the bench.
        instrument: String,
        /// The command, or what was being done.
        doing: String,
        /// What the line says.
        source: Box<TransportError>,
    },
    /// The instrument put errors into its queue.
    #[error("{instrument} refused \"{command}\": {}", .queued.join("; "))]
    Refused {
        /// Name on the bench.
        instrument: String,
        /// The command behind which the queue was read.
        command: String,
        /// The entries, oldest first.
        queued: Vec<String>,
    },
    /// The reply is not what was asked for.
    #[error("{instrument} answered \"{command}\" with \"{reply}\": {source}")]
    Unreadable {
        /// Name on the bench.
        instrument: String,
        /// The question.
        command: String,
        /// The reply, unprintable characters escaped.
        reply: String,
        /// What is wrong with it.
        source: Box<ReplyError>,
    },
    /// Something else answers at this address.
    #[error("{instrument} is \"{found}\", wanted \"{wanted}\"")]
    NotTheOne {
        /// Name on the bench.
        instrument: String,
        /// Who answered.
        found: String,
        /// Who should have.
        wanted: String,
    },
    /// A setting, limit or reading outside the range.
    #[error("{instrument}: {quantity} = {value} is outside {range}")]
    OutOfRange {
        /// Name on the bench.
        instrument: String,
        /// Name of the quantity.
        quantity: String,
        /// The value, with its unit.
        value: String,
        /// The range, with its units.
        range: String,
    },
    /// A value in a unit of something else.
    #[error("{instrument}: {quantity} cannot be given as {value}, wanted {wanted}")]
    WrongUnit {
        /// Name on the bench.
        instrument: String,
        /// Name of the quantity.
        quantity: String,
        /// The value, with its unit.
        value: String,
        /// The unit, or the words known.
        wanted: String,
    },
    /// The model cannot do this.
    #[error("{instrument} ({model}) cannot {what}{}", hint(.nearest))]
    CannotDo {
        /// Name on the bench.
        instrument: String,
        /// Its model.
        model: String,
        /// What was asked for.
        what: String,
        /// What it can do that looks like it.
        nearest: Option<String>,
    },
    /// A person does this, not the line.
    #[error("{instrument}: a person must {what}")]
    ByHand {
        /// Name on the bench.
        instrument: String,
        /// What is to be done.
        what: String,
    },
    /// A counter gave a result that was already fetched, or that nobody ordered.
    #[error("{instrument}, channel {channel}: result {sequence} is not a new one")]
    StaleCount {
        /// Name on the bench.
        instrument: String,
        /// Channel.
        channel: u32,
        /// Its number.
        sequence: u64,
    },
    /// What was switched does not stand as it was switched.
    #[error("{instrument}: {what} is not confirmed, it answers \"{found}\"")]
    NotConfirmed {
        /// Name on the bench.
        instrument: String,
        /// What was switched.
        what: String,
        /// The reply.
        found: String,
    },
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |near| format!(", it can {near}"))
}

impl InstrumentError {
    /// What the engine may do about it.
    ///
    /// A reply that cannot be read may have been garbled on its way; a question may
    /// then be put again. What the instrument itself refuses, or the catalogue, is
    /// the same the second time.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Line { source, .. } => source.remedy(),
            Self::Unreadable { .. } | Self::StaleCount { .. } => Remedy::Resynchronise,
            Self::Refused { .. }
            | Self::NotTheOne { .. }
            | Self::OutOfRange { .. }
            | Self::WrongUnit { .. }
            | Self::CannotDo { .. }
            | Self::ByHand { .. }
            | Self::NotConfirmed { .. } => Remedy::Stop,
        }
    }
}
