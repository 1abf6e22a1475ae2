//! Messages of USBTMC on its bulk endpoints, for both ends.
//!
//! ```text
//! message | tag | complement of the tag | 0 | length (4, little-endian) | attributes | 0 0 0
//! ```
//!
//! Definition: USBTMC rev. 1.0 (2003), table 1, and USBTMC-USB488 rev. 1.0 (2003).

/// Length of the head.
pub const HEAD: usize = 12;
/// A message ends with its last byte (bit 0 of the attributes).
const END: u8 = 1;
/// Bulk transfers are filled up to a multiple of this.
const ALIGNED: usize = 4;

/// What a head announces.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Data to the instrument.
    Out = 1,
    /// The instrument may say so many bytes; to the instrument.
    Request = 2,
    /// Group execute trigger (USB488); to the instrument.
    Trigger = 128,
}

/// A part of an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The tag of the request it answers.
    pub tag: u8,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether the message ends here.
    pub end: bool,
    /// Bytes the head announced that are still to come in further transfers.
    pub missing: usize,
}

/// The tag behind `tag`: from 1 to 255, never zero.
#[must_use]
pub fn next_tag(tag: u8) -> u8 {
    tag.checked_add(1).unwrap_or(1)
}

/// A head, as it stands in front of a transfer to the instrument.
#[must_use]
pub fn head(kind: Kind, tag: u8, length: u32, attributes: u8) -> [u8; HEAD] {
    let [a, b, c, d] = length.to_le_bytes();
    [kind as u8, tag, !tag, 0, a, b, c, d, attributes, 0, 0, 0]
}

/// Data to the instrument, filled up; `end` when the message ends with them.
#[must_use]
pub fn data(tag: u8, bytes: &[u8], end: bool) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut transfer = head(Kind::Out, tag, length, if end { END } else { 0 }).to_vec();
    transfer.extend_from_slice(bytes);
    transfer.resize(transfer.len().next_multiple_of(ALIGNED), 0);
    transfer
}

/// The instrument may say at most `room` bytes.
#[must_use]
pub fn request(tag: u8, room: u32) -> Vec<u8> {
    head(Kind::Request, tag, room, 0).to_vec()
}

/// A trigger.
#[must_use]
pub fn trigger(tag: u8) -> Vec<u8> {
    head(Kind::Trigger, tag, 0, 0).to_vec()
}

/// Reads the first transfer of an answer.
///
/// # Errors
/// What is wrong with it.
pub fn answer(transfer: &[u8]) -> Result<Answer, String> {
    let [kind, tag, complement, _, a, b, c, d, attributes, _, _, _, bytes @ ..] = transfer else {
        return Err(format!("{} bytes are less than the head of a message", transfer.len()));
    };
    if *kind != Kind::Request as u8 {
        return Err(format!("message {kind} is no answer"));
    }
    if *complement != !*tag {
        return Err(format!("tag {tag} and its complement {complement} do not fit"));
    }
    let length = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
    let here = bytes.get(..length.min(bytes.len())).unwrap_or_default();
    Ok(Answer {
        tag: *tag,
        bytes: here.to_vec(),
        end: attributes & END != 0,
        missing: length - here.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// USBTMC rev. 1.0, 3.2.1.1, example of table 4 with the question `*IDN?` and a line feed.
    #[test]
    fn usbtmc_3_2_1_1_data_have_a_head_and_are_filled_up_to_four() {
        assert_eq!(
            data(5, b"*IDN?\n", true),
            [1, 5, 0xFA, 0, 6, 0, 0, 0, 1, 0, 0, 0, 42, 73, 68, 78, 63, 10, 0, 0]
        );
        assert_eq!(data(1, b"abcd", false)[8..], [0, 0, 0, 0, 97, 98, 99, 100]);
    }

    #[test]
    fn usbtmc_3_2_1_2_request_says_how_much_may_come() {
        assert_eq!(request(255, 0x0102_0304), [2, 255, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0]);
        assert_eq!(trigger(7), [128, 7, 0xF8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn usbtmc_3_3_1_answer_is_cut_at_its_length_and_goes_on_in_further_transfers() {
        let head = [2, 9, 0xF6, 0, 5, 0, 0, 0, 1, 0, 0, 0];
        let whole = answer(&[&head[..], b"+1.0\n\0\0\0"].concat()).unwrap();
        let wanted = Answer { tag: 9, bytes: b"+1.0\n".to_vec(), end: true, missing: 0 };
        assert_eq!(whole, wanted);
        let first = answer(&[&head[..], b"+1"].concat()).unwrap();
        assert_eq!((first.bytes.as_slice(), first.missing), (b"+1".as_slice(), 3));
    }

    #[test]
    fn transfers_that_are_no_answer_are_refused() {
        assert!(answer(b"short").unwrap_err().contains("less than the head"));
        assert!(
            answer(&[1, 9, 0xF6, 0, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap_err().contains("message 1")
        );
        assert!(answer(&[2, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap_err().contains("do not fit"));
    }

    /// USBTMC rev. 1.0, table 1: a tag is from 1 to 255.
    #[test]
    fn usbtmc_table_1_tags_go_round_without_zero() {
        assert_eq!((next_tag(1), next_tag(254), next_tag(255)), (2, 255, 1));
    }
}
