//! A judge: another program, its words and its exit code.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What a program said, and whether it ended with success.
pub(crate) struct Answer {
    /// Exit code 0.
    pub(crate) is_yes: bool,
    /// Standard output and standard error, one after the other.
    pub(crate) words: String,
}

/// Asks an installed program.
pub(crate) fn ask(program: impl AsRef<Path>, arguments: &[&str]) -> Answer {
    let program = program.as_ref();
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap_or_else(|error| {
            panic!("{} does not start ({error}): ./test installs it", program.display())
        });
    let mut words = String::from_utf8_lossy(&output.stdout).into_owned();
    words.push_str(&String::from_utf8_lossy(&output.stderr));
    Answer { is_yes: output.status.success(), words }
}

/// A program of the Python environment that `./test` makes.
pub(crate) fn python(program: &str) -> PathBuf {
    let folder = std::env::var_os("ETALON_PEERS").map_or_else(beside_the_build, PathBuf::from);
    let path = folder.join("bin").join(program);
    assert!(path.exists(), "{} is not there: ./test installs it", path.display());
    path
}

fn beside_the_build() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers-venv")
}

/// A path as the argument of a program.
pub(crate) fn word(path: &Path) -> &str {
    path.to_str().expect("the paths of these tests are UTF-8")
}
