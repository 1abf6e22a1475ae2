//! SBI: balances of Sartorius, lines of 16 or 22 characters.
//!
//! ```text
//! position  1      2…11        12     13…15   then CR LF
//!           sign   the number  blank  unit
//! ```
//!
//! A line of 22 characters has six more in front, for an identifier (`N`, `G`, `Stat`).
//! The unit is blank as long as the weight moves.
//!
//! After the SBI interface description, data output format; the blank unit is from
//! general knowledge of it and has not been tried on a balance.

use super::scpi::ReplyError;

/// Characters of a line without identifier, its end not counted.
const SHORT: usize = 14;
/// Characters of the identifier.
const IDENTIFIER: usize = 6;

/// The weight on a line: `+123.45 g`.
///
/// # Errors
/// [`ReplyError::Unstable`] when the unit is blank, [`ReplyError::Overload`] for `High` and
/// `Low`, [`ReplyError::Refused`] for an error of the balance, [`ReplyError::Form`] for a line of
/// another length.
pub fn said(line: &str) -> Result<String, ReplyError> {
    let line = line.trim_end_matches(['\r', '\n']);
    let found = || line.trim().to_owned();
    let form = || ReplyError::Form { wanted: "a line of 14 or 20 characters".to_owned() };
    let weight = match line.len() {
        SHORT => line,
        length if length == SHORT + IDENTIFIER => line.get(IDENTIFIER..).ok_or_else(form)?,
        _ => return Err(form()),
    };
    if line.contains("High") || line.contains("Low") {
        return Err(ReplyError::Overload { found: found() });
    }
    if line.contains("Err") {
        return Err(ReplyError::Refused { reason: found() });
    }
    let (sign, number, unit) = match (weight.get(..1), weight.get(1..11), weight.get(11..)) {
        (Some(sign @ ("+" | "-" | " ")), Some(number), Some(unit)) => (sign, number, unit),
        _ => return Err(form()),
    };
    match unit.trim() {
        "" => Err(ReplyError::Unstable { found: found() }),
        unit => Ok(format!("{}{} {unit}", sign.trim(), number.trim())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sbi_a_weight_stands_at_its_positions_with_and_without_identifier() {
        assert_eq!(said("+   123.45 g  \r\n"), Ok("+123.45 g".to_owned()));
        assert_eq!(said("-     0.05 kg \r\n"), Ok("-0.05 kg".to_owned()));
        assert_eq!(said("N     +   123.45 g  \r\n"), Ok("+123.45 g".to_owned()));
    }

    #[test]
    fn sbi_a_blank_unit_is_a_weight_that_still_moves() {
        assert!(matches!(said("+   123.45    \r\n"), Err(ReplyError::Unstable { .. })));
        assert!(matches!(said("N     +   123.45    "), Err(ReplyError::Unstable { .. })));
    }

    #[test]
    fn sbi_what_is_no_weight_is_refused() {
        assert!(matches!(said("Stat       High     "), Err(ReplyError::Overload { .. })));
        assert!(matches!(said("Stat       Err 54   "), Err(ReplyError::Refused { .. })));
        assert!(matches!(said("123.45 g"), Err(ReplyError::Form { .. })));
    }
}
