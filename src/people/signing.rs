//! Signing: a password given again, for one statement, by one person (21 CFR 11.50, 11.200).
//!
//! A [`Signature`] can only be made here, and only after the account's password was given for it.
//! Every attempt is an act in the record: what was signed with which meaning, or who was refused
//! and why. Failures lock an account; only an administrator unlocks it, and that is an act too.
//!
//! In a demonstration the people are invented: whoever has no password there signs without one,
//! and what they sign is a specimen.

use etalon_uncertainty::text::Text;
use jiff::Timestamp;
use thiserror::Error;

use super::{
    Person, PersonRefusal,
    secrets::{Secrets, SecretsError},
};
use crate::{
    act::{self, Act, Deed},
    lab::{Lab, LabError},
    store::{Journal, StoreError},
};

/// Failures in a row after which an account is locked. Chosen: enough for a sleepy morning, far too
/// few to guess a password of ten characters.
pub const FAILURES_UNTIL_LOCKED: usize = 5;

/// What a signature means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// Operated the bench.
    Performed,
    /// Checked the results.
    Checked,
    /// Approved the certificate.
    Approved,
    /// Answers for a change of accounts, register, orders or certificates.
    Administered,
    /// Lets one rule through, with a reason.
    Deviation,
}

/// Every meaning with its word in the record.
pub const MEANINGS: [(&str, Meaning); 5] = [
    ("performed", Meaning::Performed),
    ("checked", Meaning::Checked),
    ("approved", Meaning::Approved),
    ("administered", Meaning::Administered),
    ("deviation", Meaning::Deviation),
];

impl Meaning {
    /// The word of the record.
    #[must_use]
    pub fn word(self) -> &'static str {
        MEANINGS.iter().find(|(_, own)| *own == self).map_or("", |(word, _)| word)
    }

    /// What the person states with the password, as it is shown before it is typed.
    #[must_use]
    pub fn statement(self) -> Text {
        match self {
            Self::Performed => Text::new(
                "I operate the bench and answer for the readings",
                "本人操作该装置，并对读数负责",
            ),
            Self::Checked => Text::new(
                "I have checked the results against the record",
                "本人已对照原始记录核验结果",
            ),
            Self::Approved => {
                Text::new("I approve the certificate and answer for it", "本人批准该证书并承担责任")
            }
            Self::Administered => Text::new("I answer for this change", "本人对该项变更负责"),
            Self::Deviation => Text::new(
                "I let this rule through for the stated reason",
                "本人基于所述理由批准该项偏离",
            ),
        }
    }
}

/// Proof that a person gave their password for one statement.
#[derive(Clone, Debug)]
pub struct Signature {
    person: Person,
    meaning: Meaning,
}

impl Signature {
    /// Who signed.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// With which meaning.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        self.meaning
    }
}

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The meaning.
    pub meaning: Meaning,
    /// What it is about: a run and item, an order, a person.
    pub subject: &'a str,
    /// SHA-256 of what was read before signing; empty where the subject says it all.
    pub content: &'a str,
}

/// Why somebody does not sign. All but the last three are rules of the laboratory.
#[derive(Debug, Error)]
pub enum SigningRefusal {
    /// Not a person, not the duty, not authorised, own work.
    #[error(transparent)]
    Person(#[from] PersonRefusal),
    /// No password was ever set.
    #[error(
        "rule `accounts have a password`: {person} has none; an administrator sets one with `etalon person passwd {person}`"
    )]
    NoPassword {
        /// The person.
        person: String,
    },
    /// Another password.
    #[error(
        "rule `who signs gives their password`: the password of {person} is another one; {left} more failures lock the account"
    )]
    WrongPassword {
        /// The person.
        person: String,
        /// Failures left.
        left: usize,
    },
    /// None was given.
    #[error("rule `who signs gives their password`: none was given for {person}")]
    NotGiven {
        /// The person.
        person: String,
    },
    /// Too many failures.
    #[error(
        "rule `{FAILURES_UNTIL_LOCKED} failures lock an account`: {person} is locked since {since}; an administrator unlocks it with `etalon person unlock {person}`"
    )]
    Locked {
        /// The person.
        person: String,
        /// Moment of the last failure.
        since: String,
    },
    /// The secrets.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The record.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The laboratory's files.
    #[error(transparent)]
    Lab(#[from] LabError),
}

