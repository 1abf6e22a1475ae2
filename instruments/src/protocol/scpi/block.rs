//! Binary blocks of IEEE 488.2, once the transport has found their end.

use super::ReplyError;

/// The data inside a definite (`#15…`) or indefinite (`#0…`) block.
///
/// Source: IEEE 488.2-1992, 8.7.9 and 8.7.10.
///
/// # Errors
/// [`ReplyError::Block`] when head, length and data do not agree.
pub fn data(message: &[u8]) -> Result<&[u8], ReplyError> {
    let broken = |reason| ReplyError::Block { reason };
    let Some(rest) = message.strip_prefix(b"#") else {
        return Err(broken("it does not begin with #"));
    };
    let (width, rest) = match rest.split_first() {
        Some((width @ b'0'..=b'9', rest)) => (usize::from(width - b'0'), rest),
        _ => return Err(broken("no digit behind the #")),
    };
    if width == 0 {
        return Ok(rest.strip_suffix(b"\n").unwrap_or(rest));
    }
    let (head, rest) = rest.split_at_checked(width).ok_or(broken("its head is cut off"))?;
    let length: usize = std::str::from_utf8(head)
        .ok()
        .filter(|head| head.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|head| head.parse().ok())
        .ok_or(broken("its length is no number"))?;
    let (data, rest) = rest.split_at_checked(length).ok_or(broken("its data are cut off"))?;
    if rest.iter().all(u8::is_ascii_whitespace) {
        Ok(data)
    } else {
        Err(broken("data beyond its length"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaint_2_blocks_line_feeds_and_empty_blocks_are_data() {
        assert_eq!(data(b"#15ab\ncd"), Ok(b"ab\ncd".as_slice()));
        assert_eq!(data(b"#15ab\ncd\n"), Ok(b"ab\ncd".as_slice()));
        assert_eq!(data(b"#10"), Ok(b"".as_slice()));
        assert_eq!(data(b"#10\r\n"), Ok(b"".as_slice()));
        assert_eq!(data(b"#3003abc"), Ok(b"abc".as_slice()));
        assert_eq!(data(b"#0ab\ncd\n"), Ok(b"ab\ncd".as_slice()));
    }

    #[test]
    fn blocks_that_lie_about_their_length_are_refused() {
        for message in [b"15ab".as_slice(), b"#", b"#x", b"#2", b"#2x5ab", b"#15ab", b"#12abc"] {
            assert!(data(message).is_err(), "{}", message.escape_ascii());
        }
    }
}
