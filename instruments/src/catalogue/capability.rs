//! What a model is good for, in the words of a bench: found from what its file describes, so that
//! nobody can promise more than there are commands for.
//!
//! | capability | what the file must have |
//! |---|---|
//! | identify | `[identity]` |
//! | source | a function `Source.…` with something that can be set |
//! | measure | something that can be read |
//! | settle | a setting that takes time, or says itself when it has finished |
//! | count | `[counting]`, or a reading of a count of pulses |
//! | weigh | a reading of mass |
//! | divert | a choice `diverter` |
//! | vent | a choice `vent`, or one that has the word `vent` |
//! | ambient | a reading `t_amb`, `rh` or `p_amb` |
//! | read register | a reading of energy |
//! | safe state | `[safe_state]` with commands |

use super::model::Model;
use etalon_uncertainty::{taxonomy::Taxon, unit::Unit};
use std::{collections::BTreeSet, fmt};

/// Something a bench needs an instrument for.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Capability {
    /// It says who it is.
    Identify,
    /// It makes a quantity.
    Source,
    /// It indicates a quantity.
    Measure,
    /// What it makes is there only after a while, and that while is known.
    Settle,
    /// It counts pulses.
    Count,
    /// It indicates a mass.
    Weigh,
    /// It leads a flow to the tank or past it.
    Divert,
    /// It opens a pressure to the atmosphere.
    Vent,
    /// It indicates the conditions of the room.
    Ambient,
    /// It has registers of energy.
    ReadRegister,
    /// It can be told to be safe.
    SafeState,
}

impl Capability {
    /// Every capability with its name.
    pub const NAMES: [(&'static str, Self); 11] = [
        ("identify", Self::Identify),
        ("source", Self::Source),
        ("measure", Self::Measure),
        ("settle", Self::Settle),
        ("count", Self::Count),
        ("weigh", Self::Weigh),
        ("divert", Self::Divert),
        ("vent", Self::Vent),
        ("ambient", Self::Ambient),
        ("read register", Self::ReadRegister),
        ("safe state", Self::SafeState),
    ];

    /// Whether a model has it.
    #[must_use]
    pub fn is_of(self, model: &Model) -> bool {
        let settings = || model.functions.iter().flat_map(|own| &own.settings);
        let readings = || model.functions.iter().flat_map(|own| &own.readings);
        match self {
            Self::Identify => model.identity.is_some(),
            Self::Source => model
                .functions
                .iter()
                .any(|own| begins(&own.taxon, "Source.") && !own.settings.is_empty()),
            Self::Measure => readings().next().is_some(),
            Self::Settle => {
                settings().any(|own| !own.settling.is_zero() || own.complete_within.is_some())
            }
            Self::Count => model.counting.is_some() || reads(model, "Measure.Frequency.PulseCount"),
            Self::Weigh => reads(model, "Measure.Mass"),
            Self::Divert => chooses(model, |quantity, _| quantity == "diverter"),
            Self::Vent => chooses(model, |quantity, word| quantity == "vent" || word == "vent"),
            Self::Ambient => {
                readings().any(|own| matches!(own.quantity.as_str(), "t_amb" | "rh" | "p_amb"))
            }
            Self::ReadRegister => {
                let energy = Unit::parse("W*h");
                energy.is_ok_and(|energy| readings().any(|own| own.unit.is_compatible(&energy)))
            }
            Self::SafeState => !model.safe_state.commands.is_empty(),
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMES.iter().find(|(_, capability)| capability == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

impl Model {
    /// Everything the model is good for.
    #[must_use]
    pub fn capabilities(&self) -> BTreeSet<Capability> {
        let all = Capability::NAMES.iter().map(|(_, capability)| *capability);
        all.filter(|capability| capability.is_of(self)).collect()
    }
}

/// Whether a taxon, with or without the name of its author in front, begins so.
fn begins(taxon: &Taxon, with: &str) -> bool {
    let name = taxon.as_str();
    name.rsplit(':').next().unwrap_or(name).starts_with(with)
}

fn reads(model: &Model, taxon: &str) -> bool {
    model.functions.iter().any(|own| begins(&own.taxon, taxon) && !own.readings.is_empty())
}

fn chooses(model: &Model, fits: impl Fn(&str, &str) -> bool) -> bool {
    let choices = model.functions.iter().flat_map(|own| &own.choices);
    let mut words =
        choices.flat_map(|own| own.commands.keys().map(move |word| (own.quantity.as_str(), word)));
    words.any(|(quantity, word)| fits(quantity, word))
}
