//! Words to a tree, by precedence; bounded in depth and size.

use std::ops::Range;

use super::NumberKind;
use super::functions::MOST_ARGUMENTS;
use super::lexer::{Word, words};
use super::syntax::{Binary, Form, Node, Unary};
use crate::diagnostic::Diagnostic;
use crate::quantity::Quantity;

/// Deepest nesting, of parentheses and of the tree.
///
/// A frame of the walks over the tree takes less than a kilobyte; threads have
/// two megabytes.
const DEEPEST: u16 = 200;

pub(super) fn parse(text: &str) -> Result<Node, Diagnostic> {
    let mut parser = Parser { words: words(text)?.into_iter().peekable(), end: 0, open: 0 };
    let root = parser.alternative()?;
    match parser.peek() {
        (Word::End, _) => Ok(root),
        (word, span) => Err(unexpected(&word, span, "an operator or the end")),
    }
}

struct Parser {
    words: std::iter::Peekable<std::vec::IntoIter<(Word, Range<usize>)>>,
    end: usize,
    open: u16,
}

fn unexpected(word: &Word, span: Range<usize>, wanted: &str) -> Diagnostic {
    let found = match word {
        Word::Number { .. } => "a number".to_owned(),
        Word::Text(_) => "a text".to_owned(),
        Word::Name(name) => format!("`{name}`"),
        Word::Sign(sign) => format!("`{sign}`"),
        Word::End => "the end".to_owned(),
    };
    Diagnostic::error("X010", format!("found {found}, wanted {wanted}")).at(span)
}

impl Parser {
    fn peek(&mut self) -> (Word, Range<usize>) {
        self.words.peek().cloned().unwrap_or((Word::End, self.end..self.end))
    }

    fn next(&mut self) -> (Word, Range<usize>) {
        let next = self.words.next().unwrap_or((Word::End, self.end..self.end));
        self.end = next.1.end;
        next
    }

    fn take(&mut self, sign: &str) -> bool {
        let is_next = match self.words.peek() {
            Some((Word::Sign(found), _)) => *found == sign,
            Some((Word::Name(found), _)) => found == sign,
            _ => false,
        };
        if is_next {
            self.next();
        }
        is_next
    }

    fn need(&mut self, sign: &'static str) -> Result<(), Diagnostic> {
        if self.take(sign) {
            return Ok(());
        }
        let (word, span) = self.peek();
        Err(unexpected(&word, span, &format!("`{sign}`")))
    }

    /// Counts nesting while the grammar goes down.
    fn deeper<T>(
        &mut self,
        inside: impl FnOnce(&mut Self) -> Result<T, Diagnostic>,
    ) -> Result<T, Diagnostic> {
        let (_, span) = self.peek();
        if self.open >= DEEPEST {
            return Err(too_deep(span));
        }
        self.open += 1;
        let result = inside(self);
        self.open -= 1;
        result
    }

