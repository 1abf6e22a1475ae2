//! SCPI and IEEE 488.2: numbers to an instrument, numbers and blocks from it.
//!
//! Numbers are written and read without regard to the language of the machine:
//! a decimal comma is refused, never understood. What is not a finite number
//! (overload, "not a number", dashes) is refused as a reading, never passed on.

use etalon_uncertainty::{decimal::Decimal, quantity::Quantity, unit::Unit};
use std::collections::BTreeMap;
use thiserror::Error;

pub mod block;
pub mod error_queue;
pub mod number;

/// Why a reply is not the reading that was asked for.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum ReplyError {
    /// The bytes are not text.
    #[error("the reply is not ASCII text")]
    NotText,
    /// The reply does not have the form that the catalogue gives.
    #[error("the reply is not of the form \"{wanted}\"")]
    Form {
        /// The pattern.
        wanted: String,
    },
    /// Nothing, or nothing but blanks.
    #[error("the reply is empty")]
    Empty,
    /// Neither a number nor one of the tokens known for "no number".
    #[error("\"{found}\" is not a number")]
    NotANumber {
        /// What stands where the number should.
        found: String,
    },
    /// A comma where the number should have its point, or a list where one number was wanted.
    #[error(
        "\"{found}\" has a comma: a decimal comma is not understood, and one number was wanted"
    )]
    Comma {
        /// What stands where the number should.
        found: String,
    },
    /// The instrument says that the quantity is beyond its range.
    #[error("the instrument reports an overload ({found})")]
    Overload {
        /// The token or number it uses.
        found: String,
    },
    /// The instrument says that it has no value.
    #[error("the instrument reports that it has no value ({found})")]
    NoValue {
        /// The token or number it uses.
        found: String,
    },
    /// The reply is in another unit than the one asked for.
    #[error("the reply is in \"{found}\", wanted {wanted}")]
    Unit {
        /// The suffix behind the number.
        found: String,
        /// The unit of the catalogue.
        wanted: String,
    },
    /// The instrument gave a value that is still changing, where a stable one was asked for.
    #[error("the value is not stable ({found})")]
    Unstable {
        /// The reply.
        found: String,
    },
    /// The instrument says why it does not answer.
    #[error("the instrument refuses: {reason}")]
    Refused {
        /// Its reason, in the words of its protocol.
        reason: String,
    },
    /// A check sum, a length or a fixed byte is wrong.
    #[error("the message is garbled: {reason}")]
    Garbled {
        /// What is wrong with it.
        reason: String,
    },
    /// The head or the length of a block is wrong.
    #[error("the block is broken: {reason}")]
    Block {
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// A number that an instrument gave, in the unit that was wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The number as a decimal, with the digits the instrument gave.
    pub decimal: Decimal,
    /// The same, for computing.
    pub value: f64,
}

/// Reads a reply that holds one number: header echo and unit suffix allowed, nothing else.
///
/// `suffixes` are the spellings this model uses for units, beside the symbol of
/// `wanted` itself; a suffix that is neither is a wrong unit, not an ornament.
///
/// # Errors
/// [`ReplyError`], in particular for overload, tokens that are no numbers, and commas.
pub fn reading(
    reply: &str,
    wanted: &Unit,
    suffixes: &BTreeMap<String, Unit>,
) -> Result<Given, ReplyError> {
    let text = without_header(reply.trim());
    let (digits, suffix) = number::split(text)?;
    let decimal =
        Decimal::parse(digits).map_err(|_| ReplyError::NotANumber { found: digits.to_owned() })?;
    number::finite(digits, decimal.to_f64())?;
    let unit = unit_of(suffix, wanted, suffixes)?;
    let decimal =
        Quantity::new(decimal, unit).decimal_in(wanted).map_err(|_| wrong_unit(suffix, wanted))?;
    Ok(Given { value: decimal.to_f64(), decimal })
}

