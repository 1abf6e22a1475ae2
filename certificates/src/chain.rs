//! The chain: from the certificate that signed up to the laboratory's root.
//!
//! A chain is judged whole and by bytes: every certificate must be the DER that
//! its parsed form writes, every signature in it is checked, the root's own
//! included, and every signature must be in its one canonical (low-S) form. So
//! a flipped bit in a certificate that merely travels along is found too.
//!
//! It knows public keys and dates. It must never know private keys, nor what
//! was signed.
//!
//! Source: RFC 5280, clauses 4.1, 4.2.1.3, 4.2.1.9 and 6.1.

use crate::pem;
use const_oid::ObjectIdentifier;
use der::{Decode, Encode};
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use thiserror::Error;
use x509_cert::Certificate;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

/// ecdsa-with-SHA256. Source: RFC 5758, clause 3.2.
pub const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// Label of a certificate in PEM. Source: RFC 7468, clause 5.
pub const CERTIFICATE: &str = "CERTIFICATE";

/// Longest chain that is accepted: signer, two intermediates, root.
const LONGEST: usize = 4;

/// Why a chain or a trusted root is refused.
#[derive(Debug, Error)]
pub enum ChainError {
    /// The text holds no certificate between its PEM lines.
    #[error("no certificate between PEM lines was found")]
    Pem,
    /// A certificate is no X.509 in DER, or not in its one DER spelling.
    #[error("certificate {0} of the chain is no X.509 certificate in DER")]
    Encoding(usize),
    /// The chain has a length that makes no sense.
    #[error("the chain holds {0} certificates, wanted 2 to {LONGEST} from the signer to the root")]
    Length(usize),
    /// An algorithm other than ECDSA P-256 with SHA-256.
    #[error("certificate {0} of the chain is not signed by ECDSA P-256 with SHA-256")]
    Algorithm(usize),
    /// A certificate's signature does not belong to the next certificate's key.
    #[error("the signature of {subject} does not verify with the key of {issuer}")]
    Signature {
        /// Whose certificate it is.
        subject: String,
        /// Whose key should have signed it.
        issuer: String,
    },
    /// The chain's names do not follow one another.
    #[error("{subject} names another issuer than {issuer}")]
    Issuer {
        /// Whose certificate it is.
        subject: String,
        /// The next certificate's subject.
        issuer: String,
    },
    /// A certificate is used for what it was not issued for.
    #[error("the certificate of {subject} may not be used for {purpose}")]
    Usage {
        /// Whose certificate it is.
        subject: String,
        /// What it is used for here.
        purpose: &'static str,
    },
    /// The day of issue lies outside a certificate's validity.
    #[error("the certificate of {subject} is valid from {from} to {until}, not on {day}")]
    Validity {
        /// Whose certificate it is.
        subject: String,
        /// First day of validity.
        from: String,
        /// Last day of validity.
        until: String,
        /// The day it was used.
        day: String,
    },
}

/// A signer's certificate and everything above it, signer first, root last.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    certificates: Vec<Certificate>,
}

/// A root that the verifier was told to trust.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Root {
    der: Vec<u8>,
}

impl Root {
    /// The root's DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// All certificates between PEM lines in a text.
    ///
    /// # Errors
    /// [`ChainError::Pem`] when there is none, [`ChainError::Encoding`] when one is broken.
    pub fn from_pem(text: &str) -> Result<Vec<Self>, ChainError> {
        let certificates = pem::read(CERTIFICATE, text).ok_or(ChainError::Pem)?;
        certificates
            .into_iter()
            .enumerate()
            .map(|(at, der)| decode(at, &der).map(|_| Self { der }))
            .collect()
    }
}

impl Chain {
    /// Reads DER certificates, signer first, and checks everything that does
    /// not depend on the day: encoding, order, signatures, purposes.
    ///
    /// # Errors
    /// [`ChainError`] naming the certificate at fault.
    pub fn from_der(ders: &[Vec<u8>]) -> Result<Self, ChainError> {
        if !(2..=LONGEST).contains(&ders.len()) {
            return Err(ChainError::Length(ders.len()));
        }
        let certificates = ders
            .iter()
            .enumerate()
            .map(|(at, der)| decode(at, der))
            .collect::<Result<Vec<_>, _>>()?;
        let chain = Self { certificates };
        chain.check_links()?;
        chain.check_purposes()?;
        Ok(chain)
    }

    /// Reads a chain from PEM, signer first.
    ///
    /// # Errors
    /// As [`Chain::from_der`], and [`ChainError::Pem`].
    pub fn from_pem(text: &str) -> Result<Self, ChainError> {
        Self::from_der(&pem::read(CERTIFICATE, text).ok_or(ChainError::Pem)?)
    }

    /// The certificates' DER, signer first.
    #[must_use]
    pub fn to_der(&self) -> Vec<Vec<u8>> {
        self.certificates
            .iter()
            .map(|c| c.to_der().expect("a certificate that was decoded encodes again"))
            .collect()
    }

    /// The chain as PEM, signer first.
    #[must_use]
    pub fn to_pem(&self) -> String {
        self.to_der().iter().map(|der| pem::write(CERTIFICATE, der)).collect()
    }

