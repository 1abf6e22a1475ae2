//! What was said on a line, with the time of each word.
//!
//! A transcript is evidence ("the bytes on the wire at 10:32:07") and the raw
//! material for replaying a conversation. Recording never changes what is said.

use jiff::Timestamp;
use std::{
    collections::VecDeque,
    fmt,
    str::FromStr,
    sync::{Mutex, PoisonError},
};

mod lines;

pub use lines::Lines;

/// Who spoke.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// Etalon spoke.
    Sent,
    /// The instrument spoke.
    Received,
    /// Nobody spoke: the text says what happened to the link.
    Event,
}

impl Direction {
    /// How it is written.
    fn sign(self) -> char {
        match self {
            Self::Sent => '>',
            Self::Received => '<',
            Self::Event => '-',
        }
    }
}

/// One utterance.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Utterance {
    /// When.
    pub at: Timestamp,
    /// Address of the line, as written in the bench file.
    pub resource: String,
    /// Who spoke.
    pub direction: Direction,
    /// The bytes, or the words of an event.
    pub bytes: Vec<u8>,
}

/// Something that listens to a line.
pub trait Transcript: Send + Sync {
    /// Takes down one utterance. It must not block.
    fn record(&self, utterance: &Utterance);
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unrecorded;

impl Transcript for Unrecorded {
    fn record(&self, _utterance: &Utterance) {}
}

/// The last utterances, kept in memory.
#[derive(Debug)]
pub struct Recent {
    kept: Mutex<VecDeque<Utterance>>,
    at_most: usize,
}

impl Recent {
    /// Keeps the last `at_most` utterances.
    #[must_use]
    pub fn new(at_most: usize) -> Self {
        Self { kept: Mutex::new(VecDeque::new()), at_most }
    }

    /// What is kept, oldest first.
    #[must_use]
    pub fn utterances(&self) -> Vec<Utterance> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl Transcript for Recent {
    fn record(&self, utterance: &Utterance) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == self.at_most {
            kept.pop_front();
        }
        kept.push_back(utterance.clone());
    }
}

/// A line that is no utterance.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the line is no utterance: wanted time, address, one of > < -, and the bytes")]
pub struct NoUtterance;

impl FromStr for Utterance {
    type Err = NoUtterance;

    /// Reads a line as it was written.
    fn from_str(line: &str) -> Result<Self, NoUtterance> {
        let (at, rest) = line.split_once(' ').ok_or(NoUtterance)?;
        let signs =
            [("> ", Direction::Sent), ("< ", Direction::Received), ("- ", Direction::Event)];
        let found = signs.iter().filter_map(|(sign, direction)| {
            let (resource, bytes) = rest.split_once(&format!(" {sign}"))?;
            Some((resource, bytes, *direction))
        });
        // The first sign behind the address: the bytes may hold such signs, too.
        let first = found.min_by_key(|(resource, _, _)| resource.len());
        let (resource, bytes, direction) = first.ok_or(NoUtterance)?;
        Ok(Self {
            at: at.parse().map_err(|_| NoUtterance)?,
            resource: resource.to_owned(),
            direction,
            bytes: unescaped(bytes).ok_or(NoUtterance)?,
        })
    }
}

/// Undoes [`slice::escape_ascii`].
fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        let (byte, behind) = match (byte, behind) {
            (b'\\', [b'n', more @ ..]) => (b'\n', more),
            (b'\\', [b'r', more @ ..]) => (b'\r', more),
            (b'\\', [b't', more @ ..]) => (b'\t', more),
            (b'\\', [same @ (b'\\' | b'\'' | b'"'), more @ ..]) => (*same, more),
            (b'\\', [b'x', high, low, more @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).ok()?;
                (u8::from_str_radix(digits, 16).ok()?, more)
            }
            (b'\\', _) => return None,
            (plain, more) => (*plain, more),
        };
        bytes.push(byte);
        rest = behind;
    }
    Some(bytes)
}

impl fmt::Display for Utterance {
    /// One line: time, address, direction, bytes with everything unprintable escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = self.direction.sign();
        write!(f, "{:.6} {} {sign} {}", self.at, self.resource, self.bytes.escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_utterance_is_one_line_whatever_its_bytes() {
        let utterance = Utterance {
            at: "2026-01-05T08:00:00.25Z".parse().unwrap(),
            resource: "SIM::ref".into(),
            direction: Direction::Received,
            bytes: b"#12\x00\xff\r\n".to_vec(),
        };
        assert_eq!(
            utterance.to_string(),
            r"2026-01-05T08:00:00.250000Z SIM::ref < #12\x00\xff\r\n"
        );
    }

    #[test]
    fn an_utterance_is_read_back_as_it_was_written() {
        for bytes in
            [b"MEAS:VOLT?\n".as_slice(), b"#12\x00\xff\r\n", b"a > b < \"c\" \\ 'd'\t", b""]
        {
            let utterance = Utterance {
                at: "2026-01-05T08:00:00.25Z".parse().unwrap(),
                resource: "TCPIP::127.0.0.1::5025::SOCKET".into(),
                direction: Direction::Sent,
                bytes: bytes.to_vec(),
            };
            assert_eq!(utterance.to_string().parse(), Ok(utterance));
        }
        for wrong in
            ["", "2026-01-05T08:00:00Z", "2026-01-05T08:00:00Z SIM::x > \\q", "x SIM::x > a"]
        {
            assert_eq!(wrong.parse::<Utterance>(), Err(NoUtterance), "{wrong}");
        }
    }

    #[test]
    fn only_the_last_utterances_are_kept() {
        let recent = Recent::new(2);
        for bytes in [b"a", b"b", b"c"] {
            recent.record(&Utterance {
                at: Timestamp::UNIX_EPOCH,
                resource: "SIM::x".into(),
                direction: Direction::Sent,
                bytes: bytes.to_vec(),
            });
        }
        let kept: Vec<_> = recent.utterances().into_iter().map(|said| said.bytes).collect();
        assert_eq!(kept, [b"b".to_vec(), b"c".to_vec()]);
    }
}
