//! The steps of a tape: operations on earlier places.

use super::Place;

/// One operation on earlier places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    Constant(f64),
    Input(u32),
    Add(Place, Place),
    Subtract(Place, Place),
    Multiply(Place, Place),
    Divide(Place, Place),
    Negate(Place),
    Power(Place, Place),
    Function(Function, Place),
    Atan2(Place, Place),
    Minimum(Place, Place),
    Maximum(Place, Place),
    /// 1 where left is less than right, else 0.
    Less(Place, Place),
    /// 1 where left is at most right, else 0.
    AtMost(Place, Place),
    /// 1 where both are the same number, else 0.
    Same(Place, Place),
    /// Second where the first is not 0, else third.
    Select(Place, Place, Place),
}

/// Functions of one number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Function {
    Absolute,
    SquareRoot,
    Exponential,
    Logarithm,
    DecimalLogarithm,
    Sine,
    Cosine,
    Tangent,
    Arcsine,
    Arccosine,
    Arctangent,
}

impl Function {
    pub(crate) fn value(self, x: f64) -> f64 {
        match self {
            Self::Absolute => x.abs(),
            Self::SquareRoot => x.sqrt(),
            Self::Exponential => libm::exp(x),
            Self::Logarithm => libm::log(x),
            Self::DecimalLogarithm => libm::log10(x),
            Self::Sine => libm::sin(x),
            Self::Cosine => libm::cos(x),
            Self::Tangent => libm::tan(x),
            Self::Arcsine => libm::asin(x),
            Self::Arccosine => libm::acos(x),
            Self::Arctangent => libm::atan(x),
        }
    }
}

impl Step {
    /// The places that a step reads, in their order.
    pub(crate) fn operands(self) -> [Option<Place>; 3] {
        match self {
            Self::Constant(_) | Self::Input(_) => [None; 3],
            Self::Negate(a) | Self::Function(_, a) => [Some(a), None, None],
            Self::Select(c, a, b) => [Some(c), Some(a), Some(b)],
            Self::Add(a, b)
            | Self::Subtract(a, b)
            | Self::Multiply(a, b)
            | Self::Divide(a, b)
            | Self::Power(a, b)
            | Self::Atan2(a, b)
            | Self::Minimum(a, b)
            | Self::Maximum(a, b)
            | Self::Less(a, b)
            | Self::AtMost(a, b)
            | Self::Same(a, b) => [Some(a), Some(b), None],
        }
    }

    /// Value of a step with one or two operands.
    pub(crate) fn value(self, a: f64, b: f64) -> f64 {
        let truth = |truth: bool| f64::from(u8::from(truth));
        match self {
            Self::Add(..) => a + b,
            Self::Subtract(..) => a - b,
            Self::Multiply(..) => a * b,
            Self::Divide(..) => a / b,
            Self::Power(..) => libm::pow(a, b),
            Self::Atan2(..) => libm::atan2(a, b),
            Self::Minimum(..) => {
                if b < a {
                    b
                } else {
                    a
                }
            }
            Self::Maximum(..) => {
                if b > a {
                    b
                } else {
                    a
                }
            }
            Self::Less(..) => truth(a < b),
            Self::AtMost(..) => truth(a <= b),
            Self::Same(..) => truth((a - b).abs() <= 0.0 || a.to_bits() == b.to_bits()),
            Self::Negate(_) => -a,
            Self::Function(function, _) => function.value(a),
            Self::Select(..) | Self::Constant(_) | Self::Input(_) => a,
        }
    }
}

/// What makes two steps the same step.
pub(super) fn key(step: Step) -> (u8, u64, u64, u64) {
    let pair = |kind: u8, a: Place, b: Place| (kind, u64::from(a), u64::from(b), 0);
    let symmetric = |kind: u8, a: Place, b: Place| pair(kind, a.min(b), a.max(b));
    match step {
        Step::Constant(value) => (0, value.to_bits(), 0, 0),
        Step::Input(number) => (1, u64::from(number), 0, 0),
        Step::Add(a, b) => symmetric(2, a, b),
        Step::Subtract(a, b) => pair(3, a, b),
        Step::Multiply(a, b) => symmetric(4, a, b),
        Step::Divide(a, b) => pair(5, a, b),
        Step::Negate(a) => pair(6, a, 0),
        Step::Power(a, b) => pair(7, a, b),
        Step::Function(function, a) => (8, function as u64, u64::from(a), 0),
        Step::Atan2(a, b) => pair(9, a, b),
        Step::Minimum(a, b) => pair(10, a, b),
        Step::Maximum(a, b) => pair(11, a, b),
        Step::Less(a, b) => pair(12, a, b),
        Step::AtMost(a, b) => pair(13, a, b),
        Step::Same(a, b) => symmetric(14, a, b),
        Step::Select(c, a, b) => (15, u64::from(c), u64::from(a), u64::from(b)),
    }
}
