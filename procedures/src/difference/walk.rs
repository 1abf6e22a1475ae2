//! The walk through two documents side by side.

use std::collections::BTreeSet;

use toml::de::{DeTable, DeValue};

use super::element::{self, Element, written};
use super::pairing::pairs;
use super::{Change, Event, Nature, Written};
use crate::hash;
use crate::source::Item;

/// Tables whose entries are clauses of their own.
const NAMED: &[&str] = &["tables", "roles", "model", "decision"];

/// Lists whose elements are clauses of their own.
const LISTED: &[&str] = &["stage", "derive", "test"];

/// Compares two documents.
pub(super) fn document(old: &DeTable<'_>, new: &DeTable<'_>, changes: &mut Vec<Change>) {
    for key in keys(old, new) {
        let nature = match key {
            "test" => Nature::Tests,
            "report" => Nature::Wording,
            // What a module supplies is compared itself; where it comes from is no metrology.
            "use" => Nature::Spelling,
            _ => Nature::Metrology,
        };
        let (before, after) = (old.get(key), new.get(key));
        let tables = (before.and_then(as_table), after.and_then(as_table));
        let lists = (before.and_then(as_array), after.and_then(as_array));
        match (tables, lists) {
            ((Some(before), Some(after)), _) if NAMED.contains(&key) => {
                for name in keys(before, after) {
                    let mut walk = Walk::new(format!("[{key}.{name}]"), nature, changes);
                    walk.values(before.get(name), after.get(name));
                }
            }
            (_, (Some(before), Some(after))) if LISTED.contains(&key) => {
                clauses(key, before, after, nature, changes);
            }
            _ => Walk::new(format!("[{key}]"), nature, changes).values(before, after),
        }
    }
}

/// Compares two lists whose elements are clauses.
fn clauses(
    key: &str,
    before: &[Item<'_>],
    after: &[Item<'_>],
    nature: Nature,
    changes: &mut Vec<Change>,
) {
    let (before, after) = (element::elements(before), element::elements(after));
    for pair in paired(&before, &after) {
        let label = pair.label();
        let mut walk = Walk::new(format!("[{key} {label}]"), nature, changes);
        walk.pair(&pair);
    }
}

/// The keys of both tables, those of the new one first, in the order of the files.
fn keys<'t>(old: &'t DeTable<'_>, new: &'t DeTable<'_>) -> Vec<&'t str> {
    let mut seen = BTreeSet::new();
    [new, old]
        .into_iter()
        .flat_map(|table| {
            let mut keys: Vec<_> = table.keys().collect();
            keys.sort_by_key(|key| key.span().start);
            keys
        })
        .map(|key| key.get_ref().as_ref())
        .filter(|key| seen.insert(*key))
        .collect()
}

fn as_table<'t, 'i>(item: &'t Item<'i>) -> Option<&'t DeTable<'i>> {
    item.get_ref().as_table()
}

fn as_array<'t, 'i>(item: &'t Item<'i>) -> Option<&'t [Item<'i>]> {
    match item.get_ref() {
        DeValue::Array(array) => Some(array),
        _ => None,
    }
}

/// An element of either list or of both.
struct Paired<'e, 't, 'i> {
    old: Option<&'e Element<'t, 'i>>,
    new: Option<&'e Element<'t, 'i>>,
    is_moved: bool,
}

impl Paired<'_, '_, '_> {
    fn label(&self) -> &str {
        self.new.or(self.old).map_or("", |element| element.label.as_str())
    }
}

fn paired<'e, 't, 'i>(
    old: &'e [Element<'t, 'i>],
    new: &'e [Element<'t, 'i>],
) -> Vec<Paired<'e, 't, 'i>> {
    let marks = |list: &[Element<'_, '_>]| -> Vec<Vec<String>> {
        list.iter().map(|element| element.marks.clone()).collect()
    };
    pairs(&marks(old), &marks(new))
        .into_iter()
        .map(|pair| Paired {
            old: pair.old.and_then(|number| old.get(number)),
            new: pair.new.and_then(|number| new.get(number)),
            is_moved: pair.is_moved,
        })
        .collect()
}

/// A walk within one clause.
struct Walk<'c> {
    clause: String,
    path: Vec<String>,
    nature: Nature,
    changes: &'c mut Vec<Change>,
}

impl<'c> Walk<'c> {
    fn new(clause: String, nature: Nature, changes: &'c mut Vec<Change>) -> Self {
        Self { clause, path: Vec::new(), nature, changes }
    }

