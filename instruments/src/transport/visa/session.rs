//! One session of the library, in the thread that owns it.

use super::{
    library::{Trouble, called, load},
    unreachable,
};
use crate::{
    framing::Framing,
    transport::{Cleared, Signal, TransportError, arrived::Arrived, pieces::Whole, threaded::Port},
};
use std::{
    io::{Read, Write},
    time::{Duration, Instant},
};
use visa_rs::{
    AsResourceManager, DefaultRM, Instrument, VisaString,
    enums::{
        assert::AssertTrigPro,
        attribute::{AttrTermchar, AttrTermcharEn, AttrTmoValue, Attribute, HasAttribute},
        gpib::RenMode,
        status::ErrorCode,
    },
    flags::AccessMode,
};

/// Most bytes asked for with one read. A message that fills it exactly cannot be told from one
/// that goes on, so it is larger than any answer of an instrument on a bench.
const CHUNK: usize = 1 << 20;

/// A message is available (IEEE 488.2, 11.2.1.2).
const STATUS_MESSAGE: u16 = 0x10;

/// How long an optional terminator is awaited when the message is complete without it.
const OPTIONAL_TERMINATOR: Duration = Duration::from_millis(20);

/// How often the status byte is looked at while a service request is awaited.
const POLL: Duration = Duration::from_millis(50);

/// A session and what has arrived on it. The instrument is closed before the manager, which
/// would close everything it has opened.
pub(super) struct Session {
    instrument: Instrument,
    _manager: DefaultRM,
    resource: String,
    /// A socket or a serial line: bytes without an end of their own.
    is_stream: bool,
    arrived: Arrived,
}

impl Session {
    /// Opens a session to `name`.
    pub(super) fn open(
        name: &str,
        resource: String,
        deadline: Duration,
    ) -> Result<Self, TransportError> {
        load().map_err(|trouble| unreachable(&resource, trouble))?;
        let Some(id) = VisaString::from_string(name.to_owned()) else {
            return Err(unreachable(&resource, "an address holds no zero byte"));
        };
        let opened = called(|| {
            let manager = DefaultRM::new()?;
            let instrument = manager.open(&id, AccessMode::NO_LOCK, deadline)?;
            Ok((manager, instrument))
        });
        let (manager, instrument) = opened.map_err(|trouble| {
            let held = [ErrorCode::ErrorRsrcLocked, ErrorCode::ErrorRsrcBusy];
            match held.iter().any(|code| trouble.is(*code)) {
                true => held_by(&resource, &trouble),
                false => unreachable(&resource, trouble),
            }
        })?;
        let kind = name.to_ascii_uppercase();
        let is_stream = kind.ends_with("::SOCKET") || kind.starts_with("ASRL");
        Ok(Self { instrument, _manager: manager, resource, is_stream, arrived: Arrived::default() })
    }

    fn set(&self, attribute: impl Into<Attribute>) -> Result<(), TransportError> {
        called(|| self.instrument.set_attr(attribute)).map_err(|trouble| self.broken(&trouble))
    }

    fn patience(&self, time: Duration) -> Result<(), TransportError> {
        // The largest value stands for ever, which nobody here ever waits.
        let milliseconds = u32::try_from(time.as_micros().div_ceil(1000)).unwrap_or(u32::MAX);
        match AttrTmoValue::new_checked(milliseconds.min(u32::MAX - 1)) {
            Some(value) => self.set(value),
            None => Ok(()),
        }
    }

    /// One read of at most `room` bytes; nothing when nothing came in time.
    fn some(&self, room: usize, patience: Duration) -> Result<Vec<u8>, TransportError> {
        self.patience(patience)?;
        let mut bytes = vec![0; room];
        let read = called(|| (&self.instrument).read(&mut bytes).map_err(visa_rs::io_to_vs_err));
        match read {
            Ok(count) => {
                bytes.truncate(count);
                Ok(bytes)
            }
            Err(trouble) if trouble.is(ErrorCode::ErrorTmo) => Ok(Vec::new()),
            Err(trouble) => Err(self.broken(&trouble)),
        }
    }

    /// Fetches what comes next. A stream is read up to the terminator, or byte by byte: a read
    /// that asks for more waits until it has it.
    fn fetch(&mut self, framing: &Framing, left: Duration) -> Result<(), TransportError> {
        if !self.is_stream {
            let bytes = self.some(CHUNK, left)?;
            let end = !bytes.is_empty() && bytes.len() < CHUNK;
            self.arrived.push(&bytes, end);
            return Ok(());
        }
        let last = match framing {
            Framing::Terminator { bytes, .. } => bytes.last().copied(),
            _ => None,
        };
        let room = match last.and_then(AttrTermchar::new_checked) {
            Some(terminator) => {
                self.set(terminator)?;
                self.set(AttrTermcharEn::VI_TRUE)?;
                CHUNK
            }
            None => {
                self.set(AttrTermcharEn::VI_FALSE)?;
                1
            }
        };
        let patience = match framing {
            Framing::Gap { quiet, .. } if !self.arrived.is_empty() => left.min(*quiet),
            _ if self.arrived.may_be_whole(framing) => left.min(OPTIONAL_TERMINATOR),
            _ => left,
        };
        let bytes = self.some(room, patience)?;
        let is_quiet = bytes.is_empty() && patience < left;
        self.arrived.push(&bytes, is_quiet);
        Ok(())
    }

