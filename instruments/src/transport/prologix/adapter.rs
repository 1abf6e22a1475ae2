//! The bridge itself: one line, many addresses.

use crate::{
    clock::Instant,
    framing::{Framing, Progress, Shape},
    resource::Resource,
    transport::{Connector, Transport, TransportError, arrived::Arrived},
};
use std::{collections::BTreeMap, fmt, time::Duration};

/// The mark the bridge puts behind a byte that came with END. Text never holds it; where a
/// binary message does, its own length tells that it goes on.
const MARK: u8 = 0x03;
/// How long the bridge waits for an instrument before it gives a read up.
const BRIDGE_WAITS: Duration = Duration::from_millis(500);
/// How much longer its bytes may be under way.
const UNDER_WAY: Duration = Duration::from_millis(200);
/// Hides a character from the bridge.
const ESCAPE: u8 = 0x1B;
/// How the bridge is set up, whatever it was used for before.
const SET_UP: [&str; 8] = [
    "++savecfg 0",
    "++mode 1",
    "++auto 0",
    "++eoi 1",
    "++eos 3",
    "++eot_char 3",
    "++eot_enable 1",
    "++read_tmo_ms 500",
];

/// A bridge.
pub(super) struct Adapter {
    name: String,
    line: Option<Box<dyn Transport>>,
    broken: bool,
    addressed: Option<u8>,
    reading: Option<(u8, Instant)>,
    arrived: BTreeMap<u8, Arrived>,
}

impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adapter").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Adapter {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            line: None,
            broken: false,
            addressed: None,
            reading: None,
            arrived: BTreeMap::new(),
        }
    }

    /// Opens the line and sets the bridge up, unless it stands.
    pub(super) async fn open(
        &mut self,
        ports: &dyn Connector,
        bridge: &Resource,
        deadline: Duration,
    ) -> Result<(), TransportError> {
        if self.line.is_some() && !self.broken {
            return Ok(());
        }
        if let Some(old) = self.line.take() {
            old.close().await;
        }
        let mut line = ports.connect(bridge, deadline).await?;
        for command in SET_UP {
            line.write(format!("{command}\n").as_bytes(), deadline).await?;
        }
        self.line = Some(line);
        self.broken = false;
        self.addressed = None;
        self.reading = None;
        self.arrived.clear();
        Ok(())
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken || self.line.is_none()
    }

    pub(super) fn arrived(&mut self, address: u8) -> &mut Arrived {
        self.arrived.entry(address).or_default()
    }

    /// Sends a message to an instrument.
    pub(super) async fn write(
        &mut self,
        address: u8,
        message: &[u8],
        deadline: Duration,
    ) -> Result<(), TransportError> {
        self.turn_to(address, deadline).await?;
        let mut bytes = Vec::with_capacity(message.len() + 8);
        for byte in message {
            if matches!(byte, b'\r' | b'\n' | b'+' | &ESCAPE) {
                bytes.push(ESCAPE);
            }
            bytes.push(*byte);
        }
        bytes.push(b'\n');
        self.say(&bytes, deadline).await
    }

    /// Gives the bridge a command that concerns an instrument.
    pub(super) async fn command(
        &mut self,
        address: u8,
        command: &str,
        deadline: Duration,
    ) -> Result<(), TransportError> {
        self.turn_to(address, deadline).await?;
        self.say(format!("{command}\n").as_bytes(), deadline).await
    }

    /// Asks the bridge something; it answers with a line.
    pub(super) async fn ask(
        &mut self,
        address: u8,
        question: &str,
        deadline: Duration,
    ) -> Result<String, TransportError> {
        self.command(address, question, deadline).await?;
        let answer = self.hear(&Framing::line(64), deadline).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// Fetches what an instrument says, for as long as the bridge waits for it at a stretch.
    pub(super) async fn fetch(
        &mut self,
        address: u8,
        framing: &Framing,
        left: Duration,
    ) -> Result<(), TransportError> {
        if self.reading.is_none_or(|(reading, _)| reading != address) {
            self.command(address, "++read eoi", left).await?;
            self.reading = Some((address, Instant::now() + BRIDGE_WAITS + UNDER_WAY));
        }
        self.receive(Some(framing), left).await
    }

    /// One look at the line while a read is under way.
    async fn receive(
        &mut self,
        framing: Option<&Framing>,
        left: Duration,
    ) -> Result<(), TransportError> {
        let Some((address, until)) = self.reading else { return Ok(()) };
        let wait = until.saturating_duration_since(Instant::now()).min(left);
        match self.hear(&whatever(), wait).await {
            Ok(bytes) => {
                let arrived = self.arrived.entry(address).or_default();
                match bytes.strip_suffix(&[MARK]) {
                    Some(data) if ends_here(framing, arrived, data) => {
                        arrived.push(data, true);
                        self.reading = None;
                    }
                    _ => arrived.push(&bytes, false),
                }
                Ok(())
            }
            Err(TransportError::Silent { .. }) => {
                if Instant::now() >= until {
                    self.reading = None;
                }
                Ok(())
            }
            Err(failure) => Err(failure),
        }
    }

    /// Awaits the end of a read that another address has begun, then addresses this one.
    async fn turn_to(&mut self, address: u8, deadline: Duration) -> Result<(), TransportError> {
        while self.reading.is_some() {
            self.receive(None, BRIDGE_WAITS + UNDER_WAY).await?;
        }
        if self.addressed != Some(address) {
            self.say(format!("++addr {address}\n").as_bytes(), deadline).await?;
            self.addressed = Some(address);
        }
        Ok(())
    }

    async fn say(&mut self, bytes: &[u8], deadline: Duration) -> Result<(), TransportError> {
        let Some(line) = self.line.as_mut() else {
            return Err(TransportError::hung_up(&self.name));
        };
        let outcome = line.write(bytes, deadline).await;
        self.broken |= outcome.is_err();
        outcome
    }

    async fn hear(
        &mut self,
        framing: &Framing,
        deadline: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        let Some(line) = self.line.as_mut() else {
            return Err(TransportError::hung_up(&self.name));
        };
        let outcome = line.read(framing, deadline).await;
        self.broken |=
            matches!(&outcome, Err(failure) if !matches!(failure, TransportError::Silent { .. }));
        outcome
    }

    pub(super) async fn close(self) {
        if let Some(line) = self.line {
            line.close().await;
        }
    }
}

/// Whether the mark behind `data` is one: a message that counts its bytes goes on until they
/// are all there.
fn ends_here(framing: Option<&Framing>, arrived: &Arrived, data: &[u8]) -> bool {
    let Some(framing) = framing else { return true };
    let mut whole = arrived.clone();
    whole.push(data, true);
    whole.take(framing).is_ok()
}

/// Whatever has arrived.
fn whatever() -> Framing {
    Framing::Shaped(Shape {
        name: "whatever has arrived",
        judge: |received| match received.len() {
            0 => Progress::Incomplete,
            length => Progress::Complete(length),
        },
    })
}
