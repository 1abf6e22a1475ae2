//! Files that nobody would write, given to the program: it answers with a finding within two
//! seconds and 200 MB, and never with a panic.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::desk::{ETALON, answer, write};

/// What is allowed.
const SECONDS: u64 = 2;

/// Address space for data that the program may take, in KiB, as `ulimit -d` counts it: private and
/// writable mappings, whether touched or not.
const KIB: u32 = 200 * 1024;

const PROCEDURE: &str = include_str!("../../procedures/tests/cases/clean.toml");
const REGISTER: &str = include_str!("cases/register-clean.toml");
const SPECIFICATION: &str = include_str!("cases/specification-clean.toml");
const INSTRUMENT: &str = include_str!("cases/instrument-clean.toml");

/// Checks a text; the codes of its findings.
fn codes(folder: &Path, name: &str, text: &str) -> Vec<String> {
    write(folder, name, text);
    let limited = format!("ulimit -d {KIB}; exec \"$0\" --format json check \"$1\"");
    let run = || {
        let begun = Instant::now();
        let mut shell = Command::new("sh");
        let output = shell.current_dir(folder).args(["-c", &limited, ETALON, name]).output();
        (output.expect("a shell"), begun.elapsed())
    };
    // A machine that is busy with other things answers late: the best of three counts.
    let (mut output, mut took) = run();
    for _ in 0..2 {
        if took >= Duration::from_secs(SECONDS) {
            (output, took) = run();
        }
    }
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{name}: {words}");
    assert!(took < Duration::from_secs(SECONDS), "{name} took {took:?}");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = document.get("diagnostics").and_then(|all| all.as_array()).expect("a list");
    found
        .iter()
        .map(|one| one.get("code").and_then(|code| code.as_str()).unwrap_or_default().to_owned())
        .collect()
}

fn nested(levels: usize) -> String {
    format!("{}1{}", "(".repeat(levels), ")".repeat(levels))
}

#[test]
fn ten_megabytes_end_in_one_finding_within_two_seconds_and_200_mb() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = "a = 1\n".repeat(1_700_000);
    for (schema, code) in [
        ("etalon.procedure/1", "E0102"),
        ("etalon.register/1", "R0113"),
        ("etalon.bench/1", "R0113"),
        ("etalon.scope/1", "R0113"),
        ("etalon.spec/1", "R0113"),
        ("etalon.instrument/1", "R0113"),
        ("etalon.budget/1", "R0113"),
        ("etalon.world/1", "R0113"),
    ] {
        let found = codes(folder.path(), "ten.toml", &format!("schema = \"{schema}\"\n{lines}"));
        assert_eq!(found, [code], "{schema}");
    }
    assert_eq!(codes(folder.path(), "braces.json", &"{".repeat(10_000_000)), ["R0113"]);
    let line = format!("schema = \"etalon.procedure/1\"\na = \"{}\"\n", "x".repeat(10_000_000));
    assert_eq!(codes(folder.path(), "line.toml", &line), ["E0102"]);
}

#[test]
fn a_hundred_thousand_parentheses_end_in_one_finding_within_two_seconds_and_200_mb() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = PROCEDURE.replace("rel * U_r", &nested(100_000));
    assert_eq!(codes(folder.path(), "parentheses.toml", &text), ["E0307"]);
    let budget = format!(
        "[[model]]\nname = \"y\"\nexpr = \"{}\"\n[[input]]\nname = \"x\"\nvalue = 1\ndist = \"normal\"\nu = 1\n",
        nested(100_000)
    );
    assert!(!codes(folder.path(), "budget.toml", &budget).is_empty());
    for open in ["[", "{ a = ", "a."] {
        let text = format!("schema = \"etalon.procedure/1\"\na = {}", open.repeat(100_000));
        let found = codes(folder.path(), "brackets.toml", &text);
        assert!(!found.is_empty() && found.iter().all(|code| code == "E0101"), "{open}: {found:?}");
    }
}

/// As every other file of a laboratory, 1 MiB and not a byte more: a sound budget that grows by a comment.
#[test]
fn a_budget_is_evaluated_up_to_one_mebibyte_and_refused_beyond() {
    let folder = tempfile::tempdir().expect("a folder");
    let sound = "[[model]]\nname = \"y\"\nexpr = \"2 * x\"\n[[input]]\nname = \"x\"\nvalue = 1\ndist = \"normal\"\nu = 1\n#";
    for (bytes, wanted) in [(1 << 20, 0), ((1 << 20) + 1, 2)] {
        let text = format!("{sound}{}", "x".repeat(bytes - sound.len()));
        write(folder.path(), "budget.toml", &text);
        let (code, _, err) = answer(folder.path(), &["budget", "budget.toml", "--method", "gum"]);
        assert_eq!(code, wanted, "{bytes}: {err}");
        assert_eq!(err.contains("R0113"), wanted == 2, "{err}");
    }
}

#[test]
fn a_million_rows_end_in_a_finding_within_two_seconds_and_200_mb() {
    let folder = tempfile::tempdir().expect("a folder");
    let million = PROCEDURE.replacen(
        "rows = [\n  [\"low\"",
        &format!("rows = [\n{}  [\"low\"", "  [\"a\", \"1\"],\n".repeat(1_000_000)),
        1,
    );
    assert!(million.len() > 13_000_000);
    assert_eq!(codes(folder.path(), "points.toml", &million), ["E0102"]);
    let row = "  [\"5\",  \"1.0\",  \"0.007\", \"0.012\"],\n";
    assert!(REGISTER.contains(row));
    let rows: String =
        (0..1_000_000).map(|n| format!("  [\"{n}\", \"1.0\", \"0\", \"1\"],\n")).collect();
    assert_eq!(codes(folder.path(), "register.toml", &REGISTER.replace(row, &rows)), ["R0113"]);
}

/// The worst that is still small enough to be read: as many rows as fit, each like the others.
#[test]
fn tables_as_large_as_a_file_may_be_are_answered_within_two_seconds_and_200_mb() {
    let folder = tempfile::tempdir().expect("a folder");
    let filled = |text: &str, row: &str| {
        assert!(text.contains(row));
        text.replacen(row, &row.repeat(1_000_000 / row.len()), 1)
    };
    let row = "  [\"5\",  \"1.0\",  \"0.007\", \"0.012\"],\n";
    let found = codes(folder.path(), "register.toml", &filled(REGISTER, row));
    assert!(found.contains(&"R0113".to_owned()) && found.len() == 201, "{}", found.len());
    let row = "  [\"Source.Voltage.DC\", \"3 V\",  \"0\",   \"3.3\", \"11\", \"0\", \"2\"],\n";
    let found = codes(folder.path(), "specification.toml", &filled(SPECIFICATION, row));
    assert!(found.contains(&"R0113".to_owned()) && found.len() == 201, "{}", found.len());
    let row = "  [\"high\", \"1\"],\n";
    let found = codes(folder.path(), "points.toml", &filled(PROCEDURE, row));
    assert!(!found.is_empty() && found.len() <= 201, "{}", found.len());
    let more = "\n[[function]]\ntaxon = \"Measure.Voltage.DC\"\n".repeat(20_000);
    assert!(!codes(folder.path(), "instrument.toml", &format!("{INSTRUMENT}{more}")).is_empty());
}
