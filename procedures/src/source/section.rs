//! One table of the file and the keys it was asked for.

use std::collections::BTreeSet;

use etalon_uncertainty::diagnostic::Diagnostic;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Item, Source, report_unknown};
use crate::finding;
use crate::procedure::Place;

/// A table being read.
pub(crate) struct Section<'t, 'i> {
    /// How messages name it: `[roles.ref]`.
    pub(crate) name: String,
    /// Where it stands; the header or the braces.
    pub(crate) place: Place,
    entries: Vec<(&'t str, Place, &'t Item<'i>)>,
    known: BTreeSet<&'static str>,
}

impl<'t, 'i> Section<'t, 'i> {
    /// Begins to read a table.
    pub(crate) fn new(name: impl Into<String>, place: Place, table: &'t DeTable<'i>) -> Self {
        let mut entries: Vec<_> =
            table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
        entries.sort_by_key(|(_, place, _)| place.start);
        Self { name: name.into(), place, entries, known: BTreeSet::new() }
    }

    /// Begins to read a value that must be a table.
    pub(crate) fn of(
        source: &Source<'_>,
        name: impl Into<String>,
        value: &'t Item<'i>,
    ) -> Option<Self> {
        let name = name.into();
        match value.get_ref() {
            DeValue::Table(table) => Some(Self::new(name, value.span(), table)),
            other => {
                source.wrong_type(&name, "a table", other, value.span());
                None
            }
        }
    }

    /// The value of a key, if it is written.
    pub(crate) fn get(&mut self, key: &'static str) -> Option<&'t Item<'i>> {
        self.known.insert(key);
        self.entries.iter().find(|(name, ..)| *name == key).map(|(_, _, value)| *value)
    }

    /// Whether a key is written.
    pub(crate) fn holds(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, ..)| *name == key)
    }

    /// The value of a key that must be written.
    pub(crate) fn need(&mut self, source: &Source<'_>, key: &'static str) -> Option<&'t Item<'i>> {
        let value = self.get(key);
        if value.is_none() {
            source.report(
                Diagnostic::error(finding::MISSING_KEY, format!("{} lacks `{key}`", self.name))
                    .at(self.place.clone()),
            );
        }
        value
    }

    /// Where a key is written, or the whole table.
    pub(crate) fn key_place(&self, key: &str) -> Place {
        self.entries
            .iter()
            .find(|(name, ..)| *name == key)
            .map_or_else(|| self.place.clone(), |(_, place, _)| place.clone())
    }

    /// Every entry not yet asked for, in the order of the file: for tables whose
    /// keys are the author's own names.
    pub(crate) fn rest(&mut self) -> Vec<(&'t str, Place, &'t Item<'i>)> {
        let known = self.known.clone();
        let (rest, entries) = std::mem::take(&mut self.entries)
            .into_iter()
            .partition(|(key, ..)| !known.contains(key));
        self.entries = entries;
        rest
    }

    /// Ends the reading: whatever was not asked for is unknown.
    pub(crate) fn finish(self, source: &Source<'_>) {
        report_unknown(source, &self.name, &self.entries, &self.known);
    }

    /// A table below a key, if it is written.
    pub(crate) fn table(
        &mut self,
        source: &Source<'_>,
        key: &'static str,
    ) -> Option<Section<'t, 'i>> {
        let value = self.get(key)?;
        Section::of(source, key_name(&self.name, key), value)
    }

    /// The tables below a key that holds an array of them; empty when unwritten.
    pub(crate) fn tables(
        &mut self,
        source: &Source<'_>,
        key: &'static str,
    ) -> Vec<Section<'t, 'i>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let name = key_name(&self.name, key);
        source
            .array(&name, value)
            .into_iter()
            .filter_map(|element| Section::of(source, name.clone(), element))
            .collect()
    }
}

/// How messages name a key of a table.
pub(crate) fn key_name(table: &str, key: &str) -> String {
    match table.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(path) => format!("[{path}.{key}]"),
        None => format!("[{key}]"),
    }
}

/// The root of a document as a section.
pub(crate) fn root<'t, 'i>(document: &'t Spanned<DeTable<'i>>) -> Section<'t, 'i> {
    Section::new("the procedure", 0..0, document.get_ref())
}
