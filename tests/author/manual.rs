//! The manual for authors, walked as it says: from an empty folder, with nothing but its blocks and
//! its commands, to the shipped procedure and a run of the gauge.

use std::path::Path;

use crate::desk::{answer, json, write};

/// Both editions, with the words and characters that a reader takes in a minute. Chosen: the pace of
/// somebody who reads with care, a fifth below silent reading.
const EDITIONS: [(&str, f64); 2] = [
    (include_str!("../../docs/manual/procedures.md"), 200.0),
    (include_str!("../../docs/manual/procedures.zh.md"), 300.0),
];

/// The shipped procedure that the manual ends at.
const SHIPPED: &str = include_str!("../../procedures/library/pressure/jjg52-bourdon-up-down.toml");

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
            std::fs::copy(folder.join(file), folder.join(to)).expect("copied");
        }
        _ => panic!("the manual has another command: {line}"),
    }
}

/// The words of a page, its blocks included: Latin ones, and Chinese characters one by one.
fn words(page: &str) -> (usize, usize) {
    let is_han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    let latin = page
        .split(|letter: char| letter.is_whitespace() || is_han(letter))
        .filter(|word| word.chars().any(|letter| letter.is_ascii_alphanumeric()));
    (latin.count(), page.chars().filter(|letter| is_han(*letter)).count())
}

/// The minutes that the manual reckons with: reading, copying and checking each block, typing what is
/// no block, and two minutes while the commands run.
fn minutes(page: &str, pace: f64) -> f64 {
    let count = |number: usize| u32::try_from(number).map_or(f64::INFINITY, f64::from);
    let (latin, han) = words(page);
    let read = if pace > 200.0 { latin + han } else { latin };
    let by_hand = [blocks(page, "sh"), blocks(page, "toml wrong")].concat().concat();
    count(read) / pace
        + 0.25 * count(blocks(page, "toml").len())
        + count(by_hand.chars().count()) / 200.0
        + 2.0
}

#[test]
fn the_manual_is_read_and_its_procedure_written_in_half_an_hour() {
    for (page, pace) in EDITIONS {
        let taken = minutes(page, pace);
        assert!(taken <= 30.0, "{taken} minutes");
        let stated = [format!(": {taken:.0} minutes"), format!("合计 {taken:.0} 分钟")];
        assert!(stated.iter().any(|words| page.contains(words)), "it states other than {taken}");
    }
}

#[test]
fn both_editions_have_the_same_blocks_and_commands() {
    let [(english, _), (chinese, _)] = EDITIONS;
    for kind in ["toml", "toml wrong", "text found", "sh"] {
        assert_eq!(blocks(english, kind), blocks(chinese, kind), "{kind}");
    }
}

#[test]
fn an_author_who_takes_only_what_the_manual_says_has_the_shipped_procedure_and_runs_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let [(manual, _), _] = EDITIONS;
    let commands = blocks(manual, "sh");
    let [start, before, after] = commands.as_slice() else { panic!("three blocks of commands") };
    start.lines().for_each(|line| shell(folder.path(), line));
    let taken = blocks(manual, "toml");
    for step in 1..=taken.len() {
        let text = taken.get(..step).expect("blocks so far").join("\n");
        write(folder.path(), "gauge.toml", &text);
        let (_, document) = json(folder.path(), &["check", "gauge.toml"]);
        let found = document.get("diagnostics").and_then(|all| all.as_array()).expect("a list");
        for one in found {
            let code = one.get("code").and_then(|code| code.as_str()).unwrap_or_default();
            assert!(TO_COME.contains(&code), "after block {step}: {one}");
        }
        if step == taken.len() {
            assert!(found.is_empty(), "{found:?}");
            assert_eq!(text, SHIPPED, "the manual ends at the shipped procedure");
        }
    }
    before.lines().for_each(|line| shell(folder.path(), line));
    let (code, document) =
        json(folder.path(), &["diff", "gauge.toml", "lab/procedures/jjg52-bourdon-up-down.toml"]);
    assert_eq!((code, document["changes"].as_array().map(Vec::len)), (0, Some(0)), "{document}");
    after.lines().for_each(|line| shell(folder.path(), line));
    assert!(folder.path().join("gauge.pdf").exists(), "the work instruction");
    let lab = folder.path().join("lab");
    let (code, document) = json(&lab, &["record", "list"]);
    assert_eq!(code, 0, "{document}");
    assert!(document.to_string().contains("cn.jjg52.bourdon.up-down"), "{document}");
}
