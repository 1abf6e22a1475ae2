//! Names of measurands: the taxonomy of NCSLI's Measurement Information
//! Infrastructure, and private namespaces for what it lacks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// Longest name that is read.
const LONGEST_TEXT: usize = 120;

/// Why a text is not a name of a measurand.
#[derive(Clone, Debug, Eq, PartialEq, Error)]
#[error("`{text}` is not a taxon: {reason}")]
pub struct TaxonError {
    /// What was written, cut to a readable length.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// A name such as `Measure.Temperature` or `x-etalon:Source.Power.AC.Sinewave.Phantom`.
///
/// The first word is the role of the instrument: `Measure`, `Source`, or
/// `Switch` and `Manual`, which exist in private namespaces only.
///
/// Source: NCSLI MII measurand taxonomy (names), this project (namespaces).
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub struct Taxon {
    text: String,
    namespace: usize,
}

impl Taxon {
    /// Reads a name.
    ///
    /// # Errors
    /// When the text is no name of this form.
    pub fn parse(text: &str) -> Result<Self, TaxonError> {
        let refused = |reason| TaxonError { text: text.chars().take(60).collect(), reason };
        if text.len() > LONGEST_TEXT {
            return Err(refused("it is longer than 120 bytes"));
        }
        let (namespace, name) = text.split_once(':').unwrap_or(("", text));
        if text.contains(':') && !is_namespace(namespace) {
            return Err(refused("a namespace is written x-name, in lower case"));
        }
        let mut words = name.split('.');
        let role = words.next().unwrap_or_default();
        let roles: &[&str] = if namespace.is_empty() {
            &["Measure", "Source"]
        } else {
            &["Measure", "Source", "Switch", "Manual"]
        };
        if !roles.contains(&role) {
            return Err(refused("it must begin with Measure or Source"));
        }
        let rest: Vec<&str> = words.collect();
        if rest.is_empty() || !rest.iter().all(|word| is_word(word)) {
            return Err(refused("every word behind a point begins with a capital letter"));
        }
        let namespace = if namespace.is_empty() { 0 } else { namespace.len() + 1 };
        Ok(Self { text: text.to_owned(), namespace })
    }

    /// The name with its namespace.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The namespace, such as `x-etalon`; `None` for NCSLI's own names.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.text.get(..self.namespace.checked_sub(1)?)
    }

    /// The words of the name, without the namespace.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.text.get(self.namespace..).unwrap_or_default().split('.')
    }

    /// Whether this name is the other one or a narrower case of it.
    #[must_use]
    pub fn is_within(&self, wider: &Self) -> bool {
        let mut words = self.words();
        self.namespace() == wider.namespace() && wider.words().all(|w| words.next() == Some(w))
    }
}

fn is_namespace(text: &str) -> bool {
    let name = text.strip_prefix("x-").unwrap_or_default();
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl fmt::Display for Taxon {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

impl FromStr for Taxon {
    type Err = TaxonError;

    fn from_str(text: &str) -> Result<Self, TaxonError> {
        Self::parse(text)
    }
}

impl Serialize for Taxon {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Taxon {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_taxonomy_and_of_private_namespaces_are_read() {
        let taxon = Taxon::parse("x-etalon:Source.Power.AC.Sinewave.Phantom").unwrap();
        assert_eq!(taxon.namespace(), Some("x-etalon"));
        assert_eq!(taxon.words().count(), 5);
        assert_eq!(Taxon::parse("Measure.Temperature").unwrap().namespace(), None);
        assert!(Taxon::parse("x-etalon:Manual.Pump").is_ok());
    }

    #[test]
    fn a_narrower_name_is_within_a_wider_one() {
        let wide = Taxon::parse("Measure.Temperature").unwrap();
        assert!(Taxon::parse("Measure.Temperature.PRT").unwrap().is_within(&wide));
        assert!(!Taxon::parse("x-lab:Measure.Temperature").unwrap().is_within(&wide));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "Measure", "measure.Voltage", "Measure.", "Measure.voltage", "Manual.Pump"]
        {
            assert!(Taxon::parse(text).is_err(), "{text}");
        }
        assert!(Taxon::parse("X:Measure.Voltage").is_err());
    }
}
