//! The language of DHI pressure controllers (PPC4, now Fluke Calibration).
//!
//! Values carry their unit, and the unit its mode behind a blank (`kPa a`). On RS-232
//! every command is answered, over IEEE 488 only questions are. Readiness comes in words.
//!
//! Source: pressure dossier 4.4 (PPC4 operation manual, remote commands).

use super::scpi::ReplyError;

/// How the pressure stands, as `SR?` says it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ready {
    /// Ready: stable and at its target.
    Ready,
    /// Not ready.
    NotReady,
    /// Beyond the upper limit.
    UpperLimit,
    /// Over pressure.
    OverPressure,
}

/// Reads the answer to `SR?`.
///
/// # Errors
/// [`ReplyError::Refused`] for `ER`, [`ReplyError::Form`] for anything unknown.
pub fn ready(reply: &str) -> Result<Ready, ReplyError> {
    match reply.trim() {
        "R" => Ok(Ready::Ready),
        "NR" => Ok(Ready::NotReady),
        "UL" => Ok(Ready::UpperLimit),
        "OP" => Ok(Ready::OverPressure),
        "ER" => Err(ReplyError::Refused { reason: "the controller reports an error".to_owned() }),
        _ => Err(ReplyError::Form { wanted: "R, NR, UL, OP or ER".to_owned() }),
    }
}

/// What a reply says: a value that is ready, without its status, its unit in one word.
///
/// `PRR?` puts the status in front of the reading (`R, 100.0012 kPa a`).
///
/// # Errors
/// [`ReplyError::Unstable`] for `NR`, [`ReplyError::Overload`] for `UL` and `OP`,
/// [`ReplyError::Refused`] for `ER` and for a reply that begins with `ERR`.
pub fn said(reply: &str) -> Result<String, ReplyError> {
    let reply = reply.trim();
    let found = || reply.to_owned();
    if reply.starts_with("ERR") {
        return Err(ReplyError::Refused { reason: found() });
    }
    let Some((status, value)) = reply.split_once(',') else { return Ok(joined(reply)) };
    match ready(status)? {
        Ready::Ready => Ok(joined(value)),
        Ready::NotReady => Err(ReplyError::Unstable { found: found() }),
        Ready::UpperLimit | Ready::OverPressure => Err(ReplyError::Overload { found: found() }),
    }
}

/// The number and its unit, whose mode (`kPa a`) belongs to its name: `kPaa`.
fn joined(value: &str) -> String {
    let (number, unit) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    let unit: String = unit.split_whitespace().collect();
    format!("{number} {unit}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Source: pressure dossier 4.4.
    #[test]
    fn ppc_readiness_comes_in_words() {
        assert_eq!(ready("R\r\n"), Ok(Ready::Ready));
        assert_eq!(ready("NR"), Ok(Ready::NotReady));
        assert_eq!(ready("UL"), Ok(Ready::UpperLimit));
        assert_eq!(ready("OP"), Ok(Ready::OverPressure));
        assert!(matches!(ready("ER"), Err(ReplyError::Refused { .. })));
        assert!(matches!(ready("READY"), Err(ReplyError::Form { .. })));
    }

    #[test]
    fn ppc_a_reading_counts_only_when_it_is_ready() {
        assert_eq!(said("R, 100.0012 kPa a\r\n"), Ok("100.0012 kPaa".to_owned()));
        assert_eq!(said("0.1 kPa"), Ok("0.1 kPa".to_owned()));
        assert!(matches!(said("NR, 99.2 kPa a"), Err(ReplyError::Unstable { .. })));
        assert!(matches!(said("OP, 900.0 kPa a"), Err(ReplyError::Overload { .. })));
        assert!(matches!(said("ERR# 6"), Err(ReplyError::Refused { .. })));
    }
}
