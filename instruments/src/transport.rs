//! The wire: bytes out, one framed message back, each within a deadline.
//!
//! A transport moves bytes. It does not know SCPI, quantities, retries or
//! settling. Protocols own the language, the engine owns the patience.
//!
//! ```text
//! engine → Instrument (words) → Link (owner of the line) → Transport (this file) → serial | TCP | in process
//! ```
//!
//! # For those who write a transport
//! Every implementation passes [`conformance`](crate::conformance). Only the owner
//! task of a [`Link`](crate::link::Link) calls these methods, one at a time; it runs each of them to
//! its end, except that it may drop a `read` in order to make the bench safe.

use crate::{
    framing::Framing,
    resource::{Resource, SerialSettings},
};
use std::{fmt, future::Future, io, pin::Pin, sync::Arc, time::Duration};
use thiserror::Error;

pub mod arrived;
pub mod hislip;
pub mod in_process;
mod pieces;
pub mod ports;
pub mod prologix;
pub mod replay;
pub mod serial;
pub mod stream;
pub mod tcp;
pub mod threaded;
pub mod usbtmc;
#[cfg(feature = "visa")]
pub mod visa;
pub mod vxi11;

/// A future in a box, because a link holds its transport as an object.
///
/// Write `Box::pin(async move { … })`.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A byte link to one instrument, or to one line that several share.
///
/// # Contract
/// - `write` hands over the whole message, terminator included, or fails. It is
///   never repeated, here or above: nobody knows what the instrument has obeyed.
/// - `read` returns exactly one message as its framing says, and keeps what came
///   behind it. Dropping it half way loses no byte.
/// - After an error the link is unsynchronised; the only useful call is `clear`.
pub trait Transport: Send + 'static {
    /// Writes one message.
    fn write<'a>(
        &'a mut self,
        message: &'a [u8],
        deadline: Duration,
    ) -> Pending<'a, Result<(), TransportError>>;

    /// Reads one message; the terminator belongs to it.
    fn read<'a>(
        &'a mut self,
        framing: &'a Framing,
        deadline: Duration,
    ) -> Pending<'a, Result<Vec<u8>, TransportError>>;

    /// Takes what has arrived and nobody has read, without waiting for more.
    ///
    /// A link calls it before each question: what lies here then is an answer that
    /// came too late, and must not pass for the answer to the next question.
    fn unread(&mut self) -> Pending<'_, Result<Vec<u8>, TransportError>>;

    /// Discards everything in flight, in both directions, as far as this kind of link can.
    fn clear(&mut self, deadline: Duration) -> Pending<'_, Result<Cleared, TransportError>>;

    /// Sets the line to another speed or character, once everything written has left.
    ///
    /// A stream that is no serial line has neither and goes on as it is: a serial server or
    /// a simulated line is set at its far end, and whoever speaks at the wrong speed hears it
    /// in the next check sum.
    fn set_line(
        &mut self,
        _settings: SerialSettings,
        _deadline: Duration,
    ) -> Pending<'_, Result<(), TransportError>> {
        Box::pin(async { Ok(()) })
    }

    /// Gives a signal beside the data.
    fn signal<'a>(
        &'a mut self,
        signal: &'a Signal,
        _deadline: Duration,
    ) -> Pending<'a, Result<u8, TransportError>> {
        Box::pin(async move {
            Err(TransportError::Unsupported {
                resource: signal.to_string(),
                reason: "this kind of link has no signals beside its data",
            })
        })
    }

    /// Gives the line up; when it returns, the line is free for another link.
    fn close(self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(async move { drop(self) })
    }
}

/// What `clear` achieved.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cleared {
    /// The line is quiet; the link goes on.
    InPlace,
    /// This kind of link is cleared only by being made again.
    ///
    /// A TCP socket is: as long as it stands, an answer may still arrive.
    MakeAgain,
}

/// Something said beside the data, where the kind of link can.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Signal {
    /// Asks for the status byte (serial poll).
    StatusByte,
    /// Group execute trigger.
    Trigger,
    /// Waits until the instrument requests service; the answer is its status byte.
    ServiceRequest,
    /// Locks the instrument for this link alone, waiting for others to let go.
    Lock,
    /// Gives the lock up.
    Unlock,
    /// Gives the front panel back to the person before it.
    Local,
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StatusByte => "status byte",
            Self::Trigger => "trigger",
            Self::ServiceRequest => "service request",
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::Local => "local",
        })
    }
}

