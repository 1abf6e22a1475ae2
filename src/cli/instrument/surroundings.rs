//! What the laboratory around an address knows: its benches, its register, its models.

use std::path::Path;

use etalon_instruments::{clock::Clock, resource::Resource};
use jiff::civil::Date;
use serde::Serialize;

use crate::{
    bench::Bench,
    cli::CliError,
    lab::{
        FILE, Lab,
        models::{KnownModel, shipped},
    },
    register::Register,
    store::hold,
};

/// The laboratory one stands in, if one does.
pub(super) struct Surroundings {
    pub(super) lab: Option<Lab>,
    pub(super) benches: Vec<Bench>,
}

/// An instrument of a bench, wired to an address.
#[derive(Debug, Serialize)]
pub(super) struct Wired {
    /// The bench.
    pub(super) bench: String,
    /// Name on the bench.
    pub(super) instrument: String,
    /// Its model in the catalogue.
    pub(super) model: String,
    /// The serial number it must answer with.
    pub(super) serial: Option<String>,
}

/// A reference standard, as the register has it today.
#[derive(Debug, Serialize)]
pub(super) struct Registered {
    pub(super) id: String,
    pub(super) status: &'static str,
    pub(super) due: Option<String>,
    pub(super) fit: bool,
    pub(super) reason: Option<String>,
}

impl Surroundings {
    /// Looks around in `root`. Where no laboratory is there is none; one that cannot be read
    /// is an error, never nothing.
    pub(super) fn of(root: &Path) -> Result<Self, CliError> {
        if !root.join(FILE).is_file() {
            return Ok(Self { lab: None, benches: Vec::new() });
        }
        let lab = Lab::open(root)?;
        let mut benches = Vec::new();
        for name in lab.names("benches")? {
            benches.push(lab.bench(&name)?);
        }
        Ok(Self { lab: Some(lab), benches })
    }

    /// Every model that is known here.
    pub(super) fn models(&self) -> Result<Vec<KnownModel>, CliError> {
        match &self.lab {
            Some(lab) => Ok(lab.models()?),
            None => Ok(shipped()),
        }
    }

    /// The model of this name.
    pub(super) fn model(&self, id: &str) -> Result<KnownModel, CliError> {
        let models = self.models()?;
        let known: Vec<String> = models.iter().map(|known| known.model.id.clone()).collect();
        models.into_iter().find(|known| known.model.id == id).ok_or_else(|| {
            let near =
                etalon_uncertainty::diagnostic::nearest(id, known.iter().map(String::as_str));
            let hint = near.map_or_else(
                || "`etalon instrument catalogue` lists them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            CliError::request(format!("the catalogue has no model `{id}`")).hint(hint)
        })
    }

    /// The instrument that is wired to this address.
    pub(super) fn wired(&self, resource: &Resource) -> Option<Wired> {
        let address = resource.to_string();
        self.benches.iter().find_map(|bench| {
            let mut instruments = bench.instruments.iter();
            let found = instruments.find(|own| bench.addresses(own).contains(&address))?;
            Some(Wired {
                bench: bench.id.clone(),
                instrument: found.id.clone(),
                model: found.model.clone(),
                serial: found.serial.clone(),
            })
        })
    }

    /// Refuses to speak over a line that a run is using.
    ///
    /// # Errors
    /// Exit code 5, naming bench and run.
    pub(super) fn leave_runs_alone(&self, resource: &Resource) -> Result<(), CliError> {
        let (Some(lab), Some(wired)) = (&self.lab, self.wired(resource)) else { return Ok(()) };
        let holder = hold::holder(&lab.locks(), &wired.bench)
            .map_err(|refused| CliError::request(refused.to_string()))?;
        match holder {
            None => Ok(()),
            Some(holder) => Err(CliError::refused(format!(
                "{resource} is {} of bench {}, which run {} holds",
                wired.instrument, wired.bench, holder.run
            ))
            .hint("a line that a run speaks over belongs to the run: wait until it ends")),
        }
    }

    /// The register's entry with this serial number and model.
    pub(super) fn registered(
        &self,
        serial: &str,
        model: &str,
    ) -> Result<Option<Registered>, CliError> {
        let Some(lab) = &self.lab else { return Ok(None) };
        let register: Register = lab.register()?;
        let today = lab.identity.civil_day(Clock::real().utc());
        let found = register.standards().find(|own| {
            own.serial.eq_ignore_ascii_case(serial) && own.model_number.eq_ignore_ascii_case(model)
        });
        Ok(found.map(|own| {
            let refusal = own.fit_on(today).err();
            Registered {
                id: own.id.clone(),
                status: own.status().word(),
                due: own.due.map(|due: Date| due.to_string()),
                fit: refusal.is_none(),
                reason: refusal.map(|refusal| refusal.to_string()),
            }
        }))
    }

    /// Hosts that the benches name, each once.
    pub(super) fn hosts(&self) -> Vec<String> {
        let resources = self.benches.iter().flat_map(|bench| &bench.instruments);
        let mut hosts: Vec<String> =
            resources.filter_map(|own| host(own.resource.as_ref()?)).collect();
        hosts.sort();
        hosts.dedup();
        hosts
    }
}

/// The host in an address that has one.
fn host(resource: &Resource) -> Option<String> {
    match resource {
        Resource::Tcp { host, .. }
        | Resource::Vxi11 { host, .. }
        | Resource::Hislip { host, .. } => Some(host.clone()),
        Resource::Gpib { bridge, .. } => host(bridge),
        _ => None,
    }
}
