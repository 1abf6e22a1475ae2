//! Exact derivatives of a tape.
//!
//! One walk up the steps gives values, one walk down gives the derivative by
//! every input (adjoint mode): no step size, no truncation. The walk is written
//! for any [`Scalar`]; with truncated Taylor series along one input it gives
//! second derivatives and the mixed third ones of GUM 5.1.2 as well.
//!
//! Not done here: a kink (`abs` at zero, `min` at a tie) has no derivative; the
//! one of the branch that the value takes is used.

mod taylor;

use crate::tape::{Function, Place, Step, Tape, TapeError};

pub(crate) use taylor::Taylor;

/// A number or a truncated Taylor series.
pub(crate) trait Scalar: Copy {
    fn constant(value: f64) -> Self;
    fn value(self) -> f64;
    fn add(self, other: Self) -> Self;
    fn multiply(self, other: Self) -> Self;
    fn divide(self, other: Self) -> Self;
    fn scale(self, factor: f64) -> Self;
    fn function(self, function: Function) -> Self;
}

impl Scalar for f64 {
    fn constant(value: f64) -> Self {
        value
    }

    fn value(self) -> f64 {
        self
    }

    fn add(self, other: Self) -> Self {
        self + other
    }

    fn multiply(self, other: Self) -> Self {
        self * other
    }

    fn divide(self, other: Self) -> Self {
        self / other
    }

    fn scale(self, factor: f64) -> Self {
        self * factor
    }

    fn function(self, function: Function) -> Self {
        function.value(self)
    }
}

/// Values at the estimates, and derivatives of one output by every input.
#[derive(Clone, Debug)]
pub struct Gradient {
    /// Value of the output.
    pub value: f64,
    /// Derivative by each input of the tape.
    pub by_input: Vec<f64>,
}

/// Values of all outputs at the given inputs.
///
/// # Errors
/// When an output is not finite.
pub fn values(tape: &Tape, inputs: &[f64]) -> Result<Vec<f64>, TapeError> {
    let values = forward(tape, inputs);
    let at = |place: &Place| values.get(*place as usize).copied().unwrap_or(f64::NAN);
    tape.held(|place| at(&place))?;
    let outputs: Vec<f64> = tape.output_places().iter().map(at).collect();
    match outputs.iter().position(|value| !value.is_finite()) {
        Some(output) => Err(TapeError::NotFinite { output }),
        None => Ok(outputs),
    }
}

/// Value and derivatives of one output.
///
/// # Errors
/// When the output or a derivative is not finite.
pub fn gradient(tape: &Tape, output: usize, inputs: &[f64]) -> Result<Gradient, TapeError> {
    let mut once = Differentiator::new();
    let (value, by_input) = once.run(tape, output, inputs)?;
    Ok(Gradient { value, by_input: by_input.to_vec() })
}

/// Derivatives along one input: for every input `i`, `∂f/∂xᵢ`, `∂²f/∂xᵢ∂xⱼ` and
/// `½ ∂³f/∂xᵢ∂xⱼ²`, where `j` is `along`.
pub(crate) fn along(tape: &Tape, output: usize, inputs: &[f64], along: usize) -> Vec<[f64; 3]> {
    let inputs: Vec<Taylor> = inputs
        .iter()
        .enumerate()
        .map(|(place, x)| Taylor([*x, f64::from(u8::from(place == along)), 0.0]))
        .collect();
    let (_, by_input) = differentiate(tape, output, &inputs);
    by_input.into_iter().map(|series| series.0).collect()
}

fn forward<S: Scalar>(tape: &Tape, inputs: &[S]) -> Vec<S> {
    let mut values: Vec<S> = Vec::with_capacity(tape.steps().len());
    forward_into(tape, inputs, &mut values);
    values
}

