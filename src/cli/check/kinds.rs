//! What a file is, by its `schema`, and who checks it.

use std::path::Path;

use etalon_fixtures::world::Description;
use etalon_instruments::catalogue;
use etalon_uncertainty::{
    budget_file,
    diagnostic::{Diagnostic, nearest},
};

use crate::cli::CliError;
use crate::{bench, form, item, lab::identity, people, register, scope};

/// Findings of one text.
type Check = fn(&str) -> Vec<Diagnostic>;

/// Every schema with the room that knows it.
const KINDS: [(&str, Check); 9] = [
    ("etalon.procedure/1", |text| etalon_procedures::check(text).diagnostics),
    (bench::SCHEMA, |text| bench::check(text).diagnostics),
    (register::SCHEMA, |text| register::check(text).diagnostics),
    (item::SCHEMA, |text| item::check(text).diagnostics),
    (people::SCHEMA, |text| people::check(text).diagnostics),
    (scope::SCHEMA, |text| scope::check(text).diagnostics),
    (identity::SCHEMA, |text| identity::check(text).diagnostics),
    (catalogue::SCHEMA, catalogue::check),
    ("etalon.world/1", world),
];

/// Every finding of a file.
///
/// # Errors
/// When the file does not say what it is, or nobody knows it.
pub(super) fn findings(file: &Path, text: &str) -> Result<Vec<Diagnostic>, CliError> {
    let known = || KINDS.iter().map(|(schema, _)| *schema);
    let Some(schema) = form::declared_schema(text) else {
        if is_budget(text) {
            return Ok(match budget_file::parse(text) {
                Ok((_, remarks)) => remarks,
                Err(findings) => findings,
            });
        }
        // Not TOML, or no schema: the procedure's reader says where it breaks.
        let findings = etalon_procedures::check(text).diagnostics;
        return if findings.is_empty() {
            Err(CliError::request(format!("{} states no schema", file.display())))
        } else {
            Ok(findings)
        };
    };
    match KINDS.iter().find(|(own, _)| *own == schema) {
        Some((_, check)) => Ok(check(text)),
        None => {
            let message = format!("{}: nobody knows the schema '{schema}'", file.display());
            let hint = nearest(&schema, known()).map_or_else(
                || format!("known are {}", known().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean '{near}'?"),
            );
            Err(CliError::request(message).hint(hint))
        }
    }
}

/// Budget files state no schema: they are known by their models, inputs or kind.
fn is_budget(text: &str) -> bool {
    let table = text.parse::<toml::Table>().unwrap_or_default();
    let has = |key: &str| table.get(key).is_some_and(toml::Value::is_array);
    !table.contains_key("procedure")
        && (has("model") || has("input") || has("expect") || table.contains_key("kind"))
}

/// A world's reader stops at its first finding.
fn world(text: &str) -> Vec<Diagnostic> {
    match Description::from_toml(text) {
        Ok(_) => Vec::new(),
        Err(error) => vec![Diagnostic::error("W0101", error.to_string())],
    }
}

/// What a code means.
pub(super) fn explanation(code: &str) -> Option<String> {
    let page = etalon_procedures::finding::explain(code)?;
    Some(format!("{}\n{}", page.rule, page.text))
}
