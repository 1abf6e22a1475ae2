//! Keys: the laboratory's own authority, and who signs under it.
//!
//! A laboratory that has no certificate from a public authority makes its own:
//! an authority whose certificate it hands to its customers once, and a signer
//! enrolled by it. Both keys are ECDSA P-256 and leave this room only as
//! encrypted PKCS#8.
//!
//! It knows private keys. It must never know files, nor invent a date.
//!
//! Source: RFC 5280 (certificates), RFC 5958 and RFC 8018 (encrypted keys),
//! FIPS 186-5 (ECDSA).

use crate::chain::{Chain, ChainError};
use crate::pem;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use pkcs8::pkcs5::pbes2;
use pkcs8::{EncryptedPrivateKeyInfo, PrivateKeyInfo};
use rand_os::{OsRng, RngCore};
use thiserror::Error;

pub mod enrolment;

pub use enrolment::{Subject, Validity};

/// Cost of opening a key: scrypt with N = 2^14, r = 8, p = 1, some 50 ms.
///
/// The largest that OpenSSL opens without being told to spend more memory
/// (its limit is 32 MiB), so that a laboratory can always leave with its key.
const SCRYPT: (u8, u32, u32) = (14, 8, 1);

const KEY_LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// Why a key could not be made, kept or opened.
#[derive(Debug, Error)]
pub enum KeyError {
    /// A name or date that does not fit into a certificate.
    #[error("{field} {found:?} does not fit into a certificate, wanted {wanted}")]
    Field {
        /// Which field.
        field: &'static str,
        /// What was given.
        found: String,
        /// What would fit.
        wanted: &'static str,
    },
    /// Encoding failed.
    #[error("the certificate cannot be encoded: {0}")]
    Encoding(#[from] der::Error),
    /// The text holds no encrypted private key.
    #[error("no encrypted private key between PEM lines was found")]
    Pem,
    /// The password is wrong, or the key file is damaged.
    #[error("the private key does not open with this password")]
    Password,
    /// The key could not be encrypted or encoded.
    #[error("the private key cannot be encoded")]
    Key,
    /// The certificates are not a sound chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The key belongs to another certificate.
    #[error("the private key does not belong to the certificate of {0}")]
    Stranger(String),
}

/// The laboratory's own certification authority.
pub struct Authority {
    pub(crate) certificate: x509_cert::Certificate,
    pub(crate) key: SigningKey,
}

/// Who signs certificates: a private key and the chain that vouches for it.
pub struct Signer {
    chain: Chain,
    key: SigningKey,
}

impl Signer {
    pub(crate) fn new(chain: Chain, key: SigningKey) -> Result<Self, KeyError> {
        if chain.signer_key()? == *key.verifying_key() {
            Ok(Self { chain, key })
        } else {
            Err(KeyError::Stranger(chain.signer_name()))
        }
    }

    /// Opens a signer from its chain (signer first) and its encrypted key.
    ///
    /// # Errors
    /// [`KeyError`] when the password is wrong, the chain unsound or the key another's.
    pub fn open(chain_pem: &str, key_pem: &str, password: &str) -> Result<Self, KeyError> {
        Self::new(Chain::from_pem(chain_pem)?, open_key(key_pem, password)?)
    }

    /// The certificates that vouch for this signer, signer first.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The private key as encrypted PKCS#8 in PEM.
    ///
    /// # Errors
    /// [`KeyError::Key`] when encryption fails.
    pub fn key_pem(&self, password: &str) -> Result<String, KeyError> {
        close_key(&self.key, password)
    }

    /// Signs a message: ECDSA P-256 over its SHA-256, deterministic, low-S.
    ///
    /// Source: RFC 6979 (the same message always has the same signature).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        low_s(&self.key, message)
    }
}

impl Authority {
    /// Opens an authority from its certificate and encrypted key.
    ///
    /// # Errors
    /// [`KeyError`] when the password is wrong, or the certificate is not the key's.
    pub fn open(certificate_pem: &str, key_pem: &str, password: &str) -> Result<Self, KeyError> {
        enrolment::open_authority(certificate_pem, open_key(key_pem, password)?)
    }

    /// The private key as encrypted PKCS#8 in PEM.
    ///
    /// # Errors
    /// [`KeyError::Key`] when encryption fails.
    pub fn key_pem(&self, password: &str) -> Result<String, KeyError> {
        close_key(&self.key, password)
    }
}

/// Of the two valid signatures of a message, the one with the lower `s`.
pub(crate) fn low_s(key: &SigningKey, message: &[u8]) -> Signature {
    let signature: Signature = key.sign(message);
    signature.normalize_s().unwrap_or(signature)
}

fn close_key(key: &SigningKey, password: &str) -> Result<String, KeyError> {
    let plain = key.to_pkcs8_der().map_err(|_| KeyError::Key)?;
    let info = PrivateKeyInfo::try_from(plain.as_bytes()).map_err(|_| KeyError::Key)?;
    let (mut salt, mut iv) = ([0_u8; 16], [0_u8; 16]);
    OsRng.fill_bytes(&mut salt);
    OsRng.fill_bytes(&mut iv);
    let (log_n, r, p) = SCRYPT;
    let cost = scrypt_cost(log_n, r, p)?;
    let parameters =
        pbes2::Parameters::scrypt_aes256cbc(cost, &salt, &iv).map_err(|_| KeyError::Key)?;
    let closed = info.encrypt_with_params(parameters, password).map_err(|_| KeyError::Key)?;
    Ok(pem::write(KEY_LABEL, closed.as_bytes()))
}

fn scrypt_cost(log_n: u8, r: u32, p: u32) -> Result<pkcs8::pkcs5::scrypt::Params, KeyError> {
    pkcs8::pkcs5::scrypt::Params::new(log_n, r, p, 32).map_err(|_| KeyError::Key)
}

fn open_key(key_pem: &str, password: &str) -> Result<SigningKey, KeyError> {
    let blocks = pem::read(KEY_LABEL, key_pem).ok_or(KeyError::Pem)?;
    let der = blocks.first().ok_or(KeyError::Pem)?;
    let closed = EncryptedPrivateKeyInfo::try_from(der.as_slice()).map_err(|_| KeyError::Pem)?;
    let plain = closed.decrypt(password).map_err(|_| KeyError::Password)?;
    SigningKey::from_pkcs8_der(plain.as_bytes()).map_err(|_| KeyError::Password)
}
