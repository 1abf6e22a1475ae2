//! DLMS in words: `register 1-0:1.8.0.255`, `text 0-0:96.1.0.255`.

use super::{SentenceError, Tongue, garbled, refused};
use crate::{
    link::Step,
    protocol::{
        dlms::{
            Attribute, DlmsError, Obis,
            line::Carrier,
            secured::{self, Found},
            security::Security,
            talk::Talk,
            value::Value,
        },
        scpi::ReplyError,
    },
};
use std::sync::{Arc, PoisonError};

/// What can be said.
const SENTENCES: &str = "register <A-B:C.D.E.F>, text <A-B:C.D.E.F>";
/// Interface classes.
const DATA: u16 = 1;
/// A value with scaler and unit.
const REGISTER: u16 = 3;

/// DLMS with one meter, for one sentence.
#[derive(Clone, Debug)]
pub struct Dlms {
    /// What carries the messages.
    pub carrier: Carrier,
    /// What the meter wants to know; the public client has nothing to say.
    pub security: Option<Arc<Security>>,
    found: Found,
}

impl Dlms {
    /// As the public client.
    #[must_use]
    pub fn public(carrier: Carrier) -> Self {
        Self { carrier, security: None, found: Found::default() }
    }

    /// With what the meter wants to know.
    #[must_use]
    pub fn secured(carrier: Carrier, security: Arc<Security>) -> Self {
        Self { security: Some(security), ..Self::public(carrier) }
    }

    /// The security, where it has keys.
    fn keyed(&self) -> Option<&Arc<Security>> {
        self.security.as_ref().filter(|security| security.has_keys())
    }

    /// The values that were got, in order.
    fn values(
        &self,
        wanted: Vec<Attribute>,
        messages: &[Vec<u8>],
    ) -> Result<Vec<Value>, DlmsError> {
        if self.keyed().is_none() {
            return Talk::new(self.carrier, self.security.as_deref(), wanted).values(messages);
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *found).into_iter().collect()
    }
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
        DlmsError::Access(_) | DlmsError::NotAssociated { .. } | DlmsError::Security(_) => {
            refused(reason)
        }
        other => garbled(other),
    }
}

impl Tongue for Dlms {
    fn steps(&self, sentence: &str) -> Result<Vec<Step>, SentenceError> {
        let wanted = attributes(sentence)?;
        Ok(match self.keyed() {
            None => {
                let security = self.security.as_deref();
                Talk::new(self.carrier, security, wanted).steps(security)
            }
            Some(security) => secured::steps(self.carrier, security, wanted, &self.found),
        })
    }

    fn text(&self, sentence: &str, messages: &[Vec<u8>]) -> Result<String, ReplyError> {
        let wanted = attributes(sentence).map_err(garbled)?;
        match self.values(wanted, messages).map_err(unreadable)?.as_slice() {
            [value] => value.text().map_err(unreadable),
            [value, scale] => {
                let (scaler, unit) = scale.scaler_and_unit().map_err(unreadable)?;
                Ok(format!("{} {unit}", value.scaled(scaler).map_err(unreadable)?))
            }
            other => Err(garbled(format!("{} answers, wanted one or two", other.len()))),
        }
    }
}
