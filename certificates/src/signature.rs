//! Signatures: one message, one key, one form.
//!
//! `xmldsig` signs the DCC, `pades` the PDF with the structure of `cms`. Each
//! is written in exactly one way, and reading a signature means taking its
//! parts out, writing it again from them and demanding the same bytes.
//!
//! It knows digests, chains and layouts. It must never know what a certificate says.

pub mod cms;
pub mod pades;
pub mod xmldsig;

use crate::canonical::CanonicalError;
use crate::chain::ChainError;
use thiserror::Error;

/// Why a signature is refused.
#[derive(Debug, Error)]
pub enum SignatureError {
    /// The file is no tree in canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The chain of certificates is unsound.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The PDF is arranged in another way than the typesetter does.
    #[error(transparent)]
    Layout(#[from] crate::pdf::layout::LayoutError),
    /// There is no signature where it belongs.
    #[error("there is no signature {0}")]
    Missing(&'static str),
    /// The signature's own bytes are not those Etalon writes.
    #[error("the signature is not in Etalon's form: {0}")]
    Form(&'static str),
    /// The digest in the signature is another than that of the content.
    #[error("the content was changed after it was signed")]
    Digest,
    /// The signature does not verify with the signer's key.
    #[error("the signature does not verify with the key of {0}")]
    Key(String),
}
