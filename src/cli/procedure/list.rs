//! `etalon procedure list`: what there is, and where it stands.

use etalon_procedures::LIBRARY;
use serde::Serialize;

use crate::cli::table::Table;
use crate::cli::{CliError, ExitStatus, Output};
use crate::folder;
use crate::lab::{Lab, modules};
use crate::release::{self, Standing, State};

#[derive(Serialize)]
struct Entry {
    place: String,
    id: Option<String>,
    version: Option<String>,
    sha256: Option<String>,
    state: &'static str,
    by: Option<String>,
    at: Option<String>,
    unchecked_sources: usize,
    accepted_unchecked: usize,
    remark: String,
}

/// Runs `etalon procedure list`.
///
/// # Errors
/// A folder or a record that cannot be read (exit code 2).
pub(super) fn run(lab: &Lab, output: &Output) -> Result<ExitStatus, CliError> {
    let journal = lab.journal()?;
    let mut texts: Vec<(String, String)> = Vec::new();
    for file in folder::files(&lab.path("procedures")).map_err(crate::lab::LabError::from)? {
        let text = folder::text(&file).map_err(crate::lab::LabError::from)?;
        texts.push((file.display().to_string(), modules::whole(text, &file)));
    }
    let own: Vec<String> = texts.iter().map(|(_, text)| text.clone()).collect();
    // What the program ships and the laboratory has not copied unchanged.
    let shipped = LIBRARY.iter().filter(|(_, text)| own.iter().all(|own| own != text));
    texts.extend(shipped.map(|(file, text)| (format!("etalon:{file}"), (*text).to_owned())));
    let entries: Vec<Entry> = texts
        .into_iter()
        .map(|(place, text)| {
            let checked = etalon_procedures::check(&text);
            match checked.procedure {
                Some(procedure) => {
                    let standing = release::standing(lab, &journal, &procedure);
                    entry(place, &procedure, &standing)
                }
                None => unsound(place, checked.diagnostics.len()),
            }
        })
        .collect();
    let mut table = Table::new(&["PROCEDURE", "VERSION", "STATE", "BY", "AT", "FILE", ""]);
    for entry in &entries {
        let (or, at) =
            (|text: &Option<String>| text.clone().unwrap_or_else(|| "-".into()), &entry.at);
        let (id, version, by, at) = (or(&entry.id), or(&entry.version), or(&entry.by), or(at));
        table.row(&[&id, &version, entry.state, &by, &at, &entry.place, &entry.remark]);
    }
    output.line(table.text());
    output.json(&serde_json::json!({ "procedures": entries }))?;
    Ok(ExitStatus::Done)
}

fn entry(place: String, procedure: &etalon_procedures::Procedure, standing: &Standing) -> Entry {
    let statement = standing.record.as_ref().map(|record| &record.statement);
    let unchecked = procedure.unchecked_sources().len();
    let mut remarks = Vec::new();
    if standing.unsound.is_some() || standing.changed_since.is_some() {
        remarks.push(standing.sentence());
    }
    if unchecked > 0 && standing.state != State::Withdrawn {
        remarks.push(format!("{unchecked} source(s) not compared"));
    }
    Entry {
        place,
        id: Some(procedure.id.clone()),
        version: Some(procedure.version.clone()),
        sha256: Some(procedure.sha256.clone()),
        state: standing.state.word(),
        by: statement.map(|statement| statement.person.clone()),
        at: statement.map(|statement| statement.at.clone()),
        unchecked_sources: unchecked,
        accepted_unchecked: statement.map_or(0, |statement| statement.accepted_unchecked.len()),
        remark: remarks.join("; "),
    }
}

fn unsound(place: String, findings: usize) -> Entry {
    Entry {
        place,
        id: None,
        version: None,
        sha256: None,
        state: State::Draft.word(),
        by: None,
        at: None,
        unchecked_sources: 0,
        accepted_unchecked: 0,
        remark: format!("{findings} finding(s): etalon check"),
    }
}
