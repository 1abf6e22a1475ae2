//! Decimals of at most eighteen digits, which fit a machine word: nearly all that anybody writes.
//! They are read and turned into binary numbers without arithmetic of any length.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;

/// Digits that surely fit.
/// Definition: 10^18 is less than 2^63.
const MOST_DIGITS: usize = 18;

/// Whole numbers up to here are binary numbers exactly.
/// Definition: 2^53.
const EXACT: u64 = 1 << 53;

/// Powers of ten that are binary numbers exactly.
/// Definition: 5^22 is less than 2^53.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// The number `digits · 10^-scale`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Short {
    pub(super) digits: i64,
    pub(super) scale: i64,
}

impl Short {
    /// Reads a text that is a decimal number; `None` where it is none, or a long one.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (is_negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, power.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if !(1..=MOST_DIGITS).contains(&(whole.len() + fraction.len())) {
            return None;
        }
        let mut digits = 0_i64;
        for byte in whole.bytes().chain(fraction.bytes()) {
            let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
            digits = digits * 10 + digit;
        }
        let scale = i64::try_from(fraction.len()).ok()? - power;
        Some(Self { digits: if is_negative { -digits } else { digits }, scale })
    }

    /// The same number without zeros at its end.
    pub(super) fn without_trailing_zeros(mut self) -> Self {
        if self.digits == 0 {
            return Self { digits: 0, scale: 0 };
        }
        while self.digits % 10 == 0 {
            self.digits /= 10;
            self.scale -= 1;
        }
        self
    }

    /// The nearest binary number, where one division or product of two exact ones gives it; `None`
    /// elsewhere.
    pub(super) fn to_f64(self) -> Option<f64> {
        if self.digits.unsigned_abs() > EXACT {
            return None;
        }
        let power = POWERS.get(usize::try_from(self.scale.unsigned_abs()).ok()?)?;
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
        let digits = self.digits as f64;
        Some(if self.scale < 0 { digits * power } else { digits / power })
    }
}

impl From<Short> for BigDecimal {
    fn from(short: Short) -> Self {
        Self::new(BigInt::from(short.digits), short.scale)
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use proptest::prelude::*;

    use super::*;
    use crate::decimal::Decimal;

    proptest! {
        /// The general readers of bigdecimal and of the standard library are the judges.
        #[test]
        fn short_numbers_are_what_the_long_way_makes_of_them(
            text in r"[-+]?[0-9]{1,12}(\.[0-9]{0,9})?([eE][-+]?[0-9]{1,2})?"
        ) {
            let long = BigDecimal::from_str(&text).unwrap();
            let read = Decimal::parse(&text).unwrap();
            prop_assert_eq!(read.parts(), long.as_bigint_and_exponent());
            prop_assert_eq!(read.to_f64().to_bits() << 1, text.parse::<f64>().unwrap().to_bits() << 1);
        }

        #[test]
        fn carried_digits_are_what_the_long_way_makes_of_them(value in proptest::num::f64::NORMAL) {
            let long = BigDecimal::from_str(&format!("{value:.11e}")).unwrap().normalized();
            prop_assert_eq!(Decimal::from_f64(value).unwrap().parts(), long.as_bigint_and_exponent());
        }
    }

    #[test]
    fn zero_has_one_form_however_it_is_signed() {
        for zero in [0.0, -0.0] {
            assert_eq!(Decimal::from_f64(zero).unwrap().to_string(), "0");
        }
        assert_eq!(
            Decimal::parse("-0.00").unwrap().to_string(),
            BigDecimal::from_str("-0.00").unwrap().to_plain_string()
        );
    }
}
