//! Standards from other people's formats: all of them new, or nothing is written.

use std::path::{Path, PathBuf};

use super::{ImportArgs, change::Office};
use crate::{
    act::Deed,
    cli::{CliError, ExitStatus, Output},
    lab::LabError,
    people::Duty,
    register::{
        change,
        import::{Arrival, Import, dcc, ledger, msl},
    },
};

/// Name of the act of an import.
const IMPORTED: &str = "register_import";

pub(super) fn import(
    args: &ImportArgs,
    lab: &Path,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let office = Office::open(lab, output)?;
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| CliError::request(format!("{}: {error}", args.file.display())))?;
    let source = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let source = source.unwrap_or_default();
    let on = office.lab.identity.civil_day(office.now);
    let found = read(args, &text, Arrival { by: &args.by, on, source: &source })?;
    let (errors, warnings): (Vec<_>, Vec<_>) =
        found.findings.into_iter().partition(etalon_uncertainty::diagnostic::Diagnostic::is_error);
    for warning in &warnings {
        output.remark(format!("{}: {}", warning.code, warning.message));
    }
    if !errors.is_empty() {
        return Err(CliError::request(format!(
            "{} cannot be taken over: nothing was written",
            args.file.display()
        ))
        .findings(&args.file, text, errors));
    }
    let files: Vec<(PathBuf, &String)> = found
        .files
        .iter()
        .map(|(id, text)| (office.lab.path("register").join(format!("{id}.toml")), text))
        .collect();
    if let Some((there, _)) = files.iter().find(|(file, _)| file.exists()) {
        let message = format!("{} exists already: nothing was written", there.display());
        return Err(CliError::request(message));
    }
    if !args.dry_run {
        office.answered((&args.by, &args.password), &[Duty::Administrator], &source)?;
        for (file, text) in &files {
            change::write(file, text).map_err(LabError::from)?;
        }
        let kept = office.journal.keep(text.as_bytes())?;
        let names: Vec<&str> = found.files.keys().map(String::as_str).collect();
        Deed::new(IMPORTED, &source, &args.by)
            .fact("standards", names.join(" "))
            .document("source", kept)
            .record(&office.journal, office.now)?;
    }
    output.json(&serde_json::json!({
        "written": !args.dry_run, "standards": found.files.keys().collect::<Vec<_>>(),
        "warnings": warnings.iter().map(|own| &own.message).collect::<Vec<_>>(),
    }))?;
    for id in found.files.keys() {
        let verb = if args.dry_run { "would be received" } else { "received" };
        output.line(format!("{id}: {verb}"));
    }
    output.remark("next: review each, then `etalon register status ID verified`, and into service");
    Ok(ExitStatus::Done)
}

fn read(args: &ImportArgs, text: &str, arrival: Arrival<'_>) -> Result<Import, CliError> {
    match args.file.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(ledger::read(text, args.columns.as_deref(), arrival)),
        Some("xml") if text.contains("digitalCalibrationCertificate") => {
            Ok(dcc::read(text, arrival))
        }
        Some("xml") => Ok(msl::read(text, arrival)),
        _ => Err(CliError::request(format!("{} has no known ending", args.file.display()))
            .hint("wanted .csv (a ledger) or .xml (a DCC, an MSL equipment register)")),
    }
}
