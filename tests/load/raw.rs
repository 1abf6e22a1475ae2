//! Raw SQLite: the same rows in the same record's schema by plain SQL, in so many commits.

use std::{path::Path, time::Instant};

use etalon::{
    journal::{
        Entry,
        chain::{Sealed, origin, seal},
    },
    store::Journal,
};

/// A record to which nobody appends but plain SQL.
pub(crate) struct Raw {
    connection: rusqlite::Connection,
    sequence: u64,
}

impl Raw {
    pub(crate) fn beside(folder: &Path) -> Self {
        let path = folder.join("raw.sqlite");
        drop(Journal::create(&path, "lab", "2026-11-23T08:00:00Z").unwrap());
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA synchronous = FULL").unwrap();
        Self { connection, sequence: 1 }
    }

    /// Writes the entries in so many commits, as equal as can be; the seconds that it took, making the
    /// rows not counted.
    pub(crate) fn write(&mut self, entries: impl Iterator<Item = Entry>, commits: u64) -> f64 {
        let rows: Vec<_> = entries
            .map(|entry| {
                self.sequence += 1;
                seal(&entry, self.sequence, &origin())
            })
            .collect();
        let commits = usize::try_from(commits).unwrap();
        let begun = Instant::now();
        for number in 0..commits {
            let (from, to) = (number * rows.len() / commits, (number + 1) * rows.len() / commits);
            self.commit(&rows[from..to]);
        }
        begun.elapsed().as_secs_f64()
    }

    fn commit(&mut self, rows: &[Sealed]) {
        let transaction = self.connection.transaction().unwrap();
        {
            let insert = "INSERT INTO event (sequence, at, run, body, previous, hash)
                          VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let mut insert = transaction.prepare_cached(insert).unwrap();
            for Sealed { sequence, at, run, body, previous, hash } in rows {
                let values = rusqlite::params![sequence, at, run, body, previous, hash];
                insert.execute(values).unwrap();
            }
        }
        transaction.commit().unwrap();
    }
}