/// The reply without the header some instruments repeat in front of it (`:SENS:PRES 1.0`).
#[must_use]
pub fn without_header(reply: &str) -> &str {
    let Some((head, rest)) = reply.split_once(char::is_whitespace) else { return reply };
    let begins = head.starts_with(|c: char| c == ':' || c == '*' || c.is_ascii_alphabetic());
    let is_header = begins
        && head.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '*' | '_' | '?'))
        && rest.trim_start().starts_with(|c: char| {
            c.is_ascii_digit()
                || matches!(c, '+' | '-' | '.' | '"' | '#')
                || c.is_ascii_alphabetic()
        });
    if is_header { rest.trim_start() } else { reply }
}

fn unit_of(
    suffix: &str,
    wanted: &Unit,
    suffixes: &BTreeMap<String, Unit>,
) -> Result<Unit, ReplyError> {
    if suffix.is_empty() || suffix == wanted.symbol() {
        return Ok(wanted.clone());
    }
    suffixes.get(suffix).cloned().ok_or_else(|| wrong_unit(suffix, wanted))
}

fn wrong_unit(suffix: &str, wanted: &Unit) -> ReplyError {
    ReplyError::Unit { found: suffix.to_owned(), wanted: wanted.symbol().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volts(reply: &str) -> Result<f64, ReplyError> {
        let millivolt = Unit::parse("mV").unwrap();
        let suffixes = BTreeMap::from([("MV".to_owned(), millivolt)]);
        reading(reply, &Unit::parse("V").unwrap(), &suffixes).map(|given| given.value)
    }

    #[test]
    fn a_number_is_read_with_and_without_header_and_suffix() {
        for reply in [
            "+2.200012E+02",
            "220.0012",
            "  220.0012\r\n",
            ":MEAS:VOLT +2.200012E+02",
            "VOLT 220.0012 V",
            "220.0012V",
            "220001.2 MV",
        ] {
            assert_eq!(volts(reply), Ok(220.0012), "{reply}");
        }
    }

    #[test]
    fn the_digits_the_instrument_gave_are_kept() {
        let given = reading("+2.2000E+02", &Unit::parse("V").unwrap(), &BTreeMap::new()).unwrap();
        assert_eq!(given.decimal.to_string(), "220.00");
    }

    #[test]
    fn complaint_3_locale_a_decimal_comma_is_refused_and_never_a_thousand() {
        for reply in ["1,5", "220,0012", "1.000,5", "+1,2E+03", "1,5 V"] {
            assert!(matches!(volts(reply), Err(ReplyError::Comma { .. })), "{reply}");
        }
    }

    /// Source: SCPI-1999 Volume 1, 7.2.1.4 and 7.2.1.5: infinity is 9.9E37, not-a-number 9.91E37.
    #[test]
    fn scpi_7_2_1_overload_and_no_value_are_not_readings() {
        for reply in ["9.9E37", "+9.90000000E+37", "-9.9E+37", "INF", "-INF", "+INFINITY", "NINF"] {
            assert!(matches!(volts(reply), Err(ReplyError::Overload { .. })), "{reply}");
        }
        for reply in ["9.91E37", "+9.91000000E+37", "NAN", "NaN", "----", "--.--", "---OL---"] {
            assert!(matches!(volts(reply), Err(ReplyError::NoValue { .. })), "{reply}");
        }
    }

    #[test]
    fn a_wrong_unit_is_refused() {
        assert_eq!(
            volts("220.0 A"),
            Err(ReplyError::Unit { found: "A".into(), wanted: "V".into() })
        );
        assert!(matches!(volts("220.0 v"), Err(ReplyError::Unit { .. })));
    }

    #[test]
    fn a_garbled_number_is_refused() {
        for reply in ["", "  ", "+2.2\u{7f}0E+02", "2.2E+0x", "1.2.3", "+", "E5", "0x10", "２２０"]
        {
            assert!(volts(reply).is_err(), "{reply}");
        }
    }
}
