//! Units of measurement at run time: text to dimension, scale and offset.
//!
//! Decisions:
//! - **Angle** is a ratio, as in the SI Brochure (2.3.3): `deg`, `'`, `arcmin`
//!   are units of dimension one with scale π/180 and so on.
//! - **Pulses** (`imp`) and revolutions of a meter disc (`r`) have a dimension of
//!   their own, so that a forgotten meter constant is found. `Hz` is 1/s; a pulse
//!   rate is `imp/s`.
//! - **Temperatures**: `degC` alone is affine (a point on a scale); within a
//!   product or quotient it is the interval, 1 K. `K` is the interval or the
//!   thermodynamic temperature, which has no offset.
//! - `%`, `ppm` and `%RH` are plain ratios. What a percentage is *of* is the
//!   business of whoever states it (`applies_to`).
//! - A unit keeps the text it was written with.

mod dimension;
mod parser;
mod read_before;
mod readable;
mod table;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

pub use dimension::Dimension;
pub use readable::{raised, readable};

/// Why a text is not a unit.
#[derive(Clone, Debug, Eq, PartialEq, Error)]
pub enum UnitError {
    /// A symbol is not known.
    #[error("unknown unit `{symbol}`{}", suggested(.nearest))]
    Unknown {
        /// The symbol as written.
        symbol: String,
        /// A known symbol that looks like it.
        nearest: Option<String>,
    },
    /// The text is no product of powers of symbols.
    #[error("`{text}` is not a unit: {reason}")]
    Malformed {
        /// What was written, cut to a readable length.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Two units measure different quantities.
    #[error("unit `{found}` cannot be converted to `{wanted}`")]
    Incompatible {
        /// The unit that was found.
        found: String,
        /// The unit that was wanted.
        wanted: String,
    },
}

fn suggested(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|known| format!(", did you mean `{known}`?")).unwrap_or_default()
}

/// A unit of measurement.
///
/// Equality is that of the measure (`kW*h` equals `kWh`), not of the text.
#[derive(Clone, Debug)]
pub struct Unit {
    symbol: String,
    dimension: Dimension,
    /// Scale as a quotient, so that `0.05 %` is exactly the double 0.05 / 100.
    numerator: f64,
    denominator: f64,
    offset: f64,
}

impl Unit {
    /// Reads a unit, such as `imp/(kW*h)`, `kg/m^3`, `degC`, `%`, `1` or `-`.
    ///
    /// # Errors
    /// When a symbol is unknown or the text is no unit.
    pub fn parse(text: &str) -> Result<Self, UnitError> {
        read_before::parse(text)
    }

    /// The unit one.
    #[must_use]
    pub fn one() -> Self {
        Self {
            symbol: "1".to_owned(),
            dimension: Dimension::ONE,
            numerator: 1.0,
            denominator: 1.0,
            offset: 0.0,
        }
    }

    /// The text that the unit was written with.
    #[must_use]
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    /// The symbol as it stands behind a printed number; empty for the unit one.
    #[must_use]
    pub fn printed(&self) -> &str {
        match self.symbol.as_str() {
            "1" | "-" => "",
            symbol => symbol,
        }
    }

    /// What the unit measures.
    #[must_use]
    pub fn dimension(&self) -> Dimension {
        self.dimension
    }

    /// Whether zero of the unit is not zero of the quantity (degree Celsius).
    #[must_use]
    pub fn is_affine(&self) -> bool {
        self.offset > 0.0
    }

    /// A number in this unit, in the coherent SI unit.
    #[must_use]
    pub fn to_si(&self, number: f64) -> f64 {
        number * self.numerator / self.denominator + self.offset
    }

    /// A number in the coherent SI unit, in this unit.
    #[must_use]
    pub fn from_si(&self, si: f64) -> f64 {
        (si - self.offset) * self.denominator / self.numerator
    }

    /// An interval in this unit (an uncertainty, a half-width), in the coherent
    /// SI unit: the offset does not take part.
    #[must_use]
    pub fn interval_to_si(&self, number: f64) -> f64 {
        number * self.numerator / self.denominator
    }

    /// An interval in the coherent SI unit, in this unit.
    #[must_use]
    pub fn interval_from_si(&self, si: f64) -> f64 {
        si * self.denominator / self.numerator
    }

    /// The same unit for intervals: without its offset.
    #[must_use]
    pub fn interval(&self) -> Self {
        Self { offset: 0.0, ..self.clone() }
    }

    /// Whether numbers in the two units can be converted into each other.
    #[must_use]
    pub fn is_compatible(&self, other: &Self) -> bool {
        self.dimension == other.dimension
    }
}

impl PartialEq for Unit {
    fn eq(&self, other: &Self) -> bool {
        self.dimension == other.dimension
            && self.numerator * other.denominator == other.numerator * self.denominator
            && self.offset == other.offset
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.symbol)
    }
}

impl FromStr for Unit {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        Self::parse(text)
    }
}

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.symbol)
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> Unit {
        Unit::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the conversions named here are exact")]
    fn si_brochure_scales_convert_exactly() {
        assert_eq!(unit("%").to_si(0.05), 0.0005);
        assert_eq!(unit("nm").to_si(5.8), 5.8e-9);
        assert_eq!(unit("kW*h").to_si(1.0), 3.6e6);
        assert_eq!(unit("m^3/h").from_si(1.0), 3600.0);
        assert_eq!(unit("degC").to_si(20.0), 293.15);
        assert_eq!(unit("MPa").to_si(1.6), 1.6e6);
        assert_eq!(unit("hPa").to_si(1013.25), 101_325.0);
        assert_eq!(unit("g/mL").to_si(1.0), 1000.0);
        assert_eq!(unit("-").to_si(3.0), 3.0);
    }

    #[test]
    fn equal_measures_are_equal_units_whatever_the_text() {
        assert_eq!(unit("imp/(kW*h)"), unit("imp/kWh"));
        assert_eq!(unit("kg/m^3"), unit("kg/m3"));
        assert_eq!(unit("m²"), unit("m^2"));
        assert_eq!(unit("mPa s"), unit("mPa*s"));
        assert_eq!(unit("1/degC").dimension(), unit("K^-1").dimension());
        assert_eq!(unit("'"), unit("arcmin"));
        assert_eq!(unit("Ω"), unit("ohm"));
        assert_ne!(unit("imp/s").dimension(), unit("Hz").dimension());
    }

    #[test]
    fn only_a_lone_degree_celsius_is_affine() {
        assert!(unit("degC").is_affine() && unit("°C").is_affine());
        assert!(!unit("1/degC").is_affine() && !unit("K").is_affine());
        assert!(unit("degC").is_compatible(&unit("K")));
    }

    #[test]
    fn hostile_units_end_in_an_error() {
        for text in ["kgg", "m^", "m//s", "(m", "m)", "m^99999", "^2", "/", "m^2^2", "", "m/0"] {
            assert!(Unit::parse(text).is_err(), "{text}");
        }
        assert!(Unit::parse(&"(".repeat(100_000)).is_err());
        assert!(Unit::parse(&"m*".repeat(100_000)).is_err());
        let error = Unit::parse("MPA").unwrap_err().to_string();
        assert_eq!(error, "unknown unit `MPA`, did you mean `MPa`?");
    }
}
