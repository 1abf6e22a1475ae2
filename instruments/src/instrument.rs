//! One instrument of the bench: a model, a line to it, and what was set on it.
//!
//! An [`Instrument`] is a cheap handle; clones are the same instrument. Its
//! methods are words of a procedure (set, choose, read, switch, count) and each
//! is one exchange on the line: nobody else speaks in between, and where the model
//! has an error queue, the look into it belongs to the setting.
//!
//! It never retries and never sleeps. A failure says with
//! [`InstrumentError::remedy`] what may be done; [`Instrument::recover`] does it.
//!
//! # What is remembered
//! The last setting of each quantity, the limits and the watchdog, so that they can
//! be restored on a link made again, in the order in which they were first made.
//! The output is never switched on by a recovery: that is the engine's decision.

use crate::{
    catalogue::Model,
    link::{Link, Wiring},
    resource::{Resource, SerialSettings},
};
use etalon_uncertainty::decimal::Decimal;
use jiff::Timestamp;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

mod conversation;
mod counting;
mod error;
mod measuring;
mod memory;
mod recovery;
mod safe_state;
mod sourcing;

pub use counting::Count;
pub use error::InstrumentError;
pub use recovery::Recovery;
pub use safe_state::SafeStateReport;

/// How long a link may take to be made.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// A handle to one instrument of the bench.
#[derive(Clone)]
pub struct Instrument {
    inner: Arc<Inner>,
}

struct Inner {
    id: String,
    model: Arc<Model>,
    wiring: Wiring,
    link: Option<Link>,
    address: String,
    identity: Option<Identity>,
    found_queued: Vec<String>,
    memory: Mutex<memory::Memory>,
}

/// Who an instrument says it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identity {
    /// Maker.
    pub maker: String,
    /// Model number.
    pub model: String,
    /// Serial number.
    pub serial: String,
    /// Firmware.
    pub firmware: String,
}

/// What an instrument indicated.
#[derive(Clone, Debug, PartialEq)]
pub struct Indication {
    /// Name of the quantity.
    pub quantity: String,
    /// The number in `unit`.
    pub value: f64,
    /// The number in `unit`, with the digits the instrument gave.
    pub decimal: Decimal,
    /// The unit of the catalogue.
    pub unit: String,
    /// The reply as it came, without the end of its line.
    pub text: String,
    /// When it had come.
    pub at: Timestamp,
}

/// What was set.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// Name of the quantity.
    pub quantity: String,
    /// The command as it was sent.
    pub command: String,
    /// When the instrument had taken it.
    pub at: Timestamp,
    /// How long the quantity takes to settle, as the catalogue says; nobody has waited yet.
    pub settling: Duration,
}

impl Instrument {
    /// Connects to an instrument, makes sure that it is the model it should be, and empties
    /// its error queue. A model read by a person is not connected to anything.
    ///
    /// `id` is its name on the bench, for messages and the record. A serial resource
    /// without settings gets those of the model.
    ///
    /// # Errors
    /// [`InstrumentError`]; in particular when something else answers at this address.
    pub async fn open(
        id: &str,
        model: Arc<Model>,
        resource: Resource,
        wiring: &Wiring,
    ) -> Result<Self, InstrumentError> {
        let address = model.line.as_ref().map(|line| line.address.clone()).unwrap_or_default();
        Self::open_at(id, model, resource, &address, wiring).await
    }

