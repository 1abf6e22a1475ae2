//! `--lang`: every command that takes it says what was asked for, and the other language is away.

use std::collections::BTreeSet;
use std::path::Path;

use crate::desk::{answer, json, lab};

/// Commands that take `--lang`, and who tries them.
const TAKING: [(&str, &str); 8] = [
    ("certificate draft", "here: what is drafted is what is issued"),
    ("certificate issue", "as what is drafted; certificates/tests/page.rs sets the pages"),
    ("check", "here"),
    ("demo", "tests/record/desk.rs, in English"),
    ("gui", "tests/peers/photograph.sh compares the pictures"),
    ("plan", "here"),
    ("procedure print", "here"),
    ("run", "here"),
];

/// The subcommands that a help names.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty());
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

fn taking(folder: &Path, words: &[String], found: &mut BTreeSet<String>) {
    let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    arguments.push("--help");
    let help = answer(folder, &arguments).1;
    if help.contains("--lang ") {
        found.insert(words.join(" "));
    }
    for command in commands(&help) {
        taking(folder, &[words, &[command]].concat(), found);
    }
}

#[test]
fn no_command_takes_a_language_that_nobody_tries() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut found = BTreeSet::new();
    taking(folder.path(), &[], &mut found);
    let known: BTreeSet<String> = TAKING.iter().map(|(command, _)| (*command).to_owned()).collect();
    assert_eq!(found, known);
}

fn has_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// English words of four letters and more, without what stands between back-quotes.
fn english(text: &str) -> Vec<&str> {
    let said = text.split('`').step_by(2);
    let words = said.flat_map(|part| part.split(|c: char| !c.is_ascii_alphabetic()));
    words.filter(|word| word.len() > 3 && word.chars().all(|c| c.is_ascii_lowercase())).collect()
}

#[test]
fn a_code_is_explained_in_the_language_that_was_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    for code in ["E0602", "R0146", "P0205", "X020", "certificate.7-8-2-1-a"] {
        let said = |lang: &str| {
            let (exit, out, err) =
                answer(folder.path(), &["check", "--explain", code, "--lang", lang]);
            assert_eq!(exit, 0, "{err}");
            out
        };
        let (en, zh, both) = (said("en"), said("zh"), said("both"));
        assert!(!has_chinese(&en), "{en}");
        let body = |text: &str| text.trim_end().lines().last().unwrap_or_default().to_owned();
        assert!(has_chinese(&body(&zh)), "{zh}");
        assert!(both.contains(&body(&en)) && both.contains(&body(&zh)), "{both}");
        assert_eq!(both, answer(folder.path(), &["check", "--explain", code]).1);
    }
    let (_, document) = json(folder.path(), &["check", "--explain", "E0602", "--lang", "zh"]);
    assert!(document["explanation"].as_str().is_some_and(has_chinese), "{document}");
}

/// A gauge on the bench of the meters: none of its instruments makes a pressure.
#[test]
fn a_plan_and_a_run_refuse_in_the_language_that_was_asked_for_with_every_reason() {
    let (_folder, lab) = lab();
    let names = ["cn.jjg52.bourdon.up-down", "--bench", "meters-6", "--item", "BG26000001"];
    for command in ["plan", "run"] {
        let said = |lang: &str| {
            let (code, _, err) =
                answer(&lab, &[&[command], &names[..], &["--lang", lang]].concat());
            assert_eq!(code, 2, "{err}");
            err
        };
        let (en, zh, both) = (said("en"), said("zh"), said("both"));
        assert!(!has_chinese(&en) && en.contains("none does"), "{en}");
        assert!(zh.contains("没有一台具备") && !zh.contains("none does"), "{zh}");
        assert!(both.contains("没有一台具备") && both.contains("none does"), "{both}");
    }
}

/// What each candidate lacks is said in Chinese too, not quoted in English.
#[test]
fn the_reasons_of_single_candidates_are_chinese_in_a_chinese_refusal() {
    let (_folder, lab) = lab();
    let bench = lab.join("benches/pressure-1.toml");
    let text = std::fs::read_to_string(&bench).expect("the bench");
    let away = |line: &&str| !line.starts_with("standard");
    let text: Vec<&str> = text.lines().filter(away).collect();
    std::fs::write(&bench, text.join("\n")).expect("the bench is written");
    let names = ["cn.jjg52.bourdon.up-down", "--bench", "pressure-1", "--item", "BG26000001"];
    let (code, _, err) = answer(&lab, &[&["plan"], &names[..], &["--lang", "zh"]].concat());
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("该角色须可溯源，而装置文件未指明设备台账中的条目"), "{err}");
    let left = english(&err);
    let of_program = ["error", "pressure", "procedures", "bourdon", "down", "toml"];
    let strange: Vec<&&str> = left.iter().filter(|word| !of_program.contains(word)).collect();
    assert!(strange.is_empty(), "{strange:?} in {err}");
}

/// A certificate states in the record which languages its pages have; what is signed for is the same in
/// each. Without a Chinese font on this machine the pages are English, and that is said.
#[test]
fn a_certificate_is_drafted_in_the_languages_that_were_asked_for() {
    let (_folder, lab) = lab();
    let run =
        ["run", "cn.jjg596.direct.basic-error", "--bench", "meters-6", "--item", "DD26000001"];
    let by = ["--clock", "virtual", "--simulated-technician", "--operator", "chen.yu"];
    let (code, _, err) = answer(&lab, &[&run[..], &by].concat());
    assert_eq!(code, 0, "{err}");
    let (_, recorded) = json(&lab, &["record", "list"]);
    let run = recorded["runs"][0]["run"].as_str().expect("a run");
    for (act, person) in [("check", "wang.min"), ("approve", "zhao.lei")] {
        let (code, _, err) = answer(&lab, &["certificate", act, run, "DD26000001", "--by", person]);
        assert_eq!(code, 0, "{err}");
    }
    for lang in ["en", "zh", "both"] {
        let draft = ["certificate", "draft", run, "DD26000001", "--lang", lang];
        let has_font = !answer(&lab, &draft).2.contains("no Chinese font found");
        let wanted = if has_font { lang } else { "en" };
        assert_eq!(json(&lab, &draft).1["page"]["languages"], wanted);
    }
}

#[test]
fn an_instruction_is_printed_in_the_language_that_was_asked_for() {
    let (_folder, lab) = lab();
    let said = |lang: &str| {
        let print = ["procedure", "print", "cn.jjg52.bourdon.up-down", "--lang", lang];
        let (code, out, err) = answer(&lab, &print);
        assert_eq!(code, 0, "{err}");
        out
    };
    let title = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    let (en, zh, both) = (title(&said("en")), title(&said("zh")), title(&said("both")));
    assert!(!has_chinese(&en) && en.contains("Bourdon"), "{en}");
    assert!(has_chinese(&zh) && !zh.contains("Bourdon"), "{zh}");
    assert!(has_chinese(&both) && both.contains("Bourdon"), "{both}");
}
