//! The technician of a bench that another process serves (`etalon serve BENCH --also technician`), asked
//! over a line of their own.
//!
//! What this person types is recorded as `simulated`, as that of a bench inside the process; whoever
//! lets them answer sees to it that the bench is a simulated one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use etalon_instruments::clock::Clock;
use etalon_instruments::framing::Framing;
use etalon_instruments::link::{Link, Wiring};
use etalon_instruments::resource::Resource;
use etalon_instruments::transport::{TransportError, ports::Ports};
use thiserror::Error;

use super::simulated::{field_of, said, spoken_of};
use super::{Operator, OperatorError, Prompt, Words};
use crate::bench::is_simulated_identity;

/// Longest answer of a person, bytes. `Chosen:` a serial number and a remark fit ten times over.
const LONGEST: usize = 1024;

/// How long the line may take. `Chosen:` the person at its end answers at once; a busy machine may not.
const WITHIN: Duration = Duration::from_secs(20);

/// Why there is no technician at an address.
#[derive(Clone, Debug, Error)]
pub enum NoTechnician {
    /// No address.
    #[error("the technician's address: {0}")]
    Address(String),
    /// Nobody there, or nobody who answers.
    #[error("no technician at {resource}: {source}")]
    Line {
        /// The address.
        resource: String,
        /// What the line says.
        source: TransportError,
    },
    /// Somebody else is there.
    #[error(
        "at {resource} is '{found}', no simulated technician; `etalon serve … --also technician` opens a line to one"
    )]
    SomebodyElse {
        /// The address.
        resource: String,
        /// Their identity.
        found: String,
    },
}

/// The technician at the other end of a line.
pub struct Served {
    link: Link,
}

impl Served {
    /// Makes a link to the technician at an address and asks who is there.
    ///
    /// # Errors
    /// [`NoTechnician`].
    pub async fn at(address: &str) -> Result<Self, NoTechnician> {
        let resource =
            Resource::parse(address).map_err(|wrong| NoTechnician::Address(wrong.to_string()))?;
        let failed = |source| NoTechnician::Line { resource: address.to_owned(), source };
        let wiring = Wiring::new(Arc::new(Ports), Clock::real());
        let link = Link::open(resource, &wiring, WITHIN).await.map_err(failed)?;
        let served = Self { link };
        let found = served.asked("*IDN?".to_owned()).await.map_err(failed)?;
        let mut words = found.split(',');
        let (maker, model) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        if is_simulated_identity(maker, model) && model.ends_with("TECHNICIAN") {
            return Ok(served);
        }
        Err(NoTechnician::SomebodyElse { resource: address.to_owned(), found })
    }

    async fn asked(&self, question: String) -> Result<String, TransportError> {
        let framing = Framing::Terminator { bytes: b"\n".to_vec(), max: LONGEST };
        let reply = self.link.query(format!("{question}\n"), framing, WITHIN).await?;
        Ok(String::from_utf8_lossy(reply.trim_ascii_end()).into_owned())
    }

    async fn typed(&self, prompt: &Prompt) -> Result<String, OperatorError> {
        let position = prompt.position.unwrap_or(1);
        let told = spoken_of(&prompt.wanted).map(|told| format!(",{told}")).unwrap_or_default();
        let question = format!("ANSW? \"{}\",{position}{told}", field_of(prompt));
        let gone = |error: TransportError| OperatorError::Gone {
            key: prompt.key(),
            reason: error.to_string(),
        };
        let reply = self.asked(question).await.map_err(gone)?;
        let typed = reply.trim_matches('"');
        let found = (!typed.is_empty()).then(|| typed.to_owned());
        said(&prompt.wanted, found)
            .ok_or_else(|| OperatorError::Unanswered { key: prompt.key(), text: prompt.en.clone() })
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Served").field("at", &self.link.resource()).finish()
    }
}

impl Operator for Served {
    fn words<'a>(&'a self, prompt: &'a Prompt, _remark: Option<&'a str>) -> Words<'a> {
        Box::pin(self.typed(prompt))
    }

    fn source(&self) -> &'static str {
        "simulated"
    }

    fn can_be_asked_again(&self) -> bool {
        false
    }
}
