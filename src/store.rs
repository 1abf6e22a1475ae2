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

pub mod audit;
pub mod hold;
pub mod migration;
pub mod sqlite;

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use thiserror::Error;
use tokio::sync::{Semaphore, oneshot};

use crate::journal::{
    Entry, Event,
    chain::{Sealed, Unreadable, sha256_hex},
    runs::RunSummary,
};
use sqlite::Record;

/// How many calls of [`Journal::append`] may wait for the disk before further ones are held back.
///
/// Four for each position of a 60-position bench: enough to keep the writer busy, little enough
/// that memory stays flat when the disk is slow.
const WAITING_CALLS: usize = 240;

/// Why the record could not be read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no record at this place.
    #[error("no record at {path}: `etalon lab init` makes one")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is not a record of Etalon.
    #[error("{path} is not a record of etalon: its application id is {found:#010x}")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The application id found in it.
        found: i32,
    },
    /// The record was written by a later version.
    #[error(
        "the record at {path} has schema version {found}, this etalon knows up to {known}: use the newer program"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Version found.
        found: u32,
        /// Newest version known here.
        known: u32,
    },
    /// Another process keeps the record locked.
    #[error(
        "the record at {path} has been locked by another process for {waited_s} s: nothing was written"
    )]
    Locked {
        /// The file.
        path: PathBuf,
        /// How long it was waited for, in seconds.
        waited_s: u64,
    },
    /// No room on the disk.
    #[error(
        "no room left for the record at {path}: nothing was written, free some space and resume"
    )]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The record may not be written.
    #[error("the record at {path} cannot be written: the file or its folder is read-only")]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The file's own structure is damaged.
    #[error(
        "the record at {path} is damaged: {found}; restore a backup, `etalon record verify` names the place"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: String,
    },
    /// Any other refusal of the database.
    #[error("the record at {path} refused: {source}")]
    Database {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: rusqlite::Error,
    },
    /// The file system refused.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// An event of a kind that this version does not know.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// A document that an event refers to is not there.
    #[error("document {sha256} is not in the record")]
    NoDocument {
        /// Its hash.
        sha256: String,
    },
    /// A document is not the one that was kept.
    #[error("document {sha256} was changed: its bytes now have the hash {found}")]
    ForgedDocument {
        /// The hash it is kept under.
        sha256: String,
        /// The hash of its bytes.
        found: String,
    },
    /// The task that writes ended before it answered.
    #[error("the writer of the record stopped before it answered: nothing is known to be written")]
    Stopped,
}

type Answer = Result<Vec<Event>, Arc<StoreError>>;

struct Waiting {
    entries: Vec<Entry>,
    answer: oneshot::Sender<Answer>,
}

struct Desk {
    record: Mutex<Record>,
    waiting: Mutex<VecDeque<Waiting>>,
    room: Semaphore,
    path: PathBuf,
}

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

    /// Makes a new record, whose first event names the laboratory.
    ///
    /// # Errors
    /// [`StoreError`], among others when the file exists already.
    pub fn create(path: &Path, laboratory: &str, at: &str) -> Result<Self, StoreError> {
        Ok(Self::over(Record::create(path, laboratory, at)?))
    }

    fn over(record: Record) -> Self {
        let path = record.path().to_owned();
        Self {
            desk: Arc::new(Desk {
                record: Mutex::new(record),
                waiting: Mutex::new(VecDeque::new()),
                room: Semaphore::new(WAITING_CALLS),
                path,
            }),
        }
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
        let _room = self.desk.room.acquire().await.map_err(|_| Arc::new(StoreError::Stopped))?;
        let (answer, answered) = oneshot::channel();
        lock(&self.desk.waiting).push_back(Waiting { entries, answer });
        let desk = Arc::clone(&self.desk);
        let writing = tokio::task::spawn_blocking(move || desk.write_waiting());
        writing.await.map_err(|_| Arc::new(StoreError::Stopped))?;
        answered.await.unwrap_or_else(|_| Err(Arc::new(StoreError::Stopped)))
    }

    /// Appends entries from outside an asynchronous runtime; durable when it returns.
    ///
    /// # Errors
    /// [`StoreError`]; then none of these entries was written.
    pub fn append_now(&self, entries: &[Entry]) -> Result<Vec<Event>, StoreError> {
        lock(&self.desk.record).append(entries)
    }

    /// Keeps a document and returns the SHA-256 by which events refer to it. Keeping the same bytes
    /// twice keeps them once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep(&self, document: &[u8]) -> Result<String, StoreError> {
        lock(&self.desk.record).keep(document)
    }

    /// A document by its hash, checked against it.
    ///
    /// # Errors
    /// [`StoreError::NoDocument`], [`StoreError::ForgedDocument`] and what the database refuses.
    pub fn document(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        let bytes = lock(&self.desk.record).document(sha256)?;
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
        let sealed = lock(&self.desk.record).events(run)?;
        opened(sealed)
    }

    /// The events after sequence number `after`, at most `most`, of all runs: for whoever watches
    /// a run that another process carries out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn events_after(&self, after: u64, most: u32) -> Result<Vec<Event>, StoreError> {
        let sealed = lock(&self.desk.record).events_after(after, most)?;
        opened(sealed)
    }

    /// The sequence number of the last event; 0 for an empty record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn last(&self) -> Result<u64, StoreError> {
        lock(&self.desk.record).last()
    }

    /// All runs, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn runs(&self) -> Result<Vec<RunSummary>, StoreError> {
        lock(&self.desk.record).runs()
    }

    /// One run, or `None` when the record has no run of this name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn run(&self, run: &str) -> Result<Option<RunSummary>, StoreError> {
        Ok(self.runs()?.into_iter().find(|summary| summary.run == run))
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
        audit::audit(&lock(&self.desk.record))
    }

    /// Where the record is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.desk.path
    }
}

fn opened(sealed: Vec<Sealed>) -> Result<Vec<Event>, StoreError> {
    sealed.into_iter().map(|event| event.open().map_err(StoreError::from)).collect()
}

/// A thread that panicked while it held the lock left the database as its last commit: the
/// transaction it was in is rolled back when the next one begins.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// Writes everything that waits, in one commit. Whoever comes while this runs finds its entries
    /// either written with these or waiting for its own turn.
    fn write_waiting(&self) {
        let mut record = lock(&self.record);
        let waiting: Vec<Waiting> = lock(&self.waiting).drain(..).collect();
        if waiting.is_empty() {
            return;
        }
        let entries: Vec<Entry> = waiting.iter().flat_map(|w| w.entries.iter().cloned()).collect();
        let mut written = match record.append(&entries) {
            Ok(events) => Ok(events.into_iter()),
            Err(refused) => Err(Arc::new(refused)),
        };
        for Waiting { entries, answer } in waiting {
            let answered = match &mut written {
                Ok(events) => answer.send(Ok(events.take(entries.len()).collect())),
                Err(refused) => answer.send(Err(Arc::clone(refused))),
            };
            // Nobody listens any more where the caller was cancelled: its events stand all the same.
            drop(answered);
        }
    }
}

#[cfg(test)]
mod tests;
