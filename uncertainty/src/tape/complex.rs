//! Complex models: every value is a pair of places, real and imaginary part.
//!
//! A name `Z` stands for the pair `Z.re`, `Z.im`; any other name is real. `j` is
//! the imaginary unit unless it is declared.

use super::compile::{Operand, refused};
use super::{Builder, Function, Place, Step, TapeError};
use crate::expression::Expression;
use crate::expression::syntax::{Binary, Form, Node, Unary};

/// Real and imaginary part.
type Pair = (Place, Place);

/// Largest whole exponent that becomes multiplications.
const LARGEST_POWER: u32 = 16;

impl Builder {
    /// Compiles a complex expression and binds its parts to `name.re` and
    /// `name.im`.
    ///
    /// # Errors
    /// When a name is not bound or the expression cannot be a complex model.
    pub fn define_complex(&mut self, name: &str, expression: &Expression) -> Result<(), TapeError> {
        let (re, im) = self.pair(expression.root())?;
        self.bind(&format!("{name}.re"), Operand::Number(re));
        self.bind(&format!("{name}.im"), Operand::Number(im));
        Ok(())
    }

    fn pair(&mut self, node: &Node) -> Result<Pair, TapeError> {
        let zero = self.number(0.0);
        match &node.form {
            Form::Number { si, .. } | Form::Text { quantity: Some((si, _)), .. } => {
                Ok((self.number(*si), zero))
            }
            Form::Symbol(path) => self.pair_of(node, path),
            Form::Unary { sign: Unary::Minus, of } => {
                let of = self.pair(of)?;
                Ok(self.negated(of))
            }
            Form::Binary { sign, left, right } => self.pair_joined(node, *sign, left, right),
            Form::Call { name, args, .. } => self.pair_call(node, name, args),
            _ => Err(refused(node, "this has no place in a complex model")),
        }
    }

    fn pair_of(&mut self, node: &Node, path: &str) -> Result<Pair, TapeError> {
        let zero = self.number(0.0);
        if let Ok(re) = self.place_of(&format!("{path}.re")) {
            let im = self.place_of(&format!("{path}.im"))?;
            return Ok((re, im));
        }
        if let Ok(place) = self.place_of(path) {
            return Ok((place, zero));
        }
        match path {
            "j" => Ok((zero, self.number(1.0))),
            "pi" => Ok((self.number(std::f64::consts::PI), zero)),
            _ => Err(refused(node, format!("unknown name `{path}`"))),
        }
    }

    fn is_real(&mut self, (_, im): Pair) -> bool {
        im == self.number(0.0)
    }

    fn negated(&mut self, (re, im): Pair) -> Pair {
        (self.binary_step(Step::Negate(re)), self.binary_step(Step::Negate(im)))
    }

    fn pair_joined(
        &mut self,
        node: &Node,
        sign: Binary,
        left: &Node,
        right: &Node,
    ) -> Result<Pair, TapeError> {
        if sign == Binary::Power {
            return self.pair_power(node, left, right);
        }
        let (a, b) = (self.pair(left)?, self.pair(right)?);
        match sign {
            Binary::Plus => Ok(self.pairwise(Step::Add, a, b)),
            Binary::Minus => Ok(self.pairwise(Step::Subtract, a, b)),
            Binary::Times => Ok(self.product(a, b)),
            Binary::Over => Ok(self.quotient(a, b)),
            _ => Err(refused(node, "complex numbers are neither compared nor joined like this")),
        }
    }

    fn pairwise(&mut self, step: fn(Place, Place) -> Step, a: Pair, b: Pair) -> Pair {
        (self.binary_step(step(a.0, b.0)), self.binary_step(step(a.1, b.1)))
    }

