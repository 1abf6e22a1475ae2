//! DLMS in words: `register 1-0:1.8.0.255`, `text 0-0:96.1.0.255`.

use super::{SentenceError, Tongue, garbled, refused};
use crate::{
    link::Step,
    protocol::{
        dlms::{
            Attribute, DlmsError, Obis, got,
            talk::{self, Carrier},
        },
        scpi::ReplyError,
    },
};

/// What can be said.
const SENTENCES: &str = "register <A-B:C.D.E.F>, text <A-B:C.D.E.F>";
/// Interface classes.
const DATA: u16 = 1;
/// A value with scaler and unit.
const REGISTER: u16 = 3;

/// DLMS with one meter, as its public client.
#[derive(Clone, Copy, Debug)]
pub struct Dlms {
    /// What carries the messages.
    pub carrier: Carrier,
}

fn attributes(sentence: &str) -> Result<Vec<Attribute>, SentenceError> {
    let wrong = || SentenceError { found: sentence.to_owned(), wanted: SENTENCES };
    let (verb, name) = sentence.split_once(' ').ok_or_else(wrong)?;
    let object = Obis::parse(name).ok_or_else(wrong)?;
    let attribute = |class, number| Attribute { class, object, number };
    match verb {
        "register" => Ok(vec![attribute(REGISTER, 2), attribute(REGISTER, 3)]),
        "text" => Ok(vec![attribute(DATA, 2)]),
        _ => Err(wrong()),
    }
}

fn unreadable(reason: DlmsError) -> ReplyError {
    match reason {
        DlmsError::Access(_) | DlmsError::NotAssociated { .. } => refused(reason),
        other => garbled(other),
    }
}

impl Tongue for Dlms {
    fn steps(&self, sentence: &str) -> Result<Vec<Step>, SentenceError> {
        Ok(talk::steps(self.carrier, &attributes(sentence)?))
    }

    fn text(&self, _sentence: &str, messages: &[Vec<u8>]) -> Result<String, ReplyError> {
        let answers = talk::answers(self.carrier, messages).map_err(unreadable)?;
        let mut values = Vec::new();
        for answer in &answers {
            values.push(got(answer).map_err(unreadable)?);
        }
        match values.as_slice() {
            [value] => value.text().map_err(unreadable),
            [value, scale] => {
                let (scaler, unit) = scale.scaler_and_unit().map_err(unreadable)?;
                Ok(format!("{} {unit}", value.scaled(scaler).map_err(unreadable)?))
            }
            other => Err(garbled(format!("{} answers, wanted one or two", other.len()))),
        }
    }
}
