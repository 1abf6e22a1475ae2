//! Words for people, in the two languages of the certificate.

use serde::{Deserialize, Serialize};

/// A sentence or label in English, in Chinese, or in both.
///
/// A file may write a plain string, which counts as English and is repeated
/// where Chinese is asked for: a missing translation shows, it does not vanish.
#[derive(Clone, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese (simplified).
    pub zh: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Plain(String),
    Both(Both),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Both {
    #[serde(default)]
    en: String,
    #[serde(default)]
    zh: String,
}

impl From<Written> for Text {
    fn from(written: Written) -> Self {
        match written {
            Written::Plain(en) => Self { en, zh: String::new() },
            Written::Both(Both { en, zh }) => Self { en, zh },
        }
    }
}

impl Text {
    /// Both languages.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// English only.
    pub fn english(en: impl Into<String>) -> Self {
        Self { en: en.into(), zh: String::new() }
    }

    /// English; Chinese where there is no English.
    #[must_use]
    pub fn en(&self) -> &str {
        if self.en.is_empty() { &self.zh } else { &self.en }
    }

    /// Chinese; English where there is no Chinese.
    #[must_use]
    pub fn zh(&self) -> &str {
        if self.zh.is_empty() { &self.en } else { &self.zh }
    }

    /// Whether neither language says anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.en.is_empty() && self.zh.is_empty()
    }
}

impl From<&str> for Text {
    fn from(en: &str) -> Self {
        Self::english(en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_string_is_english_and_stands_in_for_chinese() {
        let text: Text = serde_json::from_str("\"drift\"").unwrap();
        assert_eq!((text.en(), text.zh()), ("drift", "drift"));
    }

    #[test]
    fn an_unknown_language_is_refused() {
        assert!(serde_json::from_str::<Text>(r#"{"en":"a","de":"b"}"#).is_err());
    }
}
