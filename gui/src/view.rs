//! View-models: what is shown, in words and decimal strings, and what is allowed.
//!
//! Plain values made from [`state`](crate::state) and a language; no screen
//! computes anything, and most tests of the window are tests of these.

pub mod plot;
pub mod run;
pub mod runs;
pub mod table;

/// A decimal for the eye: fixed places, with the sign that metrology wants.
#[must_use]
pub fn signed(value: f64, places: usize) -> String {
    let text = format!("{value:+.places$}");
    // A rounded zero has no sign.
    if text.chars().any(|c| c.is_ascii_digit() && c != '0') {
        text
    } else {
        text.trim_start_matches(['+', '-']).to_owned()
    }
}

/// A printed decimal with the sign that metrology wants, digit for digit.
#[must_use]
pub fn with_sign(printed: &str) -> String {
    let is_positive = printed.starts_with(|c: char| c.is_ascii_digit())
        && printed.chars().any(|c| ('1'..='9').contains(&c));
    if is_positive { format!("+{printed}") } else { printed.to_owned() }
}

/// Seconds as hours, minutes and seconds, as short as they are.
#[must_use]
pub fn duration(seconds: f64) -> String {
    // A run is shorter than 2^32 s; a prediction that is not a number shows as nothing.
    let whole = if seconds.is_finite() { seconds.max(0.0).round() } else { 0.0 };
    let (hours, rest) = (whole.div_euclid(3600.0), whole.rem_euclid(3600.0));
    let (minutes, seconds) = (rest.div_euclid(60.0), rest.rem_euclid(60.0));
    if hours > 0.0 {
        format!("{hours:.0} h {minutes:02.0} min")
    } else if minutes > 0.0 {
        format!("{minutes:.0} min {seconds:02.0} s")
    } else {
        format!("{seconds:.0} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_zero_has_no_sign_and_everything_else_has() {
        assert_eq!(signed(0.318_93, 2), "+0.32");
        assert_eq!(signed(-0.085, 3), "-0.085");
        assert_eq!(signed(-0.000_1, 2), "0.00");
    }

    #[test]
    fn a_printed_value_keeps_its_digits_and_gets_its_sign() {
        assert_eq!(with_sign("0.320"), "+0.320");
        assert_eq!(with_sign("-0.30"), "-0.30");
        assert_eq!(with_sign("0.00"), "0.00");
    }

    #[test]
    fn a_duration_shows_its_two_largest_parts() {
        assert_eq!(duration(7.4), "7 s");
        assert_eq!(duration(125.0), "2 min 05 s");
        assert_eq!(duration(3_725.0), "1 h 02 min");
        assert_eq!(duration(f64::NAN), "0 s");
    }
}
