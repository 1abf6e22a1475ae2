//! Bytes that have arrived on a link which marks the end of each message beside the data.
//!
//! VXI-11, HiSLIP and GPIB bridges give the END indicator of IEEE 488 with the last byte.
//! There END ends a message whatever its framing: an instrument that sends no line feed
//! behind its answer is understood all the same.

use super::pieces::Whole;
use crate::framing::{Framing, Progress};

/// Bytes not yet read, and where messages end among them.
#[derive(Clone, Debug, Default)]
pub struct Arrived {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Arrived {
    /// Adds bytes; `end` when END came with the last of them.
    pub fn push(&mut self, bytes: &[u8], end: bool) {
        self.bytes.extend_from_slice(bytes);
        if end {
            self.ends.push(self.bytes.len());
        }
    }

    /// One message, once it is whole.
    ///
    /// # Errors
    /// Why the bytes can never become a message of this framing.
    pub fn take(&mut self, framing: &Framing) -> Result<Option<Vec<u8>>, String> {
        let end = self.ends.first().copied();
        let visible = self.bytes.get(..end.unwrap_or(self.bytes.len())).unwrap_or_default();
        if let Framing::End { max } = framing {
            return match end {
                Some(length) if length <= *max => Ok(Some(self.taken(length))),
                None if visible.len() <= *max => Ok(None),
                _ => Err(format!("no end within {max} bytes")),
            };
        }
        let length = match (framing.progress(visible), end) {
            (Progress::Broken(reason), _) => return Err(reason),
            (Progress::Complete(length), _) => length,
            (Progress::CompleteUnlessFollowedBy { length, .. }, Some(_)) => length,
            (Progress::UntilQuiet(_), Some(length)) => length,
            (Progress::Incomplete, Some(length)) if may_end_early(framing, visible) => length,
            (Progress::Incomplete, Some(length)) => {
                return Err(format!("the message ended after {length} bytes"));
            }
            (_, None) => return Ok(None),
        };
        Ok(Some(self.taken(length)))
    }

    /// The same, with how much has arrived while it is not whole.
    ///
    /// # Errors
    /// See [`Arrived::take`].
    pub(super) fn whole(&mut self, framing: &Framing) -> Result<Whole, String> {
        let message = self.take(framing)?;
        Ok(message.map_or_else(|| Whole::NotYet(self.len()), Whole::Message))
    }

    /// Whether the bytes are a message to which a terminator may or may not still come.
    pub(super) fn may_be_whole(&self, framing: &Framing) -> bool {
        matches!(framing.progress(&self.bytes), Progress::CompleteUnlessFollowedBy { .. })
    }

    /// Everything, as bytes.
    pub fn take_all(&mut self) -> Vec<u8> {
        self.ends.clear();
        std::mem::take(&mut self.bytes)
    }

    /// How many bytes nobody has read.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing has arrived.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.ends.is_empty()
    }

    fn taken(&mut self, length: usize) -> Vec<u8> {
        let rest = self.bytes.split_off(length.min(self.bytes.len()));
        self.ends.retain(|end| *end > length);
        for end in &mut self.ends {
            *end -= length;
        }
        std::mem::replace(&mut self.bytes, rest)
    }
}

/// Lines, blocks of indefinite length and messages that end in silence may end with END; what
/// counts its bytes may not end before they are all there.
fn may_end_early(framing: &Framing, visible: &[u8]) -> bool {
    match framing {
        Framing::Terminator { .. } | Framing::Gap { .. } | Framing::End { .. } => true,
        Framing::Block488 { .. } => visible.starts_with(b"#0"),
        Framing::Fixed(_) | Framing::LengthPrefixed(_) | Framing::Shaped(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrived(parts: &[(&[u8], bool)]) -> Arrived {
        let mut arrived = Arrived::default();
        for (bytes, end) in parts {
            arrived.push(bytes, *end);
        }
        arrived
    }

    #[test]
    fn end_ends_a_line_that_has_no_line_feed() {
        let mut two = arrived(&[(b"+1.0", false), (b"E+00", true), (b"+2\n+3", true)]);
        let line = Framing::line(64);
        assert_eq!(two.take(&line), Ok(Some(b"+1.0E+00".to_vec())));
        assert_eq!(two.take(&line), Ok(Some(b"+2\n".to_vec())));
        assert_eq!(two.take(&line), Ok(Some(b"+3".to_vec())));
        assert_eq!(two.take(&line), Ok(None));
        assert!(two.is_empty());
    }

    #[test]
    fn a_message_goes_on_until_end() {
        let mut half = arrived(&[(b"ab\ncd", false)]);
        let until_end = Framing::End { max: 8 };
        assert_eq!(half.take(&until_end), Ok(None));
        half.push(b"e", true);
        assert_eq!(half.take(&until_end), Ok(Some(b"ab\ncde".to_vec())));
        half.push(b"0123456789", true);
        assert!(half.take(&until_end).is_err());
    }

    #[test]
    fn end_inside_counted_bytes_is_an_error_and_behind_a_block_needs_no_terminator() {
        let block = Framing::Block488 { terminator: b"\n".to_vec(), max: 99 };
        assert_eq!(arrived(&[(b"#15ab\ncd", true)]).take(&block), Ok(Some(b"#15ab\ncd".to_vec())));
        assert_eq!(arrived(&[(b"#0ab", true)]).take(&block), Ok(Some(b"#0ab".to_vec())));
        assert!(arrived(&[(b"#15ab", true)]).take(&block).is_err());
        assert!(arrived(&[(b"ab", true)]).take(&Framing::Fixed(3)).is_err());
    }
}
