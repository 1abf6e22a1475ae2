//! Issue: from a finished run to a certificate that anybody can recompute.
//!
//! What the certificate states is taken from the record: the plan, the events
//! and the documents that were kept with the run, never from files that may
//! have changed since. Laboratory and persons are those of the day of issue.
//!
//! ```text
//! run in the record → results → statements (ISO/IEC 17025, 7.8) → checked and approved
//!   → signed DCC → signed page → event
//! ```

pub mod across;
pub mod capability;
mod circumstances;
pub mod papers;
pub mod results;
pub mod settings;
pub mod signatures;
pub mod standing;
pub mod statements;

use std::{collections::BTreeMap, path::PathBuf};

use etalon_certificates::{
    fonts::Fonts,
    issue::{self, IssueError as CertificateError, Issued},
    key::Signer,
    record::{Languages, Record},
};
use etalon_uncertainty::{diagnostic::Diagnostic, evaluation::EvaluationError};
use jiff::Timestamp;
use thiserror::Error;

use crate::release;
use crate::{
    act,
    evaluate::EvaluateError,
    journal::{Body, Entry, chain::sha256_hex},
    lab::{Lab, LabError},
    people::{PersonRefusal, signing::SigningRefusal},
    store::{Journal, StoreError},
};
use papers::Papers;

/// What is to be certified, and by whom.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The run.
    pub run: &'a str,
    /// The item.
    pub item: &'a str,
    /// Who checked the results (name in `people.toml`).
    pub checked: &'a str,
    /// Who approves the certificate.
    pub approved: &'a str,
    /// Languages on the page.
    pub languages: Languages,
    /// The moment of issue.
    pub now: Timestamp,
}

/// Why there is no certificate. Nothing left the laboratory.
#[derive(Debug, Error)]
pub enum IssueRefusal {
    /// A rule of the laboratory about people.
    #[error(transparent)]
    Person(#[from] PersonRefusal),
    /// A signature that is not given.
    #[error(transparent)]
    Signing(#[from] SigningRefusal),
    /// A signature that is missing.
    #[error(
        "rule `checked and approved before issue`: {subject}, as it stands now, is not {missing}"
    )]
    NotSigned {
        /// Run and item.
        subject: String,
        /// The meaning of the missing signature.
        missing: &'static str,
    },
    /// There is a certificate already.
    #[error(
        "rule `one certificate for an item of a run`: {item} of {run} has {number}; amend or revoke that one first"
    )]
    AlreadyCertified {
        /// The run.
        run: String,
        /// The item.
        item: String,
        /// The certificate it has.
        number: String,
    },
    /// Only a certificate that holds can be amended or revoked.
    #[error("certificate {number} is {standing}: only one in force can be amended or revoked")]
    NotInForce {
        /// Its number.
        number: String,
        /// Where it stands.
        standing: String,
    },
    /// An uncertainty that the laboratory is not accredited for.
    #[error(
        "rule `no uncertainty below the capability`: row {row} states U = {expanded} against {capability}: {reason}"
    )]
    BelowCapability {
        /// The row.
        row: String,
        /// The printed uncertainty.
        expanded: String,
        /// The line of the scope.
        capability: String,
        /// How they compare.
        reason: String,
    },
    /// A rule about a standard was in the way, and nobody let it through.
    #[error("rule `{rule}`: {standard}, {reason}")]
    NotLetThrough {
        /// The standard.
        standard: String,
        /// The rule.
        rule: &'static str,
        /// What is missing.
        reason: String,
    },
    /// The mark was asked for, and a row lies outside the scope.
    #[error("rule `no accreditation mark outside the scope`: row {row} lies outside scope.toml")]
    OutsideScope {
        /// The row.
        row: String,
    },
    /// Somebody changed the record.
    #[error("rule `only whole records are certified`: {reason}; `etalon record verify` says more")]
    BrokenRecord {
        /// The first thing that is wrong.
        reason: String,
    },
    /// The procedure of a run that is no specimen is not released any more, or never was.
    #[error("rule `certificates rest on released procedures`: {procedure} {version} is {found}")]
    NotReleased {
        /// The procedure.
        procedure: String,
        /// Its version.
        version: String,
        /// Where it stands.
        found: String,
    },
    /// The run is not over.
    #[error("run {run} is {state}: only a run that is done can be certified")]
    NotDone {
        /// The run.
        run: String,
        /// Where it stands.
        state: String,
    },
    /// The record has no such run.
    #[error("the record has no run {run}")]
    NoSuchRun {
        /// The run.
        run: String,
    },
    /// The run had no such item.
    #[error("run {run} had no item {item}; it had {known}")]
    NoSuchItem {
        /// The run.
        run: String,
        /// The item.
        item: String,
        /// The items it had.
        known: String,
    },
    /// The item has no result.
    #[error("item {item} has no result in run {run}: {reason}")]
    NoResult {
        /// The run.
        run: String,
        /// The item.
        item: String,
        /// Why.
        reason: String,
    },
    /// A document of the run is not what it was.
    #[error("run {run}: {paper} cannot be used: {reason}")]
    Paper {
        /// The run.
        run: String,
        /// Which document.
        paper: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Something a certificate must state is missing.
    #[error("the certificate would be incomplete: {}", .0.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>().join("; "))]
    Incomplete(Vec<Diagnostic>),
    /// An evaluation fails.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// A number cannot be printed.
    #[error(transparent)]
    Unprintable(Box<EvaluationError>),
    /// Signing, typesetting or the check of the finished certificate.
    #[error(transparent)]
    Certificate(Box<CertificateError>),
    /// The record.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The laboratory's files.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// The certificate cannot be written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
}

