//! What was said on a line, with the time of each word.
//!
//! A transcript is evidence ("the bytes on the wire at 10:32:07") and the raw
//! material for replaying a conversation. Recording never changes what is said.

use jiff::Timestamp;
use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, PoisonError},
};

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

impl fmt::Display for Utterance {
    /// One line: time, address, direction, bytes with everything unprintable escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.direction {
            Direction::Sent => ">",
            Direction::Received => "<",
            Direction::Event => "-",
        };
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
