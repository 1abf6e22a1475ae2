//! Entries of the error queue: `-113,"Undefined header"`.

use std::fmt;

/// One entry of an instrument's error queue.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct QueuedError {
    /// The number; negative ones are SCPI's own.
    pub code: i64,
    /// The instrument's words, without their quotes.
    pub text: String,
}

impl QueuedError {
    /// Reads a reply to `SYST:ERR?`; `None` when it has another form.
    ///
    /// Source: SCPI-1999 Volume 1, 21.8.
    #[must_use]
    pub fn parse(reply: &str) -> Option<Self> {
        let reply = super::without_header(reply.trim());
        let (code, text) = reply.split_once(',').unwrap_or((reply, ""));
        let code = code.trim().parse().ok()?;
        let text = text.trim();
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        Some(Self { code, text: inner.unwrap_or(text).replace("\"\"", "\"") })
    }

    /// Whether the entry says that the queue is empty.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.code == 0
    }

    /// Whether entries were lost before this one.
    ///
    /// Source: SCPI-1999 Volume 2, 21.8.1, -350 "Queue overflow".
    #[must_use]
    pub fn is_overflow(&self) -> bool {
        self.code == -350
    }
}

impl fmt::Display for QueuedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},\"{}\"", self.code, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_with_and_without_sign_quotes_and_header() {
        for (reply, code, text) in [
            ("0,\"No error\"", 0, "No error"),
            ("+0,\"No error\"\r", 0, "No error"),
            ("-113,\"Undefined header\"", -113, "Undefined header"),
            (
                ":SYST:ERR -222,\"Data out of range;VOLT \"\"400\"\"\"",
                -222,
                "Data out of range;VOLT \"400\"",
            ),
            ("0", 0, ""),
        ] {
            let entry = QueuedError::parse(reply).unwrap();
            assert_eq!((entry.code, entry.text.as_str()), (code, text), "{reply}");
        }
        assert!(QueuedError::parse("+2.2E+02").is_none());
        assert!(QueuedError::parse("").is_none());
    }
}
