//! IEC 62056-21 mode C in words: `identify`, `item 1.8.0`.

use super::{SentenceError, Tongue, garbled, last, refused};
use crate::{
    framing::Framing,
    link::Step,
    protocol::{
        iec62056_21::{FIRST, Identification, ReadoutError, item, readout, sign_on, text},
        scpi::ReplyError,
    },
};

/// What can be said.
const SENTENCES: &str = "identify, item <name as the meter writes it>";

/// Mode C with one meter.
#[derive(Clone, Debug)]
pub struct ModeC {
    /// Its address; empty where it is alone.
    pub address: String,
}

impl Tongue for ModeC {
    fn steps(&self, sentence: &str) -> Result<Vec<Step>, SentenceError> {
        match sentence.split_once(' ') {
            Some(("item", name)) if !name.trim().is_empty() => Ok(readout(&self.address)),
            None if sentence == "identify" => Ok(vec![
                Step::SetLine(FIRST),
                Step::Write(sign_on(&self.address)),
                Step::Read(Framing::line(64)),
            ]),
            _ => Err(SentenceError { found: sentence.to_owned(), wanted: SENTENCES }),
        }
    }

    fn text(&self, sentence: &str, messages: &[Vec<u8>]) -> Result<String, ReplyError> {
        let Some((_, name)) = sentence.split_once(' ') else {
            let meter = Identification::parse(last(messages)).map_err(garbled)?;
            return Ok(format!("{},{}", meter.maker, meter.model));
        };
        let readout = text(last(messages)).map_err(garbled)?;
        let value = item(&readout, name).map_err(|reason: ReadoutError| refused(reason))?;
        Ok(value.replacen('*', " ", 1))
    }
}
