//! Rounding in decimal arithmetic: to a step (化整), to digits, and the pair of
//! result and uncertainty as printed.

use bigdecimal::num_bigint::{BigInt, Sign};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::decimal::{Decimal, DecimalError};

/// What happens half-way between two multiples.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundingRule {
    /// To the even multiple. Source: GB/T 8170-2008, 3.2; JJG 596-2012 (化整).
    HalfEven,
    /// Away from zero.
    HalfAwayFromZero,
}

impl RoundingRule {
    /// Reads `half-even` or `half-away-from-zero`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "half-even" => Some(Self::HalfEven),
            "half-away-from-zero" => Some(Self::HalfAwayFromZero),
            _ => None,
        }
    }
}

/// How a negative number that rounds to zero is printed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZeroSign {
    /// As zero.
    #[default]
    Dropped,
    /// As minus zero, as verification records of meters do.
    Kept,
}

/// Why a number cannot be rounded.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RoundingError {
    /// Only a positive step has multiples.
    #[error("rounding step {step} is not above zero")]
    Step {
        /// The step as written.
        step: Decimal,
    },
    /// The number itself cannot be carried into decimal arithmetic.
    #[error(transparent)]
    Decimal(#[from] DecimalError),
}

/// The multiple of `step` nearest to `value`; it has the decimal places of the
/// step.
///
/// - **Source:** JJG 596-2012, rounding interval: q = |x| / d, rounded, times d,
///   with the sign restored.
/// - **Not done here:** the choice of the step, which a procedure states.
///
/// # Errors
/// When the step is zero or negative.
pub fn to_step(
    value: &Decimal,
    step: &Decimal,
    rule: RoundingRule,
) -> Result<Decimal, RoundingError> {
    if step.is_zero() || step.is_negative() {
        return Err(RoundingError::Step { step: step.clone() });
    }
    let ((mut number, number_scale), (step_integer, step_scale)) = (value.parts(), step.parts());
    let mut divisor = step_integer.clone();
    let ten = BigInt::from(10u8);
    let exponent = |places: i64| u32::try_from(places).unwrap_or(0);
    if number_scale < step_scale {
        number *= ten.pow(exponent(step_scale - number_scale));
    } else {
        divisor *= ten.pow(exponent(number_scale - step_scale));
    }
    let multiple = nearest_integer(&number, &divisor, rule);
    Ok(Decimal::from_parts(multiple * step_integer, step_scale))
}

/// The integer nearest to `number / divisor`, for a positive divisor.
fn nearest_integer(number: &BigInt, divisor: &BigInt, rule: RoundingRule) -> BigInt {
    let negative = number.sign() == Sign::Minus;
    let magnitude = BigInt::from(number.magnitude().clone());
    let floor = &magnitude / divisor;
    let twice_rest: BigInt = (&magnitude - &floor * divisor) * 2u8;
    let is_odd = floor.bit(0);
    let up = match rule {
        RoundingRule::HalfEven => twice_rest > *divisor || (twice_rest == *divisor && is_odd),
        RoundingRule::HalfAwayFromZero => twice_rest >= *divisor,
    };
    let rounded = if up { floor + 1u8 } else { floor };
    if negative { -rounded } else { rounded }
}

/// [`to_step`] as printed, with the chosen sign of zero.
///
/// # Errors
/// When the step is zero or negative.
pub fn to_step_text(
    value: &Decimal,
    step: &Decimal,
    rule: RoundingRule,
    zero: ZeroSign,
) -> Result<String, RoundingError> {
    let rounded = to_step(value, step, rule)?;
    let keeps_sign = zero == ZeroSign::Kept && rounded.is_zero() && value.is_negative();
    Ok(if keeps_sign { format!("-{rounded}") } else { rounded.to_string() })
}

/// `value` to a number of significant digits, half to even.
///
/// # Errors
/// Never for a finite decimal; the signature leaves room for the step's check.
pub fn to_significant(value: &Decimal, digits: u32) -> Result<Decimal, RoundingError> {
    if value.is_zero() {
        return Ok(value.clone());
    }
    let step = last_digit(value, digits);
    let rounded = to_step(value, &step, RoundingRule::HalfEven)?;
    let step = last_digit(&rounded, digits);
    to_step(&rounded, &step, RoundingRule::HalfEven)
}

/// One unit of the last of `digits` significant digits of a number.
fn last_digit(value: &Decimal, digits: u32) -> Decimal {
    let (_, scale) = value.parts();
    let written = i64::try_from(value.digits()).unwrap_or(i64::MAX);
    Decimal::from_parts(BigInt::from(1u8), scale - written + i64::from(digits))
}

