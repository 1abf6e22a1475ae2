//! The serial port, in the thread that owns it.

use crate::{
    framing::{Framing, Progress},
    resource::SerialSettings,
    transport::{Cleared, TransportError, threaded::Port},
};
use serialport::{ClearBuffer, ErrorKind, SerialPort, SerialPortBuilder};
use std::{
    io::{self, Read, Write},
    sync::Arc,
    time::{Duration, Instant},
};

/// How long the operating system is waited for at a stretch.
pub(super) const SLICE: Duration = Duration::from_millis(10);

/// A line that says nothing for this long while it is being cleared is quiet.
const QUIET: Duration = Duration::from_millis(120);

/// Opens the port; `resource` is its address in failures.
pub(super) fn open(request: &SerialPortBuilder, resource: String) -> Result<Line, TransportError> {
    match request.clone().open() {
        Ok(port) => Ok(Line { port, resource, received: Vec::new() }),
        Err(reason) => Err(refusal(resource, &reason)),
    }
}

fn refusal(resource: String, reason: &serialport::Error) -> TransportError {
    // "Unable to acquire exclusive lock" and "busy" come as NoDevice or as a bare kind.
    let text = reason.to_string();
    let held = text.contains("exclusive") || text.contains("busy") || text.contains("lock");
    if held {
        return TransportError::Held { resource, reason: text };
    }
    let kind = match reason.kind() {
        ErrorKind::Io(kind) => kind,
        ErrorKind::NoDevice => io::ErrorKind::NotFound,
        ErrorKind::InvalidInput => io::ErrorKind::InvalidInput,
        ErrorKind::Unknown => io::ErrorKind::Other,
    };
    TransportError::Unreachable { resource, source: Arc::new(io::Error::new(kind, text)) }
}

/// An open serial port and what has arrived on it.
pub(super) struct Line {
    port: Box<dyn SerialPort>,
    resource: String,
    received: Vec<u8>,
}

impl Port for Line {
    fn write(&mut self, message: &[u8], deadline: Duration) -> Result<(), TransportError> {
        let last_moment = Instant::now() + deadline;
        let mut rest = message;
        while !rest.is_empty() {
            match self.port.write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(reason) if may_go_on(&reason) => {}
                Err(reason) => return Err(self.gone(reason)),
            }
            if !rest.is_empty() && Instant::now() >= last_moment {
                return Err(TransportError::Stalled { resource: self.resource.clone(), deadline });
            }
        }
        Ok(())
    }

    fn read(
        &mut self,
        framing: &Framing,
        deadline: Duration,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<Vec<u8>, TransportError> {
        if matches!(framing, Framing::End { .. }) {
            return Err(self.malformed("a serial line has no END indicator".to_owned()));
        }
        let last_moment = Instant::now() + deadline;
        let mut heard = Instant::now();
        loop {
            match framing.progress(&self.received) {
                Progress::Complete(length) => return Ok(self.take(length)),
                Progress::Broken(reason) => return Err(self.malformed(reason)),
                Progress::UntilQuiet(quiet) if heard.elapsed() >= quiet => {
                    return Ok(self.take(self.received.len()));
                }
                Progress::CompleteUnlessFollowedBy { length, .. }
                    if heard.elapsed() >= 2 * SLICE =>
                {
                    return Ok(self.take(length));
                }
                _ => {}
            }
            if Instant::now() >= last_moment {
                let (resource, received) = (self.resource.clone(), self.received.len());
                return Err(TransportError::Silent { resource, deadline, received });
            }
            if is_given_up() {
                return Err(TransportError::BrokenOff { resource: self.resource.clone() });
            }
            if self.receive()? {
                heard = Instant::now();
            }
        }
    }

    fn unread(&mut self) -> Result<Vec<u8>, TransportError> {
        self.receive_ready()?;
        Ok(std::mem::take(&mut self.received))
    }

    /// Changes speed and character once the last byte has left the port.
    fn set_line(
        &mut self,
        settings: SerialSettings,
        deadline: Duration,
    ) -> Result<(), TransportError> {
        let last_moment = Instant::now() + deadline;
        while self.port.bytes_to_write().map_err(|reason| self.gone(reason.into()))? > 0 {
            if Instant::now() >= last_moment {
                return Err(TransportError::Stalled { resource: self.resource.clone(), deadline });
            }
            self.receive()?;
        }
        // The character that is in the shift register is no longer counted; the drain waits for it.
        self.port.flush().map_err(|reason| self.gone(reason))?;
        let (data_bits, parity) = super::bits(settings.character);
        self.port
            .set_baud_rate(settings.baud)
            .and_then(|()| self.port.set_data_bits(data_bits))
            .and_then(|()| self.port.set_parity(parity))
            .map_err(|reason| self.gone(reason.into()))
    }

    /// Discards until the line is quiet.
    fn clear(&mut self, deadline: Duration) -> Result<Cleared, TransportError> {
        let began = Instant::now();
        let mut heard = began;
        self.port.clear(ClearBuffer::All).map_err(|reason| self.gone(reason.into()))?;
        while heard.elapsed() < QUIET {
            if began.elapsed() >= deadline {
                return Err(self.malformed("the line does not fall quiet".to_owned()));
            }
            if self.receive()? {
                heard = Instant::now();
            }
        }
        self.received.clear();
        Ok(Cleared::InPlace)
    }
}

impl Line {
    /// Waits for bytes, at most one slice; whether some came.
    fn receive(&mut self) -> Result<bool, TransportError> {
        let mut chunk = [0_u8; 256];
        match self.port.read(&mut chunk) {
            Ok(0) => Err(TransportError::hung_up(&self.resource)),
            Ok(count) => {
                self.received.extend(chunk.iter().take(count));
                Ok(true)
            }
            Err(reason) if may_go_on(&reason) => Ok(false),
            Err(reason) => Err(self.gone(reason)),
        }
    }

    /// Takes what lies in the port, without waiting.
    fn receive_ready(&mut self) -> Result<(), TransportError> {
        while self.port.bytes_to_read().map_err(|reason| self.gone(reason.into()))? > 0 {
            self.receive()?;
        }
        Ok(())
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let rest = self.received.split_off(length.min(self.received.len()));
        std::mem::replace(&mut self.received, rest)
    }

    fn gone(&self, reason: io::Error) -> TransportError {
        TransportError::gone(&self.resource, reason)
    }

    fn malformed(&self, reason: String) -> TransportError {
        TransportError::Malformed { resource: self.resource.clone(), reason }
    }
}

fn may_go_on(reason: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(reason.kind(), TimedOut | WouldBlock | Interrupted)
}
