//! Setting: quantities, words, the output, limits, the watchdog.

use super::{Applied, Indication, Instrument, InstrumentError, memory::Kept};
use crate::{
    catalogue::model::{Limit, Setting},
    protocol::template::Template,
};
use etalon_uncertainty::{diagnostic::nearest, quantity::Quantity, unit::Unit};
use std::time::Duration;

impl Instrument {
    /// Sets a quantity. A value outside the range of the catalogue is refused, never clipped.
    ///
    /// It returns when the instrument has taken the command (and finished, where it can
    /// tell); how long the quantity still settles stands in the answer.
    ///
    /// # Errors
    /// [`InstrumentError`]; `OutOfRange` and `WrongUnit` before anything is sent.
    pub async fn set(&self, quantity: &str, value: &Quantity) -> Result<Applied, InstrumentError> {
        let setting = self.setting(quantity)?;
        let number = self.in_unit(quantity, value, &setting.unit)?;
        if !setting.holds(number) {
            return Err(self.out_of_range(quantity, value, &setting.min, &setting.max));
        }
        let Some(template) = &setting.command else {
            return Err(self.by_hand_only(&format!("set {quantity} to {value}")));
        };
        let command = self.filled(quantity, value, template, number)?;
        self.command(&command, setting.complete_within).await?;
        self.memory().keep(Kept::Setting(quantity.to_owned()), command.clone());
        Ok(self.applied(quantity, command, setting.settling))
    }

    /// Sets by a word, such as `ranging` to `auto`.
    ///
    /// # Errors
    /// [`InstrumentError`]; `WrongUnit` with the words known when the word is none of them.
    pub async fn choose(&self, quantity: &str, word: &str) -> Result<Applied, InstrumentError> {
        if self.is_by_hand() {
            return Err(self.by_hand_only(&format!("set {quantity} to {word}")));
        }
        let Some(choice) = self.model().choice(quantity) else {
            return Err(self.cannot("set", quantity));
        };
        let Some(template) = choice.commands.get(word) else {
            let known: Vec<&str> = choice.commands.keys().map(String::as_str).collect();
            return Err(InstrumentError::WrongUnit {
                instrument: self.id().to_owned(),
                quantity: quantity.to_owned(),
                value: word.to_owned(),
                wanted: known.join(" or "),
            });
        };
        let command = template.to_string();
        self.command(&command, None).await?;
        self.memory().keep(Kept::Setting(quantity.to_owned()), command.clone());
        Ok(self.applied(quantity, command, choice.settling))
    }

    /// Switches the output, and makes sure, where the model can tell, that it stands so.
    ///
    /// # Errors
    /// [`InstrumentError::NotConfirmed`] when it stands otherwise.
    pub async fn switch(&self, on: bool) -> Result<Applied, InstrumentError> {
        let what = if on { "switch the output on" } else { "switch the output off" };
        if self.is_by_hand() {
            return Err(self.by_hand_only(what));
        }
        let Some(output) = &self.inner.model.output else {
            return Err(self.cannot("switch", "output"));
        };
        let command = if on { &output.on } else { &output.off }.to_string();
        // Noted before: if the answer is lost, the output may be on.
        self.memory().output = Some(on);
        self.command(&command, None).await?;
        if let Some(standing) = self.output().await?
            && standing != on
        {
            return Err(InstrumentError::NotConfirmed {
                instrument: self.id().to_owned(),
                what: command,
                found: if standing { "on" } else { "off" }.to_owned(),
            });
        }
        Ok(self.applied("output", command, Duration::ZERO))
    }

    /// How the output stands; `None` where the model cannot tell.
    ///
    /// # Errors
    /// [`InstrumentError`] when it answers neither on nor off.
    pub async fn output(&self) -> Result<Option<bool>, InstrumentError> {
        let output = self.inner.model.output.as_ref();
        let Some(query) = output.and_then(|output| output.query.as_ref()) else { return Ok(None) };
        let question = query.query.to_string();
        let reply = self.ask(&question).await?;
        match (query.is_on.read(&reply).is_some(), query.is_off.read(&reply).is_some()) {
            (true, false) => Ok(Some(true)),
            (false, true) => Ok(Some(false)),
            _ => Err(InstrumentError::NotConfirmed {
                instrument: self.id().to_owned(),
                what: question,
                found: reply,
            }),
        }
    }

