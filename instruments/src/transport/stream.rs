//! Messages over any stream of bytes: the part that TCP and in-process links share.

use super::{Cleared, Pending, Transport, TransportError};
use crate::{
    clock::Instant,
    framing::{Framing, Progress},
};
use std::{future::poll_fn, pin::Pin, task::Poll, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    time::timeout_at,
};

/// How many bytes are taken from the stream at once.
const CHUNK: usize = 4096;

/// How long an optional terminator is awaited when the message is complete without it.
const OPTIONAL_TERMINATOR: Duration = Duration::from_millis(20);

/// A transport over a stream of bytes.
///
/// A stream has no device clear: whoever gave up on an answer can be sure not to
/// meet it again only by making the link again, and so `clear` says.
#[derive(Debug)]
pub struct StreamTransport<S> {
    stream: S,
    resource: String,
    received: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> StreamTransport<S> {
    /// A transport over `stream`, called `resource` in its failures.
    #[must_use]
    pub fn new(stream: S, resource: String) -> Self {
        Self { stream, resource, received: Vec::new() }
    }

    async fn read_message(
        &mut self,
        framing: &Framing,
        deadline: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        if matches!(framing, Framing::End { .. }) {
            return Err(self.malformed("a stream of bytes has no END indicator".to_owned()));
        }
        let last_moment = Instant::now() + deadline;
        loop {
            let wait_until = match framing.progress(&self.received) {
                Progress::Complete(length) => return Ok(self.take(length)),
                Progress::Broken(reason) => return Err(self.malformed(reason)),
                Progress::Incomplete => last_moment,
                Progress::UntilQuiet(quiet) => last_moment.min(Instant::now() + quiet),
                Progress::CompleteUnlessFollowedBy { length, terminator } => {
                    self.optional_terminator(length, &terminator).await?;
                    return Ok(self.take_with(length, &terminator));
                }
            };
            if timeout_at(wait_until, self.receive()).await.is_ok_and(|result| result.is_err()) {
                return Err(TransportError::hung_up(&self.resource));
            }
            if Instant::now() < wait_until {
                continue;
            }
            match framing.progress(&self.received) {
                Progress::UntilQuiet(_) if wait_until < last_moment => {
                    return Ok(self.take(self.received.len()));
                }
                Progress::Complete(length) => return Ok(self.take(length)),
                _ => return Err(self.silent(deadline)),
            }
        }
    }

    /// Waits a moment for a terminator that may or may not follow.
    async fn optional_terminator(
        &mut self,
        length: usize,
        terminator: &[u8],
    ) -> Result<(), TransportError> {
        let moment = Instant::now() + OPTIONAL_TERMINATOR;
        while self.received.len() < length + terminator.len() {
            match timeout_at(moment, self.receive()).await {
                Ok(result) => result?,
                Err(_) => break,
            }
        }
        Ok(())
    }

    /// Takes what the stream has, waiting for at least one byte; safe to drop.
    async fn receive(&mut self) -> Result<(), TransportError> {
        let mut chunk = [0_u8; CHUNK];
        match self.stream.read(&mut chunk).await {
            Ok(0) => Err(TransportError::hung_up(&self.resource)),
            Ok(count) => {
                self.received.extend(chunk.iter().take(count));
                Ok(())
            }
            Err(reason) => Err(TransportError::gone(&self.resource, reason)),
        }
    }

    /// Takes what the stream has now, without waiting.
    async fn receive_ready(&mut self) -> Result<(), TransportError> {
        // Lets the runtime look at the sockets: readiness is otherwise that of its last look.
        tokio::task::yield_now().await;
        let mut chunk = [0_u8; CHUNK];
        loop {
            let mut buffer = ReadBuf::new(&mut chunk);
            let ready = poll_fn(|context| {
                Poll::Ready(match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                    Poll::Ready(result) => Some(result),
                    Poll::Pending => None,
                })
            })
            .await;
            match ready {
                None => return Ok(()),
                Some(Err(reason)) => return Err(TransportError::gone(&self.resource, reason)),
                Some(Ok(())) if buffer.filled().is_empty() => {
                    return Err(TransportError::hung_up(&self.resource));
                }
                Some(Ok(())) => self.received.extend_from_slice(buffer.filled()),
            }
        }
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let rest = self.received.split_off(length.min(self.received.len()));
        std::mem::replace(&mut self.received, rest)
    }

    fn take_with(&mut self, length: usize, terminator: &[u8]) -> Vec<u8> {
        let follows = self.received.get(length..).is_some_and(|rest| rest.starts_with(terminator));
        self.take(if follows { length + terminator.len() } else { length })
    }

    fn silent(&self, deadline: Duration) -> TransportError {
        let resource = self.resource.clone();
        TransportError::Silent { resource, deadline, received: self.received.len() }
    }

    fn malformed(&self, reason: String) -> TransportError {
        TransportError::Malformed { resource: self.resource.clone(), reason }
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Transport for StreamTransport<S> {
    fn write<'a>(
        &'a mut self,
        message: &'a [u8],
        deadline: Duration,
    ) -> Pending<'a, Result<(), TransportError>> {
        Box::pin(async move {
            let handing_over = async {
                self.stream.write_all(message).await?;
                self.stream.flush().await
            };
            match tokio::time::timeout(deadline, handing_over).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(reason)) => Err(TransportError::gone(&self.resource, reason)),
                Err(_) => {
                    Err(TransportError::Stalled { resource: self.resource.clone(), deadline })
                }
            }
        })
    }

    fn read<'a>(
        &'a mut self,
        framing: &'a Framing,
        deadline: Duration,
    ) -> Pending<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(self.read_message(framing, deadline))
    }

    fn unread(&mut self) -> Pending<'_, Result<Vec<u8>, TransportError>> {
        Box::pin(async move {
            self.receive_ready().await?;
            Ok(std::mem::take(&mut self.received))
        })
    }

    fn clear(&mut self, _deadline: Duration) -> Pending<'_, Result<Cleared, TransportError>> {
        Box::pin(async move { Ok(Cleared::MakeAgain) })
    }
}
