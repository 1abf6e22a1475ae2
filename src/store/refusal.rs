//! Why the record could not be read or written: one enum for every kind of store.

use std::path::PathBuf;

use thiserror::Error;

use crate::journal::chain::Unreadable;

/// Why the record could not be read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no record at this place.
    #[error(
        "no record at {path}: `etalon lab init` founds a laboratory with one, `etalon record begin` begins one in a database"
    )]
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
    /// The address of a database cannot be used.
    #[error("`{address}` is no address of a database: {reason}")]
    Address {
        /// The address, without what may be secret.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The database does not answer.
    #[error(
        "the database at {place} has not answered for {waited_s} s ({reason}): nothing was written, start it and repeat"
    )]
    Unreachable {
        /// Where it is.
        place: String,
        /// How long it was waited for, in seconds.
        waited_s: u64,
        /// What the last attempt said.
        reason: String,
    },
    /// The connection broke while events were being committed, and the database is away.
    #[error(
        "the connection to {place} broke during a commit of {events} events: whether they stand is known when it answers again"
    )]
    Unknown {
        /// Where it is.
        place: String,
        /// How many events.
        events: usize,
    },
    /// The database does not keep what it confirms.
    #[error(
        "the database at {place} has {setting} = {found}: what it confirms may be lost with the power, wanted {wanted}"
    )]
    NotDurable {
        /// Where it is.
        place: String,
        /// The server's setting.
        setting: &'static str,
        /// Its value.
        found: String,
        /// What is needed.
        wanted: &'static str,
    },
    /// The role may not do this in the database.
    #[error("the database at {place} denies it: {reason}")]
    Denied {
        /// Where it is.
        place: String,
        /// What the server said.
        reason: String,
    },
    /// Any other refusal of the server.
    #[error("the database at {place} refused: {reason}")]
    Server {
        /// Where it is.
        place: String,
        /// What the server said.
        reason: String,
    },
    /// There is a record of this name already.
    #[error("{place} holds a record already: it was begun with event {chain}")]
    Begun {
        /// Where it is.
        place: String,
        /// Hash of its first event.
        chain: String,
    },
    /// Events do not continue the chain that stands there.
    #[error(
        "the chain at {place} ends with event {last} ({head}), and the events to be kept do not continue it"
    )]
    Forked {
        /// Where it is.
        place: String,
        /// Its last event.
        last: u64,
        /// Hash of its last event.
        head: String,
    },
}

impl StoreError {
    /// Whether the record itself is found to be damaged or changed: the answer to a question about
    /// it is no, and the request was sound.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. }
                | Self::Unreadable(_)
                | Self::NoDocument { .. }
                | Self::ForgedDocument { .. }
                | Self::Forked { .. }
        )
    }
}
