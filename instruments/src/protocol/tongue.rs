//! Languages whose sentences are frames: text of the catalogue to bytes, and back.
//!
//! The catalogue writes what it wants in words (`read 00010000 XXXXXX.XX`,
//! `holding 100 u16`); a [`Tongue`] makes the exchange out of them and turns what comes
//! back into text that reads like any other reply (`1234.56`).

use super::scpi::ReplyError;
use crate::link::Step;
use std::fmt;
use thiserror::Error;

pub mod dlms;
pub mod dlt645;
pub mod iec62056_21;
pub mod modbus;

/// A language of frames, spoken to one address.
pub trait Tongue: fmt::Debug + Send + Sync {
    /// The exchange that a sentence stands for.
    ///
    /// # Errors
    /// [`SentenceError`]; the catalogue is checked with it, before anything is said.
    fn steps(&self, sentence: &str) -> Result<Vec<Step>, SentenceError>;

    /// What the messages of the exchange say, as text.
    ///
    /// # Errors
    /// [`ReplyError::Garbled`] for broken frames, [`ReplyError::Refused`] for refusals.
    fn text(&self, sentence: &str, messages: &[Vec<u8>]) -> Result<String, ReplyError>;
}

/// A sentence that the language does not have.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("\"{found}\" is not said in this language, wanted {wanted}")]
pub struct SentenceError {
    /// The sentence.
    pub found: String,
    /// What can be said.
    pub wanted: &'static str,
}

fn garbled(reason: impl ToString) -> ReplyError {
    ReplyError::Garbled { reason: reason.to_string() }
}

fn refused(reason: impl ToString) -> ReplyError {
    ReplyError::Refused { reason: reason.to_string() }
}

/// The last message of an exchange.
fn last(messages: &[Vec<u8>]) -> &[u8] {
    messages.last().map(Vec::as_slice).unwrap_or_default()
}
