//! `[report]`: the columns of the result table.

use std::collections::BTreeMap;

use etalon_uncertainty::text::Text;

use super::Place;
use crate::formula::Formula;

/// What the result table shows.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One column per expression at every point; `verdict` is the verdict.
    pub columns: Vec<Formula>,
    /// What columns are called on screen and on paper.
    pub labels: BTreeMap<String, Text>,
    /// Derived quantities shown below the table.
    pub summary: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

impl Report {
    /// What a column is called; its own text where the file names it no other way.
    #[must_use]
    pub fn label(&self, column: &str) -> Text {
        self.labels.get(column).cloned().unwrap_or_else(|| Text::english(column))
    }
}
