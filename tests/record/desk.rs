//! The record at the desk, by the program itself: examined, replayed, corrected, vouched for, also
//! when it is damaged or cannot be written.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_etalon");

/// One demonstration for all tests: a run of six meters, each with a certificate.
fn demonstration() -> &'static Path {
    static DONE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = DONE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(PROGRAM);
        command
            .args(["demo", "--bench", "meters-6", "--lang", "en", "--out"])
            .arg(folder.path().join("lab"));
        let done = command.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        folder
    });
    folder.path()
}

/// A laboratory of its own for a test.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(demonstration().join("lab")).arg(folder.path());
        assert!(copy.status().unwrap().success());
        Self { folder }
    }

    pub(crate) fn lab(&self) -> PathBuf {
        self.folder.path().join("lab")
    }

    fn record(&self) -> PathBuf {
        self.lab().join("records.sqlite")
    }

    pub(crate) fn etalon(&self, arguments: &[&str]) -> Output {
        at(&self.lab(), arguments)
    }

    /// Exit code and the JSON document.
    fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let done = self.etalon(&[&["--format", "json"], arguments].concat());
        let text = String::from_utf8(done.stdout).unwrap();
        let document = serde_json::from_str(&text).unwrap_or(Value::Null);
        (done.status.code().unwrap(), document)
    }

    fn run(&self) -> String {
        let (_, list) = self.json(&["record", "list"]);
        list["runs"][0]["run"].as_str().unwrap().to_owned()
    }

    fn sql(&self, statements: &str) {
        let connection = rusqlite::Connection::open(self.record()).unwrap();
        connection.execute_batch(statements).unwrap();
    }
}

fn at(lab: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("--lab").arg(lab).args(arguments).output().unwrap()
}

fn said(done: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
}

#[test]
fn replay_of_a_whole_record_is_equal_to_the_last_byte() {
    let desk = Desk::new();
    let (code, replayed) = desk.json(&["record", "replay"]);
    assert_eq!((code, &replayed["ok"]), (0, &Value::Bool(true)), "{replayed}");
    let run = &replayed["runs"][0];
    assert_eq!(
        (&run["evaluations"], &run["equal"], &run["certificates"]),
        (&1.into(), &1.into(), &6.into())
    );
    assert!(run["results"].as_u64().unwrap() >= 6 * 14, "{run}");
}