/// A result and its expanded uncertainty as printed: U to two significant
/// digits, the result to the same decimal place.
///
/// - **Units:** both in the unit of the measurand.
/// - **Source:** JCGM 100:2008 (GUM), 7.2.6; ILAC-P14:09/2020, 5.4.
/// - **Valid for:** finite numbers. Where U is zero the result is printed with
///   all its carried digits.
///
/// # Errors
/// When a number is not finite.
pub fn result_and_uncertainty(
    value: f64,
    expanded: f64,
) -> Result<(String, String), RoundingError> {
    let (value, expanded) = (Decimal::from_f64(value)?, Decimal::from_f64(expanded)?);
    if expanded.is_zero() {
        return Ok((value.to_string(), "0".to_owned()));
    }
    let printed = to_significant(&expanded, 2)?;
    let step = last_digit(&printed, 2);
    let value = to_step(&value, &step, RoundingRule::HalfEven)?;
    Ok((value.to_string(), printed.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Electricity dossier, golden vectors of the rounding table (JJG 596-1999
    /// annex and the dossier's own): value, interval, rounded.
    const GOLDEN: &[(&str, &str, &str)] = &[
        ("0.7501", "0.1", "0.8"),
        ("0.4599", "0.1", "0.5"),
        ("0.0501", "0.1", "0.1"),
        ("0.6499", "0.1", "0.6"),
        ("0.3286", "0.1", "0.3"),
        ("0.0499", "0.1", "0.0"),
        ("0.3500", "0.1", "0.4"),
        ("1.050", "0.1", "1.0"),
        ("0.525", "0.05", "0.50"),
        ("0.525015", "0.05", "0.55"),
        ("0.4299", "0.05", "0.45"),
        ("0.5749", "0.05", "0.55"),
        ("0.37505", "0.05", "0.40"),
        ("0.1789", "0.05", "0.20"),
        ("2.101", "0.2", "2.2"),
        ("1.399", "0.2", "1.4"),
        ("0.501", "0.2", "0.6"),
        ("3.799", "0.2", "3.8"),
        ("2.901", "0.2", "3.0"),
        ("0.499", "0.2", "0.4"),
        ("2.300", "0.2", "2.4"),
        ("2.100", "0.2", "2.0"),
        ("0.2100", "0.02", "0.20"),
        ("0.2099", "0.02", "0.20"),
        ("0.2101", "0.02", "0.22"),
        ("0.1300", "0.02", "0.12"),
        ("-0.0099", "0.02", "-0.00"),
        ("-1.0499", "0.1", "-1.0"),
        ("1.0501", "0.1", "1.1"),
    ];

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn jjg_596_golden_vectors_round_half_even_in_decimal() {
        for (value, step, wanted) in GOLDEN {
            let rule = RoundingRule::HalfEven;
            let got = to_step_text(&decimal(value), &decimal(step), rule, ZeroSign::Kept).unwrap();
            assert_eq!(&got, wanted, "{value} to {step}");
        }
    }

    #[test]
    fn a_tie_goes_where_the_rule_says() {
        let rounded = |value, rule| to_step(&decimal(value), &decimal("0.1"), rule).unwrap();
        assert_eq!(rounded("-1.05", RoundingRule::HalfEven).to_string(), "-1.0");
        assert_eq!(rounded("-1.05", RoundingRule::HalfAwayFromZero).to_string(), "-1.1");
        assert_eq!(rounded("1e3", RoundingRule::HalfEven).to_string(), "1000.0");
        assert!(to_step(&decimal("1"), &decimal("0"), RoundingRule::HalfEven).is_err());
    }

    #[test]
    fn negative_zero_is_dropped_unless_kept() {
        let rule = RoundingRule::HalfEven;
        let text = to_step_text(&decimal("-0.01"), &decimal("0.1"), rule, ZeroSign::Dropped);
        assert_eq!(text.unwrap(), "0.0");
    }

    #[test]
    fn gum_7_2_6_result_ends_where_its_uncertainty_ends() {
        let printed = |value, u| result_and_uncertainty(value, u).unwrap();
        let pair = |value: &str, u: &str| (value.to_owned(), u.to_owned());
        assert_eq!(printed(0.318931877972876, 0.08807739535797322), pair("0.319", "0.088"));
        assert_eq!(printed(50_000_838.0, 92.48), pair("50000838", "92"));
        assert_eq!(printed(838.4, 317.0), pair("840", "320"));
        assert_eq!(printed(0.99951, 0.0996), pair("1.00", "0.10"));
        assert_eq!(printed(-0.0001, 0.5), pair("0.00", "0.50"));
        assert_eq!(printed(1.5, 0.0), pair("1.5", "0"));
    }
}
