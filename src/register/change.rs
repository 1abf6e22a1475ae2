//! Changes of a register file: written below the text that a person wrote, checked before they take
//! the place of the old one. Nothing is ever taken out of a standard's history.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use super::{
    Standard, check,
    status::StatusChange,
    upkeep::{Check, Upkeep},
};
use crate::{
    folder::{self, FileFault},
    form::Read,
    people::change::quoted,
};

/// The lines of a change of status.
#[must_use]
pub fn status_lines(change: &StatusChange) -> String {
    format!(
        "\n[[status]]\non     = \"{}\"\nstatus = {}\nby     = {}\nreason = {}\n",
        change.on,
        quoted(change.status.word()),
        quoted(&change.by),
        quoted(&change.reason)
    )
}

/// The lines of an intermediate check.
#[must_use]
pub fn check_lines(check: &Check) -> String {
    format!(
        "\n[[check]]\non        = \"{}\"\nby        = {}\nprocedure = {}\nfound     = \"{}\"\nlimit     = \"{}\"\n",
        check.on,
        quoted(&check.by),
        quoted(&check.procedure),
        check.found,
        check.limit
    )
}

/// The lines of an entry of the upkeep.
#[must_use]
pub fn upkeep_lines(upkeep: &Upkeep) -> String {
    format!(
        "\n[[upkeep]]\non   = \"{}\"\nkind = {}\nby   = {}\ntext = {}\n",
        upkeep.on,
        quoted(upkeep.kind.word()),
        quoted(&upkeep.by),
        quoted(&upkeep.text)
    )
}

/// The file of a standard in a folder of the register.
///
/// # Errors
/// [`FileFault`] when a file of the folder cannot be read.
pub fn file_of(folder: &Path, id: &str) -> Result<Option<PathBuf>, FileFault> {
    for file in folder::files(folder)? {
        let text = folder::text(&file)?;
        if check(&text).value.is_some_and(|standard| standard.id == id) {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// Adds lines to a file, whole or not at all; the new text must check without an error.
///
/// # Errors
/// [`FileFault`]; then the old text stands.
pub fn add(file: &Path, lines: &str) -> Result<Standard, FileFault> {
    let text = format!("{}\n{lines}", folder::text(file)?.trim_end());
    let Read { value, diagnostics } = check(&text);
    let refused = || FileFault::Findings { file: file.to_owned(), text: text.clone(), diagnostics };
    let standard = value.ok_or_else(refused)?;
    write(file, &text)?;
    Ok(standard)
}

/// Writes a text in the place of another one, whole or not at all.
///
/// # Errors
/// [`FileFault::Unreadable`].
pub fn write(file: &Path, text: &str) -> Result<(), FileFault> {
    let fresh = file.with_extension("toml.new");
    let written = fs::File::create(&fresh)
        .and_then(|mut written| {
            written.write_all(text.as_bytes()).and_then(|()| written.sync_all())
        })
        .and_then(|()| fs::rename(&fresh, file));
    written.map_err(|source| FileFault::Unreadable { file: file.to_owned(), source })
}