    /// Sets a limit that the instrument guards itself.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn set_limit(
        &self,
        quantity: &str,
        value: &Quantity,
    ) -> Result<Applied, InstrumentError> {
        let limit = self.limit(quantity)?;
        let number = self.in_unit(quantity, value, &limit.unit)?;
        let command = self.filled(quantity, value, &limit.command, number)?;
        self.command(&command, None).await?;
        self.memory().keep(Kept::Limit(quantity.to_owned()), command.clone());
        Ok(self.applied(quantity, command, Duration::ZERO))
    }

    /// The limits in force, as the instrument itself gives them.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn limits(&self) -> Result<Vec<Indication>, InstrumentError> {
        let mut limits = Vec::new();
        for limit in &self.inner.model.limits {
            if let Some(query) = &limit.query {
                let question = query.to_string();
                let reply = self.ask(&question).await?;
                limits.push(self.indication(&limit.quantity, &limit.unit, &question, reply)?);
            }
        }
        Ok(limits)
    }

    /// Arms the instrument's own watch over this program with the time of the catalogue; from then on
    /// it must hear something that often. Returns that time, `None` where the model has no watchdog.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn arm_watchdog(&self) -> Result<Option<Duration>, InstrumentError> {
        let Some(watchdog) = &self.inner.model.watchdog else { return Ok(None) };
        let command = watchdog.command.with("seconds", watchdog.within.as_secs_f64());
        self.command(&command, None).await?;
        self.memory().keep(Kept::Watchdog, command);
        Ok(Some(watchdog.within))
    }

    /// Disarms the watchdog.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn disarm_watchdog(&self) -> Result<(), InstrumentError> {
        let Some(watchdog) = &self.inner.model.watchdog else { return Ok(()) };
        self.command(&watchdog.command.with("seconds", 0), None).await?;
        self.memory().forget(&Kept::Watchdog);
        Ok(())
    }

    /// Says something harmless, so that the watchdog hears that the program lives. Models
    /// without a watchdog hear nothing.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn heartbeat(&self) -> Result<(), InstrumentError> {
        let Some(watchdog) = &self.inner.model.watchdog else { return Ok(()) };
        let question = watchdog.heartbeat.to_string();
        self.ask(&question).await.map(drop)
    }

    fn setting(&self, quantity: &str) -> Result<&Setting, InstrumentError> {
        match self.model().setting(quantity) {
            Some(setting) => Ok(setting),
            None if self.is_by_hand() => Err(self.by_hand_only(&format!("set {quantity}"))),
            None => Err(self.cannot("set", quantity)),
        }
    }

    fn limit(&self, quantity: &str) -> Result<&Limit, InstrumentError> {
        match self.model().limit(quantity) {
            Some(limit) => Ok(limit),
            None if self.is_by_hand() => Err(self.by_hand_only(&format!("limit {quantity}"))),
            None => Err(self.cannot("limit", quantity)),
        }
    }

    fn filled(
        &self,
        quantity: &str,
        value: &Quantity,
        template: &Template,
        number: f64,
    ) -> Result<String, InstrumentError> {
        let form = self.model().line.as_ref().map(|line| line.numbers).unwrap_or_default();
        match form.written(number) {
            Ok(written) => Ok(template.with("value", written)),
            Err(_) => Err(self.out_of_range(quantity, value, &None, &None)),
        }
    }

    fn in_unit(
        &self,
        quantity: &str,
        value: &Quantity,
        unit: &Unit,
    ) -> Result<f64, InstrumentError> {
        value.in_unit(unit).map_err(|_| InstrumentError::WrongUnit {
            instrument: self.id().to_owned(),
            quantity: quantity.to_owned(),
            value: value.to_string(),
            wanted: unit.symbol().to_owned(),
        })
    }

    pub(super) fn out_of_range(
        &self,
        quantity: &str,
        value: &impl ToString,
        min: &Option<Quantity>,
        max: &Option<Quantity>,
    ) -> InstrumentError {
        let end = |end: &Option<Quantity>| end.as_ref().map_or("…".to_owned(), Quantity::to_string);
        InstrumentError::OutOfRange {
            instrument: self.id().to_owned(),
            quantity: quantity.to_owned(),
            value: value.to_string(),
            range: format!("{} to {}", end(min), end(max)),
        }
    }

    pub(super) fn cannot(&self, verb: &str, quantity: &str) -> InstrumentError {
        let model = self.model();
        let functions = || model.functions.iter();
        let known: Vec<&str> = match verb {
            "read" => functions().flat_map(|f| &f.readings).map(|r| r.quantity.as_str()).collect(),
            "limit" => model.limits.iter().map(|limit| limit.quantity.as_str()).collect(),
            _ => functions()
                .flat_map(|function| {
                    let set = function.settings.iter().map(|setting| setting.quantity.as_str());
                    set.chain(function.choices.iter().map(|choice| choice.quantity.as_str()))
                })
                .collect(),
        };
        let near = nearest(quantity, known.iter().copied()).map(str::to_owned);
        let all = (!known.is_empty()).then(|| known.join(", "));
        InstrumentError::CannotDo {
            instrument: self.id().to_owned(),
            model: model.id.clone(),
            what: format!("{verb} {quantity}"),
            nearest: near.or(all).map(|known| format!("{verb} {known}")),
        }
    }

    fn applied(&self, quantity: &str, command: String, settling: Duration) -> Applied {
        let (quantity, at) = (quantity.to_owned(), self.inner.wiring.clock.utc());
        Applied { quantity, command, at, settling }
    }
}
