//! The specifications of a laboratory: the files of its folder `specifications/`, by name.

use std::{collections::BTreeMap, path::Path};

use etalon_uncertainty::diagnostic::Diagnostic;

use super::Specification;
use crate::folder::{self, FileFault};

/// Folder of the specifications in the laboratory's folder.
pub const FOLDER: &str = "specifications";

/// A specification with the file it was read from.
#[derive(Clone, Debug)]
pub struct Filed {
    /// What it says.
    pub specification: Specification,
    /// The file, as messages name it: `specifications/acme-5xx.toml`.
    pub file: String,
    /// Its text.
    pub text: String,
}

impl Filed {
    /// How the record cites it: name, file and the first twelve digits of its SHA-256.
    #[must_use]
    pub fn citation(&self) -> String {
        let mark = self.specification.sha256.get(..12).unwrap_or_default();
        format!("specification {} ({}, {mark})", self.specification.id, self.file)
    }
}

/// Specifications by name.
#[derive(Clone, Debug, Default)]
pub struct Specifications(BTreeMap<String, Filed>);

impl Specifications {
    /// Reads every `*.toml` file of a folder.
    ///
    /// # Errors
    /// All files that cannot be used, each with its findings; two of one name.
    pub fn read(folder: &Path) -> Result<Self, Vec<FileFault>> {
        let mut filed = Self::default();
        let mut faults = Vec::new();
        for file in folder::files(folder).map_err(|fault| vec![fault])? {
            let text = match folder::text(&file) {
                Ok(text) => text,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if let Err(diagnostics) = filed.add(&format!("{FOLDER}/{name}"), &text) {
                faults.push(FileFault::Findings { file, text, diagnostics });
            }
        }
        if faults.is_empty() { Ok(filed) } else { Err(faults) }
    }

    /// Adds the text of a file.
    ///
    /// # Errors
    /// Its findings, or that its name is taken.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), Vec<Diagnostic>> {
        let read = super::check(text);
        let Some(specification) = read.value else { return Err(read.diagnostics) };
        let id = specification.id.clone();
        if let Some(other) = self.0.get(&id) {
            let message = format!("specification `{id}` stands in {} already", other.file);
            return Err(vec![Diagnostic::error("S0110", message)]);
        }
        let (file, text) = (file.to_owned(), text.to_owned());
        self.0.insert(id, Filed { specification, file, text });
        Ok(())
    }

    /// A specification by its name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Filed> {
        self.0.get(id)
    }
}
