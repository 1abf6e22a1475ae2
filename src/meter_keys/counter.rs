//! The numbers of ciphered messages: never the same twice under one key, whatever is switched off.
//!
//! A file says the smallest number that nobody has used. Numbers are reserved in it before the first of
//! them is given away, and a file that is gone is not begun anew: who has lost it must say from where on.
//! Source: DLMS UA Green Book (IEC 62056-5-3), security suite 0: a nonce used twice gives the key away.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use etalon_instruments::protocol::dlms::security::Counter;
use serde::Deserialize;
use thiserror::Error;

/// Schema of a counter's file.
pub const SCHEMA: &str = "etalon.meter-counter/1";

/// Numbers reserved at once: what a crash wastes at most.
/// Chosen: a talk of some readings has a dozen; 2³² of them last for ever.
const RESERVE: u32 = 32;

/// Why no number can be given.
#[derive(Debug, Error)]
pub enum CounterError {
    /// No counter for keys that want one.
    #[error(
        "{path} does not exist: it says the smallest number that no message under these keys has used; write `schema = \"{SCHEMA}\"` and `next = …`, once, with 1 for keys never used before"
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is not a counter.
    #[error("{path}: {what}; wanted `schema = \"{SCHEMA}\"` and `next`, 1 to 4294967295")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Every number is used.
    #[error("{path}: every number under these keys is used; the meter wants new keys")]
    UsedUp {
        /// The file.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    schema: String,
    next: u32,
}

/// Numbers from a file that several programs may use at a time.
#[derive(Debug)]
pub struct DurableCounter {
    path: PathBuf,
    /// Next number in reserve, and the first that is not.
    reserve: Mutex<(u32, u32)>,
    is_wanted: bool,
}

impl DurableCounter {
    /// The counter of a file; it must be there where messages are numbered.
    ///
    /// # Errors
    /// [`CounterError`].
    pub fn open(path: &Path, is_wanted: bool) -> Result<Self, CounterError> {
        let counter = Self { path: path.to_owned(), reserve: Mutex::new((0, 0)), is_wanted };
        if is_wanted {
            counter.read()?;
        }
        Ok(counter)
    }

    fn failed(&self) -> impl Fn(io::Error) -> CounterError + '_ {
        |source| CounterError::File { path: self.path.clone(), source }
    }

    fn read(&self) -> Result<u32, CounterError> {
        let text = std::fs::read_to_string(&self.path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => CounterError::Missing { path: self.path.clone() },
            _ => self.failed()(source),
        })?;
        let wrong = |what: String| CounterError::Content { path: self.path.clone(), what };
        let content: Content =
            toml::from_str(&text).map_err(|error| wrong(error.message().to_lowercase()))?;
        if content.schema != SCHEMA {
            return Err(wrong(format!("it is \"{}\"", content.schema)));
        }
        if content.next == 0 { Err(wrong("next is 0".to_owned())) } else { Ok(content.next) }
    }

    /// Moves the file on by the reserve, durably, while nobody else does.
    fn reserved(&self) -> Result<(u32, u32), CounterError> {
        let lock = self.path.with_extension("lock");
        let held = OpenOptions::new().create(true).append(true).mode(0o600).open(lock);
        let held = held.map_err(self.failed())?;
        held.lock().map_err(self.failed())?;
        let first = self.read()?;
        let used_up = || CounterError::UsedUp { path: self.path.clone() };
        let behind = first.checked_add(RESERVE).ok_or_else(used_up)?;
        self.write(behind).map_err(self.failed())?;
        // The lock ends with its file, here.
        drop(held);
        Ok((first, behind))
    }

    /// A whole file takes the place of the old one, and is on the disk before a number of it is used.
    fn write(&self, next: u32) -> io::Result<()> {
        let fresh = self.path.with_extension("new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        file.write_all(format!("schema = \"{SCHEMA}\"\nnext = {next}\n").as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&fresh, &self.path)?;
        let folder = self.path.parent();
        folder.map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }
}

impl Counter for DurableCounter {
    fn take(&self) -> Result<u32, String> {
        if !self.is_wanted {
            return Ok(1);
        }
        let mut reserve = self.reserve.lock().unwrap_or_else(PoisonError::into_inner);
        if reserve.0 == reserve.1 {
            *reserve = self.reserved().map_err(|error| error.to_string())?;
        }
        let number = reserve.0;
        reserve.0 += 1;
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(next: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m1.counter");
        std::fs::write(&path, format!("schema = \"{SCHEMA}\"\nnext = {next}\n")).unwrap();
        (folder, path)
    }

    #[test]
    fn number_is_never_given_twice_though_the_program_ends_at_any_moment() {
        let (_folder, path) = at("1000");
        let mut last = 999;
        for talks in [1, 40, 3, 0, 32] {
            // Every round is a program that ends without a word.
            let counter = DurableCounter::open(&path, true).unwrap();
            for _ in 0..talks {
                let number = counter.take().unwrap();
                assert!(number > last, "{number} after {last}");
                last = number;
            }
        }
        assert_eq!(last, 1000 + 32 + 64 + 32 + 31);
    }

    #[test]
    fn programs_at_the_same_time_share_no_number() {
        let (_folder, path) = at("1");
        let take = || {
            let counter = DurableCounter::open(&path, true).unwrap();
            (0..200).map(|_| counter.take().unwrap()).collect::<Vec<_>>()
        };
        let mut all: Vec<u32> = std::thread::scope(|scope| {
            let programs: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
            programs.into_iter().flat_map(|one| one.join().unwrap()).collect()
        });
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 800);
    }

    #[test]
    fn lost_and_used_up_counters_give_nothing() {
        let (_folder, path) = at("4294967290");
        let counter = DurableCounter::open(&path, true).unwrap();
        assert!(counter.take().unwrap_err().contains("new keys"));
        std::fs::remove_file(&path).unwrap();
        assert!(counter.take().unwrap_err().contains("does not exist"));
        assert!(matches!(DurableCounter::open(&path, true), Err(CounterError::Missing { .. })));
        std::fs::write(&path, "schema = \"etalon.meter-counter/2\"\nnext = 1\n").unwrap();
        let refused = DurableCounter::open(&path, true).unwrap_err().to_string();
        assert!(refused.contains("etalon.meter-counter/2"), "{refused}");
    }
}
