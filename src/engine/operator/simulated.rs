//! The technician of a simulated bench: a simulated person who reads what stands on it.
//!
//! What is asked for by name is answered by the bench's own world; confirmations that it knows
//! nothing of are answered with yes. The answers are recorded as `simulated`; only a bench inside the process has such a
//! technician, and what comes of it is a specimen.

use std::fmt;

use super::{Operator, OperatorError, Prompt, SAFE_STATE, Words};
use crate::plan::AnswerKind;

/// What the technician types when a field is asked for at a position (from 1), and what the question
/// speaks of, where it speaks of a value; `None` where the world says nothing about it.
pub type Technician = Box<dyn Fn(&str, u16, Option<f64>) -> Option<String> + Send + Sync>;

/// An operator who is part of the simulated bench.
pub struct Simulated {
    technician: Technician,
}

impl Simulated {
    /// The operator that a technician makes.
    #[must_use]
    pub fn new(technician: Technician) -> Self {
        Self { technician }
    }
}

impl fmt::Debug for Simulated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Simulated")
    }
}

impl Operator for Simulated {
    fn words<'a>(&'a self, prompt: &'a Prompt, _remark: Option<&'a str>) -> Words<'a> {
        let position = u16::try_from(prompt.position.unwrap_or(1)).unwrap_or(u16::MAX);
        let field = field_of(prompt);
        let found = (self.technician)(field, position, spoken_of(&prompt.wanted));
        let answer = said(&prompt.wanted, found).ok_or_else(|| OperatorError::Unanswered {
            key: prompt.key(),
            text: prompt.en.clone(),
        });
        Box::pin(std::future::ready(answer))
    }

    fn source(&self) -> &'static str {
        "simulated"
    }

    /// Who looks at a dial looks once more.
    fn can_be_asked_again(&self) -> bool {
        true
    }
}

/// The field under which the bench knows what is asked: what is wanted of a person in the safe state
/// stands under its name.
pub(super) fn field_of(prompt: &Prompt) -> &str {
    if prompt.stage == SAFE_STATE { SAFE_STATE } else { &prompt.field }
}

/// What a willing person says, beside what the bench gave them to say: numbers and plates are the
/// bench's alone.
pub(super) fn said(wanted: &AnswerKind, found: Option<String>) -> Option<String> {
    match wanted {
        AnswerKind::Confirmation => Some("yes".to_owned()),
        AnswerKind::Done { .. } => found.or_else(|| Some("done as told".to_owned())),
        AnswerKind::Number { .. } | AnswerKind::Text { .. } => found,
    }
}

/// The value that a question speaks of: the middle of what is expected. Who puts masses on has read
/// it on the screen; who reads a dial does not look at it.
pub(super) fn spoken_of(wanted: &AnswerKind) -> Option<f64> {
    let AnswerKind::Number { expect: Some(ends), .. } = wanted else { return None };
    let (lower, upper) = &**ends;
    Some(f64::midpoint(lower.to_f64(), upper.to_f64()))
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, put};
    use super::*;

    fn prompt(field: &str, wanted: AnswerKind) -> Prompt {
        Prompt {
            stage: "as_found".to_owned(),
            action: 3,
            field: field.to_owned(),
            point: Some("p1-up".to_owned()),
            repeat: 1,
            position: None,
            en: "Read the gauge".to_owned(),
            zh: String::new(),
            wanted,
        }
    }

    #[tokio::test]
    async fn technician_of_the_world_reads_the_dial_and_knows_nothing_else() {
        let operator = Simulated::new(Box::new(|field, position, _| {
            (field == "p_tapped" && position == 1).then(|| "0.81".to_owned())
        }));
        let number = AnswerKind::Number {
            unit: "MPa".to_owned(),
            range: None,
            step: None,
            twice: false,
            expect: None,
        };
        let read = put(&operator, &prompt("p_tapped", number.clone())).await.unwrap();
        assert_eq!(read.text(), "0.81");
        let unknown = put(&operator, &prompt("weather", number)).await;
        assert!(matches!(unknown, Err(OperatorError::Unanswered { .. })));
        let yes = put(&operator, &prompt("", AnswerKind::Confirmation)).await.unwrap();
        assert_eq!(yes, Answer::Confirmation(true));
    }
}
