//! Physical properties as functions of the expression language.
//!
//! Every function stands in [`FUNCTIONS`] with its arguments, their units and the
//! range in which its formula holds. Outside the range it refuses: a formula that
//! extrapolates looks like one that knows. Written onto a tape, the range is
//! checked at the estimates; the trials of a Monte Carlo run that fall beyond it
//! use the formula as it stands.

mod dead_weight;
mod gas;
mod gravity;
mod moist_air;
mod nozzle;
mod number;
mod table;
mod water;

use std::cell::RefCell;
use std::fmt;

use thiserror::Error;

use crate::decimal::Decimal;
use crate::expression::{Kind, NumberKind};
use crate::tape::{Bound, Builder, Place};
use crate::unit::{Dimension, Unit};

use number::{Number, Traced};

pub use table::FUNCTIONS;

/// What stands before the name of every function of this room.
pub const PREFIX: &str = "lib.";

/// An argument with the range in which the formula holds.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its name in messages.
    pub name: &'static str,
    /// Unit of the limits; any unit of the same dimension may be given.
    pub unit: &'static str,
    /// Lower limit in that unit.
    pub lower: f64,
    /// Upper limit in that unit.
    pub upper: f64,
}

/// A property with one set of arguments.
#[derive(Clone, Copy)]
pub struct Property {
    /// Name in the expression language, as `lib.water_density`.
    pub name: &'static str,
    /// What it is, in words.
    pub title: &'static str,
    /// Its arguments in order.
    pub arguments: &'static [Argument],
    /// Unit of the answer.
    pub unit: &'static str,
    value: fn(&[f64]) -> Option<f64>,
    record: for<'a> fn(&[Traced<'a>]) -> Option<Traced<'a>>,
}

impl fmt::Debug for Property {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.name, self.arguments.len())
    }
}

/// Why a property has no value.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum PropertyError {
    /// There is no function of that name.
    #[error("unknown function `{name}`")]
    Unknown {
        /// The name that was looked up.
        name: String,
    },
    /// The function takes other arguments.
    #[error("{name} takes {wanted}, found {found} arguments")]
    Arity {
        /// Name of the function.
        name: &'static str,
        /// Its arguments by name.
        wanted: String,
        /// How many were given.
        found: usize,
    },
    /// An argument is of another kind.
    #[error("{argument} of {name} is {found}, wanted a number in {unit}")]
    Kind {
        /// Name of the function.
        name: &'static str,
        /// Name of the argument.
        argument: &'static str,
        /// Kind that was given.
        found: String,
        /// Unit in which it may be given.
        unit: &'static str,
    },
    /// An argument lies where the formula does not hold.
    #[error(
        "{argument} of {name} is {found} {unit}, the formula holds from {lower} to {upper} {unit}"
    )]
    OutsideRange {
        /// Name of the function.
        name: &'static str,
        /// Name of the argument.
        argument: &'static str,
        /// The number that was given.
        found: String,
        /// Lower limit.
        lower: f64,
        /// Upper limit.
        upper: f64,
        /// Unit of the three.
        unit: &'static str,
    },
}

/// Whether a function of the expression language is one of these.
#[must_use]
pub fn is_known(name: &str) -> bool {
    name.starts_with(PREFIX) && FUNCTIONS.iter().any(|one| one.name == name)
}

/// The property with a name and a number of arguments.
///
/// # Errors
/// When there is none.
pub fn find(name: &str, count: usize) -> Result<&'static Property, PropertyError> {
    let known: Vec<&Property> = FUNCTIONS.iter().filter(|one| one.name == name).collect();
    if let Some(property) = known.iter().find(|one| one.arguments.len() == count) {
        return Ok(property);
    }
    let Some(first) = known.first() else {
        return Err(PropertyError::Unknown { name: name.to_owned() });
    };
    let shapes: Vec<String> = known.iter().map(|one| one.shape()).collect();
    Err(PropertyError::Arity { name: first.name, wanted: shapes.join(" or "), found: count })
}

/// Value of a property; arguments and answer in coherent SI units, temperatures
/// in kelvin.
///
/// # Errors
/// When there is no such function or an argument is outside its range.
pub fn value(name: &str, arguments: &[f64]) -> Result<f64, PropertyError> {
    find(name, arguments.len())?.value(arguments)
}

