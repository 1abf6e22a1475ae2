//! The table of the peers in `README.md` beside this file says what is true.

use std::path::{Path, PathBuf};

/// This folder.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers")
}

fn text(file: &str) -> String {
    let path = folder().join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What stands between the first two back quotes, and behind them.
fn quoted(cell: &str) -> (&str, &str) {
    let rest = cell.split_once('`').expect("a name in back quotes").1;
    rest.split_once('`').expect("a name between back quotes")
}

/// Why a row is not true, if it is not.
fn wrong(row: &[&str]) -> Option<String> {
    let [_, version, pinned, test] = row else { return Some("not four cells".to_owned()) };
    let (package, number) = version.split_once(' ').expect("a package with its version");
    let list = text(pinned);
    let is_pinned = match number {
        "of the distribution" => list.lines().any(|line| line.starts_with(package)),
        number => list.lines().any(|line| {
            let line = line.replace(['"', '='], " ");
            let mut words = line.split_whitespace();
            words.next() == Some(package) && words.any(|word| word == number)
        }),
    };
    if !is_pinned {
        return Some(format!("{pinned} has no {version}"));
    }
    let (file, rest) = quoted(test);
    let (name, _) = quoted(rest);
    let is_there = text(file).contains(&format!("#[test]\nfn {name}()"));
    (!is_there).then(|| format!("{file} has no test {name}"))
}

#[test]
fn every_peer_of_the_table_is_pinned_at_its_version_and_has_its_test() {
    let page = text("README.md");
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains(".rs`"));
    let rows: Vec<Vec<&str>> =
        rows.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect()).collect();
    assert!(rows.len() > 20, "the table has {} rows", rows.len());
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|row| wrong(row).map(|reason| format!("{}: {reason}", row[0])))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
