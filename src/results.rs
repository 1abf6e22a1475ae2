//! Results as they were evaluated, in bytes that can be compared.
//!
//! The record derives every number from raw readings, every time anew. What it derived at a moment
//! is kept as one document beside the events, so that a replay in ten years can say whether the
//! same readings still give the same digits. The keys and their order are the format's; numbers are
//! decimal text, the shortest that gives the same binary number.

use serde::{Deserialize, Serialize};

use crate::{
    decide::decide,
    evaluate::{EvaluateError, ItemResults, Measured, PointResult, ResultState, evaluate},
    journal::{Body, Entry, Event, chain::sha256_hex},
    plan::Plan,
    store::{Journal, StoreError},
};

/// Version of the format.
pub const FORMAT: &str = "etalon.results/1";

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
        results: results.results.into_iter().map(point).collect(),
    }
}

fn point(result: PointResult) -> Point {
    let measured = match result.state {
        ResultState::Measured(measured) => *measured,
        ResultState::NotMeasured { reason } => {
            let verdict = "not_evaluated".to_owned();
            return Point { key: result.key, number: None, verdict, reason };
        }
    };
    let verdict = measured.judgement.as_ref().map(|judgement| &judgement.verdict);
    let reason = match verdict {
        Some(crate::decide::Verdict::NotEvaluated { reason }) => reason.en().to_owned(),
        _ => String::new(),
    };
    Point {
        key: result.key,
        verdict: verdict.map_or("not_evaluated", word).to_owned(),
        reason,
        number: Some(number(measured)),
    }
}

fn word(verdict: &crate::decide::Verdict) -> &'static str {
    use crate::decide::Verdict;
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::ConditionalPass => "conditional_pass",
        Verdict::ConditionalFail => "conditional_fail",
        Verdict::NotEvaluated { .. } => "not_evaluated",
    }
}

fn number(measured: Measured) -> Number {
    let Measured { outcome, judgement, .. } = measured;
    let second = outcome.monte_carlo.as_ref();
    Number {
        value: digits(outcome.value),
        u: digits(outcome.u),
        dof: outcome.dof_eff.map(digits),
        k: digits(outcome.k),
        p: digits(outcome.p),
        expanded: digits(outcome.expanded),
        unit: outcome.unit,
        printed: outcome.printed_value,
        printed_expanded: outcome.printed_expanded,
        limit: judgement.map(|judgement| judgement.limit),
        monte_carlo: second.map(|mc| [mc.mean, mc.u, mc.lo_sym, mc.hi_sym].map(digits)),
    }
}

/// The shortest decimal that gives the same binary number, as text: readers of JSON numbers differ
/// in the last digit.
fn digits(number: f64) -> String {
    number.to_string()
}

/// What differs between two evaluations of one run, one sentence for each result and verdict.
#[must_use]
pub fn differences(before: &Results, after: &Results) -> Vec<Difference> {
    let mut found = Vec::new();
    if (before.seed, &before.format) != (after.seed, &after.format) {
        found.push(Difference::of_run("seed or format"));
    }
    for item in &after.items {
        let earlier = before.items.iter().find(|earlier| earlier.position == item.position);
        let Some(earlier) = earlier else {
            found.push(Difference::of_run(&format!("position {} is new", item.position)));
            continue;
        };
        let points = item.results.iter().map(|point| {
            let was = earlier.results.iter().find(|was| was.key == point.key);
            Difference::of_point(item, was, point)
        });
        found.extend(points.flatten());
        if (&earlier.verdict, &earlier.removed) != (&item.verdict, &item.removed) {
            found.push(Difference {
                position: item.position,
                item: item.id.clone(),
                key: String::new(),
                before: earlier.verdict.clone(),
                after: item.verdict.clone(),
                changes_verdict: earlier.verdict != item.verdict,
            });
        }
    }
    found
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Position, from 1; 0 for the run as a whole.
    pub position: u32,
    /// The item.
    pub item: String,
    /// `stage/point`; empty for the verdict over the item.
    pub key: String,
    /// As it was.
    pub before: String,
    /// As it is.
    pub after: String,
    /// Whether a verdict differs, and not only a number.
    pub changes_verdict: bool,
}

impl Difference {
    fn of_run(what: &str) -> Self {
        Self {
            position: 0,
            item: String::new(),
            key: String::new(),
            before: String::new(),
            after: what.to_owned(),
            changes_verdict: false,
        }
    }

    fn of_point(item: &Item, before: Option<&Point>, after: &Point) -> Option<Self> {
        if before == Some(after) {
            return None;
        }
        Some(Self {
            position: item.position,
            item: item.id.clone(),
            key: after.key.clone(),
            before: before.map_or_else(|| "no result".to_owned(), stated),
            after: stated(after),
            changes_verdict: before.map(|point| &point.verdict) != Some(&after.verdict),
        })
    }
}

/// A result in one line, to the last binary digit: what differs must show.
fn stated(point: &Point) -> String {
    let Point { verdict, reason, number, .. } = point;
    match number {
        Some(Number { value, expanded, unit, printed, .. }) => {
            format!("{value} {unit} (printed {printed}), U = {expanded} {unit}: {verdict}")
        }
        None => format!("{verdict}: {reason}"),
    }
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
