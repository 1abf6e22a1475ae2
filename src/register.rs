//! The register: the laboratory's reference standards and what is known about them.
//!
//! One file per standard in the folder `register/` (`etalon.register/1`): who it is, what it may be
//! used for, its status and how it came to it, its calibrations with their tables, its drift and
//! its specification. From it come the names of a procedure that begin with `cert.` and `spec.`,
//! at a load point, by the rule that the file writes and by no other.
//!
//! | it knows                                        | it must never know                 |
//! |-------------------------------------------------|------------------------------------|
//! | ISO/IEC 17025, 6.4: status, due, values         | links, procedures, what day it is  |
//!
//! Read in this order: `standard` → `status` → `calibration` → `table` → `function` → `drift` → `upkeep` →
//! `interpolation` → `lookup` → `fitness` → `change`.
//!
//! | code  | finding                                                            |
//! |-------|--------------------------------------------------------------------|
//! | R0121 | two standards of one name                                          |
//! | R0122 | a change of status that the life of a standard does not allow      |
//! | R0123 | table: a row of the wrong length, or a column named twice          |
//! | R0124 | table: a cell that is not a number                                 |
//! | R0125 | table: two rows for one load                                       |
//! | R0126 | table: a needed column is missing, or a unit does not fit          |
//! | R0127 | interpolation rule incomplete                                      |
//! | R0128 | calibrations not in the order of their dates                       |
//! | R0129 | not a name of the taxonomy                                         |
//! | R0130 | a range that ends before it begins                                 |
//! | R0131 | a function that cannot be evaluated                                |
//! | R0132 | a drift that shrinks, or has no law                                |

pub mod calibration;
pub mod change;
pub mod drift;
pub mod fitness;
pub mod function;
pub mod import;
mod interpolation;
pub mod lookup;
pub mod standard;
pub mod status;
pub mod table;
pub mod upkeep;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use etalon_uncertainty::diagnostic::Diagnostic;

use crate::{
    folder::{self, FileFault},
    form::Read,
};

pub use calibration::Calibration;
pub use fitness::{Leave, RuleRefusal};
pub use lookup::{CertifiedValue, Load, LookupRefusal};
pub use standard::{SCHEMA, Standard};
pub use status::Status;
pub use table::{Cell, Column, Interpolation, Table};

/// Checks the text of one register file, with every finding at once.
#[must_use]
pub fn check(text: &str) -> Read<Standard> {
    standard::read(text)
}

/// All reference standards of a laboratory, by name.
#[derive(Clone, Debug, Default)]
pub struct Register {
    standards: BTreeMap<String, Standard>,
}

impl Register {
    /// Reads every `*.toml` file of a folder, in the order of the file names.
    ///
    /// # Errors
    /// All files that cannot be used, each with its findings.
    pub fn read(folder: &Path) -> Result<Self, Vec<FileFault>> {
        let files = folder::read_all(folder, check)?;
        let mut standards: BTreeMap<String, Standard> = BTreeMap::new();
        let mut faults = Vec::new();
        for (path, standard) in files {
            if standards.contains_key(&standard.id) {
                faults.push(twice(path, &standard));
            } else {
                standards.insert(standard.id.clone(), standard);
            }
        }
        if faults.is_empty() { Ok(Self { standards }) } else { Err(faults) }
    }

    /// A standard by its name.
    #[must_use]
    pub fn standard(&self, id: &str) -> Option<&Standard> {
        self.standards.get(id)
    }

    /// A register of these standards: those of a run, as its record keeps them.
    #[must_use]
    pub fn of(standards: impl IntoIterator<Item = Standard>) -> Self {
        let named = standards.into_iter().map(|standard| (standard.id.clone(), standard));
        Self { standards: named.collect() }
    }

    /// The register with rules let through for some of its standards.
    #[must_use]
    pub fn with_leaves(mut self, leaves: Vec<(String, Leave)>) -> Self {
        for (id, leave) in leaves {
            if let Some(standard) = self.standards.get_mut(&id) {
                standard.leaves.push(leave);
            }
        }
        self
    }

    /// All standards, by name.
    pub fn standards(&self) -> impl Iterator<Item = &Standard> {
        self.standards.values()
    }
}

fn twice(path: PathBuf, standard: &Standard) -> FileFault {
    let message =
        format!("standard `{}` stands in another file of the register already", standard.id);
    let finding = Diagnostic::error("R0121", message);
    FileFault::Findings { file: path, text: standard.text.clone(), diagnostics: vec![finding] }
}

#[cfg(test)]
mod tests;
