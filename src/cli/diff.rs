//! `etalon diff`: does an edit of a procedure change the metrology?

use std::path::{Path, PathBuf};

use clap::Args;
use etalon_procedures::Procedure;
use etalon_procedures::difference::{self, Change, Difference, Nature, Written};
use serde::Serialize;

use super::findings::place;
use super::{CliError, ExitStatus, Output};
use crate::lab::modules;

/// Compare two procedures clause by clause: does the edit change the metrology?
///
/// Layout, comments and the order of keys are no difference. Every change is told with its clause, its place in
/// both files and its nature: metrology (another result may come out), tests, wording or spelling.
///
/// Exit code 0: both mean the same · 1: the meaning differs · 2: a file is no sound procedure.
///
/// Example: etalon diff released/jjg596-direct-basic-error.toml procedures/jjg596-direct-basic-error.toml
#[derive(Args, Clone, Debug)]
pub struct DiffArgs {
    /// The procedure before the edit
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The procedure after the edit
    #[arg(value_name = "NEW")]
    new: PathBuf,
}

#[derive(Serialize)]
struct Document<'a> {
    same_meaning: bool,
    old: Side<'a>,
    new: Side<'a>,
    changes: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Side<'a> {
    file: String,
    id: &'a str,
    version: &'a str,
    sha256: &'a str,
    semantic_sha256: &'a str,
}

#[derive(Serialize)]
struct Entry<'a> {
    clause: &'a str,
    path: &'a str,
    event: &'static str,
    nature: &'static str,
    old: Option<&'a str>,
    new: Option<&'a str>,
    old_line: Option<usize>,
    new_line: Option<usize>,
}

/// One of the two files.
struct Read<'f> {
    file: &'f Path,
    text: String,
    procedure: Procedure,
}

/// Runs `etalon diff`.
///
/// # Errors
/// A file that is no sound procedure (exit code 2).
pub fn run(args: &DiffArgs, output: &Output) -> Result<ExitStatus, CliError> {
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let found = difference::difference(&old.text, &new.text).map_err(|_| {
        CliError::request("the two files cannot be compared: one of them is not TOML")
    })?;
    print(&found, &old, &new, output);
    output.json(&Document {
        same_meaning: found.is_same_meaning(),
        old: side(&old),
        new: side(&new),
        changes: found.changes.iter().map(|change| entry(change, &old, &new)).collect(),
    })?;
    Ok(if found.is_same_meaning() { ExitStatus::Done } else { ExitStatus::AnswerIsNo })
}

fn read(file: &Path) -> Result<Read<'_>, CliError> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        CliError::request(format!("{} cannot be read: {error}", file.display()))
    })?;
    let text = modules::whole(text, file);
    let checked = etalon_procedures::check(&text);
    match checked.procedure {
        Some(procedure) => Ok(Read { file, text, procedure }),
        None => Err(CliError::request(format!("{} is no sound procedure", file.display()))
            .findings(file, text, checked.diagnostics)),
    }
}

fn side<'a>(read: &'a Read<'_>) -> Side<'a> {
    Side {
        file: read.file.display().to_string(),
        id: &read.procedure.id,
        version: &read.procedure.version,
        sha256: &read.procedure.sha256,
        semantic_sha256: &read.procedure.semantic_sha256,
    }
}

fn entry<'a>(change: &'a Change, old: &Read<'_>, new: &Read<'_>) -> Entry<'a> {
    let line = |written: &Option<Written>, read: &Read<'_>| {
        written.as_ref().map(|written| place(&read.text, written.place.start).0)
    };
    Entry {
        clause: &change.clause,
        path: &change.path,
        event: change.event.word(),
        nature: change.nature.word(),
        old: change.old.as_ref().map(|written| written.text.as_str()),
        new: change.new.as_ref().map(|written| written.text.as_str()),
        old_line: line(&change.old, old),
        new_line: line(&change.new, new),
    }
}

fn print(found: &Difference, old: &Read<'_>, new: &Read<'_>, output: &Output) {
    for read in [old, new] {
        output.line(format!(
            "{}  {} {}  meaning {}",
            read.file.display(),
            read.procedure.id,
            read.procedure.version,
            read.procedure.semantic_sha256.get(..12).unwrap_or_default()
        ));
    }
    let mut clause = "";
    for change in &found.changes {
        if change.clause != clause {
            clause = &change.clause;
            output.line(format!("\n{clause}"));
        }
        let told = entry(change, old, new);
        let line = told.new_line.or(told.old_line).unwrap_or(0);
        let what = if told.path.is_empty() { "the whole clause" } else { told.path };
        output.line(format!("  {} {} ({}, line {line})", told.event, what, told.nature));
        if told.event != "moved" {
            for (sign, text) in [('-', told.old), ('+', told.new)] {
                text.into_iter().for_each(|text| output.line(format!("    {sign} {text}")));
            }
        }
    }
    output.line("");
    output.line(verdict(found));
}

/// The answer in one sentence.
fn verdict(found: &Difference) -> String {
    let count =
        |nature: Nature| found.changes.iter().filter(|change| change.nature == nature).count();
    if found.changes.is_empty() {
        return "no difference".to_owned();
    }
    let natures = [Nature::Metrology, Nature::Tests, Nature::Wording, Nature::Spelling];
    let counted: Vec<String> = natures
        .into_iter()
        .filter(|nature| count(*nature) > 0)
        .map(|nature| format!("{} of {}", count(nature), nature.word()))
        .collect();
    let answer = if found.is_same_meaning() { "the same meaning" } else { "the meaning differs" };
    format!("{answer}: {}", counted.join(", "))
}
