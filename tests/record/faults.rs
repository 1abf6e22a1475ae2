//! Faults of the place that the record lies in: no room, no right to write, somebody else's lock, a
//! clock set back.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use etalon::{
    journal::{Body, Entry},
    store::{Journal, StoreError},
};

use crate::{
    conformance::{AT, RUN, entry},
    desk::Desk,
    disk::Disk,
};

/// Where nothing can be mounted, the limit of a file's size is the end of the disk.
#[test]
fn full_disk_writes_nothing_of_the_refused_call_and_goes_on_when_there_is_room() {
    let disk = Disk::new("size=1m");
    if !disk.is_mounted() {
        return file_with_an_end();
    }
    let path = disk.path().join("records.sqlite");
    let journal = Journal::create(&path, "lab", AT).unwrap();
    let mut confirmed = 1;
    let refused = loop {
        let entries: Vec<_> = (0..50).map(entry).collect();
        match journal.append_now(&entries) {
            Ok(events) => confirmed = events.last().unwrap().sequence,
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, StoreError::Full { .. }), "{refused}");
    assert!(refused.to_string().contains("free some space and resume"), "{refused}");
    let audit = Journal::open_for_reading(&path).unwrap().audit().unwrap();
    assert!(audit.ok && audit.events == confirmed, "{confirmed} confirmed, {audit:?}");
    disk.grow("size=16m");
    journal.append_now(&[entry(1)]).unwrap();
    assert_eq!(journal.audit().unwrap().events, confirmed + 1);
    println!("full disk of 1 MiB: {confirmed} events confirmed and kept, one call refused whole");
}

#[test]
fn file_that_may_not_grow_is_a_full_disk() {
    file_with_an_end();
}

fn file_with_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    Journal::create(&path, "lab", AT).unwrap();
    // The limit is the child's own (RLIMIT_FSIZE, here of the shell); the signal is ignored, so
    // that the write fails as on a full disk.
    let own = std::env::current_exe().unwrap();
    let mut limited = Command::new("bash");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 400; exec \"$@\"", "bash"]).arg(own);
    limited
        .args(["--exact", "faults::child_fills", "--nocapture"])
        .env("ETALON_TEST_RECORD", &path);
    let said = limited.output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let confirmed = said.lines().filter_map(|line| line.split("confirmed ").nth(1)).next_back();
    let confirmed: u64 = confirmed.unwrap().parse().unwrap();
    assert!(said.contains("refused: "), "{said}");
    let audit = Journal::open(&path).unwrap().audit().unwrap();
    assert!(audit.ok && audit.events == confirmed, "{confirmed} confirmed, {audit:?}");
}

/// The child's part: fills its file until it is refused.
#[test]
fn child_fills() {
    let Some(path) = std::env::var_os("ETALON_TEST_RECORD") else { return };
    let journal = Journal::open(Path::new(&path)).unwrap();
    for _ in 0..10_000 {
        let entries: Vec<_> = (0..50).map(entry).collect();
        match journal.append_now(&entries) {
            Ok(events) => println!("confirmed {}", events.last().unwrap().sequence),
            Err(refused) => {
                println!("refused: {refused}");
                return;
            }
        }
    }
}

#[test]
fn laboratory_on_a_read_only_disk_is_listed_shown_and_verified_and_nothing_can_be_written() {
    let (desk, disk) = (Desk::new(), Disk::new("size=1g"));
    let mut copy = Command::new("cp");
    assert!(copy.arg("-a").arg(desk.lab()).arg(disk.path()).status().unwrap().success());
    let lab = disk.path().join("lab");
    let journal = Journal::open(&lab.join("records.sqlite")).unwrap();
    let remark = Body::Noted { severity: "note".into(), text: "written at the end".into() };
    let last = journal.append_now(&[Entry::new(RUN, AT, remark)]).unwrap()[0].sequence;
    // Closing empties the log into the file.
    drop(journal);
    let program = disk.program(Path::new(env!("CARGO_BIN_EXE_etalon")));
    let own = disk.program(&std::env::current_exe().unwrap());
    disk.seal();

    let said = reading(&disk, &own, &lab.join("records.sqlite"));
    assert!(said.contains(&format!("read {last} events, whole: true")), "{said}");
    assert!(said.contains("refused: ReadOnly"), "{said}");
    for arguments in [&["record", "list"][..], &["record", "verify"], &["record", "replay"]] {
        let mut command = disk.reader(&program);
        let done = command.arg("--lab").arg(&lab).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(0), "{arguments:?}: {said}");
    }
    let mut command = disk.reader(&program);
    let done = command.arg("--lab").arg(&lab).args(["record", "checkpoint"]).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    let is_told = ["read-only", "ermission denied"].iter().any(|why| said.contains(why));
    assert!(done.status.code() == Some(2) && is_told, "{said}");
}

/// What the child says that reads this record.
fn reading(disk: &Disk, own: &Path, record: &Path) -> String {
    let mut child = disk.reader(own);
    child.args(["--exact", "faults::child_reads", "--nocapture"]).current_dir("/");
    let done = child.env("ETALON_TEST_SEALED", record).output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr))
}

