//! Numbers in registers: their width, their sign, their order of words.

use super::Request;
use thiserror::Error;

/// How a number lies in registers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// One register, without sign.
    U16,
    /// One register, with sign.
    I16,
    /// Two registers, without sign.
    U32(WordOrder),
    /// Two registers, with sign.
    I32(WordOrder),
    /// Two registers, IEEE 754 single.
    F32(WordOrder),
}

/// Which word of two comes first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WordOrder {
    /// The upper word first (ABCD).
    Abcd,
    /// The lower word first (CDAB).
    Cdab,
}

/// What of a device a sentence names.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// A coil (may be written) or a discrete input.
    Bit {
        /// Whether it is a discrete input.
        input: bool,
        /// Address, counted from 0.
        at: u16,
    },
    /// A number in holding (may be written) or input registers.
    Number {
        /// Whether they are input registers.
        input: bool,
        /// First address, counted from 0.
        at: u16,
        /// How the number lies there.
        kind: Kind,
    },
}

/// A number that does not fit into its registers.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{0} does not fit into its registers")]
pub struct DoesNotFit(pub String);

impl Place {
    /// Reads `holding 100 u16`, `input 30 f32 cdab`, `coil 5`, `discrete 7`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let space = words.next()?;
        let at = words.next()?.parse().ok()?;
        let place = match space {
            "coil" => Self::Bit { input: false, at },
            "discrete" => Self::Bit { input: true, at },
            "holding" | "input" => {
                let (kind, order) = (words.next()?, words.next());
                let order = match order {
                    None => None,
                    Some("abcd") => Some(WordOrder::Abcd),
                    Some("cdab") => Some(WordOrder::Cdab),
                    Some(_) => return None,
                };
                let kind = match (kind, order) {
                    ("u16", None) => Kind::U16,
                    ("i16", None) => Kind::I16,
                    ("u32", Some(order)) => Kind::U32(order),
                    ("i32", Some(order)) => Kind::I32(order),
                    ("f32", Some(order)) => Kind::F32(order),
                    _ => return None,
                };
                Self::Number { input: space == "input", at, kind }
            }
            _ => return None,
        };
        words.next().is_none().then_some(place)
    }

    /// Asks for it.
    #[must_use]
    pub fn read(&self) -> Request {
        match *self {
            Self::Bit { input, at } => Request::ReadBits { inputs: input, at, count: 1 },
            Self::Number { input, at, kind } => {
                Request::ReadRegisters { inputs: input, at, count: kind.width() }
            }
        }
    }

    /// Writes a number to it; `None` where nothing can be written.
    ///
    /// # Errors
    /// [`DoesNotFit`] for a number the registers cannot hold as it is; nothing is rounded.
    pub fn write(&self, number: f64) -> Option<Result<Request, DoesNotFit>> {
        match *self {
            Self::Number { input: false, at, kind } => {
                Some(kind.words(number).map(|values| Request::WriteRegisters { at, values }))
            }
            _ => None,
        }
    }

    /// Switches it; `None` where nothing can be switched.
    #[must_use]
    pub fn switch(&self, on: bool) -> Option<Request> {
        match *self {
            Self::Bit { input: false, at } => Some(Request::WriteCoil { at, on }),
            _ => None,
        }
    }
}

impl Kind {
    /// Registers it takes.
    #[must_use]
    pub fn width(self) -> u16 {
        match self {
            Self::U16 | Self::I16 => 1,
            Self::U32(_) | Self::I32(_) | Self::F32(_) => 2,
        }
    }

    /// The number in the registers, as text; `None` for another count of them, or no number.
    #[must_use]
    pub fn text(self, words: &[u16]) -> Option<String> {
        let double = |order| match (words, order) {
            ([a, b], WordOrder::Abcd) | ([b, a], WordOrder::Cdab) => {
                Some(u32::from(*a) << 16 | u32::from(*b))
            }
            _ => None,
        };
        let signed = |word: u16| i16::from_be_bytes(word.to_be_bytes());
        Some(match (self, words) {
            (Self::U16, [word]) => word.to_string(),
            (Self::I16, [word]) => signed(*word).to_string(),
            (Self::U32(order), _) => double(order)?.to_string(),
            (Self::I32(order), _) => i32::from_be_bytes(double(order)?.to_be_bytes()).to_string(),
            (Self::F32(order), _) => {
                let number = f32::from_bits(double(order)?);
                if number.is_finite() { number.to_string() } else { "NAN".to_owned() }
            }
            _ => return None,
        })
    }

    /// The registers that hold the number.
    ///
    /// # Errors
    /// [`DoesNotFit`].
    pub fn words(self, number: f64) -> Result<Vec<u16>, DoesNotFit> {
        let misfit = || DoesNotFit(number.to_string());
        let whole = |least: f64, most: f64| {
            let fits = (least..=most).contains(&number) && number.fract() == 0.0;
            // In range and whole: the text of it is a whole number.
            let text = format!("{number:.0}");
            fits.then(|| text.parse::<i64>().ok()).flatten().ok_or_else(misfit)
        };
        let low = |number: i64| u16::try_from(number & 0xFFFF).unwrap_or(0);
        let pair = |bits: i64, order| match order {
            WordOrder::Abcd => vec![low(bits >> 16), low(bits)],
            WordOrder::Cdab => vec![low(bits), low(bits >> 16)],
        };
        match self {
            Self::U16 => Ok(vec![low(whole(0.0, f64::from(u16::MAX))?)]),
            Self::I16 => Ok(vec![low(whole(f64::from(i16::MIN), f64::from(i16::MAX))?)]),
            Self::U32(order) => Ok(pair(whole(0.0, f64::from(u32::MAX))?, order)),
            Self::I32(order) => Ok(pair(whole(f64::from(i32::MIN), f64::from(i32::MAX))?, order)),
            Self::F32(order) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "single precision is the register's"
                )]
                let single = number as f32;
                if single.is_finite() {
                    Ok(pair(i64::from(single.to_bits()), order))
                } else {
                    Err(misfit())
                }
            }
        }
    }
}
