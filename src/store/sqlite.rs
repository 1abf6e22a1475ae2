//! The record in one SQLite file: write-ahead log, `synchronous=FULL`, one transaction per commit.
//!
//! `FULL` in WAL mode synchronises the log before a commit returns (SQLite documentation, "PRAGMA
//! synchronous"): what was confirmed survives the loss of power. The place in the chain is read
//! inside the writing transaction, so that several processes may append to one record.

mod refusal;
mod rows;
pub mod structure;
pub mod untouched;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params,
};

use super::{
    StoreError, migration,
    shelf::{self, Hand, Head, Piece, Shelf},
};
use crate::journal::{
    self, Body, Entry, Event,
    chain::{Sealed, sha256_hex},
};
pub(super) use refusal::{PATIENCE_S, refusal};
use rows::{COLUMNS, Insertion, Written, sealed};
use untouched::Untouched;

/// An open record.
#[derive(Debug)]
pub struct Record {
    connection: Connection,
    path: PathBuf,
    /// What a reader must keep alive while it reads a folder in which nothing can be written.
    _untouched: Option<Untouched>,
}

impl Record {
    /// Makes a new record with its first event.
    ///
    /// # Errors
    /// [`StoreError`], among others when the file exists already.
    pub fn create(path: &Path, laboratory: &str, at: &str) -> Result<Self, StoreError> {
        let mut record = Self::create_empty(path)?;
        let body =
            Body::Opened { format: journal::FORMAT.to_owned(), laboratory: laboratory.to_owned() };
        record.append(vec![Entry::of_laboratory(at, body)])?;
        Ok(record)
    }

    /// Makes a new record without any event, for a chain that was begun elsewhere.
    ///
    /// # Errors
    /// [`StoreError`], among others when the file exists already.
    pub fn create_empty(path: &Path) -> Result<Self, StoreError> {
        std::fs::File::create_new(path)
            .map_err(|source| StoreError::File { path: path.to_owned(), source })?;
        let mut record = Self::connect(path)?;
        record.prepare()?;
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

    /// Opens a record for reading alone: nothing is written, not even beside it, so that a copy on
    /// a read-only disk can be examined. Appending to it is refused.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open_for_reading(path: &Path) -> Result<Self, StoreError> {
        if !path.is_file() {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        let (connection, untouched) =
            untouched::connect(path).map_err(|refused| refused.into_store_error(path))?;
        let record = Self { connection, path: path.to_owned(), _untouched: untouched };
        record.be_patient()?;
        record.refuse_others()?;
        Ok(record)
    }

    fn connect(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(|source| refusal(path, source))?;
        let record = Self { connection, path: path.to_owned(), _untouched: None };
        record.be_patient()?;
        Ok(record)
    }

    fn be_patient(&self) -> Result<(), StoreError> {
        self.connection
            .busy_timeout(Duration::from_secs(PATIENCE_S))
            .map_err(|source| self.refused(source))
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

    fn last_event(transaction: &Transaction<'_>) -> rusqlite::Result<Head> {
        let mut last = transaction
            .prepare_cached("SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1")?;
        let last = last
            .query_row([], |row| Ok(Head { sequence: row.get(0)?, hash: row.get(1)? }))
            .optional()?;
        Ok(last.unwrap_or_default())
    }

    /// Opens the writing transaction and lets `work` write what follows the last event.
    fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>, &Head) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let path = &self.path;
        let refused = |source| refusal(path, source);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(refused)?;
        let head = Self::last_event(&transaction).map_err(refused)?;
        let written = work(&transaction, &head)?;
        transaction.commit().map_err(refused)?;
        Ok(written)
    }

