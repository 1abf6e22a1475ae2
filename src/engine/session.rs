//! A run from the laboratory's side: the bench held, made safe after a crash,
//! every instrument identified, the papers kept, and then the engine.
//!
//! The one entry for the command line, the demonstration and the window.

pub mod after_crash;
pub mod haste;
pub mod papers;
pub mod preparation;
pub mod virtual_time;
pub mod wiring;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use etalon_instruments::link::Wiring;
use thiserror::Error;

use super::control::Control;
use super::environment::{Doubt, Room, Watcher};
use super::failure::Failure;
use super::ledger::Ledger;
use super::links::Links;
use super::operator::Operator;
use super::positions::Positions;
use super::progress::{Meter, Sink};
use super::resume::Done;
use super::supervisor::{self, Conclusion, Outcome};
use super::work::Work;
use crate::journal::runs::{self, RunState};
use crate::journal::{Body, Event, RunItem};
use crate::plan::{Plan, PlanError};
use crate::results::{self, Results};
use crate::store::hold::{BenchHold, HoldError, Holder};
use crate::store::{Journal, StoreError};

/// What a run needs besides its plan.
#[derive(Clone)]
pub struct Session {
    /// Folder of the holds on benches: `locks/` of the laboratory.
    pub locks: PathBuf,
    /// The record.
    pub journal: Journal,
    /// How links are made, and the time.
    pub wiring: Wiring,
    /// Who answers questions.
    pub operator: Arc<dyn Operator>,
    /// Who operates the bench (identifier in `people.toml`).
    pub person: String,
    /// What is wished while it runs.
    pub control: Control,
    /// Who listens.
    pub sink: Arc<dyn Sink>,
}

