//! What a meter wants to know before it answers: who asks, a password, keys.
//!
//! Keys are held, never shown: what is printed of a [`Security`] is its system title. Where the
//! numbers of ciphered messages come from is a [`Counter`] of the laboratory's, because a
//! number used twice under one key gives the key away.
//!
//! Source: DLMS UA Green Book (IEC 62056-5-3), security suite 0: AES-128 in Galois/counter mode
//! with a nonce of system title and invocation counter, tags of 96 bits.

use dlms_cosem_rs::security::{Key, KeyRing, Secret};
use std::{collections::BTreeMap, fmt, sync::Arc};
use thiserror::Error;

/// Longest password or shared secret.
///
/// Definition: DLMS UA Blue Book, secret of an association: up to 64 octets.
pub const LONGEST_PASSWORD: usize = Secret::MAX_LEN;

/// Where the numbers of ciphered messages come from.
pub trait Counter: Send + Sync {
    /// A number that was never given before under the same key, and greater than every one that
    /// was, whatever was switched off in between.
    ///
    /// # Errors
    /// In words, when no such number can be given; then nothing is sent.
    fn take(&self) -> Result<u32, String>;
}

/// How the client shows who it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Authentication {
    /// Not at all.
    Lowest,
    /// By a password, which goes over the line as it is; a ciphered talk has no use for it.
    Low,
    /// Each side proves that it holds the keys (HLS with GMAC), and no key is sent.
    Gmac,
}

impl Authentication {
    /// Every kind with its name in key files.
    pub const NAMES: [(&'static str, Self); 3] =
        [("none", Self::Lowest), ("password", Self::Low), ("gmac", Self::Gmac)];
}

/// What secures the talk with a meter.
#[derive(Clone)]
pub struct Security {
    /// Address of the client that has these rights, 1 to 127; 16 is the public one.
    pub client: u8,
    /// How the client shows who it is.
    pub authentication: Authentication,
    /// Whether every message is authenticated and encrypted.
    pub is_ciphered: bool,
    /// Title of this client; with the counter it makes each message's nonce.
    pub title: [u8; 8],
    password: Option<Secret>,
    keys: KeyRing,
    counter: Arc<dyn Counter>,
}

/// Why something cannot secure a talk.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum SecurityError {
    /// A password where messages are ciphered.
    #[error(
        "authentication by password is not ciphered; a ciphered talk wants \"gmac\" or \"none\""
    )]
    PasswordCiphered,
    /// A client address that does not fit one byte of HDLC.
    #[error("client {0} is none, wanted 1 to 127")]
    Client(u8),
    /// A password is wanted, or is longer than any.
    #[error("authentication by password wants one of 1 to {LONGEST_PASSWORD} bytes")]
    Password,
    /// Keys are wanted.
    #[error("gmac and ciphering want an encryption key and an authentication key")]
    Keys,
}

impl Security {
    /// Security of suite 0.
    ///
    /// # Errors
    /// [`SecurityError`] where something is missing that the kind of security wants.
    pub fn new(
        client: u8,
        (authentication, is_ciphered): (Authentication, bool),
        title: [u8; 8],
        secrets: Secrets<'_>,
        counter: Arc<dyn Counter>,
    ) -> Result<Self, SecurityError> {
        if !(1..=127).contains(&client) {
            return Err(SecurityError::Client(client));
        }
        let has_keys = secrets.encryption.is_some() && secrets.authentication.is_some();
        if (authentication == Authentication::Gmac || is_ciphered) && !has_keys {
            return Err(SecurityError::Keys);
        }
        if authentication == Authentication::Low && is_ciphered {
            return Err(SecurityError::PasswordCiphered);
        }
        let password = match (authentication, secrets.password) {
            (Authentication::Low, Some(bytes)) if !bytes.is_empty() => {
                Some(Secret::new(bytes).map_err(|_| SecurityError::Password)?)
            }
            (Authentication::Low, _) => return Err(SecurityError::Password),
            _ => None,
        };
        let keys = KeyRing {
            guek: secrets.encryption.map(Key::new),
            gak: secrets.authentication.map(Key::new),
            ..KeyRing::default()
        };
        Ok(Self { client, authentication, is_ciphered, title, password, keys, counter })
    }

    /// Whether the messages are made and judged by [`super::secured`]; a password alone is not.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        self.is_ciphered || self.authentication == Authentication::Gmac
    }

    pub(super) fn password(&self) -> Option<&Secret> {
        self.password.as_ref()
    }

    pub(super) fn keys(&self) -> KeyRing {
        self.keys.clone()
    }

    /// The last of so many numbers that follow one another, which nobody else has or will have.
    pub(super) fn last_of(&self, many: u32) -> Result<u32, String> {
        let mut last = self.counter.take()?;
        let mut in_a_row = 1;
        while in_a_row < many {
            // Another talk under these keys may have taken one in between: those before are given up.
            let next = self.counter.take()?;
            in_a_row = if last.checked_add(1) == Some(next) { in_a_row + 1 } else { 1 };
            last = next;
        }
        Ok(last)
    }
}

/// What nobody else may know.
#[derive(Clone, Copy, Default)]
pub struct Secrets<'s> {
    /// Password of low-level security.
    pub password: Option<&'s [u8]>,
    /// Global unicast encryption key.
    pub encryption: Option<[u8; 16]>,
    /// Authentication key.
    pub authentication: Option<[u8; 16]>,
}

impl fmt::Debug for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Security")
            .field("client", &self.client)
            .field("authentication", &self.authentication)
            .field("is_ciphered", &self.is_ciphered)
            .field("title", &self.title.map(|byte| format!("{byte:02X}")).concat())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Secrets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

/// The security of every meter that wants one, by the name that its address uses.
#[derive(Clone, Debug, Default)]
pub struct MeterKeys(BTreeMap<String, Arc<Security>>);

impl MeterKeys {
    /// The same, and one more.
    #[must_use]
    pub fn with(mut self, name: &str, security: Security) -> Self {
        self.0.insert(name.to_owned(), Arc::new(security));
        self
    }

    /// The security of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Arc<Security>> {
        self.0.get(name)
    }
}
