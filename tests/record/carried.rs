//! Chains carried about: pushed once, twice, while the server stops and starts; backed up and
//! restored.

use std::{path::PathBuf, sync::Arc, time::Duration};

use etalon::store::{
    Journal, StoreError,
    address::Address,
    backup,
    transfer::{TransferError, push},
};

use crate::{
    cluster::Cluster,
    conformance::{AT, RUN, entry, started},
};
use etalon::journal::Entry;

/// A bench that was offline: a file with so many readings and one document.
fn bench(readings: u64) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let journal = Journal::create(&path, "lab", AT).unwrap();
    let sha256 = journal.keep(b"procedure text").unwrap();
    journal.append_now(&[Entry::new(RUN, AT, started(&[("procedure", &sha256)]))]).unwrap();
    let entries: Vec<_> = (0..readings).map(entry).collect();
    journal.append_now(&entries).unwrap();
    (folder, path)
}

fn pushed_chain(cluster: &Cluster, database: &str) -> Journal {
    Journal::connect(&Address::new(&cluster.url("etalon", database), "lab", "bench-3")).unwrap()
}

#[test]
fn same_push_twice_sends_nothing_the_second_time_and_later_events_follow() {
    let (cluster, (_folder, path)) = (Cluster::shared(), bench(1200));
    let database = cluster.database();
    let url = cluster.url("etalon", &database);
    let journal = Journal::open(&path).unwrap();
    let push = |journal: &Journal| push(journal, &url, Some("bench-3"), 5, |_, _| {}).unwrap();

    let first = push(&journal);
    assert_eq!((first.already, first.events, first.documents, first.last), (0, 1202, 1, 1202));
    let second = push(&journal);
    assert_eq!((second.already, second.events, second.documents), (1202, 0, 0));
    journal.append_now(&[entry(1)]).unwrap();
    let third = push(&journal);
    assert_eq!((third.already, third.events, third.last), (1202, 1, 1203));

    let there = pushed_chain(&cluster, &database);
    let audit = there.audit().unwrap();
    assert!(audit.ok && audit.events == 1203, "{audit:?}");
    assert_eq!(there.head().unwrap(), journal.head().unwrap());
    assert_eq!(there.runs().unwrap(), journal.runs().unwrap());
}

#[test]
fn two_pushes_at_once_double_nothing() {
    let (cluster, (_folder, path)) = (Cluster::shared(), bench(3000));
    let database = cluster.database();
    let url = cluster.url("etalon", &database);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let journal = Journal::open_for_reading(&path).unwrap();
                // Whoever comes second with a parcel is told that the chain went on meanwhile.
                let pushed = push(&journal, &url, Some("bench-3"), 5, |_, _| {});
                assert!(
                    matches!(&pushed, Ok(_) | Err(TransferError::OnTheWay { .. })),
                    "{pushed:?}"
                );
            });
        }
    });
    let journal = Journal::open(&path).unwrap();
    push(&journal, &url, Some("bench-3"), 5, |_, _| {}).unwrap();
    let audit = pushed_chain(&cluster, &database).audit().unwrap();
    assert!(audit.ok && audit.events == 3002, "{audit:?}");
}

#[test]
fn server_stopped_and_started_during_a_push_loses_and_doubles_nothing() {
    let (cluster, (_folder, path)) = (Arc::new(Cluster::start()), bench(20_000));
    let database = cluster.database();
    let url = cluster.url("etalon", &database);
    let journal = Journal::open(&path).unwrap();
    let mut stops = 0;
    let begun = std::time::Instant::now();
    let pushed = push(&journal, &url, Some("bench-3"), 60, |arrived, _| {
        // Twice the server falls over at once and comes back, in the middle of the parcels.
        if arrived > 5_000 * (stops + 1) && stops < 2 {
            stops += 1;
            let server = Arc::clone(&cluster);
            std::thread::spawn(move || {
                server.crash();
                std::thread::sleep(Duration::from_millis(300));
                server.go_on();
            });
        }
    });
    let pushed = pushed.unwrap();
    println!(
        "20 002 events pushed in {:.1} s, {stops} crashes between",
        begun.elapsed().as_secs_f64()
    );
    assert_eq!((stops, pushed.last), (2, 20_002));
    let there = pushed_chain(&cluster, &database);
    let audit = there.audit().unwrap();
    assert!(audit.ok && audit.events == 20_002, "{audit:?}");
    assert_eq!(there.head().unwrap(), journal.head().unwrap());
}

