//! `etalon test`: the golden cases inside procedure files.

use std::path::{Path, PathBuf};

use clap::Args;
use etalon_procedures::TestOutcome;
use serde::Serialize;

use super::{CliError, ExitStatus, Output};
use crate::lab::modules;

/// Run the golden tests inside procedure files
///
/// Example: etalon test procedures/jjg596-direct-basic-error.toml
#[derive(Args, Clone, Debug)]
pub struct TestArgs {
    /// The procedure files
    #[arg(required = true, value_name = "PROCEDURE")]
    files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Document {
    tests: Vec<Case>,
}

#[derive(Serialize)]
struct Case {
    file: String,
    name: String,
    origin: String,
    ok: bool,
    misses: Vec<String>,
}

/// Runs `etalon test`.
///
/// # Errors
/// A file that is no sound procedure (exit code 2).
pub fn run(args: &TestArgs, output: &Output) -> Result<ExitStatus, CliError> {
    let mut document = Document { tests: Vec::new() };
    for file in &args.files {
        document.tests.extend(cases(file)?);
    }
    for case in &document.tests {
        let word = if case.ok { "ok  " } else { "MISS" };
        output.line(format!("{word}  {}: {}", case.file, case.name));
        for miss in &case.misses {
            output.line(format!("      {miss}"));
        }
    }
    output.json(&document)?;
    let missed = document.tests.iter().filter(|case| !case.ok).count();
    output.line(format!("{} of {} hold", document.tests.len() - missed, document.tests.len()));
    Ok(if missed == 0 { ExitStatus::Done } else { ExitStatus::AnswerIsNo })
}

fn cases(file: &Path) -> Result<Vec<Case>, CliError> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        CliError::request(format!("{} cannot be read: {error}", file.display()))
    })?;
    let text = modules::whole(text, file);
    let checked = etalon_procedures::check(&text);
    let Some(procedure) = checked.procedure else {
        let message = format!("{} cannot be used as it is", file.display());
        return Err(CliError::request(message).findings(file, text, checked.diagnostics));
    };
    let outcomes = etalon_procedures::run_tests(&procedure);
    Ok(outcomes
        .into_iter()
        .map(|outcome| Case {
            file: file.display().to_string(),
            ok: outcome.passed(),
            misses: misses(&outcome),
            origin: outcome.origin,
            name: outcome.name,
        })
        .collect())
}

/// What did not hold, in words.
fn misses(outcome: &TestOutcome) -> Vec<String> {
    let compared = outcome.comparisons.iter().filter(|one| !one.holds).map(|one| {
        let tolerance = one.tolerance.as_ref().map(|within| format!(" within {within}"));
        let tolerance = tolerance.unwrap_or_default();
        format!("{}: got {}, wanted {}{tolerance}", one.quantity, one.got, one.wanted)
    });
    compared.chain(outcome.failure.clone()).collect()
}
