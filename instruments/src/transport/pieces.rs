//! One message out of pieces: the wait that links marking END have in common.
//!
//! Such a link fetches what has arrived a piece at a time and keeps it in an
//! [`Arrived`](super::arrived::Arrived). What differs between them is how a piece is fetched
//! and who may fetch meanwhile; when a message is whole, and when patience ends, does not.

use super::TransportError;
use crate::{clock::Instant, framing::Framing};
use std::{future::Future, time::Duration};

/// What the pieces so far amount to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Whole {
    /// One message.
    Message(Vec<u8>),
    /// Not yet one; so many bytes have arrived.
    NotYet(usize),
}

/// A link whose messages come in pieces.
pub(super) trait Pieces: Send {
    /// Its address, for failures.
    fn resource(&self) -> &str;

    /// One message, once it is whole. The error says why it can never become one.
    fn whole(&mut self, framing: &Framing) -> impl Future<Output = Result<Whole, String>> + Send;

    /// Fetches what comes next, waiting at most `left`. Silence is no failure here.
    fn fetch(
        &mut self,
        framing: &Framing,
        left: Duration,
    ) -> impl Future<Output = Result<(), TransportError>> + Send;
}

/// Reads one message of a link whose messages come in pieces. Dropped half way it loses no
/// byte, as long as `fetch` does not.
pub(super) async fn message(
    link: &mut impl Pieces,
    framing: &Framing,
    deadline: Duration,
) -> Result<Vec<u8>, TransportError> {
    let last_moment = Instant::now() + deadline;
    let mut out_of_time = false;
    loop {
        let received = match link.whole(framing).await {
            Ok(Whole::Message(message)) => return Ok(message),
            Ok(Whole::NotYet(received)) => received,
            Err(reason) => {
                let resource = link.resource().to_owned();
                return Err(TransportError::Malformed { resource, reason });
            }
        };
        if out_of_time {
            let resource = link.resource().to_owned();
            return Err(TransportError::Silent { resource, deadline, received });
        }
        link.fetch(framing, last_moment.saturating_duration_since(Instant::now())).await?;
        out_of_time = Instant::now() >= last_moment;
    }
}

/// Turns the silence of a single fetch into an empty piece.
pub(super) fn nothing_came<T: Default>(
    outcome: Result<T, TransportError>,
) -> Result<T, TransportError> {
    match outcome {
        Err(TransportError::Silent { .. }) => Ok(T::default()),
        other => other,
    }
}