#[test]
fn replay_names_the_result_whose_kept_digits_are_others() {
    let desk = Desk::new();
    // A later evaluation that states another number: chain and documents are whole, only the
    // arithmetic says no.
    let journal = etalon::lab::Lab::open(&desk.lab()).unwrap().journal().unwrap();
    let run = desk.run();
    let events = journal.events(&run).unwrap();
    let (sha256, after) = events
        .iter()
        .find_map(|event| match &event.body {
            etalon::journal::Body::Evaluated { results, after, .. } => Some((results, *after)),
            _ => None,
        })
        .unwrap();
    let kept = String::from_utf8(journal.document(sha256).unwrap()).unwrap();
    let place = kept.find("\"value\":\"").unwrap() + "\"value\":\"".len();
    let end = place + kept[place..].find('"').unwrap();
    let forged = format!("{}0.123{}", &kept[..place], &kept[end..]);
    let results = journal.keep(forged.as_bytes()).unwrap();
    let body = etalon::journal::Body::Evaluated { program: "etalon 0.1.0".into(), results, after };
    let entry = etalon::journal::Entry::new(&run, "2026-11-23T09:00:00Z", body);
    journal.append_now(&[entry]).unwrap();
    assert_eq!(desk.json(&["record", "verify"]).0, 0);

    let (code, replayed) = desk.json(&["record", "replay", &run]);
    assert_eq!(code, 1, "{replayed}");
    let differences = replayed["runs"][0]["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert!(differences[0]["what"].as_str().unwrap().contains("was 0.123 %"), "{differences:?}");
}

#[test]
fn replay_names_a_certificate_whose_file_was_changed() {
    let desk = Desk::new();
    let certificates = std::fs::read_dir(desk.lab().join("certificates")).unwrap();
    let mut dccs: Vec<_> = certificates.map(|file| file.unwrap().path()).collect();
    dccs.retain(|file| file.extension().is_some_and(|extension| extension == "xml"));
    dccs.sort();
    let text = std::fs::read_to_string(&dccs[2]).unwrap();
    std::fs::write(&dccs[2], text.replacen("DD26000003", "DD26000009", 1)).unwrap();
    let done = desk.etalon(&["record", "replay"]);
    let number = dccs[2].file_stem().unwrap().to_str().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(said(&done).contains(&format!("differs from certificate {number}")), "{}", said(&done));
}

/// A counted value of meter 1 with two digits swapped is put right.
#[test]
fn iso17025_7_5_2_correction_keeps_both_values_evaluates_anew_and_asks_for_an_amendment() {
    let desk = Desk::new();
    let run = desk.run();
    let (_, before) = desk.json(&["record", "show", &run]);
    let reading = before["readings"].as_array().unwrap().iter();
    let reading = reading.clone().find(|one| one["position"] == 1 && one["input"] == "n").unwrap();
    let (sequence, old) = (reading["sequence"].to_string(), reading["value"].as_str().unwrap());
    let number = reading["sequence"].clone();
    let wrong = format!("{}", old.parse::<f64>().unwrap() * 1.05);
    let correct = |value: &str| {
        let what = ["record", "correct", &run, &sequence, "--value", value];
        desk.json(&[&what[..], &["--reason", "two digits swapped", "--by", "wang.min"]].concat())
    };
    let (code, corrected) = correct(&wrong);
    assert_eq!(code, 0, "{corrected}");
    assert_eq!((&corrected["old"], &corrected["new"]), (&old.into(), &wrong.clone().into()));
    let differences = corrected["differences"].as_array().unwrap();
    assert!(differences.iter().all(|one| one["item"] == "DD26000001"), "{differences:?}");
    assert!(differences.iter().any(|one| one["changes_verdict"] == true), "{differences:?}");
    assert_eq!(corrected["amendments"].as_array().unwrap().len(), 1);

    let (_, shown) = desk.json(&["record", "show", &run]);
    let reading = shown["readings"].as_array().unwrap().iter();
    let reading = reading.clone().find(|one| one["sequence"] == number).unwrap();
    assert_eq!(reading["value"].as_str().unwrap(), wrong);
    let correction = &reading["corrections"][0];
    assert_eq!((&correction["old"], &correction["by"]), (&old.into(), &"wang.min".into()));
    assert_eq!(shown["items"][0]["verdict"], "fail");

    // Every state of the results stays comparable: before, after, and what the certificate stated.
    let (code, replayed) = desk.json(&["record", "replay", &run]);
    assert_eq!((code, &replayed["runs"][0]["equal"]), (0, &2.into()), "{replayed}");
    assert_eq!(desk.json(&["record", "verify"]).0, 0);
    assert_eq!(correct(&wrong).0, 2, "the same value again is no correction");
    assert_eq!(correct("12o5").0, 2, "a letter is no digit");
}

#[test]
fn voided_reading_stays_visible_and_does_not_count() {
    let desk = Desk::new();
    let run = desk.run();
    let (_, before) = desk.json(&["record", "show", &run]);
    let readings = before["readings"].as_array().unwrap();
    let reading = readings.iter().find(|one| one["position"] == 2 && one["input"] == "n").unwrap();
    let sequence = reading["sequence"].to_string();
    let void = ["record", "correct", &run, &sequence, "--void", "--by", "wang.min"];
    let why = ["--reason", "the cable was loose"];
    let (code, voided) = desk.json(&[&void[..], &why[..]].concat());
    assert_eq!((code, &voided["new"]), (0, &Value::Null), "{voided}");
    let (_, shown) = desk.json(&["record", "show", &run]);
    assert_eq!(shown["readings"].as_array().unwrap().len(), readings.len());
    let again = desk.etalon(&[&void[..], &why[..]].concat());
    assert!(said(&again).contains("was voided by event"), "{}", said(&again));
    let nobody = ["record", "correct", &run, &sequence, "--void", "--by", "nobody"];
    let refused = desk.etalon(&[&nobody[..], &why[..]].concat());
    assert_ne!(refused.status.code(), Some(0), "{}", said(&refused));
}

#[test]
fn chain_cut_at_its_end_with_its_counter_is_shown_by_a_checkpoint() {
    let desk = Desk::new();
    let outside = desk.folder.path().join("outside.json");
    let signed = desk.etalon(&["record", "checkpoint", "--copy", outside.to_str().unwrap()]);
    assert!(signed.status.success(), "{}", said(&signed));
    let (code, whole) = desk.json(&["record", "verify"]);
    assert_eq!((code, &whole["checkpoints"]), (0, &1.into()), "{whole}");

    // A forger with the whole folder: events, counter and the laboratory's own copy go.
    desk.sql(
        "DROP TRIGGER event_is_never_deleted;
         DELETE FROM event WHERE sequence > 200; UPDATE sqlite_sequence SET seq = 200;
         CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;",
    );
    std::fs::remove_dir_all(desk.lab().join("checkpoints")).unwrap();
    assert_eq!(desk.json(&["record", "verify"]).0, 0, "without a witness nobody can tell");
    let (code, cut) = desk.json(&["record", "verify", "--checkpoint", outside.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert_eq!(
        (&cut["first_bad"]["kind"], &cut["first_bad"]["sequence"]),
        (&"cut".into(), &201.into())
    );
}

#[test]
fn chain_recomputed_to_its_end_is_shown_by_a_checkpoint_which_names_the_span() {
    use etalon::journal::chain::{Sealed, seal};
    let desk = Desk::new();
    for _ in 0..2 {
        assert!(desk.etalon(&["record", "checkpoint"]).status.success());
    }
    let journal = etalon::lab::Lab::open(&desk.lab()).unwrap().journal().unwrap();
    let mut events = journal.events_after(0, 100_000).unwrap();
    let vouched = events.len() as u64 - 2;
    // Event 100 is told otherwise, and everything after it is sealed anew: a whole chain.
    let mut statements = "DROP TRIGGER event_is_never_edited;".to_owned();
    let mut previous = events[98].hash.clone();
    for event in events.iter_mut().skip(99) {
        if event.sequence == 100 {
            event.at = "2020-01-01T00:00:00Z".to_owned();
        }
        let entry = etalon::journal::Entry::new(&event.run, &event.at, event.body.clone());
        let Sealed { sequence, at, previous: before, hash, .. } =
            seal(&entry, event.sequence, &previous);
        statements.push_str(&format!(
            "UPDATE event SET at = '{at}', previous = '{before}', hash = '{hash}' WHERE sequence = {sequence};"
        ));
        previous = hash;
    }
    statements.push_str(
        "CREATE TRIGGER event_is_never_edited BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never edited, only followed by another'); END;",
    );
    drop(journal);
    desk.sql(&statements);
    let (code, recomputed) = desk.json(&["record", "verify"]);
    assert_eq!(code, 1);
    let first_bad = &recomputed["first_bad"];
    assert_eq!((&first_bad["kind"], &first_bad["sequence"]), (&"recomputed".into(), &1.into()));
    let reason = first_bad["reason"].as_str().unwrap();
    assert!(reason.starts_with(&format!("events 1 to {vouched} were recomputed")), "{reason}");
}

#[test]
fn forged_and_foreign_checkpoints_are_findings() {
    let (desk, other) = (Desk::new(), tempfile::tempdir().unwrap());
    assert!(desk.etalon(&["record", "checkpoint"]).status.success());
    let own = desk.lab().join("checkpoints/0001.json");
    let text = std::fs::read_to_string(&own).unwrap();

    // Another number in the statement: the signature does not hold.
    let forged = other.path().join("forged.json");
    std::fs::write(&forged, text.replacen("\\\"number\\\":1", "\\\"number\\\":2", 1)).unwrap();
    let (code, found) = desk.json(&["record", "verify", "--checkpoint", forged.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(found["findings"][0].as_str().unwrap().contains("signature does not hold"), "{found}");

    // Signed by an authority of somebody else's.
    let elsewhere = other.path().join("lab");
    assert!(
        at(&elsewhere, &["lab", "init", elsewhere.to_str().unwrap(), "--demo"]).status.success()
    );
    assert!(at(&elsewhere, &["record", "checkpoint"]).status.success());
    let foreign = elsewhere.join("checkpoints/0001.json");
    let (code, found) = desk.json(&["record", "verify", "--checkpoint", foreign.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(found["findings"][0].as_str().unwrap().contains("no trusted authority"), "{found}");

    // The laboratory's own file is gone, and the chain remembers that there was one.
    std::fs::remove_file(own).unwrap();
    let (code, found) = desk.json(&["record", "verify"]);
    assert_eq!(code, 1);
    assert!(found["findings"][0].as_str().unwrap().contains("is not at hand"), "{found}");
}

#[test]
fn openssl_agrees_with_the_signature_of_a_checkpoint_and_refuses_another_statement() {
    let desk = Desk::new();
    assert!(desk.etalon(&["record", "checkpoint"]).status.success());
    let text = std::fs::read_to_string(desk.lab().join("checkpoints/0001.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let place = |name: &str| desk.folder.path().join(name);
    std::fs::write(place("cms.pem"), file["signature"].as_str().unwrap()).unwrap();
    let judged = |statement: &str| {
        std::fs::write(place("statement"), statement).unwrap();
        let mut openssl = Command::new("openssl");
        openssl.args(["cms", "-verify", "-binary", "-inform", "PEM", "-purpose", "any", "-in"]);
        openssl.arg(place("cms.pem")).arg("-content").arg(place("statement"));
        openssl.arg("-CAfile").arg(desk.lab().join("keys/ca.pem")).output().unwrap()
    };
    let statement = file["statement"].as_str().unwrap();
    let agreed = judged(statement);
    assert!(agreed.status.success(), "{}", said(&agreed));
    assert!(!judged(&statement.replace("etalon-demo", "another")).status.success());
}

#[test]
fn list_and_show_say_the_state_in_the_same_word() {
    let desk = Desk::new();
    let run = desk.run();
    let (_, list) = desk.json(&["record", "list"]);
    let (_, show) = desk.json(&["record", "show", &run]);
    assert_eq!(list["runs"][0]["state"], "done");
    assert_eq!(list["runs"][0]["state"], show["state"]);
}

#[test]
fn dropped_table_and_torn_page_are_answers_with_the_place() {
    let desk = Desk::new();
    let run = desk.run();
    desk.sql("PRAGMA wal_checkpoint(TRUNCATE)");
    let whole = std::fs::read(desk.record()).unwrap();
    let commands: [&[&str]; 4] = [
        &["record", "list"],
        &["record", "show", &run],
        &["record", "verify"],
        &["record", "export"],
    ];

    desk.sql("DROP TABLE event");
    for command in commands {
        let done = desk.etalon(command);
        assert_eq!(done.status.code(), Some(1), "{command:?}: {}", said(&done));
        assert!(said(&done).contains("event"), "{command:?}: {}", said(&done));
    }
    for side in ["-wal", "-shm"] {
        std::fs::remove_file(desk.lab().join(format!("records.sqlite{side}"))).ok();
    }
    // Half a page of zeros in the middle of the file: what a torn write leaves.
    let mut torn = whole.clone();
    let page = torn.len() / 2 / 4096 * 4096;
    torn[page..page + 2048].fill(0);
    std::fs::write(desk.record(), &torn).unwrap();
    let done = desk.etalon(&["record", "verify"]);
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    assert!(said(&done).contains("event ") || said(&done).contains("page"), "{}", said(&done));
    // Nothing but the header survives.
    let mut headless = whole;
    headless[100..].fill(0x55);
    std::fs::write(desk.record(), headless).unwrap();
    for command in commands {
        let done = desk.etalon(command);
        assert_eq!(done.status.code(), Some(1), "{command:?}: {}", said(&done));
    }
}
