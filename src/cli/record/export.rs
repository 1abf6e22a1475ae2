//! `etalon record export`: events as sealed, and the documents they refer to.

use std::path::Path;

use super::{CliError, ExitStatus, Output, wanted};
use crate::{journal::Event, store::Journal};

/// How many events are read from the record at a time.
///
/// Chosen: some hundred kilobytes, so that a record of any length is printed in constant memory.
const PAGE: u32 = 1000;

pub(super) fn run(
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
