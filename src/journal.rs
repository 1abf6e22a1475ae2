//! The journal: what happened, in order, sealed so that no event can be changed unnoticed.
//!
//! One event is one fact: a setting sent, a reply received, a prompt answered, a position taken
//! out. Each event is sealed with SHA-256 (FIPS 180-4) over the hash of its predecessor and its own
//! canonical JSON, so an edited, deleted, inserted or reordered event breaks the chain at a place
//! that [`chain`] names (ISO/IEC 17025, 7.5.2 and 7.11.3).
//!
//! | it knows                              | it must never know                       |
//! |---------------------------------------|------------------------------------------|
//! | events, their order, their seals      | where they are kept, what they amount to |
//!
//! Results and verdicts are not events: they are derived from the readings, every time anew.
//!
//! Read in this order: `body` → this file → `chain` → `checkpoint` → `runs`.

pub mod body;
pub mod chain;
pub mod checkpoint;
pub mod runs;

pub use body::{Body, IdentityRead, PromptText, RunItem};

use serde::{Deserialize, Serialize};

/// Version of the journal's format, written into the first event of every chain.
pub const FORMAT: &str = "etalon.journal/1";

/// What somebody asks the journal to keep: an event that has not got its place in the chain yet.
///
/// `at` is the moment at which the fact happened, not the moment at which it was written down: the
/// two differ where the store was slow, and a safe state never waits for the store.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The run it belongs to; empty for an event of the laboratory as a whole.
    pub run: String,
    /// UTC moment, RFC 3339, as the run's clock gave it.
    pub at: String,
    /// The fact.
    pub body: Body,
}

impl Entry {
    /// An entry of a run.
    pub fn new(run: impl Into<String>, at: impl Into<String>, body: Body) -> Self {
        Self { run: run.into(), at: at.into(), body }
    }

    /// An entry of the laboratory as a whole, belonging to no run.
    pub fn of_laboratory(at: impl Into<String>, body: Body) -> Self {
        Self { run: String::new(), at: at.into(), body }
    }
}

/// One fact in its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Place in the chain, counted from 1 without gaps, over all runs of the record.
    pub sequence: u64,
    /// UTC moment, RFC 3339. Informative: the order is `sequence`, clocks can be set back.
    pub at: String,
    /// The run it belongs to; empty for an event of the laboratory as a whole.
    pub run: String,
    /// The fact.
    pub body: Body,
    /// Hash of the event before, lower-case hexadecimal.
    pub previous: String,
    /// SHA-256 over `previous` and the canonical JSON, lower-case hexadecimal.
    pub hash: String,
}

impl Event {
    /// The event as one flat JSON object: `sequence`, `at`, `run`, `event` and the event's own keys.
    ///
    /// This is the line that `etalon run --format json` prints; the sealed form is nested and is
    /// made by [`chain`].
    #[must_use]
    pub fn line(&self) -> serde_json::Value {
        let mut line = serde_json::Map::new();
        line.insert("sequence".into(), self.sequence.into());
        line.insert("at".into(), self.at.clone().into());
        line.insert("run".into(), self.run.clone().into());
        if let Ok(serde_json::Value::Object(body)) = serde_json::to_value(&self.body) {
            line.extend(body);
        }
        serde_json::Value::Object(line)
    }
}
