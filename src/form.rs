//! A form: a TOML file of the laboratory, read entry by entry, with every finding at once.
//!
//! Registers, benches, items, people and the laboratory's own identity are forms. Reading a form
//! asks for entries by name; what is missing, of the wrong kind, not a quantity or never asked for
//! becomes a [`Diagnostic`] with its place, and reading goes on.
//!
//! | code  | finding                                                  |
//! |-------|----------------------------------------------------------|
//! | R0101 | not TOML                                                 |
//! | R0102 | another schema than expected                             |
//! | R0103 | unknown entry                                            |
//! | R0104 | missing entry                                            |
//! | R0105 | entry of the wrong kind                                  |
//! | R0106 | not a quantity, or of the wrong dimension                |
//! | R0107 | not a date                                               |
//! | R0108 | not one of the words allowed here                        |
//! | R0109 | empty text                                               |
//! | R0110 | not a name that a file can bear                          |
//! | R0113 | larger than any file of a laboratory, or more findings than anybody reads |

pub mod entry;

use std::{cell::RefCell, collections::BTreeSet, ops::Range};

use etalon_uncertainty::diagnostic::{Diagnostic, Severity};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The largest file that is read, in bytes.
/// Chosen: as a procedure; a register of a thousand rows has a tenth of it.
pub const MAX_BYTES: usize = etalon_procedures::finding::MAX_BYTES;

/// The most rows of one table.
/// Chosen: rows are compared in pairs, and these in a fifth of a second.
pub const MAX_ROWS: usize = 5_000;

/// The most findings kept of one file.
const MAX_FINDINGS: usize = etalon_procedures::finding::MAX_FINDINGS;

/// A file read: its value where it has no errors, and everything that was found.
#[derive(Clone, Debug)]
pub struct Read<T> {
    /// What the file says; `None` when a finding is an error.
    pub value: Option<T>,
    /// All findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Findings gathered while a form is read.
#[derive(Debug, Default)]
pub struct Findings {
    found: RefCell<Vec<Diagnostic>>,
}

impl Findings {
    /// Adds a finding.
    pub fn add(&self, diagnostic: Diagnostic) {
        self.found.borrow_mut().push(diagnostic);
    }
}

/// One table of a form: remembers what was asked for, and reports the rest when it is closed.
#[derive(Debug)]
pub struct Form<'t> {
    table: &'t DeTable<'t>,
    span: Range<usize>,
    name: String,
    asked: RefCell<BTreeSet<String>>,
    findings: &'t Findings,
}

/// A value with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Its place, in bytes.
    pub span: Range<usize>,
}

/// Reads a form of a given schema.
///
/// `content` takes the entries it knows; entries nobody asked for are findings.
pub fn read<T>(text: &str, schema: &str, content: impl FnOnce(&Form<'_>) -> Option<T>) -> Read<T> {
    if let Some(finding) = too_large(text) {
        return Read { value: None, diagnostics: vec![finding] };
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let diagnostics = errors.iter().map(not_toml).collect();
        return Read { value: None, diagnostics };
    }
    let findings = Findings::default();
    let value = {
        let form = Form::over(table.get_ref(), 0..0, String::new(), &findings);
        form.expect_schema(schema);
        let value = content(&form);
        form.close();
        value
    };
    let mut diagnostics = findings.found.into_inner();
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.as_ref().map_or(0, |span| span.start));
    let more = diagnostics.len().saturating_sub(MAX_FINDINGS);
    if more > 0 {
        diagnostics.truncate(MAX_FINDINGS);
        diagnostics.push(Diagnostic::error("R0113", format!("{more} more findings are not shown")));
    }
    let refused = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    Read { value: value.filter(|_| !refused), diagnostics }
}

/// The finding of a text that is larger than any file of a laboratory.
#[must_use]
pub fn too_large(text: &str) -> Option<Diagnostic> {
    let message = || {
        format!("the file has {} bytes; a file of a laboratory has at most {MAX_BYTES}", text.len())
    };
    (text.len() > MAX_BYTES).then(|| Diagnostic::error("R0113", message()).at(0..0))
}

/// The schema that a text declares, also where the rest of it is not TOML; `None` when it declares
/// none. Of a text that is too large only the lines before its first table are looked at.
#[must_use]
pub fn declared_schema(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        let head = text.lines().map(str::trim).take_while(|line| !line.starts_with('['));
        let written = head.take(MAX_ROWS).find_map(|line| line.strip_prefix("schema"))?;
        return written.split('"').nth(1).map(str::to_owned);
    }
    let (table, _) = DeTable::parse_recoverable(text);
    table.get_ref().get("schema")?.get_ref().as_str().map(str::to_owned)
}

