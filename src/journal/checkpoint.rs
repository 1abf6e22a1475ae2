//! Checkpoints: the end of a chain at a moment, signed, and kept where the record is not.
//!
//! A chain that was cut at its end, or recomputed from some event to its end, is whole in itself. A
//! checkpoint outside the forger's reach is not: it vouches for the number, the hash and with them
//! for everything before. Each names the one before it, so that a missing one shows.
//!
//! The signature is CMS (RFC 5652, detached, SHA-256, in the PEM of RFC 7468) over the exact bytes
//! of the `statement`, so that other people's programs check it as well.

use etalon_certificates::{
    chain::{Chain, Root},
    key::Signer,
    pem,
    signature::{SignatureError, cms},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::chain::{Fault, FaultKind, sha256_hex};

/// Version of the file's format.
pub const FORMAT: &str = "etalon.checkpoint/1";

/// Label of a CMS structure between PEM lines.
///
/// Source: RFC 7468 section 9.
const LABEL: &str = "CMS";

/// What a checkpoint states. The order of the fields is the order of the signed bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// [`FORMAT`].
    pub format: String,
    /// Identity of the laboratory.
    pub laboratory: String,
    /// Number of the checkpoint, from 1.
    pub number: u64,
    /// UTC moment.
    pub at: String,
    /// Hash of the chain's first event.
    pub chain: String,
    /// The last event then: so many events the chain had.
    pub sequence: u64,
    /// Its hash.
    pub hash: String,
    /// SHA-256 of the checkpoint before; empty for the first one.
    pub previous: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    statement: String,
    signature: String,
}

/// A checkpoint whose signature is sound.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// What it states.
    pub statement: Statement,
    /// SHA-256 of its file.
    pub sha256: String,
    /// Who signed it, with the certificates that vouch for them.
    pub signer: Chain,
}

/// Why a file is no checkpoint.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// Not this format.
    #[error("it is no checkpoint of the format {FORMAT}: {0}")]
    Form(String),
    /// The signature is not that of the statement.
    #[error("its signature does not hold: {0}")]
    Signature(#[from] SignatureError),
}

/// Signs a statement; the bytes of the file.
///
/// # Errors
/// [`CheckpointError`] when it cannot be encoded.
pub fn sign(statement: &Statement, signer: &Signer) -> Result<Vec<u8>, CheckpointError> {
    let form = |error: serde_json::Error| CheckpointError::Form(error.to_string());
    let statement = serde_json::to_string(statement).map_err(form)?;
    let signature = cms::sign(&Sha256::digest(statement.as_bytes()), signer)?;
    let signature = pem::write(LABEL, &signature);
    let file = File { format: FORMAT.to_owned(), statement, signature };
    let mut bytes = serde_json::to_vec_pretty(&file).map_err(form)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads a checkpoint and checks its signature; whose it is, is asked by [`Checkpoint::is_by`].
///
/// # Errors
/// [`CheckpointError`].
pub fn read(bytes: &[u8]) -> Result<Checkpoint, CheckpointError> {
    let form = |error: serde_json::Error| CheckpointError::Form(error.to_string());
    let file: File = serde_json::from_slice(bytes).map_err(form)?;
    let statement: Statement = serde_json::from_str(&file.statement).map_err(form)?;
    if file.format != FORMAT || statement.format != FORMAT {
        return Err(CheckpointError::Form(format!("it says `{}`", file.format)));
    }
    let none = || CheckpointError::Form("it has no signature".to_owned());
    let signature = pem::read(LABEL, &file.signature).ok_or_else(none)?;
    let signature = signature.first().ok_or_else(none)?;
    let signer = cms::verify(signature, &Sha256::digest(file.statement.as_bytes()))?;
    Ok(Checkpoint { statement, sha256: sha256_hex(bytes), signer })
}

impl Checkpoint {
    /// Whether it was signed under one of these roots.
    #[must_use]
    pub fn is_by(&self, roots: &[Root]) -> bool {
        self.signer.ends_in(roots)
    }
}

/// The first event that is not the one a checkpoint vouches for.
///
/// `last` is the chain's last event, `hash_at` the hash of an event.
///
/// # Errors
/// What `hash_at` refuses.
pub fn first_fault<E>(
    checkpoints: &[Checkpoint],
    last: u64,
    mut hash_at: impl FnMut(u64) -> Result<Option<String>, E>,
) -> Result<Option<Fault>, E> {
    let mut ordered: Vec<&Checkpoint> = checkpoints.iter().collect();
    ordered.sort_by_key(|checkpoint| checkpoint.statement.sequence);
    let mut vouched = 0;
    for checkpoint in ordered {
        let Statement { number, at, sequence, hash, chain, .. } = &checkpoint.statement;
        let by =
            format!("checkpoint {number}, signed by {} at {at}", checkpoint.signer.signer_name());
        if *sequence > last {
            let reason = format!(
                "the chain ends at event {last}, and {by}, vouches for {sequence} events: it was cut"
            );
            return Ok(Some(Fault { sequence: last + 1, kind: FaultKind::Cut, reason }));
        }
        let is_its_chain = hash_at(1)?.as_ref() == Some(chain);
        if !is_its_chain || hash_at(*sequence)?.as_ref() != Some(hash) {
            let from = if is_its_chain { vouched + 1 } else { 1 };
            let reason = format!(
                "events {from} to {sequence} were recomputed: {by}, vouches for another event {sequence}"
            );
            return Ok(Some(Fault { sequence: from, kind: FaultKind::Recomputed, reason }));
        }
        vouched = *sequence;
    }
    Ok(None)
}
