//! Words to instruments by role: set, switch, read, count.

use etalon_instruments::catalogue::model::CountState;
use etalon_instruments::instrument::{Instrument, InstrumentError};
use etalon_instruments::transport::Remedy;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Unit;

use super::recovery::in_step;
use super::{Indicated, Links, failure, lock};
use crate::engine::failure::Failure;

/// How often a question is put, or a setting looked after, in all.
const QUESTIONS: u32 = 3;
/// How near a reported setting must be to the one sent, relative: instruments
/// report seven digits and more.
const SAME_SETTING: f64 = 1e-6;

impl Links {
    /// Sets a quantity of a role. The value is sent once; what the instrument
    /// reports as its setting comes back, where it can be asked.
    ///
    /// # Errors
    /// When the instrument refuses, or the setting is known not to stand.
    pub async fn set(
        &self,
        role: &str,
        quantity: &str,
        value: &str,
    ) -> Result<Option<String>, Failure> {
        let (id, instrument) = self.of_role(role)?;
        let Ok(number) = Quantity::parse(value) else {
            let chosen = instrument.choose(quantity, value).await;
            chosen.map_err(|error| failure(&id, &error))?;
            lock(&self.chosen).insert((id, quantity.to_owned()), value.to_owned());
            return Ok(None);
        };
        let query = instrument.model().setting(quantity).and_then(|setting| setting.query.clone());
        let Some(query) = query.map(|query| query.to_string()) else {
            let set = instrument.set(quantity, &number).await;
            return set.map(|_| None).map_err(|error| failure(&id, &error));
        };
        for _ in 0..QUESTIONS {
            match instrument.set(quantity, &number).await {
                Ok(_) => {
                    return self.asked(&id, &instrument, || instrument.ask(&query)).await.map(Some);
                }
                Err(error) if error.remedy() == Remedy::Resynchronise => {
                    in_step(&id, &instrument).await?;
                    let found = self.asked(&id, &instrument, || instrument.ask(&query)).await?;
                    if stands(&instrument, quantity, &number, &found) {
                        return Ok(Some(found));
                    }
                }
                Err(error) => return Err(failure(&id, &error)),
            }
        }
        Err(Failure::Instrument {
            instrument: id,
            reason: format!("{quantity} = {value} does not stand after {QUESTIONS} settings"),
            remedy: Remedy::Reestablish,
        })
    }

    /// Puts a question; when its answer did not come or cannot be read it is put
    /// again on a line in step, because a question changes nothing.
    async fn asked<T, F, Q>(
        &self,
        id: &str,
        instrument: &Instrument,
        question: Q,
    ) -> Result<T, Failure>
    where
        Q: Fn() -> F,
        F: Future<Output = Result<T, InstrumentError>>,
    {
        let mut asked = 1;
        loop {
            match question().await {
                Ok(answer) => return Ok(answer),
                Err(error) if error.remedy() == Remedy::Resynchronise && asked < QUESTIONS => {
                    asked += 1;
                    in_step(id, instrument).await?;
                }
                Err(error) => return Err(failure(id, &error)),
            }
        }
    }

    /// Energises a role, if it can be and is not yet. `true` when it was switched now.
    ///
    /// # Errors
    /// When the instrument refuses.
    pub async fn energise(&self, role: &str) -> Result<bool, Failure> {
        let (id, instrument) = self.of_role(role)?;
        if instrument.model().output.is_none() || lock(&self.energised).contains(&id) {
            return Ok(false);
        }
        instrument.switch(true).await.map_err(|error| failure(&id, &error))?;
        lock(&self.energised).insert(id);
        Ok(true)
    }

    /// Whether the instrument of a role can be set to a word.
    #[must_use]
    pub fn can_choose(&self, role: &str, quantity: &str, word: &str) -> bool {
        self.of_role(role).is_ok_and(|(_, instrument)| {
            let choice = instrument.model().choice(quantity);
            choice.is_some_and(|choice| choice.commands.contains_key(word))
        })
    }

    /// Whether the instrument of a role has an output to be switched.
    #[must_use]
    pub fn has_output(&self, role: &str) -> bool {
        self.of_role(role).is_ok_and(|(_, instrument)| instrument.model().output.is_some())
    }

    /// The word that was last chosen for a quantity in this run.
    #[must_use]
    pub fn chosen(&self, role: &str, quantity: &str) -> Option<String> {
        let (id, _) = self.of_role(role).ok()?;
        lock(&self.chosen).get(&(id, quantity.to_owned())).cloned()
    }

    /// Whether a role was energised in this run and not switched off since.
    #[must_use]
    pub fn is_energised(&self, role: &str) -> bool {
        self.of_role(role).is_ok_and(|(id, _)| lock(&self.energised).contains(&id))
    }

    /// The smallest difference an instrument shows, in the unit in which the role reads the
    /// quantity; `None` where its catalogue file states none.
    ///
    /// # Errors
    /// When the role has no instrument.
    pub fn resolution(
        &self,
        role: &str,
        quantity: &str,
        position: u32,
    ) -> Result<Option<f64>, Failure> {
        let (_, instrument) = self.of_role_at(role, position)?;
        let reading = instrument.model().reading(quantity);
        let Some(resolution) = reading.and_then(|reading| reading.resolution.clone()) else {
            return Ok(None);
        };
        let unit = self.plan.role(role).and_then(|binding| binding.quantities.get(quantity));
        let wanted = unit.and_then(|symbol| Unit::parse(symbol).ok());
        let shown = wanted.and_then(|unit| resolution.in_unit(&unit).ok());
        Ok(Some(shown.unwrap_or_else(|| resolution.value())))
    }

