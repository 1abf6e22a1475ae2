//! Instruments brought back after a failure, and lines back into step.

use std::sync::Arc;
use std::time::Duration;

use etalon_instruments::instrument::Instrument;
use etalon_instruments::transport::{Cleared, Remedy};

use super::{Links, failure, identity, lock};
use crate::engine::failure::Failure;
use crate::journal::Body;

/// How long a line may take to be cleared.
const CLEARED_WITHIN: Duration = Duration::from_secs(5);

impl Links {
    /// Brings an instrument back after a failure: link, identity, set-up,
    /// protection. The point in which it happened is void, whatever comes of it.
    ///
    /// # Errors
    /// When the instrument cannot be reached, is another one, or is past help.
    pub async fn bring_back(&self, id: &str, remedy: Remedy) -> Result<Vec<Body>, Failure> {
        let planned = self.planned(id)?.clone();
        let known = lock(&self.instruments).get(id).cloned();
        let mut facts = Vec::new();
        match known {
            Some(instrument) => {
                let recovery = instrument.recover(remedy).await;
                let recovery = recovery.map_err(|error| failure(id, &error))?;
                facts.push(identity(&planned, &instrument)?);
                let text = format!(
                    "{id} is back: {} settings restored, output {}",
                    recovery.restored.len(),
                    match recovery.output_found {
                        Some(true) => "on",
                        Some(false) => "off",
                        None => "not known",
                    }
                );
                facts.push(Body::Noted { severity: "note".to_owned(), text });
            }
            None => facts.push(self.identified(&planned).await?),
        }
        facts.extend(self.protect_one(&planned).await?);
        // How the output stands now may be chance: the next setting switches it on again.
        lock(&self.energised).remove(id);
        Ok(facts)
    }

    /// Makes a link again for the safe state, whoever is there.
    ///
    /// # Errors
    /// When the instrument cannot be reached.
    pub async fn reconnect(&self, id: &str) -> Result<(), Failure> {
        let planned = self.planned(id)?.clone();
        lock(&self.instruments).remove(id);
        // A line that several share is made again by whoever of them still holds it.
        let shared = self.neighbour(&planned).filter(|_| planned.address.is_some());
        if let Some(link) = shared.as_ref().and_then(|neighbour| neighbour.link()) {
            let made = link.make_again(CLEARED_WITHIN).await;
            made.map_err(|error| Failure::Instrument {
                instrument: id.to_owned(),
                reason: error.to_string(),
                remedy: Remedy::Reestablish,
            })?;
        }
        let instrument = self.connect(&planned).await?;
        lock(&self.instruments).insert(id.to_owned(), Arc::new(instrument));
        Ok(())
    }

    /// Breaks off whatever is under way on every link: only for making the bench safe.
    pub async fn break_off(&self) {
        let instruments: Vec<Arc<Instrument>> = lock(&self.instruments).values().cloned().collect();
        for instrument in instruments {
            if let Some(link) = instrument.link() {
                link.break_off();
            }
        }
    }
}

/// Brings a line back into step; where it was made again for that, the
/// instrument at its end must be the same.
pub(super) async fn in_step(id: &str, instrument: &Instrument) -> Result<(), Failure> {
    let Some(link) = instrument.link() else { return Ok(()) };
    let lost = |reason: String| Failure::Instrument {
        instrument: id.to_owned(),
        reason,
        remedy: Remedy::Reestablish,
    };
    let cleared = link.clear(CLEARED_WITHIN).await.map_err(|error| lost(error.to_string()))?;
    if cleared == Cleared::InPlace {
        return Ok(());
    }
    let found = instrument.identify().await.map_err(|error| lost(error.to_string()))?;
    if instrument.identity() == Some(&found) {
        return Ok(());
    }
    let wanted = instrument.identity().map(ToString::to_string).unwrap_or_default();
    Err(Failure::OtherInstrument { instrument: id.to_owned(), found: found.to_string(), wanted })
}
