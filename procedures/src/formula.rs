//! An expression with its place in the procedure file.
//!
//! The grammar and the evaluation are `etalon_uncertainty::expression`'s; here
//! an expression learns where it stands, so that a finding underlines the very
//! symbol, and a bare number in a column learns the unit of the column.

use std::ops::Range;

use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::{Expression, Kind, Scope, Value};

use crate::finding;

/// An expression as written in a procedure.
#[derive(Clone, Debug)]
pub struct Formula {
    /// The text as written.
    pub text: String,
    /// The parsed expression; carries the column's unit where the text is a
    /// bare number in a column with a unit.
    pub expression: Expression,
    /// The place of the text in the file, quotes excluded.
    pub place: Range<usize>,
    /// Whether byte n of the text is byte n of the place (no escapes).
    literal: bool,
}

impl Formula {
    /// Parses `text`, found at `place`; `literal` says that no escape stands
    /// between the two.
    ///
    /// # Errors
    /// The parser's finding, placed in the file.
    pub fn parse(text: &str, place: Range<usize>, literal: bool) -> Result<Self, Diagnostic> {
        Self::with_unit(text, "", place, literal)
    }

    /// Parses `text`; a bare number takes `unit`.
    ///
    /// # Errors
    /// The parser's finding, placed in the file.
    pub fn with_unit(
        text: &str,
        unit: &str,
        place: Range<usize>,
        literal: bool,
    ) -> Result<Self, Diagnostic> {
        let bare = is_bare_number(text);
        let whole = if bare && !unit.is_empty() && unit != "1" {
            format!("{} {unit}", text.trim())
        } else {
            text.to_owned()
        };
        match Expression::parse(&whole) {
            Ok(expression) => Ok(Self { text: text.to_owned(), expression, place, literal }),
            Err(finding) => Err(placed(finding, &place, literal)),
        }
    }

    /// The kind of the value in `scope`.
    ///
    /// # Errors
    /// Every finding, placed in the file.
    pub fn check(&self, scope: &dyn Scope) -> Result<Kind, Vec<Diagnostic>> {
        self.expression
            .check(scope)
            .map_err(|findings| findings.into_iter().map(|finding| self.placed(finding)).collect())
    }

    /// The value in `scope`.
    ///
    /// # Errors
    /// The finding, placed in the file.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, Diagnostic> {
        self.expression.evaluate(scope).map_err(|finding| self.placed(finding))
    }

    /// The place of a span of the text.
    #[must_use]
    pub fn place_of(&self, span: &Range<usize>) -> Range<usize> {
        if self.literal {
            self.place.start + span.start..(self.place.start + span.end).min(self.place.end)
        } else {
            self.place.clone()
        }
    }

    fn placed(&self, finding: Diagnostic) -> Diagnostic {
        placed(finding, &self.place, self.literal)
    }
}

/// Whether a text is a number and nothing else.
#[must_use]
pub fn is_bare_number(text: &str) -> bool {
    let text = text.trim();
    // Most texts that are none show it with their first letter.
    let begins =
        text.bytes().next().is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.'));
    begins && etalon_uncertainty::decimal::Decimal::parse(text).is_ok()
}

/// The finding of the expression room under the code of this one, in its place.
fn placed(mut finding: Diagnostic, place: &Range<usize>, literal: bool) -> Diagnostic {
    finding.code = match finding.code.as_str() {
        "X020" => finding::DIMENSION,
        "X021" => finding::SYMBOL,
        "X022" => finding::FUNCTION,
        _ => finding::EXPRESSION,
    }
    .to_owned();
    if literal {
        let clip = |span: Range<usize>| {
            let end = (place.start + span.end).min(place.end);
            (place.start + span.start).min(end)..end
        };
        finding.span = Some(finding.span.map_or_else(|| place.clone(), clip));
        finding.other = finding.other.map(|other| Box::new((clip(other.0), other.1)));
    } else {
        finding.span = Some(place.clone());
        finding.other = None;
    }
    finding
}