    /// The instrument whose output was switched on and stands off now, if one says so.
    ///
    /// # Errors
    /// When an instrument does not answer.
    pub async fn dropped_output(&self) -> Result<Option<String>, Failure> {
        let energised: Vec<String> = lock(&self.energised).iter().cloned().collect();
        for id in energised {
            let instrument = self.instrument(&id)?;
            let standing = self.asked(&id, &instrument, || instrument.output()).await?;
            if standing == Some(false) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Switches a role off.
    ///
    /// # Errors
    /// When the instrument refuses.
    pub async fn off(&self, role: &str) -> Result<(), Failure> {
        let (id, instrument) = self.of_role(role)?;
        instrument.switch(false).await.map_err(|error| failure(&id, &error))?;
        lock(&self.energised).remove(&id);
        Ok(())
    }

    /// Reads a quantity of a role.
    ///
    /// # Errors
    /// When the instrument does not answer.
    pub async fn read(&self, role: &str, quantity: &str) -> Result<Indicated, Failure> {
        self.read_at(role, quantity, 0).await
    }

    /// Looks at a quantity of a role as it stands now, where the instrument has a reading of its
    /// own for that (`m_now` of a balance whose `m` waits until it is stable).
    ///
    /// # Errors
    /// When the instrument does not answer.
    pub async fn look(&self, role: &str, quantity: &str) -> Result<Indicated, Failure> {
        let (_, instrument) = self.of_role(role)?;
        let now = format!("{quantity}_now");
        if instrument.model().reading(&now).is_none() {
            return self.read(role, quantity).await;
        }
        let unit = self.plan.role(role).and_then(|binding| binding.quantities.get(quantity));
        let wanted = unit.and_then(|symbol| Unit::parse(symbol).ok());
        Ok(self.read(role, &now).await?.in_unit(wanted.as_ref()))
    }

    /// Reads a quantity of a role for a position (0 for all): of the instrument that stands there,
    /// where each position has one.
    ///
    /// # Errors
    /// When the instrument does not answer.
    pub async fn read_at(
        &self,
        role: &str,
        quantity: &str,
        position: u32,
    ) -> Result<Indicated, Failure> {
        let (id, instrument) = self.of_role_at(role, position)?;
        let unit = self.plan.role(role).and_then(|binding| binding.quantities.get(quantity));
        let wanted = unit.map(|symbol| Unit::parse(symbol)).transpose().ok().flatten();
        let indication = self.asked(&id, &instrument, || instrument.read(quantity)).await?;
        Ok(Indicated::of(&indication).in_unit(wanted.as_ref()))
    }

    /// Opens a gate of a counter for this many pulses.
    ///
    /// # Errors
    /// When the counter refuses.
    pub async fn arm(&self, role: &str, channel: u32, pulses: u32) -> Result<(), Failure> {
        let (id, instrument) = self.of_role(role)?;
        let mut armed = 1;
        loop {
            match instrument.count_arm(channel, pulses).await {
                Ok(()) => return Ok(()),
                Err(error) if error.remedy() == Remedy::Resynchronise && armed < QUESTIONS => {
                    armed += 1;
                    in_step(&id, &instrument).await?;
                    // Whatever gate was set there is closed before the next one is.
                    self.disarm(role, channel).await?;
                }
                Err(error) => return Err(failure(&id, &error)),
            }
        }
    }

    /// How a gate stands.
    ///
    /// # Errors
    /// When the counter does not answer.
    pub async fn gate(&self, role: &str, channel: u32) -> Result<CountState, Failure> {
        let (id, instrument) = self.of_role(role)?;
        self.asked(&id, &instrument, || instrument.count_state(channel)).await
    }

    /// How many pulses of the unit under test came; `None` where the counter cannot tell.
    ///
    /// # Errors
    /// When the counter does not answer.
    pub async fn seen(&self, role: &str, channel: u32) -> Result<Option<u64>, Failure> {
        let (id, instrument) = self.of_role(role)?;
        let counting = instrument.model().counting.as_ref();
        if counting.is_none_or(|counting| counting.seen.is_none()) {
            return Ok(None);
        }
        self.asked(&id, &instrument, || instrument.count_seen(channel)).await.map(Some)
    }

    /// The counted pulses.
    ///
    /// # Errors
    /// When the counter does not answer.
    pub async fn fetch(&self, role: &str, channel: u32) -> Result<Indicated, Failure> {
        let (id, instrument) = self.of_role(role)?;
        let count = self.asked(&id, &instrument, || instrument.count_fetch(channel)).await?;
        Ok(Indicated::of(&count.indication))
    }

    /// Closes a gate without a result.
    ///
    /// # Errors
    /// When the counter refuses.
    pub async fn disarm(&self, role: &str, channel: u32) -> Result<(), Failure> {
        let (id, instrument) = self.of_role(role)?;
        let counting = instrument.model().counting.as_ref();
        if counting.is_none_or(|counting| counting.abort.is_none()) {
            return Ok(());
        }
        instrument.count_abort(channel).await.map_err(|error| failure(&id, &error))
    }
}

/// Whether what an instrument reports as its setting is what was sent.
fn stands(instrument: &Instrument, quantity: &str, sent: &Quantity, found: &str) -> bool {
    let unit = instrument.model().setting(quantity).map(|setting| &setting.unit);
    let sent = unit.and_then(|unit| sent.in_unit(unit).ok());
    let found: Option<f64> = found.trim().parse().ok();
    match (sent, found) {
        (Some(sent), Some(found)) => (sent - found).abs() <= SAME_SETTING * sent.abs(),
        _ => false,
    }
}
