//! A password on its way in: typed without echo, or from a file or a file descriptor. Never an
//! argument, which every process of the machine could read.

use std::{
    fs::File,
    io::{IsTerminal, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{CliError, Output};
use crate::{
    lab::Lab,
    people::signing::{self, Meaning, SigningRefusal},
};

/// Longest password that is read. Chosen: a sentence, not a film sent by mistake.
const LONGEST: u64 = 1024;

/// Where a password comes from when nobody types it.
#[derive(Args, Clone, Debug, Default)]
pub struct PasswordArgs {
    /// Read the password from this file (mode 600), first line
    #[arg(long, value_name = "FILE", conflicts_with = "password_fd")]
    pub password_file: Option<PathBuf>,
    /// Read the password from this open file descriptor, first line
    #[arg(long, value_name = "N")]
    pub password_fd: Option<u32>,
}

impl From<SigningRefusal> for CliError {
    fn from(refusal: SigningRefusal) -> Self {
        if refusal.is_rule() {
            Self::refused(refusal.to_string())
        } else {
            Self::request(refusal.to_string())
        }
    }
}

impl PasswordArgs {
    /// The password of a person for a statement, which is shown before it is typed; none where an
    /// invented person of a demonstration has none.
    ///
    /// # Errors
    /// No terminal and no file, or a file that others could read (exit code 2).
    pub fn password(
        &self,
        lab: &Lab,
        person: &str,
        meaning: Meaning,
        output: &Output,
    ) -> Result<Option<String>, CliError> {
        if !signing::needs_password(lab, person).map_err(SigningRefusal::from)? {
            return Ok(None);
        }
        if let Some(given) = self.given()? {
            return Ok(Some(given));
        }
        let statement = meaning.statement();
        output.alarm(format!("{person}: {} · {}", statement.en(), statement.zh()));
        typed(&format!("password of {person} · 口令: ")).map(Some)
    }

    /// A password from where the arguments say, if they say anything.
    ///
    /// # Errors
    /// As [`PasswordArgs::password`].
    pub fn given(&self) -> Result<Option<String>, CliError> {
        if let Some(file) = &self.password_file {
            return from_file(file).map(Some);
        }
        self.password_fd.map(from_descriptor).transpose()
    }
}

/// A password typed without echo.
///
/// # Errors
/// No terminal (exit code 2).
pub fn typed(prompt: &str) -> Result<String, CliError> {
    if !std::io::stdin().is_terminal() {
        return Err(CliError::request("a password is needed and there is no terminal to type it")
            .hint("--password-file FILE or --password-fd N gives it without a terminal"));
    }
    rpassword::prompt_password(prompt)
        .map_err(|error| CliError::request(format!("the password could not be read: {error}")))
}

fn from_file(path: &Path) -> Result<String, CliError> {
    let unreadable =
        |error: std::io::Error| CliError::request(format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let message = format!("{} has mode {mode:03o}: others could read it", path.display());
        return Err(CliError::request(message).hint(format!("chmod 600 {}", path.display())));
    }
    first_line(file).map_err(unreadable)
}

fn from_descriptor(number: u32) -> Result<String, CliError> {
    let unreadable =
        |error: std::io::Error| CliError::request(format!("file descriptor {number}: {error}"));
    first_line(File::open(format!("/dev/fd/{number}")).map_err(unreadable)?).map_err(unreadable)
}

fn first_line(source: impl Read) -> std::io::Result<String> {
    let mut text = String::new();
    source.take(LONGEST).read_to_string(&mut text)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
