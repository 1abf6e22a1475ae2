//! Reading a record without touching it, also where nothing can be written beside it.
//!
//! SQLite reads a write-ahead log through a shared index that it makes beside the file. On a
//! read-only disk it cannot. Then a record whose log is empty is opened as immutable, and one whose
//! log still holds events is copied, with its log, into a private folder: opened as immutable it
//! would be read without its last events, silently.

use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use rusqlite::{Connection, OpenFlags};

use super::{StoreError, refusal};

/// A private copy of a record; it goes when the reader is done.
#[derive(Debug)]
pub struct Untouched {
    folder: PathBuf,
}

impl Drop for Untouched {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's temporary folder, which is emptied by it.
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// Why a record cannot be read in place.
pub(super) enum Unread {
    Database(rusqlite::Error),
    Copy { path: PathBuf, source: io::Error },
}

impl Unread {
    pub(super) fn into_store_error(self, path: &Path) -> StoreError {
        match self {
            Self::Database(source) => refusal(path, source),
            Self::Copy { path, source } => StoreError::File { path, source },
        }
    }
}

/// Opens a record for reading, as it lies or as a copy.
pub(super) fn connect(path: &Path) -> Result<(Connection, Option<Untouched>), Unread> {
    let in_place = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    match in_place {
        Ok(connection) => return Ok((connection, None)),
        Err(refused) if !is_for_want_of_writing(&refused) => return Err(Unread::Database(refused)),
        Err(_) => {}
    }
    if log_of(path).metadata().map_or(0, |log| log.len()) == 0 {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let uri = PathBuf::from(format!("file:{}?immutable=1", escaped(path)));
        return Ok((open(&uri, flags).map_err(Unread::Database)?, None));
    }
    let copy = copied(path)?;
    let own = copy.folder.join("records.sqlite");
    let connection = open(&own, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(Unread::Database)?;
    connection.execute_batch("PRAGMA query_only = ON").map_err(Unread::Database)?;
    Ok((connection, Some(copy)))
}

fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // The first read is what needs the index beside the file.
    connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

fn is_for_want_of_writing(refused: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, ReadOnly};
    matches!(refused.sqlite_error_code(), Some(CannotOpen | ReadOnly))
}

fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    PathBuf::from(log)
}

/// A path inside an SQLite URI.
///
/// Source: sqlite.org, uri.html, 3.1: `?`, `#` and `%` have another meaning there.
fn escaped(path: &Path) -> String {
    path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

fn copied(path: &Path) -> Result<Untouched, Unread> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("etalon-reading-{}-{number}", std::process::id());
    let copy = Untouched { folder: std::env::temp_dir().join(name) };
    let failed = |at: &Path| {
        let path = at.to_owned();
        move |source| Unread::Copy { path, source }
    };
    // `create_dir` refuses a folder that somebody else prepared under this name.
    std::fs::create_dir(&copy.folder).map_err(failed(&copy.folder))?;
    for (from, to) in [(path.to_owned(), "records.sqlite"), (log_of(path), "records.sqlite-wal")] {
        std::fs::copy(&from, copy.folder.join(to)).map_err(failed(&from))?;
    }
    Ok(copy)
}