    fn alternative(&mut self) -> Result<Node, Diagnostic> {
        let mut left = self.conjunction()?;
        while self.take("or") {
            let right = self.conjunction()?;
            left = binary(Binary::Or, left, right)?;
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<Node, Diagnostic> {
        let mut left = self.negation()?;
        while self.take("and") {
            let right = self.negation()?;
            left = binary(Binary::And, left, right)?;
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Node, Diagnostic> {
        let start = self.peek().1.start;
        if self.take("not") {
            let of = self.deeper(Self::negation)?;
            return unary(Unary::Not, start, of);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Node, Diagnostic> {
        const SIGNS: [Binary; 6] = [
            Binary::Equal,
            Binary::Unequal,
            Binary::LessOrEqual,
            Binary::GreaterOrEqual,
            Binary::Less,
            Binary::Greater,
        ];
        let left = self.sum()?;
        let Some(sign) = SIGNS.into_iter().find(|sign| self.take(sign.sign())) else {
            return Ok(left);
        };
        let right = self.sum()?;
        let (word, span) = self.peek();
        if matches!(word, Word::Sign(next) if SIGNS.iter().any(|sign| sign.sign() == next)) {
            let finding = unexpected(&word, span, "one comparison at a time");
            return Err(finding.hint("join comparisons with `and`"));
        }
        binary(sign, left, right)
    }

    fn sum(&mut self) -> Result<Node, Diagnostic> {
        let mut left = self.product()?;
        loop {
            let sign = match () {
                () if self.take("+") => Binary::Plus,
                () if self.take("-") => Binary::Minus,
                () => return Ok(left),
            };
            let right = self.product()?;
            left = binary(sign, left, right)?;
        }
    }

    fn product(&mut self) -> Result<Node, Diagnostic> {
        let mut left = self.signed()?;
        loop {
            let sign = match () {
                () if self.take("*") => Binary::Times,
                () if self.take("/") => Binary::Over,
                () => return Ok(left),
            };
            let right = self.signed()?;
            left = binary(sign, left, right)?;
        }
    }

    fn signed(&mut self) -> Result<Node, Diagnostic> {
        let start = self.peek().1.start;
        if self.take("-") {
            let of = self.deeper(Self::signed)?;
            return unary(Unary::Minus, start, of);
        }
        if self.take("+") {
            return self.deeper(Self::signed);
        }
        self.power()
    }

    fn power(&mut self) -> Result<Node, Diagnostic> {
        let base = self.postfix()?;
        if self.take("^") {
            let exponent = self.deeper(Self::signed)?;
            return binary(Binary::Power, base, exponent);
        }
        Ok(base)
    }

    fn postfix(&mut self) -> Result<Node, Diagnostic> {
        let mut node = self.primary()?;
        while self.take("[") {
            node = self.deeper(|parser| parser.bracket(node))?;
        }
        Ok(node)
    }

    /// `[1]` is an index; `[up]` and `[dir='down']` make a longer symbol.
    fn bracket(&mut self, node: Node) -> Result<Node, Diagnostic> {
        let start = node.span.start;
        if let (Form::Symbol(path), (Word::Name(name), _)) = (&node.form, self.peek()) {
            self.next();
            let mut longer = format!("{path}[{name}");
            if self.take("==") {
                match self.next() {
                    (Word::Text(text), _) => longer.push_str(&format!("='{text}'")),
                    (word, span) => return Err(unexpected(&word, span, "a quoted text")),
                }
            }
            self.need("]")?;
            longer.push(']');
            return Ok(leaf(start..self.end, Form::Symbol(longer)));
        }
        let index = self.alternative()?;
        self.need("]")?;
        let depth = node.depth.max(index.depth);
        let form = Form::Index { list: Box::new(node), index: Box::new(index) };
        branch(start..self.end, depth, form)
    }

    fn primary(&mut self) -> Result<Node, Diagnostic> {
        let (word, span) = self.next();
        match word {
            Word::Number { si, kind } => Ok(leaf(span, Form::Number { si, kind })),
            Word::Text(text) => {
                let quantity = Quantity::parse(&text).ok().map(|quantity| {
                    let unit = quantity.unit();
                    let affine = unit.is_affine();
                    (quantity.si(), NumberKind { dimension: unit.dimension(), affine })
                });
                Ok(leaf(span, Form::Text { text, quantity }))
            }
            Word::Name(name) => match name.as_str() {
                "true" => Ok(leaf(span, Form::Truth(true))),
                "false" => Ok(leaf(span, Form::Truth(false))),
                "and" | "or" | "not" => {
                    Err(unexpected(&Word::Name(name), span, "a value before the operator"))
                }
                _ if self.take("(") => self.deeper(|parser| parser.call(name, span.start)),
                _ => Ok(leaf(span, Form::Symbol(name))),
            },
            Word::Sign("(") => {
                let inner = self.deeper(Self::alternative)?;
                self.need(")")?;
                Ok(inner)
            }
            word => Err(unexpected(&word, span, "a value")),
        }
    }

    fn call(&mut self, name: String, start: usize) -> Result<Node, Diagnostic> {
        let mut args = Vec::new();
        if !self.take(")") {
            loop {
                args.push(self.alternative()?);
                if !self.take(",") {
                    break;
                }
                if args.len() == MOST_ARGUMENTS {
                    let message = format!("more than {MOST_ARGUMENTS} arguments");
                    return Err(Diagnostic::error("X012", message).at(start..self.end));
                }
            }
            self.need(")")?;
        }
        let path = match args.as_slice() {
            [Node { form: Form::Symbol(symbol), .. }] => Some(format!("{name}({symbol})")),
            _ => None,
        };
        let depth = args.iter().map(|node| node.depth).max().unwrap_or(0);
        branch(start..self.end, depth, Form::Call { name, args, path })
    }
}

fn leaf(span: Range<usize>, form: Form) -> Node {
    Node { span, depth: 0, form }
}

fn branch(span: Range<usize>, deepest: u16, form: Form) -> Result<Node, Diagnostic> {
    if deepest >= DEEPEST {
        return Err(too_deep(span));
    }
    Ok(Node { span, depth: deepest + 1, form })
}

fn too_deep(span: Range<usize>) -> Diagnostic {
    let message = format!("nested more than {DEEPEST} deep");
    Diagnostic::error("X011", message).at(span).hint("split the expression")
}

fn unary(sign: Unary, start: usize, of: Node) -> Result<Node, Diagnostic> {
    let (span, depth) = (start..of.span.end, of.depth);
    branch(span, depth, Form::Unary { sign, of: Box::new(of) })
}

fn binary(sign: Binary, left: Node, right: Node) -> Result<Node, Diagnostic> {
    let (span, depth) = (left.span.start..right.span.end, left.depth.max(right.depth));
    branch(span, depth, Form::Binary { sign, left: Box::new(left), right: Box::new(right) })
}