fn forward_into<S: Scalar>(tape: &Tape, inputs: &[S], values: &mut Vec<S>) {
    values.clear();
    let missing = S::constant(f64::NAN);
    for step in tape.steps() {
        let at = |place: Place| values.get(place as usize).copied().unwrap_or(missing);
        let truth = |truth: bool| S::constant(f64::from(u8::from(truth)));
        let value = match *step {
            Step::Constant(value) => S::constant(value),
            Step::Input(number) => inputs.get(number as usize).copied().unwrap_or(missing),
            Step::Add(a, b) => at(a).add(at(b)),
            Step::Subtract(a, b) => at(a).add(at(b).scale(-1.0)),
            Step::Multiply(a, b) => at(a).multiply(at(b)),
            Step::Divide(a, b) => at(a).divide(at(b)),
            Step::Negate(a) => at(a).scale(-1.0),
            Step::Power(a, b) => power(at(a), at(b)),
            Step::Function(function, a) => at(a).function(function),
            Step::Atan2(y, x) => atan2(at(y), at(x)),
            Step::Minimum(a, b) => {
                if at(b).value() < at(a).value() {
                    at(b)
                } else {
                    at(a)
                }
            }
            Step::Maximum(a, b) => {
                if at(b).value() > at(a).value() {
                    at(b)
                } else {
                    at(a)
                }
            }
            Step::Less(a, b) | Step::AtMost(a, b) | Step::Same(a, b) => {
                truth(step.value(at(a).value(), at(b).value()) > 0.5)
            }
            Step::Select(c, a, b) => {
                if at(c).value() > 0.5 {
                    at(a)
                } else {
                    at(b)
                }
            }
        };
        values.push(value);
    }
}

/// `a^b`; where the exponent does not move, the logarithm of the base is not needed.
fn power<S: Scalar>(base: S, exponent: S) -> S {
    let (x, n) = (base.value(), exponent.value());
    let value = libm::pow(x, n);
    if x > 0.0 {
        let product = base.function(Function::Logarithm).multiply(exponent);
        let series = product.add(S::constant(-product.value())).function(Function::Exponential);
        return series.scale(value);
    }
    if x < 0.0 && value.is_finite() {
        // Only whole exponents have a value here; the sign is that of the value.
        let sign = if value < 0.0 { -1.0 } else { 1.0 };
        return power(base.scale(-1.0), exponent).scale(sign);
    }
    S::constant(value)
}

fn atan2<S: Scalar>(y: S, x: S) -> S {
    let angle = libm::atan2(y.value(), x.value());
    // Turned back by its own value, the vector lies near the axis: no branch cut.
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let ahead = x.scale(cosine).add(y.scale(sine));
    let aside = y.scale(cosine).add(x.scale(-sine));
    let rest = aside.divide(ahead).function(Function::Arctangent);
    rest.add(S::constant(angle - rest.value()))
}

/// Values of all steps, and derivatives of one output by every input.
fn differentiate<S: Scalar>(tape: &Tape, output: usize, inputs: &[S]) -> (Vec<S>, Vec<S>) {
    let mut walk = Walk { values: Vec::new(), adjoints: Vec::new(), by_input: Vec::new() };
    walk.run(tape, output, inputs);
    (walk.values, walk.by_input)
}

/// Both walks with their memory, to be used again.
#[derive(Clone, Debug)]
struct Walk<S> {
    values: Vec<S>,
    adjoints: Vec<S>,
    by_input: Vec<S>,
}

impl<S: Scalar> Walk<S> {
    fn run(&mut self, tape: &Tape, output: usize, inputs: &[S]) {
        forward_into(tape, inputs, &mut self.values);
        let (zero, Self { values, adjoints, by_input }) = (S::constant(0.0), self);
        for (list, length) in [(&mut *by_input, tape.inputs()), (&mut *adjoints, values.len())] {
            list.clear();
            list.resize(length, zero);
        }
        back(tape, output, values, adjoints, by_input);
    }
}

/// One gradient after the other without taking memory anew.
#[derive(Clone, Debug)]
pub(crate) struct Differentiator {
    walk: Walk<f64>,
}

impl Differentiator {
    pub(crate) fn new() -> Self {
        Self { walk: Walk { values: Vec::new(), adjoints: Vec::new(), by_input: Vec::new() } }
    }

    /// Value of one output and its derivatives; otherwise as [`gradient`].
    pub(crate) fn run(
        &mut self,
        tape: &Tape,
        output: usize,
        inputs: &[f64],
    ) -> Result<(f64, &[f64]), TapeError> {
        self.walk.run(tape, output, inputs);
        let Walk { values, by_input, .. } = &self.walk;
        let at = |place: Place| values.get(place as usize).copied().unwrap_or(f64::NAN);
        tape.held(at)?;
        let value = tape.output_places().get(output).map_or(f64::NAN, |place| at(*place));
        if value.is_finite() && by_input.iter().all(|d| d.is_finite()) {
            return Ok((value, by_input));
        }
        Err(TapeError::NotFinite { output })
    }
}