    fn product(&mut self, a: Pair, b: Pair) -> Pair {
        if self.is_real(a) && self.is_real(b) {
            return (self.binary_step(Step::Multiply(a.0, b.0)), a.1);
        }
        let times = |builder: &mut Self, x, y| builder.binary_step(Step::Multiply(x, y));
        let (rr, ii) = (times(self, a.0, b.0), times(self, a.1, b.1));
        let (ri, ir) = (times(self, a.0, b.1), times(self, a.1, b.0));
        (self.binary_step(Step::Subtract(rr, ii)), self.binary_step(Step::Add(ri, ir)))
    }

    fn quotient(&mut self, a: Pair, b: Pair) -> Pair {
        if self.is_real(b) {
            let over = |builder: &mut Self, x| builder.binary_step(Step::Divide(x, b.0));
            return (over(self, a.0), over(self, a.1));
        }
        let conjugate = (b.0, self.binary_step(Step::Negate(b.1)));
        let above = self.product(a, conjugate);
        let below = self.squared(b);
        let over = |builder: &mut Self, x| builder.binary_step(Step::Divide(x, below));
        (over(self, above.0), over(self, above.1))
    }

    /// Square of the absolute value.
    fn squared(&mut self, (re, im): Pair) -> Place {
        let re = self.binary_step(Step::Multiply(re, re));
        let im = self.binary_step(Step::Multiply(im, im));
        self.binary_step(Step::Add(re, im))
    }

    fn absolute(&mut self, value: Pair) -> Place {
        let square = self.squared(value);
        self.function_of(Function::SquareRoot, square)
    }

    fn function_of(&mut self, function: Function, of: Place) -> Place {
        self.binary_step(Step::Function(function, of))
    }

    /// A whole power becomes products; any other is `exp(b log a)`.
    fn pair_power(&mut self, node: &Node, base: &Node, power: &Node) -> Result<Pair, TapeError> {
        let value = self.pair(base)?;
        let whole = power.literal().and_then(|power| {
            (0..=LARGEST_POWER).find(|whole| (f64::from(*whole) - power.abs()).abs() < 1e-12)
        });
        let Some(whole) = whole else {
            if power.literal().is_some_and(f64::is_nan) {
                return Err(refused(node, "this power has no value"));
            }
            let (power, logarithm) = (self.pair(power)?, self.pair_log(value));
            let exponent = self.product(power, logarithm);
            return Ok(self.pair_exp(exponent));
        };
        let one = (self.number(1.0), self.number(0.0));
        let product = (0..whole).fold(one, |product, _| self.product(product, value));
        let is_below = power.literal().is_some_and(|power| power < 0.0);
        Ok(if is_below { self.quotient(one, product) } else { product })
    }

    fn pair_exp(&mut self, (re, im): Pair) -> Pair {
        let size = self.function_of(Function::Exponential, re);
        let (sine, cosine) =
            (self.function_of(Function::Sine, im), self.function_of(Function::Cosine, im));
        let times = |builder: &mut Self, x| builder.binary_step(Step::Multiply(size, x));
        (times(self, cosine), times(self, sine))
    }

    fn pair_log(&mut self, value: Pair) -> Pair {
        let size = self.absolute(value);
        let size = self.function_of(Function::Logarithm, size);
        (size, self.binary_step(Step::Atan2(value.1, value.0)))
    }

