//! All release records of one procedure, in order, each checked.
//!
//! A record that does not check makes the whole ledger unsound: to ignore it
//! could be to ignore a withdrawal.

use std::path::{Path, PathBuf};

use etalon_certificates::chain::Root;

use super::{Act, DEED, FOLDER, ReleaseRefusal, Statement, statement};
use crate::act;
use crate::journal::chain::sha256_hex;
use crate::keyring;
use crate::lab::Lab;
use crate::store::Journal;

/// One record with the hash of its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it states.
    pub statement: Statement,
    /// SHA-256 of the record's file.
    pub sha256: String,
    /// The text of the record, kept with every run that rests on it.
    pub text: String,
}

/// The records of one procedure, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    entries: Vec<Entry>,
}

impl Ledger {
    /// Reads the ledger of a procedure.
    ///
    /// # Errors
    /// [`ReleaseRefusal::Unsound`] naming the first record that does not check.
    pub fn read(lab: &Lab, journal: &Journal, procedure: &str) -> Result<Self, ReleaseRefusal> {
        let mut ledger = Self::default();
        let roots = roots(lab)?;
        loop {
            let path = ledger.next_path(lab, procedure);
            if !path.exists() {
                break;
            }
            let entry = ledger.entry(&path, procedure, &roots)?;
            ledger.entries.push(entry);
        }
        ledger.refuse_stranger(journal, procedure)?;
        Ok(ledger)
    }

    /// The records, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The last record about these bytes.
    #[must_use]
    pub fn last_about(&self, file_sha256: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.statement.file_sha256 == file_sha256)
    }

    /// The release in force of a version, whatever its bytes.
    #[must_use]
    pub fn in_force(&self, version: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| {
            entry.statement.version == version
                && entry.statement.act == Act::Release
                && self.last_about(&entry.statement.file_sha256) == Some(*entry)
        })
    }

    /// The hash that the next record must name.
    #[must_use]
    pub fn head(&self) -> &str {
        self.entries.last().map_or("", |entry| entry.sha256.as_str())
    }

    /// The file of the next record.
    #[must_use]
    pub fn next_path(&self, lab: &Lab, procedure: &str) -> PathBuf {
        lab.path(FOLDER).join(format!("{procedure}-{:04}.json", self.entries.len() + 1))
    }

    fn entry(&self, path: &Path, procedure: &str, roots: &[Root]) -> Result<Entry, ReleaseRefusal> {
        let unsound = |reason: String| ReleaseRefusal::Unsound {
            reason: format!("{}: {reason}", path.display()),
        };
        let text = std::fs::read_to_string(path)
            .map_err(|source| ReleaseRefusal::File { path: path.to_owned(), source })?;
        let (statement, chain) = statement::read(text.as_bytes()).map_err(unsound)?;
        if statement.procedure != procedure {
            return Err(unsound(format!("it is about {}", statement.procedure)));
        }
        if statement.previous != self.head() {
            return Err(unsound("it does not follow the record before it".to_owned()));
        }
        if !chain.ends_in(roots) {
            let signer = chain.signer_name();
            return Err(unsound(format!("{signer} is not vouched for by this laboratory")));
        }
        let day = statement.at.get(..10).unwrap_or_default();
        chain.valid_on(day).map_err(|error| unsound(error.to_string()))?;
        Ok(Entry { statement, sha256: sha256_hex(text.as_bytes()), text })
    }

    /// The laboratory's own record knows every release record: one that is missing here or
    /// stands here without it was taken out or put in.
    fn refuse_stranger(&self, journal: &Journal, procedure: &str) -> Result<(), ReleaseRefusal> {
        let acts = act::acts(journal)?;
        let known: Vec<&str> = acts
            .iter()
            .filter(|act| act.act == DEED && act.subject == procedure)
            .filter_map(|act| act.documents.get("record").map(String::as_str))
            .collect();
        let here: Vec<&str> = self.entries.iter().map(|entry| entry.sha256.as_str()).collect();
        if known == here {
            return Ok(());
        }
        let agree = known.iter().zip(&here).take_while(|(known, here)| known == here).count();
        let reason = format!(
            "release record {} of {procedure}: the laboratory's record knows {} of them, {FOLDER} holds {}",
            agree + 1,
            known.len(),
            here.len()
        );
        Err(ReleaseRefusal::Unsound { reason })
    }
}

fn roots(lab: &Lab) -> Result<Vec<Root>, ReleaseRefusal> {
    let Some(pem) = keyring::authority_pem(lab)? else { return Ok(Vec::new()) };
    Root::from_pem(&pem)
        .map_err(|error| ReleaseRefusal::Unsound { reason: format!("keys/ca.pem: {error}") })
}
