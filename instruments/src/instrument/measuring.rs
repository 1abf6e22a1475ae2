//! Reading.

use super::{Indication, Instrument, InstrumentError};
use crate::{
    catalogue::model::{Language, Reading},
    protocol::{
        ppc, sbi,
        scpi::{self, Given, ReplyError},
        vaisala,
    },
};
use etalon_uncertainty::{decimal::Decimal, quantity::Quantity, unit::Unit};
use std::collections::BTreeMap;

impl Instrument {
    /// Reads a quantity. Overload, "no value", a wrong unit and a value outside the range of
    /// the catalogue are failures, never readings.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn read(&self, quantity: &str) -> Result<Indication, InstrumentError> {
        let model = self.model();
        let Some(reading) = model.reading(quantity) else {
            return Err(match self.is_by_hand() {
                true => self.by_hand_only(&format!("read {quantity}")),
                false => self.cannot("read", quantity),
            });
        };
        let Some(query) = &reading.query else {
            return Err(self.by_hand_only(&format!("read {quantity}")));
        };
        let question = query.to_string();
        let deadline = reading.answers_within.unwrap_or_else(|| model.answers_within());
        let reply = self.ask_within(&question, deadline).await?;
        let given = self
            .given(reading, &reply)
            .map_err(|reason| self.unreadable(&question, &reply, reason))?;
        self.within_range(reading, &given)?;
        Ok(self.indicated(quantity, &reading.unit, given, reply))
    }

    /// What a person read and typed: `1.25 MPa`, or the bare number in `unit`.
    ///
    /// # Errors
    /// [`InstrumentError::WrongUnit`] when it is no number, or in a unit of something else.
    pub fn entered(
        &self,
        quantity: &str,
        unit: &Unit,
        text: &str,
    ) -> Result<Indication, InstrumentError> {
        let wrong = || InstrumentError::WrongUnit {
            instrument: self.id().to_owned(),
            quantity: quantity.to_owned(),
            value: text.trim().to_owned(),
            wanted: unit.symbol().to_owned(),
        };
        let typed = match Decimal::parse(text.trim()) {
            Ok(bare) => Quantity::new(bare, unit.clone()),
            Err(_) => Quantity::parse(text).map_err(|_| wrong())?,
        };
        let decimal = typed.decimal_in(unit).map_err(|_| wrong())?;
        let given = Given { value: decimal.to_f64(), decimal };
        Ok(self.indicated(quantity, unit, given, text.trim().to_owned()))
    }

    /// A bare number in a reply.
    pub(super) fn indication(
        &self,
        quantity: &str,
        unit: &Unit,
        question: &str,
        reply: String,
    ) -> Result<Indication, InstrumentError> {
        let given = scpi::reading(&reply, unit, &BTreeMap::new())
            .map_err(|reason| self.unreadable(question, &reply, reason))?;
        Ok(self.indicated(quantity, unit, given, reply))
    }

    pub(super) fn indicated(
        &self,
        quantity: &str,
        unit: &Unit,
        given: Given,
        text: String,
    ) -> Indication {
        Indication {
            quantity: quantity.to_owned(),
            value: given.value,
            decimal: given.decimal,
            unit: unit.symbol().to_owned(),
            text,
            at: self.inner.wiring.clock.utc(),
        }
    }

    fn given(&self, reading: &Reading, reply: &str) -> Result<Given, ReplyError> {
        match (self.model().language, &reading.reply) {
            (Language::Sbi, None) => {
                let weight = sbi::said(reply)?;
                return scpi::reading(&weight, &reading.unit, &reading.suffixes);
            }
            (Language::Ppc, None) => {
                let pressure = ppc::said(reply)?;
                return scpi::reading(&pressure, &reading.unit, &reading.suffixes);
            }
            (Language::Vaisala, Some(pattern)) => {
                // The pattern names the quantity: "P= {value}".
                let text = pattern.to_string();
                let name = text.split('=').next().unwrap_or_default();
                let value = vaisala::value(reply, name.trim())?;
                return scpi::reading(&value, &reading.unit, &reading.suffixes);
            }
            _ => {}
        }
        let Some(pattern) = &reading.reply else {
            return scpi::reading(reply, &reading.unit, &reading.suffixes);
        };
        let form = || ReplyError::Form { wanted: pattern.to_string() };
        let places = pattern.read(reply).ok_or_else(form)?;
        let value = places.get("value").copied().ok_or_else(form)?;
        scpi::reading(value, &reading.unit, &reading.suffixes)
    }

    fn within_range(&self, reading: &Reading, given: &Given) -> Result<(), InstrumentError> {
        let end = |end: &Option<Quantity>| end.as_ref()?.in_unit(&reading.unit).ok();
        let below = end(&reading.min).is_some_and(|min| given.value < min);
        let above = end(&reading.max).is_some_and(|max| given.value > max);
        if below || above {
            let shown = Quantity::new(given.decimal.clone(), reading.unit.clone());
            return Err(self.out_of_range(&reading.quantity, &shown, &reading.min, &reading.max));
        }
        Ok(())
    }
}
