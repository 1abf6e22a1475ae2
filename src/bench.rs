//! The bench: which instruments stand where, which role each may play, which channel belongs to
//! which position, and what the bench itself contributes to the uncertainty (`etalon.bench/1`).
//!
//! A procedure names needs; this file answers them. It also keeps the history of repeatability
//! from which a procedure takes its pooled standard deviation (`history.s`, `history.nu`).
//!
//! | it knows                               | it must never know                  |
//! |----------------------------------------|-------------------------------------|
//! | addresses, models, roles, channels     | procedures, equations, the journal  |
//!
//! | code  | finding                                                            |
//! |-------|--------------------------------------------------------------------|
//! | R0141 | not an address, or not the settings of a serial line               |
//! | R0142 | two instruments, positions, contributions or channels of one name  |
//! | R0143 | an instrument that the bench does not have                         |
//! | R0144 | positions not counted 1, 2, 3 …                                    |
//! | R0145 | a number that cannot be                                            |
//! | R0146 | a model that the catalogue does not have                           |

pub mod history;
pub mod instrument;
pub mod models;
pub mod read;

use std::collections::BTreeMap;

use etalon_uncertainty::{quantity::Quantity, text::Text};

pub use history::{Pooled, Repeatability};
pub use instrument::{BY_HAND, BenchInstrument};

use crate::form::Read;

/// Schema of a bench file.
pub const SCHEMA: &str = "etalon.bench/1";

/// How simulated instruments of Etalon begin their answer to `*IDN?`.
pub const SIMULATED_IDENTITY: (&str, &str) = ("ETALON", "SIM-");

/// A bench.
#[derive(Clone, Debug)]
pub struct Bench {
    /// Name in the laboratory.
    pub id: String,
    /// What it is.
    pub name: Text,
    /// Where it stands.
    pub location: String,
    /// What the file says about itself. [`Bench::simulated`] is what counts.
    pub declared_simulated: bool,
    /// Name of the world that serves the instruments behind `SIM::` addresses.
    pub world: Option<String>,
    /// The instruments, in the order of the file.
    pub instruments: Vec<BenchInstrument>,
    /// The positions, counted from 1.
    pub positions: Vec<Position>,
    /// What the bench contributes to the uncertainty, by the name that follows `bench.`.
    pub contributions: BTreeMap<String, Contribution>,
    /// What is known about repeatability on this bench.
    pub history: Vec<Repeatability>,
    /// The file's text.
    pub text: String,
    /// SHA-256 of the file's text.
    pub sha256: String,
}

/// A place for one unit under test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Its number, from 1.
    pub number: u32,
    /// Channel of an instrument that belongs to it, by the instrument's name.
    pub channels: BTreeMap<String, u32>,
}

/// A number of the bench, with its source.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// The number: half-width or standard uncertainty, as the procedure uses it.
    pub value: Quantity,
    /// How it is known.
    pub source: String,
}

impl Bench {
    /// An instrument by its name.
    #[must_use]
    pub fn instrument(&self, id: &str) -> Option<&BenchInstrument> {
        self.instruments.iter().find(|instrument| instrument.id == id)
    }

    /// The instruments that may play a role, in the order of the file: those that name it, and
    /// those that name none. Whether one *can* play it is a question to its model.
    pub fn candidates<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a BenchInstrument> {
        let may = move |instrument: &&BenchInstrument| {
            instrument.roles.is_empty() || instrument.roles.iter().any(|own| own == role)
        };
        self.instruments.iter().filter(may)
    }

    /// Where an instrument is wired: one address, or one for each channel that a position has of it.
    #[must_use]
    pub fn addresses(&self, instrument: &BenchInstrument) -> Vec<String> {
        let Some(address) = &instrument.per_channel else {
            return vec![instrument.address()];
        };
        let channels = self.positions.iter().filter_map(|one| one.channels.get(&instrument.id));
        channels.map(|channel| instrument::at_channel(address, *channel)).collect()
    }

    /// The channel of an instrument at a position.
    #[must_use]
    pub fn channel(&self, instrument: &str, position: u32) -> Option<u32> {
        let position = self.positions.iter().find(|found| found.number == position)?;
        position.channels.get(instrument).copied()
    }

    /// Why results from this bench can only be specimens; empty for a real bench.
    ///
    /// What an instrument answers when it is asked who it is counts too: see
    /// [`is_simulated_identity`].
    #[must_use]
    pub fn simulated(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.declared_simulated {
            reasons.push(format!("bench {} is a simulated bench", self.id));
        }
        let inside = self.instruments.iter().filter(|instrument| instrument.is_in_process());
        reasons.extend(inside.map(|instrument| {
            format!("instrument {} is simulated: {}", instrument.id, instrument.address())
        }));
        reasons
    }
}

/// Whether an instrument's own answer says that it is a simulated one. No file can overrule it.
#[must_use]
pub fn is_simulated_identity(maker: &str, model: &str) -> bool {
    let (simulated_maker, simulated_model) = SIMULATED_IDENTITY;
    maker.trim().eq_ignore_ascii_case(simulated_maker)
        && model.trim().to_ascii_uppercase().starts_with(simulated_model)
}

/// Checks the text of a bench file, with every finding at once.
#[must_use]
pub fn check(text: &str) -> Read<Bench> {
    read::read(text)
}
