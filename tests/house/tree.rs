//! The checkout as the tests see it: its folders, its files, its packages.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use serde_json::Value;

/// The folders that hold Rust code of the workspace, members first.
pub(crate) const CODE: &[&str] = &[
    "uncertainty",
    "procedures",
    "instruments",
    "fixtures",
    "certificates",
    "gui",
    "src",
    "tests",
    "examples",
];

/// The top folder of the checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of one file of the checkout, named from its top.
pub(crate) fn text(path: impl AsRef<Path>) -> String {
    let full = root().join(path.as_ref());
    fs::read_to_string(&full)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.as_ref().display()))
}

/// All files with one ending below a folder, in a fixed order, named from the
/// top of the checkout. A folder that does not exist holds no files.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(folder)];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() && entry.file_name() != "target" {
                waiting.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                let named = path.strip_prefix(root()).expect("found below the root");
                found.push(named.to_path_buf());
            }
        }
    }
    found.sort();
    found
}

/// Every Rust file of the workspace with its text.
pub(crate) fn rust_files() -> Vec<(PathBuf, String)> {
    let all = CODE.iter().flat_map(|folder| files(folder, "rs"));
    all.map(|path| (path.clone(), text(&path))).collect()
}

/// What `cargo metadata` says about the workspace and all it depends on.
pub(crate) fn metadata() -> &'static Value {
    static METADATA: OnceLock<Value> = OnceLock::new();
    METADATA.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(root())
            .output()
            .expect("cargo starts");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo metadata failed: {words}");
        serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
    })
}
