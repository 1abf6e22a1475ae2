//! Enrolment: how an authority and its signers come into being.

use super::{Authority, KeyError, Signer, low_s};
use crate::chain::{CERTIFICATE, Chain, ECDSA_SHA256, Root};
use crate::pem;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519::{COMMON_NAME, COUNTRY_NAME, ORGANIZATION_NAME};
use der::asn1::{
    Any, BitString, GeneralizedTime, OctetString, PrintableStringRef, SetOfVec, UtcTime,
    Utf8StringRef,
};
use der::{DateTime, Decode, Encode};
use p256::ecdsa::{SigningKey, VerifyingKey};
use rand_os::{OsRng, RngCore};
use sha2::{Digest, Sha256};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::Certificate;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::certificate::{TbsCertificate, Version};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::ext::{AsExtension, Extension};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity as X509Validity};

/// id-ecPublicKey. Source: RFC 5480, clause 2.1.1.
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// secp256r1, which is P-256. Source: RFC 5480, clause 2.1.1.1.
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
/// Dates from this year on are written as generalised time. Source: RFC 5280, clause 4.1.2.5.
const FIRST_GENERALIZED_YEAR: u16 = 2050;

/// Who a certificate is issued to.
#[derive(Clone, Debug)]
pub struct Subject {
    /// ISO 3166 country code, two capital letters.
    pub country: String,
    /// The laboratory.
    pub organisation: String,
    /// The authority or the person.
    pub common_name: String,
}

/// From the first second of one day to the last second of another, UTC.
#[derive(Clone, Debug)]
pub struct Validity {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, `YYYY-MM-DD`.
    pub until: String,
}

impl Authority {
    /// Makes an authority with a new key and a certificate signed by itself.
    ///
    /// # Errors
    /// [`KeyError::Field`] for a name or date that does not fit.
    pub fn create(subject: &Subject, validity: &Validity) -> Result<Self, KeyError> {
        let key = SigningKey::random(&mut OsRng);
        let name = name(subject)?;
        let request = Request { name: name.clone(), key: *key.verifying_key(), authority: true };
        let certificate = certify(request, validity, &name, &key)?;
        Ok(Self { certificate, key })
    }

    /// Enrols a signer of documents with a new key.
    ///
    /// # Errors
    /// [`KeyError::Field`] for a name or date that does not fit.
    pub fn enrol(&self, subject: &Subject, validity: &Validity) -> Result<Signer, KeyError> {
        let key = SigningKey::random(&mut OsRng);
        let request = Request { name: name(subject)?, key: *key.verifying_key(), authority: false };
        let issuer = &self.certificate.tbs_certificate.subject;
        let certificate = certify(request, validity, issuer, &self.key)?;
        let chain = Chain::from_der(&[certificate.to_der()?, self.certificate.to_der()?])?;
        Signer::new(chain, key)
    }

    /// The authority's certificate in PEM: what a customer trusts.
    #[must_use]
    pub fn certificate_pem(&self) -> String {
        let der = self.certificate.to_der().expect("a certificate that was made encodes again");
        pem::write(CERTIFICATE, &der)
    }
}

/// Joins an authority's certificate with its opened key.
pub(super) fn open_authority(text: &str, key: SigningKey) -> Result<Authority, KeyError> {
    let mut roots = Root::from_pem(text)?;
    let root = roots.pop().ok_or(KeyError::Pem)?;
    let certificate = Certificate::from_der(root.as_der())?;
    let spki = &certificate.tbs_certificate.subject_public_key_info;
    if spki.subject_public_key.raw_bytes() == point(key.verifying_key()) {
        Ok(Authority { certificate, key })
    } else {
        Err(KeyError::Stranger(certificate.tbs_certificate.subject.to_string()))
    }
}

struct Request {
    name: Name,
    key: VerifyingKey,
    authority: bool,
}

fn certify(
    request: Request,
    validity: &Validity,
    issuer: &Name,
    issuer_key: &SigningKey,
) -> Result<Certificate, KeyError> {
    let algorithm = AlgorithmIdentifierOwned { oid: ECDSA_SHA256, parameters: None };
    let tbs = TbsCertificate {
        version: Version::V3,
        serial_number: serial_number()?,
        signature: algorithm.clone(),
        issuer: issuer.clone(),
        validity: X509Validity {
            not_before: time(&validity.from, (0, 0, 0))?,
            not_after: time(&validity.until, (23, 59, 59))?,
        },
        subject_public_key_info: SubjectPublicKeyInfoOwned {
            algorithm: AlgorithmIdentifierOwned {
                oid: EC_PUBLIC_KEY,
                parameters: Some(Any::from(&P256)),
            },
            subject_public_key: BitString::from_bytes(&point(&request.key))?,
        },
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: Some(extensions(&request, issuer_key.verifying_key())?),
        subject: request.name,
    };
    let signature = low_s(issuer_key, &tbs.to_der()?);
    Ok(Certificate {
        tbs_certificate: tbs,
        signature_algorithm: algorithm,
        signature: BitString::from_bytes(signature.to_der().as_bytes())?,
    })
}

