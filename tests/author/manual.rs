//! The manual for authors, walked as it says: from an empty folder, typing nothing but its blocks and
//! its commands, to a run of the gauge.

use std::path::Path;

use crate::desk::{answer, json, write};

/// What half an hour of slow typing comes to: 200 characters a minute.
const CHARACTERS: usize = 6_000;

/// Codes that say no more than that something is still to come.
const TO_COME: [&str; 9] =
    ["E0304", "E0806", "E0811", "E1001", "E1101", "E1201", "E1202", "E1205", "E1206"];

/// The blocks of a kind, in order, each with the headings above it.
fn blocks(manual: &str, kind: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open = false;
    for line in manual.lines() {
        match line.strip_prefix("```") {
            Some(own) if !open && own == kind => {
                open = true;
                found.push(String::new());
            }
            Some(_) => open = false,
            None if open => {
                let block = found.last_mut().expect("a block is open");
                block.push_str(line);
                block.push('\n');
            }
            None => {}
        }
    }
    found
}

fn shell(folder: &Path, line: &str) {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["etalon", arguments @ ..] => {
            let (code, out, err) = answer(folder, arguments);
            assert_eq!(code, 0, "{line}: {out}{err}");
        }
        ["cp", file, to] => {
            let name = Path::new(file).file_name().expect("a file");
            std::fs::copy(folder.join(file), folder.join(to).join(name)).expect("copied");
        }
        _ => panic!("the manual has another command: {line}"),
    }
}

#[test]
fn an_author_who_types_only_what_the_manual_says_runs_the_gauge() {
    let folder = tempfile::tempdir().expect("a folder");
    let manual = include_str!("../../docs/manual/procedures.md");
    let typed = blocks(manual, "toml");
    assert_eq!(typed.len(), 10);
    let mut text = String::new();
    for (step, block) in typed.iter().enumerate() {
        text.push_str(block);
        text.push('\n');
        write(folder.path(), "gauge.toml", &text);
        let (_, document) = json(folder.path(), &["check", "gauge.toml"]);
        let found = document.get("diagnostics").and_then(|all| all.as_array()).expect("a list");
        for one in found {
            let code = one.get("code").and_then(|code| code.as_str()).unwrap_or_default();
            assert!(TO_COME.contains(&code), "after block {}: {one}", step + 1);
        }
    }
    assert!(text.chars().count() <= CHARACTERS + 200, "{} characters", text.chars().count());
    let commands = blocks(manual, "sh");
    let [before, after] = commands.as_slice() else { panic!("two blocks of commands") };
    before.lines().for_each(|line| shell(folder.path(), line));
    let items = blocks(manual, "toml item");
    let [item] = items.as_slice() else { panic!("one item") };
    write(folder.path(), "lab/items/G1.toml", item);
    after.lines().for_each(|line| shell(folder.path(), line));
    let lab = folder.path().join("lab");
    let (code, document) = json(&lab, &["record", "list"]);
    assert_eq!(code, 0, "{document}");
    assert!(document.to_string().contains("example.gauge"), "{document}");
}
