//! XML signature: enveloped, the last child of the root, over the whole DCC.
//!
//! ```text
//! file = declaration + root( …, ds:Signature )
//! digest    = SHA-256 of the canonical bytes of the root without ds:Signature
//! signature = ECDSA P-256 over the canonical bytes of ds:SignedInfo
//! ```
//!
//! The reference uses Canonical XML 1.0 so that both namespaces stay on the
//! root; `SignedInfo` uses the exclusive form, in which only `ds` is visible.
//!
//! Source: W3C XML Signature Syntax and Processing 1.1, clauses 4.3–4.5 and 6.6.4;
//! Exclusive XML Canonicalization 1.0, clause 3.

use super::SignatureError;
use crate::canonical::Element;
use crate::chain::Chain;
use base64::{Engine, engine::general_purpose::STANDARD};
use p256::ecdsa::{Signature, signature::Verifier};
use sha2::{Digest, Sha256};

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// A tree whose signature was found intact.
#[derive(Debug)]
pub struct Signed {
    /// The root without its signature.
    pub root: Element,
    /// The certificates that came with the signature, sound among themselves.
    pub chain: Chain,
}

/// The root with its signature as the last child.
#[cfg(feature = "sign")]
#[must_use]
pub fn sign(root: Element, signer: &crate::key::Signer) -> Element {
    let digest = Sha256::digest(root.canonical());
    let value = signer.sign(&signed_info_bytes(&digest));
    root.child(signature_element(&digest, &value, signer.chain()))
}

/// Reads a signed file and checks the signature and its chain by bytes.
///
/// Whether the chain is trusted, and on which day it was valid, is not judged here.
///
/// # Errors
/// [`SignatureError`] when the file, its signature or a certificate in it was changed.
pub fn verify(file: &[u8]) -> Result<Signed, SignatureError> {
    let mut root = Element::read(file)?;
    let whole = root.clone();
    let element = root
        .take_last("ds:Signature")
        .ok_or(SignatureError::Missing("as the last element of the file"))?;
    let parts = Parts::read(&element)?;
    let chain = Chain::from_der(&parts.certificates)?;
    let again = root.clone().child(signature_element(&parts.digest, &parts.value, &chain));
    if again != whole {
        return Err(SignatureError::Form("another algorithm, order or spelling"));
    }
    if Sha256::digest(root.canonical()).as_slice() != parts.digest {
        return Err(SignatureError::Digest);
    }
    let key = chain.signer_key()?;
    key.verify(&signed_info_bytes(&parts.digest), &parts.value)
        .map_err(|_| SignatureError::Key(chain.signer_name()))?;
    Ok(Signed { root, chain })
}

struct Parts {
    digest: Vec<u8>,
    value: Signature,
    certificates: Vec<Vec<u8>>,
}

impl Parts {
    fn read(element: &Element) -> Result<Self, SignatureError> {
        let bytes = |text: String| {
            STANDARD.decode(text).map_err(|_| SignatureError::Form("a value is no base64"))
        };
        let digest = descend(element, &["ds:SignedInfo", "ds:Reference", "ds:DigestValue"])
            .ok_or(SignatureError::Form("no digest"))?;
        let value =
            descend(element, &["ds:SignatureValue"]).ok_or(SignatureError::Form("no value"))?;
        let value = Signature::from_slice(&bytes(value.own_text())?)
            .map_err(|_| SignatureError::Form("the value is no pair of 32-byte numbers"))?;
        if value.normalize_s().is_some() {
            return Err(SignatureError::Form("the value is the mirrored one of two"));
        }
        let data = descend(element, &["ds:KeyInfo", "ds:X509Data"])
            .ok_or(SignatureError::Form("no certificates"))?;
        let certificates =
            data.elements().map(|c| bytes(c.own_text())).collect::<Result<_, _>>()?;
        Ok(Self { digest: bytes(digest.own_text())?, value, certificates })
    }
}

fn descend<'a>(element: &'a Element, path: &[&str]) -> Option<&'a Element> {
    path.iter().try_fold(element, |at, name| at.elements().find(|child| child.name() == *name))
}

fn algorithm(name: &str, uri: &str) -> Element {
    Element::new(name).with("Algorithm", uri)
}

fn signed_info(digest: &[u8]) -> Element {
    let transforms = Element::new("ds:Transforms")
        .child(algorithm("ds:Transform", ENVELOPED))
        .child(algorithm("ds:Transform", INCLUSIVE));
    let reference = Element::new("ds:Reference")
        .with("URI", "")
        .child(transforms)
        .child(algorithm("ds:DigestMethod", SHA256))
        .child(Element::new("ds:DigestValue").text(&STANDARD.encode(digest)));
    Element::new("ds:SignedInfo")
        .child(algorithm("ds:CanonicalizationMethod", EXCLUSIVE))
        .child(algorithm("ds:SignatureMethod", ECDSA_SHA256))
        .child(reference)
}

/// Exclusive canonical form: the namespace of `ds` stands on the element itself.
fn signed_info_bytes(digest: &[u8]) -> Vec<u8> {
    signed_info(digest).with("xmlns:ds", DS).canonical()
}

fn signature_element(digest: &[u8], value: &Signature, chain: &Chain) -> Element {
    let certificates = chain
        .to_der()
        .into_iter()
        .map(|der| Element::new("ds:X509Certificate").text(&STANDARD.encode(der)));
    let data = Element::new("ds:X509Data").children(certificates);
    Element::new("ds:Signature")
        .with("xmlns:ds", DS)
        .child(signed_info(digest))
        .child(Element::new("ds:SignatureValue").text(&STANDARD.encode(value.to_bytes())))
        .child(Element::new("ds:KeyInfo").child(data))
}
