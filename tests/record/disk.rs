//! Places a record lies in that refuse to be written: a small disk, a read-only one.
//!
//! Where this process may mount, they are mounted. Elsewhere permissions stand for the read-only
//! disk, and an account without rights does the reading, because root may write everywhere. There
//! is no third way: what cannot be had fails the test.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::cluster::{as_ordinary_user, is_root};

/// Set to anything, nothing is mounted: the other way is tried where mounting would be possible.
const NEVER_MOUNT: &str = "ETALON_TEST_NEVER_MOUNT";

/// A folder that may be a disk of its own.
pub(crate) struct Disk {
    folder: tempfile::TempDir,
    is_mounted: bool,
}

impl Disk {
    /// A disk of this size where it can be mounted, a folder elsewhere.
    pub(crate) fn new(size: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(folder.path());
        let done = mount.stdout(Stdio::null()).stderr(Stdio::null()).status();
        let may = std::env::var_os(NEVER_MOUNT).is_none();
        let is_mounted = may && done.is_ok_and(|status| status.success());
        let disk = Self { folder, is_mounted };
        if !may {
            disk.unmount();
        }
        disk.run("chmod", &["755", &disk.path().display().to_string()]);
        disk
    }

    /// Whether it is a disk of its own, with an end.
    pub(crate) fn is_mounted(&self) -> bool {
        self.is_mounted
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// More room.
    pub(crate) fn grow(&self, size: &str) {
        self.run("mount", &["-o", &format!("remount,{size}"), &self.path().display().to_string()]);
    }

    /// A copy of a program that everybody can reach and run.
    pub(crate) fn program(&self, of: &Path) -> PathBuf {
        let copy = self.path().join(of.file_name().unwrap());
        std::fs::copy(of, &copy).unwrap();
        copy
    }

    /// Nothing on it can be written from now on.
    pub(crate) fn seal(&self) {
        let path = self.path().display().to_string();
        if self.is_mounted {
            self.run("mount", &["-o", "remount,ro", &path]);
        } else {
            self.run("chmod", &["-R", "a+rX,a-w", &path]);
        }
    }

    /// Runs a program of this disk as somebody who cannot write on it.
    pub(crate) fn reader(&self, program: &Path) -> Command {
        if self.is_mounted || !is_root() {
            Command::new(program)
        } else {
            as_ordinary_user(program)
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let done = Command::new(program).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{program} {arguments:?}: {said}");
    }

    fn unmount(&self) {
        let mut unmount = Command::new("umount");
        unmount.arg("-l").arg(self.path()).stdout(Stdio::null()).stderr(Stdio::null());
        drop(unmount.status());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.is_mounted {
            self.unmount();
        } else {
            // What cannot be written cannot be deleted either.
            let mut open = Command::new("chmod");
            drop(open.args(["-R", "u+w"]).arg(self.path()).status());
        }
    }
}
