//! The quality manager's manual, in English and in Chinese: every command and every test that it names
//! exists.

use std::collections::BTreeSet;

use clap::CommandFactory;
use etalon::cli::Cli;

use crate::tree;

/// The manual in both languages.
const MANUALS: [&str; 2] = ["docs/manual/quality.md", "docs/manual/quality.zh.md"];

/// How a row says that a clause is not served, or asks for nothing here.
const NOT_SERVED: [&str; 4] = ["not served yet", "not applicable", "尚未落实", "不适用"];

/// The first words of the heads of the tables.
const HEADS: [&str; 5] = ["| clause", "| section", "| requirement", "| 条款", "| 要求"];

/// What stands between backticks in the tables.
fn quoted(manual: &str) -> Vec<(usize, String)> {
    let text = tree::text(manual);
    let rows = text.lines().enumerate().filter(|(_, line)| line.starts_with("| "));
    let quoted = rows.flat_map(|(number, line)| {
        let parts = line.split('`').skip(1).step_by(2);
        parts.map(move |part| (number + 1, part.to_owned())).collect::<Vec<_>>()
    });
    quoted.collect()
}

/// Every command of the program, two words deep.
fn commands() -> BTreeSet<String> {
    let program = Cli::command();
    let mut found = BTreeSet::new();
    for command in program.get_subcommands() {
        found.insert(format!("etalon {}", command.get_name()));
        for below in command.get_subcommands() {
            found.insert(format!("etalon {} {}", command.get_name(), below.get_name()));
        }
    }
    found
}

#[test]
fn every_command_that_the_quality_manual_names_exists() {
    let known = commands();
    for manual in MANUALS {
        let named = quoted(manual).into_iter().filter(|(_, part)| part.starts_with("etalon "));
        let unknown: Vec<_> = named.filter(|(_, part)| !known.contains(part)).collect();
        assert!(unknown.is_empty(), "{manual} names commands that do not exist: {unknown:?}");
    }
}

#[test]
fn every_test_that_the_quality_manual_names_exists() {
    let tests: BTreeSet<String> = tree::rust_files()
        .iter()
        .flat_map(|(_, text)| {
            let functions = text.lines().filter_map(|line| {
                let (_, rest) = line.split_once("fn ")?;
                rest.split('(').next().map(str::to_owned)
            });
            functions.collect::<Vec<_>>()
        })
        .collect();
    let is_test = |part: &str| part.matches('_').count() > 2 && !part.contains(['.', ' ', '/']);
    for manual in MANUALS {
        let named = quoted(manual).into_iter().filter(|(_, part)| is_test(part));
        let unknown: Vec<_> = named.filter(|(_, part)| !tests.contains(part)).collect();
        assert!(unknown.is_empty(), "{manual} names tests that do not exist: {unknown:?}");
    }
}

/// The rows of the tables, without their heads: number of the line and cells.
fn rows(manual: &str) -> Vec<(usize, Vec<String>)> {
    let text = tree::text(manual);
    let rows = text.lines().enumerate();
    let rows = rows.filter(|(_, line)| line.starts_with("| "));
    let rows = rows.filter(|(_, line)| !HEADS.iter().any(|head| line.starts_with(head)));
    let cells = |line: &str| {
        line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
    };
    rows.map(|(number, line)| (number + 1, cells(line))).collect()
}

fn is_not_served(cells: &[String]) -> bool {
    cells.get(2).is_some_and(|cell| NOT_SERVED.iter().any(|words| cell.contains(words)))
}

/// A clause is served by something that a test shows, or the row says that it is not.
#[test]
fn every_row_of_the_quality_manual_is_shown_or_says_that_it_is_not_served() {
    for manual in MANUALS {
        let rows = rows(manual);
        let is_shown = |cells: &[String]| cells.get(3).is_some_and(|cell| cell.contains('`'));
        let is_silent =
            |cells: &[String]| cells.len() != 4 || !(is_shown(cells) || is_not_served(cells));
        let silent: Vec<_> = rows.iter().filter(|(_, cells)| is_silent(cells)).collect();
        assert!(!rows.is_empty(), "{manual} has no rows");
        assert!(
            silent.is_empty(),
            "{manual}: rows {silent:?} neither name a test nor say what is missing"
        );
    }
}

/// What stands between backticks in a cell.
fn names(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Neither language promises more than the other: row by row the same commands, the same tests, and
/// the same that is not served.
#[test]
fn the_quality_manual_says_the_same_in_both_languages() {
    let [english, chinese] = MANUALS.map(rows);
    assert_eq!(english.len(), chinese.len(), "rows of {MANUALS:?}");
    for ((_, en), (line, zh)) in english.iter().zip(&chinese) {
        let same = |at: usize| names(&en[at]) == names(&zh[at]);
        assert!(same(2) && same(3), "line {line} of {}: {zh:?}, wanted as {en:?}", MANUALS[1]);
        assert_eq!(is_not_served(en), is_not_served(zh), "line {line} of {}: {zh:?}", MANUALS[1]);
    }
}