    /// Takes the write-ahead log into the file, so that the file is the whole record.
    pub(super) fn close_into_one_file(&self) -> Result<(), StoreError> {
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// The connection, for the examination of the file.
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

impl Shelf for Record {
    fn place(&self) -> &Path {
        &self.path
    }

    fn append(&mut self, entries: Vec<Entry>) -> Result<Vec<Event>, StoreError> {
        let place = self.path.clone();
        self.write(|transaction, head| {
            let sealed = shelf::seal_all(entries, head);
            let rows: Vec<_> =
                sealed.iter().map(|(event, body)| Written::of(event, body)).collect();
            Insertion::into_record(transaction)
                .and_then(|mut insertion| insertion.put(&rows))
                .map_err(|source| refusal(&place, source))?;
            Ok(sealed.into_iter().map(|(event, _)| event).collect())
        })
    }

    fn append_handed(&mut self, hand: Hand<'_>) -> Result<Vec<Vec<Piece>>, StoreError> {
        let place = self.path.clone();
        self.write(|transaction, head| {
            let refused = |source| refusal(&place, source);
            let mut insertion = Insertion::into_record(transaction).map_err(refused)?;
            let (mut end, mut all) = (head.clone(), Vec::<Vec<Piece>>::new());
            while let Some(mut handed) = hand() {
                handed.iter_mut().flatten().for_each(|piece| piece.take_place(&mut end));
                let rows: Vec<_> = handed.iter().flatten().map(Written::from).collect();
                insertion.put(&rows).map_err(refused)?;
                all.append(&mut handed);
            }
            Ok(all)
        })
    }

    fn append_sealed(&mut self, events: &[Sealed]) -> Result<(), StoreError> {
        let place = self.path.clone();
        self.write(|transaction, head| {
            shelf::refuse_fork(&place, head, events)?;
            let rows: Vec<_> = events.iter().map(Written::from).collect();
            Insertion::into_record(transaction)
                .and_then(|mut insertion| insertion.put(&rows))
                .map_err(|source| refusal(&place, source))
        })
    }

    fn keep(&mut self, document: &[u8]) -> Result<String, StoreError> {
        let sha256 = sha256_hex(document);
        self.connection
            .execute(
                "INSERT INTO document (sha256, content) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![sha256, document],
            )
            .map_err(|source| self.refused(source))?;
        Ok(sha256)
    }

    fn document(&mut self, sha256: &str) -> Result<Vec<u8>, StoreError> {
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

    fn documents(&mut self) -> Result<Vec<String>, StoreError> {
        self.rows("SELECT sha256 FROM document ORDER BY sha256", [], |row| row.get(0))
    }

    fn events(&mut self, run: &str) -> Result<Vec<Sealed>, StoreError> {
        let query = format!("SELECT {COLUMNS} FROM event WHERE run = ?1 ORDER BY sequence");
        self.rows(&query, [run], sealed)
    }

    fn events_after(&mut self, after: u64, most: u32) -> Result<Vec<Sealed>, StoreError> {
        let query =
            format!("SELECT {COLUMNS} FROM event WHERE sequence > ?1 ORDER BY sequence LIMIT ?2");
        self.rows(&query, params![after, most], sealed)
    }

    fn of_kinds(
        &mut self,
        kinds: &[&str],
        run: Option<&str>,
        after: u64,
        most: u32,
    ) -> Result<Vec<Sealed>, StoreError> {
        // Names of kinds are the program's own words and never a file's.
        let kinds = kinds.iter().map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ");
        let query = format!(
            "SELECT {COLUMNS} FROM event
             WHERE kind IN ({kinds}) AND run = COALESCE(?1, run) AND sequence > ?2
             ORDER BY sequence LIMIT ?3"
        );
        self.rows(&query, params![run, after, most], sealed)
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        let transaction =
            self.connection.transaction().map_err(|source| refusal(&self.path, source))?;
        Self::last_event(&transaction).map_err(|source| refusal(&self.path, source))
    }

    fn highest(&mut self) -> Result<Option<u64>, StoreError> {
        self.connection
            .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'event'", [], |row| row.get(0))
            .optional()
            .map_err(|source| self.refused(source))
    }

    fn structure(&mut self) -> Vec<String> {
        structure::findings(self)
    }
}
