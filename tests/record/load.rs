//! Load: sixty positions with twenty readings a second each, for ten simulated minutes (an hour with
//! `./test --full`), beside raw SQLite with the same rows, durability and batch size in the same run.
//!
//! Both are measured in pairs of neighbouring seconds, and the median of the pairs is printed: what
//! else the machine does falls on both halves of a pair, and on few pairs. Speed is told, not judged
//! here: the share depends on what a durable commit costs on the disk (docs/campaigns.md). What is
//! judged is that nothing is lost and that memory stays flat.

use std::{path::Path, time::Duration, time::Instant};

use etalon::{
    journal::chain::{origin, seal},
    store::Journal,
};

use crate::conformance::{AT, entry};

const POSITIONS: u64 = 60;
/// Between two readings of a position.
const PERIOD: Duration = Duration::from_millis(50);
/// Simulated seconds in CI, and with `./test --full`.
const SECONDS: (u64, u64) = (600, 3600);
/// A second of raw SQLite follows every so many simulated seconds.
const RAW_EVERY_S: u64 = 10;
/// Pages of memory that a whole run may add: 2 MiB of 4 KiB pages, the page cache of one connection.
const FLAT_PAGES: u64 = 512;

/// Resident memory of this process, in pages.
fn resident_pages() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap();
    text.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The same rows by plain SQL: one second of the load, in commits of one batch each.
struct Raw {
    connection: rusqlite::Connection,
    sequence: u64,
}

impl Raw {
    fn beside(folder: &Path) -> Self {
        let path = folder.join("raw.sqlite");
        drop(Journal::create(&path, "lab", AT).unwrap());
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA synchronous = FULL").unwrap();
        Self { connection, sequence: 1 }
    }

    fn second(&mut self) -> Duration {
        let rows: Vec<Vec<_>> = (0..20)
            .map(|_| {
                let rows = (0..POSITIONS).map(|position| {
                    self.sequence += 1;
                    seal(&entry(position), self.sequence, &origin())
                });
                rows.collect()
            })
            .collect();
        let begun = Instant::now();
        for batch in rows {
            let transaction = self.connection.transaction().unwrap();
            {
                let insert = "INSERT INTO event (sequence, at, run, body, previous, hash)
                              VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
                let mut insert = transaction.prepare_cached(insert).unwrap();
                for row in batch {
                    let values = rusqlite::params![
                        row.sequence,
                        row.at,
                        row.run,
                        row.body,
                        row.previous,
                        row.hash
                    ];
                    insert.execute(values).unwrap();
                }
            }
            transaction.commit().unwrap();
        }
        begun.elapsed()
    }
}

#[tokio::test(start_paused = true)]
async fn sixty_positions_of_twenty_readings_a_second_lose_nothing_in_flat_memory() {
    let seconds = if std::env::var_os("ETALON_FULL").is_some() { SECONDS.1 } else { SECONDS.0 };
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::create(&folder.path().join("records.sqlite"), "lab", AT).unwrap();
    let mut raw = Raw::beside(folder.path());
    let (mut own_time, mut pairs, mut early) = (0.0, Vec::new(), 0);
    let simulated = tokio::time::Instant::now();
    for second in 0..seconds {
        // As the rows of raw SQLite, the readings are there before the clock is looked at.
        let readings: Vec<Vec<_>> =
            (0..POSITIONS).map(|at| (0..20).map(|_| entry(at)).collect()).collect();
        let begun = Instant::now();
        let mut positions = tokio::task::JoinSet::new();
        for readings in readings {
            let journal = journal.clone();
            positions.spawn(async move {
                for reading in readings {
                    tokio::time::sleep(PERIOD).await;
                    journal.append(vec![reading]).await.unwrap();
                }
            });
        }
        while let Some(done) = positions.join_next().await {
            done.unwrap();
        }
        let own = begun.elapsed().as_secs_f64();
        own_time += own;
        if second % RAW_EVERY_S == 0 {
            pairs.push((own, raw.second().as_secs_f64()));
        }
        if second == seconds / 10 {
            early = resident_pages();
        }
    }
    let late = resident_pages();
    assert_eq!(simulated.elapsed().as_secs(), seconds);
    let events = seconds * 20 * POSITIONS;
    let audit = journal.audit().unwrap();
    assert!(audit.ok && audit.events == events + 1, "{audit:?}");
    pairs.sort_by(|one, other| (one.1 / one.0).total_cmp(&(other.1 / other.0)));
    let (own, raw) = pairs[pairs.len() / 2];
    let share = raw / own;
    #[allow(clippy::cast_precision_loss, reason = "a figure for a person")]
    let (all, second) = (events as f64, (20 * POSITIONS) as f64);
    println!(
        "{events} events of {seconds} simulated seconds in {own_time:.1} s: {:.0} durable events/s; \
         median of {} pairs of seconds: {:.0}/s, raw SQLite {:.0}/s ({:.0} %); \
         memory {early} to {late} pages",
        all / own_time,
        pairs.len(),
        second / own,
        second / raw,
        100.0 * share
    );
    assert!(late < early + FLAT_PAGES, "memory grew from {early} to {late} pages");
}
