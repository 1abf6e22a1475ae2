//! Plain tables: columns as wide as their widest cell, two blanks between.

/// A table for a terminal.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with its heading.
    #[must_use]
    pub fn new(heading: &[&str]) -> Self {
        let mut table = Self { rows: Vec::new() };
        table.row(heading);
        table
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[&str]) {
        self.rows.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
    }

    /// Whether there is nothing below the heading.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }

    /// The table as text, without blanks at the ends of its lines.
    #[must_use]
    pub fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| columns_of(cell)).max()
        };
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths);
            let padded = cells.map(|(cell, width)| {
                let blanks = width.saturating_sub(columns_of(cell));
                format!("{cell}{}", " ".repeat(blanks))
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        self.rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// Columns a text takes on a terminal: Chinese characters and full-width signs take two.
///
/// Source: Unicode Standard Annex #11, East Asian Width; the blocks that this program prints.
fn columns_of(text: &str) -> usize {
    let wide = |c: char| matches!(u32::from(c), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6);
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_also_under_chinese() {
        let mut table = Table::new(&["A", "B"]);
        table.row(&["电能表", "1"]);
        table.row(&["meter", "22"]);
        assert_eq!(table.text(), "A       B\n电能表  1\nmeter   22");
    }
}
