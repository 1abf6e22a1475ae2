//! What a run found, in a table or in the last line of JSON.

use serde_json::{Value, json};

use crate::cli::table::Table;
use crate::cli::{CliError, ExitStatus, Output};
use crate::decide::{self, ItemVerdict};
use crate::engine::session::recorded_plan;
use crate::engine::{Conclusion, Outcome};
use crate::evaluate::{self, ItemResults};
use crate::journal::{Body, Event};
use crate::store::Journal;

/// What the items of a run amount to.
pub(super) struct Verdicts {
    items: Vec<(ItemResults, ItemVerdict)>,
}

/// Evaluates the run from its record, as anybody can, and shows what it says.
///
/// # Errors
/// When the record cannot be read or evaluated.
pub(super) fn show(
    journal: &Journal,
    conclusion: &Conclusion,
    output: &Output,
) -> Result<Verdicts, CliError> {
    let events = journal.events(&conclusion.run)?;
    let plan = recorded_plan(journal, &conclusion.run, &events)?;
    let results = evaluate::evaluate(&plan, &events)
        .map_err(|error| CliError::request(format!("run {}: {error}", conclusion.run)))?;
    let items = results.items.into_iter().map(|item| {
        let verdict = decide::decide(&item);
        (item, verdict)
    });
    let verdicts = Verdicts { items: items.collect() };
    if output.is_json() {
        output.json(&last_line(&events, conclusion, &verdicts))?;
    } else {
        print(conclusion, &verdicts, output);
    }
    Ok(verdicts)
}

/// The last line of a run's events: how it ended, with the verdict.
fn last_line(events: &[Event], conclusion: &Conclusion, verdicts: &Verdicts) -> Value {
    let finished = events.iter().rev().find(|event| matches!(event.body, Body::Finished { .. }));
    let mut line = match finished.map(Event::line) {
        Some(Value::Object(line)) => line,
        _ => serde_json::Map::new(),
    };
    let safe_state = if conclusion.is_safe { "confirmed" } else { "unconfirmed" };
    let items = verdicts.items.iter().map(|(item, verdict)| {
        json!({"position": item.position, "id": item.item, "verdict": verdict.word()})
    });
    line.insert("event".to_owned(), json!("finished"));
    line.insert("run".to_owned(), json!(conclusion.run));
    line.insert("verdict".to_owned(), json!(verdicts.word(conclusion.outcome)));
    line.insert("safe_state".to_owned(), json!(safe_state));
    line.insert("items".to_owned(), items.collect());
    Value::Object(line)
}

fn print(conclusion: &Conclusion, verdicts: &Verdicts, output: &Output) {
    let mut table = Table::new(&["position", "item", "verdict", "why"]);
    for (item, verdict) in &verdicts.items {
        let why = match verdict {
            ItemVerdict::Fail { points } => {
                format!("{} point(s): {}", points.len(), points.join(", "))
            }
            ItemVerdict::NotEvaluated { reason } => reason.clone(),
            ItemVerdict::Pass | ItemVerdict::ConditionalPass => String::new(),
        };
        table.row(&[&item.position.to_string(), &item.item, verdict.word(), &why]);
    }
    output.line(format!(
        "run {} {}, safe state {}",
        conclusion.run,
        conclusion.outcome.word(),
        if conclusion.is_safe { "confirmed" } else { "NOT confirmed" }
    ));
    output.line(table.text());
}

impl Verdicts {
    /// The verdict of the run in one word: the worst of its items.
    fn word(&self, outcome: Outcome) -> &'static str {
        let has = |word: &str| self.items.iter().any(|(_, verdict)| verdict.word() == word);
        match outcome {
            Outcome::Failed | Outcome::Aborted => "not_evaluated",
            Outcome::Done if has("fail") => "fail",
            Outcome::Done if has("not_evaluated") => "not_evaluated",
            Outcome::Done if has("conditional_pass") => "conditional_pass",
            Outcome::Done => "pass",
        }
    }

    /// Done where every item conforms, "the answer is no" otherwise.
    pub(super) fn status(&self) -> ExitStatus {
        match self.word(Outcome::Done) {
            "pass" | "conditional_pass" => ExitStatus::Done,
            _ => ExitStatus::AnswerIsNo,
        }
    }
}
