//! MT-SICS: balances of Mettler-Toledo and those that speak like them.
//!
//! Source: pressure dossier 7.1 (MT-SICS reference manual, levels 0 and 1).

use super::scpi::ReplyError;

/// What a reply says, once its status has been judged: `100.00 g` of `S S     100.00 g`,
/// `B021002593` of `I4 A "B021002593"`, nothing of `Z A`.
///
/// # Errors
/// [`ReplyError::Unstable`] for a weight that still moves, [`ReplyError::Overload`] outside
/// the range, [`ReplyError::Refused`] for everything the balance does not carry out.
pub fn said(reply: &str) -> Result<String, ReplyError> {
    let refused = |reason: &str| Err(ReplyError::Refused { reason: reason.to_owned() });
    match reply.trim() {
        "ES" => return refused("syntax error (ES)"),
        "ET" => return refused("transmission error (ET)"),
        "EL" => return refused("logical error (EL)"),
        _ => {}
    }
    let mut words = reply.trim().splitn(3, ' ');
    let (command, status) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let rest = words.next().unwrap_or_default().trim();
    let found = || reply.trim().to_owned();
    match status {
        "S" | "A" | "B" => Ok(rest.trim_matches('"').trim().to_owned()),
        "D" => Err(ReplyError::Unstable { found: found() }),
        "+" | "-" => Err(ReplyError::Overload { found: found() }),
        "I" => refused(&format!("{command} cannot be carried out now (I)")),
        "L" => refused(&format!("{command} was understood, its parameter is wrong (L)")),
        _ => Err(ReplyError::Form { wanted: "command, status, value".to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: pressure dossier 7.1.
    #[test]
    fn mt_sics_a_weight_counts_only_when_it_is_stable() {
        assert_eq!(said("S S     125.312 kg\r\n"), Ok("125.312 kg".to_owned()));
        assert_eq!(said("S S     100.00 g"), Ok("100.00 g".to_owned()));
        assert_eq!(said("S S      -0.05 g"), Ok("-0.05 g".to_owned()));
        assert_eq!(said("T S      10.00 g"), Ok("10.00 g".to_owned()));
        assert!(matches!(said("S D     125.312 kg"), Err(ReplyError::Unstable { .. })));
    }

    #[test]
    fn mt_sics_every_refusal_has_its_reason() {
        assert!(matches!(said("S +"), Err(ReplyError::Overload { .. })));
        assert!(matches!(said("S -"), Err(ReplyError::Overload { .. })));
        assert!(matches!(said("Z +"), Err(ReplyError::Overload { .. })));
        for reply in ["S I", "ES", "ET", "EL", "M21 L"] {
            assert!(matches!(said(reply), Err(ReplyError::Refused { .. })), "{reply}");
        }
        for reply in ["", "125.312 kg", "S", "S X 1 g"] {
            assert!(matches!(said(reply), Err(ReplyError::Form { .. })), "{reply}");
        }
    }

    #[test]
    fn mt_sics_an_identifier_loses_its_quotation_marks() {
        assert_eq!(said("I4 A \"B021002593\"\r\n"), Ok("B021002593".to_owned()));
        assert_eq!(
            said("I2 A \"XP2003S Excellence 2100.0 g\""),
            Ok("XP2003S Excellence 2100.0 g".into())
        );
        assert_eq!(said("Z A"), Ok(String::new()));
    }
}
