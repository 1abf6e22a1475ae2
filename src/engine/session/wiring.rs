//! How the links of a bench are made: simulated instruments inside this
//! process, all others by the machine's real ports.

use std::sync::Arc;
use std::time::Duration;

use etalon_fixtures::in_process::{InProcessBench, in_process};
use etalon_fixtures::library;
use etalon_fixtures::world::{World, technician};
use etalon_instruments::clock::Clock;
use etalon_instruments::link::Wiring;
use etalon_instruments::resource::Resource;
use etalon_instruments::transport::ports::Ports;
use etalon_instruments::transport::{Connector, Pending, Transport, TransportError};
use thiserror::Error;

use crate::bench::{Bench, BenchInstrument};
use crate::engine::operator::simulated::Simulated;

/// Why a bench cannot be wired.
#[derive(Clone, Debug, Error)]
pub enum WiringError {
    /// Simulated instruments without a world behind them.
    #[error("bench {bench} has SIM:: addresses and names no world that serves them")]
    NoWorld {
        /// The bench.
        bench: String,
    },
    /// A world nobody knows, or that cannot begin.
    #[error("world {world} of bench {bench} cannot be served: {reason}")]
    World {
        /// The bench.
        bench: String,
        /// The world.
        world: String,
        /// Why not.
        reason: String,
    },
    /// Paused time and real ports do not go together.
    #[error(
        "--clock virtual needs a bench of SIM:: addresses alone, and {instrument} is wired to {resource}"
    )]
    NotVirtual {
        /// The instrument.
        instrument: String,
        /// Where it is wired.
        resource: String,
    },
}

/// Simulated addresses to the simulated bench, all others to the ports.
struct Both {
    simulated: Option<InProcessBench>,
}

impl Connector for Both {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        match &self.simulated {
            Some(bench) if resource.is_in_process() => bench.connect(resource, deadline),
            _ => Ports.connect(resource, deadline),
        }
    }
}

/// The wiring of a bench, and its technician where the bench is simulated in this process.
pub struct Wired {
    /// How links are made.
    pub wiring: Wiring,
    /// The simulated person who reads what stands on the bench.
    pub technician: Option<Simulated>,
}

/// The wiring of a bench. Call it inside the runtime that will run it.
///
/// # Errors
/// [`WiringError`].
pub fn wiring(bench: &Bench, seed: u64, clock: Clock) -> Result<Wiring, WiringError> {
    Ok(wired(bench, seed, clock)?.wiring)
}

/// The same with the bench's technician.
///
/// # Errors
/// [`WiringError`].
pub fn wired(bench: &Bench, seed: u64, clock: Clock) -> Result<Wired, WiringError> {
    let is_real = |instrument: &&BenchInstrument| {
        instrument.resource.as_ref().is_some_and(|resource| !resource.is_in_process())
    };
    let real = bench.instruments.iter().find(is_real);
    if let (true, Some(instrument)) = (clock.is_virtual(), real) {
        return Err(WiringError::NotVirtual {
            instrument: instrument.id.clone(),
            resource: instrument.address(),
        });
    }
    let is_simulated = bench.instruments.iter().any(BenchInstrument::is_in_process);
    let simulated = if is_simulated { Some(simulated(bench, seed, clock)?) } else { None };
    let technician = simulated.clone().map(technician);
    Ok(Wired { wiring: Wiring::new(Arc::new(Both { simulated }), clock), technician })
}

/// The technician of a simulated bench.
#[must_use]
pub fn technician(bench: InProcessBench) -> Simulated {
    Simulated::new(Box::new(move |field, position, told| {
        bench.bench().with(|world| technician::answer_told(world, field, position, told))
    }))
}

fn simulated(bench: &Bench, seed: u64, clock: Clock) -> Result<InProcessBench, WiringError> {
    let none = || WiringError::NoWorld { bench: bench.id.clone() };
    let name = bench.world.as_ref().ok_or_else(none)?;
    let failed = |reason: String| WiringError::World {
        bench: bench.id.clone(),
        world: name.clone(),
        reason,
    };
    let text = library::world(name).ok_or_else(|| failed("it is not shipped".to_owned()))?;
    let world = World::from_toml(text, seed).map_err(|error| failed(error.to_string()))?;
    Ok(in_process(world, clock))
}
