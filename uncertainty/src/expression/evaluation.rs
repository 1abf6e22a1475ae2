//! Value of an expression in a scope.

use std::cmp::Ordering;

use super::syntax::{Binary, Form, Node, Unary};
use super::types::{self, mismatch, unknown_function, unknown_symbol};
use super::{Kind, NumberKind, Scope, Value, functions};
use crate::decimal::Decimal;
use crate::diagnostic::Diagnostic;
use crate::properties;
use crate::rounding::{RoundingRule, to_step};

/// Most elements that one expression may hold in a list.
const LONGEST_LIST: usize = 100_000;

pub(super) fn evaluate(root: &Node, scope: &dyn Scope) -> Result<Value, Diagnostic> {
    Evaluator { scope }.value(root)
}

struct Evaluator<'a> {
    scope: &'a dyn Scope,
}

impl Evaluator<'_> {
    fn value(&self, node: &Node) -> Result<Value, Diagnostic> {
        let fail = |message: String| mismatch(node, message);
        match &node.form {
            Form::Number { si, kind } => Ok(Value::Number { si: *si, kind: *kind }),
            Form::Text { text, .. } => Ok(Value::Text(text.clone())),
            Form::Truth(truth) => Ok(Value::Truth(*truth)),
            Form::Symbol(path) => {
                let value = self.scope.value(path);
                value.ok_or_else(|| unknown_symbol(node, path, self.scope))
            }
            Form::Unary { sign, of } => unary(*sign, &self.operand(of)?).map_err(fail),
            Form::Binary { sign: sign @ (Binary::And | Binary::Or), left, right } => {
                self.joined(*sign, left, right)
            }
            Form::Binary { sign, left, right } => {
                let (mine, theirs) = (self.value(left)?, self.value(right)?);
                let kinds = types::promoted((left, mine.kind()), (right, theirs.kind()));
                let mine = if mine.kind() == kinds.0 { mine } else { self.operand(left)? };
                let theirs = if theirs.kind() == kinds.1 { theirs } else { self.operand(right)? };
                binary(*sign, &mine, &theirs).map_err(fail)
            }
            Form::Call { name, args, path } => self.call(node, name, args, path.as_deref()),
            Form::Index { list, index } => {
                let (list, index) = (self.value(list)?, self.value(index)?);
                element(&list, &index).map_err(fail)
            }
        }
    }

    /// `and` and `or` look at their right side only where it matters.
    fn joined(&self, sign: Binary, left: &Node, right: &Node) -> Result<Value, Diagnostic> {
        let left_value = self.value(left)?;
        match (&left_value, sign) {
            (Value::Truth(false), Binary::And) | (Value::Truth(true), Binary::Or) => Ok(left_value),
            _ => {
                let right_value = self.value(right)?;
                binary(sign, &left_value, &right_value).map_err(|message| mismatch(left, message))
            }
        }
    }

    fn operand(&self, node: &Node) -> Result<Value, Diagnostic> {
        match &node.form {
            Form::Text { quantity: Some((si, kind)), .. } => {
                Ok(Value::Number { si: *si, kind: *kind })
            }
            _ => self.value(node),
        }
    }

    fn call(
        &self,
        node: &Node,
        name: &str,
        args: &[Node],
        path: Option<&str>,
    ) -> Result<Value, Diagnostic> {
        let fail = |message: String| mismatch(node, message);
        if !functions::is_built_in(name) {
            if let Some(value) = path.and_then(|path| self.scope.value(path)) {
                return Ok(value);
            }
            let args = args.iter().map(|arg| self.value(arg)).collect::<Result<Vec<_>, _>>()?;
            let answer =
                self.scope.call(name, &args).ok_or_else(|| unknown_function(node, name))?;
            return answer.map_err(fail);
        }
        functions::arity(name, args.len()).map_err(fail)?;
        if let ("if", [condition, yes, no]) = (name, args) {
            return match self.value(condition)? {
                Value::Truth(true) => self.operand(yes),
                Value::Truth(false) => self.operand(no),
                other => Err(fail(format!("found {}, wanted true or false", other.kind()))),
            };
        }
        let args = args.iter().enumerate().map(|(place, arg)| match (name, place) {
            ("round", 2) => self.value(arg),
            _ => self.operand(arg),
        });
        let args = args.collect::<Result<Vec<_>, _>>()?;
        built_in(name, &args).map_err(fail)
    }
}

