//! The quality manager's manual: every command and every test that it names exists.

use std::collections::BTreeSet;

use clap::CommandFactory;
use etalon::cli::Cli;

use crate::tree;

const MANUAL: &str = "docs/manual/quality.md";

/// What stands between backticks in the tables.
fn quoted() -> Vec<(usize, String)> {
    let text = tree::text(MANUAL);
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
    let named = quoted().into_iter().filter(|(_, part)| part.starts_with("etalon "));
    let unknown: Vec<_> = named.filter(|(_, part)| !known.contains(part)).collect();
    assert!(unknown.is_empty(), "{MANUAL} names commands that do not exist: {unknown:?}");
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
    let named = quoted().into_iter().filter(|(_, part)| is_test(part));
    let unknown: Vec<_> = named.filter(|(_, part)| !tests.contains(part)).collect();
    assert!(unknown.is_empty(), "{MANUAL} names tests that do not exist: {unknown:?}");
}

/// A clause is served by something that a test shows, or the row says that it is not.
#[test]
fn every_row_of_the_quality_manual_is_shown_or_says_that_it_is_not_served() {
    let text = tree::text(MANUAL);
    let rows = text.lines().enumerate().filter(|(_, line)| {
        line.starts_with("| ")
            && !line.starts_with("| clause")
            && !line.starts_with("| section")
            && !line.starts_with("| requirement")
    });
    let mut silent = Vec::new();
    for (number, line) in rows {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let shown = cells.get(3).is_some_and(|cell| cell.contains('`'));
        let said = cells
            .get(2)
            .is_some_and(|cell| cell.contains("not served yet") || cell.contains("not applicable"));
        if cells.len() != 4 || !(shown || said) {
            silent.push(number + 1);
        }
    }
    assert!(
        silent.is_empty(),
        "{MANUAL}: rows {silent:?} neither name a test nor say what is missing"
    );
}
