//! What every store must do: each test runs on SQLite and on PostgreSQL.

use std::{path::PathBuf, sync::Arc};

use etalon::{
    journal::{
        Body, Entry,
        chain::{FaultKind, seal},
    },
    store::{Journal, StoreError, address::Address, audit::Audit},
};

use crate::cluster::Cluster;

pub(crate) const AT: &str = "2026-11-23T08:00:00Z";
pub(crate) const RUN: &str = "R20261123-001";

/// A store under examination.
pub(crate) enum Store {
    File(tempfile::TempDir),
    Database(Arc<Cluster>, String),
}

impl Store {
    pub(crate) fn both() -> [Self; 2] {
        let cluster = Cluster::shared();
        let database = cluster.database();
        [Self::File(tempfile::tempdir().unwrap()), Self::Database(cluster, database)]
    }

    fn file(&self) -> PathBuf {
        let Self::File(folder) = self else { panic!("not a file") };
        folder.path().join("records.sqlite")
    }

    fn address(&self) -> Address {
        let Self::Database(cluster, database) = self else { panic!("not a database") };
        cluster.address(database)
    }

    pub(crate) fn begin(&self) -> Journal {
        match self {
            Self::File(_) => Journal::create(&self.file(), "lab", AT).unwrap(),
            Self::Database(..) => Journal::begin(&self.address(), AT).unwrap(),
        }
    }

    pub(crate) fn open(&self) -> Result<Journal, StoreError> {
        match self {
            Self::File(_) => Journal::open(&self.file()),
            Self::Database(..) => Journal::connect(&self.address()),
        }
    }

    /// Statements of somebody with a database shell.
    fn shell(&self, statements: &str) -> Result<(), String> {
        match self {
            Self::File(_) => {
                let connection = rusqlite::Connection::open(self.file()).unwrap();
                connection.execute_batch(statements).map_err(|refused| refused.to_string())
            }
            Self::Database(cluster, database) => cluster.sql(database, statements).map(drop),
        }
    }

    /// Statements of a forger, who takes the guards away first.
    fn forge(&self, statements: &str) {
        let unguard = match self {
            Self::File(_) => {
                "DROP TRIGGER event_is_never_edited; DROP TRIGGER event_is_never_deleted;
                 DROP TRIGGER document_is_never_edited; DROP TRIGGER document_is_never_deleted;"
            }
            Self::Database(..) => {
                "ALTER TABLE event DISABLE TRIGGER USER; ALTER TABLE document DISABLE TRIGGER USER;"
            }
        };
        self.shell(&format!("{unguard}\n{statements}")).unwrap();
    }

    /// A record with the laboratory's first event and nine readings, closed.
    fn filled() -> [Self; 2] {
        let stores = Self::both();
        for store in &stores {
            let entries: Vec<_> = (2..=10).map(entry).collect();
            store.begin().append_now(&entries).unwrap();
        }
        stores
    }

    fn audit(&self) -> Audit {
        self.open().unwrap().audit().unwrap()
    }

    fn first_bad(&self) -> (u64, FaultKind) {
        let audit = self.audit();
        assert!(!audit.ok);
        let fault = audit.first_bad.unwrap();
        (fault.sequence, fault.kind)
    }
}

pub(crate) fn entry(number: u64) -> Entry {
    let body = Body::Reading {
        stage: "basic_error".into(),
        point: "ib-1".into(),
        position: 1,
        repeat: 1,
        role: "ref".into(),
        input: "n".into(),
        // What a bad line delivers must come back as it came: NUL, quotes, another script.
        text: format!("{number},119605\u{0}\"'\u{85}误差"),
        value: format!("{}", 119_600 + number),
        unit: "imp".into(),
    };
    Entry::new(RUN, AT, body)
}

pub(crate) fn started(documents: &[(&str, &str)]) -> Body {
    let documents = documents.iter().map(|(name, hash)| ((*name).into(), (*hash).into()));
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
        documents: documents.collect(),
    }
}

#[test]
fn whole_record_comes_back_as_it_was_written_after_it_was_closed() {
    for store in Store::filled() {
        let journal = store.open().unwrap();
        let audit = journal.audit().unwrap();
        assert!(audit.ok && audit.events == 10, "{audit:?}");
        let events = journal.events(RUN).unwrap();
        assert_eq!(events.len(), 9);
        for (number, event) in (2..).zip(&events) {
            assert_eq!((event.sequence, &event.body), (number, &entry(number).body));
        }
        assert_eq!(journal.events_after(7, 2).unwrap(), events[6..8]);
        assert_eq!(journal.head().unwrap().hash, events[8].hash);
    }
}

