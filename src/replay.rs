//! Replay: every result and verdict again, from the raw readings of the record, compared byte for
//! byte with what was evaluated at its time and with what left the house.
//!
//! Nothing of today's laboratory folder takes part. The plan that was kept with the run carries the
//! procedure's equations, the standards' values, the limits, the rule and the seeds; it is made again
//! from the procedure, the register, the bench and the items that were kept beside it, and compared
//! to the last byte before anything is evaluated with it.

use std::collections::BTreeMap;

use etalon_certificates::{dcc, signature::xmldsig};
use etalon_procedures::module;
use etalon_uncertainty::evaluation::Evaluation;
use serde::Serialize;
use thiserror::Error;

use crate::{
    engine::{SessionError, session::recorded_plan},
    evaluate::{self, EvaluateError, ResultState},
    issue::papers::Papers,
    journal::{Body, Event, chain::sha256_hex},
    plan::Plan,
    replan,
    results::{self, Difference, Results},
    store::{Journal, StoreError},
};

/// Why a run cannot be replayed at all. Results that do not evaluate are a finding of the replay.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// Its plan.
    #[error(transparent)]
    Plan(#[from] SessionError),
    /// The record.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a replay found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Replayed {
    /// The run.
    pub run: String,
    /// Whether the plan follows, byte for byte, from the papers that were kept with it.
    pub plan_equal: bool,
    /// Results that were evaluated again, those across points among them.
    pub results: usize,
    /// Evaluations of the record that were compared.
    pub evaluations: usize,
    /// Evaluations that were the same to the last byte.
    pub equal: usize,
    /// Certificates that were compared.
    pub certificates: usize,
    /// What differs.
    pub differences: Vec<Differing>,
}

/// One thing that differs.
#[derive(Clone, Debug, Serialize)]
pub struct Differing {
    /// What it was compared with: an event or a certificate.
    pub compared_with: String,
    /// One sentence.
    pub what: String,
}

impl Replayed {
    fn differs(&mut self, compared_with: &str, what: impl Into<String>) {
        let (compared_with, what) = (compared_with.to_owned(), what.into());
        self.differences.push(Differing { compared_with, what });
    }
}

/// Replays a run. `certificate` gives the bytes of a DCC by its number, where it is at hand.
///
/// # Errors
/// [`ReplayError`] when the run cannot be evaluated at all.
pub fn replay(
    journal: &Journal,
    run: &str,
    certificate: impl Fn(&str) -> Option<Vec<u8>>,
) -> Result<Replayed, ReplayError> {
    let events = journal.events(run)?;
    let plan = recorded_plan(journal, run, &events)?;
    let mut found = Replayed { run: run.to_owned(), ..Replayed::default() };
    same_procedure(journal, &events, &plan, &mut found)?;
    same_plan(journal, run, &mut found);
    for (index, event) in events.iter().enumerate() {
        let before = events.get(..index).unwrap_or_default();
        match &event.body {
            Body::Evaluated { results, after, .. } => {
                let compared = format!("event {}", event.sequence);
                let until: Vec<Event> =
                    before.iter().filter(|event| event.sequence <= *after).cloned().collect();
                let kept = journal.document(results)?;
                match Results::of(&plan, run, &until) {
                    Ok(again) => same_results(&compared, &kept, again, &mut found),
                    Err(refused) => found.differs(&compared, refused.to_string()),
                }
            }
            Body::CertificateIssued { number, item, dcc_sha256, .. } => {
                let issued = Issued { number, item, dcc_sha256 };
                if let Err(refused) =
                    same_certificate(&issued, certificate(number), &plan, before, &mut found)
                {
                    found.differs(&format!("certificate {number}"), refused.to_string());
                }
            }
            _ => {}
        }
    }
    let of_item = |item: &results::Item| item.results.len() + item.across.len();
    match Results::of(&plan, run, &events) {
        Ok(last) => found.results = last.items.iter().map(of_item).sum(),
        Err(refused) => found.differs("the run", refused.to_string()),
    }
    Ok(found)
}

