//! Where a message ends: the framings instruments use, as a pure function of bytes.
//!
//! There is no single "termination character" here. A binary block may hold any
//! byte, a bridge signals the end beside the data, a meter counts its bytes or
//! falls silent; each is a [`Framing`] of its own and chosen per question.

use std::{fmt, time::Duration};

/// How the end of a message is known.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Framing {
    /// The message ends with these bytes.
    Terminator {
        /// The terminator, not empty.
        bytes: Vec<u8>,
        /// Longest message accepted, terminator included.
        max: usize,
    },
    /// The link itself marks the end (the END indicator of IEEE 488, VXI-11, HiSLIP, USBTMC).
    End {
        /// Longest message accepted.
        max: usize,
    },
    /// An IEEE 488.2 block, definite (`#3256…`) or indefinite (`#0…`), whose length its own
    /// head gives; the terminator behind a definite block is optional.
    ///
    /// Source: IEEE 488.2-1992, 8.7.9 and 8.7.10.
    Block488 {
        /// What ends an indefinite block, and may follow a definite one.
        terminator: Vec<u8>,
        /// Longest message accepted.
        max: usize,
    },
    /// Always this many bytes.
    Fixed(usize),
    /// A head of fixed length says how long the rest is.
    LengthPrefixed(LengthPrefix),
    /// The message ends when the line has been quiet for this long.
    Gap {
        /// The silence.
        quiet: Duration,
        /// Longest message accepted.
        max: usize,
    },
    /// A protocol's own rule, where none of the above tells the end.
    Shaped(Shape),
}

/// A protocol's own rule for the end of its messages.
#[derive(Clone, Copy)]
pub struct Shape {
    /// What the messages are called, such as `DL/T 645 frame`; shapes of one name are equal.
    pub name: &'static str,
    /// Judges the bytes received so far.
    pub judge: fn(&[u8]) -> Progress,
}

impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Shape {}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Where the length stands in the head of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LengthPrefix {
    /// Offset of the length field from the beginning of the message.
    pub at: usize,
    /// Width of the length field in bytes, 1 to 8.
    pub width: usize,
    /// Whether the most significant byte comes first.
    pub big_endian: bool,
    /// Bytes of the message that the length does not count.
    pub uncounted: usize,
    /// Longest message accepted.
    pub max: usize,
}

/// What the bytes received so far amount to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Progress {
    /// Not yet a message.
    Incomplete,
    /// The first `0` bytes are one message.
    Complete(usize),
    /// Not yet a message by its bytes: it ends when the line stays quiet this long.
    UntilQuiet(Duration),
    /// A message, and a terminator may follow: it is awaited for a moment only.
    CompleteUnlessFollowedBy {
        /// Length of the message so far.
        length: usize,
        /// What may follow.
        terminator: Vec<u8>,
    },
    /// These bytes can never become a message.
    Broken(String),
}

impl Framing {
    /// Lines that end with a line feed, at most `max` bytes: SCPI over sockets and serial lines.
    #[must_use]
    pub fn line(max: usize) -> Self {
        Self::Terminator { bytes: b"\n".to_vec(), max }
    }

    /// Judges the bytes received so far.
    #[must_use]
    pub fn progress(&self, received: &[u8]) -> Progress {
        match self {
            Self::Terminator { bytes, max } => terminated(received, bytes, *max),
            Self::End { max } => within(*max, received.len()),
            Self::Block488 { terminator, max } => block(received, terminator, *max),
            Self::Fixed(length) => counted(received, *length),
            Self::LengthPrefixed(prefix) => prefixed(received, prefix),
            Self::Gap { max, .. } if received.len() > *max => too_long(*max),
            Self::Gap { quiet, .. } if !received.is_empty() => Progress::UntilQuiet(*quiet),
            Self::Gap { .. } => Progress::Incomplete,
            Self::Shaped(shape) => (shape.judge)(received),
        }
    }
}

fn terminated(received: &[u8], terminator: &[u8], max: usize) -> Progress {
    if terminator.is_empty() {
        return Progress::Broken("a terminator of no bytes never ends a message".to_owned());
    }
    match find(received, terminator) {
        Some(at) if at + terminator.len() <= max => Progress::Complete(at + terminator.len()),
        Some(_) => too_long(max),
        None => within(max, received.len()),
    }
}

fn counted(received: &[u8], length: usize) -> Progress {
    if received.len() < length { Progress::Incomplete } else { Progress::Complete(length) }
}

fn prefixed(received: &[u8], prefix: &LengthPrefix) -> Progress {
    let Some(field) = received.get(prefix.at..prefix.at.saturating_add(prefix.width)) else {
        return Progress::Incomplete;
    };
    let fold = |sum: usize, byte: &u8| sum.saturating_mul(256).saturating_add(usize::from(*byte));
    let counted_bytes = if prefix.big_endian {
        field.iter().fold(0, fold)
    } else {
        field.iter().rev().fold(0, fold)
    };
    let length = counted_bytes.saturating_add(prefix.uncounted);
    if length > prefix.max { too_long(prefix.max) } else { counted(received, length) }
}