#[test]
fn both_stores_seal_the_same_events_with_the_same_hashes() {
    let [file, database] = Store::filled().map(|store| store.open().unwrap().head().unwrap());
    assert_eq!(file, database);
}

#[test]
fn guards_refuse_to_edit_and_to_delete() {
    for store in Store::filled() {
        store.open().unwrap().keep(b"procedure").unwrap();
        for statement in [
            "UPDATE event SET body = body",
            "DELETE FROM event",
            "UPDATE document SET content = content",
            "DELETE FROM document",
        ] {
            let refused = store.shell(statement).unwrap_err();
            assert!(refused.contains("never"), "{statement}: {refused}");
        }
        assert!(store.audit().ok);
    }
}

#[test]
fn edited_event_is_named_also_when_its_own_hash_was_recomputed() {
    for store in Store::filled() {
        let events = store.open().unwrap().events(RUN).unwrap();
        store.forge("UPDATE event SET body = replace(body, '119605', '119606') WHERE sequence = 5");
        assert_eq!(store.first_bad(), (5, FaultKind::Edited));

        let body =
            serde_json::to_string(&Body::Noted { severity: "note".into(), text: "forged".into() });
        let forged = Entry::new(RUN, AT, serde_json::from_str(&body.unwrap()).unwrap());
        let forged = seal(&forged, 5, &events[2].hash);
        let statement = format!(
            "UPDATE event SET body = '{}', hash = '{}' WHERE sequence = 5",
            forged.body, forged.hash
        );
        store.shell(&statement).unwrap();
        assert_eq!(store.first_bad(), (5, FaultKind::Edited));
    }
}

#[test]
fn deleted_event_is_named_in_the_middle_at_the_end_and_with_the_gap_closed() {
    for (statements, sequence) in [
        ("DELETE FROM event WHERE sequence = 4", 4),
        ("DELETE FROM event WHERE sequence = 10", 10),
        ("DELETE FROM event WHERE sequence = 1", 1),
        (
            "DELETE FROM event WHERE sequence = 4;
             UPDATE event SET sequence = sequence - 1 WHERE sequence > 4",
            4,
        ),
    ] {
        for store in Store::filled() {
            store.forge(statements);
            assert_eq!(store.first_bad(), (sequence, FaultKind::Deleted), "{statements}");
        }
    }
}

#[test]
fn reordered_events_are_named() {
    for store in Store::filled() {
        store.forge(
            "UPDATE event SET sequence = 100 WHERE sequence = 4;
             UPDATE event SET sequence = 4 WHERE sequence = 6;
             UPDATE event SET sequence = 6 WHERE sequence = 100;",
        );
        assert_eq!(store.first_bad(), (4, FaultKind::Reordered));
    }
}

#[test]
fn inserted_event_is_named_although_its_own_seal_is_whole() {
    for store in Store::filled() {
        let events = store.open().unwrap().events(RUN).unwrap();
        let body = Body::Noted { severity: "note".into(), text: "forged".into() };
        let forged = seal(&Entry::new(RUN, AT, body), 5, &events[2].hash);
        let (chain, from) = match &store {
            Store::File(_) => ("", ""),
            Store::Database(..) => ("chain, ", "chain, "),
        };
        store.forge(&format!(
            "UPDATE event SET sequence = -sequence - 1 WHERE sequence >= 5;
             UPDATE event SET sequence = -sequence WHERE sequence < 0;
             INSERT INTO event ({chain}sequence, at, run, body, previous, hash)
             SELECT {from}5, '{}', '{}', '{}', '{}', '{}' FROM event WHERE sequence = 1",
            forged.at, forged.run, forged.body, forged.previous, forged.hash
        ));
        assert_eq!(store.first_bad(), (5, FaultKind::Inserted));
    }
}

#[test]
fn event_before_the_first_one_is_a_finding() {
    for store in Store::filled() {
        let chain = if matches!(store, Store::File(_)) { "" } else { "chain, " };
        store
            .shell(&format!(
                "INSERT INTO event ({chain}sequence, at, run, body, previous, hash)
                 SELECT {chain}-1, at, run, body, previous, hash FROM event WHERE sequence = 5"
            ))
            .unwrap();
        let audit = store.audit();
        assert!(!audit.ok);
        assert!(audit.findings[0].contains("before the first one"), "{:?}", audit.findings);
    }
}

