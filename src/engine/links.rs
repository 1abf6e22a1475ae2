//! The instruments of a run by their roles: identified first, set up, spoken
//! to, and made again when a link was lost.
//!
//! A setting is sent once. Where nobody knows whether it was obeyed it is read
//! back, and only a setting that is then known not to stand is sent again. A
//! question may be repeated.

pub mod by_hand;
mod commands;
pub mod indicated;
pub mod pace;
mod recovery;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use etalon_instruments::catalogue;
use etalon_instruments::clock::Clock;
use etalon_instruments::instrument::{Instrument, InstrumentError};
use etalon_instruments::link::Wiring;
use etalon_instruments::resource::{Resource, SerialSettings};
use etalon_instruments::transport::Remedy;
use etalon_uncertainty::quantity::Quantity;

use super::failure::Failure;
use super::operator::Operator;
use crate::bench::is_simulated_identity;
use crate::journal::{Body, IdentityRead};
use crate::plan::{Plan, PlannedInstrument, surroundings::id_at_channel};

pub use indicated::Indicated;

/// A heartbeat goes out so often within the time the watchdog allows.
const BEATS: u32 = 4;

/// How a gate stands.
pub use etalon_instruments::catalogue::model::CountState as GateState;

/// The instruments of a run.
pub struct Links {
    plan: Arc<Plan>,
    wiring: Wiring,
    instruments: Mutex<BTreeMap<String, Arc<Instrument>>>,
    energised: Mutex<BTreeSet<String>>,
    chosen: Mutex<BTreeMap<(String, String), String>>,
}

impl Links {
    /// Makes every link and asks every instrument who it is; of one without a line a person says it.
    ///
    /// # Errors
    /// When one cannot be reached or is not the one the plan counts on. Nothing
    /// was set by then.
    pub async fn open(
        plan: Arc<Plan>,
        wiring: Wiring,
        operator: &dyn Operator,
    ) -> Result<(Arc<Self>, Vec<Body>), Failure> {
        let links = Self {
            plan,
            wiring,
            instruments: Mutex::new(BTreeMap::new()),
            energised: Mutex::new(BTreeSet::new()),
            chosen: Mutex::new(BTreeMap::new()),
        };
        let mut facts = Vec::new();
        for planned in &links.plan.instruments {
            let fact = match planned.is_by_hand() {
                true => links.confirmed(planned, operator).await?,
                false => links.identified(planned).await?,
            };
            facts.push(fact);
        }
        Ok((Arc::new(links), facts))
    }

    /// Links without instruments yet: for making a bench safe whose instruments
    /// may not all answer.
    #[must_use]
    pub fn unopened(plan: Arc<Plan>, wiring: Wiring) -> Self {
        Self {
            plan,
            wiring,
            instruments: Mutex::new(BTreeMap::new()),
            energised: Mutex::new(BTreeSet::new()),
            chosen: Mutex::new(BTreeMap::new()),
        }
    }

