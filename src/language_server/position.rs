//! Positions: line and UTF-16 column for bytes, and back.
//!
//! Source: Language Server Protocol 3.17, Position: a character outside the
//! Basic Multilingual Plane counts two.

use std::ops::Range;

use lsp_types::Position;

/// The position of a byte; inside a character it is the character's beginning.
#[must_use]
pub fn position(text: &str, byte: usize) -> Position {
    let mut end = byte.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(..end).unwrap_or_default();
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().map_or(0, |tail| tail.encode_utf16().count());
    let narrow = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Position::new(narrow(line), narrow(column))
}

/// The range of a stretch of bytes.
#[must_use]
pub fn range(text: &str, place: &Range<usize>) -> lsp_types::Range {
    lsp_types::Range::new(position(text, place.start), position(text, place.end.max(place.start)))
}

/// The byte of a position; beyond the end of a line it is the line's end.
#[must_use]
pub fn byte(text: &str, position: Position) -> usize {
    let mut start = 0;
    for _ in 0..position.line {
        match text.get(start..).and_then(|rest| rest.find('\n')) {
            Some(end) => start += end + 1,
            None => return text.len(),
        }
    }
    let line = text.get(start..).and_then(|rest| rest.split('\n').next()).unwrap_or_default();
    let mut units = 0;
    for (offset, character) in line.char_indices() {
        if units >= position.character {
            return start + offset;
        }
        units += u32::try_from(character.len_utf16()).unwrap_or(1);
    }
    start + line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lsp_3_17_columns_count_utf_16_code_units() {
        let text = "a\nzh = \"电能表𝄞\" # b";
        let after = text.find("# b").expect("it is there");
        // 6 ASCII, 3 Chinese characters, one of two units, a quotation mark, a blank.
        assert_eq!(position(text, after), Position::new(1, 6 + 3 + 2 + 2));
        assert_eq!(byte(text, Position::new(1, 13)), after);
        assert_eq!(byte(text, Position::new(1, 999)), text.len());
        assert_eq!(byte(text, Position::new(9, 0)), text.len());
    }

    #[test]
    fn every_character_boundary_comes_back() {
        let text = "α = \"0.5 %\"\r\n\r\n[表]\n𝄞𝄞 = 1";
        for (at, _) in text.char_indices() {
            assert_eq!(byte(text, position(text, at)), at);
        }
    }
}
