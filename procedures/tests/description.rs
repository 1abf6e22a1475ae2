//! The description of the language against its readers.
//!
//! The readers are asked, not read: a key that nobody knows is put into every
//! table of every procedure at hand, and the finding lists the keys they know;
//! every key is taken out, and they say whether they miss it; every word is
//! misspelt, and they list the words they take.

use std::collections::{BTreeMap, BTreeSet};

use etalon_procedures::description::{ROOT, Shape, Table, action, json_schema};
use etalon_procedures::{LIBRARY, check};
use etalon_uncertainty::diagnostic::Diagnostic;
use toml::Value;

/// A key, and a word, that nobody knows and nothing resembles.
const STRANGE: &str = "zzqqzz";

/// One step from a table to what stands in it.
#[derive(Clone)]
enum Step {
    Key(String),
    Element(usize),
}

type Path = Vec<Step>;

fn exemplars() -> Vec<Value> {
    let own = [
        include_str!("description/exemplar.toml"),
        include_str!("cases/clean.toml"),
        PRODUCT,
        LIST,
    ];
    let texts = own.into_iter().chain(LIBRARY.iter().map(|(_, text)| *text));
    texts.map(|text| text.parse::<toml::Table>().expect("TOML").into()).collect()
}

/// Points that are made from axes.
const PRODUCT: &str = r#"
schema = "etalon.procedure/1"
[points]
order = "listed"
source = "in-house 1"
confidence = "unchecked"
product = { columns = ["a"], units = ["V"], values = [["1", "2"]] }
"#;

/// Points that are made from a list.
const LIST: &str = r#"
schema = "etalon.procedure/1"
[points]
order = "listed"
source = "in-house 1"
confidence = "unchecked"
from = "pts"
name = "U"
unit = "V"
"#;

/// Every table of a document with its description.
fn tables(document: &Value) -> Vec<(Path, &'static Table)> {
    let mut found = Vec::new();
    collect(document, &ROOT, &Vec::new(), &mut found);
    found
}

