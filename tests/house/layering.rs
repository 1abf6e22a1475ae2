//! The picture in `docs/ARCHITECTURE.md`, enforced on manifests and sources.

use std::collections::BTreeSet;

use crate::tree;

/// Who may import whom: each folder, then every Etalon crate it may name.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("uncertainty", &[]),
    ("procedures", &["etalon-uncertainty"]),
    ("instruments", &["etalon-uncertainty"]),
    ("certificates", &["etalon-uncertainty"]),
    ("fixtures", &["etalon-instruments", "etalon-uncertainty"]),
    (
        ".",
        &[
            "etalon-certificates",
            "etalon-fixtures",
            "etalon-instruments",
            "etalon-procedures",
            "etalon-uncertainty",
        ],
    ),
    ("gui", &["etalon"]),
];

/// What a room may not reach, because the effect has its place elsewhere.
const MAY_NOT_TOUCH: &[(&str, &[&str])] = &[
    (
        "uncertainty/src",
        // Threads are no effect here: trials give the same bits on any number of them.
        &["std::fs", "std::net", "std::process", "std::env", "std::thread::sleep", "std::time"],
    ),
    ("procedures/src", &["std::fs", "std::net", "std::process", "std::env", "std::time", "tokio"]),
    ("certificates/src", &["std::net", "std::process", "std::thread", "rusqlite", "tokio"]),
    ("instruments/src", &["std::fs", "std::process", "rusqlite"]),
    // What is going to happen knows nothing of how it is done.
    ("src/plan", &["crate::engine"]),
    ("gui/src", &["rusqlite", "serialport", "tokio::net"]),
];

/// The Etalon crates that one manifest names in one of its tables.
fn imported(manifest: &toml::Table, table: &str) -> BTreeSet<String> {
    let named = manifest.get(table).and_then(toml::Value::as_table);
    let keys = named.into_iter().flat_map(toml::Table::keys);
    keys.filter(|name| name.starts_with("etalon")).cloned().collect()
}

#[test]
fn every_crate_imports_only_the_rooms_below_it() {
    for (folder, allowed) in MAY_IMPORT {
        let manifest: toml::Table =
            tree::text(format!("{folder}/Cargo.toml")).parse().expect("the manifest is TOML");
        for table in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let imported = imported(&manifest, table);
            let forbidden: Vec<_> =
                imported.iter().filter(|name| !allowed.contains(&name.as_str())).collect();
            assert!(
                forbidden.is_empty(),
                "{folder} may not import {forbidden:?} in [{table}]; \
                 see \"Who may import whom\" in docs/ARCHITECTURE.md"
            );
        }
    }
}

#[test]
fn every_member_of_the_workspace_stands_in_the_picture() {
    let manifest: toml::Table = tree::text("Cargo.toml").parse().expect("the manifest is TOML");
    let members = manifest["workspace"]["members"].as_array().expect("members are a list");
    for member in members.iter().filter_map(toml::Value::as_str) {
        assert!(
            MAY_IMPORT.iter().any(|(folder, _)| *folder == member),
            "{member} has no place in the picture of docs/ARCHITECTURE.md; \
             a new arrow needs a decision record"
        );
    }
}

#[test]
fn every_effect_stays_in_its_named_place() {
    let mut found = Vec::new();
    for (folder, forbidden) in MAY_NOT_TOUCH {
        for path in tree::files(folder, "rs") {
            let text = tree::text(&path);
            let production = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in production.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for word in forbidden.iter().filter(|word| code.contains(*word)) {
                    // A duration is a number, not a moment.
                    if *word == "std::time" && code.contains("std::time::Duration") {
                        continue;
                    }
                    found.push(format!("{}:{}: {word}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(
        found.is_empty(),
        "an effect outside its place (see \"Effects\" in docs/ARCHITECTURE.md):\n{}",
        found.join("\n")
    );
}