/// The plan names the procedure's hash, and so does the record: they must be one.
fn same_procedure(
    journal: &Journal,
    events: &[Event],
    plan: &Plan,
    found: &mut Replayed,
) -> Result<(), StoreError> {
    let documents = events.iter().find_map(|event| match &event.body {
        Body::RunStarted { documents, .. } => Some(documents),
        _ => None,
    });
    let Some(sha256) = documents.and_then(|documents| documents.get("procedure")) else {
        found.differs("run_started", "it names no procedure");
        return Ok(());
    };
    // A procedure with modules is kept whole; its hash is over its own bytes.
    let bytes = journal.document(sha256)?;
    let own = module::own(std::str::from_utf8(&bytes).unwrap_or_default());
    if sha256_hex(own.as_bytes()) != plan.procedure.sha256 {
        let what = format!("the plan was made from another procedure ({})", plan.procedure.sha256);
        found.differs("run_started", what);
    }
    Ok(())
}

/// The plan is the one that procedure, register, bench and items of that day give.
fn same_plan(journal: &Journal, run: &str, found: &mut Replayed) {
    let again = Papers::of_any_run(journal, run).map_err(|refused| refused.to_string());
    let again = again
        .and_then(|papers| replan::differences(&papers).map_err(|refused| refused.to_string()));
    match again {
        Ok(differing) => {
            found.plan_equal = differing.is_empty();
            for place in differing {
                found.differs("plan", place);
            }
        }
        Err(refused) => found.differs("plan", refused),
    }
}

fn same_results(compared: &str, kept: &[u8], again: Results, found: &mut Replayed) {
    found.evaluations += 1;
    let stated = match serde_json::from_slice::<Results>(kept) {
        Ok(stated) => stated,
        Err(refused) => {
            found.differs(compared, format!("its results cannot be read: {refused}"));
            return;
        }
    };
    let again = again.as_stated_in(&stated.format);
    if kept == again.to_json().as_bytes() {
        found.equal += 1;
        return;
    }
    let named = found.differences.len();
    for difference in results::differences(&stated, &again) {
        found.differs(compared, sentence(&difference));
    }
    if found.differences.len() == named {
        found.differs(compared, "the bytes of the results, although every number is the same");
    }
}

fn sentence(difference: &Difference) -> String {
    let Difference { position, item, key, before, after, .. } = difference;
    let what = if key.is_empty() { "the verdict over it" } else { key };
    format!("position {position}, {item}, {what}: was {before}, is {after}")
}

struct Issued<'a> {
    number: &'a str,
    item: &'a str,
    dcc_sha256: &'a str,
}

/// The evaluations under a certificate's signature are those of the record at the time of issue.
fn same_certificate(
    issued: &Issued<'_>,
    bytes: Option<Vec<u8>>,
    plan: &Plan,
    before: &[Event],
    found: &mut Replayed,
) -> Result<(), EvaluateError> {
    let name = format!("certificate {}", issued.number);
    let Some(bytes) = bytes else {
        found.differs(&name, "its DCC is not in certificates/");
        return Ok(());
    };
    found.certificates += 1;
    let sha256 = sha256_hex(&bytes);
    if sha256 != issued.dcc_sha256 {
        found.differs(
            &name,
            format!("its DCC has the hash {sha256}, issued was {}", issued.dcc_sha256),
        );
        return Ok(());
    }
    let stated = match embedded(&bytes) {
        Ok(stated) => stated,
        Err(refused) => {
            found.differs(&name, refused);
            return Ok(());
        }
    };
    let again = evaluate::evaluate_item(plan, before, issued.item)?;
    let again: BTreeMap<String, Evaluation> = again
        .into_iter()
        .flat_map(|item| item.results)
        .filter_map(|result| match result.state {
            ResultState::Measured(measured) => Some((result.key, measured.evaluation)),
            ResultState::NotMeasured { .. } => None,
        })
        .collect();
    for (key, evaluation) in stated {
        if !again.get(&key).is_some_and(|again| is_same(again, &evaluation)) {
            found.differs(&name, format!("{key} does not rest on the readings of the record"));
        }
    }
    Ok(())
}

/// Whether a certificate states this evaluation, with its decision or, where none was agreed with
/// the customer, without.
fn is_same(again: &Evaluation, stated: &str) -> bool {
    let undecided = || Evaluation { decision: None, ..again.clone() }.canonical_json();
    again.canonical_json() == stated || undecided() == stated
}

/// The evaluations that a DCC carries, by key.
fn embedded(bytes: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let signed = xmldsig::verify(bytes).map_err(|refused| refused.to_string())?;
    let document = dcc::read(&signed.root).map_err(|refused| refused.to_string())?;
    let rows = document.record.results.into_iter().flat_map(|table| table.rows);
    Ok(rows.map(|row| (row.key, row.evaluation)).collect())
}
