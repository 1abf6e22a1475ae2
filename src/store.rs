//! The store: where events and documents are kept, durable before the next action.
//!
//! [`Journal`] is the one way to write. It gathers what arrives while a commit is under way into
//! the next commit (grouped commits), returns to each caller only when its own events are on the
//! disk, and holds back callers when too much is waiting. Nothing here can change or remove an
//! event; a correction is another event (ISO/IEC 17025, 7.5.2).
//!
//! | it knows                                   | it must never know                    |
//! |--------------------------------------------|---------------------------------------|
//! | databases, files, locks, what durable means | procedures, instruments, uncertainty  |

pub mod address;
pub mod audit;
pub mod backup;
mod desk;
pub mod hold;
pub mod migration;
pub mod postgres;
pub mod refusal;
pub mod shelf;
pub mod sqlite;
pub mod transfer;

use std::{path::Path, sync::Arc};

use crate::journal::{
    Entry, Event,
    chain::{Sealed, sha256_hex},
    runs::{self, RunSummary},
};
use address::Address;
use desk::Desk;
pub use refusal::StoreError;
use shelf::{Head, Shelf};
use sqlite::Record;

/// How many telling events are read at a time, so that a record of years is listed in flat memory.
///
/// Chosen: about a megabyte.
const TELLING_PAGE: u32 = 4000;

/// The handle by which everybody appends to the record. Clones share one writer.
#[derive(Clone)]
pub struct Journal {
    desk: Arc<Desk>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("path", &self.desk.path).finish_non_exhaustive()
    }
}

impl Journal {
    /// Opens the record for writing and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`], among others when the record is missing, foreign or newer than this program.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::over(Record::open(path)?))
    }

    /// Opens the record for reading alone, also where nothing can be written; appending is refused.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open_for_reading(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::over(Record::open_for_reading(path)?))
    }

    /// Opens a record in a database and brings the schema up to date.
    ///
    /// # Errors
    /// [`StoreError`], among others when the database does not answer or has no such chain.
    pub fn connect(address: &Address) -> Result<Self, StoreError> {
        Ok(Self::over(postgres::Chain::open(address)?))
    }

    /// Begins a record in a database; its first event names the laboratory.
    ///
    /// # Errors
    /// [`StoreError`], among others when there is one of this name already.
    pub fn begin(address: &Address, at: &str) -> Result<Self, StoreError> {
        Ok(Self::over(postgres::Chain::begin(address, at)?))
    }

    /// Makes a new record, whose first event names the laboratory.
    ///
    /// # Errors
    /// [`StoreError`], among others when the file exists already.
    pub fn create(path: &Path, laboratory: &str, at: &str) -> Result<Self, StoreError> {
        Ok(Self::over(Record::create(path, laboratory, at)?))
    }

    fn over(shelf: impl Shelf + 'static) -> Self {
        Self { desk: Desk::over(shelf) }
    }

    /// Appends entries, all or none, and returns when they are durable, each with its place.
    ///
    /// Entries of one call are neighbours in the chain. Calls that arrive while the disk is busy
    /// share the next commit. A future that is dropped does not take its entries back: they are
    /// written whole. The work runs on tokio's blocking pool, during which a paused clock stands.
    ///
    /// # Errors
    /// [`StoreError`]; then none of these entries was written.
    pub async fn append(&self, entries: Vec<Entry>) -> Result<Vec<Event>, Arc<StoreError>> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        self.desk.append(entries).await
    }

    /// How many commits the appended entries took since the journal was opened: entries divided by it
    /// are the batch size. Entries of [`Journal::append_now`] are not counted.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.desk.commits()
    }

    /// Appends entries from outside an asynchronous runtime; durable when it returns.
    ///
    /// # Errors
    /// [`StoreError`]; then none of these entries was written.
    pub fn append_now(&self, entries: &[Entry]) -> Result<Vec<Event>, StoreError> {
        self.desk.record().append(entries.to_vec())
    }

    /// Keeps a document and returns the SHA-256 by which events refer to it. Keeping the same bytes
    /// twice keeps them once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep(&self, document: &[u8]) -> Result<String, StoreError> {
        self.desk.record().keep(document)
    }

    /// A document by its hash, checked against it.
    ///
    /// # Errors
    /// [`StoreError::NoDocument`], [`StoreError::ForgedDocument`] and what the database refuses.
    pub fn document(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        let bytes = self.desk.record().document(sha256)?;
        let found = sha256_hex(&bytes);
        if found == sha256 {
            Ok(bytes)
        } else {
            Err(StoreError::ForgedDocument { sha256: sha256.to_owned(), found })
        }
    }

    /// The events of one run, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn events(&self, run: &str) -> Result<Vec<Event>, StoreError> {
        let sealed = self.desk.record().events(run)?;
        opened(sealed)
    }

    /// The events after sequence number `after`, at most `most`, of all runs: for whoever watches
    /// a run that another process carries out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn events_after(&self, after: u64, most: u32) -> Result<Vec<Event>, StoreError> {
        let sealed = self.desk.record().events_after(after, most)?;
        opened(sealed)
    }

    /// The events of some kinds, of all runs, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn of_kinds(&self, kinds: &[&str]) -> Result<Vec<Event>, StoreError> {
        opened(self.desk.record().of_kinds(kinds, None, 0, u32::MAX)?)
    }

    /// The sequence number of the last event; 0 for an empty record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn last(&self) -> Result<u64, StoreError> {
        Ok(self.head()?.sequence)
    }

    /// The end of the chain.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn head(&self) -> Result<Head, StoreError> {
        self.desk.record().head()
    }

    /// Works on the store itself, for whoever carries whole chains about.
    pub(crate) fn with_shelf<T>(&self, work: impl FnOnce(&mut dyn Shelf) -> T) -> T {
        work(self.desk.record().as_mut())
    }

    /// All runs, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        let mut found = runs::Summaries::default();
        let mut after = 0;
        loop {
            let page = self.desk.record().of_kinds(&runs::TELLING, None, after, TELLING_PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.sequence;
            for event in opened(page)? {
                found.add(&event);
            }
        }
        Ok(found.runs())
    }

    /// One run, or `None` when the record has no run of this name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn run(&self, run: &str) -> Result<Option<RunSummary>, StoreError> {
        let telling = self.desk.record().of_kinds(&runs::TELLING, Some(run), 0, u32::MAX)?;
        Ok(runs::summary(&opened(telling)?))
    }

    /// A name for the next run on a day: `R20261123-001` for the first one of 2026-11-23.
    ///
    /// `date` is the civil date as `YYYYMMDD`. The name is only reserved by the run's first event;
    /// the hold on the bench keeps two processes from taking the same one for the same bench.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn next_run(&self, date: &str) -> Result<String, StoreError> {
        let prefix = format!("R{date}-");
        let runs = self.runs()?;
        let numbers =
            runs.iter().filter_map(|run| run.run.strip_prefix(&prefix)?.parse::<u32>().ok());
        let next = numbers.max().unwrap_or(0) + 1;
        Ok(format!("{prefix}{next:03}"))
    }

    /// Examines the whole record: chain, documents, guards, file structure.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be examined at all; what is wrong with it is in the answer.
    pub fn audit(&self) -> Result<audit::Audit, StoreError> {
        self.with_shelf(audit::audit)
    }

    /// Where the record is: a file, or the address of a database.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.desk.path
    }
}

fn opened(sealed: Vec<Sealed>) -> Result<Vec<Event>, StoreError> {
    sealed.into_iter().map(|event| event.open().map_err(StoreError::from)).collect()
}

#[cfg(test)]
mod tests;