impl From<EvaluationError> for IssueRefusal {
    fn from(error: EvaluationError) -> Self {
        Self::Unprintable(Box::new(error))
    }
}

impl From<CertificateError> for IssueRefusal {
    fn from(error: CertificateError) -> Self {
        Self::Certificate(Box::new(error))
    }
}

impl IssueRefusal {
    /// Whether a rule of the laboratory refuses, and not a flaw of the request.
    #[must_use]
    pub fn is_rule(&self) -> bool {
        match self {
            Self::Person(_)
            | Self::NotReleased { .. }
            | Self::NotSigned { .. }
            | Self::AlreadyCertified { .. }
            | Self::NotInForce { .. }
            | Self::BelowCapability { .. }
            | Self::OutsideScope { .. }
            | Self::NotLetThrough { .. }
            | Self::BrokenRecord { .. }
            | Self::NotDone { .. } => true,
            Self::Signing(refusal) => refusal.is_rule(),
            _ => false,
        }
    }
}

/// A certificate that left the laboratory.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Its number.
    pub number: String,
    /// The page, with the DCC attached.
    pub pdf: PathBuf,
    /// The digital calibration certificate.
    pub dcc: PathBuf,
    /// What it states.
    pub record: Record,
}

/// Everything the certificate of one item will state; signs and writes nothing.
///
/// # Errors
/// [`IssueRefusal`].
pub fn draft(
    lab: &Lab,
    journal: &Journal,
    order: &Order<'_>,
    fonts: &Fonts,
) -> Result<Record, IssueRefusal> {
    let papers = Papers::read(journal, order.run)?;
    refuse_unreleased(lab, journal, &papers)?;
    // The run's own time may be virtual and ahead of the wall's: nothing is issued before it ends.
    let order = &Order { now: papers.ended().max(order.now), ..order.clone() };
    let work = signatures::work(lab, &papers, order.now);
    let people = lab.people()?;
    let signatories = people.signatories(papers.operator(), order.checked, order.approved, work)?;
    let number = next_number(lab, journal, order)?;
    statements::record(&statements::Sources {
        lab,
        journal,
        papers: &papers,
        signatories: Some(&signatories),
        order,
        number,
        fonts,
    })
}

