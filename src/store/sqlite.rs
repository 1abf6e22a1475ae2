//! The record in one SQLite file: write-ahead log, `synchronous=FULL`, one transaction per commit.
//!
//! `FULL` in WAL mode synchronises the log before a commit returns (SQLite documentation, "PRAGMA
//! synchronous"): what was confirmed survives the loss of power. The place in the chain is read
//! inside the writing transaction, so that several processes may append to one record.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension, Row, TransactionBehavior, params,
};

use super::{StoreError, migration};
use crate::journal::{
    self, Body, Entry, Event,
    chain::{self, Sealed, sha256_hex},
    runs::{self, RunSummary},
};

/// How long a commit waits for another process, in seconds.
const PATIENCE_S: u64 = 5;

const COLUMNS: &str = "sequence, at, run, body, previous, hash";

/// An open record.
#[derive(Debug)]
pub struct Record {
    connection: Connection,
    path: PathBuf,
}

impl Record {
    /// Makes a new record with its first event.
    ///
    /// # Errors
    /// [`StoreError`], among others when the file exists already.
    pub fn create(path: &Path, laboratory: &str, at: &str) -> Result<Self, StoreError> {
        std::fs::File::create_new(path)
            .map_err(|source| StoreError::File { path: path.to_owned(), source })?;
        let mut record = Self::connect(path)?;
        record.prepare()?;
        let body =
            Body::Opened { format: journal::FORMAT.to_owned(), laboratory: laboratory.to_owned() };
        record.append(&[Entry::of_laboratory(at, body)])?;
        Ok(record)
    }

