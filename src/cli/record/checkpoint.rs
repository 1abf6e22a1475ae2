//! `etalon record checkpoint`: the end of the chain, signed, for a place that the record is not in.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::Args;
use etalon_certificates::chain::Root;
use etalon_instruments::clock::Clock;
use serde::Serialize;

use super::{CliError, ExitStatus, Output};
use crate::{
    journal::{
        Body, Entry,
        checkpoint::{self, Checkpoint, FORMAT, Statement},
    },
    keyring,
    lab::Lab,
    store::{Journal, StoreError},
};

/// The laboratory's own folder of checkpoints.
const FOLDER: &str = "checkpoints";

/// Where copies of a checkpoint go.
#[derive(Args, Clone, Debug)]
pub struct CheckpointArgs {
    /// Write it here as well, such as on a stick that leaves the house
    #[arg(long, value_name = "FILE")]
    copy: Vec<PathBuf>,
}

/// Checkpoints that somebody has, and whose they must be.
#[derive(Args, Clone, Debug)]
pub struct AgainstArgs {
    /// Compare with this checkpoint as well as with those in checkpoints/
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// The authority that checkpoints must be signed under; keys/ca.pem where none is given
    #[arg(long, value_name = "CA.pem")]
    trust: Option<PathBuf>,
}

#[derive(Serialize)]
struct Signed<'a> {
    file: String,
    number: u64,
    sequence: u64,
    hash: &'a str,
    sha256: &'a str,
    signer: String,
}

pub(super) fn run(
    lab: &Lab,
    journal: &Journal,
    args: &CheckpointArgs,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let audit = journal.audit()?;
    if !audit.ok {
        let message = "the record is not whole, and what is not whole is not vouched for";
        return Err(CliError::answer_is_no(message).hint("`etalon record verify` names the place"));
    }
    let now = Clock::real().utc();
    let signer = keyring::signer(lab, lab.identity.civil_day(now))?;
    let statement = next(lab, journal, &now.to_string())?;
    let bytes = checkpoint::sign(&statement, &signer)
        .map_err(|refused| CliError::request(format!("the checkpoint: {refused}")))?;
    let own = lab.path(FOLDER).join(format!("{:04}.json", statement.number));
    std::fs::create_dir_all(lab.path(FOLDER)).map_err(|error| at(&own, &error))?;
    for file in std::iter::once(&own).chain(&args.copy) {
        write_new(file, &bytes)?;
    }
    let sha256 = crate::journal::chain::sha256_hex(&bytes);
    let Statement { number, sequence, hash, at, .. } = statement;
    let signer = signer.chain().signer_name();
    let body = Body::CheckpointSigned {
        number,
        sequence,
        hash: hash.clone(),
        sha256: sha256.clone(),
        signer: signer.clone(),
    };
    journal.append_now(&[Entry::of_laboratory(at, body)])?;
    let file = own.display().to_string();
    output.json(&Signed { file, number, sequence, hash: &hash, sha256: &sha256, signer })?;
    output.line(format!("checkpoint {number}: event {sequence}, {hash}"));
    output.line(format!("signed in {}", own.display()));
    output
        .remark("keep a copy where the record is not: it shows a chain that was cut or recomputed");
    Ok(ExitStatus::Done)
}

/// What the next checkpoint states.
fn next(lab: &Lab, journal: &Journal, at: &str) -> Result<Statement, CliError> {
    let head = journal.head()?;
    let first = journal.events_after(0, 1)?;
    let signed = signed(journal)?;
    let last = signed.last();
    Ok(Statement {
        format: FORMAT.to_owned(),
        laboratory: lab.identity.id.clone(),
        number: last.map_or(1, |last| last.number + 1),
        at: at.to_owned(),
        chain: first.into_iter().next().map(|event| event.hash).unwrap_or_default(),
        sequence: head.sequence,
        hash: head.hash,
        previous: last.map(|last| last.sha256.clone()).unwrap_or_default(),
    })
}

/// A checkpoint that the record remembers.
struct Remembered {
    number: u64,
    event: u64,
    sha256: String,
}

fn signed(journal: &Journal) -> Result<Vec<Remembered>, StoreError> {
    let events = journal.of_kinds(&["checkpoint_signed"])?;
    let remembered = events.into_iter().filter_map(|event| match event.body {
        Body::CheckpointSigned { number, sha256, .. } => {
            Some(Remembered { number, event: event.sequence, sha256 })
        }
        _ => None,
    });
    Ok(remembered.collect())
}

/// The checkpoints that a record is compared with, and what is wrong with them themselves.
pub(super) fn gather(
    lab: &Lab,
    journal: &Journal,
    args: &AgainstArgs,
) -> Result<(Vec<Checkpoint>, Vec<String>), CliError> {
    let mut findings = Vec::new();
    let mut found = Vec::new();
    let roots = roots(lab, args)?;
    for file in files(lab)?.iter().chain(&args.checkpoint) {
        let bytes = std::fs::read(file).map_err(|error| at(file, &error))?;
        let name = file.display();
        match checkpoint::read(&bytes) {
            Err(refused) => findings.push(format!("checkpoint {name}: {refused}")),
            Ok(read) if !read.is_by(&roots) => findings.push(format!(
                "checkpoint {name} is signed by {}, whom no trusted authority vouches for",
                read.signer.signer_name()
            )),
            Ok(read) if read.statement.laboratory != lab.identity.id => findings
                .push(format!("checkpoint {name} is of laboratory {}", read.statement.laboratory)),
            Ok(read) => found.push(read),
        }
    }
    for Remembered { number, event, sha256 } in signed(journal)? {
        if !found.iter().any(|found| found.sha256 == sha256) {
            findings.push(format!(
                "checkpoint {number} of event {event} is not at hand: --checkpoint FILE gives a copy"
            ));
        }
    }
    Ok((found, findings))
}

fn roots(lab: &Lab, args: &AgainstArgs) -> Result<Vec<Root>, CliError> {
    let pem = match &args.trust {
        Some(file) => Some(std::fs::read_to_string(file).map_err(|error| at(file, &error))?),
        None => keyring::authority_pem(lab)?,
    };
    let Some(pem) = pem else { return Ok(Vec::new()) };
    Root::from_pem(&pem).map_err(|refused| CliError::request(format!("the authority: {refused}")))
}

/// The laboratory's own checkpoints, oldest first.
fn files(lab: &Lab) -> Result<Vec<PathBuf>, CliError> {
    let folder = lab.path(FOLDER);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(&folder).map_err(|error| at(&folder, &error))?;
    let mut files = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .map_err(|error| at(&folder, &error))?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    Ok(files)
}

fn write_new(file: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let written = std::fs::File::create_new(file).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| at(file, &error))
}

fn at(path: &Path, error: &std::io::Error) -> CliError {
    CliError::request(format!("{}: {error}", path.display()))
}