impl Property {
    /// Value from arguments in coherent SI units, temperatures in kelvin.
    ///
    /// # Errors
    /// When an argument is outside its range.
    pub fn value(&self, arguments: &[f64]) -> Result<f64, PropertyError> {
        for (argument, si) in self.arguments.iter().zip(arguments) {
            argument.checked(self.name, *si)?;
        }
        let found = (self.value)(arguments);
        found.ok_or_else(|| self.wrong_count(arguments.len()))
    }

    /// Kind of the answer, after a look at the kinds of the arguments.
    ///
    /// # Errors
    /// When the number or the dimension of the arguments does not fit.
    pub fn kind(&self, arguments: &[Kind]) -> Result<Kind, PropertyError> {
        if arguments.len() != self.arguments.len() {
            return Err(self.wrong_count(arguments.len()));
        }
        for (argument, kind) in self.arguments.iter().zip(arguments) {
            if !argument.fits(kind) {
                return Err(PropertyError::Kind {
                    name: self.name,
                    argument: argument.name,
                    found: kind.to_string(),
                    unit: argument.unit,
                });
            }
        }
        Ok(Kind::Number(NumberKind::of(dimension(self.unit))))
    }

    /// Writes the formula onto a tape, with its ranges; `arguments` are as many as
    /// its own.
    pub(crate) fn record(&'static self, builder: &mut Builder, arguments: &[Place]) -> Place {
        for (argument, place) in self.arguments.iter().zip(arguments) {
            builder.hold(Bound { place: *place, property: self.name, argument: *argument });
        }
        let cell = RefCell::new(std::mem::take(builder));
        let places: Vec<Traced<'_>> =
            arguments.iter().map(|place| Traced::at(&cell, *place)).collect();
        let place = (self.record)(&places).map(|answer| answer.place);
        *builder = cell.into_inner();
        place.unwrap_or_else(|| builder.number(f64::NAN))
    }

    /// How it is called, as `lib.water_density(temperature, pressure)`.
    #[must_use]
    pub fn shape(&self) -> String {
        let names: Vec<&str> = self.arguments.iter().map(|argument| argument.name).collect();
        format!("{}({})", self.name, names.join(", "))
    }

    fn wrong_count(&self, found: usize) -> PropertyError {
        PropertyError::Arity { name: self.name, wanted: self.shape(), found }
    }
}

/// A number this far inside a range, as a share of its ends, is inside however it is rounded.
/// Chosen: a thousand times the last of the twelve digits that are carried.
const CLEARLY: f64 = 1e-8;

impl Argument {
    /// Whether a number in SI units lies in the range.
    ///
    /// Compared with twelve digits, so that 40 °C is 40 °C after its way through
    /// the kelvin.
    ///
    /// # Errors
    /// When it does not.
    pub fn checked(&self, function: &'static str, si: f64) -> Result<(), PropertyError> {
        let number = Unit::parse(self.unit).map_or(si, |unit| unit.from_si(si));
        // Far from the ends the last digits cannot matter.
        let margin = CLEARLY * self.lower.abs().max(self.upper.abs());
        if self.lower + margin < number && number < self.upper - margin {
            return Ok(());
        }
        let carried = Decimal::from_f64(number);
        let inside = carried.as_ref().is_ok_and(|carried| {
            let number = carried.to_f64();
            self.lower <= number && number <= self.upper
        });
        if inside {
            return Ok(());
        }
        Err(PropertyError::OutsideRange {
            name: function,
            argument: self.name,
            found: carried.map_or_else(|_| number.to_string(), |carried| carried.to_string()),
            lower: self.lower,
            upper: self.upper,
            unit: self.unit,
        })
    }

    /// A temperature may be a point on the Celsius scale or thermodynamic: both
    /// are kelvins underneath, and a difference falls out of every range.
    fn fits(&self, kind: &Kind) -> bool {
        let wanted = dimension(self.unit);
        match kind {
            Kind::Number(found) if found.affine => {
                wanted == Dimension::TEMPERATURE && found.dimension == wanted
            }
            Kind::Number(found) => found.dimension == wanted,
            _ => false,
        }
    }
}

fn dimension(unit: &str) -> Dimension {
    Unit::parse(unit).map_or(Dimension::ONE, |unit| unit.dimension())
}

#[cfg(test)]
mod tests;
