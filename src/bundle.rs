//! A bundle: runs, items or procedures in one signed file, carried between benches that have no
//! network (`etalon.bundle/1`).
//!
//! Import believes nothing: the signature must be of the laboratory's own authority, every event must
//! carry the seal that its contents give, every document must have the hash that events name, and
//! nothing that is here already may be there with other contents. All of it is looked at before
//! anything is written; what is refused is an act in the record.

pub mod import;

use std::collections::BTreeMap;

use etalon_certificates::{chain::Chain, key::Signer, pem, signature::cms};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{
    journal::Event,
    lab::{Lab, LabError},
    store::{Journal, StoreError},
};

/// Schema of a bundle.
pub const SCHEMA: &str = "etalon.bundle/1";

/// Label of the signature's PEM lines.
const LABEL: &str = "CMS";

/// A bundle as it lies in the file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// What is carried.
    pub contents: Contents,
    /// Signed data over the SHA-256 of the contents' canonical JSON (RFC 5652, detached), in PEM.
    pub signature: String,
}

/// What a bundle carries.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// [`SCHEMA`].
    pub schema: String,
    /// The laboratory it is from.
    pub laboratory: String,
    /// When it was made, UTC.
    pub made_at: String,
    /// Who made it.
    pub made_by: String,
    /// Runs with their events, sealed as they stand in the record they are from.
    pub runs: Vec<CarriedRun>,
    /// Files of the laboratory's folder: place → text.
    pub files: BTreeMap<String, String>,
    /// Documents that the events name: SHA-256 → text.
    pub documents: BTreeMap<String, String>,
}

/// One run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedRun {
    /// Its name.
    pub run: String,
    /// Its events, in order.
    pub events: Vec<Event>,
}

/// Why a bundle is not made or not taken.
#[derive(Debug, Error)]
pub enum BundleRefusal {
    /// No run of this name.
    #[error("the record has no run {run}")]
    NoSuchRun {
        /// The run.
        run: String,
    },
    /// A document that is not text.
    #[error("document {sha256} is not text and cannot be carried")]
    NotText {
        /// Its hash.
        sha256: String,
    },
    /// Not a bundle.
    #[error("the file is no bundle of {SCHEMA}: {reason}")]
    NotABundle {
        /// What was found.
        reason: String,
    },
    /// The signature.
    #[error("rule `bundles are signed by the laboratory`: {reason}")]
    Signature {
        /// What is wrong with it.
        reason: String,
    },
    /// Another laboratory's.
    #[error("rule `own records only`: the bundle is of laboratory `{found}`, this is `{own}`")]
    Foreign {
        /// The laboratory it is from.
        found: String,
        /// This one.
        own: String,
    },
    /// Something in it is not what was sealed.
    #[error("rule `only whole records are taken`: {place}: {reason}")]
    Broken {
        /// Where.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// Here with other contents.
    #[error(
        "rule `nothing is overwritten`: {what} is here already with other contents: {difference}"
    )]
    Other {
        /// Which run or file.
        what: String,
        /// Where they differ.
        difference: String,
    },
    /// The laboratory's files.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// The record.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BundleRefusal {
    /// Whether a rule of the laboratory refuses.
    #[must_use]
    pub fn is_rule(&self) -> bool {
        matches!(
            self,
            Self::Signature { .. }
                | Self::Foreign { .. }
                | Self::Broken { .. }
                | Self::Other { .. }
        )
    }
}

/// What is to be carried, by names.
#[derive(Clone, Debug, Default)]
pub struct Cargo {
    /// Runs.
    pub runs: Vec<String>,
    /// Items.
    pub items: Vec<String>,
    /// Procedures in the laboratory's folder, by file name or identifier.
    pub procedures: Vec<String>,
}

impl Contents {
    /// Gathers what is to be carried.
    ///
    /// # Errors
    /// [`BundleRefusal`].
    pub fn gather(
        lab: &Lab,
        journal: &Journal,
        cargo: &Cargo,
        (by, now): (&str, Timestamp),
    ) -> Result<Self, BundleRefusal> {
        let mut contents = Self {
            schema: SCHEMA.to_owned(),
            laboratory: lab.identity.id.clone(),
            made_at: now.to_string(),
            made_by: by.to_owned(),
            runs: Vec::new(),
            files: BTreeMap::new(),
            documents: BTreeMap::new(),
        };
        for run in &cargo.runs {
            let events = journal.events(run)?;
            if events.is_empty() {
                return Err(BundleRefusal::NoSuchRun { run: run.clone() });
            }
            for sha256 in events.iter().flat_map(|event| event.body.documents()) {
                let not_text = |_| BundleRefusal::NotText { sha256: sha256.to_owned() };
                let text = String::from_utf8(journal.document(sha256)?).map_err(not_text)?;
                contents.documents.insert(sha256.to_owned(), text);
            }
            contents.runs.push(CarriedRun { run: run.clone(), events });
        }
        for name in &cargo.items {
            let item = lab.item(name)?;
            contents.files.insert(format!("items/{}.toml", item.id), item.text);
        }
        for name in &cargo.procedures {
            let found = lab.procedure(name)?;
            let id = crate::form::declared(&found.text, "procedure", "id");
            let id = id.unwrap_or_else(|| name.clone());
            contents.files.insert(format!("procedures/{id}.toml"), found.text);
        }
        Ok(contents)
    }

    fn digest(&self) -> Result<Vec<u8>, BundleRefusal> {
        let json = serde_json::to_vec(self)
            .map_err(|error| BundleRefusal::NotABundle { reason: error.to_string() })?;
        Ok(Sha256::digest(json).to_vec())
    }

    /// The bundle's bytes, signed.
    ///
    /// # Errors
    /// [`BundleRefusal::Signature`].
    pub fn signed(self, signer: &Signer) -> Result<Vec<u8>, BundleRefusal> {
        let signature = cms::sign(&self.digest()?, signer)
            .map_err(|error| BundleRefusal::Signature { reason: error.to_string() })?;
        let bundle = Bundle { contents: self, signature: pem::write(LABEL, &signature) };
        serde_json::to_vec(&bundle)
            .map_err(|error| BundleRefusal::NotABundle { reason: error.to_string() })
    }
}

impl Bundle {
    /// Reads a bundle and checks its signature; who signed it is the answer's second part.
    ///
    /// # Errors
    /// [`BundleRefusal::NotABundle`], [`BundleRefusal::Signature`].
    pub fn read(bytes: &[u8]) -> Result<(Contents, Chain), BundleRefusal> {
        let broken = |reason: String| BundleRefusal::NotABundle { reason };
        let bundle: Self =
            serde_json::from_slice(bytes).map_err(|error| broken(error.to_string()))?;
        if bundle.contents.schema != SCHEMA {
            return Err(broken(format!("schema `{}`", bundle.contents.schema)));
        }
        let refused = |reason: String| BundleRefusal::Signature { reason };
        let signature =
            pem::read(LABEL, &bundle.signature).and_then(|found| found.into_iter().next());
        let signature = signature.ok_or_else(|| refused("there is none".to_owned()))?;
        let digest = bundle.contents.digest()?;
        let chain = cms::verify(&signature, &digest).map_err(|error| refused(error.to_string()))?;
        Ok((bundle.contents, chain))
    }
}
