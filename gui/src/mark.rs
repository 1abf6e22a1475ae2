//! The mark of a result: one glyph and one word, the same everywhere.

use crate::words::{Language, Word};

/// What is known about a result.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Mark {
    /// Not measured yet.
    #[default]
    Pending,
    /// Measured, not judged yet.
    Live,
    /// Conforms.
    Pass,
    /// Does not conform.
    Fail,
    /// Conforms under a condition that the rule names.
    ConditionalPass,
    /// Does not conform, under a condition that the rule names.
    ConditionalFail,
    /// Measured; no limit is stated for it.
    NoLimit,
    /// Cannot be judged, with a reason.
    NotEvaluated,
}

impl Mark {
    /// All marks.
    pub const ALL: &[Self] = &[
        Self::Pending,
        Self::Live,
        Self::Pass,
        Self::Fail,
        Self::ConditionalPass,
        Self::ConditionalFail,
        Self::NoLimit,
        Self::NotEvaluated,
    ];

    /// A shape that is told apart without colour.
    #[must_use]
    pub fn glyph(self) -> &'static str {
        match self {
            Self::Pending => "·",
            Self::Live => "…",
            Self::Pass => "✔",
            Self::Fail => "✖",
            Self::ConditionalPass | Self::ConditionalFail => "⚠",
            Self::NoLimit => "–",
            Self::NotEvaluated => "?",
        }
    }

    /// The word that stands beside the glyph.
    #[must_use]
    pub fn word(self) -> Word {
        match self {
            Self::Pending => Word::Pending,
            Self::Live => Word::Running,
            Self::Pass => Word::Pass,
            Self::Fail => Word::Fail,
            Self::ConditionalPass => Word::ConditionalPass,
            Self::ConditionalFail => Word::ConditionalFail,
            Self::NoLimit => Word::NoLimit,
            Self::NotEvaluated => Word::NotEvaluated,
        }
    }

    /// Glyph and word.
    #[must_use]
    pub fn said(self, language: Language) -> String {
        format!("{} {}", self.glyph(), language.say(self.word()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_marks_say_the_same_word() {
        for language in [Language::English, Language::Chinese] {
            let mut said: Vec<_> = Mark::ALL.iter().map(|mark| mark.said(language)).collect();
            said.sort();
            said.dedup();
            assert_eq!(said.len(), Mark::ALL.len());
        }
    }
}
