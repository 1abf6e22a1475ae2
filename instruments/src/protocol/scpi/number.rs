//! Numbers on the wire.

use super::ReplyError;

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

/// Writes a setting as `2.20000E2`: scientific, a point, at least six digits and as many
/// as it has (up to twelve). A small setting keeps its digits: 1 µV is `1.00000E-6`.
///
/// # Errors
/// [`ReplyError::NotANumber`] for a value that is not finite.
pub fn written(value: f64) -> Result<String, ReplyError> {
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
            assert_eq!(written(value).unwrap(), wire);
        }
    }

    #[test]
    fn a_setting_that_is_no_number_is_never_written() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(written(value).is_err());
        }
    }
}
