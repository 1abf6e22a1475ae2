//! An indication as the record keeps it.

use etalon_instruments::instrument::Indication;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Unit;

use crate::engine::failure::Failure;

/// An indication as the record keeps it: the reply, and the number in it with
/// the digits the instrument gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicated {
    /// The reply as it came.
    pub text: String,
    /// The number, as decimal text.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// The number.
    pub number: f64,
}

impl Indicated {
    /// What the record keeps of an indication.
    #[must_use]
    pub fn of(indication: &Indication) -> Self {
        Self {
            text: indication.text.clone(),
            value: indication.decimal.to_string(),
            unit: indication.unit.clone(),
            number: indication.value,
        }
    }

    /// Number and unit.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{} {}", self.value, self.unit)
    }

    /// The same in another unit, where one is wanted and it differs.
    #[must_use]
    pub fn in_unit(self, wanted: Option<&Unit>) -> Self {
        let Some(wanted) = wanted.filter(|wanted| wanted.symbol() != self.unit) else {
            return self;
        };
        let converted =
            Quantity::parse(&self.shown()).and_then(|quantity| quantity.decimal_in(wanted));
        match converted {
            Ok(decimal) => Self {
                number: decimal.to_f64(),
                value: decimal.to_string(),
                unit: wanted.symbol().to_owned(),
                text: self.text,
            },
            // The plan has seen to it that the units are compatible; the number
            // in its own unit is as true.
            Err(_) => self,
        }
    }

    /// The value as expressions use it.
    ///
    /// # Errors
    /// When its unit cannot be read.
    pub fn as_value(&self) -> Result<Value, Failure> {
        let unit = Unit::parse(&self.unit)
            .map_err(|error| Failure::Plan { what: format!("readable unit: {error}") })?;
        Ok(Value::in_unit(self.number, &unit))
    }
}
