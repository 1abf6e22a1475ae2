//! Truncated Taylor series along one input.

use super::Scalar;
use crate::tape::Function;

/// `c0 + c1 t + c2 t²`, for an input that moves as `x + t`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taylor(pub(crate) [f64; 3]);

impl Taylor {
    /// Composition with a function of which value, first and half the second
    /// derivative are given.
    fn composed(self, [f0, f1, f2]: [f64; 3]) -> Self {
        let [_, c1, c2] = self.0;
        Self([f0, f1 * c1, f1 * c2 + f2 * c1 * c1])
    }
}

impl Scalar for Taylor {
    fn constant(value: f64) -> Self {
        Self([value, 0.0, 0.0])
    }

    fn value(self) -> f64 {
        self.0[0]
    }

    fn add(self, other: Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (self.0, other.0);
        Self([a0 + b0, a1 + b1, a2 + b2])
    }

    fn multiply(self, other: Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (self.0, other.0);
        Self([a0 * b0, a0 * b1 + a1 * b0, a0 * b2 + a1 * b1 + a2 * b0])
    }

    fn divide(self, other: Self) -> Self {
        let ([a0, a1, a2], [b0, b1, b2]) = (self.0, other.0);
        let q0 = a0 / b0;
        let q1 = (a1 - q0 * b1) / b0;
        Self([q0, q1, (a2 - q0 * b2 - q1 * b1) / b0])
    }

    fn scale(self, factor: f64) -> Self {
        Self(self.0.map(|c| c * factor))
    }

    fn function(self, function: Function) -> Self {
        let x = self.value();
        let f = function.value(x);
        match function {
            Function::Absolute => {
                if x < 0.0 {
                    self.scale(-1.0)
                } else {
                    self
                }
            }
            Function::SquareRoot => self.composed([f, 0.5 / f, -0.125 / (x * f)]),
            Function::Exponential => self.composed([f, f, 0.5 * f]),
            Function::Logarithm => self.composed([f, 1.0 / x, -0.5 / (x * x)]),
            Function::DecimalLogarithm => {
                let per = std::f64::consts::LOG10_E;
                self.composed([f, per / x, -0.5 * per / (x * x)])
            }
            Function::Sine => self.composed([f, libm::cos(x), -0.5 * f]),
            Function::Cosine => self.composed([f, -libm::sin(x), -0.5 * f]),
            Function::Tangent => self.composed([f, 1.0 + f * f, f * (1.0 + f * f)]),
            Function::Arcsine | Function::Arccosine => {
                let root = libm::sqrt(1.0 - x * x);
                let sign = if function == Function::Arcsine { 1.0 } else { -1.0 };
                self.composed([f, sign / root, sign * 0.5 * x / (root * root * root)])
            }
            Function::Arctangent => {
                let d = 1.0 / (1.0 + x * x);
                self.composed([f, d, -x * d * d])
            }
        }
    }
}
