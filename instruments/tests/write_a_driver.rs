//! `examples/write_a_driver.md`, carried out: its file is checked, its dialogue is spoken.

#![expect(clippy::unwrap_used, reason = "a test may stop where it cannot go on")]

use etalon_instruments::{catalogue, instrument::InstrumentError};

#[path = "models/script.rs"]
#[expect(dead_code, reason = "the tests of shipped models open them by name")]
mod script;

use script::{Words, quantity, spoken};

const PAGE: &str = include_str!("../../examples/write_a_driver.md");

/// The text between a fence of this kind and the next.
fn fenced(kind: &str) -> &'static str {
    let (_, behind) = PAGE.split_once(&format!("```{kind}\n")).unwrap();
    behind.split_once("```").unwrap().0
}

/// The bytes of a line of the dialogue, its escapes undone.
fn bytes(text: &str) -> Vec<u8> {
    text.replace("\\r", "\r").replace("\\n", "\n").into_bytes()
}

/// The dialogue: what is heard and what is answered.
fn dialogue() -> Words {
    let mut words = Words::new();
    for line in fenced("text").lines() {
        match line.split_at(2) {
            ("> ", said) => words.push((bytes(said), Vec::new())),
            ("< ", answer) => words.last_mut().unwrap().1 = bytes(answer),
            _ => panic!("`{line}` is neither said nor answered"),
        }
    }
    words
}

#[test]
fn the_file_of_the_page_has_no_findings_and_its_slips_are_found() {
    let text = fenced("toml");
    assert_eq!(catalogue::check(text), []);
    let slip = text.replace("quantity = \"t\"", "quantitiy = \"t\"");
    let findings = catalogue::check(&slip);
    let found = findings.iter().any(|finding| finding.message.contains("quantitiy"));
    assert!(found, "{findings:?}");
}

#[tokio::test(start_paused = true)]
async fn the_dialogue_of_the_page_is_what_is_said() {
    let model = catalogue::parse(fenced("toml")).unwrap();
    let (thermometer, speaking) = spoken(model, dialogue()).await;
    let thermometer = thermometer.unwrap();
    assert_eq!(thermometer.identity().unwrap().serial, "004711");
    let reading = thermometer.read("t").await.unwrap();
    assert_eq!((reading.decimal.to_string(), reading.unit.as_str()), ("23.456".into(), "degC"));
    thermometer.set("integration", &quantity("10 s")).await.unwrap();
    thermometer.choose("unit", "celsius").await.unwrap();
    let over = thermometer.read("t").await.unwrap_err();
    assert!(matches!(over, InstrumentError::Unreadable { .. }), "{over}");
    let refused = thermometer.set("integration", &quantity("2 s")).await.unwrap_err();
    assert!(matches!(refused, InstrumentError::Refused { .. }), "{refused}");
    // Outside its range nothing is said at all.
    let outside = thermometer.set("integration", &quantity("2 min")).await.unwrap_err();
    assert!(matches!(outside, InstrumentError::OutOfRange { .. }), "{outside}");
    drop(thermometer);
    speaking.await.unwrap();
}
