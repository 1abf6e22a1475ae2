//! The laboratory: one folder that holds everything it knows about itself.
//!
//! ```text
//! etalon.toml   people.toml   scope.toml        who we are, who works here, what we may sign
//! register/     benches/      items/            standards, benches, units under test
//! deviations/   orders/                         what was let through, what customers asked for
//! procedures/   templates/                      how we measure, how we print
//! keys/         certificates/                   what we sign with, what left the house
//! records.sqlite   locks/                       what happened; who holds which bench
//! ```
//!
//! Opening a laboratory reads its identity only; each room is read when it is asked for, because a
//! flaw in one register file must not keep anybody from verifying the record.
//!
//! | code  | finding                                        |
//! |-------|------------------------------------------------|
//! | R0191 | a language that certificates cannot be printed in |
//! | R0192 | an offset from UTC that is none                |
//! | R0193 | a password in the address of the record        |
//! | R0194 | a chain named for a record in a file           |

pub mod demo;
pub mod founding;
pub mod identity;
pub mod models;
pub mod modules;

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::{
    bench::{self, Bench},
    deviation,
    folder::{self, FileFault},
    form::{self, Read},
    item::{self, Item},
    people::{self, People},
    register::Register,
    scope::{self, Scope},
    specification::{Specifications, filed},
    store::{Journal, StoreError, address::Address},
};
pub use identity::{Laboratory, SCHEMA, Site};

/// Name of the file that makes a folder a laboratory.
pub const FILE: &str = "etalon.toml";

/// Folders of a laboratory.
pub const FOLDERS: [&str; 8] = [
    "register",
    "specifications",
    "procedures",
    "benches",
    "items",
    "templates",
    "certificates",
    "keys",
];

