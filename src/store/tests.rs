//! What a record in one file must survive, and what it must find. What every store must do stands
//! in `tests/record/conformance.rs`.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{
    Journal, StoreError,
    audit::{Audit, audit},
    migration,
    shelf::Shelf,
    sqlite::Record,
};
use crate::journal::{Body, Entry, chain::FaultKind};

const AT: &str = "2026-11-23T08:00:00Z";

fn counted(number: u64) -> Body {
    Body::Reading {
        stage: "basic_error".into(),
        point: "ib-1".into(),
        position: 1,
        repeat: 1,
        role: "ref".into(),
        input: "n".into(),
        text: format!("{number},119605"),
        value: format!("{}", 119_600 + number),
        unit: "imp".into(),
    }
}

fn entry(number: u64) -> Entry {
    Entry::new("R20261123-001", AT, counted(number))
}

/// A record with the laboratory's first event and nine readings, closed.
fn record(folder: &Path) -> PathBuf {
    let path = folder.join("records.sqlite");
    let journal = Journal::create(&path, "lab", AT).unwrap();
    let entries: Vec<_> = (2..=10).map(entry).collect();
    journal.append_now(&entries).unwrap();
    path
}

fn audited(path: &Path) -> Audit {
    Journal::open(path).unwrap().audit().unwrap()
}

fn first_bad(path: &Path) -> (u64, FaultKind) {
    let audit = audited(path);
    assert!(!audit.ok);
    let fault = audit.first_bad.unwrap();
    (fault.sequence, fault.kind)
}

#[test]
fn whole_record_is_found_whole_after_it_was_closed_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let audit = audited(&record(folder.path()));
    assert!(audit.ok, "{audit:?}");
    assert_eq!(audit.events, 10);
}

#[test]
fn flipped_byte_in_an_event_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = record(folder.path());
    let mut bytes = std::fs::read(&path).unwrap();
    let needle = b"\"text\":\"7,119605\"";
    let place = bytes.windows(needle.len()).position(|window| window == needle).unwrap();
    bytes[place + 9] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(first_bad(&path), (7, FaultKind::Edited));
}

/// Every 37th byte of the file, one at a time: either the flip is found, or the file refuses to
/// open, or the byte is one that no reader reads and the events are the same.
#[test]
fn flipped_byte_anywhere_is_found_or_changes_no_event() {
    let folder = tempfile::tempdir().unwrap();
    let path = record(folder.path());
    let whole = std::fs::read(&path).unwrap();
    let expected = Journal::open(&path).unwrap().events_after(0, 100).unwrap();
    let flipped = folder.path().join("flipped.sqlite");
    let mut found = 0;
    for place in (0..whole.len()).step_by(37) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        std::fs::write(&flipped, bytes).unwrap();
        let Ok(journal) = Journal::open(&flipped) else {
            found += 1;
            continue;
        };
        if journal.audit().is_ok_and(|audit| audit.ok) {
            assert_eq!(journal.events_after(0, 100).unwrap(), expected, "byte {place}");
        } else {
            found += 1;
        }
        drop(journal);
        for side in ["-wal", "-shm"] {
            std::fs::remove_file(folder.path().join(format!("flipped.sqlite{side}"))).ok();
        }
    }
    assert!(found > 100, "only {found} flips were found");
}

fn started(procedure: &str) -> Body {
    Body::RunStarted {
        program: "etalon 0.1.0".into(),
        procedure: "cn.jjg596.direct.basic-error".into(),
        version: "1.3.0".into(),
        bench: "meters-6".into(),
        operator: "chen.yu".into(),
        specimen: true,
        specimen_reasons: vec!["simulated bench".into()],
        clock: "virtual".into(),
        seed: 1,
        items: vec![],
        documents: [("procedure".to_owned(), procedure.to_owned())].into(),
    }
}