#[test]
fn removed_guard_is_a_finding() {
    for store in Store::filled() {
        store.forge("");
        let audit = store.audit();
        assert!(!audit.ok && audit.first_bad.is_none());
        assert_eq!(audit.findings.len(), 4, "{:?}", audit.findings);
        assert!(audit.findings[0].contains("is"), "{:?}", audit.findings);
    }
}

#[test]
fn changed_and_missing_documents_are_refused_and_the_run_that_used_them_named() {
    for store in Store::filled() {
        let journal = store.open().unwrap();
        let sha256 = journal.keep(b"procedure text").unwrap();
        assert_eq!(journal.keep(b"procedure text").unwrap(), sha256);
        let start = Entry::new("R20261123-002", AT, started(&[("procedure", &sha256)]));
        journal.append_now(&[start]).unwrap();
        assert!(journal.audit().unwrap().ok);

        let zero = if matches!(store, Store::File(_)) { "x'00'" } else { "'\\x00'" };
        store.forge(&format!("UPDATE document SET content = {zero}"));
        assert!(matches!(journal.document(&sha256), Err(StoreError::ForgedDocument { .. })));
        assert_eq!(store.first_bad(), (11, FaultKind::Edited));
        store.shell("DELETE FROM document").unwrap();
        assert!(matches!(journal.document(&sha256), Err(StoreError::NoDocument { .. })));
        assert_eq!(store.first_bad(), (11, FaultKind::Deleted));
    }
}

#[test]
fn newer_schema_is_refused() {
    for store in Store::filled() {
        store.shell("INSERT INTO schema_version VALUES (99)").unwrap();
        let refused = store.open().unwrap_err();
        assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused}");
        assert!(refused.to_string().contains("use the newer program"), "{refused}");
    }
}

#[test]
fn second_record_of_the_same_name_is_refused() {
    for store in Store::filled() {
        let refused = match &store {
            Store::File(_) => Journal::create(&store.file(), "lab", AT).unwrap_err(),
            Store::Database(..) => {
                Journal::begin(&store.address(), "2026-11-24T08:00:00Z").unwrap_err()
            }
        };
        assert!(matches!(refused, StoreError::File { .. } | StoreError::Begun { .. }), "{refused}");
        assert_eq!(store.audit().events, 10);
    }
}

#[test]
fn missing_record_is_said_and_not_made() {
    for store in Store::both() {
        assert!(matches!(store.open(), Err(StoreError::Missing { .. })));
        assert!(matches!(store.open(), Err(StoreError::Missing { .. })));
    }
}

#[test]
fn two_writers_on_one_record_make_one_chain() {
    for store in Store::filled() {
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let journal = store.open().unwrap();
                    for number in 0..50 {
                        journal.append_now(&[entry(number)]).unwrap();
                    }
                });
            }
        });
        let audit = store.audit();
        assert!(audit.ok && audit.events == 110, "{audit:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn sixty_positions_share_commits_and_a_paused_clock_stands_meanwhile() {
    for store in Store::filled() {
        let journal = store.open().unwrap();
        let before = tokio::time::Instant::now();
        let mut positions = tokio::task::JoinSet::new();
        for position in 0..60 {
            let journal = journal.clone();
            positions.spawn(async move {
                for number in 0..5 {
                    let entries = vec![entry(position), entry(number)];
                    let events = journal.append(entries).await.unwrap();
                    assert_eq!(events[1].previous, events[0].hash);
                }
            });
        }
        while let Some(done) = positions.join_next().await {
            done.unwrap();
        }
        assert_eq!(before.elapsed(), std::time::Duration::ZERO);
        let audit = journal.audit().unwrap();
        assert!(audit.ok && audit.events == 10 + 60 * 5 * 2, "{audit:?}");
    }
}

#[test]
fn runs_are_listed_oldest_first_and_each_tells_where_it_stands() {
    for store in Store::filled() {
        let journal = store.open().unwrap();
        let on = Body::Output { role: "source".into(), on: true };
        for run in ["R20261123-007", "R20261123-003"] {
            journal.append_now(&[Entry::new(run, AT, started(&[]))]).unwrap();
        }
        journal.append_now(&[Entry::new("R20261123-003", AT, on)]).unwrap();
        let runs = journal.runs().unwrap();
        let names: Vec<_> = runs.iter().map(|run| (run.run.as_str(), run.state.word())).collect();
        assert_eq!(names, [("R20261123-007", "open"), ("R20261123-003", "open")]);
        assert_eq!(journal.run("R20261123-003").unwrap().as_ref(), runs.get(1));
        assert_eq!(journal.next_run("20261123").unwrap(), "R20261123-008");
    }
}
