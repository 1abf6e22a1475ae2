//! `etalon gui` where the window's program is missing, and where it is there.

#![allow(clippy::unwrap_used, reason = "a test says where it failed")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// One test writes a program while the other starts one: a child that is just being made holds
/// the half-written file open, and the kernel refuses to start it (`ETXTBSY`).
static PROGRAMS: Mutex<()> = Mutex::new(());

fn undisturbed() -> MutexGuard<'static, ()> {
    PROGRAMS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The command alone in a folder, with nothing in the search path.
fn alone(folder: &std::path::Path) -> Command {
    let program = folder.join("etalon");
    fs::copy(env!("CARGO_BIN_EXE_etalon"), &program).unwrap();
    let mut command = Command::new(program);
    command.current_dir(folder).env("PATH", "");
    command
}

#[test]
fn without_its_program_the_window_is_refused_and_it_is_said_how_to_get_it() {
    let _alone = undisturbed();
    let folder = tempfile::tempdir().unwrap();
    let answer = alone(folder.path()).arg("gui").output().unwrap();
    let words = String::from_utf8(answer.stderr).unwrap();
    assert_eq!(answer.status.code(), Some(2), "{words}");
    assert!(words.contains("neither beside etalon nor in the search path"), "{words}");
    assert!(words.contains("cargo build --release -p etalon-gui"), "{words}");
}

#[test]
fn the_program_beside_the_command_is_started_with_folder_and_language() {
    let _alone = undisturbed();
    let folder = tempfile::tempdir().unwrap();
    let mut command = alone(folder.path());
    let window = folder.path().join("etalon-gui");
    fs::write(&window, "#!/bin/sh\necho \"$@\"\n").unwrap();
    fs::set_permissions(&window, fs::Permissions::from_mode(0o755)).unwrap();
    let answer = command.args(["gui", "somewhere", "--lang", "zh"]).output().unwrap();
    assert_eq!(answer.status.code(), Some(0));
    assert_eq!(String::from_utf8(answer.stdout).unwrap(), "--lang zh somewhere\n");
}
