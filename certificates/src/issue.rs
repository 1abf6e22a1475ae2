//! Issue: from a record to two signed files that have already been verified.
//!
//! ```text
//! record ─► document ─► DCC ─► signed ─► read back ─► page ─► signed ─► verified as a stranger would
//! ```
//!
//! Nothing leaves that the verifier would refuse.

use crate::canonical::CanonicalError;
use crate::chain::{ChainError, Root};
use crate::dcc::{self, DccError};
use crate::document::Document;
use crate::fonts::Fonts;
use crate::key::Signer;
use crate::moment::Moment;
use crate::pdf::{self, typesetting::TypesettingError};
use crate::record::Record;
use crate::signature::{SignatureError, pades, xmldsig};
use crate::verify::{Finding, verify_with};
use etalon_uncertainty::diagnostic::Diagnostic;
use thiserror::Error;

/// A certificate as it leaves the laboratory.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The signed DCC.
    pub dcc_xml: Vec<u8>,
    /// The signed PDF/A-3b with the same DCC attached.
    pub pdf: Vec<u8>,
}

/// Why a certificate was not issued.
#[derive(Debug, Error)]
pub enum IssueError {
    /// Required items are missing or wrong; every finding at once.
    #[error("the certificate lacks {} required item(s), first: {}", .0.len(), first(.0))]
    Incomplete(Vec<Diagnostic>),
    /// The record holds what a DCC cannot.
    #[error(transparent)]
    Dcc(#[from] DccError),
    /// The DCC cannot be spelled.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// A signature could not be made or did not verify.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The signer's chain is unsound.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The page could not be set.
    #[error(transparent)]
    Typesetting(#[from] TypesettingError),
    /// The verifier refuses what was made.
    #[error("the certificate does not verify: {}", refusals(.0))]
    SelfCheck(Vec<Finding>),
}

fn first(findings: &[Diagnostic]) -> &str {
    findings.first().map_or("none", |finding| finding.message.as_str())
}

fn refusals(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error());
    errors.map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("; ")
}

/// Issues a certificate: signs, renders, signs again, verifies.
///
/// The font must be the one whose digest stands in the record's `page`.
///
/// # Errors
/// [`IssueError`]; nothing has been written anywhere.
pub fn issue(record: &Record, signer: &Signer, fonts: &Fonts) -> Result<Issued, IssueError> {
    let document = Document::new(record.clone()).map_err(IssueError::Incomplete)?;
    let moment = Moment::parse(&record.issued_at)
        .ok_or_else(|| TypesettingError::Moment(record.issued_at.clone()))?;
    let dcc_xml = xmldsig::sign(dcc::write(&document)?, signer).file();
    let read_back = dcc::read(&xmldsig::verify(&dcc_xml)?.root)?;
    let page = pdf::render(&read_back, &dcc_xml, fonts)?;
    let pdf = pades::sign(&page, &moment, signer)?;
    let roots = Root::from_pem(&signer.chain().to_pem())?;
    let verification = verify_with(&pdf, Some(&roots), fonts);
    if verification.ok {
        Ok(Issued { dcc_xml, pdf })
    } else {
        Err(IssueError::SelfCheck(verification.findings))
    }
}
