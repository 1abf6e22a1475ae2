//! The expression language: small, pure, total, typed by dimension and kind.
//!
//! One text serves every use: a value, a limit, a measurement model. This room
//! reads the text, knows the kinds, and evaluates; [`crate::tape`] turns the same
//! tree into straight-line code with derivatives.
//!
//! - Operators by precedence: `or`, `and`, `not`, comparison (`=` `==` `!=` `<`
//!   `<=` `>` `>=`), `+ -`, `* /`, unary `-`, `^` (to the right).
//! - A number may carry a unit, as `0.05 %` or `1000 kg/m^3`. The unit continues
//!   as long as no space follows, so a quotient by a symbol needs spaces:
//!   `60 s / t`.
//! - A quoted text is a text; where a number is needed and the text is a
//!   quantity, as `'10 s'`, it is that quantity.
//! - `E[1]` is the first element of a list; `E[dir='down']` and `E[down]` are
//!   symbols with that very name, as is `U(E)`: a call of an unknown function on
//!   one plain symbol is first looked up as a symbol.
//! - Comparisons are taken on decimals with twelve digits, see
//!   [`crate::decimal::CARRIED_DIGITS`].
//! - Hostile input is bounded: length, number of nodes, depth.

mod evaluation;
mod functions;
mod lexer;
mod parser;
pub(crate) mod syntax;
mod types;

use std::fmt;
use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::unit::Dimension;

pub use functions::{FUNCTIONS, MOST_ARGUMENTS};

/// What a number measures, and whether it is a point on a temperature scale.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct NumberKind {
    /// Dimension of the quantity.
    pub dimension: Dimension,
    /// A temperature on a scale (20 °C), of which only differences can be taken.
    pub affine: bool,
}

impl NumberKind {
    /// A pure number.
    pub const ONE: Self = Self { dimension: Dimension::ONE, affine: false };

    /// A quantity of a dimension, a difference where it is a temperature.
    #[must_use]
    pub fn of(dimension: Dimension) -> Self {
        Self { dimension, affine: false }
    }
}

/// Kind of an expression, known before any value is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A number with its dimension.
    Number(NumberKind),
    /// A text.
    Text,
    /// True or false.
    Truth,
    /// Several values of one kind.
    List(Box<Kind>),
}

impl Kind {
    /// The kind of numbers in a unit.
    #[must_use]
    pub fn of_unit(unit: &crate::unit::Unit) -> Self {
        Self::Number(NumberKind { dimension: unit.dimension(), affine: unit.is_affine() })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(kind) if kind.affine => formatter.write_str("a temperature on a scale"),
            Self::Number(kind) if kind.dimension.is_one() => formatter.write_str("a pure number"),
            Self::Number(kind) => {
                write!(formatter, "a number in {}", kind.dimension.readable())
            }
            Self::Text => formatter.write_str("a text"),
            Self::Truth => formatter.write_str("true or false"),
            Self::List(of) => write!(formatter, "a list of: {of}"),
        }
    }
}

/// Value of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number in the coherent SI unit of its dimension.
    Number {
        /// The number.
        si: f64,
        /// What it measures.
        kind: NumberKind,
    },
    /// A text.
    Text(String),
    /// True or false.
    Truth(bool),
    /// Several values.
    List(Vec<Value>),
}

impl Value {
    /// A pure number.
    #[must_use]
    pub fn number(si: f64) -> Self {
        Self::Number { si, kind: NumberKind::ONE }
    }

    /// A number given in a unit.
    #[must_use]
    pub fn in_unit(number: f64, unit: &crate::unit::Unit) -> Self {
        let kind = NumberKind { dimension: unit.dimension(), affine: unit.is_affine() };
        Self::Number { si: unit.to_si(number), kind }
    }

    /// Kind of the value; an empty list counts as one of pure numbers.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Number { kind, .. } => Kind::Number(*kind),
            Self::Text(_) => Kind::Text,
            Self::Truth(_) => Kind::Truth,
            Self::List(values) => {
                let first = values.first().map_or(Kind::Number(NumberKind::ONE), Self::kind);
                Kind::List(Box::new(first))
            }
        }
    }
}

impl From<&crate::quantity::Quantity> for Value {
    fn from(quantity: &crate::quantity::Quantity) -> Self {
        Self::in_unit(quantity.value(), quantity.unit())
    }
}

/// What the names in an expression mean.
pub trait Scope {
    /// Kind of a symbol such as `mpe.limit`.
    fn kind(&self, path: &str) -> Option<Kind>;

    /// Value of a symbol.
    fn value(&self, path: &str) -> Option<Value>;

    /// Kind of the answer of a function that is not built in; `None` where the
    /// function is not known, a sentence where the arguments do not fit.
    fn call_kind(&self, name: &str, args: &[Kind]) -> Option<Result<Kind, String>> {
        let _ = (name, args);
        None
    }

    /// Answer of a function that is not built in.
    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        let _ = (name, args);
        None
    }

    /// Every known symbol, for "did you mean".
    fn known(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A symbol in an expression, with its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Symbol {
    /// The name with its points, as `mpe.limit`; `E[dir='down']` for a selection.
    pub path: String,
    /// Place in the expression's text, in bytes.
    pub span: Range<usize>,
}

/// A parsed expression.
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    root: syntax::Node,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// The first place where the text is no expression.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let root = parser::parse(text)?;
        Ok(Self { text: text.to_owned(), root })
    }

    /// The text it was read from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every symbol, in the order of the text, as often as it stands there.
    ///
    /// The name of a call such as `U(E)` on one plain symbol is listed after its
    /// argument, as `U(E)`, when it is no built-in function.
    #[must_use]
    pub fn symbols(&self) -> Vec<Symbol> {
        let mut symbols = Vec::new();
        self.root.collect_symbols(&mut symbols);
        symbols
    }

    /// Kind of the expression, with every finding.
    ///
    /// # Errors
    /// All places where kinds or dimensions do not fit or a name is not known.
    pub fn check(&self, scope: &dyn Scope) -> Result<Kind, Vec<Diagnostic>> {
        types::check(&self.root, scope)
    }

    /// Value of the expression.
    ///
    /// # Errors
    /// The first place where the expression has no value: an unknown name, kinds
    /// that do not fit, a division by zero, a root of a negative number.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, Diagnostic> {
        evaluation::evaluate(&self.root, scope)
    }

    /// The tree, for the room that compiles it.
    pub(crate) fn root(&self) -> &syntax::Node {
        &self.root
    }

    /// Value of a part of a tree.
    pub(crate) fn evaluate_node(
        node: &syntax::Node,
        scope: &dyn Scope,
    ) -> Result<Value, Diagnostic> {
        evaluation::evaluate(node, scope)
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

#[cfg(test)]
mod tests;
