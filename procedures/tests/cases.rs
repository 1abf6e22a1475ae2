//! Broken procedures, each with its finding written on the offending line.
//!
//! A case is a whole file. `#~ error[E0103]: text` at the end of a line (or on a
//! line of its own just below, `#~^`) demands exactly that finding on that line;
//! `#~ hint: text` demands that its hint contains the text. Whatever is found
//! and not written, and whatever is written and not found, fails the test: one
//! broken thing gives one finding, and never a second, misleading one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use etalon_procedures::check;
use etalon_procedures::finding::ALL;

/// Codes that no file of a few lines can show, with the test that does.
const ELSEWHERE: &[&str] = &[
    "E0102", // ten_megabytes_end_in_one_finding
    "E0405", // basic_error.rs: every_finding_about_an_unfit_meter_comes_at_once
    "E0607", // a_table_too_large_for_its_points_ends_in_one_finding
    "E0605", // basic_error.rs: a_table_is_not_looked_up_where_its_key_has_no_value
];

#[derive(Debug, PartialEq)]
struct Expected {
    line: usize,
    code: String,
    message: String,
    hint: String,
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder").flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

fn expected(text: &str) -> Vec<Expected> {
    let mut expected: Vec<Expected> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((_, note)) = line.split_once("#~") else { continue };
        let (above, note) = match note.strip_prefix('^') {
            Some(note) => (1, note.trim()),
            None => (0, note.trim()),
        };
        if let Some(hint) = note.strip_prefix("hint:") {
            expected.last_mut().expect("a hint follows its finding").hint = hint.trim().to_owned();
            continue;
        }
        let (head, message) = note.split_once(':').expect("error[CODE]: message");
        let code = head.split(['[', ']']).nth(1).expect("a code in brackets").to_owned();
        expected.push(Expected {
            line: index + 1 - above,
            code,
            message: message.trim().to_owned(),
            hint: String::new(),
        });
    }
    expected
}

fn line_of(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count() + 1
}

#[test]
fn every_case_gives_exactly_the_finding_written_in_it() {
    let mut failures = Vec::new();
    let mut codes = BTreeSet::new();
    for path in cases() {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expected = expected(&text);
        let found = check(&text).diagnostics;
        codes.extend(expected.iter().map(|finding| finding.code.clone()));
        for finding in &found {
            let line = line_of(&text, finding.span.as_ref().map_or(0, |span| span.start));
            let fits = |wanted: &&Expected| {
                wanted.line == line
                    && wanted.code == finding.code
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
    let without: Vec<&str> = ALL
        .iter()
        .copied()
        .filter(|code| !codes.contains(*code) && !ELSEWHERE.contains(code))
        .collect();
    assert!(without.is_empty(), "rules without a case: {without:?}");
    assert!(cases().len() > 60);
}

#[test]
fn ten_megabytes_end_in_one_finding() {
    let text = "a = 1\n".repeat(1_700_000);
    let found = check(&text).diagnostics;
    assert_eq!(found.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["E0102"]);
}

#[test]
fn a_hundred_thousand_parentheses_end_in_one_finding() {
    let nested = format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000));
    let clean =
        fs::read_to_string(cases().iter().find(|p| p.ends_with("clean.toml")).unwrap()).unwrap();
    let text = clean.replace("rel * U_r", &nested);
    let found = check(&text).diagnostics;
    assert_eq!(found.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["E0307"]);
}

#[test]
fn a_hundred_thousand_brackets_of_toml_end_in_syntax_findings() {
    let text = format!("a = {}", "[".repeat(100_000));
    let found = check(&text).diagnostics;
    assert!(!found.is_empty() && found.iter().all(|finding| finding.code == "E0101"));
}

#[test]
fn a_table_of_a_hundred_thousand_rows_is_answered_quickly() {
    let clean =
        fs::read_to_string(cases().iter().find(|p| p.ends_with("clean.toml")).unwrap()).unwrap();
    let row = "[\"a\"],";
    let rows = row.repeat((1 << 20) / row.len() - clean.len() / row.len() - 10);
    let text = clean.replace("rows = [\n  [\"low\"", &format!("rows = [{rows}\n  [\"low\""));
    let found = check(&text).diagnostics;
    assert!(found.iter().any(|finding| finding.code == "E0113"));
}

#[test]
fn a_table_too_large_for_its_points_ends_in_one_finding() {
    let clean =
        fs::read_to_string(cases().iter().find(|p| p.ends_with("clean.toml")).unwrap()).unwrap();
    let points: String = (1..6_000).map(|n| format!("  [\"n{n}\", \"0.{n:06}\"],\n")).collect();
    let rows: String =
        (1..1_500).map(|n| format!("  [\"0.5\", \"{n}\", \"{}\", \"0.02\"],\n", n + 1)).collect();
    let marks = ("  [\"low\",  \"0.1\"],", "  [\"1\",   \"0\",   \"0.5\", \"0.02\"],");
    let text = clean
        .replace(marks.0, &format!("{points}{}", marks.0))
        .replace(marks.1, &format!("{rows}{}", marks.1));
    let found = check(&text).diagnostics;
    assert_eq!(found.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["E0607"]);
}
