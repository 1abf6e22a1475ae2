//! Broken files of the desk: register, bench, scope, specification, catalogue and the others.
//!
//! As in `procedures/tests/cases/`: `#~ error[R0123]: text` at the end of a line demands exactly that
//! finding on that line, `#~ hint: text` below it that its hint says so. Whatever is found and not
//! written, or written and not found, fails.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use etalon::{explanation, kind};

/// Codes that no single file shows, with the test that does.
const ELSEWHERE: &[&str] = &[
    "R0100", // check.rs: an_unreadable_file_and_one_of_an_unknown_kind_hide_no_finding…
    "R0102", // a file is known by its schema: shows where one is read for another, in src/form
    "R0113", // hostile.rs: files and tables that nobody would write
    "R0121", // src/register/tests: two files of one register
    "R0146", // check.rs: a_model_of_a_bench_that_nobody_has_written_is_found…
    "R0171", // release.rs: an edited release record
    "S0110", // src/specification: two files of one name
    "I0101", // as R0102: instruments/tests/catalogue.rs
    "I0118", // instruments/tests/catalogue.rs: a file larger than any model
];

struct Expected {
    line: usize,
    code: String,
    message: String,
    hint: String,
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/author/cases");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder").flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

fn expected(text: &str) -> Vec<Expected> {
    let mut expected: Vec<Expected> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((_, note)) = line.split_once("#~") else { continue };
        if let Some(hint) = note.trim().strip_prefix("hint:") {
            hint.trim().clone_into(&mut expected.last_mut().expect("after its finding").hint);
            continue;
        }
        let (head, message) = note.split_once(':').expect("error[CODE]: message");
        let code = head.split(['[', ']']).nth(1).expect("a code in brackets").to_owned();
        let (message, hint) = (message.trim().to_owned(), String::new());
        expected.push(Expected { line: index + 1, code, message, hint });
    }
    expected
}

fn line_of(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count() + 1
}

#[test]
fn every_broken_file_gives_exactly_the_finding_written_in_it() {
    let mut failures = Vec::new();
    for path in cases() {
        let text = fs::read_to_string(&path).expect("a case");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let expected = expected(&text);
        let found = kind::findings(&text);
        for finding in &found {
            let line = line_of(&text, finding.span.as_ref().map_or(0, |span| span.start));
            let fits = |wanted: &&Expected| {
                wanted.line == line
                    && wanted.code == finding.code
                    && finding.span.is_some()
                    && finding.message.contains(&wanted.message)
                    && finding.hint.clone().unwrap_or_default().contains(&wanted.hint)
            };
            if expected.iter().find(fits).is_none() {
                failures.push(format!("{name}:{line}: unexpected {finding}"));
            }
        }
        if found.len() != expected.len() {
            failures.push(format!("{name}: {} findings, {} written", found.len(), expected.len()));
        }
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn every_rule_of_the_desks_files_has_a_broken_file() {
    let shown: BTreeSet<String> = cases()
        .iter()
        .flat_map(|path| expected(&fs::read_to_string(path).expect("a case")))
        .map(|one| one.code)
        .collect();
    // R01, R0201 to R0212, S01 and I are codes of files; the others are of orders, imports and plans.
    let of_files = |code: &str| {
        code.starts_with("R01")
            || code.starts_with("S01")
            || code.starts_with('I')
            || ("R0201".."R0213").contains(&code)
    };
    let without: Vec<&str> = explanation::pages()
        .map(|page| page.code)
        .filter(|code| of_files(code) && !shown.contains(*code) && !ELSEWHERE.contains(code))
        .collect();
    assert!(without.is_empty(), "rules without a broken file: {without:?}");
    let clean = cases().iter().filter(|path| path.display().to_string().contains("-clean")).count();
    assert!(clean >= 10, "one sound file of each kind: {clean}");
}
