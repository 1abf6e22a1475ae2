//! Folders of the laboratory: every file read, every fault kept, in the order of the names.

use std::path::{Path, PathBuf};

use etalon_uncertainty::diagnostic::Diagnostic;
use thiserror::Error;

use crate::form::Read;

/// Why a file of the laboratory cannot be used.
#[derive(Debug, Error)]
pub enum FileFault {
    /// It cannot be read at all.
    #[error("{file} cannot be read: {source}")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// Its contents are wrong.
    #[error("{file} has {} finding(s): {}", diagnostics.len(), first(diagnostics))]
    Findings {
        /// The file.
        file: PathBuf,
        /// Its text, into which the findings point.
        text: String,
        /// All findings.
        diagnostics: Vec<Diagnostic>,
    },
}

fn first(diagnostics: &[Diagnostic]) -> &str {
    diagnostics.first().map_or("", |diagnostic| diagnostic.message.as_str())
}

/// Reads one file as text.
///
/// # Errors
/// [`FileFault::Unreadable`], also when it is not UTF-8.
pub fn text(file: &Path) -> Result<String, FileFault> {
    std::fs::read_to_string(file)
        .map_err(|source| FileFault::Unreadable { file: file.to_owned(), source })
}

/// Reads one file of a known kind.
///
/// # Errors
/// [`FileFault`]; findings that are only warnings are no fault.
pub fn read<T>(file: &Path, check: impl FnOnce(&str) -> Read<T>) -> Result<T, FileFault> {
    let text = text(file)?;
    let Read { value, diagnostics } = check(&text);
    value.ok_or_else(|| FileFault::Findings { file: file.to_owned(), text, diagnostics })
}

/// The `*.toml` files of a folder, by name; none when there is no such folder.
///
/// # Errors
/// [`FileFault::Unreadable`] when the folder is there and cannot be listed.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, FileFault> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let listed = || {
        std::fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
    };
    let mut files: Vec<PathBuf> =
        listed().map_err(|source| FileFault::Unreadable { file: folder.to_owned(), source })?;
    files.retain(|file| file.is_file() && file.extension().is_some_and(|end| end == "toml"));
    files.sort();
    Ok(files)
}

/// Reads all files of a folder.
///
/// # Errors
/// All faults at once.
pub fn read_all<T>(
    folder: &Path,
    check: impl Fn(&str) -> Read<T>,
) -> Result<Vec<(PathBuf, T)>, Vec<FileFault>> {
    let files = files(folder).map_err(|fault| vec![fault])?;
    let mut values = Vec::with_capacity(files.len());
    let mut faults = Vec::new();
    for file in files {
        match read(&file, &check) {
            Ok(value) => values.push((file, value)),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(values) } else { Err(faults) }
}
