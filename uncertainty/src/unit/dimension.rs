//! What a unit measures: powers of the base quantities.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Exponents are kept in sixths, so that square and cube roots are exact.
const PARTS: i16 = 6;

const SYMBOLS: [&str; 8] = ["m", "kg", "s", "A", "K", "mol", "cd", "imp"];

/// Powers of length, mass, time, current, temperature, amount of substance,
/// luminous intensity and, beyond the SI, of the pulse.
#[derive(
    Clone, Copy, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize,
)]
pub struct Dimension([i16; 8]);

impl Dimension {
    /// Dimension one: ratios, angles, pure numbers.
    pub const ONE: Self = Self([0; 8]);
    /// Length.
    pub const LENGTH: Self = Self::base(0);
    /// Mass.
    pub const MASS: Self = Self::base(1);
    /// Time.
    pub const TIME: Self = Self::base(2);
    /// Electric current.
    pub const CURRENT: Self = Self::base(3);
    /// Temperature.
    pub const TEMPERATURE: Self = Self::base(4);
    /// Amount of substance.
    pub const AMOUNT: Self = Self::base(5);
    /// Luminous intensity.
    pub const LUMINOUS_INTENSITY: Self = Self::base(6);
    /// Pulses of a meter.
    pub const PULSE: Self = Self::base(7);

    const fn base(place: usize) -> Self {
        let mut powers = [0; 8];
        #[expect(clippy::indexing_slicing, reason = "evaluated at compile time, places below 8")]
        {
            powers[place] = PARTS;
        }
        Self(powers)
    }

    /// Dimension of a product; `None` where a power grows beyond all sense.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        self.joined(other, i16::checked_add)
    }

    /// Dimension of a quotient; `None` where a power grows beyond all sense.
    #[must_use]
    pub fn per(self, other: Self) -> Option<Self> {
        self.joined(other, i16::checked_sub)
    }

    fn joined(mut self, other: Self, join: impl Fn(i16, i16) -> Option<i16>) -> Option<Self> {
        for (power, theirs) in self.0.iter_mut().zip(other.0) {
            *power = join(*power, theirs).filter(|power| power.abs() <= 100 * PARTS)?;
        }
        Some(self)
    }

    /// Dimension of a power; `None` where an exponent is not a whole number of
    /// sixths or grows beyond all sense.
    #[must_use]
    pub fn power(mut self, exponent: f64) -> Option<Self> {
        for power in &mut self.0 {
            let raised = f64::from(*power) * exponent;
            let whole = libm::round(raised);
            let is_whole = libm::fabs(raised - whole) < 1e-9;
            if !is_whole || libm::fabs(whole) > f64::from(100 * PARTS) {
                return None;
            }
            #[expect(clippy::cast_possible_truncation, reason = "at most 600, checked above")]
            {
                *power = whole as i16;
            }
        }
        Some(self)
    }

    /// Whether this is dimension one.
    #[must_use]
    pub fn is_one(self) -> bool {
        self == Self::ONE
    }
}

/// Units of the SI with a name of their own, most usual first. What is one of these, one per a base unit
/// or a base unit per one of these is said so to people.
///
/// Source: SI Brochure, 9th edition, table 4.
const NAMED: [(&str, [i16; 8]); 10] = [
    ("V", [2, 1, -3, -1, 0, 0, 0, 0]),
    ("Pa", [-1, 1, -2, 0, 0, 0, 0, 0]),
    ("W", [2, 1, -3, 0, 0, 0, 0, 0]),
    ("J", [2, 1, -2, 0, 0, 0, 0, 0]),
    ("N", [1, 1, -2, 0, 0, 0, 0, 0]),
    ("ohm", [2, 1, -3, -2, 0, 0, 0, 0]),
    ("F", [-2, -1, 4, 2, 0, 0, 0, 0]),
    ("H", [2, 1, -2, -2, 0, 0, 0, 0]),
    ("Wb", [2, 1, -2, -1, 0, 0, 0, 0]),
    ("T", [0, 1, -2, -1, 0, 0, 0, 0]),
];

