//! A measurement model as straight-line code.
//!
//! Expressions are compiled into single-assignment steps: common subexpressions
//! once, constants folded, everything in coherent SI units. Three readers walk
//! the same steps: the value, the derivatives ([`crate::derivative`]) and the
//! columns of Monte Carlo trials ([`crate::batch`]).

mod compile;
mod complex;
mod step;

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::expression::Expression;
use crate::properties::{Argument, PropertyError};

pub(crate) use compile::Operand;
pub(crate) use step::{Function, Step};

/// Place of a step on the tape.
pub(crate) type Place = u32;

/// A compiled model with one or more outputs.
#[derive(Clone, Debug)]
pub struct Tape {
    steps: Vec<Step>,
    inputs: usize,
    outputs: Vec<Place>,
    bounds: Vec<Bound>,
}

/// Range in which a property holds, for the place of its argument.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    pub(crate) place: Place,
    pub(crate) property: &'static str,
    pub(crate) argument: Argument,
}

/// Why a model cannot be compiled or has no value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TapeError {
    /// The expression does not fit its scope.
    #[error("{0}")]
    Expression(Diagnostic),
    /// An argument of a physical property lies where its formula does not hold.
    #[error(transparent)]
    Property(#[from] PropertyError),
    /// The model grows beyond all sense.
    #[error("the model has more than {limit} steps")]
    TooLong {
        /// Most steps of a tape.
        limit: usize,
    },
    /// An output has no value, as a root of a negative number has none.
    #[error("output {output} is not a finite number at the estimates")]
    NotFinite {
        /// Which output, from 0.
        output: usize,
    },
}

/// Most steps of a tape: a thousand repeats of a long model.
pub(crate) const LONGEST_TAPE: usize = 50_000;

/// Puts a tape together.
#[derive(Debug, Default)]
pub struct Builder {
    steps: Vec<Step>,
    known: BTreeMap<(u8, u64, u64, u64), Place>,
    names: BTreeMap<String, Operand>,
    inputs: u32,
    bounds: Vec<Bound>,
}

impl Builder {
    /// An empty tape.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A new input, not yet bound to a name.
    pub(crate) fn input(&mut self) -> Place {
        let number = self.inputs;
        self.inputs += 1;
        self.push(Step::Input(number))
    }

    /// A new input with a name; answers its number.
    pub fn named_input(&mut self, name: &str) -> usize {
        let place = self.input();
        self.bind(name, Operand::Number(place));
        self.inputs as usize - 1
    }

    /// Binds a name to a place or places; a declared name wins over everything.
    pub(crate) fn bind(&mut self, name: &str, operand: Operand) {
        self.names.insert(name.to_owned(), operand);
    }

    /// Holds the value of a place to the range of a property.
    pub(crate) fn hold(&mut self, bound: Bound) {
        self.bounds.push(bound);
    }

    /// Compiles an expression and binds its value to a name.
    ///
    /// # Errors
    /// When a name is not bound or the expression cannot be a model.
    pub fn define(&mut self, name: &str, expression: &Expression) -> Result<(), TapeError> {
        let operand = self.compile(expression)?;
        self.bind(name, operand);
        Ok(())
    }

    /// Place of a name that is bound to a single number.
    pub(crate) fn place_of(&self, name: &str) -> Result<Place, TapeError> {
        match self.names.get(name) {
            Some(Operand::Number(place)) => Ok(*place),
            Some(Operand::List(places)) if places.len() == 1 => {
                Ok(places.first().copied().unwrap_or_default())
            }
            _ => {
                let message = format!("`{name}` is not a single number");
                Err(TapeError::Expression(Diagnostic::error("X030", message)))
            }
        }
    }

    /// The finished tape with the named outputs.
    ///
    /// # Errors
    /// When a name is not bound to a single number.
    pub fn finish(self, outputs: &[&str]) -> Result<Tape, TapeError> {
        let outputs =
            outputs.iter().map(|name| self.place_of(name)).collect::<Result<Vec<_>, _>>()?;
        if self.steps.len() > LONGEST_TAPE {
            return Err(TapeError::TooLong { limit: LONGEST_TAPE });
        }
        let (steps, inputs) = (self.steps, self.inputs as usize);
        Ok(Tape { steps, inputs, outputs, bounds: self.bounds })
    }
}

impl Tape {
    /// Number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs.len()
    }

    /// Refuses values of the steps with a property outside its range.
    pub(crate) fn held(&self, value: impl Fn(Place) -> f64) -> Result<(), TapeError> {
        let mut bounds = self.bounds.iter();
        bounds.try_for_each(|one| one.argument.checked(one.property, value(one.place)))?;
        Ok(())
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(crate) fn output_places(&self) -> &[Place] {
        &self.outputs
    }
}
