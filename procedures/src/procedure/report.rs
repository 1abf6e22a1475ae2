//! `[report]`: the columns of the result table.

use crate::formula::Formula;

/// What the result table shows.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One column per expression at every point; `verdict` is the verdict.
    pub columns: Vec<Formula>,
    /// Derived quantities shown below the table.
    pub summary: Vec<String>,
}
