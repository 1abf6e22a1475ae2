//! VXI-11: remote procedure calls to an instrument or a GPIB gateway.
//!
//! Each read is a call that waits inside the instrument, at most as long as the deadline. A
//! read given up half way is ended over the abort channel before the device is cleared;
//! its answer is awaited, so that it is never taken for that of another call. The link is
//! destroyed when it is closed: some instruments count them and run out.
//!
//! Definition: VXI-11 rev. 1.0 (1995), B.6, the core and abort channels.

use super::{
    Cleared, Pending, Signal, Transport, TransportError,
    arrived::Arrived,
    pieces::{self, Pieces, Whole},
    stream::StreamTransport,
    tcp,
};
use crate::{
    clock::Instant,
    framing::Framing,
    protocol::onc_rpc::{self, Call, Values, Xdr},
};
use std::time::Duration;
use tokio::net::TcpStream;

mod call;
pub mod words;

use words::{CORE, ErrorCode, PORT_MAPPER, Procedure};

/// How much longer than the instrument's own deadline its answer is awaited.
const GRACE: Duration = Duration::from_millis(500);
/// Most bytes asked for with one read.
const CHUNK: u32 = 64 * 1024;
/// How often the status byte is looked at while a service request is awaited.
const POLL: Duration = Duration::from_millis(50);
/// How long closing a link may take.
const CLOSING: Duration = Duration::from_secs(1);

/// A link over VXI-11.
#[derive(Debug)]
pub struct Vxi11Transport {
    core: StreamTransport<TcpStream>,
    resource: String,
    host: String,
    abort_port: u16,
    link: u32,
    most_per_write: usize,
    next_call: u32,
    under_way: Option<u32>,
    half_said: bool,
    arrived: Arrived,
}

/// Makes a link to `device` (`inst0`, `gpib0,9`) on `host`; without `port` the host's port
/// mapper is asked.
///
/// # Errors
/// [`TransportError::Unreachable`] when nobody answers or no link is given.
pub async fn connect(
    host: &str,
    port: Option<u16>,
    device: &str,
    resource: String,
    deadline: Duration,
) -> Result<Vxi11Transport, TransportError> {
    let port = match port {
        Some(port) => port,
        None => core_port(host, &resource, deadline).await?,
    };
    let core = tcp::connect(host, port, resource.clone(), deadline).await?;
    let mut transport = Vxi11Transport {
        core,
        resource,
        host: host.to_owned(),
        abort_port: 0,
        link: 0,
        most_per_write: 0,
        next_call: 1,
        under_way: None,
        half_said: false,
        arrived: Arrived::default(),
    };
    let arguments = Xdr::default().u32(0).u32(0).u32(0).opaque(device.as_bytes());
    let results = transport.call(Procedure::CreateLink, arguments, deadline).await?;
    let mut values = Values(&results);
    let read = |_| transport.broken("create_link answered too little");
    let error = values.u32().map_err(read)?;
    if error != 0 {
        return Err(transport.refused("create_link", ErrorCode(error)));
    }
    let link = values.u32().map_err(read)?;
    let abort_port = values.u32().map_err(read)?;
    let most = values.u32().map_err(read)?;
    transport.link = link;
    transport.abort_port = u16::try_from(abort_port).unwrap_or(0);
    // The standard asks for 1024 at least; some instruments say 0 all the same.
    transport.most_per_write = usize::try_from(most).unwrap_or(0).max(1024);
    Ok(transport)
}

/// Asks the port mapper where the core channel is.
///
/// # Errors
/// [`TransportError::Unreachable`] when no port mapper answers, [`TransportError::Malformed`]
/// when it knows no such channel.
pub async fn core_port(
    host: &str,
    resource: &str,
    deadline: Duration,
) -> Result<u16, TransportError> {
    let mut mapper = tcp::connect(host, PORT_MAPPER.port, resource.to_owned(), deadline).await?;
    let arguments = Xdr::default().u32(CORE.program).u32(CORE.version).u32(6).u32(0).bytes();
    let (program, version) = (PORT_MAPPER.program, PORT_MAPPER.version);
    let call = Call { id: 1, program, version, procedure: PORT_MAPPER.get_port, arguments };
    mapper.write(&call.encode(), deadline).await?;
    let record = mapper.read(&onc_rpc::framing(), deadline).await?;
    let port = onc_rpc::answered(&record).ok().and_then(|(_, results)| Values(&results).u32().ok());
    match port.and_then(|port| u16::try_from(port).ok()) {
        Some(port) if port > 0 => Ok(port),
        _ => Err(TransportError::Malformed {
            resource: resource.to_owned(),
            reason: "the port mapper knows no VXI-11 core channel".to_owned(),
        }),
    }
}

impl Vxi11Transport {
    /// One read call; its bytes are kept.
    async fn read_some(&mut self, left: Duration) -> Result<(), TransportError> {
        let arguments = Xdr::default().u32(self.link).u32(CHUNK).u32(milliseconds(left)).u32(0);
        let arguments = arguments.u32(0).u32(0);
        let results = self.call(Procedure::Read, arguments, left + GRACE).await?;
        self.keep(&results, left)
    }

    fn keep(&mut self, results: &[u8], asked: Duration) -> Result<(), TransportError> {
        let mut values = Values(results);
        let parts = (values.u32(), values.u32(), values.opaque());
        let (Ok(error), Ok(reason), Ok(data)) = parts else {
            return Err(self.broken("device_read answered too little"));
        };
        match ErrorCode(error) {
            ErrorCode::NONE => {
                self.arrived.push(data, reason & words::REASON_END != 0);
                Ok(())
            }
            ErrorCode::TIMEOUT => Err(self.silent(asked)),
            other => Err(self.refused("device_read", other)),
        }
    }

