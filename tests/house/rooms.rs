//! Rooms: small, named by what they are, with a table of contents at the door.

use std::path::Path;

use crate::tree;

/// At this length a room has become two.
///
/// Chosen: the longest file that is still read in one sitting.
const WALL: usize = 400;

/// Names that say nothing about a calibration laboratory.
const FORBIDDEN_NAMES: &[&str] = &[
    "common",
    "core",
    "data",
    "handler",
    "helper",
    "helpers",
    "info",
    "manager",
    "misc",
    "mod",
    "processor",
    "service",
    "util",
    "utils",
];

/// Words that promise something instead of doing it.
const FORBIDDEN_WORDS: &[&str] =
    &["dummy", "mock", "mocked", "fake", "placeholder", "for now", "fixme", "todo", "hack"];

/// Paths that exist on one machine only.
const MACHINE_PATHS: &[&str] = &["/root/", "/work/", "/home/", "/Users/"];

/// Lines of code: comments explain and blanks part, neither makes a room long.
fn lines_of_code(text: &str) -> usize {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

#[test]
fn no_room_is_longer_than_the_wall() {
    let long: Vec<String> = tree::rust_files()
        .iter()
        .map(|(path, text)| (path, lines_of_code(text)))
        .filter(|(_, lines)| *lines > WALL)
        .map(|(path, lines)| format!("{} has {lines} lines of code", path.display()))
        .collect();
    assert!(
        long.is_empty(),
        "longer than {WALL} lines of code, so two rooms:\n{}",
        long.join("\n")
    );
}

#[test]
fn no_room_has_a_name_that_says_nothing() {
    let mut found = Vec::new();
    for (path, _) in tree::rust_files() {
        for part in path.with_extension("").iter().filter_map(|part| part.to_str()) {
            if FORBIDDEN_NAMES.contains(&part) {
                found.push(format!("{} is called `{part}`", path.display()));
            }
        }
    }
    assert!(
        found.is_empty(),
        "name it by what it is in a calibration laboratory (docs/VOCABULARY.md):\n{}",
        found.join("\n")
    );
}

/// Whether a line may stand in a `lib.rs`: comments, attributes, the names of
/// its rooms, and what another room may say through it.
fn is_contents(line: &str) -> bool {
    let line = line.trim();
    ["//", "#[", "#![", "pub mod ", "mod ", "pub use "].iter().any(|start| line.starts_with(start))
        || line.is_empty()
}

#[test]
fn every_lib_rs_is_a_head_and_a_table_of_contents() {
    for folder in
        ["uncertainty", "procedures", "instruments", "fixtures", "certificates", "gui", "."]
    {
        let path = Path::new(folder).join("src/lib.rs");
        let text = tree::text(&path);
        assert!(text.starts_with("//!"), "{} lacks its head", path.display());
        for (number, line) in text.lines().enumerate() {
            assert!(
                is_contents(line),
                "{}:{}: a table of contents holds no code: {line}",
                path.display(),
                number + 1
            );
        }
    }
}

#[test]
fn every_room_begins_with_what_it_knows() {
    let without: Vec<String> = tree::rust_files()
        .iter()
        .filter(|(path, text)| !path.ends_with("tests.rs") && !text.starts_with("//!"))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(without.is_empty(), "rooms without a head (`//!`):\n{}", without.join("\n"));
}

/// Whether `word` stands in `line` with no letter on either side of it.
fn says(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Everything a person wrote, but for these tests, which must name the words.
fn written() -> Vec<(std::path::PathBuf, String)> {
    let mut all = tree::rust_files();
    for ending in ["toml", "md", "py", "sh"] {
        let folders = tree::CODE.iter().chain(&["docs", "changelog"]);
        let paths = folders.flat_map(|folder| tree::files(folder, ending));
        all.extend(paths.map(|path| (path.clone(), tree::text(&path))));
    }
    for path in ["README.md", "Cargo.toml", "clippy.toml", "deny.toml", "test", ".ci/run"] {
        all.push((path.into(), tree::text(path)));
    }
    all.retain(|(path, _)| !path.starts_with("tests/house"));
    all
}

#[test]
fn nothing_promises_instead_of_doing() {
    let mut found = Vec::new();
    for (path, text) in written() {
        for (number, line) in text.lines().enumerate() {
            // The name of clippy's lint against the very thing.
            let lower = line.to_lowercase().replace("todo = \"deny\"", "");
            for word in FORBIDDEN_WORDS.iter().filter(|word| says(&lower, word)) {
                found.push(format!("{}:{}: {word}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "say what it is, or finish it:\n{}", found.join("\n"));
}

#[test]
fn nothing_names_a_path_of_one_machine() {
    let mut found = Vec::new();
    for (path, text) in written() {
        for (number, line) in text.lines().enumerate() {
            for place in MACHINE_PATHS.iter().filter(|place| line.contains(*place)) {
                found.push(format!("{}:{}: {place}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "these exist on one machine only:\n{}", found.join("\n"));
}
