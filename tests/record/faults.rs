//! Faults of the place that the record lies in: no room, no right to write, a clock set back.
//!
//! A small disk and a read-only one are mounted where the test may mount; elsewhere the limit of a
//! file's size stands for the disk, and what could not be mounted is said.

use std::{
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
};

/// A small disk, unmounted when it is done with.
struct Mounted(tempfile::TempDir);

impl Mounted {
    /// `None` where this process may not mount.
    fn tmpfs(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder.path());
        let done = mount.stdout(Stdio::null()).stderr(Stdio::null()).status();
        done.is_ok_and(|status| status.success()).then(|| Self(folder))
    }

    fn again(&self, options: &str) {
        let mut mount = Command::new("mount");
        mount.args(["-o", options]).arg(self.0.path());
        assert!(mount.status().unwrap().success(), "{options}");
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(self.0.path()).status());
    }
}

#[test]
fn full_disk_writes_nothing_of_the_refused_call_and_goes_on_when_there_is_room() {
    let Some(disk) = Mounted::tmpfs("size=1m") else {
        // Where nothing can be mounted the page limit of SQLite stands for the disk:
        // src/store/tests.rs, full_disk_writes_nothing_….
        println!("full disk: this process may not mount, the page limit is tested instead");
        return;
    };
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
    disk.again("remount,size=16m");
    journal.append_now(&[entry(1)]).unwrap();
    assert_eq!(journal.audit().unwrap().events, confirmed + 1);
    println!("full disk of 1 MiB: {confirmed} events confirmed and kept, one call refused whole");
}

#[test]
fn file_that_may_not_grow_is_a_full_disk() {
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
    let desk = Desk::new();
    let Some(disk) = Mounted::tmpfs("size=64m") else {
        println!("read-only disk: this process may not mount; a private copy is read instead");
        return;
    };
    let mut copy = Command::new("cp");
    assert!(copy.arg("-a").arg(desk.lab()).arg(disk.path()).status().unwrap().success());
    let lab = disk.path().join("lab");
    // The log still holds events that the file does not: a reader that left it out would lose them.
    let journal = Journal::open(&lab.join("records.sqlite")).unwrap();
    let remark = Body::Noted { severity: "note".into(), text: "written at the end".into() };
    let last = journal.append_now(&[Entry::new(RUN, AT, remark)]).unwrap()[0].sequence;
    let wal = lab.join("records.sqlite-wal");
    assert!(wal.metadata().unwrap().len() > 0);
    let kept = disk.path().join("kept-wal");
    std::fs::copy(&wal, &kept).unwrap();
    drop(journal);
    // Closing has emptied the log into the file; a process that was killed leaves it as it was.
    std::fs::remove_file(lab.join("records.sqlite-shm")).ok();
    disk.again("remount,ro");

    let reader = Journal::open_for_reading(&lab.join("records.sqlite")).unwrap();
    assert_eq!(reader.audit().unwrap().events, last);
    assert!(matches!(reader.append_now(&[entry(2)]), Err(StoreError::ReadOnly { .. })));
    for arguments in [&["record", "list"][..], &["record", "verify"], &["record", "replay"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_etalon"));
        let done = command.arg("--lab").arg(&lab).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(0), "{arguments:?}: {said}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_etalon"));
    let done = command.arg("--lab").arg(&lab).args(["record", "checkpoint"]).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.code() == Some(2) && said.contains("read-only"), "{said}");
}

/// A process that was killed leaves a log with events in it, and then the disk becomes read-only.
#[test]
fn events_that_stand_in_the_log_alone_are_read_on_a_read_only_disk() {
    let Some(disk) = Mounted::tmpfs("size=16m") else {
        println!("read-only disk: this process may not mount");
        return;
    };
    let (path, killed) = (disk.path().join("live.sqlite"), disk.path().join("killed.sqlite"));
    let journal = Journal::create(&path, "lab", AT).unwrap();
    journal.append_now(&(0..20).map(entry).collect::<Vec<_>>()).unwrap();
    std::fs::copy(&path, &killed).unwrap();
    std::fs::copy(disk.path().join("live.sqlite-wal"), disk.path().join("killed.sqlite-wal"))
        .unwrap();
    drop(journal);
    disk.again("remount,ro");
    let audit = Journal::open_for_reading(&killed).unwrap().audit().unwrap();
    assert!(audit.ok && audit.events == 21, "{audit:?}");
    let left = std::fs::read_dir(std::env::temp_dir()).unwrap().filter_map(Result::ok);
    let own = format!("etalon-reading-{}-", std::process::id());
    let copies = left.filter(|entry| entry.file_name().to_string_lossy().starts_with(&own));
    assert_eq!(copies.count(), 0, "the private copy is left behind");
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