/// RFC 5280, clauses 4.2.1.1–4.2.1.3 and 4.2.1.9: key identifiers, purposes, whether an authority.
fn extensions(request: &Request, issuer: &VerifyingKey) -> Result<Vec<Extension>, KeyError> {
    let constraints = BasicConstraints {
        ca: request.authority,
        path_len_constraint: request.authority.then_some(0),
    };
    let usage = if request.authority {
        KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign)
    } else {
        KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation)
    };
    let own = SubjectKeyIdentifier(OctetString::new(key_identifier(&request.key))?);
    let above = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(key_identifier(issuer))?),
        ..AuthorityKeyIdentifier::default()
    };
    Ok(vec![
        own.to_extension(&request.name, &[])?,
        above.to_extension(&request.name, &[])?,
        constraints.to_extension(&request.name, &[])?,
        usage.to_extension(&request.name, &[])?,
    ])
}

/// RFC 7093, clause 2, method 1: the leftmost 160 bits of the SHA-256 of the public key.
fn key_identifier(key: &VerifyingKey) -> Vec<u8> {
    Sha256::digest(point(key)).iter().take(20).copied().collect()
}

fn point(key: &VerifyingKey) -> Vec<u8> {
    key.to_encoded_point(false).as_bytes().to_vec()
}

/// A positive number of 128 bits from the operating system (RFC 5280, clause 4.1.2.2).
fn serial_number() -> Result<SerialNumber, KeyError> {
    let mut bytes = [0_u8; 16];
    OsRng.fill_bytes(&mut bytes);
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x3f) | 0x40;
    }
    Ok(SerialNumber::new(&bytes)?)
}

fn name(subject: &Subject) -> Result<Name, KeyError> {
    let country = &subject.country;
    if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
        let wanted = "two capital letters";
        return Err(KeyError::Field { field: "country", found: country.clone(), wanted });
    }
    for (field, text) in
        [("organisation", &subject.organisation), ("common name", &subject.common_name)]
    {
        // RFC 5280, appendix A.1: ub-organization-name and ub-common-name are 64.
        if text.is_empty() || text.chars().count() > 64 {
            let wanted = "1 to 64 characters";
            return Err(KeyError::Field { field, found: text.clone(), wanted });
        }
    }
    let parts = [
        (COUNTRY_NAME, Any::from(PrintableStringRef::new(country)?)),
        (ORGANIZATION_NAME, Any::from(Utf8StringRef::new(&subject.organisation)?)),
        (COMMON_NAME, Any::from(Utf8StringRef::new(&subject.common_name)?)),
    ];
    let rdns = parts.into_iter().map(|(oid, value)| {
        let part = AttributeTypeAndValue { oid, value };
        Ok(RelativeDistinguishedName::from(SetOfVec::try_from(vec![part])?))
    });
    Ok(RdnSequence(rdns.collect::<Result<_, der::Error>>()?))
}

fn time(day: &str, (hour, minute, second): (u8, u8, u8)) -> Result<Time, KeyError> {
    let wrong = || KeyError::Field { field: "date", found: day.to_owned(), wanted: "YYYY-MM-DD" };
    let mut parts = day.splitn(3, '-');
    let mut number = |digits: usize| {
        parts.next().filter(|text| text.len() == digits).and_then(|text| text.parse::<u16>().ok())
    };
    let (Some(year), Some(month), Some(day_of_month)) = (number(4), number(2), number(2)) else {
        return Err(wrong());
    };
    let narrow = |value: u16| u8::try_from(value).map_err(|_| wrong());
    let moment = DateTime::new(year, narrow(month)?, narrow(day_of_month)?, hour, minute, second)
        .map_err(|_| wrong())?;
    Ok(if year < FIRST_GENERALIZED_YEAR {
        Time::UtcTime(UtcTime::from_date_time(moment)?)
    } else {
        Time::GeneralTime(GeneralizedTime::from_date_time(moment))
    })
}
