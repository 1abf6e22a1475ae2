//! Modules: tables, needs, models and derived quantities that several procedures share.
//!
//! A module is a file of its own (`etalon.module/1`). A procedure names it with version and SHA-256
//! (`use = [{ module = "…", version = "…", sha256 = "…" }]`), so that nobody changes a released
//! procedure by editing something else. There is no inheritance: a module supplies, and what the
//! procedure or another module has already it cannot supply again.
//!
//! A procedure with modules travels as one *whole text*: its own bytes, and behind a line for each
//! module that module's bytes. Records, bundles and plans keep the whole text, and need no other
//! file. The hash of the procedure is over its own bytes; its modules are pinned in them.
//!
//! | it knows                                | it must never know              |
//! |-----------------------------------------|---------------------------------|
//! | the bytes of procedures and modules     | where files lie                 |

use std::collections::BTreeSet;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::finding::MAX_BYTES;
use crate::hash;

mod head;

pub(crate) use head::foreign;
pub use head::{Head, check, head};

/// Schema of a module.
pub const SCHEMA: &str = "etalon.module/1";

/// What a module may supply.
pub const SUPPLIES: [&str; 4] = ["needs", "tables", "model", "derive"];

/// What stands before the bytes of a module in a whole text: a line of its own, whose line end
/// before it belongs to it.
const MARK: &str = "\n#%module ";

/// A module that a procedure uses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Used {
    /// Its name.
    pub module: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// One module inside a whole text.
#[derive(Clone, Debug)]
pub(crate) struct Carried<'t> {
    /// Its bytes.
    pub(crate) text: &'t str,
    /// Where they stand in the whole text.
    pub(crate) place: Range<usize>,
}

/// The procedure's own bytes of a whole text.
#[must_use]
pub fn own(whole: &str) -> &str {
    match marks(whole).first() {
        Some(first) => whole.get(..first.start).unwrap_or(whole),
        None => whole,
    }
}

/// The modules of a whole text, in the order in which they stand there.
pub(crate) fn carried(whole: &str) -> Vec<Carried<'_>> {
    let marks = marks(whole);
    let ends = marks.iter().skip(1).map(|mark| mark.start).chain([whole.len()]);
    let places = marks.iter().zip(ends).map(|(mark, end)| mark.end..end);
    places.filter_map(|place| Some(Carried { text: whole.get(place.clone())?, place })).collect()
}

/// What stands before each module.
fn marks(whole: &str) -> Vec<Range<usize>> {
    let mark = |(start, mark): (usize, &str)| {
        let rest = whole.get(start + mark.len()..)?;
        Some(start..start + mark.len() + rest.find('\n')? + 1)
    };
    whole.match_indices(MARK).filter_map(mark).collect()
}

/// The whole text as one document: the heads of the modules are blanked out, every other byte
/// stands where it stood.
pub(crate) fn view(whole: &str) -> String {
    let mut view = String::with_capacity(whole.len());
    view.push_str(own(whole));
    let mut at = view.len();
    for module in carried(whole) {
        let body = head::body(module.text) + module.place.start;
        for byte in whole.get(at..body).unwrap_or_default().bytes() {
            view.push(if byte == b'\n' { '\n' } else { ' ' });
        }
        view.push_str(whole.get(body..module.place.end).unwrap_or_default());
        at = module.place.end;
    }
    view
}

/// The whole text of a procedure: its own bytes with those modules of `available` that it uses.
/// A module that is not there is left out; the checker says so.
#[must_use]
pub fn whole<'t>(text: &str, available: impl IntoIterator<Item = &'t str>) -> String {
    let wanted = used(text);
    let mut whole = text.to_owned();
    if wanted.is_empty() || !carried(text).is_empty() {
        return whole;
    }
    let known: Vec<(&str, Head)> =
        available.into_iter().filter_map(|module| Some((module, head(module)?))).collect();
    let mut taken = BTreeSet::new();
    for used in wanted.into_iter().filter(|used| taken.insert(used.module.clone())) {
        let is_named = |own: &&(&str, Head)| own.1.id == used.module;
        let of_name = || known.iter().filter(is_named);
        let exact = of_name().find(|(text, _)| hash::sha256(text.as_bytes()) == used.sha256);
        let version = || of_name().find(|(_, head)| head.version == used.version);
        let Some((module, head)) = exact.or_else(version).or_else(|| of_name().next()) else {
            continue;
        };
        let mark = format!("{MARK}{} {}\n", head.id, head.version);
        whole.push_str(&mark);
        whole.push_str(module);
    }
    whole
}

/// What a text says in `use`, as far as it can be read.
#[must_use]
pub fn used(text: &str) -> Vec<Used> {
    let own = own(text);
    // What is too large to be a procedure is not read, and most procedures use none.
    let is_named = |line: &str| line.trim_start().starts_with("use");
    if own.len() > MAX_BYTES || !own.lines().any(is_named) {
        return Vec::new();
    }
    let (document, _) = DeTable::parse_recoverable(own);
    let list = document.get_ref().get("use").and_then(|value| value.get_ref().as_array());
    let word = |table: &DeTable<'_>, key: &str| match table.get(key)?.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        _ => None,
    };
    let entries = list.into_iter().flatten().filter_map(|entry| {
        let table = entry.get_ref().as_table()?;
        Some(Used {
            module: word(table, "module")?,
            version: word(table, "version")?,
            sha256: word(table, "sha256")?,
        })
    });
    entries.collect()
}

#[cfg(test)]
mod tests;