/// Why the laboratory cannot answer.
#[derive(Debug, Error)]
pub enum LabError {
    /// The folder is no laboratory.
    #[error("{folder} is not a laboratory: it has no {FILE}")]
    NotALaboratory {
        /// The folder.
        folder: PathBuf,
    },
    /// A laboratory is to be founded where something stands already.
    #[error("{folder} is not empty: it holds `{found}`")]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
        /// The first thing in it.
        found: String,
    },
    /// Files that cannot be used.
    #[error("{}", list(.0))]
    Files(Vec<FileFault>),
    /// Nothing of this name.
    #[error("no {kind} `{name}`; there is {known}")]
    NoSuch {
        /// What was looked for.
        kind: &'static str,
        /// The name.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The record.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file system refused.
    #[error("{path}: {source}")]
    File {
        /// The path.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
}

fn list(faults: &[FileFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl From<FileFault> for LabError {
    fn from(fault: FileFault) -> Self {
        Self::Files(vec![fault])
    }
}

/// A laboratory's folder, with its identity read.
#[derive(Clone, Debug)]
pub struct Lab {
    root: PathBuf,
    /// Who and where it is.
    pub identity: Laboratory,
}

/// A procedure's text, with the place it was found at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcedureText {
    /// The file, or `etalon:NAME` for one of the program's own library.
    pub place: String,
    /// The text.
    pub text: String,
}

impl Lab {
    /// Opens the laboratory in a folder.
    ///
    /// # Errors
    /// [`LabError::NotALaboratory`], [`LabError::Files`].
    pub fn open(root: &Path) -> Result<Self, LabError> {
        let file = root.join(FILE);
        if !file.is_file() {
            return Err(LabError::NotALaboratory { folder: root.to_owned() });
        }
        let identity = folder::read(&file, identity::check)?;
        Ok(Self { root: root.to_owned(), identity })
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A place inside the folder.
    #[must_use]
    pub fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// Where the record's file is, for a laboratory that keeps it in one.
    #[must_use]
    pub fn record_path(&self) -> PathBuf {
        self.root.join(&self.identity.store)
    }

    /// Where the record's database is, for a laboratory that keeps it in one.
    #[must_use]
    pub fn record_address(&self) -> Option<Address> {
        let Laboratory { store, id, chain, .. } = &self.identity;
        Address::is_one(store).then(|| Address::new(store, id, chain))
    }

    /// The folder of the holds on benches.
    #[must_use]
    pub fn locks(&self) -> PathBuf {
        self.root.join("locks")
    }

    /// Names of the files of one of the laboratory's folders, such as `benches`.
    ///
    /// # Errors
    /// [`LabError::Files`] when the folder cannot be listed.
    pub fn names(&self, inside: &str) -> Result<Vec<String>, LabError> {
        let files = folder::files(&self.path(inside))?;
        let stem = |file: PathBuf| Some(file.file_stem()?.to_str()?.to_owned());
        Ok(files.into_iter().filter_map(stem).collect())
    }

    /// The record, opened for reading and appending.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn journal(&self) -> Result<Journal, StoreError> {
        match self.record_address() {
            Some(address) => Journal::connect(&address),
            None => Journal::open(&self.record_path()),
        }
    }

    /// The record, opened for reading alone: of a laboratory on a read-only disk, too.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn journal_for_reading(&self) -> Result<Journal, StoreError> {
        match self.record_address() {
            Some(address) => Journal::connect(&address),
            None => Journal::open_for_reading(&self.record_path()),
        }
    }

    /// Begins the record in the store that `etalon.toml` names; `at` is the moment of its first
    /// event.
    ///
    /// # Errors
    /// [`StoreError`], among others when there is a record already.
    pub fn begin_record(&self, at: &str) -> Result<Journal, StoreError> {
        match self.record_address() {
            Some(address) => Journal::begin(&address, at),
            None => Journal::create(&self.record_path(), &self.identity.id, at),
        }
    }

    /// The people.
    ///
    /// # Errors
    /// [`LabError::Files`].
    pub fn people(&self) -> Result<People, LabError> {
        Ok(folder::read(&self.path("people.toml"), people::check)?)
    }

    /// What the laboratory is accredited for.
    ///
    /// # Errors
    /// [`LabError::Files`].
    pub fn scope(&self) -> Result<Scope, LabError> {
        Ok(folder::read(&self.path("scope.toml"), scope::check)?)
    }

    /// The text of `scope.toml`, for the papers of a run; none where the laboratory has none.
    ///
    /// # Errors
    /// [`LabError::Files`].
    pub fn scope_text(&self) -> Result<Option<String>, LabError> {
        let file = self.path("scope.toml");
        Ok(if file.is_file() { Some(folder::text(&file)?) } else { None })
    }

    /// What makers promise about the laboratory's instruments.
    ///
    /// # Errors
    /// [`LabError::Files`], with every file that has findings.
    pub fn specifications(&self) -> Result<Specifications, LabError> {
        Specifications::read(&self.path(filed::FOLDER)).map_err(LabError::Files)
    }

    /// The register, with what approved deviations let through.
    ///
    /// # Errors
    /// [`LabError::Files`], with every file that has findings.
    pub fn register(&self) -> Result<Register, LabError> {
        let register = Register::read(&self.path("register")).map_err(LabError::Files)?;
        Ok(register.with_leaves(deviation::leaves(&deviation::in_force(self)?)))
    }

    /// A bench: by its name in `benches/`, or by the path of a file.
    ///
    /// # Errors
    /// [`LabError::NoSuch`], [`LabError::Files`].
    pub fn bench(&self, name: &str) -> Result<Bench, LabError> {
        self.one("bench", "benches", name, bench::check)
    }

    /// A unit under test: by its name in `items/`, or by the path of a file.
    ///
    /// # Errors
    /// [`LabError::NoSuch`], [`LabError::Files`].
    pub fn item(&self, name: &str) -> Result<Item, LabError> {
        self.one("item", "items", name, item::check)
    }

    /// Where an item's file lies.
    ///
    /// # Errors
    /// As [`Lab::item`], where there is none.
    pub fn item_file(&self, name: &str) -> Result<PathBuf, LabError> {
        self.file("item", "items", name)
    }

    fn one<T>(
        &self,
        kind: &'static str,
        inside: &str,
        name: &str,
        check: impl FnOnce(&str) -> Read<T>,
    ) -> Result<T, LabError> {
        let file = self.file(kind, inside, name)?;
        Ok(folder::read(&file, check)?)
    }

    /// A file by its name in a folder of the laboratory, or by its path from where one stands.
    fn file(&self, kind: &'static str, inside: &str, name: &str) -> Result<PathBuf, LabError> {
        let by_name = self.path(inside).join(format!("{name}.toml"));
        let by_path = PathBuf::from(name);
        if is_plain(name) && by_name.is_file() {
            return Ok(by_name);
        }
        if by_path.is_file() {
            return Ok(by_path);
        }
        let known = folder::files(&self.path(inside))?;
        Err(LabError::NoSuch { kind, name: name.to_owned(), known: names(&known) })
    }

    /// A procedure's text: by the path of a file, by file name or identifier in `procedures/`, or
    /// by file name or identifier in the program's own library, in this order.
    ///
    /// # Errors
    /// [`LabError::NoSuch`], [`LabError::Files`].
    pub fn procedure(&self, name: &str) -> Result<ProcedureText, LabError> {
        let by_path = Path::new(name);
        if by_path.is_file() {
            let text = modules::whole(folder::text(by_path)?, by_path);
            return Ok(ProcedureText { place: name.to_owned(), text });
        }
        for file in folder::files(&self.path("procedures"))? {
            let text = folder::text(&file)?;
            let stem = file.file_stem().and_then(|stem| stem.to_str());
            if stem == Some(name) || procedure_id(&text).as_deref() == Some(name) {
                let text = modules::whole(text, &file);
                return Ok(ProcedureText { place: file.display().to_string(), text });
            }
        }
        let mut library = etalon_procedures::LIBRARY.iter();
        let own = library.find(|(file, text)| {
            let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str());
            stem == Some(name) || procedure_id(text).as_deref() == Some(name)
        });
        if let Some((file, text)) = own {
            return Ok(ProcedureText { place: format!("etalon:{file}"), text: (*text).to_owned() });
        }
        let ids = etalon_procedures::LIBRARY.iter().filter_map(|(_, text)| procedure_id(text));
        let mut known: Vec<String> = ids.map(|id| format!("`{id}`")).collect();
        known.extend(
            folder::files(&self.path("procedures"))?
                .iter()
                .filter_map(|file| quoted(file.as_path())),
        );
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Err(LabError::NoSuch { kind: "procedure", name: name.to_owned(), known })
    }
}

/// Whether a name is a name and not a path.
fn is_plain(name: &str) -> bool {
    !name.contains(['/', '\\']) && !name.starts_with('.')
}

/// `[procedure] id` of a text, without checking the rest.
fn procedure_id(text: &str) -> Option<String> {
    form::declared(text, "procedure", "id")
}

fn quoted(file: &Path) -> Option<String> {
    Some(format!("`{}`", file.file_stem()?.to_str()?))
}

fn names(files: &[PathBuf]) -> String {
    let names: Vec<String> = files.iter().filter_map(|file| quoted(file)).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests;