fn unary(sign: Unary, value: &Value) -> Result<Value, String> {
    types::unary(sign, &value.kind())?;
    match value {
        Value::List(values) => {
            values.iter().map(|value| unary(sign, value)).collect::<Result<_, _>>().map(Value::List)
        }
        Value::Number { si, kind } => Ok(Value::Number { si: -si, kind: *kind }),
        Value::Truth(truth) => Ok(Value::Truth(!truth)),
        Value::Text(_) => Err("found a text, wanted a number".to_owned()),
    }
}

fn binary(sign: Binary, left: &Value, right: &Value) -> Result<Value, String> {
    match (left, right) {
        (Value::List(left), Value::List(right)) => {
            if left.len() != right.len() {
                return Err(format!("lists of {} and {} elements", left.len(), right.len()));
            }
            let pairs = left.iter().zip(right);
            return pairs
                .map(|(l, r)| binary(sign, l, r))
                .collect::<Result<_, _>>()
                .map(Value::List);
        }
        (Value::List(left), right) => {
            return left
                .iter()
                .map(|l| binary(sign, l, right))
                .collect::<Result<_, _>>()
                .map(Value::List);
        }
        (left, Value::List(right)) => {
            return right
                .iter()
                .map(|r| binary(sign, left, r))
                .collect::<Result<_, _>>()
                .map(Value::List);
        }
        _ => {}
    }
    let exponent = match right {
        Value::Number { si, .. } => Some(*si),
        _ => None,
    };
    let kind = types::binary(sign, &left.kind(), &right.kind(), exponent)?;
    match (left, right, kind) {
        (Value::Number { si: left, .. }, Value::Number { si: right, .. }, Kind::Number(kind)) => {
            let si = arithmetic(sign, *left, *right)?;
            Ok(Value::Number { si, kind })
        }
        (Value::Number { si: left, .. }, Value::Number { si: right, .. }, _) => {
            Ok(Value::Truth(compared(sign, carried_order(*left, *right)?)))
        }
        (Value::Truth(left), Value::Truth(right), _) => Ok(Value::Truth(match sign {
            Binary::And => *left && *right,
            Binary::Or => *left || *right,
            _ => compared(sign, left.cmp(right)),
        })),
        (Value::Text(left), Value::Text(right), _) => {
            Ok(Value::Truth(compared(sign, left.cmp(right))))
        }
        _ => Err(format!("{} does not join {} and {}", sign.sign(), left.kind(), right.kind())),
    }
}

fn arithmetic(sign: Binary, left: f64, right: f64) -> Result<f64, String> {
    let result = match sign {
        Binary::Plus => left + right,
        Binary::Minus => left - right,
        Binary::Times => left * right,
        Binary::Over if right == 0.0 => return Err("division by zero".to_owned()),
        Binary::Over => left / right,
        _ => libm::pow(left, right),
    };
    finite(sign.sign(), result)
}

fn finite(name: &str, result: f64) -> Result<f64, String> {
    if result.is_finite() { Ok(result) } else { Err(format!("{name} has no finite value here")) }
}

/// Order of two numbers as decimals with twelve digits.
fn carried_order(left: f64, right: f64) -> Result<Ordering, String> {
    let decimal = |number| Decimal::from_f64(number).map_err(|error| error.to_string());
    Ok(decimal(left)?.cmp(&decimal(right)?))
}

fn compared(sign: Binary, order: Ordering) -> bool {
    match sign {
        Binary::Equal => order.is_eq(),
        Binary::Unequal => order.is_ne(),
        Binary::Less => order.is_lt(),
        Binary::LessOrEqual => order.is_le(),
        Binary::Greater => order.is_gt(),
        _ => order.is_ge(),
    }
}

fn element(list: &Value, index: &Value) -> Result<Value, String> {
    let Value::List(values) = list else {
        return Err(format!("found {}, wanted a list", list.kind()));
    };
    let Value::Number { si, kind: NumberKind::ONE } = index else {
        return Err("an index is a pure number".to_owned());
    };
    let place = (1..=values.len().min(LONGEST_LIST)).position(|place| {
        u32::try_from(place).is_ok_and(|place| f64::from(place).to_bits() == si.to_bits())
    });
    let value = place.and_then(|place| values.get(place));
    value.cloned().ok_or_else(|| format!("index {si} in a list of {} elements", values.len()))
}

