//! Secrets: the passwords of the accounts, hashed, in a file that only its owner may read.
//!
//! `people.toml` says who works here and is shown to an assessor; this file proves nothing but that
//! somebody knows a password, and stays away from everybody (21 CFR 11.300). Hashes are Argon2id in
//! the form of the PHC, with a salt of their own each.
//!
//! | code  | finding                                                |
//! |-------|--------------------------------------------------------|
//! | R0211 | two secrets of one person                              |
//! | R0212 | not an Argon2id hash in the PHC's form                 |

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use etalon_uncertainty::diagnostic::Diagnostic;
use jiff::civil::Date;
use thiserror::Error;

use crate::{
    folder::{self, FileFault},
    form::{self, Form, Read},
};

/// Schema of the file.
pub const SCHEMA: &str = "etalon.secrets/1";

/// Name of the file in the laboratory's folder.
pub const FILE: &str = "secrets.toml";

/// Fewest characters of a password. Chosen: NIST SP 800-63B-4 asks for 15 where a password is the
/// only factor and allows 8 beside another; here the account's name and the place are the other.
pub const SHORTEST: usize = 10;

/// Why the secrets cannot be used.
#[derive(Debug, Error)]
pub enum SecretsError {
    /// Others could read it.
    #[error(
        "{file} has mode {mode:03o}: passwords must be readable by their owner alone, wanted 600"
    )]
    Open {
        /// The file.
        file: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Too short.
    #[error("the password has {found} characters, wanted {SHORTEST} or more")]
    TooShort {
        /// Its length.
        found: usize,
    },
    /// Its contents.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The password cannot be hashed.
    #[error("the password cannot be hashed: {reason}")]
    Hash {
        /// What argon2 said.
        reason: String,
    },
    /// The file system refused.
    #[error("{file}: {source}")]
    Write {
        /// The file.
        file: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
}

/// The password of one person, hashed.
#[derive(Clone, Debug)]
struct Secret {
    hash: String,
    set_on: Date,
}

/// The passwords of all accounts.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    of: BTreeMap<String, Secret>,
}

impl Secrets {
    /// Reads the secrets of a laboratory; none where there is no file yet.
    ///
    /// # Errors
    /// [`SecretsError`]: a file that others could read is refused.
    pub fn read(root: &Path) -> Result<Self, SecretsError> {
        let file = root.join(FILE);
        let Ok(found) = fs::metadata(&file) else { return Ok(Self::default()) };
        // Owner's bits only: neither group nor others.
        let mode = found.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(SecretsError::Open { file, mode });
        }
        Ok(folder::read(&file, check)?)
    }

    /// Whether a person has a password.
    #[must_use]
    pub fn has(&self, person: &str) -> bool {
        self.of.contains_key(person)
    }

    /// When a person's password was set.
    #[must_use]
    pub fn set_on(&self, person: &str) -> Option<Date> {
        Some(self.of.get(person)?.set_on)
    }

    /// Whether this is the person's password. Takes as long for a wrong one.
    #[must_use]
    pub fn agrees(&self, person: &str, password: &str) -> bool {
        let Some(secret) = self.of.get(person) else { return false };
        let Ok(hash) = PasswordHash::new(&secret.hash) else { return false };
        Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
    }

    /// Sets a person's password.
    ///
    /// # Errors
    /// [`SecretsError::TooShort`], [`SecretsError::Hash`].
    pub fn set(&mut self, person: &str, password: &str, on: Date) -> Result<(), SecretsError> {
        let found = password.chars().count();
        if found < SHORTEST {
            return Err(SecretsError::TooShort { found });
        }
        let hashed: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
        let hash = hashed.map_err(|refused| SecretsError::Hash { reason: refused.to_string() })?;
        let secret = Secret { hash: hash.to_string(), set_on: on };
        self.of.insert(person.to_owned(), secret);
        Ok(())
    }

    /// Writes the file anew, readable by its owner alone, whole or not at all.
    ///
    /// # Errors
    /// [`SecretsError::Write`].
    pub fn write(&self, root: &Path) -> Result<(), SecretsError> {
        let (file, fresh) = (root.join(FILE), root.join(format!("{FILE}.new")));
        let failed = |source| SecretsError::Write { file: file.clone(), source };
        // A remnant of an interrupted write may have other permissions.
        match fs::remove_file(&fresh) {
            Err(refused) if refused.kind() != io::ErrorKind::NotFound => {
                return Err(failed(refused));
            }
            _ => {}
        }
        let mut written = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&fresh)
            .map_err(failed)?;
        written
            .write_all(self.text().as_bytes())
            .and_then(|()| written.sync_all())
            .map_err(failed)?;
        fs::rename(&fresh, &file).map_err(failed)
    }

    fn text(&self) -> String {
        let mut text = format!("schema = \"{SCHEMA}\"\n");
        for (person, Secret { hash, set_on }) in &self.of {
            write!(
                text,
                "\n[[secret]]\nperson   = \"{person}\"\npassword = \"{hash}\"\nset_on   = \"{set_on}\"\n"
            )
            .expect("writing to a text does not fail");
        }
        text
    }
}

/// Checks the text of the file, with every finding at once.
#[must_use]
pub fn check(text: &str) -> Read<Secrets> {
    form::read(text, SCHEMA, |form| {
        let mut secrets = Secrets::default();
        for section in form.sections("secret") {
            let (person, secret) = secret(&section)?;
            if secrets.of.insert(person.clone(), secret).is_some() {
                let message = format!("two secrets of `{person}`");
                form.finding(Diagnostic::error("R0211", message).at(section.span()));
            }
        }
        Some(secrets)
    })
}

fn secret(form: &Form<'_>) -> Option<(String, Secret)> {
    let (person, hash, set_on) = (form.name("person"), form.text("password"), form.date("set_on"));
    form.close();
    let hash = hash?;
    if !PasswordHash::new(&hash.value).is_ok_and(|own| own.algorithm.as_str() == "argon2id") {
        let message = "`password` is no Argon2id hash: `etalon person passwd` writes one";
        form.finding(Diagnostic::error("R0212", message).at(hash.span.clone()));
    }
    Some((person?.value, Secret { hash: hash.value, set_on: set_on?.value }))
}
