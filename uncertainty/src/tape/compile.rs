//! Tree to steps, with folding and sharing.

use super::{Builder, Function, LONGEST_TAPE, Place, Step, TapeError};
use crate::diagnostic::Diagnostic;
use crate::expression::Expression;
use crate::expression::syntax::{Binary, Form, Node, Unary};
use crate::expression::{Scope, Value};
use crate::properties;

/// What a name stands for on the tape.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Number(Place),
    List(Vec<Place>),
}

/// Largest whole exponent that becomes multiplications.
const LARGEST_PRODUCT: i32 = 16;

pub(super) fn refused(node: &Node, message: impl Into<String>) -> TapeError {
    TapeError::Expression(Diagnostic::error("X031", message).at(node.span.clone()))
}

/// A scope without names, for what is constant by itself.
struct Nothing;

impl Scope for Nothing {
    fn kind(&self, _: &str) -> Option<crate::expression::Kind> {
        None
    }

    fn value(&self, _: &str) -> Option<Value> {
        None
    }
}

impl Builder {
    pub(super) fn compile(&mut self, expression: &Expression) -> Result<Operand, TapeError> {
        self.operand(expression.root())
    }

    /// A step, or the place where the same step already stands.
    pub(super) fn push(&mut self, step: Step) -> Place {
        let key = super::step::key(step);
        if let Some(place) = self.known.get(&key) {
            return *place;
        }
        let place = Place::try_from(self.steps.len()).unwrap_or(Place::MAX);
        self.steps.push(step);
        self.known.insert(key, place);
        place
    }

