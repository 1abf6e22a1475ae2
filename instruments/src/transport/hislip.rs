//! HiSLIP: messages to an instrument over two TCP connections.
//!
//! The synchronous channel carries data and triggers, the asynchronous one what must not wait
//! behind them: status, locks, service requests, device clear. In synchronised mode every
//! answer carries the number of the message it answers, and one that answers an
//! earlier message is thrown away, as the standard demands. In overlapped mode answers come
//! in order and none is thrown away.
//!
//! Definition: IVI-6.1 rev. 2.0 (protocol version 1.0).

use super::{
    Cleared, Pending, Signal, Transport, TransportError,
    arrived::Arrived,
    pieces::{self, Pieces, Whole},
    stream::StreamTransport,
    tcp,
};
use crate::{clock::Instant, framing::Framing};
use std::{collections::VecDeque, time::Duration};
use tokio::net::TcpStream;

mod channel;
pub mod message;

use message::{FIRST_ID, Kind, Message};

/// Where instruments listen.
pub const PORT: u16 = 4880;
/// Protocol version 1.0.
const VERSION: u32 = 0x0100;
/// Two letters for the maker of this client.
const VENDOR: u32 = 0x4554;
/// The largest message we take, for the other side to know.
const LARGEST: u64 = 16 * 1024 * 1024;
/// What the server says when it does not know which message a part of an answer belongs to.
const UNKNOWN_ID: u32 = 0xFFFF_FFFF;
/// Gives the instrument back to the person before it (go to local).
const GO_TO_LOCAL: u8 = 6;

/// A link over HiSLIP.
#[derive(Debug)]
pub struct HislipTransport {
    sync: StreamTransport<TcpStream>,
    asynchronous: StreamTransport<TcpStream>,
    resource: String,
    overlapped: bool,
    largest: usize,
    next_id: u32,
    last_id: u32,
    delivered: bool,
    half_said: bool,
    arrived: Arrived,
    requests: VecDeque<u8>,
}

/// Makes a link to the sub-address `device` (`hislip0`) of `host`.
///
/// # Errors
/// [`TransportError::Unreachable`] when nobody listens, [`TransportError::Malformed`] when
/// somebody else does.
pub async fn connect(
    host: &str,
    port: u16,
    device: &str,
    resource: String,
    deadline: Duration,
) -> Result<HislipTransport, TransportError> {
    let sync = tcp::connect(host, port, resource.clone(), deadline).await?;
    let asynchronous = tcp::connect(host, port, resource.clone(), deadline).await?;
    let mut link = HislipTransport {
        sync,
        asynchronous,
        resource,
        overlapped: false,
        largest: 1024,
        next_id: FIRST_ID,
        last_id: FIRST_ID,
        delivered: false,
        half_said: false,
        arrived: Arrived::default(),
        requests: VecDeque::new(),
    };
    let greeting = Message::new(Kind::Initialize, 0, VERSION << 16 | VENDOR);
    link.say(greeting.with(device.as_bytes()), deadline).await?;
    let welcome = link.hear(Kind::InitializeResponse, deadline).await?;
    link.overlapped = welcome.control & 1 == 1;
    let session = welcome.parameter & 0xFFFF;
    link.say_aside(Message::new(Kind::AsyncInitialize, 0, session), deadline).await?;
    link.hear_aside(Kind::AsyncInitializeResponse, deadline).await?;
    let size = Message::new(Kind::AsyncMaximumMessageSize, 0, 0).with(&LARGEST.to_be_bytes());
    link.say_aside(size, deadline).await?;
    let size = link.hear_aside(Kind::AsyncMaximumMessageSizeResponse, deadline).await?;
    let bytes = size.payload.first_chunk::<8>().copied().unwrap_or_default();
    link.largest = usize::try_from(u64::from_be_bytes(bytes)).unwrap_or(usize::MAX).max(256);
    Ok(link)
}

impl HislipTransport {
    /// Whether the server works in overlapped mode.
    #[must_use]
    pub fn is_overlapped(&self) -> bool {
        self.overlapped
    }

    async fn write_message(
        &mut self,
        message: &[u8],
        deadline: Duration,
    ) -> Result<(), TransportError> {
        let mut rest = message;
        while !rest.is_empty() {
            let (part, behind) = rest.split_at(rest.len().min(self.largest));
            let kind = if behind.is_empty() { Kind::DataEnd } else { Kind::Data };
            let (control, id) = self.numbered();
            self.say(Message::new(kind, control, id).with(part), deadline).await?;
            rest = behind;
        }
        Ok(())
    }

    /// Control code and number of the next message.
    fn numbered(&mut self) -> (u8, u32) {
        let control = u8::from(std::mem::take(&mut self.delivered));
        self.last_id = self.next_id;
        self.next_id = self.next_id.wrapping_add(2);
        (control, self.last_id)
    }

