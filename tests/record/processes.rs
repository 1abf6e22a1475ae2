//! The record across processes: killed in the middle, shared by two, held by one.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use etalon::{
    journal::{Body, Entry},
    store::{
        Journal,
        hold::{BenchHold, HoldError, Holder, holder},
    },
};

const AT: &str = "2026-11-23T08:00:00Z";
/// Tells the test binary, started again as a child, where to work.
const FOLDER: &str = "ETALON_TEST_FOLDER";

fn child(role: &str, folder: &Path) -> Child {
    let own = std::env::current_exe().expect("a running test knows its own file");
    let mut command = Command::new(own);
    command.args(["--exact", &format!("processes::{role}"), "--nocapture"]).env(FOLDER, folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.spawn().expect("the test's own file can be started again")
}

fn confirmed(line: &str) -> Option<u64> {
    line.strip_prefix("confirmed ")?.parse().ok()
}

fn note(number: u64) -> Entry {
    Entry::new("R", AT, Body::Noted { severity: "note".into(), text: format!("fact {number}") })
}

/// The child's part: appends for ever, and says what was confirmed.
#[test]
fn child_appends() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let journal = Journal::open(&Path::new(&folder).join("records.sqlite")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for number in 0.. {
            let events =
                journal.append(vec![note(2 * number), note(2 * number + 1)]).await.unwrap();
            println!("confirmed {}", events[1].sequence);
        }
    });
}

/// The child's part: takes the bench and keeps it until it is killed.
#[test]
fn child_holds_the_bench() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let _hold = BenchHold::take(Path::new(&folder), &holding("R1")).unwrap();
    println!("confirmed 1");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

fn holding(run: &str) -> Holder {
    Holder {
        bench: "meters-6".into(),
        run: run.into(),
        operator: "chen.yu".into(),
        since: AT.into(),
        process: std::process::id(),
    }
}

#[test]
fn no_confirmed_event_is_lost_when_the_writer_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    Journal::create(&path, "lab", AT).unwrap();
    let mut last = 0;
    for round in 1..=10_u64 {
        let mut writer = child("child_appends", folder.path());
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        let heard = lines.map_while(Result::ok).filter_map(|line| confirmed(&line));
        last = heard.take(usize::try_from(round * 7).unwrap()).last().unwrap();
        writer.kill().unwrap();
        writer.wait().unwrap();

        let audit = Journal::open(&path).unwrap().audit().unwrap();
        assert!(audit.ok, "round {round}: {audit:?}");
        assert!(audit.events >= last, "round {round}: {last} confirmed, {} kept", audit.events);
        assert_eq!(audit.events % 2, 1, "round {round}: half a batch was kept");
    }
    assert!(last >= 2 * (7..=70).step_by(7).sum::<u64>());
}

#[test]
fn a_bench_is_held_by_one_process_and_let_go_by_its_death() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(holder(folder.path(), "meters-6").unwrap(), None);
    let mut first = child("child_holds_the_bench", folder.path());
    let mut lines = BufReader::new(first.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line.ends_with("confirmed 1"))));

    let refused = BenchHold::take(folder.path(), &holding("R2")).unwrap_err();
    assert!(matches!(refused, HoldError::Held(_)));
    let message = refused.to_string();
    assert!(message.starts_with("bench meters-6 is held by run R1 of chen.yu since"), "{message}");
    assert_eq!(holder(folder.path(), "meters-6").unwrap().unwrap().run, "R1");

    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(holder(folder.path(), "meters-6").unwrap(), None);
    let hold = BenchHold::take(folder.path(), &holding("R2")).unwrap();
    assert!(matches!(BenchHold::take(folder.path(), &holding("R3")), Err(HoldError::Held(_))));
    drop(hold);
    BenchHold::take(folder.path(), &holding("R3")).unwrap();
}

#[test]
fn a_reader_in_another_process_sees_events_while_they_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    Journal::create(&path, "lab", AT).unwrap();
    let reader = Journal::open(&path).unwrap();
    let mut writer = child("child_appends", folder.path());
    let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    let heard = lines.map_while(Result::ok).filter_map(|line| confirmed(&line));
    for sequence in heard.take(20) {
        let seen = reader.events_after(sequence - 1, 1).unwrap();
        assert_eq!(seen.first().map(|event| event.sequence), Some(sequence));
    }
    writer.kill().unwrap();
    writer.wait().unwrap();
}