    fn pair_call(&mut self, node: &Node, name: &str, args: &[Node]) -> Result<Pair, TapeError> {
        let zero = self.number(0.0);
        let values = args.iter().map(|arg| self.pair(arg)).collect::<Result<Vec<_>, _>>()?;
        match (name, values.as_slice()) {
            ("complex", [re, im]) if re.1 == zero && im.1 == zero => Ok((re.0, im.0)),
            ("polar", [size, angle]) if size.1 == zero && angle.1 == zero => {
                let turned = self.pair_exp((zero, angle.0));
                Ok(self.product(*size, turned))
            }
            ("re", [value]) => Ok((value.0, zero)),
            ("im", [value]) => Ok((value.1, zero)),
            ("conj", [value]) => Ok((value.0, self.binary_step(Step::Negate(value.1)))),
            ("abs", [value]) => Ok((self.absolute(*value), zero)),
            ("arg", [value]) => Ok((self.binary_step(Step::Atan2(value.1, value.0)), zero)),
            ("exp", [value]) => Ok(self.pair_exp(*value)),
            ("log", [value]) => Ok(self.pair_log(*value)),
            ("sqrt", [value]) => {
                let (logarithm, half) = (self.pair_log(*value), self.number(0.5));
                let exponent = self.product((half, zero), logarithm);
                Ok(self.pair_exp(exponent))
            }
            _ => Err(refused(
                node,
                format!(
                    "{name} does not take these arguments in a complex model; known: complex, \
                     polar, re, im, conj, abs, arg, exp, log, sqrt"
                ),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derivative::{gradient, values};

    fn parts(text: &str, inputs: &[(&str, f64)]) -> (f64, f64) {
        let mut builder = Builder::new();
        for (name, _) in inputs {
            builder.named_input(name);
        }
        builder.define_complex("w", &Expression::parse(text).unwrap()).unwrap();
        let tape = builder.finish(&["w.re", "w.im"]).unwrap();
        let found = values(&tape, &inputs.iter().map(|(_, x)| *x).collect::<Vec<_>>()).unwrap();
        (found[0], found[1])
    }

    #[track_caller]
    fn near(found: (f64, f64), wanted: (f64, f64)) {
        let distance = (found.0 - wanted.0).abs().max((found.1 - wanted.1).abs());
        assert!(distance < 1e-14, "{found:?} {wanted:?}");
    }

    #[test]
    fn complex_arithmetic_is_that_of_pairs() {
        let z = [("z.re", 3.0), ("z.im", 4.0), ("x", 2.0)];
        near(parts("z*conj(z)/x", &z), (12.5, 0.0));
        near(parts("1/z", &z), (0.12, -0.16));
        near(parts("z^2 - z^-1*z", &z), (-8.0, 24.0));
        near(parts("sqrt(z)", &z), (2.0, 1.0));
        near(parts("abs(z) + j*x", &z), (5.0, 2.0));
        near(parts("exp(j*pi)", &z), (-1.0, 0.0));
        near(parts("polar(x, pi/2)", &z), (0.0, 2.0));
        near(parts("exp(log(z)) - z + complex(re(z), im(z))", &z), (3.0, 4.0));
    }

    #[test]
    fn derivatives_obey_cauchy_and_riemann() {
        let mut builder = Builder::new();
        builder.named_input("z.re");
        builder.named_input("z.im");
        builder.define_complex("w", &Expression::parse("(z - 50)/(z + 50)").unwrap()).unwrap();
        let tape = builder.finish(&["w.re", "w.im"]).unwrap();
        let by = |output| gradient(&tape, output, &[46.8, 17.6]).unwrap().by_input;
        let (re, im) = (by(0), by(1));
        assert!((re[0] - im[1]).abs() < 1e-16 && (re[1] + im[0]).abs() < 1e-16);
        // d/dz (z - 50)/(z + 50) = 100/(z + 50)^2, with z + 50 = 96.8 + 17.6j.
        let (x, y) = (96.8f64 * 96.8 - 17.6 * 17.6, 2.0 * 96.8 * 17.6);
        assert!((re[0] - 100.0 * x / (x * x + y * y)).abs() < 1e-15);
        assert!((im[0] + 100.0 * y / (x * x + y * y)).abs() < 1e-15);
    }

    #[test]
    fn what_complex_numbers_cannot_do_is_refused_at_its_place() {
        let mut builder = Builder::new();
        builder.named_input("z.re");
        builder.named_input("z.im");
        for text in ["z > 1", "floor(z)", "z + q"] {
            let refusal = builder.define_complex("w", &Expression::parse(text).unwrap());
            assert!(matches!(refusal, Err(TapeError::Expression(_))), "{text}");
        }
    }
}
