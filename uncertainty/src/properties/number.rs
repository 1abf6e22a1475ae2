//! What a formula is written for: a number, or a step on the tape.
//!
//! A physical formula is written once, for any [`Number`]. With doubles it gives
//! a value; with [`Traced`] it writes itself onto a tape in elementary steps, so
//! that the derivatives are those of the formula itself.

use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::tape::{Builder, Function, Place, Step};

/// A number that a formula can be written with.
pub(crate) trait Number:
    Copy
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
{
    fn function(self, function: Function) -> Self;

    fn power(self, exponent: Self) -> Self;

    /// A constant beside this number.
    fn constant(self, value: f64) -> Self;

    fn square(self) -> Self {
        self * self
    }

    fn root(self) -> Self {
        self.function(Function::SquareRoot)
    }

    fn exponential(self) -> Self {
        self.function(Function::Exponential)
    }

    fn sine(self) -> Self {
        self.function(Function::Sine)
    }

    fn cosine(self) -> Self {
        self.function(Function::Cosine)
    }

    /// `value − self`.
    fn taken_from(self, value: f64) -> Self {
        -self + value
    }

    /// `value ∕ self`.
    fn under(self, value: f64) -> Self {
        self.constant(value) / self
    }
}

impl Number for f64 {
    fn function(self, function: Function) -> Self {
        function.value(self)
    }

    fn power(self, exponent: Self) -> Self {
        libm::pow(self, exponent)
    }

    fn constant(self, value: f64) -> Self {
        value
    }
}

/// A place on a tape under construction.
#[derive(Clone, Copy)]
pub(crate) struct Traced<'a> {
    builder: &'a RefCell<Builder>,
    pub(super) place: Place,
}

impl<'a> Traced<'a> {
    pub(super) fn at(builder: &'a RefCell<Builder>, place: Place) -> Self {
        Self { builder, place }
    }

    fn step(self, step: Step) -> Self {
        Self { place: self.builder.borrow_mut().binary_step(step), ..self }
    }
}

impl Number for Traced<'_> {
    fn function(self, function: Function) -> Self {
        self.step(Step::Function(function, self.place))
    }

    fn power(self, exponent: Self) -> Self {
        self.step(Step::Power(self.place, exponent.place))
    }

    fn constant(self, value: f64) -> Self {
        Self { place: self.builder.borrow_mut().number(value), ..self }
    }
}

impl Neg for Traced<'_> {
    type Output = Self;

    fn neg(self) -> Self {
        self.step(Step::Negate(self.place))
    }
}

macro_rules! operator {
    ($name:ident, $method:ident, $step:ident) => {
        impl $name for Traced<'_> {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                self.step(Step::$step(self.place, other.place))
            }
        }

        impl $name<f64> for Traced<'_> {
            type Output = Self;

            fn $method(self, other: f64) -> Self {
                self.$method(self.constant(other))
            }
        }
    };
}

operator!(Add, add, Add);
operator!(Sub, sub, Subtract);
operator!(Mul, mul, Multiply);
operator!(Div, div, Divide);
