//! A recorded conversation as a link: what was heard then is heard again.
//!
//! Everything said must be what the transcript has at that place; the answers are those of
//! the transcript. Reading the file is the program's business. Nothing waits: the times of the transcript are evidence, not a rhythm.

use super::{Cleared, Connector, Pending, Transport, TransportError, arrived::Arrived};
use crate::{
    framing::Framing,
    resource::Resource,
    transcript::{Direction, Utterance},
};
use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

/// A whole transcript: each address in it can be connected to, and plays its part. The bench
/// file stays as it was when the transcript was taken down.
#[derive(Clone, Debug, Default)]
pub struct Player {
    parts: BTreeMap<String, Vec<Utterance>>,
}

impl Player {
    /// Reads a transcript as it was written, one utterance per line.
    ///
    /// # Errors
    /// [`BrokenLine`] with the number of the first line that is no utterance.
    pub fn parse(text: &str) -> Result<Self, BrokenLine> {
        let mut parts: BTreeMap<String, Vec<Utterance>> = BTreeMap::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            let said: Utterance = line.parse().map_err(|_| BrokenLine(number + 1))?;
            parts.entry(said.resource.clone()).or_default().push(said);
        }
        Ok(Self { parts })
    }
}

/// A line of a transcript that is no utterance.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {0} of the transcript is no utterance")]
pub struct BrokenLine(
    /// Its number, counted from 1.
    pub usize,
);

impl Connector for Player {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        _deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        Box::pin(async move {
            let resource = resource.to_string();
            match self.parts.get(&resource) {
                Some(part) => {
                    let link = ReplayTransport::new(part.clone(), resource);
                    Ok(Box::new(link) as Box<dyn Transport>)
                }
                None => {
                    let reason = "the transcript has nothing of this address";
                    Err(TransportError::Unsupported { resource, reason })
                }
            }
        })
    }
}

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
        Box::pin(async { Ok(self.arrived.take_all()) })
    }

    fn clear(&mut self, _deadline: Duration) -> Pending<'_, Result<Cleared, TransportError>> {
        Box::pin(async move {
            self.arrived.take_all();
            Ok(Cleared::InPlace)
        })
    }
}
