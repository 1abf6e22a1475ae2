//! The two channels of a HiSLIP link.

use super::{
    HislipTransport,
    message::{Kind, Message, framing},
};
use crate::{
    clock::Instant,
    transport::{Transport, TransportError},
};
use std::time::Duration;

impl HislipTransport {
    /// Says something on the synchronous channel.
    pub(super) async fn say(
        &mut self,
        message: Message,
        deadline: Duration,
    ) -> Result<(), TransportError> {
        self.half_said = true;
        self.sync.write(&message.encode(), deadline).await?;
        self.half_said = false;
        Ok(())
    }

    /// Says something on the asynchronous channel.
    pub(super) async fn say_aside(
        &mut self,
        message: Message,
        deadline: Duration,
    ) -> Result<(), TransportError> {
        self.asynchronous.write(&message.encode(), deadline).await
    }

    /// The next message on the synchronous channel.
    pub(super) async fn next_message(
        &mut self,
        deadline: Duration,
    ) -> Result<Message, TransportError> {
        let bytes = self.sync.read(&framing(), deadline).await?;
        Message::decode(&bytes).map_err(|reason| self.broken(reason))
    }

    /// The next message on the synchronous channel, which must be of this kind.
    pub(super) async fn hear(
        &mut self,
        wanted: Kind,
        deadline: Duration,
    ) -> Result<Message, TransportError> {
        let message = self.next_message(deadline).await?;
        if message.kind == wanted {
            return Ok(message);
        }
        Err(self.broken(format!("{:?}, wanted {wanted:?}", message.kind)))
    }

    /// The next message of this kind on the asynchronous channel; service requests in front of
    /// it are kept, notices of interruption passed over.
    pub(super) async fn hear_aside(
        &mut self,
        wanted: Kind,
        deadline: Duration,
    ) -> Result<Message, TransportError> {
        let last_moment = Instant::now() + deadline;
        loop {
            let left = last_moment.saturating_duration_since(Instant::now());
            let bytes = self.asynchronous.read(&framing(), left).await?;
            let message = Message::decode(&bytes).map_err(|reason| self.broken(reason))?;
            match message.kind {
                kind if kind == wanted => return Ok(message),
                Kind::AsyncServiceRequest => self.requests.push_back(message.control),
                Kind::AsyncInterrupted => {}
                other => return Err(self.broken(format!("{other:?}, wanted {wanted:?}"))),
            }
        }
    }

    pub(super) fn broken(&self, reason: String) -> TransportError {
        TransportError::Malformed { resource: self.resource.clone(), reason }
    }
}
