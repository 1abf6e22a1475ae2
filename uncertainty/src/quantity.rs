//! A number with its unit, as written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::decimal::{Decimal, DecimalError};
use crate::unit::{Unit, UnitError};

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum QuantityError {
    /// The number is none.
    #[error(transparent)]
    Number(#[from] DecimalError),
    /// The unit is none, or does not fit.
    #[error(transparent)]
    Unit(#[from] UnitError),
}

/// A decimal number and a unit; shows itself as it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    decimal: Decimal,
    unit: Unit,
    text: String,
}

impl Quantity {
    /// Reads `0.10 %`, `1200 imp/(kW*h)`, `20 degC`, or a bare number, which
    /// has the unit one.
    ///
    /// # Errors
    /// When the number or the unit cannot be read.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let trimmed = text.trim();
        let (number, unit) = trimmed.split_at(end_of_number(trimmed));
        let decimal = Decimal::parse(number)?;
        let unit = if unit.trim().is_empty() { Unit::one() } else { Unit::parse(unit)? };
        Ok(Self { decimal, unit, text: trimmed.to_owned() })
    }

    /// A number in a unit.
    #[must_use]
    pub fn new(decimal: Decimal, unit: Unit) -> Self {
        let text = match unit.printed() {
            "" => decimal.to_string(),
            symbol => format!("{decimal} {symbol}"),
        };
        Self { decimal, unit, text }
    }

    /// The number as written.
    #[must_use]
    pub fn decimal(&self) -> &Decimal {
        &self.decimal
    }

    /// The unit as written.
    #[must_use]
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// The number in the unit it was written with.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.decimal.to_f64()
    }

    /// The number in the coherent SI unit.
    #[must_use]
    pub fn si(&self) -> f64 {
        self.unit.to_si(self.value())
    }

    /// The number in another unit of the same dimension.
    ///
    /// # Errors
    /// When the two units measure different quantities.
    pub fn in_unit(&self, unit: &Unit) -> Result<f64, UnitError> {
        self.fitting(unit)?;
        Ok(if self.unit == *unit { self.value() } else { unit.from_si(self.si()) })
    }

    /// The number as an interval (uncertainty, half-width) in the coherent SI
    /// unit: 0.5 degC is 0.5 K.
    #[must_use]
    pub fn interval_si(&self) -> f64 {
        self.unit.interval_to_si(self.value())
    }

    /// The exact decimal in another unit, where the two scales differ by a power
    /// of ten or not at all; otherwise to the carried digits.
    ///
    /// # Errors
    /// When the units measure different quantities or the number is not finite.
    pub fn decimal_in(&self, unit: &Unit) -> Result<Decimal, QuantityError> {
        self.fitting(unit)?;
        if self.unit == *unit {
            return Ok(self.decimal.clone());
        }
        Ok(Decimal::from_f64(unit.from_si(self.si()))?)
    }

    fn fitting(&self, unit: &Unit) -> Result<(), UnitError> {
        if self.unit.is_compatible(unit) {
            return Ok(());
        }
        let (found, wanted) = (self.unit.symbol().to_owned(), unit.symbol().to_owned());
        Err(UnitError::Incompatible { found, wanted })
    }
}

/// Bytes of the number at the beginning of a text.
fn end_of_number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits_from = |start: usize| {
        bytes.iter().skip(start).take_while(|b| b.is_ascii_digit() || **b == b'.').count()
    };
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut end = sign + digits_from(sign);
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let digits = digits_from(end + 1 + sign);
        if digits > 0 {
            end += 1 + sign + digits;
        }
    }
    end
}

impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

impl FromStr for Quantity {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        Self::parse(text)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the conversions named here are exact")]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_shows_itself_as_written() {
        let quantity = Quantity::parse(" 0.10 % ").unwrap();
        assert_eq!(quantity.to_string(), "0.10 %");
        assert_eq!((quantity.value(), quantity.si()), (0.1, 0.001));
        assert_eq!(Quantity::parse("5eV").unwrap().unit().symbol(), "eV");
        assert_eq!(Quantity::parse("1e4").unwrap().si(), 1e4);
        assert_eq!(Quantity::parse("-1.5e-3 V").unwrap().si(), -0.0015);
    }

    #[test]
    fn conversion_needs_the_same_dimension() {
        let temperature = Quantity::parse("20 degC").unwrap();
        assert_eq!(temperature.in_unit(&Unit::parse("K").unwrap()), Ok(293.15));
        assert!(temperature.in_unit(&Unit::parse("V").unwrap()).is_err());
        assert_eq!(Quantity::parse("0.5 degC").unwrap().interval_si(), 0.5);
    }

    #[test]
    fn text_that_is_no_quantity_is_refused() {
        for text in ["", "V", "1,5 V", "1 furlong", "1..2 V", "--1 V"] {
            assert!(Quantity::parse(text).is_err(), "{text}");
        }
    }
}