    fn constant(&self, place: Place) -> Option<f64> {
        match self.steps.get(place as usize) {
            Some(Step::Constant(value)) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn number(&mut self, value: f64) -> Place {
        self.push(Step::Constant(value))
    }

    fn operand(&mut self, node: &Node) -> Result<Operand, TapeError> {
        if self.steps.len() > LONGEST_TAPE {
            return Err(TapeError::TooLong { limit: LONGEST_TAPE });
        }
        match &node.form {
            Form::Number { si, .. } | Form::Text { quantity: Some((si, _)), .. } => {
                Ok(Operand::Number(self.number(*si)))
            }
            Form::Text { .. } => Err(refused(node, "a text has no place in a model")),
            Form::Truth(truth) => Ok(Operand::Number(self.number(f64::from(u8::from(*truth))))),
            Form::Symbol(path) => self.named(node, path),
            Form::Unary { sign, of } => {
                let of = self.operand(of)?;
                Ok(self.mapped(&of, |builder, place| match sign {
                    Unary::Minus => builder.unary(Step::Negate(place)),
                    Unary::Not => {
                        let zero = builder.number(0.0);
                        builder.binary_step(Step::Same(place, zero))
                    }
                }))
            }
            Form::Binary { sign, left, right } => self.binary(node, *sign, left, right),
            Form::Call { name, args, path } => self.call(node, name, args, path.as_deref()),
            Form::Index { list, index } => {
                let place = index.literal().filter(|index| *index >= 1.0);
                let (Operand::List(places), Some(index)) = (self.operand(list)?, place) else {
                    return Err(refused(node, "in a model an index is a written number of a list"));
                };
                let found = (1u32..).zip(&places).find(|(n, _)| f64::from(*n) >= index);
                let place = found.filter(|(n, _)| f64::from(*n) <= index).map(|(_, place)| *place);
                place.map(Operand::Number).ok_or_else(|| {
                    refused(node, format!("index {index} in a list of {} elements", places.len()))
                })
            }
        }
    }

    fn named(&mut self, node: &Node, path: &str) -> Result<Operand, TapeError> {
        if let Some(operand) = self.names.get(path) {
            return Ok(operand.clone());
        }
        if path == "pi" {
            return Ok(Operand::Number(self.number(std::f64::consts::PI)));
        }
        Err(refused(node, format!("unknown name `{path}`")))
    }

    fn mapped(
        &mut self,
        operand: &Operand,
        mut step: impl FnMut(&mut Self, Place) -> Place,
    ) -> Operand {
        match operand {
            Operand::Number(place) => Operand::Number(step(self, *place)),
            Operand::List(places) => {
                Operand::List(places.iter().map(|place| step(self, *place)).collect())
            }
        }
    }

    fn binary(
        &mut self,
        node: &Node,
        sign: Binary,
        left: &Node,
        right: &Node,
    ) -> Result<Operand, TapeError> {
        let (left, right) = (self.operand(left)?, self.operand(right)?);
        match (&left, &right) {
            (Operand::Number(left), Operand::Number(right)) => {
                Ok(Operand::Number(self.joined(sign, *left, *right)))
            }
            (Operand::List(lefts), Operand::List(rights)) => {
                if lefts.len() != rights.len() {
                    return Err(refused(node, "the two lists differ in length"));
                }
                let pairs = lefts.iter().zip(rights);
                Ok(Operand::List(pairs.map(|(l, r)| self.joined(sign, *l, *r)).collect()))
            }
            (Operand::List(lefts), Operand::Number(right)) => {
                Ok(Operand::List(lefts.iter().map(|l| self.joined(sign, *l, *right)).collect()))
            }
            (Operand::Number(left), Operand::List(rights)) => {
                Ok(Operand::List(rights.iter().map(|r| self.joined(sign, *left, *r)).collect()))
            }
        }
    }

    fn joined(&mut self, sign: Binary, left: Place, right: Place) -> Place {
        let step = match sign {
            Binary::Plus => Step::Add(left, right),
            Binary::Minus => Step::Subtract(left, right),
            Binary::Times => Step::Multiply(left, right),
            Binary::Over => Step::Divide(left, right),
            Binary::Power => return self.power(left, right),
            Binary::Equal => Step::Same(left, right),
            Binary::Unequal => {
                let same = self.binary_step(Step::Same(left, right));
                let zero = self.number(0.0);
                Step::Same(same, zero)
            }
            Binary::Less => Step::Less(left, right),
            Binary::LessOrEqual => Step::AtMost(left, right),
            Binary::Greater => Step::Less(right, left),
            Binary::GreaterOrEqual => Step::AtMost(right, left),
            Binary::And => Step::Minimum(left, right),
            Binary::Or => Step::Maximum(left, right),
        };
        self.binary_step(step)
    }

    /// A whole power becomes products, which are quicker and exact in their signs.
    fn power(&mut self, base: Place, exponent: Place) -> Place {
        let whole = self.constant(exponent).and_then(small_whole);
        let Some(whole) = whole else {
            return self.binary_step(Step::Power(base, exponent));
        };
        let mut product = None;
        for _ in 0..whole.abs() {
            product = Some(match product {
                None => base,
                Some(product) => self.binary_step(Step::Multiply(product, base)),
            });
        }
        let one = self.number(1.0);
        match product {
            None => one,
            Some(product) if whole > 0 => product,
            Some(product) => self.binary_step(Step::Divide(one, product)),
        }
    }

    fn unary(&mut self, step: Step) -> Place {
        self.binary_step(step)
    }

    /// A step, folded where its operands are constants.
    pub(crate) fn binary_step(&mut self, step: Step) -> Place {
        if let Step::Select(condition, yes, no) = step
            && let Some(condition) = self.constant(condition)
        {
            return if condition > 0.5 { yes } else { no };
        }
        let constant = |place: Place| self.constant(place);
        let folded = match step.operands() {
            [Some(a), None, None] => constant(a).map(|a| step.value(a, a)),
            [Some(a), Some(b), None] => constant(a).zip(constant(b)).map(|(a, b)| step.value(a, b)),
            _ => None,
        };
        self.push(folded.map_or(step, Step::Constant))
    }

    fn call(
        &mut self,
        node: &Node,
        name: &str,
        args: &[Node],
        path: Option<&str>,
    ) -> Result<Operand, TapeError> {
        if let Some(operand) = path.and_then(|path| self.names.get(path)) {
            return Ok(operand.clone());
        }
        let operands = args
            .iter()
            .map(|argument| match &argument.form {
                Form::Text { quantity: None, .. } => Ok(Operand::List(Vec::new())),
                _ => self.operand(argument),
            })
            .collect::<Result<Vec<_>, _>>()?;
        match (name, operands.as_slice()) {
            ("if", [Operand::Number(condition), Operand::Number(yes), Operand::Number(no)]) => {
                Ok(Operand::Number(self.binary_step(Step::Select(*condition, *yes, *no))))
            }
            ("atan2", [Operand::Number(y), Operand::Number(x)]) => {
                Ok(Operand::Number(self.binary_step(Step::Atan2(*y, *x))))
            }
            ("min" | "max" | "mean" | "sum" | "stdev" | "count" | "any" | "all", _) => {
                self.aggregate(node, name, &operands)
            }
            ("floor" | "ceil" | "round", _) => self.rounded(node, name),
            ("kelvin", [operand]) => Ok(operand.clone()),
            _ if properties::is_known(name) => self.property(node, name, &operands),
            (_, [operand]) => {
                let function = function(name)
                    .ok_or_else(|| refused(node, format!("unknown function `{name}`")))?;
                Ok(self.mapped(operand, |builder, place| {
                    builder.unary(Step::Function(function, place))
                }))
            }
            _ => Err(refused(node, format!("{name} does not take these arguments"))),
        }
    }

    /// A physical property, written out in elementary steps; over a list for its
    /// first argument.
    fn property(
        &mut self,
        node: &Node,
        name: &str,
        operands: &[Operand],
    ) -> Result<Operand, TapeError> {
        let property = properties::find(name, operands.len())?;
        let single = |operand: &Operand| match operand {
            Operand::Number(place) => Some(*place),
            Operand::List(_) => None,
        };
        let unfit = || refused(node, format!("{} does not take these arguments", property.shape()));
        let (first, rest) = operands.split_first().ok_or_else(unfit)?;
        let rest: Vec<Place> = rest.iter().map(single).collect::<Option<_>>().ok_or_else(unfit)?;
        Ok(self.mapped(first, |builder, place| {
            let places: Vec<Place> = std::iter::once(place).chain(rest.iter().copied()).collect();
            property.record(builder, &places)
        }))
    }

    /// A rounded number has no derivative; only what is constant may be rounded.
    fn rounded(&mut self, node: &Node, name: &str) -> Result<Operand, TapeError> {
        let value = Expression::evaluate_node(node, &Nothing);
        match value {
            Ok(Value::Number { si, .. }) => Ok(Operand::Number(self.number(si))),
            _ => Err(TapeError::Expression(
                Diagnostic::error("X032", format!("{name} of an input has no derivative"))
                    .at(node.span.clone())
                    .hint("round the result, not the model"),
            )),
        }
    }

    fn aggregate(
        &mut self,
        node: &Node,
        name: &str,
        operands: &[Operand],
    ) -> Result<Operand, TapeError> {
        let places: Vec<Place> = operands
            .iter()
            .flat_map(|operand| match operand {
                Operand::Number(place) => vec![*place],
                Operand::List(places) => places.clone(),
            })
            .collect();
        let Some((first, rest)) = places.split_first() else {
            return Err(refused(node, format!("{name} of an empty list")));
        };
        #[expect(clippy::cast_precision_loss, reason = "a tape is far shorter than 2^52")]
        let count = places.len() as f64;
        let mut folded = |step: fn(Place, Place) -> Step| {
            rest.iter().fold(*first, |so_far, place| self.binary_step(step(so_far, *place)))
        };
        let place = match name {
            "count" => self.number(count),
            "min" | "all" => folded(Step::Minimum),
            "max" | "any" => folded(Step::Maximum),
            "sum" => folded(Step::Add),
            "mean" => {
                let sum = folded(Step::Add);
                let count = self.number(count);
                self.binary_step(Step::Divide(sum, count))
            }
            _ if rest.is_empty() => return Err(refused(node, "stdev takes at least two values")),
            _ => {
                let sum = folded(Step::Add);
                self.deviation(&places, sum, count)
            }
        };
        Ok(Operand::Number(place))
    }

    fn deviation(&mut self, places: &[Place], sum: Place, count: f64) -> Place {
        let divisor = self.number(count);
        let mean = self.binary_step(Step::Divide(sum, divisor));
        let mut squares = self.number(0.0);
        for place in places {
            let difference = self.binary_step(Step::Subtract(*place, mean));
            let square = self.binary_step(Step::Multiply(difference, difference));
            squares = self.binary_step(Step::Add(squares, square));
        }
        let divisor = self.number(count - 1.0);
        let variance = self.binary_step(Step::Divide(squares, divisor));
        self.unary(Step::Function(Function::SquareRoot, variance))
    }
}

fn function(name: &str) -> Option<Function> {
    Some(match name {
        "abs" => Function::Absolute,
        "sqrt" => Function::SquareRoot,
        "exp" => Function::Exponential,
        "log" => Function::Logarithm,
        "log10" => Function::DecimalLogarithm,
        "sin" => Function::Sine,
        "cos" => Function::Cosine,
        "tan" => Function::Tangent,
        "asin" => Function::Arcsine,
        "acos" => Function::Arccosine,
        "atan" => Function::Arctangent,
        _ => return None,
    })
}

fn small_whole(number: f64) -> Option<i32> {
    let whole = (-LARGEST_PRODUCT..=LARGEST_PRODUCT).find(|whole| f64::from(*whole) >= number);
    whole.filter(|whole| f64::from(*whole) <= number)
}
