//! Many laboratories in one database: each sees its own chains and nobody else's.

use std::sync::Arc;

use etalon::{
    journal::{Body, Entry},
    store::{Journal, StoreError, address::Address},
};

use crate::{
    cluster::Cluster,
    conformance::{AT, entry},
};

/// A database with the schema in it, and two laboratories' roles: `north` with a member `bench_3`,
/// and `south`.
fn shared() -> (Arc<Cluster>, String) {
    let cluster = Cluster::shared();
    let database = cluster.database();
    Journal::begin(&cluster.address(&database), AT).unwrap();
    let suffix = &database;
    cluster
        .sql(
            &database,
            &format!(
                "CREATE ROLE north_{suffix} LOGIN; CREATE ROLE south_{suffix} LOGIN;
                 CREATE ROLE bench_3_{suffix} LOGIN IN ROLE north_{suffix};"
            ),
        )
        .unwrap();
    (cluster, database)
}

fn address(cluster: &Cluster, database: &str, role: &str, laboratory: &str) -> Address {
    let url = cluster.url(&format!("{role}_{database}"), database);
    Address::new(&url, laboratory, "main")
}

#[test]
fn laboratory_sees_and_writes_its_own_chains_only() {
    let (cluster, database) = shared();
    let north = address(&cluster, &database, "north", "north");
    let south = address(&cluster, &database, "south", "south");
    Journal::begin(&north, AT).unwrap().append_now(&[entry(1), entry(2)]).unwrap();
    let of_south = Journal::begin(&south, AT).unwrap();
    let secret = of_south.keep(b"a price list").unwrap();

    // Another role that asks for the chain by its name is told that there is none.
    let intruder =
        Address::new(&cluster.url(&format!("south_{database}"), &database), "north", "main");
    assert!(matches!(Journal::connect(&intruder), Err(StoreError::Missing { .. })));
    let seen = |role: &str, what: &str| {
        let statement = format!("SET ROLE {role}_{database}; SELECT count(*) FROM {what}");
        cluster.sql(&database, &statement).unwrap()
    };
    assert_eq!((seen("north", "chain"), seen("north", "event")), ("1".into(), "3".into()));
    assert_eq!((seen("south", "event"), seen("north", "document")), ("1".into(), "0".into()));
    assert_eq!(seen("south", "document"), "1");
    let journal = Journal::connect(&north).unwrap();
    assert!(matches!(journal.document(&secret), Err(StoreError::NoDocument { .. })));

    // Nor can it write into it, although it may insert into the table.
    let smuggle = format!(
        "SET ROLE south_{database};
         INSERT INTO event (chain, sequence, at, run, body, previous, hash)
         SELECT chain, 4, at, run, body, previous, hash FROM public.stolen LIMIT 1"
    );
    let prepare = "CREATE TABLE public.stolen AS SELECT * FROM event WHERE sequence = 3;
                   GRANT SELECT ON public.stolen TO PUBLIC";
    cluster.sql(&database, prepare).unwrap();
    let refused = cluster.sql(&database, &smuggle).unwrap_err();
    assert!(refused.contains("row-level security"), "{refused}");
    for statement in ["UPDATE event SET body = body", "DELETE FROM chain", "TRUNCATE document"] {
        let refused = cluster.sql(&database, &format!("SET ROLE north_{database}; {statement}"));
        assert!(refused.unwrap_err().contains("permission denied"), "{statement}");
    }
}

#[test]
fn benches_of_one_laboratory_append_to_one_chain_as_members_of_its_role() {
    let (cluster, database) = shared();
    let north = address(&cluster, &database, "north", "north");
    Journal::begin(&north, AT).unwrap();
    let bench = Journal::connect(&address(&cluster, &database, "bench_3", "north")).unwrap();
    bench.append_now(&[entry(1)]).unwrap();
    let audit = Journal::connect(&north).unwrap().audit().unwrap();
    assert!(audit.ok && audit.events == 2, "{audit:?}");
}

#[test]
fn chains_of_one_laboratory_stand_beside_one_another() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let url = cluster.url("etalon", &database);
    for (number, chain) in (1_u64..).zip(["bench-1", "bench-2", "bench-3"]) {
        let journal = Journal::begin(&Address::new(&url, "lab", chain), AT).inspect(|journal| {
            let entries: Vec<_> = (0..number).map(entry).collect();
            journal.append_now(&entries).unwrap();
        });
        // The chain is named by its first event: the same moment of the same laboratory is the
        // same first event, which stands in one chain only.
        if number > 1 {
            assert!(matches!(journal, Err(StoreError::Denied { .. })), "{chain}");
        }
    }
    for (number, at) in [(2, "2026-11-23T08:00:01Z"), (3, "2026-11-23T08:00:02Z")] {
        let address = Address::new(&url, "lab", &format!("bench-{number}"));
        Journal::begin(&address, at).unwrap().append_now(&[entry(1)]).unwrap();
        assert_eq!(Journal::connect(&address).unwrap().audit().unwrap().events, 2);
    }
}

#[test]
fn password_in_an_address_is_refused_and_not_repeated() {
    let address = Address::new("postgresql://north:secret@localhost/lab", "north", "main");
    let refused = Journal::connect(&address).unwrap_err().to_string();
    assert!(refused.contains("PGPASSWORD") && !refused.contains("secret"), "{refused}");
}

#[test]
fn server_that_does_not_keep_what_it_confirms_is_refused() {
    let cluster = Cluster::start();
    let database = cluster.database();
    cluster.sql(&database, "ALTER SYSTEM SET fsync = off").unwrap();
    cluster.sql(&database, "SELECT pg_reload_conf()").unwrap();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while cluster.sql(&database, "SHOW fsync").unwrap() != "off" {
        assert!(std::time::Instant::now() < until, "the setting is not taken over");
    }
    let refused = Journal::begin(&cluster.address(&database), AT).unwrap_err();
    assert!(matches!(refused, StoreError::NotDurable { setting: "fsync", .. }), "{refused}");
}

#[test]
fn chain_locked_by_another_process_is_refused_after_patience_and_nothing_is_written() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let journal = Journal::begin(&cluster.address(&database), AT).unwrap();
    let (done, held) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let (cluster, database) = (&cluster, &database);
        scope.spawn(move || {
            let hold = "BEGIN; SELECT 1 FROM chain FOR UPDATE; SELECT pg_sleep(8); ROLLBACK";
            cluster.sql(database, hold).unwrap();
            drop(done);
        });
        std::thread::sleep(std::time::Duration::from_millis(700));
        let refused = journal.append_now(&[entry(1)]).unwrap_err();
        assert!(matches!(refused, StoreError::Locked { .. }), "{refused}");
        assert!(held.recv().is_err());
    });
    let note = Body::Noted { severity: "note".into(), text: "goes on".into() };
    journal.append_now(&[Entry::new("R", AT, note)]).unwrap();
    assert_eq!(journal.audit().unwrap().events, 2);
}
