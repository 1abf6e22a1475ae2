//! Acts: what people of the laboratory did at the desk, as its record holds it.
//!
//! A run keeps events of its own. Everything else that somebody must answer for is an act of the
//! laboratory as a whole: a signature, a password that was refused, an account, an order, a
//! deviation, a revocation. The state of any of these is read off the acts, never kept beside them
//! (ISO/IEC 17025, 7.5.2 and 7.11.3; 21 CFR 11.10 e).

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    journal::{Body, Entry, Event},
    store::{Journal, StoreError},
};

/// A password was given and a statement made with it: subject is what was signed.
pub const SIGNED: &str = "signed";
/// A password was refused, or somebody had no right to sign: subject is the person.
pub const REFUSED: &str = "refused";
/// A password was set: subject is the person.
pub const PASSWORD_SET: &str = "password_set";
/// A lock was lifted: subject is the person.
pub const UNLOCKED: &str = "unlocked";
/// A person came: subject is the person.
pub const PERSON_ADDED: &str = "person_added";
/// An authorisation was given: subject is the person.
pub const AUTHORISED: &str = "authorised";
/// A certificate is to be replaced: subject is its number.
pub const AMENDMENT_ORDERED: &str = "amendment_ordered";
/// A certificate does not hold any more: subject is its number.
pub const REVOKED: &str = "certificate_revoked";

/// One act with its place in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Place in the chain.
    pub sequence: u64,
    /// UTC moment, RFC 3339.
    pub at: String,
    /// What was done.
    pub act: String,
    /// Whom or what it is about.
    pub subject: String,
    /// Who did it; empty where nobody was known.
    pub by: String,
    /// What belongs to it.
    pub facts: BTreeMap<String, String>,
    /// SHA-256 of its documents.
    pub documents: BTreeMap<String, String>,
}

/// An act that is to be recorded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deed {
    act: String,
    subject: String,
    by: String,
    facts: BTreeMap<String, String>,
    documents: BTreeMap<String, String>,
}

impl Deed {
    /// What somebody does to something.
    pub fn new(act: &str, subject: impl Into<String>, by: impl Into<String>) -> Self {
        Self { act: act.to_owned(), subject: subject.into(), by: by.into(), ..Self::default() }
    }

    /// With a fact more.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl Into<String>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// With a document more, which the record must keep already.
    #[must_use]
    pub fn document(mut self, name: &str, sha256: impl Into<String>) -> Self {
        self.documents.insert(name.to_owned(), sha256.into());
        self
    }

    /// The entry of it.
    #[must_use]
    pub fn entry(self, at: Timestamp) -> Entry {
        let Self { act, subject, by, facts, documents } = self;
        Entry::of_laboratory(at.to_string(), Body::Act { act, subject, by, facts, documents })
    }

    /// Records it; durable when it returns.
    ///
    /// # Errors
    /// [`StoreError`]: nothing was written.
    pub fn record(self, journal: &Journal, at: Timestamp) -> Result<(), StoreError> {
        journal.append_now(&[self.entry(at)]).map(drop)
    }
}

impl Act {
    fn of(event: Event) -> Option<Self> {
        let Body::Act { act, subject, by, facts, documents } = event.body else { return None };
        let (sequence, at) = (event.sequence, event.at);
        Some(Self { sequence, at, act, subject, by, facts, documents })
    }

    /// A fact by its name; empty where there is none.
    #[must_use]
    pub fn fact(&self, name: &str) -> &str {
        self.facts.get(name).map_or("", String::as_str)
    }
}

/// All acts of the laboratory, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn acts(journal: &Journal) -> Result<Vec<Act>, StoreError> {
    Ok(journal.events("")?.into_iter().filter_map(Act::of).collect())
}