    /// Keeps data that answer the last message, and judges everything else.
    fn keep(&mut self, message: Message) -> Result<(), TransportError> {
        let reason = || message.payload.escape_ascii().to_string();
        match message.kind {
            Kind::Data | Kind::DataEnd => {
                let id = message.parameter;
                if self.overlapped || id == self.last_id || id == UNKNOWN_ID {
                    self.arrived.push(&message.payload, message.kind == Kind::DataEnd);
                }
            }
            Kind::Interrupted => drop(self.arrived.take_all()),
            Kind::Error => {
                return Err(self.broken(format!("error {}: {}", message.control, reason())));
            }
            Kind::FatalError => {
                let words = format!("fatal error {}: {}", message.control, reason());
                return Err(TransportError::gone(&self.resource, std::io::Error::other(words)));
            }
            other => return Err(self.broken(format!("{other:?} on the synchronous channel"))),
        }
        Ok(())
    }

    async fn look(&mut self) -> Result<Vec<u8>, TransportError> {
        tokio::task::yield_now().await;
        loop {
            match self.next_message(Duration::ZERO).await {
                Err(TransportError::Silent { .. }) => return Ok(self.arrived.take_all()),
                message => self.keep(message?)?,
            }
        }
    }

    async fn give(&mut self, signal: &Signal, deadline: Duration) -> Result<u8, TransportError> {
        match signal {
            Signal::StatusByte => {
                let control = u8::from(self.delivered);
                let query = Message::new(Kind::AsyncStatusQuery, control, self.last_id);
                self.say_aside(query, deadline).await?;
                Ok(self.hear_aside(Kind::AsyncStatusResponse, deadline).await?.control)
            }
            Signal::Trigger => {
                let (control, id) = self.numbered();
                self.say(Message::new(Kind::Trigger, control, id), deadline).await.map(|()| 0)
            }
            Signal::ServiceRequest => match self.requests.pop_front() {
                Some(byte) => Ok(byte),
                None => Ok(self.hear_aside(Kind::AsyncServiceRequest, deadline).await?.control),
            },
            Signal::Lock => {
                let time = u32::try_from(deadline.as_millis()).unwrap_or(u32::MAX);
                self.lock(Message::new(Kind::AsyncLock, 1, time), 2 * deadline).await
            }
            Signal::Unlock => {
                self.lock(Message::new(Kind::AsyncLock, 0, self.last_id), deadline).await
            }
            Signal::Local => {
                let kind = Kind::AsyncRemoteLocalControl;
                self.say_aside(Message::new(kind, GO_TO_LOCAL, self.last_id), deadline).await?;
                self.hear_aside(Kind::AsyncRemoteLocalResponse, deadline).await.map(|_| 0)
            }
        }
    }

    async fn lock(&mut self, request: Message, deadline: Duration) -> Result<u8, TransportError> {
        self.say_aside(request, deadline).await?;
        match self.hear_aside(Kind::AsyncLockResponse, deadline).await?.control {
            1 | 2 => Ok(0),
            0 => Err(TransportError::Held {
                resource: self.resource.clone(),
                reason: "another link holds the lock".to_owned(),
            }),
            code => Err(self.broken(format!("the lock was answered with {code}"))),
        }
    }

    async fn device_clear(&mut self, deadline: Duration) -> Result<Cleared, TransportError> {
        if self.half_said {
            return Ok(Cleared::MakeAgain);
        }
        self.say_aside(Message::new(Kind::AsyncDeviceClear, 0, 0), deadline).await?;
        let agreed = self.hear_aside(Kind::AsyncDeviceClearAcknowledge, deadline).await?;
        let complete = Message::new(Kind::DeviceClearComplete, agreed.control & 1, 0);
        self.say(complete, deadline).await?;
        let last_moment = Instant::now() + deadline;
        loop {
            let left = last_moment.saturating_duration_since(Instant::now());
            let message = self.next_message(left).await?;
            if message.kind == Kind::DeviceClearAcknowledge {
                self.overlapped = message.control & 1 == 1;
                break;
            }
        }
        self.arrived.take_all();
        self.delivered = false;
        (self.next_id, self.last_id) = (FIRST_ID, FIRST_ID);
        Ok(Cleared::InPlace)
    }
}

impl Pieces for HislipTransport {
    fn resource(&self) -> &str {
        &self.resource
    }

    async fn whole(&mut self, framing: &Framing) -> Result<Whole, String> {
        let whole = self.arrived.whole(framing)?;
        if matches!(whole, Whole::Message(_)) {
            self.delivered = self.arrived.is_empty();
        }
        Ok(whole)
    }

    async fn fetch(&mut self, _framing: &Framing, left: Duration) -> Result<(), TransportError> {
        match pieces::nothing_came(self.next_message(left).await.map(Some))? {
            Some(message) => self.keep(message),
            None => Ok(()),
        }
    }
}

impl Transport for HislipTransport {
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
        Box::pin(self.device_clear(deadline))
    }

    fn signal<'a>(
        &'a mut self,
        signal: &'a Signal,
        deadline: Duration,
    ) -> Pending<'a, Result<u8, TransportError>> {
        Box::pin(self.give(signal, deadline))
    }
}