    /// The certificates, signer first.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The signer's own certificate.
    #[must_use]
    pub fn signer(&self) -> &Certificate {
        self.certificates.first().expect("a chain holds at least two certificates")
    }

    /// The signer's distinguished name, for people.
    #[must_use]
    pub fn signer_name(&self) -> String {
        self.signer().tbs_certificate.subject.to_string()
    }

    /// The root's distinguished name, for people.
    #[must_use]
    pub fn root_name(&self) -> String {
        self.root().tbs_certificate.subject.to_string()
    }

    /// The signer's public key.
    ///
    /// # Errors
    /// [`ChainError::Algorithm`] when it is no P-256 key.
    pub fn signer_key(&self) -> Result<VerifyingKey, ChainError> {
        public_key(0, self.signer())
    }

    /// Whether the chain ends in one of these roots, compared byte for byte.
    #[must_use]
    pub fn ends_in(&self, roots: &[Root]) -> bool {
        let der = self.root().to_der().unwrap_or_default();
        roots.iter().any(|root| root.der == der)
    }

    /// Checks that every certificate was valid on a day, `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`ChainError::Validity`] naming the first that was not.
    pub fn valid_on(&self, day: &str) -> Result<(), ChainError> {
        for certificate in &self.certificates {
            let validity = &certificate.tbs_certificate.validity;
            let from = validity.not_before.to_date_time().to_string();
            let until = validity.not_after.to_date_time().to_string();
            let (from, until) = (first_ten(&from), first_ten(&until));
            if day < from.as_str() || day > until.as_str() {
                let subject = certificate.tbs_certificate.subject.to_string();
                return Err(ChainError::Validity { subject, from, until, day: day.to_owned() });
            }
        }
        Ok(())
    }

    fn root(&self) -> &Certificate {
        self.certificates.last().expect("a chain holds at least two certificates")
    }

    fn check_links(&self) -> Result<(), ChainError> {
        let issuers = self.certificates.iter().skip(1).chain(self.certificates.last());
        for (at, (certificate, issuer)) in self.certificates.iter().zip(issuers).enumerate() {
            let subject = certificate.tbs_certificate.subject.to_string();
            let above = issuer.tbs_certificate.subject.to_string();
            if certificate.tbs_certificate.issuer != issuer.tbs_certificate.subject {
                return Err(ChainError::Issuer { subject, issuer: above });
            }
            let key = public_key(at, issuer)?;
            let signature = own_signature(at, certificate)?;
            let signed =
                certificate.tbs_certificate.to_der().map_err(|_| ChainError::Encoding(at))?;
            if key.verify(&signed, &signature).is_err() {
                return Err(ChainError::Signature { subject, issuer: above });
            }
        }
        Ok(())
    }

    fn check_purposes(&self) -> Result<(), ChainError> {
        for (at, certificate) in self.certificates.iter().enumerate() {
            let tbs = &certificate.tbs_certificate;
            let authority = matches!(tbs.get::<BasicConstraints>(), Ok(Some((_, b))) if b.ca);
            let usage = match tbs.get::<KeyUsage>() {
                Ok(Some((_, usage))) => usage,
                _ => return Err(ChainError::Encoding(at)),
            };
            let purpose = if at == 0 { "signing documents" } else { "signing certificates" };
            let allowed = if at == 0 {
                !authority && usage.digital_signature() && usage.non_repudiation()
            } else {
                authority && usage.key_cert_sign()
            };
            if !allowed {
                return Err(ChainError::Usage { subject: tbs.subject.to_string(), purpose });
            }
        }
        Ok(())
    }
}

fn first_ten(text: &str) -> String {
    text.chars().take(10).collect()
}

fn decode(at: usize, der: &[u8]) -> Result<Certificate, ChainError> {
    let certificate = Certificate::from_der(der).map_err(|_| ChainError::Encoding(at))?;
    match certificate.to_der() {
        Ok(again) if again == der => Ok(certificate),
        _ => Err(ChainError::Encoding(at)),
    }
}

fn public_key(at: usize, certificate: &Certificate) -> Result<VerifyingKey, ChainError> {
    let bits = &certificate.tbs_certificate.subject_public_key_info.subject_public_key;
    bits.as_bytes()
        .and_then(|point| VerifyingKey::from_sec1_bytes(point).ok())
        .ok_or(ChainError::Algorithm(at))
}

fn own_signature(at: usize, certificate: &Certificate) -> Result<Signature, ChainError> {
    let outer = &certificate.signature_algorithm;
    let inner = &certificate.tbs_certificate.signature;
    if outer != inner || outer.oid != ECDSA_SHA256 || outer.parameters.is_some() {
        return Err(ChainError::Algorithm(at));
    }
    let der = certificate.signature.as_bytes().ok_or(ChainError::Encoding(at))?;
    canonical_signature(der).ok_or(ChainError::Encoding(at))
}

/// An ECDSA signature from DER, only if it is the one canonical form of itself.
///
/// For every valid `(r, s)`, `(r, n − s)` is valid too; only the lower `s` is
/// accepted, so that nobody can make a second valid signature from a first.
#[must_use]
pub fn canonical_signature(der: &[u8]) -> Option<Signature> {
    let signature = Signature::from_der(der).ok()?;
    let unchanged = signature.to_der().as_bytes() == der && signature.normalize_s().is_none();
    unchanged.then_some(signature)
}
