//! Values of DL/T 645-2007: binary-coded decimals, low byte first.

use std::{fmt, iter::repeat_n};
use thiserror::Error;

/// How an item is written: `XXXXXX.XX`, signed `-XXXXXX.XX` where the highest bit is the
/// sign, `text 10` for ASCII.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// A decimal number.
    Number {
        /// Digits in front of the point.
        whole: usize,
        /// Digits behind the point.
        fraction: usize,
        /// Whether the highest bit is the sign.
        signed: bool,
    },
    /// ASCII text.
    Text {
        /// Its bytes.
        width: usize,
    },
}

/// Why bytes are no value of the wanted form.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ValueError {
    /// Another width.
    #[error("{found} bytes, wanted {wanted}")]
    Width {
        /// As received.
        found: usize,
        /// As the form says.
        wanted: usize,
    },
    /// A half byte above 9.
    #[error("{0} is no binary-coded decimal")]
    Digit(String),
    /// A byte that is no printable character.
    #[error("the text holds a byte that cannot be printed")]
    Text,
}

impl Form {
    /// Reads a form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(width) = text.strip_prefix("text ") {
            return Some(Self::Text { width: width.parse().ok().filter(|width| *width > 0)? });
        }
        let (signed, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_x = |part: &str| part.bytes().all(|byte| byte == b'X');
        let count = whole.len() + fraction.len();
        let sound = all_x(whole) && all_x(fraction) && count > 0 && count.is_multiple_of(2);
        sound.then_some(Self::Number { whole: whole.len(), fraction: fraction.len(), signed })
    }

    /// Bytes of a value.
    #[must_use]
    pub fn width(self) -> usize {
        match self {
            Self::Number { whole, fraction, .. } => (whole + fraction) / 2,
            Self::Text { width } => width,
        }
    }

    /// The value as text, every digit the meter gave kept.
    ///
    /// # Errors
    /// [`ValueError`].
    pub fn read(self, data: &[u8]) -> Result<String, ValueError> {
        if data.len() != self.width() {
            return Err(ValueError::Width { found: data.len(), wanted: self.width() });
        }
        match self {
            Self::Number { fraction, signed, .. } => number(data, fraction, signed),
            Self::Text { .. } => text(data),
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let xs = |count| repeat_n('X', count).collect::<String>();
        match self {
            Self::Text { width } => write!(f, "text {width}"),
            Self::Number { whole, fraction, signed } => {
                let sign = if *signed { "-" } else { "" };
                let point = if *fraction > 0 { "." } else { "" };
                write!(f, "{sign}{}{point}{}", xs(*whole), xs(*fraction))
            }
        }
    }
}

fn number(data: &[u8], fraction: usize, signed: bool) -> Result<String, ValueError> {
    let mut bytes: Vec<u8> = data.iter().rev().copied().collect();
    let mut negative = false;
    if let (true, Some(highest)) = (signed, bytes.first_mut()) {
        negative = *highest & 0x80 != 0;
        *highest &= 0x7F;
    }
    let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(ValueError::Digit(digits));
    }
    let (whole, behind) = digits.split_at_checked(digits.len() - fraction).unwrap_or((&digits, ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative { "-" } else { "" };
    let point = if behind.is_empty() { "" } else { "." };
    Ok(format!("{sign}{whole}{point}{behind}"))
}

/// Text travels like numbers, last character first, and is filled up with zeros or blanks.
fn text(data: &[u8]) -> Result<String, ValueError> {
    let characters: Vec<u8> = data.iter().rev().copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8(characters).map_err(|_| ValueError::Text)?;
    if text.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
        Ok(text.trim().to_owned())
    } else {
        Err(ValueError::Text)
    }
}
