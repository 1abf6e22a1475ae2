//! Results as they were evaluated, in bytes that can be compared.
//!
//! The record derives every number from raw readings, every time anew. What it derived at a moment
//! is kept as one document beside the events, so that a replay in ten years can say whether the
//! same readings still give the same digits. The keys and their order are the format's; numbers are
//! decimal text, the shortest that gives the same binary number.

mod difference;

pub use difference::{Difference, differences};

use etalon_procedures::derive::{DerivedResult, Found};
use etalon_uncertainty::evaluation::{Judgement, Outcome};
pub use etalon_uncertainty::unit::readable;
use serde::{Deserialize, Serialize};

use crate::{
    decide::{decide, word},
    evaluate::{Across, EvaluateError, ItemResults, PointResult, ResultState, evaluate},
    journal::{Body, Entry, Event, chain::sha256_hex},
    plan::Plan,
    store::{Journal, StoreError},
};

/// Version of the format.
pub const FORMAT: &str = "etalon.results/2";

/// The version without what goes across points. Records hold it for ever.
const FORMAT_1: &str = "etalon.results/1";

/// All results of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// [`FORMAT`].
    pub format: String,
    /// The run.
    pub run: String,
    /// Seed of every pseudo-random number.
    pub seed: u64,
    /// Its items, by position.
    pub items: Vec<Item>,
}

/// All results of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Position, from 1.
    pub position: u32,
    /// Identifier.
    pub id: String,
    /// Why its position was taken out, where it was.
    pub removed: Option<String>,
    /// The verdict over it.
    pub verdict: String,
    /// Its results, in the order of the plan.
    pub results: Vec<Point>,
    /// What its stages say across repeats and points: derived quantities, then checks of the
    /// decision, as `stage/name/of`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub across: Vec<Point>,
}

/// One result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// `stage/point`.
    pub key: String,
    /// The number, where something was measured.
    pub number: Option<Number>,
    /// The verdict.
    pub verdict: String,
    /// Why there is no number or no verdict; empty otherwise.
    pub reason: String,
}

/// The number of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// Value, in `unit`.
    pub value: String,
    /// Combined standard uncertainty.
    pub u: String,
    /// Effective degrees of freedom; `null` is infinite.
    pub dof: Option<String>,
    /// Coverage factor.
    pub k: String,
    /// Coverage probability.
    pub p: String,
    /// Expanded uncertainty.
    #[serde(rename = "U")]
    pub expanded: String,
    /// Unit.
    pub unit: String,
    /// The judged number as printed.
    pub printed: String,
    /// The expanded uncertainty as printed.
    #[serde(rename = "printed_U")]
    pub printed_expanded: String,
    /// The limits, where the result is judged.
    pub limit: Option<String>,
    /// Mean, standard deviation and both ends of the second opinion, where it was planned.
    pub monte_carlo: Option<[String; 4]>,
}

impl Results {
    /// Evaluates a run as its events tell it.
    ///
    /// # Errors
    /// [`EvaluateError`].
    pub fn of(plan: &Plan, run: &str, events: &[Event]) -> Result<Self, EvaluateError> {
        let items = evaluate(plan, events)?.items.into_iter().map(item).collect();
        Ok(Self { format: FORMAT.to_owned(), run: run.to_owned(), seed: plan.seed, items })
    }

    /// The document's bytes.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("numbers, texts and lists have a JSON form")
    }

    /// The same results as a version of the format states them, to be compared with what was kept in
    /// it.
    #[must_use]
    pub fn as_stated_in(mut self, format: &str) -> Self {
        if format == FORMAT_1 {
            FORMAT_1.clone_into(&mut self.format);
            self.items.iter_mut().for_each(|item| item.across.clear());
        }
        self
    }

    /// A result by position and key.
    #[must_use]
    pub fn point(&self, position: u32, key: &str) -> Option<&Point> {
        let item = self.items.iter().find(|item| item.position == position)?;
        item.results.iter().find(|point| point.key == key)
    }
}

fn item(results: ItemResults) -> Item {
    Item {
        verdict: decide(&results).word().to_owned(),
        position: results.position,
        id: results.item,
        removed: results.removed,
        across: results.across.iter().flat_map(across).collect(),
        results: results.results.into_iter().map(point).collect(),
    }
}

fn point(result: PointResult) -> Point {
    match result.state {
        ResultState::Measured(measured) => {
            let number = number(&measured.outcome, measured.judgement.as_ref());
            judged(result.key, number, measured.judgement.as_ref())
        }
        ResultState::NotMeasured { reason } => without(result.key, reason),
    }
}

/// Everything that a stage says across its points.
fn across(across: &Across) -> Vec<Point> {
    let all = across.derived.iter().chain(&across.checks);
    all.map(|derived| derived_point(&across.stage, derived)).collect()
}

fn derived_point(stage: &str, derived: &DerivedResult) -> Point {
    let key = format!("{stage}/{}", derived.key());
    match &derived.found {
        Found::Evaluated(value) => {
            let number = number(&value.outcome, value.judgement.as_ref());
            judged(key, number, value.judgement.as_ref())
        }
        Found::NotEvaluated { reason } => without(key, reason.en().to_owned()),
    }
}

fn judged(key: String, number: Number, judgement: Option<&Judgement>) -> Point {
    let verdict = judgement.map(|judgement| &judgement.verdict);
    let reason = match verdict {
        Some(crate::decide::Verdict::NotEvaluated { reason }) => reason.en().to_owned(),
        _ => String::new(),
    };
    let verdict = verdict.map_or("not_evaluated", word).to_owned();
    Point { key, verdict, reason, number: Some(number) }
}

fn without(key: String, reason: String) -> Point {
    Point { key, number: None, verdict: "not_evaluated".to_owned(), reason }
}

fn number(outcome: &Outcome, judgement: Option<&Judgement>) -> Number {
    let second = outcome.monte_carlo.as_ref();
    Number {
        value: digits(outcome.value),
        u: digits(outcome.u),
        dof: outcome.dof_eff.map(digits),
        k: digits(outcome.k),
        p: digits(outcome.p),
        expanded: digits(outcome.expanded),
        unit: outcome.unit.clone(),
        printed: outcome.printed_value.clone(),
        printed_expanded: outcome.printed_expanded.clone(),
        limit: judgement.map(|judgement| judgement.limit.clone()),
        monte_carlo: second.map(|mc| [mc.mean, mc.u, mc.lo_sym, mc.hi_sym].map(digits)),
    }
}

/// The shortest decimal that gives the same binary number, as text: readers of JSON numbers differ
/// in the last digit.
fn digits(number: f64) -> String {
    number.to_string()
}

/// Keeps the results of a run as they are now, as a document and an event. Nothing is kept twice:
/// where the same results were kept last, the run stays as it is.
///
/// # Errors
/// [`StoreError`]; then nothing was written.
pub fn keep(
    journal: &Journal,
    events: &[Event],
    results: &Results,
    at: &str,
) -> Result<(), StoreError> {
    let text = results.to_json();
    let kept = events.iter().rev().find_map(|event| match &event.body {
        Body::Evaluated { results, .. } => Some(results.as_str()),
        _ => None,
    });
    if kept == Some(sha256_hex(text.as_bytes()).as_str()) {
        return Ok(());
    }
    let body = Body::Evaluated {
        program: format!("etalon {}", env!("CARGO_PKG_VERSION")),
        results: journal.keep(text.as_bytes())?,
        after: events.last().map_or(0, |event| event.sequence),
    };
    journal.append_now(&[Entry::new(results.run.as_str(), at, body)])?;
    Ok(())
}
