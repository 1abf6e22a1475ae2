//! PEM: DER between two lines that say what it is.
//!
//! Source: RFC 7468, clause 2.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Characters of a line. Source: RFC 7468, clause 2.
const LINE: usize = 64;

/// A block with this label.
#[must_use]
pub fn write(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(LINE));
        out.push_str(line);
        out.push('\n');
        rest = more;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// The contents of every block with this label; none where there is no block
/// or one is damaged.
#[must_use]
pub fn read(label: &str, text: &str) -> Option<Vec<Vec<u8>>> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let blocks = text.split(begin.as_str()).skip(1).map(|block| {
        let packed: String = block.split_once(&end)?.0.split_ascii_whitespace().collect();
        STANDARD.decode(packed).ok()
    });
    let blocks = blocks.collect::<Option<Vec<_>>>()?;
    (!blocks.is_empty()).then_some(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc7468_blocks_are_read_back_and_damaged_ones_are_not() {
        let text = format!("note\n{}{}", write("A", &[7; 100]), write("B", b"other"));
        assert_eq!(read("A", &text), Some(vec![vec![7; 100]]));
        assert_eq!(read("B", &text), Some(vec![b"other".to_vec()]));
        assert_eq!(read("C", &text), None);
        assert_eq!(read("A", &text.replace("END A", "END")), None);
        assert_eq!(read("A", &text.replace("BwcH", "Bw%H")), None);
    }
}
