//! The shipped model files, and what is said about files that are wrong.

use etalon_instruments::catalogue::{self, LIBRARY};

#[test]
fn every_shipped_file_is_sound_and_named_after_its_model() {
    for (name, text) in LIBRARY {
        assert_eq!(catalogue::check(text), [], "{name}");
        let model = catalogue::parse(text).unwrap();
        assert_eq!(format!("{}.toml", model.id), *name);
        assert!(!model.title.zh.is_empty(), "{name} has no Chinese title");
        assert!(!model.manual.title.is_empty(), "{name} names no manual");
        assert_eq!(catalogue::shipped(&model.id).unwrap().id, model.id);
    }
    assert!(catalogue::shipped("no-such-model").is_none());
}

#[test]
fn a_simulated_model_says_that_it_is_one() {
    for (name, text) in LIBRARY {
        let model = catalogue::parse(text).unwrap();
        assert_eq!(model.is_simulated(), name.starts_with("etalon-sim-"), "{name}");
    }
}

/// One mistake in a sound file: what is replaced, by what, the code, and a word of the message or hint.
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    ("schema = \"etalon.instrument/1\"", "schema = \"etalon.instrument/9\"", "I0101", "/9"),
    ("settling = \"3 s\"", "setling = \"3 s\"", "I0102", "settling"),
    ("unit = \"V\"\nmin = \"0 V\"", "min = \"0 V\"", "I0103", "unit"),
    ("channels = 6", "channels = \"6\"", "I0104", "whole number"),
    ("language = \"scpi\"", "language = \"scip\"", "I0105", "scpi"),
    ("unit = \"deg\"", "unit = \"degrees\"", "I0106", "degrees"),
    ("max = \"300 V\"", "max = \"300 A\"", "I0107", "max"),
    ("max = \"300 V\"", "max = \"300,0 V\"", "I0107", "max"),
    ("taxon = \"x-etalon:Source", "taxon = \"Surce", "I0108", "Measure or Source"),
    ("SOUR:VOLT {value}", "SOUR:VOLT {vlaue}", "I0109", "{value}"),
    ("SOUR:VOLT {value}", "SOUR:VOLT", "I0109", "{value} is missing"),
    ("{maker},{model}", "{maker}{model}", "I0110", "nothing stands between"),
    ("max = \"300 V\"", "max = \"0 V\"", "I0111", "holds nothing"),
    ("quantity = \"I\"\ncommand", "quantity = \"U\"\ncommand", "I0112", "twice"),
    ("serial = \"9600 8N1\"", "serial = \"9600 8N2\"", "I0113", "9600 8N2"),
    ("confirm = [", "confirmed = [", "I0114", "never confirmed"),
    ("quantity = \"U\", at_most", "quantity = \"P\", at_most", "I0115", "never read"),
    ("channels = 6", "channels = 0", "I0116", "1 to 1000"),
    ("status = \"simulated\"", "status = \"by hand\"", "I0117", "disagree"),
    ("[line]", "[lines]", "I0117", "needs [line]"),
    ("[model]", "[model", "I0100", ""),
];

#[test]
fn each_mistake_has_its_code_its_place_and_its_hint() {
    for (right, wrong, code, words) in MISTAKES {
        let (_, text) = LIBRARY
            .iter()
            .find(|(name, text)| name.starts_with("etalon-sim") && text.contains(right))
            .unwrap_or_else(|| panic!("no shipped file holds {right}"));
        let text = text.replacen(right, wrong, 1);
        let findings = catalogue::check(&text);
        let finding = findings
            .iter()
            .find(|finding| finding.code == *code)
            .unwrap_or_else(|| panic!("{wrong}: no {code} in {findings:?}"));
        let hint = finding.hint.clone().unwrap_or_default();
        let said = format!("{} {hint}", finding.message);
        assert!(said.contains(words), "{wrong}: {said}");
        let span = finding.span.clone().unwrap();
        assert!(span.end <= text.len(), "{wrong}: {span:?}");
        assert!(catalogue::parse(&text).is_err(), "{wrong}");
    }
}

#[test]
fn all_findings_come_at_once_in_the_order_of_the_file() {
    let (_, text) = LIBRARY.iter().find(|(name, _)| *name == "etalon-sim-ps1.toml").unwrap();
    let text = text
        .replace("unit = \"deg\"", "unit = \"degrees\"")
        .replace("max = \"300 V\"", "max = \"-1 V\"")
        .replace("OUTP?\"\nis_on", "OUTP?\"\nis_onn");
    let findings = catalogue::check(&text);
    let codes: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["I0111", "I0106", "I0103", "I0102"]);
}

#[test]
fn a_file_that_is_no_model_at_all_is_refused_without_a_panic() {
    for text in ["", "\u{0}", "schema", "schema = 1", "[[model]]", "model = []"] {
        assert!(catalogue::parse(text).is_err(), "{text:?}");
    }
    assert!(catalogue::parse(&"#".repeat(300_000)).is_err());
}