    /// Opens a record and migrates it forward.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if !path.is_file() {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        let mut record = Self::connect(path)?;
        record.refuse_others()?;
        record.prepare()?;
        Ok(record)
    }

    fn connect(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|source| refusal(path, source))?;
        let record = Self { connection, path: path.to_owned() };
        record
            .connection
            .busy_timeout(Duration::from_secs(PATIENCE_S))
            .map_err(|source| record.refused(source))?;
        Ok(record)
    }

    /// Refuses files of other programs and of later versions before anything is written.
    fn refuse_others(&self) -> Result<(), StoreError> {
        let application: i32 = self
            .connection
            .query_row("PRAGMA application_id", [], |row| row.get(0))
            .map_err(|source| self.refused(source))?;
        if application != migration::APPLICATION_ID {
            return Err(StoreError::Foreign { path: self.path.clone(), found: application });
        }
        let found = migration::version(&self.connection).map_err(|source| self.refused(source))?;
        let known = migration::known();
        if found > known {
            return Err(StoreError::Newer { path: self.path.clone(), found, known });
        }
        Ok(())
    }

    fn prepare(&mut self) -> Result<(), StoreError> {
        let pragmas = format!(
            "PRAGMA application_id = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA trusted_schema = OFF;",
            migration::APPLICATION_ID
        );
        let up_to_date = migration::version(&self.connection)
            .map_err(|source| self.refused(source))?
            == migration::known();
        let prepared = if up_to_date {
            self.connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;")
        } else {
            self.connection
                .execute_batch(&pragmas)
                .and_then(|()| migration::migrate(&mut self.connection))
        };
        prepared.map_err(|source| self.refused(source))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends entries in one durable transaction: all or none.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub fn append(&mut self, entries: &[Entry]) -> Result<Vec<Event>, StoreError> {
        let path = self.path.clone();
        self.append_transaction(entries).map_err(|source| refusal(&path, source))
    }

    fn append_transaction(&mut self, entries: &[Entry]) -> rusqlite::Result<Vec<Event>> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last = transaction
            .query_row(
                "SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1",
                [],
                |row| Ok((row.get::<_, u64>(0)?, row.get::<_, String>(1)?)),
            )
            .optional()?;
        let (mut sequence, mut previous) = last.unwrap_or((0, chain::origin()));
        let mut events = Vec::with_capacity(entries.len());
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO event (sequence, at, run, body, previous, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for entry in entries {
                let sealed = chain::seal(entry, sequence + 1, &previous);
                let Sealed { at, run, body, hash, .. } = &sealed;
                insert.execute(params![sealed.sequence, at, run, body, previous, hash])?;
                events.push(event(entry, &sealed));
                sequence = sealed.sequence;
                previous = sealed.hash;
            }
        }
        transaction.commit()?;
        Ok(events)
    }

    /// Keeps a document under its hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep(&mut self, document: &[u8]) -> Result<String, StoreError> {
        let sha256 = sha256_hex(document);
        self.connection
            .execute(
                "INSERT INTO document (sha256, content) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![sha256, document],
            )
            .map_err(|source| self.refused(source))?;
        Ok(sha256)
    }

    /// The bytes kept under a hash, as they are: the caller compares.
    ///
    /// # Errors
    /// [`StoreError::NoDocument`], or what the database refuses.
    pub fn document(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        self.connection
            .query_row(
                // A forger may have left text in place of bytes: the hash tells, not the type.
                "SELECT CAST(content AS BLOB) FROM document WHERE sha256 = ?1",
                [sha256],
                |row| row.get(0),
            )
            .optional()
            .map_err(|source| self.refused(source))?
            .ok_or_else(|| StoreError::NoDocument { sha256: sha256.to_owned() })
    }

    /// The hashes of all documents, ascending.
    ///
    /// # Errors
    /// What the database refuses.
    pub fn documents(&self) -> Result<Vec<String>, StoreError> {
        self.rows("SELECT sha256 FROM document ORDER BY sha256", [], |row| row.get(0))
    }

    /// The events of one run, in order.
    ///
    /// # Errors
    /// What the database refuses.
    pub fn events(&self, run: &str) -> Result<Vec<Sealed>, StoreError> {
        let query = format!("SELECT {COLUMNS} FROM event WHERE run = ?1 ORDER BY sequence");
        self.rows(&query, [run], sealed)
    }

    /// The events after a sequence number, at most `most`.
    ///
    /// # Errors
    /// What the database refuses.
    pub fn events_after(&self, after: u64, most: u32) -> Result<Vec<Sealed>, StoreError> {
        let query =
            format!("SELECT {COLUMNS} FROM event WHERE sequence > ?1 ORDER BY sequence LIMIT ?2");
        self.rows(&query, params![after, most], sealed)
    }

    /// All runs, oldest first, from the events that tell their state.
    ///
    /// # Errors
    /// What the database refuses, and events of an unknown kind.
    pub fn runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        let names = self.rows(
            "SELECT run FROM event WHERE kind = 'run_started' ORDER BY sequence",
            [],
            |row| row.get::<_, String>(0),
        )?;
        let kinds = runs::TELLING.map(|kind| format!("'{kind}'")).join(", ");
        let query = format!(
            "SELECT {COLUMNS} FROM event WHERE run = ?1 AND kind IN ({kinds}) ORDER BY sequence"
        );
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            let events = super::opened(self.rows(&query, [name], sealed)?)?;
            found.extend(runs::summary(&events));
        }
        Ok(found)
    }

    /// The sequence number of the last event; 0 where there is none.
    ///
    /// # Errors
    /// What the database refuses.
    pub fn last(&self) -> Result<u64, StoreError> {
        self.connection
            .query_row("SELECT COALESCE(MAX(sequence), 0) FROM event", [], |row| row.get(0))
            .map_err(|source| self.refused(source))
    }

    /// The highest sequence number ever given, also where the event is gone since.
    ///
    /// # Errors
    /// What the database refuses.
    pub fn highest(&self) -> Result<Option<u64>, StoreError> {
        self.connection
            .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'event'", [], |row| row.get(0))
            .optional()
            .map_err(|source| self.refused(source))
    }

    /// The connection, for the audit.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(super) fn refused(&self, source: rusqlite::Error) -> StoreError {
        refusal(&self.path, source)
    }

    pub(super) fn rows<T, P: rusqlite::Params>(
        &self,
        query: &str,
        parameters: P,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let collect = || {
            let mut statement = self.connection.prepare_cached(query)?;
            let rows = statement.query_map(parameters, |row| read(row))?;
            rows.collect::<rusqlite::Result<Vec<T>>>()
        };
        collect().map_err(|source| self.refused(source))
    }
}

/// One row of the table, in the order of [`COLUMNS`].
pub(super) fn sealed(row: &Row<'_>) -> rusqlite::Result<Sealed> {
    Ok(Sealed {
        sequence: row.get(0)?,
        at: row.get(1)?,
        run: row.get(2)?,
        body: row.get(3)?,
        previous: row.get(4)?,
        hash: row.get(5)?,
    })
}

fn event(entry: &Entry, sealed: &Sealed) -> Event {
    Event {
        sequence: sealed.sequence,
        at: sealed.at.clone(),
        run: sealed.run.clone(),
        body: entry.body.clone(),
        previous: sealed.previous.clone(),
        hash: sealed.hash.clone(),
    }
}

/// Says in the laboratory's words what the database refused.
fn refusal(path: &Path, source: rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    let code = source.sqlite_error_code();
    match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Locked { path, waited_s: PATIENCE_S }
        }
        Some(ErrorCode::DiskFull) => StoreError::Full { path },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => StoreError::ReadOnly { path },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Damaged { path, found: source.to_string() }
        }
        _ => StoreError::Database { path, source },
    }
}