fn collect(
    value: &Value,
    table: &'static Table,
    path: &Path,
    found: &mut Vec<(Path, &'static Table)>,
) {
    found.push((path.clone(), table));
    for (key, value) in value.as_table().into_iter().flatten() {
        let Some(shape) = table.shape(key) else { continue };
        let at = |step: Step| path.iter().cloned().chain([step]).collect::<Path>();
        let here = at(Step::Key(key.clone()));
        if let (Shape::Table(inner), Value::Table(_)) = (shape, value) {
            collect(value, inner, &here, found);
        }
        for (number, element) in value.as_array().into_iter().flatten().enumerate() {
            let inner = match shape {
                Shape::Tables(inner) => Some(*inner),
                Shape::Actions => element.get("act").and_then(Value::as_str).and_then(action),
                _ => None,
            };
            let step = here.iter().cloned().chain([Step::Element(number)]).collect();
            if let Some(inner) = inner {
                collect(element, inner, &step, found);
            }
        }
    }
}

/// The findings of a document with one table of it altered.
fn altered(document: &Value, path: &Path, alter: impl FnOnce(&mut toml::Table)) -> Vec<Diagnostic> {
    let mut document = document.clone();
    let mut at = &mut document;
    for step in path {
        at = match step {
            Step::Key(key) => at.get_mut(key.as_str()).expect("the path leads there"),
            Step::Element(number) => at.get_mut(*number).expect("the path leads there"),
        };
    }
    alter(at.as_table_mut().expect("the path ends in a table"));
    check(&toml::to_string(&document).expect("a document is TOML")).diagnostics
}

/// The words after `known here:` or `one of` in the hint of a finding about [`STRANGE`].
fn told(findings: &[Diagnostic]) -> Option<BTreeSet<String>> {
    let strange = |finding: &&Diagnostic| {
        finding.message.contains(STRANGE) && ["E0103", "E0106"].contains(&finding.code.as_str())
    };
    let hint = findings.iter().find(strange)?.hint.clone()?;
    let list = hint.strip_prefix("known here: ").or_else(|| hint.strip_prefix("one of "))?;
    Some(list.split(", ").map(str::to_owned).collect())
}

#[test]
fn the_readers_know_the_described_keys_and_no_others() {
    let mut known: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut seen: BTreeMap<&str, &'static Table> = BTreeMap::new();
    for document in exemplars() {
        for (path, table) in tables(&document) {
            if table.own_names.is_some() {
                continue;
            }
            let found = altered(&document, &path, |table| {
                table.insert(STRANGE.to_owned(), Value::Integer(1));
            });
            let found = told(&found).unwrap_or_else(|| panic!("{}: no reader answers", table.name));
            known.entry(table.name).or_default().extend(found);
            seen.insert(table.name, table);
        }
    }
    for (name, table) in seen {
        let described: BTreeSet<String> =
            table.keys.iter().map(|key| key.name.to_owned()).collect();
        assert_eq!(known[name], described, "keys of the table `{name}`: readers, then description");
    }
}

#[test]
fn the_readers_miss_the_needed_keys_and_no_others() {
    // Table and key → whether a reader let it be missing somewhere.
    let mut may_lack: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for document in exemplars() {
        let before = missed(&check(&toml::to_string(&document).expect("TOML")).diagnostics);
        for (path, table) in tables(&document) {
            for key in table.keys {
                let mut is_written = false;
                let found = altered(&document, &path, |table| {
                    is_written = table.remove(key.name).is_some();
                });
                let is_missed = is_written && missed(&found).get(key.name) > before.get(key.name)
                    || !is_written && before.contains_key(key.name);
                *may_lack.entry((table.name, key.name)).or_default() |= !is_missed;
            }
        }
    }
    let described: BTreeMap<(&str, &str), bool> = exemplars()
        .iter()
        .flat_map(tables)
        .flat_map(|(_, table)| {
            table.keys.iter().map(|key| ((table.name, key.name), !key.is_needed))
        })
        .collect();
    let differing: Vec<_> =
        may_lack.iter().filter(|(key, may)| described.get(*key) != Some(*may)).collect();
    assert!(differing.is_empty(), "may be left out by the readers: {differing:?}");
}

/// How often each key is missed.
fn missed(findings: &[Diagnostic]) -> BTreeMap<String, usize> {
    let mut missed = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.code == "E0104") {
        let key = finding.message.rsplit('`').nth(1).unwrap_or_default();
        *missed.entry(key.to_owned()).or_default() += 1;
    }
    missed
}

#[test]
fn the_readers_take_the_described_words_and_no_others() {
    let mut asked = 0;
    for document in exemplars() {
        for (path, table) in tables(&document) {
            for key in table.keys {
                let (Shape::Word(words), false) =
                    (&key.shape, ["act", "schema"].contains(&key.name))
                else {
                    continue;
                };
                let mut is_written = false;
                let found = altered(&document, &path, |table| {
                    is_written = table.contains_key(key.name);
                    if is_written {
                        table.insert(key.name.to_owned(), Value::from(STRANGE));
                    }
                });
                if is_written {
                    let described: BTreeSet<String> =
                        words.iter().map(|w| (*w).to_owned()).collect();
                    assert_eq!(told(&found), Some(described), "{}.{}", table.name, key.name);
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 60, "{asked} words were asked");
}

#[test]
fn the_readers_refuse_another_kind_of_value_for_every_described_key() {
    for document in exemplars() {
        let before = check(&toml::to_string(&document).expect("TOML")).diagnostics.len();
        for (path, table) in tables(&document) {
            for key in table.keys {
                let strange = match key.shape {
                    Shape::Count => Value::from("many"),
                    _ => Value::Integer(7),
                };
                let mut is_written = false;
                let found = altered(&document, &path, |table| {
                    is_written = table.contains_key(key.name);
                    if is_written {
                        table.insert(key.name.to_owned(), strange);
                    }
                });
                let refused = found
                    .iter()
                    .any(|one| ["E0105", "E0201", "E0106"].contains(&one.code.as_str()));
                assert!(!is_written || refused, "{}.{} ({before} before)", table.name, key.name);
            }
        }
    }
}

#[test]
fn the_schema_in_the_documents_is_the_one_of_this_program() {
    let kept = include_str!("../../docs/schema/procedure.schema.json");
    assert!(
        kept == json_schema::text(),
        "write it anew: etalon procedure schema > docs/schema/procedure.schema.json"
    );
}