fn block(received: &[u8], terminator: &[u8], max: usize) -> Progress {
    let digits = match (received.first(), received.get(1)) {
        (None, _) | (Some(b'#'), None) => return Progress::Incomplete,
        (Some(b'#'), Some(b'0')) => return terminated(received, terminator, max),
        (Some(b'#'), Some(width @ b'1'..=b'9')) => usize::from(width - b'0'),
        _ => return Progress::Broken("a block begins with # and a digit".to_owned()),
    };
    let Some(field) = received.get(2..2 + digits) else { return Progress::Incomplete };
    let Some(data) = decimal(field) else {
        return Progress::Broken("the length in the head of the block is no number".to_owned());
    };
    let length = data.saturating_add(2 + digits);
    if length.saturating_add(terminator.len()) > max {
        return too_long(max);
    }
    let Some(rest) = received.get(length..) else { return Progress::Incomplete };
    if rest.starts_with(terminator) {
        return Progress::Complete(length + terminator.len());
    }
    if terminator.starts_with(rest) {
        return Progress::CompleteUnlessFollowedBy { length, terminator: terminator.to_vec() };
    }
    Progress::Complete(length)
}

fn decimal(field: &[u8]) -> Option<usize> {
    field.iter().try_fold(0_usize, |sum, byte| {
        if !byte.is_ascii_digit() {
            return None;
        }
        sum.checked_mul(10)?.checked_add(usize::from(byte - b'0'))
    })
}

fn find(received: &[u8], wanted: &[u8]) -> Option<usize> {
    received.windows(wanted.len()).position(|window| window == wanted)
}

fn within(max: usize, received: usize) -> Progress {
    if received >= max { too_long(max) } else { Progress::Incomplete }
}

fn too_long(max: usize) -> Progress {
    Progress::Broken(format!("no end within {max} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(max: usize) -> Framing {
        Framing::Block488 { terminator: b"\n".to_vec(), max }
    }

    #[test]
    fn a_line_ends_at_its_terminator_and_not_before() {
        let line = Framing::line(16);
        assert_eq!(line.progress(b"+1.0E+00"), Progress::Incomplete);
        assert_eq!(line.progress(b"+1.0E+00\r\n+2"), Progress::Complete(10));
        assert_eq!(line.progress(b"\n"), Progress::Complete(1));
        assert_eq!(line.progress(&[b'x'; 16]), Progress::Broken("no end within 16 bytes".into()));
        assert_eq!(
            Framing::Terminator { bytes: b"\r\n".to_vec(), max: 9 }.progress(b"\r\r\nA"),
            Progress::Complete(3)
        );
    }

    #[test]
    fn ieee_488_2_8_7_9_line_feed_inside_a_definite_block_does_not_end_it() {
        assert_eq!(block(99).progress(b"#15ab\n"), Progress::Incomplete);
        assert_eq!(block(99).progress(b"#15ab\ncd\n"), Progress::Complete(9));
        assert_eq!(block(99).progress(b"#15ab\ncdX"), Progress::Complete(8));
    }

    #[test]
    fn ieee_488_2_8_7_9_terminator_behind_a_definite_block_is_optional() {
        assert_eq!(
            block(99).progress(b"#15ab\ncd"),
            Progress::CompleteUnlessFollowedBy { length: 8, terminator: b"\n".to_vec() }
        );
        assert_eq!(block(99).progress(b"#10\n"), Progress::Complete(4));
        assert_eq!(
            block(99).progress(b"#10"),
            Progress::CompleteUnlessFollowedBy { length: 3, terminator: b"\n".to_vec() }
        );
    }

    #[test]
    fn ieee_488_2_8_7_10_indefinite_block_ends_with_the_message() {
        assert_eq!(block(99).progress(b"#0abc"), Progress::Incomplete);
        assert_eq!(block(99).progress(b"#0abc\n"), Progress::Complete(6));
    }

    #[test]
    fn a_block_that_lies_about_itself_is_refused() {
        assert!(matches!(block(99).progress(b"+1.0E0\n"), Progress::Broken(_)));
        assert!(matches!(block(99).progress(b"#2x7ab"), Progress::Broken(_)));
        assert!(matches!(block(99).progress(b"#9999999999"), Progress::Broken(_)));
    }

    #[test]
    fn counted_messages_end_by_their_length() {
        assert_eq!(Framing::Fixed(3).progress(b"ab"), Progress::Incomplete);
        assert_eq!(Framing::Fixed(3).progress(b"abcd"), Progress::Complete(3));
        let prefix = LengthPrefix { at: 4, width: 2, big_endian: true, uncounted: 6, max: 260 };
        let modbus = Framing::LengthPrefixed(prefix);
        assert_eq!(modbus.progress(&[0, 1, 0, 0, 0]), Progress::Incomplete);
        assert_eq!(modbus.progress(&[0, 1, 0, 0, 0, 2, 9]), Progress::Incomplete);
        assert_eq!(modbus.progress(&[0, 1, 0, 0, 0, 2, 9, 9]), Progress::Complete(8));
        assert!(matches!(modbus.progress(&[0, 1, 0, 0, 9, 9, 9]), Progress::Broken(_)));
    }

    #[test]
    fn a_gap_ends_a_message_only_after_its_first_byte() {
        let quiet = Duration::from_millis(20);
        let gap = Framing::Gap { quiet, max: 4 };
        assert_eq!(gap.progress(b""), Progress::Incomplete);
        assert_eq!(gap.progress(b"ab"), Progress::UntilQuiet(quiet));
        assert!(matches!(gap.progress(b"abcde"), Progress::Broken(_)));
    }
}