/// Issues the certificate of one item, which must have been checked and approved as it stands:
/// signs it, checks the finished bytes as a stranger would, writes them into `certificates/` and
/// records the event.
///
/// # Errors
/// [`IssueRefusal`].
pub fn issue(
    lab: &Lab,
    journal: &Journal,
    order: &Order<'_>,
    signer: &Signer,
    fonts: &Fonts,
) -> Result<Certificate, IssueRefusal> {
    let (known, acts) = (standing::certificates(journal)?, act::acts(journal)?);
    let replaced = standing::succession(&known, &acts, order.run, order.item)?;
    let record = draft(lab, journal, order, fonts)?;
    signatures::require(lab, journal, order, &record)?;
    let issued = issue::issue(&record, signer, fonts)?;
    let folder = lab.path("certificates");
    let dcc = folder.join(format!("{}.xml", record.number));
    let pdf = folder.join(format!("{}.pdf", record.number));
    write_new(&dcc, &issued.dcc_xml)?;
    write_new(&pdf, &issued.pdf)?;
    let supersedes = replaced.map(|replaced| replaced.number).unwrap_or_default();
    journal.append_now(&[entry(order, &record, &issued, signer, supersedes)])?;
    Ok(Certificate { number: record.number.clone(), pdf, dcc, record })
}

/// A specimen needs no release; anything else rests on one that holds on the day of issue.
fn refuse_unreleased(lab: &Lab, journal: &Journal, papers: &Papers) -> Result<(), IssueRefusal> {
    let standing = release::standing(lab, journal, &papers.procedure);
    if standing.allows(papers.summary.specimen) {
        return Ok(());
    }
    let (procedure, version) = (papers.procedure.id.clone(), papers.procedure.version.clone());
    Err(IssueRefusal::NotReleased { procedure, version, found: standing.sentence() })
}

/// The event of an issue.
fn entry(
    order: &Order<'_>,
    record: &Record,
    issued: &Issued,
    signer: &Signer,
    supersedes: String,
) -> Entry {
    let persons = record.persons.iter().map(|person| {
        let part = serde_json::to_value(person.part).ok();
        let part = part.and_then(|part| part.as_str().map(str::to_owned)).unwrap_or_default();
        (part, person.name.en().to_owned())
    });
    let persons: BTreeMap<String, String> = persons.collect();
    let body = Body::CertificateIssued {
        number: record.number.clone(),
        kind: "calibration certificate".to_owned(),
        item: order.item.to_owned(),
        specimen: record.specimen,
        dcc_sha256: sha256_hex(&issued.dcc_xml),
        pdf_sha256: sha256_hex(&issued.pdf),
        signer: signer.chain().signer_name(),
        persons,
        supersedes,
    };
    Entry::new(order.run, record.issued_at.as_str(), body)
}

/// The next number of the year: `LAB-2026-0001`. A number whose files are there without an event (the
/// power failed in between) is not given again.
fn next_number(lab: &Lab, journal: &Journal, order: &Order<'_>) -> Result<String, IssueRefusal> {
    let year = lab.identity.civil_day(order.now).year();
    let prefix = format!("{}-{year}-", lab.identity.id);
    let runs = journal.runs()?;
    let left: Vec<String> = files(lab)?;
    let issued = runs.iter().flat_map(|run| &run.certificates).chain(&left);
    let numbers = issued.filter_map(|number| number.strip_prefix(&prefix)?.parse::<u32>().ok());
    let next = numbers.max().unwrap_or(0) + 1;
    Ok(format!("{prefix}{next:04}"))
}

/// The numbers that files in `certificates/` are named by.
fn files(lab: &Lab) -> Result<Vec<String>, IssueRefusal> {
    let path = lab.path("certificates");
    let listed = std::fs::read_dir(&path).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
    });
    let listed = listed.map_err(|source| IssueRefusal::File { path, source })?;
    let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    Ok(listed.into_iter().filter_map(stem).collect())
}

/// Writes a file that must not exist yet: an issued certificate is never overwritten.
fn write_new(path: &std::path::Path, bytes: &[u8]) -> Result<(), IssueRefusal> {
    use std::io::Write;
    let failed = |source| IssueRefusal::File { path: path.to_owned(), source };
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)
}
