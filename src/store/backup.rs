//! Backup and restore of a record: one file that is examined before it counts, never written over
//! anything.
//!
//! A backup is a record in an SQLite file, whatever store it was taken from, so that any
//! laboratory, and a person with a database shell in thirty years, can read it. It holds every
//! event and document, and none of the laboratory's other files.

use std::path::{Path, PathBuf};

use super::{
    Journal, StoreError,
    address::Address,
    audit,
    postgres::Chain,
    shelf::Shelf,
    sqlite::Record,
    transfer::{self, Carried, TransferError},
};

/// Writes a backup of a record into a new file.
///
/// # Errors
/// [`TransferError`], among others when the file exists or the record is not whole.
pub fn backup(from: &Journal, file: &Path) -> Result<Carried, TransferError> {
    fill(from, file)
}

/// Restores a backup into a file that does not exist yet.
///
/// # Errors
/// [`TransferError`], among others when a record stands there or the backup is not whole.
pub fn restore(backup: &Path, file: &Path) -> Result<Carried, TransferError> {
    fill(&Journal::open_for_reading(backup)?, file)
}

/// Restores a backup into a database that does not hold its chain yet.
///
/// # Errors
/// [`TransferError`], among others when a record of this name stands there.
pub fn restore_into_database(backup: &Path, address: &Address) -> Result<Carried, TransferError> {
    let from = Journal::open_for_reading(backup)?;
    if let Ok(stands) = Journal::connect(address) {
        let place = stands.path().display().to_string();
        let first = stands.events_after(0, 1)?;
        let chain = first.into_iter().next().map(|event| event.hash).unwrap_or_default();
        return Err(StoreError::Begun { place, chain }.into());
    }
    let first = from.with_shelf(|shelf| shelf.events_after(0, 1))?;
    let first = first.first().ok_or(StoreError::Missing { path: backup.to_owned() })?;
    let mut there = Chain::adopt(address, first)?;
    examined(transfer::copy(&from, &mut there)?, &mut there)
}

/// Copies a record into a file beside, examines it there, and gives it its name in one step.
fn fill(from: &Journal, file: &Path) -> Result<Carried, TransferError> {
    let refused = |path: &Path| {
        let path = path.to_owned();
        move |source| StoreError::File { path, source }
    };
    if file.exists() {
        let taken = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(refused(file)(taken).into());
    }
    let beside = Beside::of(file);
    let mut to = Record::create_empty(&beside.0)?;
    let mut carried = examined(transfer::copy(from, &mut to)?, &mut to)?;
    to.close_into_one_file()?;
    drop(to);
    let made = std::fs::File::open(&beside.0).and_then(|made| made.sync_all());
    made.map_err(refused(&beside.0))?;
    give_name(&beside.0, file).map_err(refused(file))?;
    file.display().to_string().clone_into(&mut carried.place);
    Ok(carried)
}

/// A link refuses a name that is taken, where a rename would take it away. Disks without links,
/// such as most memory sticks, get a copy under a name that was free.
fn give_name(unfinished: &Path, file: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(unfinished, file) {
        Err(refused) if refused.kind() != std::io::ErrorKind::AlreadyExists => {
            std::fs::File::create_new(file)?;
            std::fs::copy(unfinished, file)?;
            std::fs::File::open(file)?.sync_all()
        }
        other => other,
    }
}

/// A record that arrived is examined whole before it counts.
fn examined(carried: Carried, shelf: &mut dyn Shelf) -> Result<Carried, TransferError> {
    let audit = audit::audit(shelf)?;
    let is_same = audit.events == carried.last;
    if audit.ok && is_same {
        return Ok(carried);
    }
    let reason = audit.first_bad.as_ref().map(|fault| fault.reason.clone());
    let reason = reason.or_else(|| audit.findings.first().cloned());
    Err(TransferError::Broken {
        place: carried.place,
        reason: reason.unwrap_or_else(|| "events are missing".to_owned()),
        fault: audit.first_bad,
    })
}

/// The unfinished file, which goes when it is done with.
struct Beside(PathBuf);

impl Beside {
    fn of(file: &Path) -> Self {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".unfinished-{}", std::process::id()));
        Self(PathBuf::from(name))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        for side in ["", "-wal", "-shm"] {
            let mut name = self.0.as_os_str().to_owned();
            name.push(side);
            // Most of the three are not there any more.
            drop(std::fs::remove_file(PathBuf::from(name)));
        }
    }
}
