//! Releases: whether a procedure may be used, said by signed records beside the file.
//!
//! A procedure does not say about itself whether it is released. Records in
//! `procedures/releases/` do (`etalon.release/1`), each about the exact bytes of
//! one file, signed, and chained to the record before it. One changed byte is
//! another file, and that file is a draft.
//!
//! ```text
//! draft → review (author) → released (approver, golden tests hold) → withdrawn
//! ```
//!
//! | it knows                                   | it must never know               |
//! |--------------------------------------------|----------------------------------|
//! | bytes, golden tests, persons, signatures   | benches, runs, what was measured |
//!
//! Read in this order: this file → `statement` → `ledger` → `standing` → `act`.

pub mod act;
pub mod ledger;
pub mod standing;
pub mod statement;

use std::path::PathBuf;

use etalon_procedures::TestOutcome;
use etalon_procedures::procedure::Provenance;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::keyring::KeyringError;
use crate::lab::LabError;
use crate::people::PersonRefusal;
use crate::store::StoreError;

pub use standing::{Standing, standing};
pub use statement::{Act, Statement};

/// Schema of a release record.
pub const SCHEMA: &str = "etalon.release/1";

/// The act that a release record is in the laboratory's record.
pub const DEED: &str = "procedure_release";

/// Folder of the release records.
pub const FOLDER: &str = "procedures/releases";

/// Where a procedure stands.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody asked for its release: specimens only.
    Draft,
    /// Its author asked for its release: specimens only.
    InReview,
    /// It may be used.
    Released,
    /// It must no longer be used.
    Withdrawn,
}

impl State {
    /// The word in files and answers.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in review",
            Self::Released => "released",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// What a plan and its record say about the release they rest on.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseMark {
    /// SHA-256 of the release record's file.
    pub record_sha256: String,
    /// Who released, by name in `people.toml`.
    pub by: String,
    /// When, UTC.
    pub at: String,
    /// Whether numbers that nobody compared with their source were accepted.
    pub accepts_unchecked: bool,
}

/// Why a procedure is not brought to another state.
#[derive(Debug, Error)]
pub enum ReleaseRefusal {
    /// A rule about persons.
    #[error(transparent)]
    Person(#[from] PersonRefusal),
    /// Golden tests miss.
    #[error("rule `only procedures whose golden tests hold are released`: {}", missed(.0))]
    TestsMiss(Vec<TestOutcome>),
    /// It has no golden test at all.
    #[error("rule `only procedures whose golden tests hold are released`: {id} has none")]
    NoTests {
        /// The procedure.
        id: String,
    },
    /// Numbers that nobody compared with their source.
    #[error(
        "rule `numbers are compared with their sources`: {} source(s) of {id} were not compared with the bought text:\n  - {}",
        parts.len(), parts.join("\n  - ")
    )]
    Unchecked {
        /// The procedure.
        id: String,
        /// Part and source.
        parts: Vec<String>,
    },
    /// The state does not allow it.
    #[error("rule `{rule}`: {id} {version} is {found}")]
    State {
        /// The rule.
        rule: &'static str,
        /// The procedure.
        id: String,
        /// Its version.
        version: String,
        /// Where it stands.
        found: String,
    },
    /// No record of this version can be withdrawn.
    #[error("no release of {id} {version} is in force")]
    NotInForce {
        /// The procedure.
        id: String,
        /// The version.
        version: String,
    },
    /// A record was edited, lost, or is signed by a stranger.
    #[error("rule `only whole release records count`: {reason}")]
    Unsound {
        /// What is wrong and where.
        reason: String,
    },
    /// The signing key.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The structure cannot be signed.
    #[error("the release record cannot be signed: {reason}")]
    Unsignable {
        /// Why.
        reason: String,
    },
    /// The laboratory's files.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// The laboratory's record.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The record cannot be written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
}

impl ReleaseRefusal {
    /// Whether a rule of the laboratory refuses (exit code 5).
    #[must_use]
    pub fn is_rule(&self) -> bool {
        matches!(
            self,
            Self::Person(_)
                | Self::TestsMiss(_)
                | Self::NoTests { .. }
                | Self::Unchecked { .. }
                | Self::State { .. }
                | Self::Unsound { .. }
        )
    }
}

/// Which golden tests miss.
fn missed(outcomes: &[TestOutcome]) -> String {
    let names = outcomes.iter().map(|outcome| format!("`{}` misses", outcome.name));
    names.collect::<Vec<_>>().join(", ")
}

/// A part with its source, as refusals and records name it.
fn part(entry: &Provenance) -> String {
    format!("{} ({})", entry.part, entry.source)
}
