//! DL/T 645-2007: the frames of Chinese energy meters on RS-485 and optical heads.
//!
//! ```text
//! 68 A0 A1 A2 A3 A4 A5 68 C L DATA… CS 16
//! ```
//!
//! Address and values are binary-coded decimals, low byte first; every data byte
//! travels with 33H added. A receiver skips wake-up bytes (FE) in front of the first
//! 68 and never looks for a frame inside the data of another: what does not check is
//! refused, not searched through.
//!
//! Source: electricity dossier 4.2 (DL/T 645-2007, chapters 5 to 7).

use crate::framing::{Framing, Progress, Shape};
use std::fmt;
use thiserror::Error;

pub mod question;
pub mod value;

/// Begins a frame, and stands again behind the address.
const START: u8 = 0x68;
/// Ends a frame.
const END: u8 = 0x16;
/// Wakes a sleeping receiver; up to four of them may stand in front of a frame.
const WAKE_UP: u8 = 0xFE;
/// Wake-up bytes that are skipped at most; the standard sends four.
const MOST_WAKE_UPS: usize = 16;
/// What is added to each data byte on the wire.
const OFFSET: u8 = 0x33;
/// Bytes of a frame beside its data.
const AROUND_DATA: usize = 12;
/// Longest data field: 200 bytes in an answer.
const MOST_DATA: usize = 200;

/// Marks a frame from the meter.
const FROM_METER: u8 = 0x80;
/// Marks an answer that says why there is none.
const IS_ERROR: u8 = 0x40;
/// Marks an answer that has a sequel.
const MORE_FOLLOWS: u8 = 0x20;

/// The address of a meter: twelve decimal digits, or a wildcard.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Address([u8; 6]);

impl Address {
    /// Whoever is there; for a line with one meter only.
    pub const ANY: Self = Self([0xAA; 6]);
    /// Every meter on the line; nobody answers.
    pub const EVERYBODY: Self = Self([0x99; 6]);

    /// Reads up to twelve decimal digits, or the word `any`; what is missing in front is zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "any" {
            return Some(Self::ANY);
        }
        if text.is_empty() || text.len() > 12 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: u64 = text.parse().ok()?;
        let mut rest = number;
        let bytes = [(); 6].map(|()| {
            let pair = u8::try_from(rest % 100).unwrap_or(0);
            rest /= 100;
            ((pair / 10) << 4) | (pair % 10)
        });
        Some(Self(bytes))
    }

    /// As it stands on the wire, lowest pair of digits first.
    #[must_use]
    pub fn bytes(self) -> [u8; 6] {
        self.0
    }

    /// Whether a meter called `other` may answer to this address.
    #[must_use]
    pub fn includes(self, other: Self) -> bool {
        self.0.iter().zip(other.0).all(|(wanted, found)| *wanted == 0xAA || *wanted == found)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

/// A frame, its data without the offset of the wire.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Frame {
    /// Whom it is for, or whom it is from.
    pub address: Address,
    /// Control code.
    pub control: u8,
    /// Data as the standard defines them, before 33H is added.
    pub data: Vec<u8>,
}

/// Why bytes are no frame, or a frame no answer.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum FrameError {
    /// A fixed byte, a length or the end is not where it must be.
    #[error("no frame: {0}")]
    Form(&'static str),
    /// The check sum does not fit.
    #[error("check sum {found:02X}, the bytes make {wanted:02X}")]
    CheckSum {
        /// As received.
        found: u8,
        /// As computed.
        wanted: u8,
    },
    /// The meter says why it does not answer.
    #[error("the meter refuses: {}", reasons(*.0))]
    Refused(u8),
    /// Another meter answers, or another question is answered.
    #[error("{what} is {found}, wanted {wanted}")]
    NotTheAnswer {
        /// What differs.
        what: &'static str,
        /// As received.
        found: String,
        /// As asked for.
        wanted: String,
    },
    /// The answer has a sequel, which is not asked for here.
    #[error("the answer has a sequel; ask for a single item instead of a block")]
    Sequel,
}

