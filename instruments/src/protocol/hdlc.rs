//! HDLC frames of type 3, as DLMS meters use them on serial lines.
//!
//! ```text
//! 7E | A0 + length (11 bits) | destination | source | control | HCS | information | FCS | 7E
//! ```
//!
//! A frame without information has no header check sequence. Bytes are not stuffed:
//! the length tells where a frame ends, and 7E inside it is data.
//!
//! Source: electricity dossier 4.4 (IEC 62056-46:2002, 6.4).

use crate::framing::{Framing, Progress, Shape};
use thiserror::Error;

/// Begins and ends a frame.
const FLAG: u8 = 0x7E;
/// Format type 3 in the upper half byte.
const TYPE_3: u8 = 0xA0;
/// Says that another segment follows.
const SEGMENTED: u8 = 0x08;

/// A frame.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Frame {
    /// Whether its information is one segment of a longer one, and another follows.
    pub is_segment: bool,
    /// To whom, of one byte: value × 2 + 1 on the wire.
    pub destination: u8,
    /// From whom.
    pub source: u8,
    /// Control byte.
    pub control: u8,
    /// Information; may be empty.
    pub information: Vec<u8>,
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum FrameError {
    /// A flag, the format or the length is wrong.
    #[error("no frame: {0}")]
    Form(&'static str),
    /// A check sequence does not fit.
    #[error("{which} check sequence {found:04X}, the bytes make {wanted:04X}")]
    CheckSequence {
        /// Header or frame.
        which: &'static str,
        /// As received.
        found: u16,
        /// As computed.
        wanted: u16,
    },
}

/// CRC-16/X.25 of the bytes.
///
/// Source: electricity dossier 4.4: polynomial 8408 reflected, begun with FFFF, inverted.
#[must_use]
pub fn check_sequence(bytes: &[u8]) -> u16 {
    let folded = bytes.iter().fold(0xFFFF_u16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0x8408 } else { crc >> 1 }
        })
    });
    !folded
}

impl Frame {
    /// The bytes on the wire.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let has_information = !self.information.is_empty();
        let length = self.information.len() + if has_information { 9 } else { 7 };
        let length = u16::try_from(length).unwrap_or(u16::MAX) & 0x07FF;
        let [high, low] = length.to_be_bytes();
        let address = |value: u8| value << 1 | 1;
        let segment = if self.is_segment { SEGMENTED } else { 0 };
        let mut body = vec![TYPE_3 | segment | high, low];
        body.extend([address(self.destination), address(self.source), self.control]);
        if has_information {
            body.extend(check_sequence(&body).to_le_bytes());
            body.extend(&self.information);
        }
        body.extend(check_sequence(&body).to_le_bytes());
        let mut bytes = vec![FLAG];
        bytes.extend(body);
        bytes.push(FLAG);
        bytes
    }

    /// Reads one whole frame with addresses of one byte.
    ///
    /// # Errors
    /// [`FrameError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let [FLAG, body @ .., FLAG] = bytes else {
            return Err(FrameError::Form("it is not between flags"));
        };
        let [format, low, destination, source, control, rest @ ..] = body else {
            return Err(FrameError::Form("it is shorter than a header"));
        };
        if format & 0xF0 != TYPE_3 {
            return Err(FrameError::Form("it is not of type 3"));
        }
        if usize::from(u16::from_be_bytes([format & 0x07, *low])) != body.len() {
            return Err(FrameError::Form("its length is not that of the bytes"));
        }
        if destination & 1 == 0 || source & 1 == 0 {
            return Err(FrameError::Form("an address is longer than one byte"));
        }
        fits("frame", body)?;
        let information = match rest {
            [_, _] => Vec::new(),
            [_, _, information @ .., _, _] => {
                fits("header", body.get(..7).unwrap_or_default())?;
                information.to_vec()
            }
            _ => return Err(FrameError::Form("it is shorter than its check sequence")),
        };
        let (destination, source) = (destination >> 1, source >> 1);
        let is_segment = format & SEGMENTED != 0;
        Ok(Self { is_segment, destination, source, control: *control, information })
    }
}

/// Whether the last two bytes check those in front of them.
fn fits(which: &'static str, bytes: &[u8]) -> Result<(), FrameError> {
    let Some((checked, [low, high])) = bytes.split_last_chunk::<2>() else {
        return Err(FrameError::Form("it has no check sequence"));
    };
    let (found, wanted) = (u16::from_le_bytes([*low, *high]), check_sequence(checked));
    if found == wanted { Ok(()) } else { Err(FrameError::CheckSequence { which, found, wanted }) }
}

/// Where a frame ends: the length tells, not the flag.
#[must_use]
pub fn framing() -> Framing {
    Framing::Shaped(Shape { name: "HDLC frame", judge: progress })
}

fn progress(received: &[u8]) -> Progress {
    match received {
        [] | [FLAG] => Progress::Incomplete,
        [FLAG, format, ..] if format & 0xF0 != TYPE_3 => {
            Progress::Broken("behind the flag stands no frame of type 3".to_owned())
        }
        [FLAG, format, low, ..] => {
            let whole = usize::from(u16::from_be_bytes([format & 0x07, *low])) + 2;
            if received.len() < whole { Progress::Incomplete } else { Progress::Complete(whole) }
        }
        [FLAG, _] => Progress::Incomplete,
        _ => Progress::Broken("a frame begins with 7E".to_owned()),
    }
}
