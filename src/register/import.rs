//! Standards from other people's formats: a ledger (CSV), a DCC, an MSL equipment register.
//!
//! What comes in is *received*, never in service: somebody verifies it and reviews its certificate
//! first (ISO/IEC 17025, 6.4.4). What a format does not say is not made up; it is a finding.
//!
//! | code  | finding                                                  |
//! |-------|----------------------------------------------------------|
//! | R0251 | the file cannot be read as what it should be             |
//! | R0252 | a column of a ledger is missing or unknown               |
//! | R0253 | an entry that a register file must have is missing       |
//! | R0254 | two standards of one name                                |
//! | R0255 | what was read makes no register file                     |
//! | R0256 | left out: the format says more than was taken over       |

pub mod dcc;
pub mod ledger;
pub mod msl;
mod xml;

use std::collections::BTreeMap;

use etalon_uncertainty::{diagnostic::Diagnostic, text::Text};
use jiff::civil::Date;

use super::check;
use crate::people::change::{bilingual, quoted};

/// What an import found: the files it would write, by the standard's name, and every finding.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// Standard → text of its register file.
    pub files: BTreeMap<String, String>,
    /// Errors about what was not taken, warnings about what was left out.
    pub findings: Vec<Diagnostic>,
}

/// Who imports, and when: the beginning of a standard's history.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The person.
    pub by: &'a str,
    /// The day.
    pub on: Date,
    /// The file it is from, as the history writes it.
    pub source: &'a str,
}

/// Identity of a standard, as some format gives it.
#[derive(Clone, Debug, Default)]
pub(super) struct Identity {
    pub(super) id: String,
    pub(super) name: Text,
    pub(super) maker: String,
    pub(super) model: String,
    pub(super) serial: String,
    pub(super) location: String,
    pub(super) functions: Vec<String>,
    pub(super) traceable: bool,
    pub(super) due: Option<String>,
}

impl Import {
    pub(super) fn error(&mut self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Diagnostic::error(code, message.into()));
    }

    pub(super) fn warning(&mut self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Diagnostic::warning(code, message.into()));
    }

    /// Takes a standard with further lines below its identity, where it makes a register file.
    pub(super) fn take(
        &mut self,
        identity: &Identity,
        further: &str,
        arrival: Arrival<'_>,
        place: &str,
    ) {
        let missing = [
            ("id", &identity.id),
            ("name", &identity.name.en),
            ("maker", &identity.maker),
            ("model", &identity.model),
            ("serial", &identity.serial),
        ];
        let missing: Vec<&str> = missing
            .iter()
            .filter(|(_, own)| own.trim().is_empty())
            .map(|(name, _)| *name)
            .collect();
        if !missing.is_empty() {
            return self.error("R0253", format!("{place}: {} is not stated", missing.join(", ")));
        }
        let text = format!("{}{further}", text(identity, arrival));
        let checked = check(&text);
        if checked.value.is_none() {
            let found = checked.diagnostics.into_iter().map(|own| own.message);
            let found = found.collect::<Vec<_>>().join("; ");
            return self.error("R0255", format!("{place}: {found}"));
        }
        if self.files.insert(identity.id.clone(), text).is_some() {
            self.error("R0254", format!("{place}: `{}` stands in the file already", identity.id));
        }
    }
}

fn text(identity: &Identity, arrival: Arrival<'_>) -> String {
    let functions: Vec<String> = identity.functions.iter().map(|own| quoted(own)).collect();
    let location = if identity.location.is_empty() { "not stated" } else { &identity.location };
    let zh = if identity.name.zh.is_empty() { &identity.name.en } else { &identity.name.zh };
    let name = Text::new(&identity.name.en, zh);
    let mut lines = vec![
        "schema = \"etalon.register/1\"\n\n[standard]".to_owned(),
        format!("id        = {}", quoted(&identity.id)),
        format!("name      = {}", bilingual(&name)),
        format!("maker     = {}", quoted(&identity.maker)),
        format!("model     = {}", quoted(&identity.model)),
        format!("serial    = {}", quoted(&identity.serial)),
        format!("location  = {}", quoted(location)),
        format!("functions = [{}]", functions.join(", ")),
        format!("traceable = {}", identity.traceable),
    ];
    lines.extend(identity.due.as_ref().map(|due| format!("due       = {}", quoted(due))));
    lines.push("\n[[status]]".to_owned());
    lines.push(format!("on     = \"{}\"", arrival.on));
    lines.push("status = \"received\"".to_owned());
    lines.push(format!("by     = {}", quoted(arrival.by)));
    lines.push(format!("reason = {}", quoted(&format!("imported from {}", arrival.source))));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests;