fn built_in(name: &str, args: &[Value]) -> Result<Value, String> {
    let kinds: Vec<Kind> = args.iter().map(Value::kind).collect();
    let kind = types::over_lists(name, &kinds)?;
    match (name, args, kind) {
        ("any" | "all" | "min" | "max" | "mean" | "sum" | "stdev" | "count", _, kind) => {
            aggregate(name, args, kind)
        }
        (_, [Value::List(values), rest @ ..], _) => values
            .iter()
            .map(|value| {
                let args: Vec<Value> = std::iter::once(value).chain(rest).cloned().collect();
                built_in(name, &args)
            })
            .collect::<Result<_, _>>()
            .map(Value::List),
        ("round", args, Kind::Number(kind)) => rounded(args, kind),
        (name, args, Kind::Number(kind)) if properties::is_known(name) => {
            let numbers: Vec<f64> = args.iter().filter_map(si_number).collect();
            let si = properties::value(name, &numbers).map_err(|error| error.to_string())?;
            Ok(Value::Number { si: finite(name, si)?, kind })
        }
        (_, [Value::Number { si, .. }], Kind::Number(kind)) => {
            let si = finite(name, function(name, *si)?)?;
            Ok(Value::Number { si, kind })
        }
        ("atan2", [Value::Number { si: y, .. }, Value::Number { si: x, .. }], _) => {
            Ok(Value::number(libm::atan2(*y, *x)))
        }
        _ => Err(format!("{name} does not take these arguments")),
    }
}

fn function(name: &str, x: f64) -> Result<f64, String> {
    Ok(match name {
        "abs" => x.abs(),
        "kelvin" => x,
        "sqrt" => libm::sqrt(x),
        "exp" => libm::exp(x),
        "log" => libm::log(x),
        "log10" => libm::log10(x),
        "sin" => libm::sin(x),
        "cos" => libm::cos(x),
        "tan" => libm::tan(x),
        "asin" => libm::asin(x),
        "acos" => libm::acos(x),
        "atan" => libm::atan(x),
        "floor" | "ceil" => {
            let carried = Decimal::from_f64(x).map_err(|error| error.to_string())?.to_f64();
            if name == "floor" { carried.floor() } else { carried.ceil() }
        }
        _ => return Err(format!("unknown function `{name}`")),
    })
}

fn si_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number { si, .. } => Some(*si),
        _ => None,
    }
}

fn rounded(args: &[Value], kind: NumberKind) -> Result<Value, String> {
    let number = |value: Option<&Value>, default: f64| match value {
        Some(Value::Number { si, .. }) => Ok(*si),
        None => Ok(default),
        Some(other) => Err(format!("found {}, wanted a number", other.kind())),
    };
    let rule = match args.get(2) {
        None => RoundingRule::HalfEven,
        Some(Value::Text(word)) => RoundingRule::parse(word).ok_or_else(|| {
            format!("unknown rule '{word}' of round, wanted 'half-even' or 'half-away-from-zero'")
        })?,
        Some(other) => return Err(format!("found {}, wanted a rule", other.kind())),
    };
    let decimal = |si| Decimal::from_f64(si).map_err(|error| error.to_string());
    let (value, step) = (decimal(number(args.first(), 0.0)?)?, decimal(number(args.get(1), 1.0)?)?);
    let rounded = to_step(&value, &step, rule).map_err(|error| error.to_string())?;
    Ok(Value::Number { si: rounded.to_f64(), kind })
}

fn aggregate(name: &str, args: &[Value], kind: Kind) -> Result<Value, String> {
    let elements: Vec<&Value> = args
        .iter()
        .flat_map(|value| match value {
            Value::List(values) => values.iter().collect(),
            single => vec![single],
        })
        .collect();
    if let "any" | "all" = name {
        let mut truths = elements.iter().map(|value| **value == Value::Truth(true));
        return Ok(Value::Truth(if name == "any" { truths.any(|t| t) } else { truths.all(|t| t) }));
    }
    let numbers: Vec<f64> = elements
        .iter()
        .filter_map(|value| match value {
            Value::Number { si, .. } => Some(*si),
            _ => None,
        })
        .collect();
    let Kind::Number(kind) = kind else { return Err(format!("{name} takes numbers")) };
    #[expect(clippy::cast_precision_loss, reason = "lists are far shorter than 2^52")]
    let count = elements.len() as f64;
    if numbers.is_empty() && name != "count" {
        return Err(format!("{name} of an empty list"));
    }
    let mean = numbers.iter().sum::<f64>() / count;
    let si = match name {
        "count" => count,
        "min" => numbers.iter().copied().fold(f64::INFINITY, f64::min),
        "max" => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        "sum" => numbers.iter().sum(),
        "mean" => mean,
        _ if numbers.len() < 2 => return Err("stdev takes at least two values".to_owned()),
        _ => {
            let squares: f64 = numbers.iter().map(|x| (x - mean) * (x - mean)).sum();
            libm::sqrt(squares / (count - 1.0))
        }
    };
    Ok(Value::Number { si: finite(name, si)?, kind })
}
