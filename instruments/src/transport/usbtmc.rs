//! USBTMC: messages to an instrument on USB, without a driver of its maker.
//!
//! Nothing comes from the instrument unless it is requested; a request given up half way stays
//! with the instrument, and its answer is the next one that comes. It is known by its tag. Before
//! the device is cleared the pipes are; the standard asks for it in this order.
//!
//! The state of a link stands here, over any [`Pipe`]; [`usb`] is the real one, which no test of
//! this house has reached: there is no USB instrument where they run.
//!
//! Definition: USBTMC rev. 1.0 (2003) and its subclass USB488.

use super::{
    Cleared, Pending, Signal, Transport, TransportError,
    arrived::Arrived,
    pieces::{self, Pieces, Whole},
};
use crate::{clock::Instant, framing::Framing};
use std::time::Duration;

pub mod message;
#[cfg(feature = "usb")]
pub mod usb;

use message::{data, next_tag, request, trigger};

/// Most bytes said in one transfer.
const PART: usize = 16 * 1024;
/// Most bytes asked for with one request.
const ROOM: u32 = 64 * 1024;
/// A message is available (IEEE 488.2, 11.2.1.2).
const STATUS_MESSAGE: u8 = 0x10;
/// Service is requested.
const STATUS_REQUEST: u8 = 0x40;
/// How often the status byte is looked at while a service request is awaited.
const POLL: Duration = Duration::from_millis(50);

/// The way to a device: its bulk endpoints and its requests of the class.
pub trait Pipe: Send + 'static {
    /// Sends one bulk transfer.
    fn send(
        &mut self,
        transfer: Vec<u8>,
        deadline: Duration,
    ) -> Pending<'_, Result<(), TransportError>>;

    /// Takes the next bulk transfer. Dropped half way, it loses none.
    fn take(&mut self, deadline: Duration) -> Pending<'_, Result<Vec<u8>, TransportError>>;

    /// Clears the device's buffers in both directions (INITIATE_CLEAR).
    fn clear(&mut self, deadline: Duration) -> Pending<'_, Result<(), TransportError>>;

    /// The status byte (READ_STATUS_BYTE).
    fn status(&mut self, deadline: Duration) -> Pending<'_, Result<u8, TransportError>>;

    /// Gives the front panel back (GO_TO_LOCAL).
    fn local(&mut self, deadline: Duration) -> Pending<'_, Result<(), TransportError>>;
}

/// A link over USBTMC.
#[derive(Debug)]
pub struct UsbtmcTransport<P> {
    pipe: P,
    resource: String,
    tag: u8,
    /// The request whose answer is still to come.
    requested: Option<u8>,
    /// Bytes of an answer that are still to come without a head, and whether END goes with the last.
    missing: (usize, bool),
    half_said: bool,
    arrived: Arrived,
}

impl<P: Pipe> UsbtmcTransport<P> {
    /// A link over `pipe`; `resource` is the address as the bench file writes it.
    #[must_use]
    pub fn new(pipe: P, resource: String) -> Self {
        Self {
            pipe,
            resource,
            tag: 0,
            requested: None,
            missing: (0, false),
            half_said: false,
            arrived: Arrived::default(),
        }
    }

    fn tagged(&mut self) -> u8 {
        self.tag = next_tag(self.tag);
        self.tag
    }

    async fn said(&mut self, transfer: Vec<u8>, deadline: Duration) -> Result<(), TransportError> {
        self.half_said = true;
        self.pipe.send(transfer, deadline).await?;
        self.half_said = false;
        Ok(())
    }

    async fn write_message(
        &mut self,
        message: &[u8],
        deadline: Duration,
    ) -> Result<(), TransportError> {
        let mut rest = message;
        while !rest.is_empty() {
            let (part, behind) = rest.split_at(rest.len().min(PART));
            let tag = self.tagged();
            self.said(data(tag, part, behind.is_empty()), deadline).await?;
            rest = behind;
        }
        Ok(())
    }

    async fn fetch_some(&mut self, left: Duration) -> Result<(), TransportError> {
        if self.requested.is_none() {
            let tag = self.tagged();
            self.said(request(tag, ROOM), left).await?;
            self.requested = Some(tag);
        }
        let transfer = self.pipe.take(left).await?;
        self.keep(&transfer)
    }

