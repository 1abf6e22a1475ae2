//! What somebody demands of an instrument: a capability, of one quantity where it is about one.
//!
//! A plan asks it of every model that is to play a role, before anything moves; the driver
//! refuses the same things, should it be asked all the same.

use super::{capability::Capability, model::Model};
use std::fmt;

/// A capability that is demanded.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Demand {
    /// The capability.
    pub capability: Capability,
    /// Which quantity it is about, where it is about one.
    pub quantity: Option<String>,
}

impl Demand {
    /// A capability whatever the quantity.
    #[must_use]
    pub fn any(capability: Capability) -> Self {
        Self { capability, quantity: None }
    }

    /// To make a quantity, or to choose it by words.
    #[must_use]
    pub fn source(quantity: &str) -> Self {
        Self { capability: Capability::Source, quantity: Some(quantity.to_owned()) }
    }

    /// To indicate a quantity.
    #[must_use]
    pub fn measure(quantity: &str) -> Self {
        Self { capability: Capability::Measure, quantity: Some(quantity.to_owned()) }
    }

    /// Whether a model has what is demanded. A person has it all.
    #[must_use]
    pub fn is_met_by(&self, model: &Model) -> bool {
        if model.is_by_hand() {
            return true;
        }
        match (&self.quantity, self.capability) {
            (Some(quantity), Capability::Source) => {
                model.setting(quantity).is_some() || model.choice(quantity).is_some()
            }
            (Some(quantity), Capability::Measure) => model.reading(quantity).is_some(),
            (_, capability) => capability.is_of(model),
        }
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.quantity {
            Some(quantity) => write!(f, "{} `{quantity}`", self.capability),
            None => write!(f, "{}", self.capability),
        }
    }
}