#[test]
fn server_that_stays_away_is_said_with_what_arrived_and_the_same_push_goes_on() {
    let (cluster, (_folder, path)) = (Cluster::start(), bench(5000));
    let database = cluster.database();
    let url = cluster.url("etalon", &database);
    let journal = Journal::open(&path).unwrap();
    let mut stopped = false;
    let broken = push(&journal, &url, Some("bench-3"), 1, |arrived, _| {
        if arrived >= 2000 && !stopped {
            stopped = true;
            cluster.crash();
        }
    });
    let broken = broken.unwrap_err();
    assert!(matches!(&broken, TransferError::OnTheWay { arrived: 2000.., .. }), "{broken}");
    assert!(broken.to_string().contains("the same command goes on from there"), "{broken}");
    cluster.go_on();
    let pushed = push(&journal, &url, Some("bench-3"), 5, |_, _| {}).unwrap();
    assert!(pushed.already >= 2000 && pushed.last == 5002, "{pushed:?}");
    assert!(pushed_chain(&cluster, &database).audit().unwrap().ok);
}

#[test]
fn append_survives_a_server_that_falls_over_and_comes_back() {
    let cluster = Arc::new(Cluster::start());
    let database = cluster.database();
    let journal = Journal::begin(&cluster.address(&database), AT).unwrap();
    let server = Arc::clone(&cluster);
    let mut crashing = None;
    for number in 0..400_u64 {
        if number == 50 {
            let server = Arc::clone(&server);
            crashing = Some(std::thread::spawn(move || {
                server.crash();
                server.go_on();
            }));
        }
        let events = journal.append_now(&[entry(number)]).unwrap();
        assert_eq!(events[0].sequence, number + 2);
    }
    crashing.unwrap().join().unwrap();
    let audit = journal.audit().unwrap();
    assert!(audit.ok && audit.events == 401, "{audit:?}");
}

#[test]
fn server_that_is_away_is_said_and_nothing_is_written() {
    let cluster = Cluster::start();
    let database = cluster.database();
    let address = cluster.address(&database).with_patience(1);
    let journal = Journal::begin(&address, AT).unwrap();
    cluster.crash();
    let refused = journal.append_now(&[entry(1)]).unwrap_err();
    assert!(matches!(refused, StoreError::Unreachable { waited_s: 1, .. }), "{refused}");
    assert!(refused.to_string().contains("nothing was written"), "{refused}");
    cluster.go_on();
    assert_eq!(journal.append_now(&[entry(1)]).unwrap()[0].sequence, 2);
}

#[test]
fn copies_that_went_on_by_themselves_are_told_apart_at_the_first_different_event() {
    let (cluster, (folder, path)) = (Cluster::shared(), bench(100));
    let copy = folder.path().join("copy.sqlite");
    backup::backup(&Journal::open(&path).unwrap(), &copy).unwrap();
    let url = cluster.url("etalon", &cluster.database());
    let (one, other) = (Journal::open(&path).unwrap(), Journal::open(&copy).unwrap());
    one.append_now(&[entry(1), entry(2)]).unwrap();
    other.append_now(&[entry(3), entry(4), entry(5)]).unwrap();
    push(&one, &url, Some("bench-3"), 5, |_, _| {}).unwrap();
    let refused = push(&other, &url, Some("bench-3"), 5, |_, _| {}).unwrap_err();
    assert!(matches!(&refused, TransferError::Diverged { sequence: 103, .. }), "{refused}");
    assert!(refused.is_answer() && refused.to_string().contains("event 103"), "{refused}");
}

#[test]
fn record_restored_from_an_older_backup_is_noticed_by_the_database() {
    let (cluster, (folder, path)) = (Cluster::shared(), bench(100));
    let older = folder.path().join("older.sqlite");
    let journal = Journal::open(&path).unwrap();
    backup::backup(&journal, &older).unwrap();
    journal.append_now(&[entry(1)]).unwrap();
    let url = cluster.url("etalon", &cluster.database());
    push(&journal, &url, Some("bench-3"), 5, |_, _| {}).unwrap();
    let refused = push(&Journal::open(&older).unwrap(), &url, Some("bench-3"), 5, |_, _| {});
    let refused = refused.unwrap_err();
    assert!(matches!(&refused, TransferError::Behind { there: 103, here: 102, .. }), "{refused}");
}