/// The walk down: hands the adjoint of every step to its operands.
fn back<S: Scalar>(
    tape: &Tape,
    output: usize,
    values: &[S],
    adjoints: &mut [S],
    by_input: &mut [S],
) {
    let zero = S::constant(0.0);
    let place = tape.output_places().get(output).copied().unwrap_or(Place::MAX) as usize;
    if let Some(adjoint) = adjoints.get_mut(place) {
        *adjoint = S::constant(1.0);
    }
    for (index, step) in tape.steps().iter().enumerate().take(place.saturating_add(1)).rev() {
        let adjoint = adjoints.get(index).copied().unwrap_or(zero);
        let own = values.get(index).copied().unwrap_or(zero);
        if let Step::Input(number) = *step {
            if let Some(derivative) = by_input.get_mut(number as usize) {
                *derivative = derivative.add(adjoint);
            }
            continue;
        }
        let mut give = |place: Place, part: S| {
            if let Some(theirs) = adjoints.get_mut(place as usize) {
                *theirs = theirs.add(part);
            }
        };
        let at = |place: Place| values.get(place as usize).copied().unwrap_or(zero);
        pull(*step, own, adjoint, &at, &mut give);
    }
}

/// Hands the adjoint of a step to its operands.
fn pull<S: Scalar>(
    step: Step,
    own: S,
    adjoint: S,
    at: &impl Fn(Place) -> S,
    give: &mut impl FnMut(Place, S),
) {
    match step {
        Step::Add(a, b) => {
            give(a, adjoint);
            give(b, adjoint);
        }
        Step::Subtract(a, b) => {
            give(a, adjoint);
            give(b, adjoint.scale(-1.0));
        }
        Step::Multiply(a, b) => {
            give(a, adjoint.multiply(at(b)));
            give(b, adjoint.multiply(at(a)));
        }
        Step::Divide(a, b) => {
            let by_numerator = adjoint.divide(at(b));
            give(a, by_numerator);
            give(b, by_numerator.multiply(own).scale(-1.0));
        }
        Step::Negate(a) => give(a, adjoint.scale(-1.0)),
        Step::Power(a, b) => {
            let (base, exponent) = (at(a), at(b));
            let lower = power(base, exponent.add(S::constant(-1.0)));
            give(a, adjoint.multiply(exponent).multiply(lower));
            if base.value() > 0.0 {
                give(b, adjoint.multiply(own).multiply(base.function(Function::Logarithm)));
            }
        }
        Step::Function(function, a) => {
            give(a, adjoint.multiply(slope(function, at(a), own)));
        }
        Step::Atan2(y, x) => {
            let square = at(x).multiply(at(x)).add(at(y).multiply(at(y)));
            give(y, adjoint.multiply(at(x)).divide(square));
            give(x, adjoint.multiply(at(y)).divide(square).scale(-1.0));
        }
        Step::Minimum(a, b) => give(if at(b).value() < at(a).value() { b } else { a }, adjoint),
        Step::Maximum(a, b) => give(if at(b).value() > at(a).value() { b } else { a }, adjoint),
        Step::Select(c, a, b) => give(if at(c).value() > 0.5 { a } else { b }, adjoint),
        Step::Constant(_) | Step::Input(_) | Step::Less(..) | Step::AtMost(..) | Step::Same(..) => {
        }
    }
}

/// Derivative of a function at `x`, where `own` is its value.
fn slope<S: Scalar>(function: Function, x: S, own: S) -> S {
    let one = S::constant(1.0);
    match function {
        Function::Absolute => S::constant(if x.value() < 0.0 { -1.0 } else { 1.0 }),
        Function::SquareRoot => S::constant(0.5).divide(own),
        Function::Exponential => own,
        Function::Logarithm => one.divide(x),
        Function::DecimalLogarithm => S::constant(std::f64::consts::LOG10_E).divide(x),
        Function::Sine => x.function(Function::Cosine),
        Function::Cosine => x.function(Function::Sine).scale(-1.0),
        Function::Tangent => one.add(own.multiply(own)),
        Function::Arcsine | Function::Arccosine => {
            let root = one.add(x.multiply(x).scale(-1.0)).function(Function::SquareRoot);
            one.divide(root).scale(if function == Function::Arcsine { 1.0 } else { -1.0 })
        }
        Function::Arctangent => one.divide(one.add(x.multiply(x))),
    }
}

#[cfg(test)]
mod tests;
