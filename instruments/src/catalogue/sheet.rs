//! TOML tables with the place of every value, read key by key.
//!
//! A [`Sheet`] remembers which keys it was asked for; what nobody asked for is an
//! unknown key, and what was probably meant is the nearest one that was.

use super::finding;
use etalon_uncertainty::diagnostic::{Diagnostic, nearest};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    ops::Range,
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Most findings that are kept.
const MOST_FINDINGS: usize = 100;

/// Where something stands, in bytes.
pub(super) type Place = Range<usize>;

/// The findings so far.
#[derive(Default)]
pub(super) struct Findings {
    kept: RefCell<Vec<Diagnostic>>,
    dropped: Cell<usize>,
}

impl Findings {
    /// Adds a finding.
    pub(super) fn report(&self, finding: Diagnostic) {
        let mut kept = self.kept.borrow_mut();
        if kept.len() < MOST_FINDINGS {
            kept.push(finding);
        } else {
            self.dropped.set(self.dropped.get() + 1);
        }
    }

    /// Adds an error at a place.
    pub(super) fn error(&self, code: &str, place: &Place, message: impl Into<String>) {
        self.report(Diagnostic::error(code, message).at(place.clone()));
    }

    /// Whether there is a finding of a code.
    pub(super) fn has(&self, code: &str) -> bool {
        self.kept.borrow().iter().any(|finding| finding.code == code)
    }

    /// All findings, by place.
    pub(super) fn into_sorted(self) -> Vec<Diagnostic> {
        let mut kept = self.kept.into_inner();
        kept.sort_by_key(|finding| finding.span.as_ref().map_or(0, |place| place.start));
        if self.dropped.get() > 0 {
            let more = format!("{} more findings are not shown", self.dropped.get());
            kept.push(Diagnostic::error(finding::TOO_MUCH, more));
        }
        kept
    }
}

/// A text with its place.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) place: Place,
}

/// A table being read.
pub(super) struct Sheet<'s> {
    /// What the table is called in messages.
    name: String,
    table: &'s DeTable<'s>,
    /// Where it stands.
    pub(super) place: Place,
    /// Where findings go.
    pub(super) findings: &'s Findings,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'s> Sheet<'s> {
    pub(super) fn new(
        name: impl Into<String>,
        table: &'s DeTable<'s>,
        place: Place,
        findings: &'s Findings,
    ) -> Self {
        Self { name: name.into(), table, place, findings, asked: RefCell::default() }
    }

    /// The value of a key.
    fn value(&self, key: &'static str) -> Option<&'s Spanned<DeValue<'s>>> {
        self.asked.borrow_mut().insert(key);
        self.table.get(key)
    }

    /// Says that a key is missing.
    pub(super) fn missing(&self, key: &'static str) {
        let message = format!("{} has no \"{key}\"", self.name);
        self.findings.error(finding::MISSING_KEY, &self.place, message);
    }

    fn wrong_kind(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        let message = format!("\"{key}\" in {} is {found}, wanted {wanted}", self.name);
        self.findings.error(finding::WRONG_KIND, &value.span(), message);
    }

    /// The text of a key, where there is one.
    pub(super) fn text(&self, key: &'static str) -> Option<Written> {
        let value = self.value(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(Written { text: text.to_owned(), place: value.span() }),
            None => {
                self.wrong_kind(key, value, "a text");
                None
            }
        }
    }

    /// The text of a key that must be there.
    pub(super) fn needed(&self, key: &'static str) -> Option<Written> {
        if self.value(key).is_none() {
            self.missing(key);
        }
        self.text(key)
    }

    /// Yes or no.
    pub(super) fn truth(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        if value.get_ref().as_bool().is_none() {
            self.wrong_kind(key, value, "true or false");
        }
        value.get_ref().as_bool()
    }

    /// A whole number from `least` to `most`.
    pub(super) fn count(&self, key: &'static str, least: u64, most: u64) -> Option<u64> {
        let value = self.value(key)?;
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong_kind(key, value, "a whole number");
            return None;
        };
        let number = u64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            let message = format!("\"{key}\" must be from {least} to {most}");
            self.findings.error(finding::NUMBER, &value.span(), message);
        }
        number
    }

    /// The texts in a list; a single text counts as a list of one.
    pub(super) fn texts(&self, key: &'static str) -> Option<Vec<Written>> {
        let value = self.value(key)?;
        if let Some(text) = value.get_ref().as_str() {
            return Some(vec![Written { text: text.to_owned(), place: value.span() }]);
        }
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_kind(key, value, "a list of texts");
            return None;
        };
        let mut texts = Vec::new();
        for entry in list.iter() {
            match entry.get_ref().as_str() {
                Some(text) => texts.push(Written { text: text.to_owned(), place: entry.span() }),
                None => self.wrong_kind(key, entry, "a text"),
            }
        }
        Some(texts)
    }

    /// The pairs of a table of texts.
    pub(super) fn pairs(&self, key: &'static str) -> Option<Vec<(Written, Written)>> {
        let value = self.value(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_kind(key, value, "a table of texts");
            return None;
        };
        let mut pairs = Vec::new();
        for (name, entry) in table {
            match entry.get_ref().as_str() {
                Some(text) => pairs.push((
                    Written { text: name.get_ref().to_string(), place: name.span() },
                    Written { text: text.to_owned(), place: entry.span() },
                )),
                None => self.wrong_kind(name.get_ref(), entry, "a text"),
            }
        }
        Some(pairs)
    }

    /// Whether a key holds a plain text.
    pub(super) fn is_text(&self, key: &'static str) -> bool {
        self.value(key).is_some_and(|value| value.get_ref().is_str())
    }

    /// A table below this one.
    pub(super) fn sheet(&self, key: &'static str) -> Option<Sheet<'s>> {
        let value = self.value(key)?;
        match value.get_ref().as_table() {
            Some(table) => Some(Sheet::new(format!("[{key}]"), table, value.span(), self.findings)),
            None => {
                self.wrong_kind(key, value, "a table");
                None
            }
        }
    }

    /// The tables of a list below this one; none where the key is absent.
    pub(super) fn sheets(&self, key: &'static str) -> Vec<Sheet<'s>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_kind(key, value, "a list of tables");
            return Vec::new();
        };
        let mut sheets = Vec::new();
        for entry in list.iter() {
            match entry.get_ref().as_table() {
                Some(table) => {
                    let name = format!("[[{key}]]");
                    sheets.push(Sheet::new(name, table, entry.span(), self.findings));
                }
                None => self.wrong_kind(key, entry, "a table"),
            }
        }
        sheets
    }

    /// Reports every key that nobody asked for.
    pub(super) fn done(self) {
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if asked.contains(name) {
                continue;
            }
            let message = format!("unknown key \"{name}\" in {}", self.name);
            let found = Diagnostic::error(finding::UNKNOWN_KEY, message).at(key.span());
            let hint = match nearest(name, asked.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => {
                    format!("known here: {}", asked.iter().copied().collect::<Vec<_>>().join(", "))
                }
            };
            self.findings.report(found.hint(hint));
        }
    }
}