impl SigningRefusal {
    /// Whether a rule of the laboratory refuses, and not a file or the record.
    #[must_use]
    pub fn is_rule(&self) -> bool {
        !matches!(self, Self::Secrets(_) | Self::Store(_) | Self::Lab(_))
    }
}

/// Whether somebody must type a password to sign: not where an invented person has none.
///
/// # Errors
/// [`SecretsError`].
pub fn needs_password(lab: &Lab, person: &str) -> Result<bool, SecretsError> {
    Ok(!lab.identity.demonstration || Secrets::read(lab.root())?.has(person))
}

/// Signs a statement with a person's password. The person's right to make the statement must have
/// been looked at before; [`refused`] records that it was not there.
///
/// # Errors
/// [`SigningRefusal`]; what a rule refused is in the record.
pub fn sign(
    lab: &Lab,
    journal: &Journal,
    (person, password): (&str, Option<&str>),
    statement: Statement<'_>,
    now: Timestamp,
) -> Result<Signature, SigningRefusal> {
    let found = lab.people()?.person(person).cloned();
    let known = match found {
        Ok(known) => known,
        Err(refusal) => return Err(refused(journal, person, statement, refusal.into(), now)?),
    };
    let secrets = Secrets::read(lab.root())?;
    if let Err(refusal) = identify(lab, journal, &secrets, (person, password)) {
        return Err(refused(journal, person, statement, refusal, now)?);
    }
    Deed::new(act::SIGNED, statement.subject, person)
        .fact("meaning", statement.meaning.word())
        .fact("statement", statement.meaning.statement().en())
        .fact("content", statement.content)
        .fact("name", known.name.en())
        .fact("password", if secrets.has(person) { "given" } else { "demonstration" })
        .record(journal, now)?;
    Ok(Signature { person: known, meaning: statement.meaning })
}

fn identify(
    lab: &Lab,
    journal: &Journal,
    secrets: &Secrets,
    (person, password): (&str, Option<&str>),
) -> Result<(), SigningRefusal> {
    let id = || person.to_owned();
    if !secrets.has(person) {
        if lab.identity.demonstration {
            return Ok(());
        }
        return Err(SigningRefusal::NoPassword { person: id() });
    }
    let failures = failures(&act::acts(journal)?, person);
    if let Some(last) = failures.last().filter(|_| failures.len() >= FAILURES_UNTIL_LOCKED) {
        return Err(SigningRefusal::Locked { person: id(), since: last.clone() });
    }
    let Some(password) = password else {
        return Err(SigningRefusal::NotGiven { person: id() });
    };
    if secrets.agrees(person, password) {
        return Ok(());
    }
    let left = FAILURES_UNTIL_LOCKED - failures.len() - 1;
    Err(SigningRefusal::WrongPassword { person: id(), left })
}

/// Records that somebody was refused, and gives the refusal back.
///
/// # Errors
/// [`StoreError`] when it cannot be recorded.
pub fn refused(
    journal: &Journal,
    person: &str,
    statement: Statement<'_>,
    refusal: SigningRefusal,
    now: Timestamp,
) -> Result<SigningRefusal, StoreError> {
    let is_wrong = matches!(refusal, SigningRefusal::WrongPassword { .. });
    Deed::new(act::REFUSED, person, person)
        .fact("meaning", statement.meaning.word())
        .fact("about", statement.subject)
        .fact("reason", refusal.to_string())
        .fact("wrong_password", if is_wrong { "yes" } else { "no" })
        .record(journal, now)?;
    Ok(refusal)
}

/// Moments of the wrong passwords of a person since the last right one, a new one or an unlocking.
#[must_use]
pub fn failures(acts: &[Act], person: &str) -> Vec<String> {
    let mut failures = Vec::new();
    for act in acts {
        match act.act.as_str() {
            act::REFUSED if act.subject == person && act.fact("wrong_password") == "yes" => {
                failures.push(act.at.clone());
            }
            act::SIGNED if act.by == person => failures.clear(),
            act::PASSWORD_SET | act::UNLOCKED if act.subject == person => failures.clear(),
            _ => {}
        }
    }
    failures
}