    async fn write_message(
        &mut self,
        message: &[u8],
        deadline: Duration,
    ) -> Result<(), TransportError> {
        let last_moment = Instant::now() + deadline;
        let mut rest = message;
        while !rest.is_empty() {
            let (part, behind) = rest.split_at(rest.len().min(self.most_per_write));
            let flags = if behind.is_empty() { words::FLAG_END } else { 0 };
            let left = last_moment.saturating_duration_since(Instant::now());
            let arguments = Xdr::default().u32(self.link).u32(milliseconds(left)).u32(0).u32(flags);
            let outcome = self.call(Procedure::Write, arguments.opaque(part), left + GRACE).await;
            let stalled = || TransportError::Stalled { resource: self.resource.clone(), deadline };
            let results = match outcome {
                Err(TransportError::Silent { .. }) => return Err(stalled()),
                other => other?,
            };
            let mut values = Values(&results);
            match (values.u32().map(ErrorCode), values.u32()) {
                (Ok(ErrorCode::NONE), Ok(size)) if size as usize == part.len() => {}
                (Ok(ErrorCode::NONE | ErrorCode::TIMEOUT), _) => return Err(stalled()),
                (Ok(other), _) => return Err(self.refused("device_write", other)),
                (Err(_), _) => return Err(self.broken("device_write answered too little")),
            }
            rest = behind;
        }
        Ok(())
    }

    /// A call that takes the generic parameters; its first result is its error.
    async fn generic(
        &mut self,
        procedure: Procedure,
        deadline: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        let time = milliseconds(deadline);
        let arguments = Xdr::default().u32(self.link).u32(0).u32(time).u32(time);
        let results = self.call(procedure, arguments, deadline + GRACE).await?;
        self.judged(procedure, results)
    }

    fn judged(&self, procedure: Procedure, results: Vec<u8>) -> Result<Vec<u8>, TransportError> {
        match Values(&results).u32().map(ErrorCode) {
            Ok(ErrorCode::NONE) => Ok(results.get(4..).unwrap_or_default().to_vec()),
            Ok(other) => Err(self.refused(procedure.name(), other)),
            Err(_) => Err(self.broken("a call answered too little")),
        }
    }

    async fn status_byte(&mut self, deadline: Duration) -> Result<u8, TransportError> {
        let results = self.generic(Procedure::ReadStatusByte, deadline).await?;
        let byte = Values(&results).u32().unwrap_or(0);
        Ok(u8::try_from(byte & 0xFF).unwrap_or(0))
    }

    async fn give(&mut self, signal: &Signal, deadline: Duration) -> Result<u8, TransportError> {
        match signal {
            Signal::StatusByte => self.status_byte(deadline).await,
            Signal::Trigger => self.generic(Procedure::Trigger, deadline).await.map(|_| 0),
            Signal::Local => self.generic(Procedure::Local, deadline).await.map(|_| 0),
            Signal::Lock => {
                let arguments = Xdr::default().u32(self.link).u32(words::FLAG_WAIT_LOCK);
                let arguments = arguments.u32(milliseconds(deadline));
                let results = self.call(Procedure::Lock, arguments, deadline + GRACE).await?;
                self.judged(Procedure::Lock, results).map(|_| 0)
            }
            Signal::Unlock => {
                let arguments = Xdr::default().u32(self.link);
                let results = self.call(Procedure::Unlock, arguments, deadline).await?;
                self.judged(Procedure::Unlock, results).map(|_| 0)
            }
            Signal::ServiceRequest => {
                let last_moment = Instant::now() + deadline;
                loop {
                    let byte = self.status_byte(deadline).await?;
                    if byte & words::STATUS_REQUEST != 0 {
                        return Ok(byte);
                    }
                    if Instant::now() >= last_moment {
                        return Err(self.silent(deadline));
                    }
                    tokio::time::sleep(POLL).await;
                }
            }
        }
    }

    /// What the instrument has to say although it was not asked.
    async fn look(&mut self) -> Result<Vec<u8>, TransportError> {
        if self.arrived.is_empty()
            && let Ok(byte) = self.status_byte(GRACE).await
            && byte & words::STATUS_MESSAGE != 0
        {
            pieces::nothing_came(self.read_some(POLL).await)?;
        }
        Ok(self.arrived.take_all())
    }
}

impl Pieces for Vxi11Transport {
    fn resource(&self) -> &str {
        &self.resource
    }

    async fn whole(&mut self, framing: &Framing) -> Result<Whole, String> {
        self.arrived.whole(framing)
    }

    async fn fetch(&mut self, _framing: &Framing, left: Duration) -> Result<(), TransportError> {
        pieces::nothing_came(self.read_some(left).await)
    }
}

impl Transport for Vxi11Transport {
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
            if self.under_way.is_some() {
                self.abort(deadline).await;
                self.settle(deadline).await?;
            }
            self.generic(Procedure::Clear, deadline).await?;
            self.arrived.take_all();
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

    fn close(mut self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(async move {
            let arguments = Xdr::default().u32(self.link);
            // A link that cannot be destroyed any more goes with its connection.
            drop(self.call(Procedure::DestroyLink, arguments, CLOSING).await);
        })
    }
}

/// A time in whole milliseconds, rounded up: no deadline becomes none.
fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_micros().div_ceil(1000)).unwrap_or(u32::MAX)
}