/// The reasons in an error byte.
///
/// Source: electricity dossier 4.2 (DL/T 645-2007, 7.1.4).
fn reasons(byte: u8) -> String {
    const REASONS: [&str; 7] = [
        "other error",
        "no such data",
        "password or authority",
        "speed cannot be changed",
        "too many yearly zones",
        "too many daily slots",
        "too many tariffs",
    ];
    let set = REASONS.iter().enumerate().filter(|(bit, _)| byte >> bit & 1 == 1);
    let named: Vec<&str> = set.map(|(_, reason)| *reason).collect();
    if named.is_empty() { format!("code {byte:02X}") } else { named.join(", ") }
}

impl Frame {
    /// The bytes on the wire, without wake-up bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![START];
        bytes.extend(self.address.bytes());
        bytes.extend([START, self.control, u8::try_from(self.data.len()).unwrap_or(u8::MAX)]);
        bytes.extend(self.data.iter().map(|byte| byte.wrapping_add(OFFSET)));
        bytes.extend([sum(&bytes), END]);
        bytes
    }

    /// Reads one whole frame, wake-up bytes in front of it allowed.
    ///
    /// # Errors
    /// [`FrameError::Form`] and [`FrameError::CheckSum`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let awake = bytes.iter().take_while(|byte| **byte == WAKE_UP).count();
        let frame = bytes.get(awake..).unwrap_or_default();
        let [START, a0, a1, a2, a3, a4, a5, START, control, length, rest @ ..] = frame else {
            return Err(FrameError::Form("the two bytes 68 do not stand where they must"));
        };
        let Some((data, [check, END])) = rest.split_at_checked(usize::from(*length)) else {
            return Err(FrameError::Form("the length does not lead to check sum and 16"));
        };
        let wanted = sum(frame.get(..frame.len().saturating_sub(2)).unwrap_or_default());
        if *check != wanted {
            return Err(FrameError::CheckSum { found: *check, wanted });
        }
        Ok(Self {
            address: Address([*a0, *a1, *a2, *a3, *a4, *a5]),
            control: *control,
            data: data.iter().map(|byte| byte.wrapping_sub(OFFSET)).collect(),
        })
    }

    /// The data with which `answer` answers this frame, behind its echo of the first
    /// `echoed` data bytes.
    ///
    /// # Errors
    /// [`FrameError`], in particular the meter's own refusal.
    pub fn answered_by(&self, answer: &Self, echoed: usize) -> Result<Vec<u8>, FrameError> {
        let differs = |what, found: String, wanted: String| {
            Err(FrameError::NotTheAnswer { what, found, wanted })
        };
        if !self.address.includes(answer.address) {
            return differs("the meter", answer.address.to_string(), self.address.to_string());
        }
        if answer.control == self.control | FROM_METER | IS_ERROR {
            return Err(FrameError::Refused(answer.data.first().copied().unwrap_or(0)));
        }
        if answer.control == self.control | FROM_METER | MORE_FOLLOWS {
            return Err(FrameError::Sequel);
        }
        let wanted = self.control | FROM_METER;
        if answer.control != wanted {
            let (found, wanted) = (format!("{:02X}", answer.control), format!("{wanted:02X}"));
            return differs("the control code", found, wanted);
        }
        let asked = self.data.get(..echoed).unwrap_or_default();
        match answer.data.strip_prefix(asked) {
            Some(data) => Ok(data.to_vec()),
            None => differs("the item", hex(&answer.data), hex(asked)),
        }
    }
}

/// Where a frame ends.
#[must_use]
pub fn framing() -> Framing {
    Framing::Shaped(Shape { name: "DL/T 645 frame", judge: progress })
}

fn progress(received: &[u8]) -> Progress {
    let awake = received.iter().take_while(|byte| **byte == WAKE_UP).count();
    if awake > MOST_WAKE_UPS {
        return Progress::Broken("nothing but wake-up bytes".to_owned());
    }
    let frame = received.get(awake..).unwrap_or_default();
    let wrong = |at: usize, wanted: u8| frame.get(at).is_some_and(|byte| *byte != wanted);
    if wrong(0, START) || wrong(7, START) {
        return Progress::Broken("the bytes 68 do not stand at 0 and 7".to_owned());
    }
    let Some(length) = frame.get(9).map(|length| usize::from(*length)) else {
        return Progress::Incomplete;
    };
    if length > MOST_DATA {
        return Progress::Broken(format!("a frame holds at most {MOST_DATA} data, not {length}"));
    }
    let whole = length + AROUND_DATA;
    if frame.len() < whole { Progress::Incomplete } else { Progress::Complete(awake + whole) }
}

fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