/// The child's part: reads a record in a place where nothing can be written.
#[test]
fn child_reads() {
    let Some(path) = std::env::var_os("ETALON_TEST_SEALED") else { return };
    let reader = Journal::open_for_reading(Path::new(&path)).unwrap();
    let audit = reader.audit().unwrap();
    println!("read {} events, whole: {}", audit.events, audit.ok);
    println!("refused: {:?}", reader.append_now(&[entry(2)]).unwrap_err());
    drop(reader);
    let left = std::fs::read_dir(std::env::temp_dir()).unwrap().filter_map(Result::ok);
    let own = format!("etalon-reading-{}-", std::process::id());
    let copies = left.filter(|entry| entry.file_name().to_string_lossy().starts_with(&own));
    println!("left behind: {}", copies.count());
}

/// A process that was killed leaves a log with events in it, and then the disk becomes read-only.
#[test]
fn events_that_stand_in_the_log_alone_are_read_on_a_read_only_disk() {
    let disk = Disk::new("size=512m");
    let (path, killed) = (disk.path().join("live.sqlite"), disk.path().join("killed.sqlite"));
    let journal = Journal::create(&path, "lab", AT).unwrap();
    journal.append_now(&(0..20).map(entry).collect::<Vec<_>>()).unwrap();
    std::fs::copy(&path, &killed).unwrap();
    std::fs::copy(disk.path().join("live.sqlite-wal"), disk.path().join("killed.sqlite-wal"))
        .unwrap();
    drop(journal);
    let own = disk.program(&std::env::current_exe().unwrap());
    disk.seal();
    let said = reading(&disk, &own, &killed);
    assert!(said.contains("read 21 events, whole: true"), "{said}");
    assert!(said.contains("left behind: 0"), "{said}");
}

/// Another process keeps the file locked: refused after a while with what to do, nothing of the call
/// is written, and the same call is written when the lock is gone.
#[test]
fn record_locked_by_another_process_is_refused_after_patience_and_goes_on_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let journal = Journal::create(&path, "lab", AT).unwrap();
    let mut locking = Command::new(std::env::current_exe().unwrap());
    locking
        .args(["--exact", "faults::child_locks", "--nocapture"])
        .env("ETALON_TEST_LOCKED", &path);
    let mut locking = locking.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(locking.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line.ends_with("locked"))));

    let began = std::time::Instant::now();
    let refused = journal.append_now(&[entry(1)]).unwrap_err();
    let waited = began.elapsed().as_secs_f64();
    assert!((4.0..30.0).contains(&waited), "refused after {waited} s");
    assert!(matches!(refused, StoreError::Locked { .. }), "{refused}");
    assert_eq!(Journal::open_for_reading(&path).unwrap().audit().unwrap().events, 1);

    drop(locking.stdin.take());
    locking.wait().unwrap();
    journal.append_now(&[entry(1)]).unwrap();
    let audit = journal.audit().unwrap();
    assert!(audit.ok && audit.events == 2, "{audit:?}");
    println!("locked by another process: refused after {waited:.1} s: {refused}");
}

/// The child's part: locks the file until its standard input ends.
#[test]
fn child_locks() {
    let Some(path) = std::env::var_os("ETALON_TEST_LOCKED") else { return };
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    println!("locked");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

/// The order of events is their number; a clock that is set back tells so and changes nothing.
#[test]
fn clock_set_back_an_hour_loses_and_reorders_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let journal = Journal::create(&path, "lab", "2026-11-23T08:00:00Z").unwrap();
    let note = |at: &str| {
        let body = Body::Noted { severity: "note".into(), text: at.into() };
        journal.append_now(&[Entry::new("R", at, body)]).unwrap()[0].sequence
    };
    let stamps = ["2026-11-23T09:00:00Z", "2026-11-23T08:00:00Z", "2026-11-23T08:00:01Z"];
    assert_eq!(stamps.map(note), [2, 3, 4]);
    let told: Vec<_> = journal.events("R").unwrap().into_iter().map(|event| event.at).collect();
    assert_eq!(told, stamps);
    assert!(journal.audit().unwrap().ok);
}

/// Founding is whole or not at all: killed at any instant, the same command founds it.
#[test]
fn demonstration_killed_while_it_is_founded_is_founded_by_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let lab = folder.path().join("lab");
    let mut whole = 0;
    for microseconds in (0..40).map(|step| 500 + step * 1500) {
        let mut founding = Command::new(env!("CARGO_BIN_EXE_etalon"));
        founding.args(["lab", "init", "--demo"]).arg(&lab);
        let mut founding = founding.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_micros(microseconds));
        founding.kill().unwrap();
        founding.wait().unwrap();
        if lab.exists() {
            let found = etalon::lab::Lab::open(&lab).unwrap();
            assert!(found.journal().unwrap().audit().unwrap().ok, "after {microseconds} us");
            whole += 1;
            std::fs::remove_dir_all(&lab).unwrap();
        }
    }
    println!("founding killed 40 times: {whole} times whole, {} times not begun", 40 - whole);
    let mut founding = Command::new(env!("CARGO_BIN_EXE_etalon"));
    assert!(founding.args(["lab", "init", "--demo"]).arg(&lab).status().unwrap().success());
}
