//! The demonstration's operator: says yes, and reads each meter's plate.
//!
//! Its answers are recorded as `scripted`; it is offered for simulated benches
//! only, where what comes out is a specimen anyway.

use std::collections::BTreeMap;

use super::{Operator, OperatorError, Prompt, Words};
use crate::plan::AnswerKind;

/// Answers confirmations with yes and asked fields from the plates of the items.
#[derive(Clone, Debug, Default)]
pub struct Scripted {
    plates: BTreeMap<(u32, String), String>,
}

impl Scripted {
    /// A script that knows no plate yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a field onto the plate at a position (`dut.serial`).
    #[must_use]
    pub fn plate(mut self, position: u32, field: &str, value: &str) -> Self {
        self.plates.insert((position, field.to_owned()), value.to_owned());
        self
    }
}

impl Operator for Scripted {
    fn words<'a>(&'a self, prompt: &'a Prompt, _remark: Option<&'a str>) -> Words<'a> {
        let found = match prompt.wanted {
            AnswerKind::Confirmation => Some("yes".to_owned()),
            AnswerKind::Done { .. } => Some("done".to_owned()),
            AnswerKind::Number { .. } | AnswerKind::Text { .. } => prompt
                .position
                .and_then(|position| self.plates.get(&(position, prompt.field.clone())).cloned()),
        };
        let answer = found.ok_or_else(|| OperatorError::Unanswered {
            key: prompt.key(),
            text: prompt.en.clone(),
        });
        Box::pin(std::future::ready(answer))
    }

    fn source(&self) -> &'static str {
        "scripted"
    }

    fn can_be_asked_again(&self) -> bool {
        false
    }
}
