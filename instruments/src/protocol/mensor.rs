//! The language of Mensor pressure controllers (CPC6050 and its family).
//!
//! Every reply begins with a blank, or with `E` while something lies in the error queue.
//!
//! Source: pressure dossier 4.3 (CPC6050 operating instructions, Mensor command set).

use super::scpi::ReplyError;

/// What a reply says, without its first character.
///
/// # Errors
/// [`ReplyError::Refused`] when the first character reports the error queue,
/// [`ReplyError::Form`] when it is neither.
pub fn said(reply: &str) -> Result<String, ReplyError> {
    match reply.split_at_checked(1) {
        Some((" ", rest)) => Ok(rest.trim().to_owned()),
        Some(("E", rest)) => Err(ReplyError::Refused {
            reason: format!("the error queue is not empty, it answers {}", rest.trim()),
        }),
        _ => Err(ReplyError::Form { wanted: "a blank or E in front".to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: pressure dossier 4.3.
    #[test]
    fn mensor_a_reply_begins_with_a_blank_or_reports_the_error_queue() {
        assert_eq!(said(" 100.0123\r\n"), Ok("100.0123".to_owned()));
        assert_eq!(said(" YES\r\n"), Ok("YES".to_owned()));
        let refused = said("E100.0123\r\n").unwrap_err().to_string();
        assert!(refused.contains("error queue") && refused.contains("100.0123"), "{refused}");
        assert!(matches!(said("100.0123\r\n"), Err(ReplyError::Form { .. })));
        assert!(matches!(said(""), Err(ReplyError::Form { .. })));
    }
}
