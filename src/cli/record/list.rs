//! `etalon record list`: all runs, oldest first.

use serde::Serialize;

use super::{CliError, ExitStatus, Output, Table};
use crate::{journal::runs::RunSummary, store::Journal};

#[derive(Serialize)]
struct List<'a> {
    runs: &'a [RunSummary],
}

pub(super) fn run(journal: &Journal, output: &Output) -> Result<ExitStatus, CliError> {
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