#[test]
fn newer_schema_is_refused_and_the_file_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = record(folder.path());
    let newer = migration::known() + 1;
    let connection = Connection::open(&path).unwrap();
    connection.execute("INSERT INTO schema_version VALUES (?1)", [newer]).unwrap();
    drop(connection);
    let before = std::fs::read(&path).unwrap();

    let refused = Journal::open(&path).unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found, .. } if found == newer), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn foreign_file_is_refused_and_a_missing_one_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.sqlite");
    assert!(matches!(Journal::open(&path), Err(StoreError::Missing { .. })));
    assert!(!path.exists());
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(matches!(Journal::open(&path), Err(StoreError::Foreign { .. })));
    std::fs::write(&path, "not a database, but long enough to have a header of one hundred bytes ....................").unwrap();
    assert!(matches!(
        Journal::open(&path),
        Err(StoreError::Damaged { .. } | StoreError::Foreign { .. })
    ));
}

#[test]
fn full_disk_writes_nothing_and_the_record_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut record = Record::open(&record(folder.path())).unwrap();
    let pages = |record: &Record, most: u32| {
        record.connection().execute_batch(&format!("PRAGMA max_page_count = {most}")).unwrap();
    };
    pages(&record, 1);
    let entries: Vec<_> = (0..500).map(entry).collect();
    let refused = record.append(entries.clone()).unwrap_err();
    assert!(matches!(refused, StoreError::Full { .. }), "{refused}");
    assert!(refused.to_string().contains("no room left"), "{refused}");
    assert_eq!(audit(&mut record).unwrap().events, 10);

    pages(&record, 1_000_000);
    record.append(entries).unwrap();
    let audit = audit(&mut record).unwrap();
    assert!(audit.ok && audit.events == 510, "{audit:?}");
}

#[test]
fn record_locked_by_another_process_is_refused_after_patience_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = record(folder.path());
    let mut record = Record::open(&path).unwrap();
    record.connection().busy_timeout(std::time::Duration::ZERO).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    assert!(matches!(record.append(vec![entry(1)]), Err(StoreError::Locked { .. })));
    assert_eq!(audit(&mut record).unwrap().events, 10);
    other.execute_batch("ROLLBACK").unwrap();
    record.append(vec![entry(1)]).unwrap();
}

#[tokio::test(start_paused = true)]
async fn sixty_positions_share_commits_and_a_paused_clock_stands_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(&record(folder.path())).unwrap();
    let before = tokio::time::Instant::now();
    let mut positions = tokio::task::JoinSet::new();
    for position in 0..60 {
        let journal = journal.clone();
        positions.spawn(async move {
            for number in 0..20 {
                let events = journal.append(vec![entry(position), entry(number)]).await.unwrap();
                assert_eq!(events.len(), 2);
                assert_eq!(events[0].sequence + 1, events[1].sequence);
                assert_eq!(events[1].previous, events[0].hash);
            }
        });
    }
    while let Some(done) = positions.join_next().await {
        done.unwrap();
    }
    assert_eq!(before.elapsed(), std::time::Duration::ZERO);
    let audit = journal.audit().unwrap();
    assert!(audit.ok && audit.events == 10 + 60 * 20 * 2, "{audit:?}");
}

#[tokio::test]
async fn dropped_future_does_not_take_its_events_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = record(folder.path());
    let journal = Journal::open(&path).unwrap();
    {
        let mut appending = Box::pin(journal.append(vec![entry(1), entry(2)]));
        let waker = std::task::Waker::noop();
        let mut context = std::task::Context::from_waker(waker);
        assert!(appending.as_mut().poll(&mut context).is_pending());
    }
    let written = journal.append(vec![entry(3)]).await.unwrap();
    assert_eq!(written[0].sequence, 13);
}

#[test]
fn runs_are_numbered_by_day_and_tell_whether_their_bench_is_safe() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(&record(folder.path())).unwrap();
    let run = journal.next_run("20261123").unwrap();
    assert_eq!(run, "R20261123-001");
    let on = Body::Output { role: "source".into(), on: true };
    journal.append_now(&[Entry::new(&run, AT, started("00")), Entry::new(&run, AT, on)]).unwrap();
    assert_eq!(journal.run(&run).unwrap().unwrap().safe, None);
    let safe = Body::SafeState { confirmed: true, reason: "done".into(), readback: [].into() };
    journal.append_now(&[Entry::new(&run, AT, safe)]).unwrap();
    assert_eq!(journal.run(&run).unwrap().unwrap().safe, Some(true));
    assert_eq!(journal.next_run("20261123").unwrap(), "R20261123-002");
    assert_eq!(journal.next_run("20261124").unwrap(), "R20261124-001");
}