/// Makes links: the border between an address and a wire.
pub trait Connector: Send + Sync {
    /// Makes a link to `resource`.
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>>;
}

impl<C: Connector + ?Sized> Connector for Arc<C> {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        (**self).connect(resource, deadline)
    }
}

/// Why a message did not cross the wire.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum TransportError {
    /// Nobody is there, or the way is closed.
    #[error("no link to {resource}: {source}")]
    Unreachable {
        /// Address as written in the bench file.
        resource: String,
        /// The operating system's account of it.
        source: Arc<io::Error>,
    },
    /// This connector does not know this kind of address.
    #[error("{resource} cannot be reached from here: {reason}")]
    Unsupported {
        /// Address as written in the bench file.
        resource: String,
        /// What is missing.
        reason: &'static str,
    },
    /// Another program, or another part of this one, holds the port.
    #[error("{resource} is held by another program: {reason}")]
    Held {
        /// Address as written in the bench file.
        resource: String,
        /// The operating system's account of it.
        reason: String,
    },
    /// No complete answer in time; the instrument may still be answering.
    #[error("no answer from {resource} within {deadline:.1?} ({received} bytes came)")]
    Silent {
        /// Address as written in the bench file.
        resource: String,
        /// The deadline that passed.
        deadline: Duration,
        /// Bytes that came without making a message.
        received: usize,
    },
    /// The instrument takes no more bytes; part of the message may be with it.
    #[error(
        "{resource} did not take the message within {deadline:.1?}, part of it may have arrived"
    )]
    Stalled {
        /// Address as written in the bench file.
        resource: String,
        /// The deadline that passed.
        deadline: Duration,
    },
    /// The link broke.
    #[error("the link to {resource} is gone: {source}")]
    Gone {
        /// Address as written in the bench file.
        resource: String,
        /// The operating system's account of it.
        source: Arc<io::Error>,
    },
    /// The bytes do not make a message of the expected form.
    #[error("{resource} answered out of form: {reason}")]
    Malformed {
        /// Address as written in the bench file.
        resource: String,
        /// What is wrong with them.
        reason: String,
    },
    /// Bytes lay on the line before the question was put.
    #[error("{resource} said {said:?} before it was asked")]
    Unasked {
        /// Address as written in the bench file.
        resource: String,
        /// The bytes, as text.
        said: String,
    },
    /// An earlier failure, or an earlier question whose answer is still due, has not been cleared away.
    #[error("the link to {resource} is not in step since: {since}")]
    OutOfStep {
        /// Address as written in the bench file.
        resource: String,
        /// What happened.
        since: String,
    },
    /// The wait was broken off in order to make the bench safe.
    #[error("the question to {resource} was broken off")]
    BrokenOff {
        /// Address as written in the bench file.
        resource: String,
    },
}

/// What the engine may do about a failure. It decides on this and nothing else.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Remedy {
    /// Make the link again, identify the instrument, restore its set-up; the point is void.
    Reestablish,
    /// Clear the link. A question may then be put again; a setting never is,
    /// because nobody knows whether the instrument obeyed.
    Resynchronise,
    /// Make the bench safe and stop; a person must look.
    Stop,
}

impl TransportError {
    /// The remedy for this failure.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Unreachable { .. } | Self::Gone { .. } => Remedy::Reestablish,
            Self::Silent { .. }
            | Self::Malformed { .. }
            | Self::Unasked { .. }
            | Self::OutOfStep { .. }
            | Self::BrokenOff { .. } => Remedy::Resynchronise,
            // Half a command may lie in the instrument: to complete it, or to begin
            // another behind it, could set something nobody asked for.
            Self::Stalled { .. } | Self::Unsupported { .. } | Self::Held { .. } => Remedy::Stop,
        }
    }

    /// A broken link, with the operating system's account of it.
    pub(crate) fn gone(resource: &str, source: io::Error) -> Self {
        Self::Gone { resource: resource.to_owned(), source: Arc::new(source) }
    }

    /// A link that closed without a reason.
    pub(crate) fn hung_up(resource: &str) -> Self {
        Self::gone(resource, io::Error::new(io::ErrorKind::UnexpectedEof, "the other end hung up"))
    }
}
