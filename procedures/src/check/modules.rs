//! Are the modules those that the procedure names, byte for byte, and does each only supply?

use std::collections::BTreeSet;

use etalon_uncertainty::diagnostic::Diagnostic;
use toml::de::{DeTable, DeValue};

use crate::finding;
use crate::hash;
use crate::module::{self, Carried, Used};
use crate::procedure::Place;
use crate::source::Source;

/// A module that is named, with the places of its words.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// What is said of it.
    pub(crate) used: Used,
    /// Where.
    pub(crate) place: Place,
}

/// Holds the modules that a whole text carries against those that it names.
pub(super) fn check(source: &Source<'_>, whole: &str, named: &[Named]) {
    let carried = module::carried(whole);
    let mut names = BTreeSet::new();
    for named in named {
        if !names.insert(named.used.module.as_str()) {
            let message = format!("module `{}` is used twice", named.used.module);
            source.report(Diagnostic::error(finding::DUPLICATE, message).at(named.place.clone()));
            continue;
        }
        let is_it = |own: &&Carried<'_>| {
            module::head(own.text).is_some_and(|head| head.id == named.used.module)
        };
        match carried.iter().find(is_it) {
            None => source.report(
                Diagnostic::error(
                    finding::MODULE_UNKNOWN,
                    format!("there is no module `{}`", named.used.module),
                )
                .at(named.place.clone())
                .hint("modules lie in the folder `modules` beside the procedure"),
            ),
            Some(own) => same(source, named, own),
        }
    }
    for own in &carried {
        let head = module::head(own.text);
        let is_named = head.as_ref().is_some_and(|head| names.contains(head.id.as_str()));
        if !is_named {
            let id = head.map_or_else(|| "without a name".to_owned(), |head| head.id);
            let message = format!("module {id} is carried, and `use` does not name it");
            let place = own.place.start..own.place.start;
            source.report(Diagnostic::error(finding::MODULE_UNKNOWN, message).at(place));
        }
    }
}

/// Version and bytes are those that the procedure names.
fn same(source: &Source<'_>, named: &Named, own: &Carried<'_>) {
    let head = module::head(own.text);
    let version = head.map(|head| head.version).unwrap_or_default();
    let report = |message: String, hint: String| {
        source.report(
            Diagnostic::error(finding::MODULE_CHANGED, message).at(named.place.clone()).hint(hint),
        );
    };
    if version != named.used.version {
        report(
            format!(
                "module `{}` is version {version}, wanted {}",
                named.used.module, named.used.version
            ),
            "name the version that is there, after a look at what changed".to_owned(),
        );
        return;
    }
    let sha256 = hash::sha256(own.text.as_bytes());
    if sha256 != named.used.sha256 {
        report(
            format!(
                "module `{}` {version} is not the one that was named: its bytes have another SHA-256",
                named.used.module
            ),
            format!("found {sha256}; `etalon diff` tells what changed"),
        );
        return;
    }
    let findings = module::check(own.text).into_iter();
    source.report_all(findings.map(|finding| moved(finding, own.place.start)));
}

/// A finding of a module at its place in the whole text.
fn moved(mut finding: Diagnostic, by: usize) -> Diagnostic {
    finding.span = finding.span.map(|span| span.start + by..span.end + by);
    finding
}

/// What a module supplies although it is there already (`[tables.mpe]` twice), or although no module
/// may supply it; `true` where there is such a thing, and the whole text is no document then.
pub(super) fn oversupplied(source: &Source<'_>, whole: &str) -> bool {
    if whole.len() > finding::MAX_BYTES || module::carried(whole).is_empty() {
        return false;
    }
    let mut seen: BTreeSet<(String, String)> =
        entries(module::own(whole), 0).into_iter().map(|(name, _)| name).collect();
    let before = source.errors();
    for own in module::carried(whole) {
        let foreign = module::foreign(own.text).into_iter();
        source.report_all(foreign.map(|finding| moved(finding, own.place.start)));
        for (name, place) in entries(own.text, own.place.start) {
            if !seen.insert(name.clone()) {
                let (table, name) = name;
                let message =
                    format!("`{table}.{name}` is there already: a module does not override");
                source.report(Diagnostic::error(finding::MODULE_OVERRIDES, message).at(place));
            }
        }
    }
    source.errors() > before
}

/// Findings inside a module are told where the procedure names it: the file that is open has no
/// other place for them.
pub(super) fn at_home(whole: &str, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let own = module::own(whole);
    let carried = module::carried(whole);
    let place = own.find("\nuse").map_or(0..0, |at| at + 1..at + 4);
    let home = |mut finding: Diagnostic| {
        let start = finding.span.as_ref().map_or(0, |span| span.start);
        let Some(inside) = carried.iter().find(|one| one.place.contains(&start)) else {
            return finding;
        };
        let above = whole.get(inside.place.start..start).unwrap_or_default();
        let line = above.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let id = module::head(inside.text).map(|head| head.id).unwrap_or_default();
        finding.message = format!("module {id}, line {line}: {}", finding.message);
        finding.at(place.clone())
    };
    let mut findings: Vec<Diagnostic> = findings.into_iter().map(home).collect();
    findings.sort_by_key(|finding| finding.span.as_ref().map_or(0, |span| span.start));
    findings
}

/// The named entries of a text, each with its place in the whole text.
fn entries(text: &str, offset: usize) -> Vec<((String, String), Place)> {
    let (document, _) = DeTable::parse_recoverable(text);
    let mut found = Vec::new();
    for key in ["needs", "tables", "model"] {
        let Some(table) = document.get_ref().get(key).and_then(|one| one.get_ref().as_table())
        else {
            continue;
        };
        for (name, value) in table {
            let place = name.span().start + offset..name.span().end + offset;
            // Inputs of a budget may be added to a model; each is an entry of its own.
            let inputs = match (key, value.get_ref()) {
                ("model", DeValue::Table(model)) => model.get("inputs"),
                _ => None,
            };
            let is_only_inputs = matches!(value.get_ref(), DeValue::Table(model) if model.keys().all(|own| own.get_ref() == "inputs"));
            for input in inputs.and_then(|one| one.get_ref().as_table()).into_iter().flatten() {
                let place = input.0.span().start + offset..input.0.span().end + offset;
                found.push((
                    (format!("model.{}.inputs", name.get_ref()), input.0.get_ref().to_string()),
                    place,
                ));
            }
            if inputs.is_none() || !is_only_inputs {
                found.push(((key.to_owned(), name.get_ref().to_string()), place));
            }
        }
    }
    found
}