    fn status(&self) -> Result<u16, TransportError> {
        called(|| self.instrument.read_stb()).map_err(|trouble| self.broken(&trouble))
    }

    fn broken(&self, trouble: &Trouble) -> TransportError {
        let (resource, reason) = (self.resource.clone(), trouble.to_string());
        match trouble {
            Trouble::Status(ErrorCode::ErrorRsrcLocked) => held_by(&resource, trouble),
            Trouble::Unruly(_) => TransportError::Malformed { resource, reason },
            _ => TransportError::gone(&resource, std::io::Error::other(reason)),
        }
    }

    fn silent(&self, deadline: Duration) -> TransportError {
        let (resource, received) = (self.resource.clone(), self.arrived.len());
        TransportError::Silent { resource, deadline, received }
    }
}

fn held_by(resource: &str, trouble: &Trouble) -> TransportError {
    TransportError::Held { resource: resource.to_owned(), reason: trouble.to_string() }
}

impl Port for Session {
    fn write(&mut self, message: &[u8], deadline: Duration) -> Result<(), TransportError> {
        self.patience(deadline)?;
        let written = called(|| (&self.instrument).write(message).map_err(visa_rs::io_to_vs_err));
        let stalled = || TransportError::Stalled { resource: self.resource.clone(), deadline };
        match written {
            Ok(count) if count == message.len() => Ok(()),
            Ok(_) => Err(stalled()),
            Err(trouble) if trouble.is(ErrorCode::ErrorTmo) => Err(stalled()),
            Err(trouble) => Err(self.broken(&trouble)),
        }
    }

    fn read(
        &mut self,
        framing: &Framing,
        deadline: Duration,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<Vec<u8>, TransportError> {
        if self.is_stream && matches!(framing, Framing::End { .. }) {
            let (resource, reason) = (self.resource.clone(), "it has no END indicator".to_owned());
            return Err(TransportError::Malformed { resource, reason });
        }
        let last_moment = Instant::now() + deadline;
        loop {
            let whole = self.arrived.whole(framing).map_err(|reason| {
                TransportError::Malformed { resource: self.resource.clone(), reason }
            })?;
            if let Whole::Message(message) = whole {
                return Ok(message);
            }
            if Instant::now() >= last_moment {
                return Err(self.silent(deadline));
            }
            if is_given_up() {
                return Err(TransportError::BrokenOff { resource: self.resource.clone() });
            }
            self.fetch(framing, last_moment.saturating_duration_since(Instant::now()))?;
        }
    }

    /// A stream is emptied byte by byte; an instrument is asked whether it has a message, since
    /// a read that finds none can spoil the next one. One that cannot tell is not read.
    fn unread(&mut self) -> Result<Vec<u8>, TransportError> {
        if self.is_stream {
            self.set(AttrTermcharEn::VI_FALSE)?;
            loop {
                let bytes = self.some(1, Duration::ZERO)?;
                if bytes.is_empty() {
                    return Ok(self.arrived.take_all());
                }
                self.arrived.push(&bytes, false);
            }
        }
        if self.arrived.is_empty()
            && matches!(self.status(), Ok(byte) if byte & STATUS_MESSAGE != 0)
        {
            let bytes = self.some(CHUNK, POLL)?;
            self.arrived.push(&bytes, true);
        }
        Ok(self.arrived.take_all())
    }

    fn clear(&mut self, deadline: Duration) -> Result<Cleared, TransportError> {
        if self.is_stream {
            return Ok(Cleared::MakeAgain);
        }
        self.patience(deadline)?;
        self.arrived.take_all();
        match called(|| self.instrument.clear()) {
            Ok(()) => Ok(Cleared::InPlace),
            Err(_) => Ok(Cleared::MakeAgain),
        }
    }

    fn signal(&mut self, signal: &Signal, deadline: Duration) -> Result<u8, TransportError> {
        self.patience(deadline)?;
        let low = |byte: u16| u8::try_from(byte & 0xFF).unwrap_or(0);
        let done = match signal {
            Signal::StatusByte => return self.status().map(low),
            Signal::Trigger => {
                called(|| self.instrument.assert_trigger(AssertTrigPro::TrigProtDefault))
            }
            Signal::Lock => called(|| self.instrument.lock_exclusive(deadline)),
            Signal::Unlock => called(|| self.instrument.unlock()),
            Signal::ServiceRequest => {
                let last_moment = Instant::now() + deadline;
                loop {
                    let byte = self.status()?;
                    if byte & 0x40 != 0 {
                        return Ok(low(byte));
                    }
                    if Instant::now() >= last_moment {
                        return Err(self.silent(deadline));
                    }
                    std::thread::park_timeout(POLL);
                }
            }
            Signal::Local => {
                called(|| self.instrument.gpib_control_ren(RenMode::GpibRenAddressGtl))
            }
        };
        done.map(|()| 0).map_err(|trouble| self.broken(&trouble))
    }
}
