//! A finding about a text that somebody wrote: what was found, what was wanted, where.
//!
//! Findings are values. Checking a file returns all of them at once; the faces
//! (`src/cli`, `gui`) draw them. Nothing here prints.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Background of another finding.
    Note,
    /// The text can be used, but somebody should look.
    Warning,
    /// The text cannot be used.
    Error,
}

/// One finding, with its place in the text it is about.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable code, such as `E0123`.
    pub code: String,
    /// Weight of the finding.
    pub severity: Severity,
    /// What was found and what was wanted; lower case, no full stop.
    pub message: String,
    /// Place in the source text, in bytes.
    pub span: Option<Range<usize>>,
    /// What the author may do about it.
    pub hint: Option<String>,
    /// The other place that the finding is about.
    pub other: Option<Box<(Range<usize>, String)>>,
}

impl Diagnostic {
    /// A finding that forbids the use of the text.
    pub fn error(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code.into(), message.into())
    }

    /// A finding that somebody should look at.
    pub fn warning(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code.into(), message.into())
    }

    fn new(severity: Severity, code: String, message: String) -> Self {
        Self { code, severity, message, span: None, hint: None, other: None }
    }

    /// The same finding with its place.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// The same finding with advice.
    #[must_use]
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = Some(text.into());
        self
    }

    /// The same finding with the second place it is about.
    #[must_use]
    pub fn other(mut self, span: Range<usize>, text: impl Into<String>) -> Self {
        self.other = Some(Box::new((span, text.into())));
        self
    }

    /// The same finding in a text that begins `by` bytes earlier, such as the
    /// file around an expression.
    #[must_use]
    pub fn shifted(mut self, by: usize) -> Self {
        let shift = |span: Range<usize>| span.start.saturating_add(by)..span.end.saturating_add(by);
        self.span = self.span.map(shift);
        self.other = self.other.map(|place| Box::new((shift(place.0), place.1)));
        self
    }

    /// Whether the finding forbids the use of the text.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "[{}] {}", self.code, self.message)?;
        if let Some(span) = &self.span {
            write!(formatter, " (byte {})", span.start)?;
        }
        match &self.hint {
            Some(hint) => write!(formatter, "; {hint}"),
            None => Ok(()),
        }
    }
}

/// The known word nearest to `word`, when it is near enough to be a slip of
/// the pen.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 1 + word.chars().count() / 4;
    known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Slips of the pen between two words; wrong case is the smallest of them.
fn distance(word: &str, candidate: &str) -> usize {
    if word.eq_ignore_ascii_case(candidate) {
        return 0;
    }
    strsim::damerau_levenshtein(word, candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifting_moves_both_places() {
        let finding = Diagnostic::error("E1", "x").at(2..4).other(7..9, "there").shifted(10);
        assert_eq!(finding.span, Some(12..14));
        assert_eq!(finding.other, Some(Box::new((17..19, "there".to_owned()))));
    }

    #[test]
    fn nearest_word_is_a_slip_of_the_pen_and_no_more() {
        assert_eq!(nearest("vlaue", ["value", "unit"]), Some("value"));
        assert_eq!(nearest("qqqqq", ["value", "unit"]), None);
    }
}
