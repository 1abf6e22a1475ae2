//! `etalon record`: what happened, whether the record still says so, and where copies of it are.
//!
//! What only reads works on a laboratory that lies on a read-only disk. A damaged record is an
//! answer (exit code 1), not a wrong request.

mod carry;
mod checkpoint;
mod correct;
mod export;
mod list;
mod replay;
mod show;
mod verify;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{CliError, ExitStatus, Output, table::Table};
use crate::{
    journal::runs::RunSummary,
    lab::Lab,
    store::{Journal, StoreError},
};

/// Look at the record, examine it, copy it
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// What to do
    #[command(subcommand)]
    pub action: RecordAction,
}

/// What can be done with the record. Nothing here changes an event.
#[derive(Debug, Subcommand)]
pub enum RecordAction {
    /// All runs, oldest first
    ///
    /// Example: etalon record list
    List,
    /// One run: its items, results and raw readings
    ///
    /// Example: etalon record show R20261123-001
    Show {
        /// The run
        run: String,
    },
    /// Walk the hash chain and say whether every event is as it was sealed
    ///
    /// Compares the chain with the signed checkpoints in checkpoints/ and those that are given: they
    /// show a chain that was cut at its end or recomputed to it.
    ///
    /// Example: etalon record verify --checkpoint /media/stick/0007.json
    Verify(checkpoint::AgainstArgs),
    /// Evaluate every result and verdict again and compare byte for byte
    ///
    /// Compares with what the run evaluated at its end and with what its certificates state.
    ///
    /// Example: etalon record replay R20261123-001
    Replay {
        /// One run; all of them where none is given
        run: Option<String>,
    },
    /// Correct or void a reading of a run that is over; the old value stays visible
    ///
    /// Results are evaluated anew, and certificates that need an amendment are named.
    ///
    /// Example: etalon record correct R20261123-001 57 --value 119605 --reason "two digits swapped" --by wang.min
    Correct(correct::CorrectArgs),
    /// Sign the end of the chain, for a place that the record is not in
    ///
    /// Example: etalon record checkpoint --copy /media/stick/checkpoint.json
    Checkpoint(checkpoint::CheckpointArgs),
    /// Print events as sealed, one JSON object a line
    ///
    /// Example: etalon record export R20261123-001 --documents papers > run.jsonl
    Export {
        /// One run; the whole record where none is given
        run: Option<String>,
        /// Write every document that the events refer to into this folder, named by its SHA-256
        #[arg(long, value_name = "DIR")]
        documents: Option<PathBuf>,
    },
    /// Begin the record in the store that etalon.toml names, such as a database
    ///
    /// Example: etalon record begin
    Begin,
    /// Carry this record into a PostgreSQL database; what stands there already is not sent again
    ///
    /// The first push gives the chain its name there. Put `store = "URL"` and `chain = "NAME"` into
    /// etalon.toml to go on in the database. Passwords belong into .pgpass or PGPASSWORD.
    ///
    /// Example: etalon record push postgresql://north@db.example.org/calibration --as bench-3
    Push {
        /// The database
        url: String,
        /// What the chain is called there
        #[arg(long = "as", value_name = "NAME")]
        name: Option<String>,
        /// How long a database that is away is waited for, in seconds
        #[arg(long, value_name = "SECONDS", default_value_t = 60)]
        patience: u64,
    },
    /// Write a backup of the record into a new file, examined before it counts
    ///
    /// Example: etalon record backup /media/stick/records-2026-11-23.sqlite
    Backup {
        /// The file; it must not exist
        file: PathBuf,
    },
    /// Restore a backup into a laboratory that has no record; nothing is ever written over
    ///
    /// Example: etalon record restore /media/stick/records-2026-11-23.sqlite
    Restore {
        /// The backup
        file: PathBuf,
    },
}

/// Runs `etalon record`.
///
/// # Errors
/// No laboratory, no record, no such run (exit code 2); a damaged record (exit code 1).
pub fn run(args: &RecordArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    let journal = || lab.journal_for_reading();
    match &args.action {
        RecordAction::List => list::run(&journal()?, output),
        RecordAction::Show { run } => show::run(&journal()?, run, output),
        RecordAction::Verify(against) => verify::run(&lab, journal(), against, output),
        RecordAction::Replay { run } => replay::run(&lab, &journal()?, run.as_deref(), output),
        RecordAction::Correct(wanted) => correct::run(&lab, &lab.journal()?, wanted, output),
        RecordAction::Checkpoint(copies) => checkpoint::run(&lab, &lab.journal()?, copies, output),
        RecordAction::Export { run, documents } => {
            export::run(&journal()?, run.as_deref(), documents.as_deref(), output)
        }
        RecordAction::Begin => carry::begin(&lab, output),
        RecordAction::Push { url, name, patience } => {
            carry::push(&journal()?, url, name.as_deref(), *patience, output)
        }
        RecordAction::Backup { file } => carry::backup(&journal()?, file, output),
        RecordAction::Restore { file } => carry::restore(&lab, file, output),
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        if error.is_damage() {
            Self::answer_is_no(error.to_string())
                .hint("`etalon record verify` names the place; `etalon record restore` brings a backup back")
        } else {
            Self::request(error.to_string())
        }
    }
}

/// A run by its name, or the names there are.
fn wanted(journal: &Journal, run: &str) -> Result<RunSummary, CliError> {
    let runs = journal.runs()?;
    let latest: Vec<_> = runs.iter().rev().take(5).map(|known| known.run.clone()).collect();
    let hint = if latest.is_empty() {
        "the record holds no run yet".to_owned()
    } else {
        format!("the latest are {}", latest.join(", "))
    };
    let found = runs.into_iter().find(|known| known.run == run);
    found.ok_or_else(|| CliError::request(format!("no run `{run}` in the record")).hint(hint))
}
