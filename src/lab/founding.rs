//! Founding a laboratory: its folder, its first files, its record.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use super::{FOLDERS, Lab, LabError};

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

    /// Founds a laboratory with given files, by their place in the folder: whole or not at all.
    ///
    /// Everything is made in a folder beside, which takes the place of `root` in one step. Whoever
    /// is stopped before that leaves a folder whose name says what it is, and `root` as it was.
    pub(super) fn found_with(
        root: &Path,
        files: &[(String, String)],
        at: &str,
    ) -> Result<Self, LabError> {
        refuse_occupied(root)?;
        let beside = beside(root)?;
        let founded = Self::build(&beside, files, at).and_then(|()| move_in(&beside, root));
        if founded.is_err() {
            // What went wrong is told; what is left lies under a name of its own.
            drop(std::fs::remove_dir_all(&beside));
        }
        founded?;
        Self::open(root)
    }

    fn build(root: &Path, files: &[(String, String)], at: &str) -> Result<(), LabError> {
        create(root)?;
        for folder in FOLDERS {
            create(&root.join(folder))?;
        }
        for (name, text) in files {
            let path = root.join(name);
            let written = std::fs::File::create_new(&path).and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.sync_all()
            });
            written.map_err(|source| LabError::File { path, source })?;
        }
        Self::open(root)?.begin_record(at)?;
        Ok(())
    }
}

/// A folder beside the future laboratory, on the same disk: `.lab.founding-4711` for `lab`.
fn beside(root: &Path) -> Result<PathBuf, LabError> {
    let refused = |source| LabError::File { path: root.to_owned(), source };
    let whole = std::path::absolute(root).map_err(refused)?;
    let parent = whole.parent().unwrap_or(&whole);
    std::fs::create_dir_all(parent).map_err(refused)?;
    let name = whole.file_name().unwrap_or_default().to_string_lossy();
    Ok(parent.join(format!(".{name}.founding-{}", std::process::id())))
}

/// Gives the finished folder its name; an empty folder that stands there gives way.
fn move_in(beside: &Path, root: &Path) -> Result<(), LabError> {
    let refused = |source| LabError::File { path: root.to_owned(), source };
    refuse_occupied(root)?;
    let moved = std::fs::rename(beside, root);
    // A folder that cannot be replaced, such as the one somebody stands in or a mounted disk, is
    // filled piece by piece; the file that makes it a laboratory comes last.
    match moved {
        Ok(()) => sync(root.parent().filter(|parent| parent.is_dir())).map_err(refused),
        Err(_) => move_pieces(beside, root).map_err(refused),
    }
}

fn move_pieces(beside: &Path, root: &Path) -> std::io::Result<()> {
    let mut pieces = std::fs::read_dir(beside)?
        .map(|piece| piece.map(|piece| piece.file_name()))
        .collect::<std::io::Result<Vec<_>>>()?;
    pieces.sort_by_key(|piece| piece == super::FILE);
    for piece in pieces {
        std::fs::rename(beside.join(&piece), root.join(&piece))?;
    }
    sync(Some(root))?;
    std::fs::remove_dir(beside)
}

/// Makes new names in a folder durable.
fn sync(folder: Option<&Path>) -> std::io::Result<()> {
    folder.map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
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
