//! Checks of an answers file: what it can answer, and that it cannot answer everything.
//!
//! | code  | finding                                                        |
//! |-------|----------------------------------------------------------------|
//! | R0161 | an answer that says to no question that it belongs to it       |

use etalon_uncertainty::diagnostic::Diagnostic;

use crate::engine::operator::answers::SCHEMA;
use crate::form::{self, Form};

/// Every finding of an answers file.
pub(super) fn check(text: &str) -> Vec<Diagnostic> {
    let read = form::read(text, SCHEMA, |form| {
        for answer in form.sections("answer") {
            entry(&answer);
        }
        Some(())
    });
    read.diagnostics
}

/// Entries by which a question is known.
const MARKS: [&str; 5] = ["stage", "field", "point", "action", "position"];

fn entry(form: &Form<'_>) {
    let texts = ["stage", "field", "point"].map(|key| form.optional_text(key));
    let numbers = ["action", "position"].map(|key| form.optional_count(key));
    let value = form.text("value");
    form.close();
    let is_unmarked = texts.iter().all(Option::is_none)
        && numbers.iter().all(Option::is_none)
        && MARKS.iter().all(|key| !form.has(key));
    // A misspelt mark is a finding of its own.
    let is_spelt = form.keys().iter().all(|key| key.value == "value");
    if value.is_some() && is_unmarked && is_spelt {
        let message = "this answer states no stage, action, field, point or position";
        form.finding(
            Diagnostic::error("R0161", message)
                .at(form.span())
                .hint("say which question it answers, or it would answer every one"),
        );
    }
}
