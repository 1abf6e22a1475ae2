//! Speed and character of a serial line, as manuals write them.

use super::ResourceError;
use std::{fmt, time::Duration};

/// Speed and character of a serial line.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SerialSettings {
    /// Speed in baud.
    pub baud: u32,
    /// Bits in a character and parity.
    pub character: Character,
    /// Who stops whom.
    pub flow: Flow,
}

/// Data bits, parity and stop bits, as manuals write them.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Character {
    /// Eight bits, no parity, one stop bit.
    Eight,
    /// Seven bits, even parity, one stop bit.
    SevenEven,
    /// Seven bits, odd parity, one stop bit.
    SevenOdd,
    /// Eight bits, even parity, one stop bit.
    EightEven,
}

/// Flow control of a serial line.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Flow {
    /// Nobody stops anybody.
    #[default]
    None,
    /// XON and XOFF characters.
    Software,
    /// RTS and CTS lines.
    Hardware,
}

impl SerialSettings {
    /// 9600 baud, 8N1, no flow control: what most manuals begin with.
    pub const USUAL: Self = Self { baud: 9600, character: Character::Eight, flow: Flow::None };

    /// Reads `"9600 8N1"`, with `xonxoff` or `rtscts` behind it where flow is controlled.
    ///
    /// # Errors
    /// [`ResourceError::Serial`].
    pub fn parse(text: &str) -> Result<Self, ResourceError> {
        let wrong = || ResourceError::Serial { text: text.to_owned() };
        let mut words = text.split_whitespace();
        let baud = words.next().and_then(|word| word.parse().ok()).filter(|baud| *baud > 0);
        let character = match words.next() {
            Some("8N1") => Character::Eight,
            Some("7E1") => Character::SevenEven,
            Some("7O1") => Character::SevenOdd,
            Some("8E1") => Character::EightEven,
            _ => return Err(wrong()),
        };
        let flow = match words.next() {
            None => Flow::None,
            Some("xonxoff") => Flow::Software,
            Some("rtscts") => Flow::Hardware,
            Some(_) => return Err(wrong()),
        };
        match (baud, words.next()) {
            (Some(baud), None) => Ok(Self { baud, character, flow }),
            _ => Err(wrong()),
        }
    }

    /// How long one character takes on this line: start, data, parity and stop bits.
    #[must_use]
    pub fn character_time(&self) -> Duration {
        let bits = match self.character {
            Character::Eight | Character::SevenEven | Character::SevenOdd => 10,
            Character::EightEven => 11,
        };
        Duration::from_secs(bits) / self.baud.max(1)
    }
}

impl fmt::Display for SerialSettings {
    /// As [`SerialSettings::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let character = match self.character {
            Character::Eight => "8N1",
            Character::SevenEven => "7E1",
            Character::SevenOdd => "7O1",
            Character::EightEven => "8E1",
        };
        let flow = match self.flow {
            Flow::None => "",
            Flow::Software => " xonxoff",
            Flow::Hardware => " rtscts",
        };
        write!(f, "{} {character}{flow}", self.baud)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_settings_are_speed_then_character_then_flow() {
        let settings = SerialSettings::parse("300 7E1 xonxoff").unwrap();
        assert_eq!(
            settings,
            SerialSettings { baud: 300, character: Character::SevenEven, flow: Flow::Software }
        );
        assert_eq!(SerialSettings::parse("9600 8N1").unwrap(), SerialSettings::USUAL);
        // Ten bits at 9600 baud: 10 / 9600 s = 1.0416… ms.
        assert_eq!(SerialSettings::USUAL.character_time().as_micros(), 1041);
        for wrong in ["", "9600", "8N1 9600", "9600 8N2", "0 8N1", "9600 8N1 rtscts more"] {
            assert!(SerialSettings::parse(wrong).is_err(), "{wrong}");
        }
    }
}
