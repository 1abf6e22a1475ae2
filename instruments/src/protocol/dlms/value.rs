//! Values of DLMS: a tag, then the bytes.

use super::DlmsError;

/// A value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Truth(bool),
    /// A whole number of any width, or a choice of an enumeration.
    Whole(i128),
    /// Bytes, and text.
    Bytes(Vec<u8>),
    /// Several values.
    Several(Vec<Value>),
}

/// How deep structures may lie in each other.
const DEEPEST: usize = 8;

impl Value {
    /// Reads one value that takes up all bytes.
    ///
    /// # Errors
    /// [`DlmsError::Value`].
    pub fn read_all(bytes: &[u8]) -> Result<Self, DlmsError> {
        match read(bytes, 0)? {
            (value, []) => Ok(value),
            (_, rest) => Err(DlmsError::Value(format!("{} bytes behind it", rest.len()))),
        }
    }

    /// The number and its text form when scaled: `123456` with 1 is `123456E1`.
    ///
    /// # Errors
    /// [`DlmsError::Value`] for anything but a whole number.
    pub fn scaled(&self, scaler: i8) -> Result<String, DlmsError> {
        match self {
            Self::Whole(number) if scaler == 0 => Ok(number.to_string()),
            Self::Whole(number) => Ok(format!("{number}E{scaler}")),
            other => Err(DlmsError::Value(format!("{other:?} is no number"))),
        }
    }

    /// Scaler and unit, as attribute 3 of a register gives them.
    ///
    /// # Errors
    /// [`DlmsError::Value`].
    pub fn scaler_and_unit(&self) -> Result<(i8, &'static str), DlmsError> {
        if let Self::Several(parts) = self
            && let [Self::Whole(scaler), Self::Whole(code)] = parts.as_slice()
            && let Ok(scaler) = i8::try_from(*scaler)
        {
            let unit = unit(*code);
            let unknown = || DlmsError::Value(format!("unit {code} is not known"));
            return Ok((scaler, unit.ok_or_else(unknown)?));
        }
        Err(DlmsError::Value(format!("{self:?} is no scaler with unit")))
    }

    /// Text, as identifiers are given.
    ///
    /// # Errors
    /// [`DlmsError::Value`] for anything but printable bytes or a number.
    pub fn text(&self) -> Result<String, DlmsError> {
        match self {
            Self::Bytes(bytes) if bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) => {
                Ok(String::from_utf8_lossy(bytes).trim().to_owned())
            }
            Self::Whole(number) => Ok(number.to_string()),
            other => Err(DlmsError::Value(format!("{other:?} is no text"))),
        }
    }
}

/// Symbols of the unit codes a meter bench meets.
///
/// Definition: IEC 62056-62:2006, 4.3.2, table of physical units.
fn unit(code: i128) -> Option<&'static str> {
    Some(match code {
        7 => "s",
        8 => "deg",
        9 => "degC",
        27 => "W",
        28 => "VA",
        29 => "var",
        30 => "Wh",
        31 => "VAh",
        32 => "varh",
        33 => "A",
        35 => "V",
        44 => "Hz",
        255 => "1",
        _ => return None,
    })
}

type Read<'b> = (Value, &'b [u8]);

fn read(bytes: &[u8], depth: usize) -> Result<Read<'_>, DlmsError> {
    let Some((tag, rest)) = bytes.split_first() else { return Err(cut_off()) };
    match tag {
        0x00 => Ok((Value::Null, rest)),
        0x01 | 0x02 => several(rest, depth),
        0x03 => fixed(rest, 1, |bytes| Value::Truth(bytes != [0])),
        0x05 => signed(rest, 4),
        0x06 => unsigned(rest, 4),
        0x09 | 0x0A | 0x0C => {
            let (length, rest) = length(rest)?;
            fixed(rest, length, |bytes| Value::Bytes(bytes.to_vec()))
        }
        0x0F => signed(rest, 1),
        0x10 => signed(rest, 2),
        0x11 | 0x16 => unsigned(rest, 1),
        0x12 => unsigned(rest, 2),
        0x14 => signed(rest, 8),
        0x15 => unsigned(rest, 8),
        0x19 => fixed(rest, 12, |bytes| Value::Bytes(bytes.to_vec())),
        other => Err(DlmsError::Value(format!("type {other:02X} is not read here"))),
    }
}

fn several(bytes: &[u8], depth: usize) -> Result<Read<'_>, DlmsError> {
    let (count, mut rest) = length(bytes)?;
    if depth >= DEEPEST || count > rest.len() {
        return Err(DlmsError::Value("more parts than bytes, or too deep".to_owned()));
    }
    let mut parts = Vec::new();
    for _ in 0..count {
        let (part, behind) = read(rest, depth + 1)?;
        parts.push(part);
        rest = behind;
    }
    Ok((Value::Several(parts), rest))
}

/// A length of one byte, or of as many as the lower bits of the first say; and what stands behind.
pub(super) fn length(bytes: &[u8]) -> Result<(usize, &[u8]), DlmsError> {
    let Some((first, rest)) = bytes.split_first() else { return Err(cut_off()) };
    if *first < 0x80 {
        return Ok((usize::from(*first), rest));
    }
    let width = usize::from(first & 0x7F);
    let (field, rest) = rest.split_at_checked(width).filter(|_| width <= 4).ok_or_else(cut_off)?;
    Ok((field.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest))
}

fn fixed(
    bytes: &[u8],
    width: usize,
    value: impl FnOnce(&[u8]) -> Value,
) -> Result<Read<'_>, DlmsError> {
    let (bytes, rest) = bytes.split_at_checked(width).ok_or_else(cut_off)?;
    Ok((value(bytes), rest))
}

fn unsigned(bytes: &[u8], width: usize) -> Result<Read<'_>, DlmsError> {
    fixed(bytes, width, |bytes| Value::Whole(whole(bytes)))
}

fn signed(bytes: &[u8], width: usize) -> Result<Read<'_>, DlmsError> {
    fixed(bytes, width, |bytes| {
        let number = whole(bytes);
        let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
        Value::Whole(if negative { number - (1 << (8 * width)) } else { number })
    })
}

fn whole(bytes: &[u8]) -> i128 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | i128::from(*byte))
}

fn cut_off() -> DlmsError {
    DlmsError::Value("it ends too early".to_owned())
}
