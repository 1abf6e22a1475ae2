//! The laboratory's keys: `keys/` of its folder, private keys encrypted (PKCS#8).
//!
//! | file              | what it is                                                  |
//! |-------------------|-------------------------------------------------------------|
//! | `ca.pem`          | the laboratory's own authority: what a customer trusts      |
//! | `ca.key.pem`      | its private key, encrypted                                  |
//! | `signer.pem`      | the signer's certificate, then the authority's              |
//! | `signer.key.pem`  | the signer's private key, encrypted                         |
//!
//! Only the demonstration makes keys by itself, on first use, and their
//! password is no secret: whatever they sign is a specimen.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use etalon_certificates::{
    key::{
        Authority, KeyError, Signer,
        enrolment::{Subject, Validity},
    },
    pem,
};
use jiff::{ToSpan, civil::Date};
use thiserror::Error;

use crate::lab::Lab;

/// Environment variable that holds the password of the laboratory's keys.
pub const PASSWORD_VARIABLE: &str = "ETALON_KEY_PASSWORD";

/// Password of the demonstration's keys. Not a secret: it signs specimens only.
pub const DEMONSTRATION_PASSWORD: &str = "specimen";

/// How long the demonstration's certificates are valid, in years.
const DEMONSTRATION_YEARS: i32 = 10;

/// Why the laboratory cannot sign.
#[derive(Debug, Error)]
pub enum KeyringError {
    /// No keys.
    #[error(
        "the laboratory has no keys: {folder} holds no signer.pem; `etalon key new` makes them"
    )]
    NoKeys {
        /// The folder.
        folder: PathBuf,
    },
    /// No password.
    #[error("the laboratory's keys are encrypted and {PASSWORD_VARIABLE} is not set")]
    NoPassword,
    /// The key or its certificate.
    #[error("keys in {folder}: {source}")]
    Key {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        source: KeyError,
    },
    /// The file system refused.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
}

/// The laboratory's signer; the demonstration makes its keys on first use.
///
/// # Errors
/// [`KeyringError`].
pub fn signer(lab: &Lab, today: Date) -> Result<Signer, KeyringError> {
    let folder = lab.path("keys");
    if lab.identity.demonstration && !has_keys(lab) {
        let names = ["Demonstration authority (specimen)", "Demonstration signer (specimen)"];
        write_new(lab, today, (DEMONSTRATION_YEARS, names), DEMONSTRATION_PASSWORD)?;
    }
    if !has_keys(lab) {
        return Err(KeyringError::NoKeys { folder });
    }
    let password = password(lab)?;
    let chain = read(&folder.join("signer.pem"))?;
    let key = read(&folder.join("signer.key.pem"))?;
    Signer::open(&chain, &key, &password).map_err(|source| KeyringError::Key { folder, source })
}

/// The certificate of the laboratory's own authority, in PEM, where there is one.
///
/// # Errors
/// [`KeyringError::File`].
pub fn authority_pem(lab: &Lab) -> Result<Option<String>, KeyringError> {
    let file = lab.path("keys").join("ca.pem");
    if file.exists() { read(&file).map(Some) } else { Ok(None) }
}

fn password(lab: &Lab) -> Result<String, KeyringError> {
    match std::env::var(PASSWORD_VARIABLE) {
        Ok(password) => Ok(password),
        Err(_) if lab.identity.demonstration => Ok(DEMONSTRATION_PASSWORD.to_owned()),
        Err(_) => Err(KeyringError::NoPassword),
    }
}

/// Whether the laboratory has a signer.
#[must_use]
pub fn has_keys(lab: &Lab) -> bool {
    lab.path("keys").join("signer.pem").exists()
}

/// Makes an authority of the laboratory's own and a signer that it vouches for.
///
/// # Errors
/// [`KeyringError`].
pub fn make(lab: &Lab, today: Date, years: i32, password: &str) -> Result<(), KeyringError> {
    let name = lab.identity.id.as_str();
    let (authority, signer) = (format!("{name} authority"), format!("{name} signer"));
    write_new(lab, today, (years, [&authority, &signer]), password)
}

/// Brings a signer that another authority vouches for; what that authority's last certificate is
/// becomes what the laboratory itself trusts.
///
/// # Errors
/// [`KeyringError::Key`] when the key does not open, or belongs to another certificate.
pub fn bring(lab: &Lab, chain: &str, key: &str, password: &str) -> Result<(), KeyringError> {
    let folder = lab.path("keys");
    let failed = |source| KeyringError::Key { folder: folder.clone(), source };
    let signer = Signer::open(chain, key, password).map_err(failed)?;
    let chain = signer.chain().to_der();
    let root = chain.last().map(|root| pem::write("CERTIFICATE", root)).unwrap_or_default();
    write(&folder.join("ca.pem"), &root, 0o644)?;
    write(&folder.join("signer.key.pem"), &signer.key_pem(password).map_err(failed)?, 0o600)?;
    write(&folder.join("signer.pem"), &signer.chain().to_pem(), 0o644)
}

/// Makes keys under these names and writes them.
fn write_new(
    lab: &Lab,
    today: Date,
    (years, [authority, signer]): (i32, [&str; 2]),
    password: &str,
) -> Result<(), KeyringError> {
    let folder = lab.path("keys");
    let validity = Validity {
        // The civil day may have begun while the day of the signature, which is told in UTC, is
        // still the one before.
        from: today.saturating_sub(1.day()).to_string(),
        until: today.saturating_add(years.years()).to_string(),
    };
    let subject = |common_name: &str| Subject {
        country: lab.identity.country.clone(),
        organisation: lab.identity.name.en().to_owned(),
        common_name: common_name.to_owned(),
    };
    let failed = |source| KeyringError::Key { folder: folder.clone(), source };
    let authority = Authority::create(&subject(authority), &validity).map_err(failed)?;
    let signer = authority.enrol(&subject(signer), &validity).map_err(failed)?;
    write(&folder.join("ca.pem"), &authority.certificate_pem(), 0o644)?;
    write(&folder.join("ca.key.pem"), &authority.key_pem(password).map_err(failed)?, 0o600)?;
    write(&folder.join("signer.key.pem"), &signer.key_pem(password).map_err(failed)?, 0o600)?;
    // Last: while it is missing, the keys count as not made.
    write(&folder.join("signer.pem"), &signer.chain().to_pem(), 0o644)
}

fn read(path: &Path) -> Result<String, KeyringError> {
    std::fs::read_to_string(path)
        .map_err(|source| KeyringError::File { path: path.to_owned(), source })
}

fn write(path: &Path, text: &str, mode: u32) -> Result<(), KeyringError> {
    let failed = |source| KeyringError::File { path: path.to_owned(), source };
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(path)
        .map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}