    /// Keeps what a transfer holds: the head of an answer and its bytes, or more of them.
    fn keep(&mut self, transfer: &[u8]) -> Result<(), TransportError> {
        let (missing, end) = self.missing;
        if missing > 0 {
            let bytes = transfer.get(..missing.min(transfer.len())).unwrap_or_default();
            self.missing = (missing - bytes.len(), end);
            self.arrived.push(bytes, end && self.missing.0 == 0);
        } else {
            let answer = message::answer(transfer).map_err(|reason| self.broken(reason))?;
            if self.requested != Some(answer.tag) {
                return Err(self.broken(format!("tag {} was not requested", answer.tag)));
            }
            self.missing = (answer.missing, answer.end);
            self.arrived.push(&answer.bytes, answer.end && answer.missing == 0);
        }
        if self.missing.0 == 0 {
            self.requested = None;
        }
        Ok(())
    }

    /// What the instrument has to say although it was not asked.
    async fn look(&mut self) -> Result<Vec<u8>, TransportError> {
        let has_message = match self.pipe.status(POLL).await {
            Ok(byte) => byte & STATUS_MESSAGE != 0,
            // An instrument without the subclass cannot tell.
            Err(_) => false,
        };
        if self.arrived.is_empty() && has_message {
            pieces::nothing_came(self.fetch_some(POLL).await)?;
        }
        Ok(self.arrived.take_all())
    }

    async fn give(&mut self, signal: &Signal, deadline: Duration) -> Result<u8, TransportError> {
        match signal {
            Signal::StatusByte => self.pipe.status(deadline).await,
            Signal::Trigger => {
                let tag = self.tagged();
                self.said(trigger(tag), deadline).await.map(|()| 0)
            }
            Signal::Local => self.pipe.local(deadline).await.map(|()| 0),
            Signal::Lock | Signal::Unlock => Err(TransportError::Unsupported {
                resource: self.resource.clone(),
                reason: "a USB interface belongs to the program that claims it: there are no locks",
            }),
            Signal::ServiceRequest => {
                let last_moment = Instant::now() + deadline;
                loop {
                    let byte = self.pipe.status(deadline).await?;
                    if byte & STATUS_REQUEST != 0 {
                        return Ok(byte);
                    }
                    if Instant::now() >= last_moment {
                        let (resource, received) = (self.resource.clone(), 0);
                        return Err(TransportError::Silent { resource, deadline, received });
                    }
                    tokio::time::sleep(POLL).await;
                }
            }
        }
    }

    fn broken(&self, reason: String) -> TransportError {
        TransportError::Malformed { resource: self.resource.clone(), reason }
    }
}

impl<P: Pipe> Pieces for UsbtmcTransport<P> {
    fn resource(&self) -> &str {
        &self.resource
    }

    async fn whole(&mut self, framing: &Framing) -> Result<Whole, String> {
        self.arrived.whole(framing)
    }

    async fn fetch(&mut self, _framing: &Framing, left: Duration) -> Result<(), TransportError> {
        pieces::nothing_came(self.fetch_some(left).await)
    }
}

impl<P: Pipe> Transport for UsbtmcTransport<P> {
    fn write<'a>(
        &'a mut self,
        message: &'a [u8],
        deadline: Duration,
    ) -> Pending<'a, Result<(), TransportError>> {
        Box::pin(self.write_message(message, deadline))
    }

    fn read<'a>(
        &'a mut self,
        framing: &'a Framing,
        deadline: Duration,
    ) -> Pending<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(pieces::message(self, framing, deadline))
    }

    fn unread(&mut self) -> Pending<'_, Result<Vec<u8>, TransportError>> {
        Box::pin(self.look())
    }

    fn clear(&mut self, deadline: Duration) -> Pending<'_, Result<Cleared, TransportError>> {
        Box::pin(async move {
            if self.half_said {
                return Ok(Cleared::MakeAgain);
            }
            self.pipe.clear(deadline).await?;
            self.arrived.take_all();
            self.requested = None;
            self.missing = (0, false);
            Ok(Cleared::InPlace)
        })
    }

    fn signal<'a>(
        &'a mut self,
        signal: &'a Signal,
        deadline: Duration,
    ) -> Pending<'a, Result<u8, TransportError>> {
        Box::pin(self.give(signal, deadline))
    }
}
