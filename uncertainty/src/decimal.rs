//! Decimal numbers as people write them: exact, with their trailing zeros.
//!
//! Limits, rounding and verdicts are taken here, never in binary floating point:
//! 0.35 is not a tie of 0.1 in binary, and a meter fails or passes by it.

mod short;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::{BigInt, Sign};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use short::Short;

/// Significant digits that a binary result carries into decimal arithmetic.
///
/// A chain of some hundred binary operations keeps about 13 of its 15.9 digits.
/// Twelve hide the noise of the last ones, so that 1.0499999999999998, which is
/// 1.05 in every sense of the laboratory, is a tie when it is rounded to 0.1,
/// and they resolve a billionth of any limit.
pub const CARRIED_DIGITS: usize = 12;

/// Longest decimal that is read: hostile input ends here.
const LONGEST_TEXT: usize = 400;

/// Largest power of ten that is read, far beyond any quantity.
const LARGEST_EXPONENT: i64 = 400;

/// Why a text or a float is not a decimal number.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum DecimalError {
    /// The text is no number.
    #[error("`{text}` is not a decimal number")]
    NotANumber {
        /// What was written, cut to a readable length.
        text: String,
    },
    /// The number has more digits or a larger exponent than anything measured.
    #[error("`{text}` is longer than {LONGEST_TEXT} characters or beyond 10^{LARGEST_EXPONENT}")]
    TooLarge {
        /// What was written, cut to a readable length.
        text: String,
    },
    /// Infinity and NaN are no numbers of a laboratory.
    #[error("{value} is not a finite number")]
    NotFinite {
        /// The float.
        value: f64,
    },
}

/// A decimal number of any sensible length.
///
/// Equality and order are numeric (`0.10` equals `0.1`); the written form keeps
/// its trailing zeros, and they survive serialisation, which is as a string.
#[derive(Clone, Debug)]
pub struct Decimal(BigDecimal);

impl Decimal {
    /// Reads a decimal number, such as `-0.10` or `1.2e-6`.
    ///
    /// # Errors
    /// When the text is no decimal number or a hostile one.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let shown = || text.chars().take(40).collect::<String>();
        if text.len() > LONGEST_TEXT {
            return Err(DecimalError::TooLarge { text: shown() });
        }
        if !is_decimal(text) {
            return Err(DecimalError::NotANumber { text: shown() });
        }
        let exponent = text.split(['e', 'E']).nth(1).map_or(Ok(0), i64::from_str);
        if !exponent.is_ok_and(|power| power.abs() <= LARGEST_EXPONENT) {
            return Err(DecimalError::TooLarge { text: shown() });
        }
        if let Some(short) = Short::parse(text) {
            return Ok(Self(short.into()));
        }
        let number = BigDecimal::from_str(text);
        number.map(Self).map_err(|_| DecimalError::NotANumber { text: shown() })
    }

    /// The decimal of a binary result, to [`CARRIED_DIGITS`] significant digits,
    /// half to even, without trailing zeros.
    ///
    /// # Errors
    /// When the number is infinite or NaN.
    pub fn from_f64(value: f64) -> Result<Self, DecimalError> {
        if !value.is_finite() {
            return Err(DecimalError::NotFinite { value });
        }
        let text = format!("{value:.precision$e}", precision = CARRIED_DIGITS - 1);
        let short = Short::parse(&text).map(Short::without_trailing_zeros);
        short.map(|short| Self(short.into())).ok_or(DecimalError::NotFinite { value })
    }

    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self(BigDecimal::from(0))
    }

    /// The nearest binary number.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        let (digits, scale) = self.0.as_bigint_and_exponent();
        let short = i64::try_from(&digits).ok().map(|digits| Short { digits, scale });
        if let Some(exact) = short.and_then(|short| short.to_f64()) {
            return exact;
        }
        format!("{digits}e{}", -scale).parse().unwrap_or(f64::NAN)
    }

    /// The absolute value.
    #[must_use]
    pub fn abs(&self) -> Self {
        Self(self.0.abs())
    }

    /// The number with its sign turned.
    #[must_use]
    pub fn neg(&self) -> Self {
        Self(-self.0.clone())
    }

    /// Sum.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        Self(&self.0 + &other.0)
    }

    /// Difference.
    #[must_use]
    pub fn sub(&self, other: &Self) -> Self {
        Self(&self.0 - &other.0)
    }

    /// Product.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        Self(&self.0 * &other.0)
    }

    /// Whether the number is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.sign() == Sign::NoSign
    }

    /// Whether the number is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.0.sign() == Sign::Minus
    }

    /// Digits behind the decimal point as written; negative for a number whose
    /// last digit stands left of the units.
    #[must_use]
    pub fn places(&self) -> i64 {
        self.0.fractional_digit_count()
    }

    /// Integer and scale: the number is `integer · 10^-scale`.
    pub(crate) fn parts(&self) -> (BigInt, i64) {
        self.0.as_bigint_and_exponent()
    }

    /// The number `integer · 10^-scale`.
    pub(crate) fn from_parts(integer: BigInt, scale: i64) -> Self {
        Self(BigDecimal::new(integer, scale))
    }

    /// Number of significant digits as written.
    pub(crate) fn digits(&self) -> u64 {
        self.0.digits()
    }
}

/// Optional sign, digits with at most one point, optional exponent.
fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_is_whole = exponent.is_none_or(|power| {
        let power = power.strip_prefix(['+', '-']).unwrap_or(power);
        !power.is_empty() && are_digits(power)
    });
    are_digits(whole)
        && are_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent_is_whole
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0.to_plain_string())
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        Self::parse(text)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn trailing_zeros_are_kept_and_do_not_count_in_comparison() {
        assert_eq!(decimal("0.10").to_string(), "0.10");
        assert_eq!(decimal("0.10"), decimal("0.1"));
        assert!(decimal("-2") < decimal("1e-3"));
        assert_eq!(serde_json::to_string(&decimal("1.50")).unwrap(), "\"1.50\"");
    }

    #[test]
    fn a_binary_result_carries_twelve_digits() {
        assert_eq!(Decimal::from_f64(1.0499999999999998).unwrap(), decimal("1.05"));
        assert_eq!(Decimal::from_f64(0.1 + 0.2).unwrap().to_string(), "0.3");
        assert_eq!(Decimal::from_f64(2e5 / 3.0).unwrap().to_string(), "66666.6666667");
    }

    #[test]
    fn hostile_numbers_end_in_an_error() {
        for text in ["1e999999999", "1e-999999999999999999999", "", ".", "1e", "0x1", "nan", "1_0"]
        {
            assert!(Decimal::parse(text).is_err(), "{text}");
        }
        assert!(Decimal::parse(&"9".repeat(100_000)).is_err());
        assert!(Decimal::from_f64(f64::NAN).is_err());
    }
}
