//! What a release record states, and the one way its bytes are written.

use etalon_certificates::{chain::Chain, key::Signer, pem, signature::cms};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{ReleaseRefusal, SCHEMA, State};
use etalon_uncertainty::text::Text;

/// Label of the signature's block. Source: RFC 7468, clause 9.
const LABEL: &str = "CMS";

/// What is done to a procedure.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Its author asks for its release.
    Review,
    /// It is released for use.
    Release,
    /// It is withdrawn.
    Withdraw,
}

impl Act {
    /// The word in files and in the record.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Release => "release",
            Self::Withdraw => "withdraw",
        }
    }

    /// The state that follows.
    #[must_use]
    pub fn state(self) -> State {
        match self {
            Self::Review => State::InReview,
            Self::Release => State::Released,
            Self::Withdraw => State::Withdrawn,
        }
    }

    /// What the signature means.
    #[must_use]
    pub fn meaning(self) -> Text {
        match self {
            Self::Review => Text::new(
                "I wrote or revised this procedure and submit it for review.",
                "本人编写或修订了本方法，现提交评审。",
            ),
            Self::Release => Text::new(
                "I reviewed this procedure and release it for use.",
                "本人已评审本方法，批准使用。",
            ),
            Self::Withdraw => Text::new(
                "I withdraw this procedure: it must no longer be used.",
                "本人废止本方法：不得继续使用。",
            ),
        }
    }
}

/// The statement under the signature.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Identifier of the procedure.
    pub procedure: String,
    /// Its version.
    pub version: String,
    /// What is done.
    pub act: Act,
    /// SHA-256 of the file's bytes.
    pub file_sha256: String,
    /// The modules the file uses.
    pub modules: Vec<Module>,
    /// SHA-256 of its meaning.
    pub semantic_sha256: String,
    /// How many golden tests held.
    pub tests_held: usize,
    /// Numbers that nobody compared with their source, accepted all the same.
    pub accepted_unchecked: Vec<String>,
    /// Why: the acceptance, or the withdrawal.
    pub reason: String,
    /// Who, by name in `people.toml`.
    pub person: String,
    /// Who, by name.
    pub name: Text,
    /// What the signature means.
    pub meaning: Text,
    /// When, UTC.
    pub at: String,
    /// With which program.
    pub program: String,
    /// SHA-256 of the record before this one of the same procedure; empty for the first.
    pub previous: String,
}

/// A module of a procedure, by its bytes.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// Its name.
    pub module: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// The file: statement and signature.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    statement: Statement,
    signature: String,
}

impl Statement {
    /// The digest that is signed: of the statement's own compact JSON.
    fn digest(&self) -> Result<Vec<u8>, ReleaseRefusal> {
        let bytes = serde_json::to_vec(self)
            .map_err(|error| ReleaseRefusal::Unsignable { reason: error.to_string() })?;
        Ok(Sha256::digest(&bytes).to_vec())
    }

    /// The bytes of the record's file.
    ///
    /// # Errors
    /// [`ReleaseRefusal::Unsignable`].
    pub fn signed(self, signer: &Signer) -> Result<Vec<u8>, ReleaseRefusal> {
        let signature = cms::sign(&self.digest()?, signer)
            .map_err(|error| ReleaseRefusal::Unsignable { reason: error.to_string() })?;
        let signature = pem::write(LABEL, &signature);
        written(&File { schema: SCHEMA.to_owned(), statement: self, signature })
    }
}

fn written(file: &File) -> Result<Vec<u8>, ReleaseRefusal> {
    let mut bytes = serde_json::to_vec_pretty(file)
        .map_err(|error| ReleaseRefusal::Unsignable { reason: error.to_string() })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads a record and checks its signature: statement and the signer's chain.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(bytes: &[u8]) -> Result<(Statement, Chain), String> {
    let file: File = serde_json::from_slice(bytes)
        .map_err(|error| format!("it is no release record: {error}"))?;
    if file.schema != SCHEMA {
        return Err(format!("its schema is `{}`, wanted `{SCHEMA}`", file.schema));
    }
    // One spelling only: what reads alike and is written otherwise was touched.
    if written(&file).map_err(|error| error.to_string())? != bytes {
        return Err("its bytes are not those that were signed".to_owned());
    }
    let blocks = pem::read(LABEL, &file.signature).unwrap_or_default();
    let [signature] = blocks.as_slice() else {
        return Err("it carries no signature".to_owned());
    };
    let digest = file.statement.digest().map_err(|error| error.to_string())?;
    let chain = cms::verify(signature, &digest).map_err(|error| error.to_string())?;
    Ok((file.statement, chain))
}