/// One text that a file declares in one of its tables, without reading the rest.
#[must_use]
pub fn declared(text: &str, table: &str, key: &str) -> Option<String> {
    let file = DeTable::parse(text).ok()?;
    let table = file.get_ref().get(table)?.get_ref().as_table()?;
    table.get(key)?.get_ref().as_str().map(str::to_owned)
}

fn not_toml(error: &toml::de::Error) -> Diagnostic {
    let finding = Diagnostic::error("R0101", error.message().to_lowercase());
    match error.span() {
        Some(span) => finding.at(span),
        None => finding,
    }
}

impl<'t> Form<'t> {
    fn over(
        table: &'t DeTable<'t>,
        span: Range<usize>,
        name: String,
        findings: &'t Findings,
    ) -> Self {
        Self { table, span, name, asked: RefCell::default(), findings }
    }

    /// Where the table begins in the text.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Adds a finding that the reader of the content made.
    pub fn finding(&self, diagnostic: Diagnostic) {
        self.findings.add(diagnostic);
    }

    /// Whether an entry stands in the table.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The names of all entries that stand in the table, ascending.
    #[must_use]
    pub fn keys(&self) -> Vec<Placed<String>> {
        let place = |key: &Spanned<std::borrow::Cow<'_, str>>| Placed {
            value: key.get_ref().to_string(),
            span: key.span(),
        };
        self.table.keys().map(place).collect()
    }

    /// One table below this one; missing is a finding.
    #[must_use]
    pub fn section(&self, key: &str) -> Option<Form<'t>> {
        let value = self.wanted(key)?;
        self.as_section(key, value)
    }

    /// One table below this one, or `None` where it is not there.
    #[must_use]
    pub fn optional_section(&self, key: &str) -> Option<Form<'t>> {
        let value = self.taken(key)?;
        self.as_section(key, value)
    }

    /// The tables of an array of tables (`[[key]]`); none where it is not there.
    #[must_use]
    pub fn sections(&self, key: &str) -> Vec<Form<'t>> {
        let Some(value) = self.taken(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_kind(key, value, "an array of tables");
            return Vec::new();
        };
        array.iter().filter_map(|value| self.as_section(key, value)).collect()
    }

    fn as_section(&self, key: &str, value: &'t Spanned<DeValue<'t>>) -> Option<Form<'t>> {
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_kind(key, value, "a table");
            return None;
        };
        Some(Form::over(table, value.span(), self.named(key), self.findings))
    }

    /// Reports the entries nobody asked for. Every form that was read must be closed.
    pub fn close(&self) {
        let asked = self.asked.borrow();
        for key in self.keys().iter().filter(|key| !asked.contains(&key.value)) {
            let message = format!("unknown entry `{}`", self.named(&key.value));
            let finding = Diagnostic::error("R0103", message).at(key.span.clone());
            self.findings.add(match nearest(&key.value, &asked) {
                Some(meant) => finding.hint(format!("did you mean `{meant}`?")),
                None => finding.hint(format!("known here: {}", list(&asked))),
            });
        }
    }

    fn expect_schema(&self, schema: &str) {
        let Some(found) = self.text("schema") else { return };
        if found.value != schema {
            let message = format!("schema is `{}`, wanted `{schema}`", found.value);
            self.findings.add(Diagnostic::error("R0102", message).at(found.span));
        }
    }

    fn taken(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().insert(key.to_owned());
        self.table.get(key)
    }

    fn wanted(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        let value = self.taken(key);
        if value.is_none() {
            let message = format!("entry `{}` is missing", self.named(key));
            self.findings.add(Diagnostic::error("R0104", message).at(self.span()));
        }
        value
    }

    fn wrong_kind(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        let message = format!("`{}` is of kind {found}, wanted {wanted}", self.named(key));
        self.findings.add(Diagnostic::error("R0105", message).at(value.span()));
    }

    fn named(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }
}

fn list(words: &BTreeSet<String>) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The known word that a misspelt one was most likely meant to be.
fn nearest<'a>(word: &str, known: &'a BTreeSet<String>) -> Option<&'a str> {
    let distance = |candidate: &str| strsim::damerau_levenshtein(word, candidate);
    let near = known.iter().map(|candidate| (distance(candidate), candidate.as_str())).min()?;
    (near.0 <= 1 + word.len() / 4).then_some(near.1)
}

#[cfg(test)]
mod tests;
