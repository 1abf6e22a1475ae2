//! Counting pulses of one instrument during pulses of another.

use super::{Indication, Instrument, InstrumentError};
use crate::{
    catalogue::model::{CountState, Counting},
    protocol::{
        scpi::{Given, ReplyError},
        template::Template,
    },
};
use etalon_uncertainty::{decimal::Decimal, unit::Unit};
use std::collections::BTreeMap;

/// A count, with the number that tells it from the one before.
#[derive(Clone, Debug, PartialEq)]
pub struct Count {
    /// Number of the result on its channel.
    pub sequence: u64,
    /// The count in pulses (`imp`).
    pub indication: Indication,
}

impl Instrument {
    /// Orders a count on a channel: from the next pulse of the meter there, during `pulses` pulses.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn count_arm(&self, channel: u32, pulses: u32) -> Result<(), InstrumentError> {
        let counting = self.counting(channel)?;
        let places =
            BTreeMap::from([("pulses", pulses.to_string()), ("channel", channel.to_string())]);
        let gate = counting.gate.filled(&places);
        let start = counting.start.with("channel", channel);
        self.memory().ordered.remove(&channel);
        self.command(&gate, None).await?;
        self.command(&start, None).await?;
        self.memory().ordered.insert(channel, pulses);
        Ok(())
    }

    /// How the count on a channel stands.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn count_state(&self, channel: u32) -> Result<CountState, InstrumentError> {
        let counting = self.counting(channel)?;
        let question = counting.state.with("channel", channel);
        let reply = self.ask(&question).await?;
        counting.states.get(&reply).copied().ok_or_else(|| {
            let known: Vec<&str> = counting.states.keys().map(String::as_str).collect();
            let form = ReplyError::Form { wanted: known.join("|") };
            self.unreadable(&question, &reply, form)
        })
    }

    /// Fetches the count that was ordered on a channel. Each result is fetched once.
    ///
    /// # Errors
    /// [`InstrumentError::StaleCount`] when the number of the result is that of the one
    /// before, or none was ordered: the counter has nothing new.
    pub async fn count_fetch(&self, channel: u32) -> Result<Count, InstrumentError> {
        let counting = self.counting(channel)?;
        let question = counting.fetch.with("channel", channel);
        let reply = self.ask(&question).await?;
        let form = || {
            let form = ReplyError::Form { wanted: counting.result.to_string() };
            self.unreadable(&question, &reply, form)
        };
        let places = counting.result.read(&reply).ok_or_else(form)?;
        let part = |name: &str| places.get(name).copied().unwrap_or_default();
        let sequence: u64 = part("sequence").parse().map_err(|_| form())?;
        let count: u64 = part("count").parse().map_err(|_| form())?;
        let decimal = Decimal::parse(&count.to_string()).map_err(|_| form())?;
        let pulse = Unit::parse("imp").map_err(|_| form())?;
        {
            let mut memory = self.memory();
            let was_ordered = memory.ordered.remove(&channel).is_some();
            let is_new = memory.fetched.get(&channel) != Some(&sequence) && sequence > 0;
            if !(was_ordered && is_new) {
                let instrument = self.id().to_owned();
                return Err(InstrumentError::StaleCount { instrument, channel, sequence });
            }
            memory.fetched.insert(channel, sequence);
        }
        let given = Given { value: decimal.to_f64(), decimal };
        Ok(Count { sequence, indication: self.indicated("n", &pulse, given, reply.clone()) })
    }

    /// How many pulses of the meter were seen on a channel since the count was ordered.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn count_seen(&self, channel: u32) -> Result<u64, InstrumentError> {
        let counting = self.counting(channel)?;
        let question = self.needed(&counting.seen, "tell the pulses seen", channel)?;
        let reply = self.ask(&question).await?;
        let form = ReplyError::NotANumber { found: reply.clone() };
        reply.parse().map_err(|_| self.unreadable(&question, &reply, form))
    }

    /// Breaks a count off.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn count_abort(&self, channel: u32) -> Result<(), InstrumentError> {
        let counting = self.counting(channel)?;
        let command = self.needed(&counting.abort, "break a count off", channel)?;
        self.memory().ordered.remove(&channel);
        self.command(&command, None).await
    }

    fn counting(&self, channel: u32) -> Result<&Counting, InstrumentError> {
        let cannot = |what: String, nearest: Option<String>| InstrumentError::CannotDo {
            instrument: self.id().to_owned(),
            model: self.model().id.clone(),
            what,
            nearest,
        };
        match &self.inner.model.counting {
            None if self.is_by_hand() => Err(self.by_hand_only("count pulses")),
            None => Err(cannot("count pulses".to_owned(), None)),
            Some(counting) if (1..=counting.channels).contains(&channel) => Ok(counting),
            Some(counting) => {
                let known = format!("count on channels 1 to {}", counting.channels);
                Err(cannot(format!("count on channel {channel}"), Some(known)))
            }
        }
    }

    fn needed(
        &self,
        template: &Option<Template>,
        what: &str,
        channel: u32,
    ) -> Result<String, InstrumentError> {
        match template {
            Some(template) => Ok(template.with("channel", channel)),
            None => Err(InstrumentError::CannotDo {
                instrument: self.id().to_owned(),
                model: self.model().id.clone(),
                what: what.to_owned(),
                nearest: None,
            }),
        }
    }
}
