//! Formats: every one that is written to disk is listed, and none that is not.

use std::collections::BTreeSet;

use crate::tree;

/// Every `etalon.<name>/<n>` that a text names between quotation marks.
fn named(text: &str, quote: char) -> BTreeSet<String> {
    let opening = format!("{quote}etalon.");
    let candidates = text.split(opening.as_str()).skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once(quote)?;
        let (word, version) = name.split_once('/')?;
        let is_word = word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let is_version = !version.is_empty() && version.chars().all(|c| c.is_ascii_digit());
        (is_word && is_version).then(|| format!("etalon.{name}"))
    });
    candidates.collect()
}

/// Formats that the code reads or writes: its constants, not its examples.
fn in_code() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, text) in tree::rust_files() {
        if path.starts_with("tests") {
            continue;
        }
        let constants = text.lines().map(str::trim).filter(|line| {
            line.split("//")
                .next()
                .is_some_and(|code| code.contains("const ") && code.contains('='))
        });
        found.extend(constants.flat_map(|line| named(line, '"')));
    }
    found
}

#[test]
fn every_format_on_disk_is_listed_and_every_listed_one_exists() {
    let listed = named(&tree::text("docs/FORMATS.md"), '`');
    let written = in_code();
    assert!(written.len() > 3, "few formats found in the code: {written:?}");
    let unlisted: Vec<_> = written.difference(&listed).collect();
    assert!(unlisted.is_empty(), "not in docs/FORMATS.md: {unlisted:?}");
    let unwritten: Vec<_> = listed.difference(&written).collect();
    assert!(unwritten.is_empty(), "in docs/FORMATS.md, but nothing reads them: {unwritten:?}");
}

#[test]
fn every_shipped_toml_names_its_format() {
    let listed = named(&tree::text("docs/FORMATS.md"), '`');
    for folder in ["procedures/library", "instruments/catalogue", "fixtures/benches"] {
        for path in tree::files(folder, "toml") {
            let text = tree::text(&path);
            let file: toml::Table = text.parse().expect("a shipped file is TOML");
            let schema = file.get("schema").and_then(toml::Value::as_str).unwrap_or_default();
            assert!(listed.contains(schema), "{} names the format `{schema}`", path.display());
        }
    }
}
