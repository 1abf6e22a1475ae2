//! The language of ZERA power sources and comparators (MT, FG and COM families).
//!
//! A question is one line; the answer may be several, and its last line repeats the
//! question with `ACK` or `NAK` behind it. A setting is answered with `SOK` and its name.
//!
//! Source: electricity dossier 4.5 (the maker's public driver sources).

use super::scpi::ReplyError;
use crate::framing::{Framing, Progress, Shape};

/// Longest answer accepted.
const MOST: usize = 16 * 1024;

/// Where an answer ends: at the line that acknowledges or refuses.
#[must_use]
pub fn framing() -> Framing {
    Framing::Shaped(Shape { name: "ZERA answer", judge: progress })
}

fn progress(received: &[u8]) -> Progress {
    let mut length = 0;
    for line in received.split_inclusive(|byte| *byte == b'\r') {
        length += line.len();
        let is_last = match line.strip_suffix(b"\r") {
            Some(line) => {
                let line = line.trim_ascii();
                line.ends_with(b"ACK") || line.ends_with(b"NAK") || line.starts_with(b"SOK")
            }
            None => false,
        };
        if is_last {
            return Progress::Complete(length);
        }
    }
    if received.len() > MOST {
        return Progress::Broken(format!("no acknowledgement within {MOST} bytes"));
    }
    Progress::Incomplete
}

/// The lines of an answer in one, a `|` behind each: `MT793V05.52|AAVACK|`.
///
/// # Errors
/// [`ReplyError::Refused`] for `NAK`.
pub fn said(answer: &str) -> Result<String, ReplyError> {
    let lines: Vec<&str> = answer.split(['\r', '\n']).filter(|line| !line.is_empty()).collect();
    match lines.last() {
        Some(last) if last.ends_with("NAK") => {
            Err(ReplyError::Refused { reason: (*last).to_owned() })
        }
        None => Err(ReplyError::Empty),
        Some(_) => Ok(lines.iter().map(|line| format!("{}|", line.trim())).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: electricity dossier 4.5.
    #[test]
    fn zera_an_answer_of_several_lines_ends_with_its_acknowledgement() {
        assert_eq!(progress(b"MT793V05.52\r"), Progress::Incomplete);
        assert_eq!(progress(b"MT793V05.52\rAAVACK\r"), Progress::Complete(19));
        assert_eq!(progress(b"SOKUP\rX"), Progress::Complete(6));
        assert_eq!(progress(b"0;230.001\r1;230.002\rAMEA"), Progress::Incomplete);
        assert_eq!(said("MT793V05.52\rAAVACK\r"), Ok("MT793V05.52|AAVACK|".to_owned()));
    }

    #[test]
    fn zera_a_refusal_is_not_an_answer() {
        assert_eq!(progress(b"AVR9NAK\r"), Progress::Complete(8));
        assert_eq!(said("AVR9NAK\r"), Err(ReplyError::Refused { reason: "AVR9NAK".into() }));
        assert_eq!(said("\r"), Err(ReplyError::Empty));
    }
}
