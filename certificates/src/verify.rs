//! Verification: what a stranger can know about a certificate from its bytes.
//!
//! Integrity, identity, and whether every printed number follows from the raw
//! readings in it. Needs no laboratory, no network and no clock.
//!
//! It knows bytes and the roots it was told to trust. It must never know files,
//! nor believe anything that is not under a signature.

use crate::chain::{Chain, Root};
use crate::dcc;
use crate::document::Document;
use crate::fonts::Fonts;
use crate::pdf::layout::Layout;
use crate::signature::{SignatureError, pades, xmldsig};
use serde::Serialize;

mod page;
pub mod recompute;

/// What was found about a certificate; its JSON is part of the command line's contract.
#[derive(Clone, Debug, Serialize)]
pub struct Verification {
    /// Whether nothing speaks against it.
    pub ok: bool,
    /// What it is.
    pub kind: Kind,
    /// The number of the certificate, where it could be read.
    pub number: Option<String>,
    /// Whether it is a specimen, where it could be read.
    pub specimen: Option<bool>,
    /// What is known about who signed.
    pub identity: Identity,
    /// Every signature in it.
    pub signatures: Vec<SignatureReport>,
    /// Time stamps by third parties; this version of the form has none.
    pub timestamps: Vec<String>,
    /// Whether the pages are those of the DCC; unknown where they cannot be set again.
    pub dcc_matches_page: Option<bool>,
    /// How many results were computed again.
    pub recomputed: Recomputed,
    /// Everything worth saying, refusals first.
    pub findings: Vec<Finding>,
}

/// Kinds of files.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A PDF with its DCC.
    Pdf,
    /// A DCC alone.
    Dcc,
    /// No certificate.
    Unknown,
}

/// What is known about who signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub enum Identity {
    /// The chain ends in a root that the verifier trusts.
    #[serde(rename = "trusted")]
    Trusted,
    /// The chain ends in another root.
    #[serde(rename = "unknown issuer")]
    UnknownIssuer,
    /// The verifier was given no root.
    #[serde(rename = "not checked")]
    NotChecked,
}

/// One signature.
#[derive(Clone, Debug, Serialize)]
pub struct SignatureReport {
    /// Who signed, as the certificate names them.
    pub by: String,
    /// The form of the signature.
    pub level: &'static str,
    /// Whether content, signature and chain fit together.
    pub valid: bool,
    /// Whether the chain ends in a trusted root; unknown without one.
    pub trusted: Option<bool>,
    /// What it covers.
    pub covers: &'static str,
}

/// How many results were computed again from their raw readings.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Recomputed {
    /// Results in the certificate.
    pub results: usize,
    /// Results whose every printed number came out again.
    pub equal: usize,
}

/// Something worth saying.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Finding {
    /// Stable name.
    pub code: &'static str,
    /// How it bears on the answer.
    pub severity: Weight,
    /// What was found.
    pub message: String,
}

/// How a finding bears on the answer.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// The certificate is refused.
    Error,
    /// Not refused, but the reader must know.
    Warning,
    /// What was not looked at, and why.
    Note,
}

impl Finding {
    /// Whether the certificate is refused for it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Weight::Error
    }
}

/// Verifies a certificate with the built-in fonts.
///
/// Without `trust` only integrity and recomputation are judged. Pages with
/// Chinese cannot be set again here; give the font to [`verify_with`].
#[must_use]
pub fn verify(bytes: &[u8], trust: Option<&[Root]>) -> Verification {
    verify_with(bytes, trust, &Fonts::latin())
}

/// Verifies a certificate, setting its pages again with a font at hand.
#[must_use]
pub fn verify_with(bytes: &[u8], trust: Option<&[Root]>, fonts: &Fonts) -> Verification {
    let mut inquiry = Inquiry { trust, found: nothing() };
    if bytes.starts_with(b"%PDF-") {
        inquiry.found.kind = Kind::Pdf;
        inquiry.pdf(bytes, fonts);
    } else if bytes.starts_with(b"<?xml") {
        inquiry.found.kind = Kind::Dcc;
        inquiry.dcc(bytes);
        let message = "a DCC alone has no pages to compare".to_owned();
        inquiry.say("page.absent", Weight::Note, message);
    } else {
        let message = "the file is neither a PDF nor a DCC".to_owned();
        inquiry.say("file.kind", Weight::Error, message);
    }
    inquiry.answer()
}

fn nothing() -> Verification {
    Verification {
        ok: false,
        kind: Kind::Unknown,
        number: None,
        specimen: None,
        identity: Identity::NotChecked,
        signatures: Vec::new(),
        timestamps: Vec::new(),
        dcc_matches_page: None,
        recomputed: Recomputed::default(),
        findings: Vec::new(),
    }
}

