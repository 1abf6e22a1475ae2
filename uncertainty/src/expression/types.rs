//! Kinds and dimensions of an expression, before any value is known.

use super::functions;
use super::syntax::{Binary, Form, Node, Unary};
use super::{Kind, NumberKind, Scope};
use crate::diagnostic::{Diagnostic, nearest};

pub(super) fn check(root: &Node, scope: &dyn Scope) -> Result<Kind, Vec<Diagnostic>> {
    let mut checker = Checker { scope, findings: Vec::new() };
    let kind = checker.kind(root);
    match kind {
        Some(kind) if checker.findings.is_empty() => Ok(kind),
        _ => Err(checker.findings),
    }
}

struct Checker<'a> {
    scope: &'a dyn Scope,
    findings: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn found<T>(&mut self, node: &Node, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.findings.push(mismatch(node, message))).ok()
    }

    fn kind(&mut self, node: &Node) -> Option<Kind> {
        match &node.form {
            Form::Number { kind, .. } => Some(Kind::Number(*kind)),
            Form::Text { .. } => Some(Kind::Text),
            Form::Truth(_) => Some(Kind::Truth),
            Form::Symbol(path) => {
                let kind = self.scope.kind(path);
                if kind.is_none() {
                    self.findings.push(unknown_symbol(node, path, self.scope));
                }
                kind
            }
            Form::Unary { sign, of } => {
                let kind = self.operand(of)?;
                self.found(node, unary(*sign, &kind))
            }
            Form::Binary { sign, left, right } => {
                let (mine, theirs) = (self.kind(left), self.kind(right));
                let (mine, theirs) = promoted((left, mine?), (right, theirs?));
                self.found(node, binary(*sign, &mine, &theirs, right.literal()))
            }
            Form::Call { name, args, path } => self.call(node, name, args, path.as_deref()),
            Form::Index { list, index } => {
                let (list, index) = (self.kind(list), self.kind(index));
                let is_number = index? == Kind::Number(NumberKind::ONE);
                match list? {
                    Kind::List(of) if is_number => Some(*of),
                    Kind::List(_) => self.found(node, Err("an index is a pure number".to_owned())),
                    other => self.found(node, Err(format!("found {other}, wanted a list"))),
                }
            }
        }
    }

    /// Kind of a node where a number is wanted: a quoted quantity counts as one.
    fn operand(&mut self, node: &Node) -> Option<Kind> {
        let kind = self.kind(node)?;
        Some(quoted_quantity(node).map_or(kind, Kind::Number))
    }

    fn call(&mut self, node: &Node, name: &str, args: &[Node], path: Option<&str>) -> Option<Kind> {
        if functions::is_built_in(name) {
            self.found(node, functions::arity(name, args.len()))?;
            let as_number = name != "round";
            let kinds: Vec<Option<Kind>> = args
                .iter()
                .enumerate()
                .map(|(place, argument)| {
                    if as_number || place < 2 {
                        self.operand(argument)
                    } else {
                        self.kind(argument)
                    }
                })
                .collect();
            let kinds: Vec<Kind> = kinds.into_iter().collect::<Option<_>>()?;
            let result = over_lists(name, &kinds);
            return self.found(node, result);
        }
        if let Some(kind) = path.and_then(|path| self.scope.kind(path)) {
            return Some(kind);
        }
        let kinds: Vec<Option<Kind>> = args.iter().map(|argument| self.kind(argument)).collect();
        let kinds: Vec<Kind> = kinds.into_iter().collect::<Option<_>>()?;
        match self.scope.call_kind(name, &kinds) {
            Some(result) => self.found(node, result),
            None => {
                self.findings.push(unknown_function(node, name));
                None
            }
        }
    }
}

/// Kind of a call: a function of one number maps over a list.
pub(super) fn over_lists(name: &str, kinds: &[Kind]) -> Result<Kind, String> {
    let aggregates = ["any", "all", "min", "max", "mean", "sum", "stdev", "count", "if"];
    match kinds {
        [Kind::List(of), rest @ ..] if !aggregates.contains(&name) => {
            let kinds: Vec<Kind> = std::iter::once(&**of).chain(rest).cloned().collect();
            functions::kind(name, &kinds).map(|kind| Kind::List(Box::new(kind)))
        }
        _ => functions::kind(name, kinds),
    }
}

/// A quoted quantity beside a number is that quantity.
pub(super) fn promoted(
    (left, mine): (&Node, Kind),
    (right, theirs): (&Node, Kind),
) -> (Kind, Kind) {
    let is_text = |kind: &Kind| *kind == Kind::Text;
    if is_text(&mine) && !is_text(&theirs) {
        return (quoted_quantity(left).map_or(mine, Kind::Number), theirs);
    }
    if is_text(&theirs) && !is_text(&mine) {
        return (mine, quoted_quantity(right).map_or(theirs, Kind::Number));
    }
    (mine, theirs)
}

