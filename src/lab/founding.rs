//! Founding a laboratory: its folder, its first files, its record.

use std::path::Path;

use super::{FOLDERS, Lab, LabError};
use crate::store::Journal;

/// Files of a new laboratory, to be filled in.
const BLANK: [(&str, &str); 3] = [
    (super::FILE, include_str!("blank/etalon.toml")),
    ("people.toml", include_str!("blank/people.toml")),
    ("scope.toml", include_str!("blank/scope.toml")),
];

impl Lab {
    /// Founds a laboratory in a folder that is empty or does not exist yet.
    ///
    /// `at` is the moment of the record's first event.
    ///
    /// # Errors
    /// [`LabError::NotEmpty`] and whatever the file system or the record refuses.
    pub fn found(root: &Path, at: &str) -> Result<Self, LabError> {
        let files = BLANK.map(|(name, text)| (name.to_owned(), text.to_owned()));
        Self::found_with(root, &files, at)
    }

    /// Founds a laboratory with given files, by their place in the folder.
    pub(super) fn found_with(
        root: &Path,
        files: &[(String, String)],
        at: &str,
    ) -> Result<Self, LabError> {
        refuse_occupied(root)?;
        create(root)?;
        for folder in FOLDERS {
            create(&root.join(folder))?;
        }
        for (name, text) in files {
            let path = root.join(name);
            std::fs::write(&path, text).map_err(|source| LabError::File { path, source })?;
        }
        let lab = Self::open(root)?;
        Journal::create(&lab.record_path(), &lab.identity.id, at)?;
        Ok(lab)
    }
}

fn create(path: &Path) -> Result<(), LabError> {
    std::fs::create_dir_all(path).map_err(|source| LabError::File { path: path.to_owned(), source })
}

/// Nothing that stands in the folder may be touched, so there must be nothing.
fn refuse_occupied(root: &Path) -> Result<(), LabError> {
    let refused = |source| LabError::File { path: root.to_owned(), source };
    if !root.try_exists().map_err(refused)? {
        return Ok(());
    }
    let first = std::fs::read_dir(root).map_err(refused)?.next();
    let Some(found) = first.transpose().map_err(refused)? else { return Ok(()) };
    let found = found.file_name().to_string_lossy().into_owned();
    Err(LabError::NotEmpty { folder: root.to_owned(), found })
}