struct Inquiry<'a> {
    trust: Option<&'a [Root]>,
    found: Verification,
}

impl Inquiry<'_> {
    fn say(&mut self, code: &'static str, severity: Weight, message: String) {
        self.found.findings.push(Finding { code, severity, message });
    }

    fn pdf(&mut self, bytes: &[u8], fonts: &Fonts) {
        let signed = match pades::verify(bytes) {
            Ok(signed) => signed,
            Err(error) => return self.refuse("pdf.signature", "PAdES B-B", WHOLE_PDF, &error),
        };
        self.accept(&signed.chain, "PAdES B-B", WHOLE_PDF);
        let attached = match Layout::read(signed.base).and_then(|layout| layout.attachment()) {
            Ok(attached) => attached,
            Err(error) => return self.say("pdf.attachment", Weight::Error, error.to_string()),
        };
        let Some((document, chain)) = self.dcc(&attached) else { return };
        if chain != signed.chain {
            let message = format!(
                "the PDF is signed by {}, the attached DCC by {}",
                signed.chain.signer_name(),
                chain.signer_name()
            );
            self.say("pdf.signer", Weight::Error, message);
        }
        let issued = crate::moment::Moment::parse(&document.record.issued_at);
        if issued.map(|moment| moment.pdf()).as_deref() != Some(signed.signed_at.as_str()) {
            let message = format!(
                "the PDF states {} as its moment, the DCC {}",
                signed.signed_at, document.record.issued_at
            );
            self.say("pdf.moment", Weight::Error, message);
        }
        let (matches, finding) = page::compare(signed.base, &document, &attached, fonts);
        self.found.dcc_matches_page = matches;
        self.found.findings.extend(finding);
    }

    fn dcc(&mut self, bytes: &[u8]) -> Option<(Document, Chain)> {
        let signed = match xmldsig::verify(bytes) {
            Ok(signed) => signed,
            Err(error) => {
                self.refuse("dcc.signature", "XMLDSig", WHOLE_DCC, &error);
                return None;
            }
        };
        self.accept(&signed.chain, "XMLDSig", WHOLE_DCC);
        let document = match dcc::read(&signed.root) {
            Ok(document) => document,
            Err(error) => {
                self.say("dcc.content", Weight::Error, error.to_string());
                return None;
            }
        };
        self.found.number = Some(document.record.number.clone());
        self.found.specimen = Some(document.record.specimen);
        if document.record.specimen {
            let message = "this is a specimen and certifies nothing".to_owned();
            self.say("specimen", Weight::Warning, message);
        }
        let day: String = document.record.issued_at.chars().take(10).collect();
        if let Err(error) = signed.chain.valid_on(&day) {
            self.say("identity.validity", Weight::Error, error.to_string());
        }
        let (recomputed, findings) = recompute::recompute(&document);
        self.found.recomputed = recomputed;
        self.found.findings.extend(findings);
        Some((document, signed.chain))
    }

    fn accept(&mut self, chain: &Chain, level: &'static str, covers: &'static str) {
        let trusted = self.trust.map(|roots| chain.ends_in(roots));
        let by = chain.signer_name();
        self.found.signatures.push(SignatureReport { by, level, valid: true, trusted, covers });
        if trusted == Some(false) {
            let message = format!(
                "{} is vouched for by {}, who is not trusted here",
                chain.signer_name(),
                chain.root_name()
            );
            self.say("identity.issuer", Weight::Error, message);
        }
    }

    fn refuse(
        &mut self,
        code: &'static str,
        level: &'static str,
        covers: &'static str,
        error: &SignatureError,
    ) {
        let by = "unknown".to_owned();
        let report = SignatureReport { by, level, valid: false, trusted: None, covers };
        self.found.signatures.push(report);
        self.say(code, Weight::Error, error.to_string());
    }

    fn answer(mut self) -> Verification {
        let trusted: Vec<_> = self.found.signatures.iter().map(|s| s.trusted).collect();
        self.found.identity = match self.trust {
            Some(_) if trusted.iter().all(|t| *t == Some(true)) && !trusted.is_empty() => {
                Identity::Trusted
            }
            Some(_) => Identity::UnknownIssuer,
            None => Identity::NotChecked,
        };
        if self.trust.is_none() {
            let message = "identity: not checked, no trusted root was given".to_owned();
            self.say("identity.not-checked", Weight::Note, message);
        }
        self.found.findings.sort_by_key(|finding| finding.severity);
        self.found.ok = !self.found.findings.iter().any(Finding::is_error);
        self.found
    }
}

const WHOLE_PDF: &str = "the whole PDF";
const WHOLE_DCC: &str = "the whole DCC";
