//! The person at the terminal.

use std::sync::Arc;

use super::keyboard::Keyboard;
use super::screen::Screen;
use crate::cli::Output;
use crate::engine::operator::{Operator, OperatorError, Prompt, Words};
use crate::plan::AnswerKind;

/// Asks on standard error, reads lines from the keyboard.
pub(super) struct Terminal {
    screen: Arc<Screen>,
    output: Output,
    keyboard: Keyboard,
}

impl Terminal {
    /// The terminal this command was started from.
    pub(super) fn new(screen: Arc<Screen>, output: Output) -> Self {
        Self { screen, output, keyboard: Keyboard::default() }
    }

    fn ask(&self, prompt: &Prompt, remark: Option<&str>) {
        let mut text = String::new();
        if let Some(remark) = remark {
            text.push_str(&format!("! {remark}\n"));
        }
        let position = prompt.position.map(|position| format!("[position {position}] "));
        text.push_str(&format!("? {}{}", position.unwrap_or_default(), prompt.en));
        if !prompt.zh.is_empty() && prompt.zh != prompt.en {
            text.push_str(&format!(" · {}", prompt.zh));
        }
        text.push_str(&format!(" {}", wanted(&prompt.wanted)));
        self.screen.aside(|| self.output.alarm(text));
    }
}

fn wanted(wanted: &AnswerKind) -> String {
    match wanted {
        AnswerKind::Confirmation => "[yes/no]".to_owned(),
        AnswerKind::Done { note_required: true } => "[write down what was done]".to_owned(),
        AnswerKind::Done { note_required: false } => "[Enter when done]".to_owned(),
        AnswerKind::Number { unit, range: Some((lower, upper)), .. } => {
            format!("[{unit}, {lower} to {upper}]")
        }
        AnswerKind::Number { unit, range: None, .. } => format!("[{unit}]"),
        AnswerKind::Text { .. } => "[text]".to_owned(),
    }
}

impl Operator for Terminal {
    fn words<'a>(&'a self, prompt: &'a Prompt, remark: Option<&'a str>) -> Words<'a> {
        Box::pin(async move {
            self.ask(prompt, remark);
            let gone = |reason: String| OperatorError::Gone { key: prompt.key(), reason };
            match self.keyboard.line().await {
                Ok(Some(line)) => Ok(line),
                Ok(None) => Err(gone("the input ended".to_owned())),
                Err(error) => Err(gone(error.to_string())),
            }
        })
    }

    fn source(&self) -> &'static str {
        "typed"
    }

    fn can_be_asked_again(&self) -> bool {
        true
    }
}