    /// The same for the instrument at `address` of a line that several share: a meter's
    /// number, a Modbus unit. Empty where the instrument is alone.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn open_at(
        id: &str,
        model: Arc<Model>,
        resource: Resource,
        address: &str,
        wiring: &Wiring,
    ) -> Result<Self, InstrumentError> {
        if model.is_by_hand() {
            return Ok(Self::by_hand(id, model, wiring));
        }
        let is_serial = matches!(resource, Resource::Serial { .. });
        let resource = with_settings_of(&model, resource);
        let failed = |source| InstrumentError::Line {
            instrument: id.to_owned(),
            doing: "connecting".to_owned(),
            source: Box::new(source),
        };
        let link = Link::open(resource, wiring, CONNECT_WITHIN).await.map_err(failed)?;
        if is_serial {
            // What an earlier program asked may still be on its way.
            link.clear(CONNECT_WITHIN).await.map_err(failed)?;
        }
        Self::joined(id, model, Some(link), address, wiring).met().await
    }

    /// Another instrument on the same line, at its own `address`.
    ///
    /// # Errors
    /// [`InstrumentError`].
    pub async fn beside(
        &self,
        id: &str,
        model: Arc<Model>,
        address: &str,
    ) -> Result<Self, InstrumentError> {
        let link = self.inner.link.clone();
        Self::joined(id, model, link, address, &self.inner.wiring).met().await
    }

    /// Makes sure that it is the one, and empties its error queue.
    async fn met(mut self) -> Result<Self, InstrumentError> {
        self.can_be_spoken_to()?;
        let identity = self.identify().await?;
        let found_queued = self.error_queue().await?;
        // Nobody else has a handle yet.
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.identity = Some(identity);
            inner.found_queued = found_queued;
        }
        Ok(self)
    }

    /// An instrument that a person reads and sets.
    #[must_use]
    pub fn by_hand(id: &str, model: Arc<Model>, wiring: &Wiring) -> Self {
        Self::joined(id, model, None, "", wiring)
    }

    fn joined(
        id: &str,
        model: Arc<Model>,
        link: Option<Link>,
        address: &str,
        wiring: &Wiring,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                id: id.to_owned(),
                model,
                wiring: wiring.clone(),
                link,
                address: address.to_owned(),
                identity: None,
                found_queued: Vec::new(),
                memory: Mutex::default(),
            }),
        }
    }

    /// Its name on the bench.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// Its model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.inner.model
    }

    /// Who it said it is when it was opened; `None` for one read by a person.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.inner.identity.as_ref()
    }

    /// What lay in its error queue when it was opened.
    #[must_use]
    pub fn found_queued(&self) -> &[String] {
        &self.inner.found_queued
    }

    /// Whether a person reads and sets it.
    #[must_use]
    pub fn is_by_hand(&self) -> bool {
        self.inner.model.is_by_hand()
    }

    /// The line to it; `None` for one read by a person.
    #[must_use]
    pub fn link(&self) -> Option<&Link> {
        self.inner.link.as_ref()
    }

    fn memory(&self) -> MutexGuard<'_, memory::Memory> {
        self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Instrument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instrument")
            .field("id", &self.inner.id)
            .field("model", &self.inner.model.id)
            .field("identity", &self.inner.identity)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// The identity in what a reply told, part by part; what it did not tell is empty.
    #[must_use]
    pub fn of_parts(said: &BTreeMap<String, String>) -> Self {
        let part = |name: &str| said.get(name).cloned().unwrap_or_default();
        Self {
            maker: part("maker"),
            model: part("model"),
            serial: part("serial"),
            firmware: part("firmware"),
        }
    }
}

/// What was told; a part that was not is left out.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |name: &str, said: &str| match said {
            "" => String::new(),
            said => format!("{name} {said}"),
        };
        let maker_and_model = format!("{} {}", self.maker, self.model).trim().to_owned();
        let parts =
            [maker_and_model, named("serial", &self.serial), named("firmware", &self.firmware)];
        let told: Vec<&str> =
            parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        f.write_str(&told.join(", "))
    }
}

fn with_settings_of(model: &Model, resource: Resource) -> Resource {
    let settings = model.line.as_ref().and_then(|line| line.serial);
    match resource {
        Resource::Serial { settings: None, .. } => {
            resource.with_serial(settings.unwrap_or(SerialSettings::USUAL))
        }
        _ => resource,
    }
}
