//! The hold on a bench: a run has its bench for itself, and a second asker is told who has it.
//!
//! The hold is a lock of the operating system on a file in the laboratory's `locks/` folder. It
//! ends with the process, however that ends, so a crash never leaves a bench locked. What the file
//! says is for the person who is refused.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Who has a bench.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Bench.
    pub bench: String,
    /// Run.
    pub run: String,
    /// Operator.
    pub operator: String,
    /// Since when, UTC.
    pub since: String,
    /// Process number.
    pub process: u32,
}

/// Why a bench could not be taken.
#[derive(Debug, Error)]
pub enum HoldError {
    /// Somebody else has it.
    #[error("bench {bench} is held by run {run} of {operator} since {since} (process {process})", bench = .0.bench, run = .0.run, operator = .0.operator, since = .0.since, process = .0.process)]
    Held(Box<Holder>),
    /// Somebody else is just taking it.
    #[error("bench {bench} is held by another process that has not said yet for which run")]
    HeldBySomebody {
        /// Bench.
        bench: String,
    },
    /// The file system refused.
    #[error("the hold on a bench could not be written to {path}: {source}")]
    File {
        /// The lock's file.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
}

/// A bench held; dropping it lets go.
#[derive(Debug)]
pub struct BenchHold {
    file: File,
}

impl BenchHold {
    /// Takes the bench named by `holder`, without waiting.
    ///
    /// # Errors
    /// [`HoldError`].
    pub fn take(locks: &Path, holder: &Holder) -> Result<Self, HoldError> {
        let path = locks.join(format!("{}.lock", holder.bench));
        let refused = |source| HoldError::File { path: path.clone(), source };
        std::fs::create_dir_all(locks).map_err(refused)?;
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(refused)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(&mut file, &holder.bench)),
            Err(TryLockError::Error(source)) => return Err(refused(source)),
        }
        write(&mut file, holder).map_err(refused)?;
        Ok(Self { file })
    }
}

/// Who holds a bench now; `None` when nobody does.
///
/// # Errors
/// [`HoldError::File`] when the lock's file cannot be looked at.
pub fn holder(locks: &Path, bench: &str) -> Result<Option<Holder>, HoldError> {
    let path = locks.join(format!("{bench}.lock"));
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(HoldError::File { path, source }),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => match held(&mut file, bench) {
            HoldError::Held(holder) => Ok(Some(*holder)),
            unknown => Err(unknown),
        },
        Err(TryLockError::Error(source)) => Err(HoldError::File { path, source }),
    }
}

impl Drop for BenchHold {
    fn drop(&mut self) {
        // The words go before the lock does; where they cannot, the lock is what counts.
        drop(self.file.set_len(0));
        drop(self.file.unlock());
    }
}

fn write(file: &mut File, holder: &Holder) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    let text = serde_json::to_string(holder).map_err(std::io::Error::other)?;
    file.write_all(text.as_bytes())?;
    file.flush()
}

fn held(file: &mut File, bench: &str) -> HoldError {
    let mut text = String::new();
    let read = file.read_to_string(&mut text).ok();
    match read.and_then(|_| serde_json::from_str(&text).ok()) {
        Some(holder) => HoldError::Held(Box::new(holder)),
        None => HoldError::HeldBySomebody { bench: bench.to_owned() },
    }
}
