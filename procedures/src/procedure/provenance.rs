//! Where regulated numbers come from, and who compared them.

use super::Place;

/// One regulated part of a procedure with its source.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// Which part: `tables.mpe`, `points`, `stage.basic_error.repeat` …
    pub part: String,
    /// Document and clause.
    pub source: String,
    /// Whether somebody compared it with the bought text.
    pub confidence: Confidence,
    /// Who compared it.
    pub checked_by: Option<String>,
    /// When, as `YYYY-MM-DD`.
    pub checked_on: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// Whether a number was compared with its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// A named person compared it with the text of the document.
    Checked,
    /// Nobody did yet.
    Unchecked,
}
