//! Keys of secured meters: `keys/meters/` of the laboratory's folder, one meter in two files.
//!
//! | file           | what it is                                                             |
//! |----------------|------------------------------------------------------------------------|
//! | `NAME.toml`    | password or keys, readable by their owner alone (`etalon.meter-keys/1`) |
//! | `NAME.counter` | the smallest number of a message never used (`etalon.meter-counter/1`)  |
//!
//! A bench names them in the address of an instrument, `address = "keys NAME"`. Nothing of them reaches
//! a record, a plan or a transcript: those have the name.
//!
//! | it knows                                | it must never know                       |
//! |-----------------------------------------|------------------------------------------|
//! | files, their rights, numbers in reserve | what is said to a meter, and its answers |

pub mod counter;
pub mod file;

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use etalon_instruments::{
    catalogue::model::Language,
    protocol::dlms::security::{MeterKeys, Security, SecurityError},
};
use thiserror::Error;

use crate::{lab::Lab, plan::Plan};
use counter::{CounterError, DurableCounter};

/// Why a secured meter cannot be spoken to.
#[derive(Debug, Error)]
pub enum MeterKeysError {
    /// No keys of this name.
    #[error(
        "there are no keys named \"{name}\": {path} does not exist; docs/FORMATS.md says what it holds"
    )]
    Missing {
        /// The name.
        name: String,
        /// Where they were looked for.
        path: PathBuf,
    },
    /// Others than their owner may read the file.
    #[error("{path} has mode {mode:03o}, wanted 600: others may read the keys; `chmod 600 {path}`")]
    Open {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The file is not what it should be. What stands in it is not repeated.
    #[error("{path}: {what}")]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// An environment variable that holds a key is not set.
    #[error(
        "{path}: {key} is to be found in the environment variable {variable}, which is not set"
    )]
    Variable {
        /// The file.
        path: PathBuf,
        /// The key in the file.
        key: &'static str,
        /// The variable.
        variable: String,
    },
    /// The keys do not fit together.
    #[error("{path}: {source}")]
    Security {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: SecurityError,
    },
    /// The numbers of the messages.
    #[error(transparent)]
    Counter(#[from] CounterError),
    /// The file system refused.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
}

/// The keys that the instruments of a plan are addressed with: where a bench writes
/// `keys NAME-{channel}`, those of each position that is used.
///
/// # Errors
/// [`MeterKeysError`] for the first that cannot be used: a run does not begin without them.
pub fn of_plan(lab: &Lab, plan: &Plan) -> Result<MeterKeys, MeterKeysError> {
    let addresses = plan.instruments.iter().filter_map(|one| one.address.as_deref());
    let names: BTreeSet<&str> = addresses.filter_map(Language::key_name).collect();
    let mut keys = MeterKeys::default();
    for name in names {
        keys = keys.with(name, security(lab, name)?);
    }
    Ok(keys)
}

/// The keys of an address `keys NAME`; none where the address names none.
///
/// # Errors
/// [`MeterKeysError`].
pub fn of_address(lab: &Lab, address: &str) -> Result<MeterKeys, MeterKeysError> {
    match Language::key_name(address) {
        None => Ok(MeterKeys::default()),
        Some(name) => Ok(MeterKeys::default().with(name, security(lab, name)?)),
    }
}

/// What secures the talk with one meter.
fn security(lab: &Lab, name: &str) -> Result<Security, MeterKeysError> {
    let folder = lab.path("keys").join("meters");
    let path = folder.join(format!("{name}.toml"));
    // A name is that of a file in this folder and nowhere else.
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.chars().all(is_name) || !path.exists() {
        return Err(MeterKeysError::Missing { name: name.to_owned(), path });
    }
    open_security(&path, &folder.join(format!("{name}.counter")))
}

fn open_security(path: &Path, counter: &Path) -> Result<Security, MeterKeysError> {
    let read = file::read(path)?;
    let counter = Arc::new(DurableCounter::open(counter, read.numbers())?);
    let security = Security::new(
        read.client,
        (read.authentication, read.ciphered),
        read.title,
        read.secrets(),
        counter,
    );
    security.map_err(|source| MeterKeysError::Security { path: path.to_owned(), source })
}
