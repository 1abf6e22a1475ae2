//! The head of a module: who it is. What follows is what it supplies.

use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::text::Text;
use toml::de::DeTable;

use super::{SCHEMA, SUPPLIES};
use crate::finding;
use crate::schema::{is_identifier, is_semantic_version};
use crate::source::{Section, Source, root};

/// Who a module is.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Its name.
    pub id: String,
    /// Its version, MAJOR.MINOR.PATCH.
    pub version: String,
    /// What it is, for people.
    pub title: Text,
}

/// Where the body begins: at the first table that is not `[module]`.
pub(super) fn body(text: &str) -> usize {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let word = line.trim_start();
        if word.starts_with('[') && !word.starts_with("[module]") {
            return start;
        }
        start += line.len();
    }
    text.len()
}

/// The head of a module, where it can be read.
#[must_use]
pub fn head(text: &str) -> Option<Head> {
    read(&Source::new(text))
}

/// Every finding in the head of a module, and every table that a module does not supply. What is
/// in the tables is checked in the procedure that uses them.
#[must_use]
pub fn check(text: &str) -> Vec<Diagnostic> {
    let source = Source::new(text);
    if source.document().is_some() {
        drop(read(&source));
        source.report_all(foreign(text));
    }
    source.into_findings()
}

/// Tables that a module does not supply.
pub(crate) fn foreign(text: &str) -> Vec<Diagnostic> {
    let (document, _) = DeTable::parse_recoverable(text);
    let known = |key: &str| ["schema", "module"].contains(&key) || SUPPLIES.contains(&key);
    let strange = document.get_ref().keys().filter(|key| !known(key.get_ref()));
    let finding = |key: &toml::Spanned<std::borrow::Cow<'_, str>>| {
        let message = format!("a module does not supply `{}`", key.get_ref());
        Diagnostic::error(finding::MODULE_TABLE, message)
            .at(key.span())
            .hint(format!("a module supplies {}", SUPPLIES.join(", ")))
    };
    strange.map(finding).collect()
}

fn read(source: &Source<'_>) -> Option<Head> {
    let text = source.text();
    if text.len() > finding::MAX_BYTES {
        return None;
    }
    let above = text.get(..body(text)).unwrap_or(text);
    let (document, errors) = DeTable::parse_recoverable(above);
    if !errors.is_empty() {
        return None;
    }
    let mut root = root(&document);
    if let Some(value) = root.need(source, "schema")
        && let Some((found, place, _)) = source.string("`schema`", value)
        && found != SCHEMA
    {
        let message = format!("schema is `{found}`, wanted `{SCHEMA}`");
        source.report(Diagnostic::error(finding::SCHEMA, message).at(place));
        return None;
    }
    let value = root.need(source, "module")?;
    let mut section = Section::of(source, "[module]", value)?;
    let id = crate::schema::checked(source, &mut section, "id", finding::IDENTIFIER, is_identifier);
    let version = crate::schema::checked(
        source,
        &mut section,
        "version",
        finding::VERSION,
        is_semantic_version,
    );
    let title = section.need_both(source, "title");
    section.finish(source);
    root.finish(source);
    Some(Head { id: id?, version: version?, title: title? })
}