pub(super) fn quoted_quantity(node: &Node) -> Option<NumberKind> {
    match &node.form {
        Form::Text { quantity, .. } => quantity.map(|(_, kind)| kind),
        _ => None,
    }
}

pub(super) fn unary(sign: Unary, kind: &Kind) -> Result<Kind, String> {
    match (sign, kind) {
        (_, Kind::List(of)) => unary(sign, of).map(|kind| Kind::List(Box::new(kind))),
        (Unary::Not, kind) => functions::truth(kind).map(|()| Kind::Truth),
        (Unary::Minus, kind) => match functions::number(kind)? {
            number if number.affine => Err(format!("- of {kind} has no meaning")),
            _ => Ok(kind.clone()),
        },
    }
}

/// Kind of `left sign right`; `exponent` is the number on the right where it is
/// written out.
pub(super) fn binary(
    sign: Binary,
    left: &Kind,
    right: &Kind,
    exponent: Option<f64>,
) -> Result<Kind, String> {
    let list = |kind: Kind| Kind::List(Box::new(kind));
    match (left, right) {
        (Kind::List(left), Kind::List(right)) => {
            return binary(sign, left, right, exponent).map(list);
        }
        (Kind::List(left), right) => return binary(sign, left, right, exponent).map(list),
        (left, Kind::List(right)) => return binary(sign, left, right, exponent).map(list),
        _ => {}
    }
    match sign {
        Binary::And | Binary::Or => {
            functions::truth(left).and_then(|()| functions::truth(right)).map(|()| Kind::Truth)
        }
        Binary::Equal | Binary::Unequal if left == right => Ok(Kind::Truth),
        _ if sign.is_comparison() => {
            functions::same(functions::number(left)?, functions::number(right)?)?;
            Ok(Kind::Truth)
        }
        _ => arithmetic(sign, functions::number(left)?, functions::number(right)?, exponent)
            .map(Kind::Number),
    }
}

fn arithmetic(
    sign: Binary,
    left: NumberKind,
    right: NumberKind,
    exponent: Option<f64>,
) -> Result<NumberKind, String> {
    let too_large = || "the dimension of the result is beyond all sense".to_owned();
    match sign {
        Binary::Plus if left.affine && right.affine => {
            Err("two temperatures on a scale cannot be added".to_owned())
        }
        Binary::Minus if right.affine && !left.affine => {
            Err("a temperature on a scale cannot be taken from a difference".to_owned())
        }
        Binary::Plus | Binary::Minus => {
            if left.dimension != right.dimension {
                functions::same(left, right)?;
            }
            let affine = if sign == Binary::Minus {
                left.affine && !right.affine
            } else {
                left.affine || right.affine
            };
            Ok(NumberKind { dimension: left.dimension, affine })
        }
        _ if left.affine || right.affine => {
            let sign = sign.sign();
            Err(format!("{sign} with a temperature on a scale has no meaning, use kelvin(t)"))
        }
        Binary::Times => {
            left.dimension.times(right.dimension).map(NumberKind::of).ok_or_else(too_large)
        }
        Binary::Over => {
            left.dimension.per(right.dimension).map(NumberKind::of).ok_or_else(too_large)
        }
        _ => power(left, right, exponent),
    }
}

fn power(base: NumberKind, right: NumberKind, exponent: Option<f64>) -> Result<NumberKind, String> {
    if !right.dimension.is_one() {
        return Err(format!("exponent is {}, wanted a pure number", Kind::Number(right)));
    }
    if base.dimension.is_one() {
        return Ok(NumberKind::ONE);
    }
    let Some(exponent) = exponent else {
        return Err("the exponent of a quantity must be written out".to_owned());
    };
    let dimension = base.dimension.power(exponent);
    dimension.map(NumberKind::of).ok_or_else(|| format!("no power {exponent} of this dimension"))
}

pub(super) fn mismatch(node: &Node, message: String) -> Diagnostic {
    Diagnostic::error("X020", message).at(node.span.clone())
}

pub(super) fn unknown_symbol(node: &Node, path: &str, scope: &dyn Scope) -> Diagnostic {
    let known = scope.known();
    let finding = Diagnostic::error("X021", format!("unknown name `{path}`")).at(node.span.clone());
    match nearest(path, known.iter().map(String::as_str)) {
        Some(known) => finding.hint(format!("did you mean `{known}`?")),
        None => finding,
    }
}

pub(super) fn unknown_function(node: &Node, name: &str) -> Diagnostic {
    let known = functions::FUNCTIONS.iter().map(|(known, _, _)| *known);
    let finding =
        Diagnostic::error("X022", format!("unknown function `{name}`")).at(node.span.clone());
    match nearest(name, known) {
        Some(known) => finding.hint(format!("did you mean `{known}`?")),
        None => finding,
    }
}
