//! The text of a procedure with the place of every key and value.
//!
//! TOML is parsed once, with recovery, and every table is then read through a
//! [`Section`] that remembers which keys it was asked for: what nobody asked for
//! is an unknown key, and what it may have meant is the nearest key that was.

use std::cell::RefCell;
use std::collections::BTreeSet;

use etalon_uncertainty::diagnostic::{Diagnostic, nearest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::finding::{self, MAX_BYTES, MAX_FINDINGS};
use crate::procedure::Place;

mod section;
mod value;

pub(crate) use section::{Section, root};

/// A value with its place.
pub(crate) type Item<'i> = Spanned<DeValue<'i>>;

/// The text under check and what was found in it so far.
pub(crate) struct Source<'s> {
    text: &'s str,
    findings: RefCell<Vec<Diagnostic>>,
}

impl<'s> Source<'s> {
    /// Takes a text.
    pub(crate) fn new(text: &'s str) -> Self {
        Self { text, findings: RefCell::new(Vec::new()) }
    }

    /// The parsed document; `None` when the text is too large or no TOML, which
    /// is then the only kind of finding.
    pub(crate) fn document(&self) -> Option<Spanned<DeTable<'s>>> {
        if self.text.len() > MAX_BYTES {
            self.report(
                Diagnostic::error(
                    finding::TOO_LARGE,
                    format!(
                        "the file has {} bytes; a procedure has at most {MAX_BYTES}",
                        self.text.len()
                    ),
                )
                .at(0..0),
            );
            return None;
        }
        let (document, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let place = error.span().unwrap_or(0..0);
            let message = error.message().lines().next().unwrap_or("malformed").to_owned();
            self.report(Diagnostic::error(finding::SYNTAX, message).at(place));
        }
        errors.is_empty().then_some(document)
    }

    /// Adds a finding; after [`MAX_FINDINGS`] no more are kept.
    pub(crate) fn report(&self, finding: Diagnostic) {
        let mut findings = self.findings.borrow_mut();
        if findings.len() < MAX_FINDINGS {
            findings.push(finding);
        }
    }

    /// Adds several findings.
    pub(crate) fn report_all(&self, findings: impl IntoIterator<Item = Diagnostic>) {
        for finding in findings {
            self.report(finding);
        }
    }

    /// How many errors were found so far.
    pub(crate) fn errors(&self) -> usize {
        self.findings.borrow().iter().filter(|finding| finding.is_error()).count()
    }

    /// All findings, by place.
    pub(crate) fn into_findings(self) -> Vec<Diagnostic> {
        let mut findings = self.findings.into_inner();
        findings.sort_by_key(|finding| finding.span.as_ref().map_or(0, |span| span.start));
        findings
    }

    /// The place of the content of a string, and whether byte n of the value is
    /// byte n of that place.
    pub(crate) fn content(&self, value: &str, place: Place) -> (Place, bool) {
        let inner = place.start.saturating_add(1)..place.end.saturating_sub(1);
        match self.text.get(inner.clone()) {
            Some(raw) if raw == value => (inner, true),
            _ => (place, false),
        }
    }

    /// The bytes of the text under check.
    pub(crate) fn text(&self) -> &'s str {
        self.text
    }
}

/// Reports every key of `entries` that is not known.
fn report_unknown(
    source: &Source<'_>,
    name: &str,
    entries: &[(&str, Place, &Item<'_>)],
    known: &BTreeSet<&'static str>,
) {
    for (key, place, _) in entries.iter().filter(|(key, ..)| !known.contains(key)) {
        let finding =
            Diagnostic::error(finding::UNKNOWN_KEY, format!("unknown key `{key}` in {name}"))
                .at(place.clone());
        source.report(match nearest(key, known.iter().copied()) {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => finding.hint(format!("known here: {}", listed(known))),
        });
    }
}

fn listed(known: &BTreeSet<&'static str>) -> String {
    known.iter().copied().collect::<Vec<_>>().join(", ")
}
