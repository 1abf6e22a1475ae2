//! The tree of an expression.

use std::ops::Range;

use super::{NumberKind, Symbol, functions};

/// A node with its place in the text.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    /// Longest way down to a leaf; bounded by the parser, so that walking the
    /// tree cannot exhaust the stack.
    pub(crate) depth: u16,
    pub(crate) form: Form,
}

#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// A literal, already in SI.
    Number { si: f64, kind: NumberKind },
    /// A quoted text; `quantity` where it can be read as one.
    Text { text: String, quantity: Option<(f64, NumberKind)> },
    /// `true` or `false`.
    Truth(bool),
    /// A name, or a selection with its bracket in the name.
    Symbol(String),
    /// `-x` or `not x`.
    Unary { sign: Unary, of: Box<Node> },
    /// Two operands.
    Binary { sign: Binary, left: Box<Node>, right: Box<Node> },
    /// `name(…)`; `path` is the call as a symbol where its argument is one.
    Call { name: String, args: Vec<Node>, path: Option<String> },
    /// `list[index]`.
    Index { list: Box<Node>, index: Box<Node> },
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Unary {
    Minus,
    Not,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Binary {
    Plus,
    Minus,
    Times,
    Over,
    Power,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

impl Binary {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Over => "/",
            Self::Power => "^",
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::And => "and",
            Self::Or => "or",
        }
    }

    pub(crate) fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::Unequal
                | Self::Less
                | Self::LessOrEqual
                | Self::Greater
                | Self::GreaterOrEqual
        )
    }
}

impl Node {
    /// The number that the node is without any scope: a literal, its negative,
    /// or a quotient of literals.
    pub(crate) fn literal(&self) -> Option<f64> {
        match &self.form {
            Form::Number { si, kind } if *kind == NumberKind::ONE => Some(*si),
            Form::Unary { sign: Unary::Minus, of } => Some(-of.literal()?),
            Form::Binary { sign: Binary::Over, left, right } => {
                Some(left.literal()? / right.literal()?)
            }
            _ => None,
        }
    }

    pub(crate) fn collect_symbols(&self, symbols: &mut Vec<Symbol>) {
        match &self.form {
            Form::Number { .. } | Form::Text { .. } | Form::Truth(_) => {}
            Form::Symbol(path) => {
                symbols.push(Symbol { path: path.clone(), span: self.span.clone() });
            }
            Form::Unary { of, .. } => of.collect_symbols(symbols),
            Form::Binary { left, right, .. } => {
                left.collect_symbols(symbols);
                right.collect_symbols(symbols);
            }
            Form::Call { name, args, path } => {
                for argument in args {
                    argument.collect_symbols(symbols);
                }
                if let Some(path) = path.as_ref().filter(|_| !functions::is_built_in(name)) {
                    symbols.push(Symbol { path: path.clone(), span: self.span.clone() });
                }
            }
            Form::Index { list, index } => {
                list.collect_symbols(symbols);
                index.collect_symbols(symbols);
            }
        }
    }
}