/// Products of this many base units are worse to read than a quotient with a named unit.
/// Chosen: `kg*m^-3` is read as a density, `m^2*kg*s^-2*imp^-1` as nothing.
const HARD_TO_READ: usize = 3;

impl Dimension {
    /// The dimension for a person: by the named unit of the SI that it has (`V`, `J/imp`, `Pa/s`), in
    /// base units where it has none. [`fmt::Display`] always writes base units.
    #[must_use]
    pub fn readable(self) -> String {
        let named = NAMED.map(|(symbol, powers)| (symbol, Self(powers.map(|power| power * PARTS))));
        if let Some((symbol, _)) = named.iter().find(|(_, own)| *own == self) {
            return (*symbol).to_owned();
        }
        if self.0.iter().filter(|power| **power != 0).count() < HARD_TO_READ {
            return self.to_string();
        }
        let quotient = |(symbol, own): &(&str, Self)| {
            (0..SYMBOLS.len()).zip(SYMBOLS).find_map(|(place, base)| {
                let mut powers = [0; 8];
                *powers.get_mut(place)? = PARTS;
                let unit = Self(powers);
                let is = |dimension: Option<Self>| dimension == Some(self);
                is(own.per(unit))
                    .then(|| format!("{symbol}/{base}"))
                    .or_else(|| is(unit.per(*own)).then(|| format!("{base}/{symbol}")))
            })
        };
        named.iter().find_map(quotient).unwrap_or_else(|| self.to_string())
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (power, symbol) in self.0.iter().zip(SYMBOLS) {
            match (*power, *power % PARTS) {
                (0, _) => continue,
                (PARTS, _) => write!(formatter, "{separator}{symbol}")?,
                (_, 0) => write!(formatter, "{separator}{symbol}^{}", power / PARTS)?,
                _ => write!(formatter, "{separator}{symbol}^({power}/{PARTS})")?,
            }
            separator = "*";
        }
        if separator.is_empty() { formatter.write_str("1") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dimension_is_read_by_its_named_unit_where_it_has_one() {
        // SI Brochure, 9th edition, table 4: V is kg m2 s-3 A-1, Pa kg m-1 s-2.
        let of = |text: &str| crate::unit::Unit::parse(text).unwrap().dimension().readable();
        assert_eq!(of("mV"), "V");
        assert_eq!(of("bar"), "Pa");
        assert_eq!(of("kW*h/imp"), "J/imp");
        assert_eq!(of("imp/(kW*h)"), "imp/J");
        assert_eq!(of("kPa/min"), "Pa/s");
        assert_eq!(of("kg/m^3"), "m^-3*kg");
        assert_eq!(of("m/s"), "m*s^-1");
        assert_eq!(of("kg*m^2*s^-1*K^-1"), "m^2*kg*s^-1*K^-1");
        for (symbol, powers) in NAMED {
            let own = Dimension(powers.map(|power| power * PARTS));
            assert_eq!(crate::unit::Unit::parse(symbol).unwrap().dimension(), own, "{symbol}");
        }
    }

    #[test]
    fn roots_and_products_are_exact() {
        let area = Dimension::LENGTH.times(Dimension::LENGTH).unwrap();
        assert_eq!(area.power(0.5).unwrap(), Dimension::LENGTH);
        assert_eq!(area.power(1.5).unwrap().to_string(), "m^3");
        assert_eq!(Dimension::TIME.power(-0.5).unwrap().to_string(), "s^(-3/6)");
        assert_eq!(Dimension::TIME.power(0.123), None);
        assert_eq!(Dimension::TIME.power(1e9), None);
        assert_eq!(Dimension::ONE.power(1e9), Some(Dimension::ONE));
    }
}