    fn report(
        &mut self,
        event: Event,
        nature: Nature,
        old: Option<&Item<'_>>,
        new: Option<&Item<'_>>,
    ) {
        let shown = |item: &Item<'_>| Written { text: written(item.get_ref()), place: item.span() };
        let mut path = String::new();
        for step in &self.path {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        let (old, new) = (old.map(shown), new.map(shown));
        self.changes.push(Change { clause: self.clause.clone(), path, event, nature, old, new });
    }

    fn within(&mut self, step: String, nature: Nature, walk: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.nature, nature);
        self.path.push(step);
        walk(self);
        self.path.pop();
        self.nature = outer;
    }

    fn values(&mut self, old: Option<&Item<'_>>, new: Option<&Item<'_>>) {
        match (old, new) {
            (Some(old), Some(new)) => self.both(old, new),
            (None, Some(_)) => self.report(Event::Added, self.nature, None, new),
            (Some(_), None) => self.report(Event::Removed, self.nature, old, None),
            (None, None) => {}
        }
    }

    fn both(&mut self, old: &Item<'_>, new: &Item<'_>) {
        match (old.get_ref(), new.get_ref()) {
            (DeValue::Table(before), DeValue::Table(after)) => self.tables(before, after),
            (DeValue::Array(before), DeValue::Array(after)) => {
                self.lists(&element::elements(before), &element::elements(after));
            }
            (before, after) if written(before) == written(after) => {}
            (before, after) => {
                let same = hash::canonical(before) == hash::canonical(after);
                let nature = if same { Nature::Spelling } else { self.nature };
                self.report(Event::Changed, nature, Some(old), Some(new));
            }
        }
    }

    fn tables(&mut self, old: &DeTable<'_>, new: &DeTable<'_>) {
        let columns = element::columns(old).zip(element::columns(new));
        for key in keys(old, new) {
            let (before, after) = (old.get(key), new.get(key));
            let is_wording = [before, after]
                .into_iter()
                .flatten()
                .all(|item| hash::is_wording(key, item.get_ref()));
            let nature = if is_wording && self.nature == Nature::Metrology {
                Nature::Wording
            } else {
                self.nature
            };
            let lists = before.and_then(as_array).zip(after.and_then(as_array));
            self.within(key.to_owned(), nature, |walk| match (key, &columns, lists) {
                ("rows", Some((from, to)), Some((before, after))) => {
                    let before = element::rows(before, from, &element::keys(old));
                    let after = element::rows(after, to, &element::keys(new));
                    walk.rows(&before, &after, from, to);
                }
                ("units", Some((from, to)), Some((before, after))) => {
                    walk.cells(before, after, from, to);
                }
                _ => walk.values(before, after),
            });
        }
    }

    fn lists(&mut self, old: &[Element<'_, '_>], new: &[Element<'_, '_>]) {
        for pair in paired(old, new) {
            self.within(format!("[{}]", pair.label()), self.nature, |walk| walk.pair(&pair));
        }
    }

    fn pair(&mut self, pair: &Paired<'_, '_, '_>) {
        let (old, new) = (pair.old.map(|one| one.value), pair.new.map(|one| one.value));
        if pair.is_moved {
            self.report(Event::Moved, self.nature, old, new);
        }
        self.values(old, new);
    }

    /// Rows as tables by column, so that a new column is no change of every cell.
    fn rows(
        &mut self,
        old: &[Element<'_, '_>],
        new: &[Element<'_, '_>],
        from: &[&str],
        to: &[&str],
    ) {
        for pair in paired(old, new) {
            self.within(format!("[{}]", pair.label()), self.nature, |walk| {
                let cells = |element: &Element<'_, '_>| -> Option<usize> {
                    element.value.get_ref().as_array().map(|array| array.len())
                };
                let (old, new) = (pair.old.map(|one| one.value), pair.new.map(|one| one.value));
                let whole = pair.old.and_then(cells).zip(pair.new.and_then(cells));
                if whole != Some((from.len(), to.len())) {
                    return walk.values(old, new);
                }
                if pair.is_moved {
                    walk.report(Event::Moved, walk.nature, old, new);
                }
                if let Some((old, new)) = old.and_then(as_array).zip(new.and_then(as_array)) {
                    walk.cells(old, new, from, to);
                }
            });
        }
    }

    fn cells(&mut self, old: &[Item<'_>], new: &[Item<'_>], from: &[&str], to: &[&str]) {
        let cell = |cells: &'_ [Item<'_>], columns: &[&str], name: &str| {
            columns.iter().position(|column| *column == name).filter(|at| *at < cells.len())
        };
        let gone = from.iter().filter(|name| !to.contains(name));
        for name in to.iter().chain(gone) {
            let before = cell(old, from, name).and_then(|at| old.get(at));
            let after = cell(new, to, name).and_then(|at| new.get(at));
            self.within((*name).to_owned(), self.nature, |walk| walk.values(before, after));
        }
    }
}
