//! Lines of the procedure's text: looked up once for each finding that might be said, thousands of
//! times in a plan.

use std::ops::Range;

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub struct Lines {
    /// The bytes at which lines end, in order.
    ends: Vec<usize>,
}

impl Lines {
    /// The lines of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let bytes = text.bytes().enumerate();
        Self { ends: bytes.filter(|(_, byte)| *byte == b'\n').map(|(place, _)| place).collect() }
    }

    /// The line (from 1) of the first byte of a place; the last one for a place behind the text.
    #[must_use]
    pub fn at(&self, place: &Range<usize>) -> usize {
        self.ends.partition_point(|end| *end < place.start) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_in_the_line_that_a_reader_counts() {
        let text = "a\nbc\n\nd";
        let lines = Lines::of(text);
        for start in 0..=text.len() + 3 {
            assert_eq!(
                lines.at(&(start..start)),
                crate::plan::refusal::line(text, &(start..start))
            );
        }
    }
}
