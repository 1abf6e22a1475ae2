//! Numbers on the wire.

use super::ReplyError;
use etalon_uncertainty::decimal::Decimal;

/// What instruments write for infinity: 9.9E37.
///
/// Source: SCPI-1999 Volume 1, 7.2.1.4.
const INFINITY: f64 = 9.9e37;

/// What instruments write for "not a number": 9.91E37.
///
/// Source: SCPI-1999 Volume 1, 7.2.1.5.
const NOT_A_NUMBER: f64 = 9.91e37;

/// Fewest digits of the mantissa written, so that lines of a transcript align.
const LEAST_DIGITS: usize = 6;

/// Most digits of the mantissa written. More than any setting needs, fewer than
/// the noise of binary arithmetic has (60.00000000000001 is 60).
const MOST_DIGITS: usize = 12;

/// Longest number that is written without an exponent: no instrument that wants its numbers plain
/// is set over more than a few decades, and their fields are short.
///
/// Chosen: 24 characters, so that twelve digits fit on either side of the point.
const LONGEST_PLAIN: usize = 24;

/// How a model wants its numbers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Form {
    /// `3.15000E1`: every digit of the smallest setting at the same width.
    #[default]
    Scientific,
    /// `31.5`: for instruments that know no exponent.
    Plain,
}

impl Form {
    /// Every form with its name in model files.
    pub const NAMES: [(&'static str, Self); 2] =
        [("scientific", Self::Scientific), ("plain", Self::Plain)];

    /// Writes a setting in this form, with a point whatever the machine's language is, and with
    /// as many digits as it has (up to twelve): 1 µV keeps its digits in either form.
    ///
    /// # Errors
    /// [`ReplyError::NotANumber`] for a value that is not finite, or one that takes more than 24
    /// characters without an exponent.
    pub fn written(self, value: f64) -> Result<String, ReplyError> {
        let scientific = scientific(value)?;
        match self {
            Self::Scientific => Ok(scientific),
            Self::Plain => plain(&scientific),
        }
    }
}

/// `2.20000E2`: a point, at least six digits and as many as it has (up to twelve).
fn scientific(value: f64) -> Result<String, ReplyError> {
    if !value.is_finite() {
        return Err(ReplyError::NotANumber { found: value.to_string() });
    }
    let value = if value == 0.0 { 0.0 } else { value };
    let full = format!("{value:.*E}", MOST_DIGITS - 1);
    let (mantissa, exponent) = full.split_once('E').unwrap_or((&full, "0"));
    let significant = mantissa.trim_end_matches('0');
    let point_and_sign = mantissa.len().saturating_sub(MOST_DIGITS);
    let shortest = LEAST_DIGITS + point_and_sign;
    let kept = significant.len().max(shortest).min(mantissa.len());
    let mantissa = mantissa.get(..kept).unwrap_or(mantissa);
    Ok(format!("{mantissa}E{exponent}"))
}

/// `220` of `2.20000E2`: the same digits without the exponent and without closing zeros.
fn plain(scientific: &str) -> Result<String, ReplyError> {
    let found = || ReplyError::NotANumber { found: scientific.to_owned() };
    let written = Decimal::parse(scientific).map_err(|_| found())?.to_string();
    let written = match written.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        Some(_) => written.trim_end_matches('0').to_owned(),
        None => written,
    };
    let is_plain = written.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    if is_plain && written.len() <= LONGEST_PLAIN { Ok(written) } else { Err(found()) }
}

/// Splits `+2.2E+02 V` into the number and what follows it.
///
/// # Errors
/// [`ReplyError`] where there is no number, or a comma inside it.
pub(super) fn split(text: &str) -> Result<(&str, &str), ReplyError> {
    if text.is_empty() {
        return Err(ReplyError::Empty);
    }
    token(text)?;
    let length = length_of_number(text.as_bytes())
        .ok_or_else(|| ReplyError::NotANumber { found: text.to_owned() })?;
    let (digits, rest) = text.split_at(length);
    if rest.trim_start().starts_with(',') {
        return Err(ReplyError::Comma { found: text.to_owned() });
    }
    let suffix = rest.trim();
    let is_suffix = suffix.chars().all(|c| {
        c.is_alphabetic() || matches!(c, '%' | '/' | '*' | '^' | '°' | '\'' | '(' | ')' | '2' | '3')
    }) && !suffix.starts_with(|c: char| c.is_ascii_digit());
    let glued_exponent = suffix.starts_with(['e', 'E']) && rest.starts_with(['e', 'E']);
    if is_suffix && !glued_exponent {
        Ok((digits, suffix))
    } else {
        Err(ReplyError::NotANumber { found: text.to_owned() })
    }
}

/// Refuses the numbers that mean "no number".
pub(super) fn finite(digits: &str, value: f64) -> Result<(), ReplyError> {
    let magnitude = value.abs();
    let found = digits.to_owned();
    if (magnitude - NOT_A_NUMBER).abs() < 1e33 {
        Err(ReplyError::NoValue { found })
    } else if magnitude >= INFINITY {
        Err(ReplyError::Overload { found })
    } else if value.is_finite() {
        Ok(())
    } else {
        Err(ReplyError::NotANumber { found })
    }
}

/// Refuses the words that mean "no number".
fn token(text: &str) -> Result<(), ReplyError> {
    let word = text.to_ascii_uppercase();
    let unsigned = word.trim_start_matches(['+', '-']);
    let found = text.to_owned();
    match unsigned {
        "INF" | "INFINITY" | "NINF" | "OL" | "OVLD" | "OVER" => Err(ReplyError::Overload { found }),
        "NAN" | "ERROR" => Err(ReplyError::NoValue { found }),
        _ if text.starts_with("--") => Err(ReplyError::NoValue { found }),
        _ => Ok(()),
    }
}

/// Length of the number at the beginning: sign, digits with at most one point, exponent.
fn length_of_number(bytes: &[u8]) -> Option<usize> {
    let digits =
        |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaint_4_number_formatting_keeps_every_digit_of_a_small_setting() {
        for (value, wire) in [
            (220.0, "2.20000E2"),
            (1e-7, "1.00000E-7"),
            (0.000_000_123_456_789, "1.23456789E-7"),
            (220.000_5, "2.200005E2"),
            (0.5, "5.00000E-1"),
            (-60.0, "-6.00000E1"),
            (0.0, "0.00000E0"),
            (-0.0, "0.00000E0"),
            (60.000_000_000_000_01, "6.00000E1"),
            (1.0 / 3.0, "3.33333333333E-1"),
        ] {
            assert_eq!(Form::Scientific.written(value).unwrap(), wire);
        }
    }

    #[test]
    fn complaint_4_number_formatting_without_an_exponent_loses_no_digit_either() {
        for (value, wire) in [
            (31.5, "31.5"),
            (220.0, "220"),
            (-60.0, "-60"),
            (1e-7, "0.0000001"),
            (0.000_000_123_456_789, "0.000000123456789"),
            (1_234_567.0, "1234567"),
            (0.5, "0.5"),
            (0.0, "0"),
            (-0.0, "0"),
            (60.000_000_000_000_01, "60"),
            (1.0 / 3.0, "0.333333333333"),
        ] {
            assert_eq!(Form::Plain.written(value).unwrap(), wire);
        }
        // What would need more room than any field has is refused, and not cut.
        assert!(Form::Plain.written(1e-30).is_err());
        assert!(Form::Plain.written(1e300).is_err());
    }

    #[test]
    fn a_setting_that_is_no_number_is_never_written() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Form::Scientific.written(value).is_err());
            assert!(Form::Plain.written(value).is_err());
        }
    }
}
