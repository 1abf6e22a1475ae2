//! Questions to a person, one interface for all of them: the terminal, an
//! answers file, the demonstration's script, the window.
//!
//! The engine puts a [`Prompt`] and gets a checked [`Answer`] with its source.
//! An [`Operator`] only carries words to and fro; what is acceptable is
//! decided here, so that no face can be more lenient than another. This room
//! never prints.

pub mod answers;
pub mod entry;
pub mod questions;
pub mod scripted;
pub mod served;
pub mod simulated;

use std::future::Future;
use std::pin::Pin;

use etalon_uncertainty::decimal::Decimal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::plan::AnswerKind;
use entry::{EntryRefusal, NumberRule};

/// How often a person is asked again before the run is given up.
pub const ATTEMPTS: u32 = 5;

/// Stage of the questions of the safe state; no stage of a procedure, so that no answer is taken for one
/// of them.
pub const SAFE_STATE: &str = "safe_state";

/// One question.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Prompt {
    /// Stage of the procedure.
    pub stage: String,
    /// Number of the action in its stage, from 1.
    pub action: usize,
    /// Field that is asked for (`dut.serial`), empty for a confirmation.
    pub field: String,
    /// Point at which it is asked, if any.
    pub point: Option<String>,
    /// Repeat in which it is asked; 0 where it is asked once.
    pub repeat: u32,
    /// Position it is about, from 1, if it is about one.
    pub position: Option<u32>,
    /// The question in English.
    pub en: String,
    /// The question in Chinese, empty where there is none.
    pub zh: String,
    /// What kind of answer is wanted.
    pub wanted: AnswerKind,
}

impl Prompt {
    /// A name that is the same in every run: `stage/action[/point][/#repeat][/position]`.
    #[must_use]
    pub fn key(&self) -> String {
        let mut key = format!("{}/{}", self.stage, self.action);
        if let Some(point) = &self.point {
            key.push_str(&format!("/{point}"));
        }
        if self.repeat > 0 {
            key.push_str(&format!("/#{}", self.repeat));
        }
        if let Some(position) = self.position {
            key.push_str(&format!("/{position}"));
        }
        key
    }
}

/// A checked answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// Yes or no.
    Confirmation(bool),
    /// Done, with the remark (which may be empty).
    Done(String),
    /// A number as it was entered, in the unit of the question.
    Number(Decimal),
    /// A text.
    Text(String),
}

impl Answer {
    /// The answer as it is written into the journal.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Confirmation(true) => "yes".to_owned(),
            Self::Confirmation(false) => "no".to_owned(),
            Self::Done(text) | Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// Why no answer came.
#[derive(Clone, Debug, Error)]
pub enum OperatorError {
    /// The answers file has nothing for this question.
    #[error("the answers have nothing for question {key} ({text})")]
    Unanswered {
        /// Key of the question.
        key: String,
        /// Its words.
        text: String,
    },
    /// What was given was refused, too often or by a source that cannot be asked again.
    #[error("question {key}: {refusal}")]
    Refused {
        /// Key of the question.
        key: String,
        /// What was wrong with the last entry.
        refusal: EntryRefusal,
    },
    /// The terminal or the window went away.
    #[error("question {key} cannot be put: {reason}")]
    Gone {
        /// Key of the question.
        key: String,
        /// What happened.
        reason: String,
    },
}

/// The words that come back, when they come.
pub type Words<'a> = Pin<Box<dyn Future<Output = Result<String, OperatorError>> + Send + 'a>>;

/// Somebody, or something, that answers questions.
pub trait Operator: Send + Sync {
    /// Carries the question to the person and the words back. `remark` says why
    /// the words before were not taken, or that they are wanted a second time.
    fn words<'a>(&'a self, prompt: &'a Prompt, remark: Option<&'a str>) -> Words<'a>;

    /// Where the words come from, as the record says it: `typed`, `file`, `scripted`.
    fn source(&self) -> &'static str;

    /// Whether asking again can help.
    fn can_be_asked_again(&self) -> bool;
}

/// Puts a question until an acceptable answer comes.
///
/// # Errors
/// When nobody answers, or the answers cannot be accepted.
pub async fn put(operator: &dyn Operator, prompt: &Prompt) -> Result<Answer, OperatorError> {
    let mut remark: Option<String> = None;
    let mut attempt = 1;
    loop {
        let refusal = match one_entry(operator, prompt, remark.as_deref()).await? {
            Ok(answer) => return Ok(answer),
            Err(refusal) => refusal,
        };
        if attempt == ATTEMPTS || !operator.can_be_asked_again() {
            return Err(OperatorError::Refused { key: prompt.key(), refusal });
        }
        attempt += 1;
        remark = Some(refusal.to_string());
    }
}

async fn one_entry(
    operator: &dyn Operator,
    prompt: &Prompt,
    remark: Option<&str>,
) -> Result<Result<Answer, EntryRefusal>, OperatorError> {
    let first = match read(&operator.words(prompt, remark).await?, &prompt.wanted) {
        Ok(answer) => answer,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let remark = match (is_wanted_twice(&prompt.wanted), is_unusual(&first, &prompt.wanted)) {
        (_, true) => "that is far from what such an item shows: read again and enter it once more",
        (true, false) => "once more, to be sure",
        (false, false) => return Ok(Ok(first)),
    };
    let words = operator.words(prompt, Some(remark)).await?;
    Ok(read(&words, &prompt.wanted).and_then(|second| {
        if confirms(&second, &first, &prompt.wanted) {
            return Ok(first);
        }
        Err(EntryRefusal::EntriesDiffer { first: first.text(), second: second.text() })
    }))
}

/// Whether a second entry bears out the first, which is the one that is kept. What is typed twice must
/// be the same twice. An unusual value is *read* again, and an eye that is honest does not always come to
/// the same part of a division: one step of the scale is allowed.
fn confirms(second: &Answer, first: &Answer, wanted: &AnswerKind) -> bool {
    match (second, first, wanted) {
        (
            Answer::Number(second),
            Answer::Number(first),
            AnswerKind::Number { step: Some(step), twice: false, .. },
        ) => second.sub(first).abs() <= *step,
        _ => second == first,
    }
}

fn is_wanted_twice(wanted: &AnswerKind) -> bool {
    matches!(wanted, AnswerKind::Number { twice: true, .. } | AnswerKind::Text { twice: true })
}

/// Whether a number lies outside what is plausible. What is plausible is never told.
#[must_use]
pub fn is_unusual(answer: &Answer, wanted: &AnswerKind) -> bool {
    match (answer, wanted) {
        (Answer::Number(number), AnswerKind::Number { expect: Some(ends), .. }) => {
            *number < ends.0 || *number > ends.1
        }
        _ => false,
    }
}

fn read(words: &str, wanted: &AnswerKind) -> Result<Answer, EntryRefusal> {
    match wanted {
        AnswerKind::Confirmation => entry::yes_or_no(words).map(Answer::Confirmation),
        AnswerKind::Done { note_required } => {
            let note = entry::normalised(words);
            if *note_required && note.is_empty() {
                return Err(EntryRefusal::Empty);
            }
            Ok(Answer::Done(note))
        }
        AnswerKind::Number { unit, range, step, .. } => {
            let rule = NumberRule { unit: unit.clone(), range: range.clone(), step: step.clone() };
            entry::number(words, &rule).map(Answer::Number)
        }
        AnswerKind::Text { .. } => {
            let text = entry::normalised(words);
            if text.is_empty() { Err(EntryRefusal::Empty) } else { Ok(Answer::Text(text)) }
        }
    }
}

#[cfg(test)]
mod tests;