#[test]
fn another_chain_does_not_get_a_name_that_is_taken() {
    let (cluster, (_one, first), (_other, second)) = (Cluster::shared(), bench(3), bench(3));
    let url = cluster.url("etalon", &cluster.database());
    let second_journal = {
        std::fs::remove_file(&second).unwrap();
        Journal::create(&second, "lab", "2026-11-24T08:00:00Z").unwrap()
    };
    push(&Journal::open(&first).unwrap(), &url, Some("bench-3"), 5, |_, _| {}).unwrap();
    let refused = push(&second_journal, &url, Some("bench-3"), 5, |_, _| {}).unwrap_err();
    assert!(matches!(&refused, TransferError::Store(StoreError::Begun { .. })), "{refused}");
    assert!(refused.is_answer());
}

#[test]
fn broken_record_is_not_carried_anywhere() {
    let (cluster, (folder, path)) = (Cluster::shared(), bench(10));
    let connection = rusqlite::Connection::open(&path).unwrap();
    let forge = "DROP TRIGGER event_is_never_edited;
                 UPDATE event SET at = '2025-01-01T00:00:00Z' WHERE sequence = 7";
    connection.execute_batch(forge).unwrap();
    let journal = Journal::open(&path).unwrap();
    let url = cluster.url("etalon", &cluster.database());
    let copy = folder.path().join("copy.sqlite");
    let pushed = push(&journal, &url, None, 5, |_, _| {}).unwrap_err();
    let saved = backup::backup(&journal, &copy).unwrap_err();
    for refused in [pushed, saved] {
        let TransferError::Broken { fault: Some(fault), .. } = refused else { panic!("{refused}") };
        assert_eq!(fault.sequence, 7);
    }
    assert!(!copy.exists());
}

#[test]
fn backup_is_one_whole_file_and_restore_never_writes_over_anything() {
    let (folder, path) = bench(2000);
    let journal = Journal::open(&path).unwrap();
    let copy = folder.path().join("copy.sqlite");
    let saved = backup::backup(&journal, &copy).unwrap();
    assert_eq!((saved.events, saved.documents), (2002, 1));
    assert!(!folder.path().join("copy.sqlite-wal").exists());
    let again = backup::backup(&journal, &copy).unwrap_err();
    assert!(again.to_string().contains("exists"), "{again}");

    let place = folder.path().join("restored.sqlite");
    backup::restore(&copy, &place).unwrap();
    let restored = Journal::open(&place).unwrap();
    assert_eq!(restored.head().unwrap(), journal.head().unwrap());
    assert!(restored.audit().unwrap().ok);
    assert!(backup::restore(&copy, &place).is_err());
    let left = std::fs::read_dir(folder.path()).unwrap().filter_map(Result::ok);
    let unfinished =
        left.filter(|entry| entry.file_name().to_string_lossy().contains("unfinished"));
    assert_eq!(unfinished.count(), 0);
}

#[test]
fn flipped_bit_in_a_backup_is_found_before_it_is_restored() {
    let (folder, path) = bench(50);
    let copy = folder.path().join("copy.sqlite");
    backup::backup(&Journal::open(&path).unwrap(), &copy).unwrap();
    let mut bytes = std::fs::read(&copy).unwrap();
    let place = bytes.windows(6).position(|window| window == b"119619").unwrap();
    bytes[place] ^= 1;
    std::fs::write(&copy, bytes).unwrap();
    let restored = folder.path().join("restored.sqlite");
    assert!(backup::restore(&copy, &restored).unwrap_err().is_answer());
    assert!(!restored.exists());
}

#[test]
fn backup_of_a_file_is_restored_into_a_database_and_back() {
    let (cluster, (folder, path)) = (Cluster::shared(), bench(700));
    let journal = Journal::open(&path).unwrap();
    let copy = folder.path().join("copy.sqlite");
    backup::backup(&journal, &copy).unwrap();
    let address = cluster.address(&cluster.database());
    backup::restore_into_database(&copy, &address).unwrap();
    let there = Journal::connect(&address).unwrap();
    assert_eq!(there.head().unwrap(), journal.head().unwrap());
    let again = backup::restore_into_database(&copy, &address).unwrap_err();
    assert!(matches!(again, TransferError::Store(StoreError::Begun { .. })), "{again}");
    let back = folder.path().join("back.sqlite");
    assert_eq!(backup::backup(&there, &back).unwrap().hash, journal.head().unwrap().hash);
}
