//! Standards and specifications from other people's formats: all of them new, or nothing is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use etalon_uncertainty::diagnostic::Diagnostic;

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
    specification::import as specification,
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
        found.findings.iter().cloned().partition(Diagnostic::is_error);
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
        .map(|(id, text)| (office.lab.path(found.folder).join(format!("{id}.toml")), text))
        .collect();
    if let Some((there, _)) = files.iter().find(|(file, _)| file.exists()) {
        let message = format!("{} exists already: nothing was written", there.display());
        return Err(CliError::request(message));
    }
    if !args.dry_run {
        office.answered((&args.by, &args.password), &[Duty::Administrator], &source)?;
        let folder = office.lab.path(found.folder);
        std::fs::create_dir_all(&folder)
            .map_err(|error| CliError::request(format!("{}: {error}", folder.display())))?;
        for (file, text) in &files {
            change::write(file, text).map_err(LabError::from)?;
        }
        let kept = office.journal.keep(text.as_bytes())?;
        let names: Vec<&str> = found.files.keys().map(String::as_str).collect();
        Deed::new(IMPORTED, &source, &args.by)
            .fact(found.what, names.join(" "))
            .document("source", kept)
            .record(&office.journal, office.now)?;
    }
    output.json(&serde_json::json!({
        "written": !args.dry_run, (found.what): found.files.keys().collect::<Vec<_>>(),
        "warnings": warnings.iter().map(|own| &own.message).collect::<Vec<_>>(),
    }))?;
    for id in found.files.keys() {
        let verb = if args.dry_run { "would be " } else { "" };
        output.line(format!("{id}: {verb}{}", found.done));
    }
    output.remark(found.next);
    Ok(ExitStatus::Done)
}

/// What was read, and where it belongs.
struct Found {
    files: BTreeMap<String, String>,
    findings: Vec<Diagnostic>,
    /// Folder of the laboratory.
    folder: &'static str,
    /// What the files are.
    what: &'static str,
    /// What happened to each.
    done: &'static str,
    /// What to do then.
    next: &'static str,
}

impl From<Import> for Found {
    fn from(import: Import) -> Self {
        Self {
            files: import.files,
            findings: import.findings,
            folder: "register",
            what: "standards",
            done: "received",
            next: "next: review each, then `etalon register status ID verified`, and into service",
        }
    }
}

impl From<specification::Import> for Found {
    fn from(import: specification::Import) -> Self {
        Self {
            files: import.files,
            findings: import.findings,
            folder: "specifications",
            what: "specifications",
            done: "written",
            next: "next: compare each with the data sheet, and what was left out with your use of it",
        }
    }
}

fn read(args: &ImportArgs, text: &str, arrival: Arrival<'_>) -> Result<Found, CliError> {
    match args.file.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(ledger::read(text, args.columns.as_deref(), arrival).into()),
        Some("xml") if text.contains("digitalCalibrationCertificate") => {
            Ok(dcc::read(text, arrival).into())
        }
        Some("xml") => {
            let said = msl::Said {
                columns: args.columns.as_deref(),
                equation: args.equation.as_deref(),
                level: args.level.as_deref(),
            };
            Ok(msl::read(text, said, arrival).into())
        }
        Some("json") => {
            let (level, combine) = (args.level.as_deref(), args.combine.as_deref());
            Ok(specification::read(text, specification::Stated { level, combine }).into())
        }
        _ => Err(CliError::request(format!("{} has no known ending", args.file.display())).hint(
            "wanted .csv (a ledger), .xml (a DCC, an MSL equipment register) or .json (MACDR)",
        )),
    }
}