    /// The time of the bench.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.wiring.clock
    }

    /// Opens an instrument and compares its answer with the plan.
    async fn identified(&self, planned: &PlannedInstrument) -> Result<Body, Failure> {
        let instrument = self.connect(planned).await?;
        lock(&self.instruments).insert(planned.id.clone(), Arc::new(instrument.clone()));
        identity(planned, &instrument)
    }

    async fn connect(&self, planned: &PlannedInstrument) -> Result<Instrument, Failure> {
        let wrong = |what: String| Failure::Plan { what };
        let model = catalogue::parse(&planned.model_file)
            .map_err(|_| wrong(format!("readable model file of {}", planned.id)))?;
        if model.is_by_hand() {
            return Ok(Instrument::by_hand(&planned.id, Arc::new(model), &self.wiring));
        }
        let resource =
            Resource::parse(&planned.resource).map_err(|error| wrong(error.to_string()))?;
        let resource = match &planned.serial_settings {
            None => resource,
            Some(text) => {
                let settings =
                    SerialSettings::parse(text).map_err(|error| wrong(error.to_string()))?;
                resource.with_serial(settings)
            }
        };
        let (id, model) = (planned.id.as_str(), Arc::new(model));
        let opened = match (&planned.address, self.neighbour(planned)) {
            (Some(address), Some(neighbour)) => neighbour.beside(id, model, address).await,
            (Some(address), None) => {
                Instrument::open_at(id, model, resource, address, &self.wiring).await
            }
            (None, _) => Instrument::open(id, model, resource, &self.wiring).await,
        };
        opened.map_err(|error| failure(id, &error))
    }

    /// An instrument that is open already on the line that this one shares.
    fn neighbour(&self, planned: &PlannedInstrument) -> Option<Arc<Instrument>> {
        let on_line = |other: &&PlannedInstrument| {
            other.id != planned.id && other.resource == planned.resource
        };
        let instruments = lock(&self.instruments);
        let mut others = self.plan.instruments.iter().filter(on_line);
        others.find_map(|other| instruments.get(&other.id).cloned())
    }

    /// Sets limits and watchdogs, so that the hardware protects the bench by itself.
    ///
    /// # Errors
    /// When an instrument refuses.
    pub async fn protect(&self) -> Result<Vec<Body>, Failure> {
        let mut facts = Vec::new();
        for planned in &self.plan.instruments {
            facts.extend(self.protect_one(planned).await?);
        }
        Ok(facts)
    }

    async fn protect_one(&self, planned: &PlannedInstrument) -> Result<Vec<Body>, Failure> {
        let instrument = self.instrument(&planned.id)?;
        let failed = |error: InstrumentError| failure(&planned.id, &error);
        let role = planned.roles.first().cloned().unwrap_or_else(|| planned.id.clone());
        let mut facts = Vec::new();
        for (quantity, value) in &planned.limits {
            instrument.set_limit(quantity, &quantity_of(value)?).await.map_err(failed)?;
            facts.push(Body::LimitSet {
                role: role.clone(),
                quantity: quantity.clone(),
                value: value.clone(),
            });
        }
        if let (Some(seconds), Some(watchdog)) =
            (planned.watchdog_s, instrument.model().watchdog.clone())
        {
            instrument.arm_watchdog().await.map_err(failed)?;
            // The bench file may want it shorter than the catalogue does.
            let command = watchdog.command.with("seconds", seconds);
            instrument.command(&command, None).await.map_err(failed)?;
            facts.push(Body::LimitSet {
                role,
                quantity: "watchdog".to_owned(),
                value: format!("{seconds} s"),
            });
        }
        Ok(facts)
    }

    /// Speaks to every instrument with a watchdog, for ever.
    ///
    /// # Errors
    /// When an instrument does not answer any more and its link cannot be brought
    /// back into step.
    pub async fn beat(&self) -> Result<(), Failure> {
        let armed: Vec<&PlannedInstrument> =
            self.plan.instruments.iter().filter(|planned| planned.watchdog_s.is_some()).collect();
        let Some(shortest) = armed.iter().filter_map(|planned| planned.watchdog_s).min() else {
            return std::future::pending().await;
        };
        let every = Duration::from_secs(u64::from(shortest)) / BEATS;
        loop {
            // A watchdog counts the seconds of its users, on a hurried bench too.
            self.clock().sleep_unhurried(every).await;
            for planned in &armed {
                // A lost link shows in the next action too, which knows how to go on.
                if let Ok(instrument) = self.instrument(&planned.id) {
                    drop(instrument.heartbeat().await);
                }
            }
        }
    }

    fn planned(&self, id: &str) -> Result<&PlannedInstrument, Failure> {
        let found = self.plan.instruments.iter().find(|planned| planned.id == id);
        found.ok_or_else(|| Failure::Plan { what: format!("instrument {id}") })
    }

    fn of_role(&self, role: &str) -> Result<(String, Arc<Instrument>), Failure> {
        let binding = self.plan.role(role);
        let binding = binding.ok_or_else(|| Failure::Plan { what: format!("role {role}") })?;
        Ok((binding.instrument.clone(), self.instrument(&binding.instrument)?))
    }

    /// The instrument of a role at a position: its own, where each position has one.
    fn of_role_at(&self, role: &str, position: u32) -> Result<(String, Arc<Instrument>), Failure> {
        let channel = self.plan.role(role).and_then(|binding| {
            let channel = binding.channels.get(&position)?;
            Some(id_at_channel(&binding.instrument, *channel))
        });
        match channel.filter(|id| self.planned(id).is_ok()) {
            Some(id) => Ok((id.clone(), self.instrument(&id)?)),
            None => self.of_role(role),
        }
    }

    fn instrument(&self, id: &str) -> Result<Arc<Instrument>, Failure> {
        lock(&self.instruments).get(id).cloned().ok_or_else(|| Failure::Instrument {
            instrument: id.to_owned(),
            reason: "there is no link to it".to_owned(),
            remedy: Remedy::Reestablish,
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn quantity_of(text: &str) -> Result<Quantity, Failure> {
    Quantity::parse(text)
        .map_err(|error| Failure::Plan { what: format!("readable value: {error}") })
}

/// What an instrument said, compared with what the plan counts on.
/// An instrument without a line is what its bench file says: the technician has it before them.
fn on_its_plate(planned: &PlannedInstrument) -> Body {
    Body::Identified {
        instrument: planned.id.clone(),
        roles: planned.roles.clone(),
        resource: "by hand".to_owned(),
        simulated: false,
        identity: IdentityRead {
            maker: String::new(),
            model: planned.model.clone(),
            serial: planned.serial_number.clone().unwrap_or_default(),
            firmware: String::new(),
        },
    }
}

fn identity(planned: &PlannedInstrument, instrument: &Instrument) -> Result<Body, Failure> {
    if instrument.is_by_hand() {
        return Ok(on_its_plate(planned));
    }
    let Some(found) = instrument.identity() else {
        return Err(Failure::Plan { what: format!("line to {}: a person reads it", planned.id) });
    };
    // One that tells no serial number at all cannot be told from another of its kind.
    let is_other = |wanted: &&String| **wanted != found.serial && !found.serial.is_empty();
    if let Some(wanted) = planned.serial_number.as_ref().filter(is_other) {
        return Err(Failure::OtherInstrument {
            instrument: planned.id.clone(),
            found: found.to_string(),
            wanted: format!("serial number {wanted}"),
        });
    }
    Ok(Body::Identified {
        instrument: planned.id.clone(),
        roles: planned.roles.clone(),
        resource: planned.resource.clone(),
        simulated: is_simulated_identity(&found.maker, &found.model),
        identity: IdentityRead {
            maker: found.maker.clone(),
            model: found.model.clone(),
            serial: found.serial.clone(),
            firmware: found.firmware.clone(),
        },
    })
}

fn failure(id: &str, error: &InstrumentError) -> Failure {
    Failure::Instrument {
        instrument: id.to_owned(),
        reason: error.to_string(),
        remedy: error.remedy(),
    }
}
