//! `etalon record`: what happened, and whether the record still says so.

mod show;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{CliError, ExitStatus, Output, table::Table};
use crate::{
    journal::{Event, chain::Fault, runs::RunSummary},
    lab::Lab,
    store::{Journal, audit::Audit},
};

/// How many events are read from the record at a time.
const PAGE: u32 = 1000;

/// Look at the record: runs, readings, and whether the chain is whole
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// What to do
    #[command(subcommand)]
    pub action: RecordAction,
}

/// What can be done with the record. Nothing here changes it.
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
    /// Example: etalon record verify
    Verify,
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
}

/// Runs `etalon record`.
///
/// # Errors
/// No laboratory, no record, no such run (exit code 2).
pub fn run(args: &RecordArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    let journal = lab.journal()?;
    match &args.action {
        RecordAction::List => list(&journal, output),
        RecordAction::Show { run } => show::run(&journal, run, output),
        RecordAction::Verify => verify(&journal, output),
        RecordAction::Export { run, documents } => {
            export(&journal, run.as_deref(), documents.as_deref(), output)
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

#[derive(Serialize)]
struct List<'a> {
    runs: &'a [RunSummary],
}

fn list(journal: &Journal, output: &Output) -> Result<ExitStatus, CliError> {
    let runs = journal.runs()?;
    output.json(&List { runs: &runs })?;
    let mut table =
        Table::new(&["RUN", "STARTED", "PROCEDURE", "BENCH", "ITEMS", "STATE", "SAFE", "SPECIMEN"]);
    for run in &runs {
        let procedure = format!("{} {}", run.procedure, run.version);
        let items = run.items.len().to_string();
        let safe = match run.safe {
            Some(true) => "confirmed",
            Some(false) => "NOT CONFIRMED",
            None => "open",
        };
        let specimen = if run.specimen { "yes" } else { "no" };
        table.row(&[
            &run.run,
            &run.started,
            &procedure,
            &run.bench,
            &items,
            run.state.word(),
            safe,
            specimen,
        ]);
    }
    output.line(if table.is_empty() {
        "the record holds no run yet".to_owned()
    } else {
        table.text()
    });
    Ok(ExitStatus::Done)
}

#[derive(Serialize)]
struct Verified<'a> {
    ok: bool,
    events: u64,
    first_bad: Option<&'a Fault>,
    findings: &'a [String],
}

fn verify(journal: &Journal, output: &Output) -> Result<ExitStatus, CliError> {
    let Audit { ok, events, first_bad, findings } = journal.audit()?;
    output.json(&Verified { ok, events, first_bad: first_bad.as_ref(), findings: &findings })?;
    if ok {
        output.line(format!(
            "{events} events, every one as it was sealed; documents and guards whole"
        ));
        return Ok(ExitStatus::Done);
    }
    if let Some(fault) = &first_bad {
        output.line(format!("first bad event: {}: {}", fault.sequence, fault.reason));
    }
    for finding in &findings {
        output.line(format!("finding: {finding}"));
    }
    Ok(ExitStatus::AnswerIsNo)
}

fn export(
    journal: &Journal,
    run: Option<&str>,
    documents: Option<&Path>,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    if let Some(run) = run {
        wanted(journal, run)?;
    }
    let mut after = 0;
    loop {
        let events = journal.events_after(after, PAGE)?;
        let Some(last) = events.last() else { break };
        after = last.sequence;
        for event in events.iter().filter(|event| run.is_none_or(|run| run == event.run)) {
            let line = serde_json::to_string(event).map_err(|refused| {
                CliError::request(format!("event {}: {refused}", event.sequence))
            })?;
            output.raw(line);
            if let Some(folder) = documents {
                write_documents(journal, event, folder)?;
            }
        }
    }
    Ok(ExitStatus::Done)
}

fn write_documents(journal: &Journal, event: &Event, folder: &Path) -> Result<(), CliError> {
    for sha256 in event.body.documents() {
        let path = folder.join(sha256);
        let refused =
            |source: std::io::Error| CliError::request(format!("{}: {source}", path.display()));
        std::fs::create_dir_all(folder).map_err(refused)?;
        std::fs::write(&path, journal.document(sha256)?).map_err(refused)?;
    }
    Ok(())
}
