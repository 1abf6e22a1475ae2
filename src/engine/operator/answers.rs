//! Answers from a file (`etalon.answers/1`), for runs without a person.
//!
//! ```toml
//! schema = "etalon.answers/1"
//!
//! [[answer]]
//! stage = "prepare"
//! action = 1
//! value = "yes"
//!
//! [[answer]]
//! field = "dut.serial"
//! position = 2
//! value = "202601002"
//! ```
//!
//! An entry answers every question that agrees with all it states; the first
//! such entry counts.

use serde::Deserialize;
use thiserror::Error;

use super::{Operator, OperatorError, Prompt, Words};

/// The schema this room reads.
pub const SCHEMA: &str = "etalon.answers/1";

/// An answers file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    schema: String,
    #[serde(default, rename = "answer")]
    answers: Vec<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    stage: Option<String>,
    action: Option<usize>,
    field: Option<String>,
    point: Option<String>,
    position: Option<u32>,
    value: String,
}

/// Why an answers file was not taken.
#[derive(Clone, Debug, Error)]
pub enum AnswersError {
    /// Not TOML, or a key that is not known.
    #[error("the answers file cannot be read: {0}")]
    Unreadable(String),
    /// Another schema.
    #[error("the answers file has schema '{found}', wanted '{SCHEMA}'")]
    OtherSchema {
        /// What the file says.
        found: String,
    },
    /// An entry that would answer everything.
    #[error(
        "answer {number} of the answers file states no stage, action, field, point or position"
    )]
    AnswersEverything {
        /// Number of the entry, from 1.
        number: usize,
    },
}

impl Answers {
    /// Reads an answers file.
    ///
    /// # Errors
    /// When it is not such a file.
    pub fn parse(text: &str) -> Result<Self, AnswersError> {
        let answers: Self = toml::from_str(text)
            .map_err(|error| AnswersError::Unreadable(error.to_string().trim_end().to_owned()))?;
        if answers.schema != SCHEMA {
            return Err(AnswersError::OtherSchema { found: answers.schema });
        }
        match answers.answers.iter().position(Entry::states_nothing) {
            Some(index) => Err(AnswersError::AnswersEverything { number: index + 1 }),
            None => Ok(answers),
        }
    }

    /// The questions to which the file has no answer.
    #[must_use]
    pub fn missing<'a>(&self, prompts: &'a [Prompt]) -> Vec<&'a Prompt> {
        prompts.iter().filter(|prompt| self.find(prompt).is_none()).collect()
    }

    fn find(&self, prompt: &Prompt) -> Option<&str> {
        self.answers.iter().find(|entry| entry.is_for(prompt)).map(|entry| entry.value.as_str())
    }
}

impl Entry {
    fn states_nothing(&self) -> bool {
        self.stage.is_none()
            && self.action.is_none()
            && self.field.is_none()
            && self.point.is_none()
            && self.position.is_none()
    }

    fn is_for(&self, prompt: &Prompt) -> bool {
        self.stage.as_ref().is_none_or(|stage| *stage == prompt.stage)
            && self.action.is_none_or(|action| action == prompt.action)
            && self.field.as_ref().is_none_or(|field| *field == prompt.field)
            && (self.point.is_none() || self.point == prompt.point)
            && (self.position.is_none() || self.position == prompt.position)
    }
}

impl Operator for Answers {
    fn words<'a>(&'a self, prompt: &'a Prompt, _remark: Option<&'a str>) -> Words<'a> {
        let found = self.find(prompt).map(str::to_owned).ok_or_else(|| OperatorError::Unanswered {
            key: prompt.key(),
            text: prompt.en.clone(),
        });
        Box::pin(std::future::ready(found))
    }

    fn source(&self) -> &'static str {
        "file"
    }

    fn can_be_asked_again(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, put};
    use super::*;
    use crate::plan::AnswerKind;

    const FILE: &str = r#"
schema = "etalon.answers/1"
[[answer]]
field = "dut.serial"
position = 2
value = "２０２６０１００２"
[[answer]]
stage = "prepare"
action = 1
value = "yes"
"#;

    fn prompt(field: &str, position: Option<u32>, wanted: AnswerKind) -> Prompt {
        let action = if field.is_empty() { 1 } else { 2 };
        Prompt {
            stage: "prepare".to_owned(),
            action,
            field: field.to_owned(),
            point: None,
            repeat: 0,
            position,
            en: "?".to_owned(),
            zh: String::new(),
            wanted,
        }
    }

    #[tokio::test]
    async fn answer_of_its_own_position_is_taken_and_normalised() {
        let answers = Answers::parse(FILE).unwrap();
        let wanted = AnswerKind::Text { twice: true };
        let answer = put(&answers, &prompt("dut.serial", Some(2), wanted.clone())).await.unwrap();
        assert_eq!(answer, Answer::Text("202601002".to_owned()));
        let missing = put(&answers, &prompt("dut.serial", Some(3), wanted)).await;
        assert!(matches!(missing, Err(OperatorError::Unanswered { .. })));
        let seated = put(&answers, &prompt("", None, AnswerKind::Confirmation)).await.unwrap();
        assert_eq!(seated, Answer::Confirmation(true));
    }

    #[test]
    fn answers_file_with_an_unknown_key_or_an_answer_to_everything_is_refused() {
        assert!(Answers::parse("schema = \"etalon.answers/1\"\nextra = 1").is_err());
        assert!(Answers::parse("schema = \"etalon.answers/2\"").is_err());
        let all = "schema = \"etalon.answers/1\"\n[[answer]]\nvalue = \"yes\"";
        assert!(matches!(Answers::parse(all), Err(AnswersError::AnswersEverything { number: 1 })));
    }
}
