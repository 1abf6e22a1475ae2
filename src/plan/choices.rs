//! What is tried differently when a plan is made again: instruments that turned out not to serve,
//! and the changes that the adviser tries.

use std::collections::{BTreeMap, BTreeSet};

use etalon_uncertainty::text::Text;

use super::refusal::{Blame, PlanError};

/// What one attempt at a plan takes for granted.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Who does not serve a role, with the refusal that says why.
    pub excluded: Vec<(Blame, Text)>,
    /// Instrument → the range of it that is used.
    pub ranges: BTreeMap<String, String>,
    /// Instrument → the entry of the register that stands in its place.
    pub standards: BTreeMap<String, String>,
    /// Stage → repeats at first.
    pub repeats: BTreeMap<String, u32>,
    /// Points that are left out.
    pub without: BTreeSet<String>,
}

impl Choices {
    /// Why an instrument does not serve a role, where it was tried before.
    #[must_use]
    pub fn objection(&self, role: &str, instrument: &str) -> Option<&Text> {
        let known = self
            .excluded
            .iter()
            .find(|(blame, _)| blame.role == role && blame.instrument == instrument);
        known.map(|(_, reason)| reason)
    }

    /// Takes an instrument out of a role because a plan with it was refused; `false` where the
    /// refusal blames none, or one that is out already.
    pub fn exclude(&mut self, refused: &PlanError) -> bool {
        let Some(blame) = refused.blame() else { return false };
        if self.objection(&blame.role, &blame.instrument).is_some() {
            return false;
        }
        self.excluded.push((blame, refused.text()));
        true
    }
}