/// Why a run did not begin. Nothing was moved, except that a bench left behind
/// by a crash was made safe.
#[derive(Debug, Error)]
pub enum SessionError {
    /// Somebody else has the bench.
    #[error(transparent)]
    Held(#[from] HoldError),
    /// The record cannot be read or written.
    #[error(transparent)]
    Store(#[from] Arc<StoreError>),
    /// An instrument cannot be reached or is not the one the plan counts on.
    #[error("the run did not begin, nothing was set: {0}")]
    NotReady(#[from] Failure),
    /// A recorded plan cannot be read.
    #[error("run {run}: {source}")]
    Plan {
        /// The run.
        run: String,
        /// What is wrong.
        source: Box<PlanError>,
    },
    /// The bench was left energised by an earlier run and cannot be made safe.
    #[error("bench {bench} was left by run {run} and its safe state is NOT confirmed: {}", troubles.join("; "))]
    Unsafe {
        /// The bench.
        bench: String,
        /// The run that left it.
        run: String,
        /// What did not work.
        troubles: Vec<String>,
        /// What a person must do.
        manual: String,
    },
    /// A hurried clock belongs to benches that `etalon serve` opened on this machine.
    #[error(
        "a time scale is for simulated benches served on this machine (loopback sockets, /dev/pts), and {what}"
    )]
    NotHurried {
        /// What speaks against it.
        what: String,
    },
    /// There is no such run.
    #[error("the record has no run {run}")]
    NoSuchRun {
        /// The run.
        run: String,
    },
    /// The run cannot be resumed.
    #[error("run {run} cannot be resumed: {reason}")]
    NotResumable {
        /// The run.
        run: String,
        /// Why.
        reason: String,
    },
}

/// Runs a plan from its beginning.
///
/// `papers` are the documents of the run by name; see [`papers::gather`].
///
/// # Errors
/// [`SessionError`] when it did not begin; how a begun run ended says the
/// [`Conclusion`].
pub async fn run(
    session: &Session,
    plan: Plan,
    papers: BTreeMap<String, String>,
) -> Result<Conclusion, SessionError> {
    haste::permitted(session.wiring.clock, &plan)?;
    let journal = &session.journal;
    let date = session.wiring.clock.utc().strftime("%Y%m%d").to_string();
    let run = journal.next_run(&date).map_err(Arc::new)?;
    let _hold = hold(session, &plan, &run)?;
    after_crash::make_safe(session, &plan).await?;
    let plan = Arc::new(plan);
    let (links, identified) = open(session, &plan).await?;
    let mut documents = BTreeMap::new();
    for (name, text) in papers.into_iter().chain([("plan".to_owned(), plan.to_json())]) {
        documents.insert(name, journal.keep(text.as_bytes()).map_err(Arc::new)?);
    }
    let mut facts = vec![started(session, &plan, documents)];
    facts.extend(identified);
    begin(session, run, plan, links, Done::default(), facts).await
}

/// Goes on with a run that stopped before its end. `current` is the plan as
/// today's files would make it: the run is refused when they changed.
///
/// # Errors
/// [`SessionError`] when it did not go on.
pub async fn resume(
    session: &Session,
    run: &str,
    current: &Plan,
) -> Result<Conclusion, SessionError> {
    let journal = &session.journal;
    let events = journal.events(run).map_err(Arc::new)?;
    let plan = recorded_plan(journal, run, &events)?;
    haste::permitted(session.wiring.clock, &plan)?;
    unchanged(run, &plan, current)?;
    let _hold = hold(session, &plan, run)?;
    // Somebody else may have gone on with it until a moment ago.
    let state = runs::summary(&journal.events(run).map_err(Arc::new)?).map(|summary| summary.state);
    if state == Some(RunState::Finished("done".to_owned())) {
        let reason = "it is done".to_owned();
        return Err(SessionError::NotResumable { run: run.to_owned(), reason });
    }
    after_crash::make_safe(session, current).await?;
    let events = journal.events(run).map_err(Arc::new)?;
    let plan = Arc::new(plan);
    let (links, identified) = open(session, &plan).await?;
    let done = Done::read(&plan, &events);
    let mut facts = vec![Body::Resumed {
        program: program(),
        operator: session.person.clone(),
        after: done.last,
    }];
    facts.extend(done.void.iter().map(|sequence| Body::Voided {
        sequence: *sequence,
        reason: format!("interrupted: the {} is measured again", plan.procedure.resume),
        by: "engine".to_owned(),
    }));
    facts.extend(identified);
    begin(session, run.to_owned(), plan, links, done, facts).await
}

/// Links to every instrument, identified.
async fn open(session: &Session, plan: &Arc<Plan>) -> Result<(Arc<Links>, Vec<Body>), Failure> {
    Links::open(Arc::clone(plan), session.wiring.clone(), session.operator.as_ref()).await
}

async fn begin(
    session: &Session,
    run: String,
    plan: Arc<Plan>,
    links: Arc<Links>,
    done: Done,
    facts: Vec<Body>,
) -> Result<Conclusion, SessionError> {
    let clock = session.wiring.clock;
    let ledger = Ledger::new(session.journal.clone(), run, clock, Arc::clone(&session.sink));
    ledger.keep(facts).await?;
    let positions = Positions::new(plan.items.iter().map(|item| item.position));
    for (position, reason) in &done.removed {
        positions.remove(*position, reason);
    }
    let room = Room::default();
    let doubt = Doubt::default();
    let lent = (room.clone(), doubt.clone());
    let (watcher, permission) =
        Watcher::new(plan.environment.clone(), Arc::clone(&links), ledger.clone(), lent);
    let work = Work {
        meter: Meter::new(plan.duration_s),
        readings: Mutex::new(done.readings.iter().cloned().collect()),
        run: Mutex::new(done.stages.difference(&done.skipped).cloned().collect()),
        room,
        doubt,
        operator: Arc::clone(&session.operator),
        person: session.person.clone(),
        control: session.control.clone(),
        plan,
        ledger,
        links,
        clock,
        positions,
        permission,
        done,
    };
    let conclusion = supervisor::supervise(Arc::new(work), watcher).await;
    keep_results(session, &conclusion).await;
    Ok(conclusion)
}

/// Keeps what a run that is done evaluates to, for `record replay` to compare in ten years. The run
/// is over and safe: where its results cannot be kept, the record says so and the run stands.
async fn keep_results(session: &Session, conclusion: &Conclusion) {
    if conclusion.outcome != Outcome::Done {
        return;
    }
    let (journal, run) = (session.journal.clone(), conclusion.run.clone());
    let at = session.wiring.clock.utc().to_string();
    let keeping = move || {
        let kept = journal.events(&run).map_err(|refused| refused.to_string()).and_then(|events| {
            let plan = recorded_plan(&journal, &run, &events).map_err(|error| error.to_string())?;
            let results = Results::of(&plan, &run, &events).map_err(|error| error.to_string())?;
            results::keep(&journal, &events, &results, &at).map_err(|error| error.to_string())
        });
        if let Err(reason) = kept {
            let text = format!("the results could not be kept for a replay: {reason}");
            let body = Body::Noted { severity: "warning".to_owned(), text };
            // A store that refuses this as well has refused the results before.
            drop(journal.append_now(&[crate::journal::Entry::new(run, at, body)]));
        }
    };
    // A panic in there is no reason to lose the conclusion of a run that is done.
    drop(tokio::task::spawn_blocking(keeping).await);
}

fn hold(session: &Session, plan: &Plan, run: &str) -> Result<BenchHold, HoldError> {
    BenchHold::take(
        &session.locks,
        &Holder {
            bench: plan.bench.id.clone(),
            run: run.to_owned(),
            operator: session.person.clone(),
            since: session.wiring.clock.utc().to_string(),
            process: std::process::id(),
        },
    )
}

fn started(session: &Session, plan: &Plan, documents: BTreeMap<String, String>) -> Body {
    let mut specimen_reasons = Vec::new();
    if plan.bench.simulated {
        specimen_reasons.push(format!("bench {} is simulated", plan.bench.id));
    }
    let clock = session.wiring.clock;
    if clock.is_hurried() {
        specimen_reasons.push(format!("the clock ran {} times as fast as the wall", clock.times()));
    }
    let accepted = plan.procedure.release.as_ref().is_some_and(|mark| mark.accepts_unchecked);
    let (id, version) = (&plan.procedure.id, &plan.procedure.version);
    if let Some(withdrawn) = &plan.procedure.withdrawn {
        specimen_reasons.push(format!("procedure {id} {version} was {}", withdrawn.en()));
    } else if plan.procedure.release.is_none() {
        specimen_reasons.push(format!("procedure {id} {version} is not released"));
    }
    if !plan.procedure.unchecked_sources.is_empty() && !accepted {
        specimen_reasons.push(format!(
            "procedure {id} {version} is a draft: numbers not compared with their sources ({})",
            plan.procedure.unchecked_sources.join(", ")
        ));
    }
    let items = plan.items.iter();
    Body::RunStarted {
        program: program(),
        procedure: plan.procedure.id.clone(),
        version: plan.procedure.version.clone(),
        bench: plan.bench.id.clone(),
        operator: session.person.clone(),
        specimen: !specimen_reasons.is_empty(),
        specimen_reasons,
        clock: clock.word().to_owned(),
        seed: plan.seed,
        items: items.map(|item| RunItem { position: item.position, id: item.id.clone() }).collect(),
        documents,
    }
}

fn program() -> String {
    format!("etalon {}", env!("CARGO_PKG_VERSION"))
}

/// The plan a run was begun with, from the record.
///
/// # Errors
/// When the record has no such run, or its plan cannot be read.
pub fn recorded_plan(journal: &Journal, run: &str, events: &[Event]) -> Result<Plan, SessionError> {
    let documents = events.iter().find_map(|event| match &event.body {
        Body::RunStarted { documents, .. } => Some(documents),
        _ => None,
    });
    let none = || SessionError::NoSuchRun { run: run.to_owned() };
    let sha256 = documents.ok_or_else(none)?.get("plan").ok_or_else(none)?;
    let bytes = journal.document(sha256).map_err(Arc::new)?;
    Plan::from_json(&bytes)
        .map_err(|error| SessionError::Plan { run: run.to_owned(), source: Box::new(error) })
}

/// A run goes on with the procedure, bench and items it began with, or not at all.
fn unchanged(run: &str, recorded: &Plan, current: &Plan) -> Result<(), SessionError> {
    let changed = |what: String| SessionError::NotResumable {
        run: run.to_owned(),
        reason: format!("{what} changed since the run began"),
    };
    if recorded.procedure.sha256 != current.procedure.sha256 {
        return Err(changed(format!("procedure {}", recorded.procedure.id)));
    }
    if recorded.bench.sha256 != current.bench.sha256 {
        return Err(changed(format!("bench {}", recorded.bench.id)));
    }
    if recorded.activity != current.activity {
        return Err(changed("the activity".to_owned()));
    }
    let same = recorded.items.len() == current.items.len();
    let different = recorded
        .items
        .iter()
        .zip(&current.items)
        .find(|(one, other)| one.sha256 != other.sha256 || one.position != other.position);
    match different {
        Some((item, _)) => Err(changed(format!("item {} in position {}", item.id, item.position))),
        None if !same => Err(changed("the list of items".to_owned())),
        None => Ok(()),
    }
}
