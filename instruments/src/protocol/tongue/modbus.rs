//! Modbus in words: `holding 100 u16`, `input 30 f32 cdab`, `coil 5 = on`, `holding 7 u16 = 2.0E3`.

use super::{SentenceError, Tongue, garbled, last, refused};
use crate::{
    link::Step,
    protocol::{
        modbus::{
            Carrier, ModbusError, Request, Response, framing,
            register::{Kind, Place},
        },
        scpi::ReplyError,
    },
};

/// What can be said.
const SENTENCES: &str = "holding|input <address> u16|i16|(u32|i32|f32 abcd|cdab), coil|discrete \
                         <address>, and = <number> or = on|off behind holding and coil";

/// The number of every transaction: a line has one question under way at a time.
const TRANSACTION: u16 = 1;

/// Modbus with one unit.
#[derive(Clone, Copy, Debug)]
pub struct Modbus {
    /// How messages travel.
    pub carrier: Carrier,
    /// The unit.
    pub unit: u8,
}

fn request(sentence: &str) -> Result<(Place, Request), SentenceError> {
    let wrong = || SentenceError { found: sentence.to_owned(), wanted: SENTENCES };
    let (place, value) = match sentence.split_once('=') {
        Some((place, value)) => (place, Some(value.trim())),
        None => (sentence, None),
    };
    let place = Place::parse(place).ok_or_else(wrong)?;
    let request = match value {
        None => place.read(),
        Some("on") => place.switch(true).ok_or_else(wrong)?,
        Some("off") => place.switch(false).ok_or_else(wrong)?,
        Some(number) => {
            let number = number.parse().map_err(|_| wrong())?;
            place.write(number).and_then(Result::ok).ok_or_else(wrong)?
        }
    };
    Ok((place, request))
}

impl Tongue for Modbus {
    fn steps(&self, sentence: &str) -> Result<Vec<Step>, SentenceError> {
        let (_, request) = request(sentence)?;
        let message = request.encode(self.carrier, TRANSACTION, self.unit);
        Ok(vec![Step::Write(message), Step::Read(framing(self.carrier))])
    }

    fn text(&self, sentence: &str, messages: &[Vec<u8>]) -> Result<String, ReplyError> {
        let (place, request) = request(sentence).map_err(refused)?;
        let answer = request
            .answered_by(self.carrier, TRANSACTION, self.unit, last(messages))
            .map_err(|reason| match reason {
                ModbusError::Exception(_) => refused(reason),
                other => garbled(other),
            })?;
        match (answer, place) {
            (Response::Written, _) => Ok(String::new()),
            (Response::Bits(bits), _) => {
                Ok(if bits.first() == Some(&true) { "1" } else { "0" }.to_owned())
            }
            (Response::Registers(words), Place::Number { kind, .. }) => number(kind, &words),
            (Response::Registers(_), Place::Bit { .. }) => Err(garbled("registers for a bit")),
        }
    }
}

fn number(kind: Kind, words: &[u16]) -> Result<String, ReplyError> {
    kind.text(words).ok_or_else(|| garbled("another count of registers than asked for"))
}
