//! IEC 62056-21, mode C: the optical port of meters, at 300 baud and then faster.
//!
//! ```text
//! /?!␍␊            who is there (300 baud, 7E1)
//! /XXXZident␍␊     the maker, the fastest speed, the type
//! ␆0Z0␍␊           read out at speed Z; both sides change to it behind this message
//! ␂ … !␍␊␃ BCC     the readout
//! ```
//!
//! Source: electricity dossier 4.3 (IEC 62056-21:2002, clause 6).

use crate::{
    framing::{Framing, Progress, Shape},
    link::{Continuation, Step},
    resource::{Character, Flow, SerialSettings},
};
use thiserror::Error;

/// Start of a command block.
const SOH: u8 = 0x01;
/// Start of the data.
const STX: u8 = 0x02;
/// End of a block.
const ETX: u8 = 0x03;
/// Accepts a proposal.
const ACK: u8 = 0x06;
/// Longest readout accepted.
const MOST: usize = 64 * 1024;

/// The speed at which every talk begins.
pub const FIRST: SerialSettings =
    SerialSettings { baud: 300, character: Character::SevenEven, flow: Flow::None };

/// Why a message of the meter cannot be used.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ReadoutError {
    /// The first message is no identification.
    #[error("\"{0}\" is no identification like /XXX5type")]
    Identification(String),
    /// The block check does not fit.
    #[error("block check {found:02X}, the bytes make {wanted:02X}")]
    BlockCheck {
        /// As received.
        found: u8,
        /// As computed.
        wanted: u8,
    },
    /// A block without its beginning, its end or its check.
    #[error("the block has no {0}")]
    Form(&'static str),
    /// The readout has no such line.
    #[error("the readout has no {0}")]
    NoSuchItem(String),
}

/// What a meter says first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identification {
    /// Three letters.
    pub maker: String,
    /// Its fastest speed.
    pub baud: u32,
    /// The character for that speed.
    pub speed: u8,
    /// Its type.
    pub model: String,
}

impl Identification {
    /// Reads `/XXXZident`.
    ///
    /// # Errors
    /// [`ReadoutError::Identification`].
    pub fn parse(message: &[u8]) -> Result<Self, ReadoutError> {
        let text = message.trim_ascii();
        let wrong = || ReadoutError::Identification(text.escape_ascii().to_string());
        let [b'/', a, b, c, speed, model @ ..] = text else { return Err(wrong()) };
        let maker = [*a, *b, *c];
        if !maker.iter().all(u8::is_ascii_alphabetic) || !model.iter().all(u8::is_ascii) {
            return Err(wrong());
        }
        let baud = baud(*speed).ok_or_else(wrong)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Self { maker: text(&maker), baud, speed: *speed, model: text(model) })
    }
}

/// The speed that a character of mode C stands for.
fn baud(speed: u8) -> Option<u32> {
    let bauds: [u32; 7] = [300, 600, 1200, 2400, 4800, 9600, 19200];
    bauds.get(usize::from(speed.checked_sub(b'0')?)).copied()
}

/// Asks who is there; an address only where several meters share the port.
#[must_use]
pub fn sign_on(address: &str) -> Vec<u8> {
    format!("/?{address}!\r\n").into_bytes()
}

/// What is to follow the identification.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    /// The meter reads itself out.
    Readout,
    /// Single items are read and written.
    Programming,
}

/// Accepts the speed proposed, and says what is to follow.
#[must_use]
pub fn acknowledge(speed: u8, mode: Mode) -> Vec<u8> {
    let mode = if mode == Mode::Readout { b'0' } else { b'1' };
    vec![ACK, b'0', speed, mode, b'\r', b'\n']
}

/// A command block such as `R1␂1.8.0()␃`, with its check.
#[must_use]
pub fn command(name: &str, data: &str) -> Vec<u8> {
    let mut bytes = vec![SOH];
    bytes.extend(name.bytes());
    if !data.is_empty() {
        bytes.push(STX);
        bytes.extend(data.bytes());
    }
    bytes.push(ETX);
    bytes.push(check(&bytes));
    bytes
}

/// A data block, with its check.
#[must_use]
pub fn block(data: &str) -> Vec<u8> {
    let mut bytes = vec![STX];
    bytes.extend(data.bytes());
    bytes.push(ETX);
    bytes.push(check(&bytes));
    bytes
}

/// Exclusive or of everything behind the first byte.
fn check(bytes: &[u8]) -> u8 {
    bytes.iter().skip(1).fold(0, |check, byte| check ^ byte)
}

/// The text between STX and ETX, once the check fits.
///
/// # Errors
/// [`ReadoutError`].
pub fn text(message: &[u8]) -> Result<String, ReadoutError> {
    let [STX, inner @ .., ETX, found] = message else {
        return Err(ReadoutError::Form("STX in front or ETX and check behind"));
    };
    let wanted = check(message.get(..message.len() - 1).unwrap_or_default());
    if *found != wanted {
        return Err(ReadoutError::BlockCheck { found: *found, wanted });
    }
    Ok(String::from_utf8_lossy(inner).into_owned())
}

/// What stands between the brackets of one item of a readout: `001234.56*kWh`.
///
/// An item is named as the meter writes it, `1.8.0` or `1-0:1.8.0`; a name in another form
/// is another item.
///
/// # Errors
/// [`ReadoutError::NoSuchItem`].
pub fn item<'t>(readout: &'t str, name: &str) -> Result<&'t str, ReadoutError> {
    let mut lines = readout.lines().map(str::trim);
    let found = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('('));
    let value = found.and_then(|rest| rest.split_once(')')).map(|(value, _)| value);
    value.ok_or_else(|| ReadoutError::NoSuchItem(name.to_owned()))
}

/// Where a data block ends: at its check byte behind ETX.
#[must_use]
pub fn framing() -> Framing {
    Framing::Shaped(Shape { name: "IEC 62056-21 block", judge: progress })
}

fn progress(received: &[u8]) -> Progress {
    match received.first() {
        None => return Progress::Incomplete,
        Some(&STX) => {}
        Some(other) => {
            return Progress::Broken(format!("a block begins with STX, not with {other:02X}"));
        }
    }
    match received.iter().position(|byte| *byte == ETX) {
        Some(end) if received.len() > end + 1 => Progress::Complete(end + 2),
        None if received.len() > MOST => Progress::Broken(format!("no end within {MOST} bytes")),
        _ => Progress::Incomplete,
    }
}

/// The whole talk for a readout: it begins at 300 baud, whatever the line stood at, and
/// changes to the meter's speed behind the acknowledgement.
#[must_use]
pub fn readout(address: &str) -> Vec<Step> {
    let identified = Continuation::new(|messages: &[Vec<u8>]| {
        let said = messages.first().map(Vec::as_slice).unwrap_or_default();
        let meter = Identification::parse(said).map_err(|reason| reason.to_string())?;
        Ok(vec![
            Step::Write(acknowledge(meter.speed, Mode::Readout)),
            Step::SetLine(SerialSettings { baud: meter.baud, ..FIRST }),
            Step::Read(framing()),
        ])
    });
    vec![
        Step::SetLine(FIRST),
        Step::Write(sign_on(address)),
        Step::Read(Framing::line(64)),
        Step::Then(identified),
    ]
}
