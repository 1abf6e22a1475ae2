//! The program, its answers, and a folder of one's own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program under test.
pub(crate) const ETALON: &str = env!("CARGO_BIN_EXE_etalon");

/// Runs the program in a folder.
pub(crate) fn etalon(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(ETALON).current_dir(folder).args(arguments).output().expect("the program starts")
}

/// Exit code and both streams.
pub(crate) fn answer(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = etalon(folder, arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("words are UTF-8");
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// The answer as JSON, with the exit code.
pub(crate) fn json(folder: &Path, arguments: &[&str]) -> (i32, serde_json::Value) {
    let arguments: Vec<&str> = ["--format", "json"].iter().chain(arguments).copied().collect();
    let (code, out, err) = answer(folder, &arguments);
    let document = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    (code, document)
}

/// The meter procedure of the library, as text.
pub(crate) fn meters() -> &'static str {
    let library = etalon_procedures::LIBRARY.iter();
    library
        .clone()
        .find(|(file, _)| file.contains("jjg596"))
        .map(|(_, text)| *text)
        .expect("shipped")
}

/// Writes a file into a folder.
pub(crate) fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("the folder");
    std::fs::write(&file, text).expect("the file is written");
    file
}

/// A demonstration laboratory in a folder of its own.
pub(crate) fn lab() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, _, err) = answer(folder.path(), &["lab", "init", "lab", "--demo"]);
    assert_eq!(code, 0, "{err}");
    let lab = folder.path().join("lab");
    (folder, lab)
}
