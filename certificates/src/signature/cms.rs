//! Signed data: the structure a PDF signature carries.
//!
//! Detached, one signer, the three signed attributes a PAdES baseline signature
//! asks for (content type, message digest, signing certificate v2), no unsigned
//! ones. The bytes are a function of digest, signature and chain; reading takes
//! these three out and demands that writing gives the same bytes back.
//!
//! Source: RFC 5652, clauses 5.1–5.4; RFC 5035, clause 3; ETSI EN 319 142-1, clause 5.

use super::SignatureError;
use crate::chain::{Chain, ECDSA_SHA256, canonical_signature};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA};
use const_oid::db::rfc5912::ID_SHA_256;
use der::asn1::{Any, OctetString, OctetStringRef, SetOfVec};
use der::{Decode, Encode};
use p256::ecdsa::{Signature, signature::Verifier};
use sha2::{Digest, Sha256};
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::{Attribute, Attributes};

/// id-aa-signingCertificateV2. Source: RFC 5035, clause 3.
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// Signs a digest of detached content.
///
/// # Errors
/// [`SignatureError::Form`] when the structure cannot be encoded.
#[cfg(feature = "sign")]
pub fn sign(digest: &[u8], signer: &crate::key::Signer) -> Result<Vec<u8>, SignatureError> {
    let attributes = signed_attributes(digest, signer.chain()).map_err(unencodable)?;
    let message = attributes.to_der().map_err(unencodable)?;
    let signature = signer.sign(&message);
    signed_data(digest, &signature, signer.chain()).map_err(unencodable)
}

/// Checks signed data against the digest of the content it belongs to.
///
/// # Errors
/// [`SignatureError`] naming what does not fit.
pub fn verify(bytes: &[u8], digest: &[u8]) -> Result<Chain, SignatureError> {
    let (named, signature, chain) = read(bytes)?;
    let again = signed_data(&named, &signature, &chain).map_err(unencodable)?;
    if again != bytes {
        return Err(SignatureError::Form("other attributes, algorithms or order"));
    }
    if named != digest {
        return Err(SignatureError::Digest);
    }
    let message = signed_attributes(digest, &chain)
        .and_then(|attributes| attributes.to_der())
        .map_err(unencodable)?;
    let key = chain.signer_key()?;
    key.verify(&message, &signature).map_err(|_| SignatureError::Key(chain.signer_name()))?;
    Ok(chain)
}

fn unencodable(_: der::Error) -> SignatureError {
    SignatureError::Form("the signed data is no DER")
}

/// Digest, signature and chain as the structure states them, not yet believed.
fn read(bytes: &[u8]) -> Result<(Vec<u8>, Signature, Chain), SignatureError> {
    let outer = ContentInfo::from_der(bytes).map_err(unencodable)?;
    let data: SignedData = outer.content.decode_as().map_err(unencodable)?;
    let signer =
        data.signer_infos.0.get(0).ok_or(SignatureError::Form("no signer in the signed data"))?;
    let signature = canonical_signature(signer.signature.as_bytes())
        .ok_or(SignatureError::Form("the value is not the canonical one of two"))?;
    let digest = signer
        .signed_attrs
        .iter()
        .flat_map(SetOfVec::iter)
        .find(|attribute| attribute.oid == ID_MESSAGE_DIGEST)
        .and_then(|attribute| attribute.values.get(0))
        .and_then(|value| value.decode_as::<OctetStringRef<'_>>().ok())
        .ok_or(SignatureError::Form("no message digest"))?;
    Ok((digest.as_bytes().to_vec(), signature, Chain::from_der(&in_order(&data, signer)?)?))
}

/// The certificates from the signer upwards; the structure keeps them as a set.
fn in_order(data: &SignedData, signer: &SignerInfo) -> Result<Vec<Vec<u8>>, SignatureError> {
    let mut loose: Vec<_> = data
        .certificates
        .iter()
        .flat_map(|set| set.0.iter())
        .filter_map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
            CertificateChoices::Other(_) => None,
        })
        .collect();
    let first = loose.iter().position(|certificate| signer.sid == identifier(certificate));
    let mut at = loose.remove(first.ok_or(SignatureError::Form("the signer is not among them"))?);
    let mut ordered = Vec::new();
    loop {
        ordered.push(at.to_der().map_err(unencodable)?);
        let issuer = &at.tbs_certificate.issuer;
        match loose.iter().position(|above| above.tbs_certificate.subject == *issuer) {
            Some(next) => at = loose.remove(next),
            None => return Ok(ordered),
        }
    }
}

fn identifier(certificate: &x509_cert::Certificate) -> SignerIdentifier {
    SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
        issuer: certificate.tbs_certificate.issuer.clone(),
        serial_number: certificate.tbs_certificate.serial_number.clone(),
    })
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Result<Attribute, der::Error> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

fn signed_attributes(digest: &[u8], chain: &Chain) -> Result<Attributes, der::Error> {
    let certificate = Sha256::digest(chain.signer().to_der()?);
    // SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2 }, the
    // hash algorithm left out because SHA-256 is its default.
    let hash = OctetString::new(certificate.as_slice())?;
    let identifier: Vec<OctetString> = vec![hash];
    let identifiers: Vec<Vec<OctetString>> = vec![identifier];
    let signing_certificate: Vec<Vec<Vec<OctetString>>> = vec![identifiers];
    SetOfVec::try_from(vec![
        attribute(ID_CONTENT_TYPE, Any::encode_from(&ID_DATA)?)?,
        attribute(ID_MESSAGE_DIGEST, Any::encode_from(&OctetString::new(digest)?)?)?,
        attribute(SIGNING_CERTIFICATE_V2, Any::encode_from(&signing_certificate)?)?,
    ])
}

fn signed_data(digest: &[u8], signature: &Signature, chain: &Chain) -> Result<Vec<u8>, der::Error> {
    let sha256 = AlgorithmIdentifierOwned { oid: ID_SHA_256, parameters: None };
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: identifier(chain.signer()),
        digest_alg: sha256.clone(),
        signed_attrs: Some(signed_attributes(digest, chain)?),
        signature_algorithm: AlgorithmIdentifierOwned { oid: ECDSA_SHA256, parameters: None },
        signature: OctetString::new(signature.to_der().as_bytes())?,
        unsigned_attrs: None,
    };
    let certificates: Vec<_> =
        chain.certificates().iter().cloned().map(CertificateChoices::Certificate).collect();
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![sha256])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(certificates)?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![signer])?),
    };
    ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&data)? }.to_der()
}
