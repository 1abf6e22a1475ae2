//! A recorded conversation as a link: what was heard then is heard again.
//!
//! Everything said must be what the transcript has at that place; the answers are those of
//! the transcript. Nothing waits: the times of the transcript are evidence, not a rhythm.

use super::{Cleared, Pending, Transport, TransportError, arrived::Arrived};
use crate::{
    framing::Framing,
    transcript::{Direction, Utterance},
};
use std::{collections::VecDeque, time::Duration};

/// A link that plays a transcript.
#[derive(Debug)]
pub struct ReplayTransport {
    ahead: VecDeque<(Direction, Vec<u8>)>,
    arrived: Arrived,
    resource: String,
}

impl ReplayTransport {
    /// Plays these utterances; events among them are passed over.
    #[must_use]
    pub fn new(utterances: Vec<Utterance>, resource: String) -> Self {
        let ahead = utterances
            .into_iter()
            .filter(|said| said.direction != Direction::Event)
            .map(|said| (said.direction, said.bytes))
            .collect();
        let mut transport = Self { ahead, arrived: Arrived::default(), resource };
        transport.listen();
        transport
    }

    /// Reads a transcript as it was written, one utterance per line, and plays it.
    ///
    /// # Errors
    /// [`TransportError::Malformed`] naming the line that is none, or that is of a second
    /// address.
    pub fn parse(text: &str, resource: String) -> Result<Self, TransportError> {
        let mut utterances: Vec<Utterance> = Vec::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            let malformed = |reason: &str| TransportError::Malformed {
                resource: resource.clone(),
                reason: format!("line {} of the transcript {reason}", number + 1),
            };
            let said: Utterance = line.parse().map_err(|_| malformed("is no utterance"))?;
            if utterances.first().is_some_and(|first| first.resource != said.resource) {
                return Err(malformed("belongs to a second address"));
            }
            utterances.push(said);
        }
        Ok(Self::new(utterances, resource))
    }

    /// What was heard up to the next thing said.
    fn listen(&mut self) {
        while let Some((Direction::Received, _)) = self.ahead.front() {
            if let Some((_, bytes)) = self.ahead.pop_front() {
                self.arrived.push(&bytes, true);
            }
        }
    }

    fn spoken(&mut self, message: &[u8]) -> Result<(), TransportError> {
        let wanted = match self.ahead.pop_front() {
            Some((_, wanted)) if wanted == message => {
                self.listen();
                return Ok(());
            }
            Some((_, wanted)) => wanted.escape_ascii().to_string(),
            None => "nothing more".to_owned(),
        };
        let found = message.escape_ascii();
        let reason = format!("\"{found}\" is said where the transcript has \"{wanted}\"");
        Err(TransportError::Malformed { resource: self.resource.clone(), reason })
    }
}

impl Transport for ReplayTransport {
    fn write<'a>(
        &'a mut self,
        message: &'a [u8],
        _deadline: Duration,
    ) -> Pending<'a, Result<(), TransportError>> {
        Box::pin(async move { self.spoken(message) })
    }

    fn read<'a>(
        &'a mut self,
        framing: &'a Framing,
        deadline: Duration,
    ) -> Pending<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(async move {
            let resource = self.resource.clone();
            match self.arrived.take(framing) {
                Ok(Some(message)) => Ok(message),
                Ok(None) => {
                    let received = self.arrived.len();
                    Err(TransportError::Silent { resource, deadline, received })
                }
                Err(reason) => Err(TransportError::Malformed { resource, reason }),
            }
        })
    }

    fn unread(&mut self) -> Pending<'_, Result<Vec<u8>, TransportError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn clear(&mut self, _deadline: Duration) -> Pending<'_, Result<Cleared, TransportError>> {
        Box::pin(async move {
            self.arrived.take_all();
            Ok(Cleared::InPlace)
        })
    }
}
