//! Runs, as their events tell them: begun, interrupted, finished, safe or not.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::{Body, Event, RunItem};

/// Where a run stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunState {
    /// No end is recorded: it is running now, or its process died.
    Open,
    /// It stopped before its end and may be resumed.
    Interrupted,
    /// It is over: `done`, `failed` or `aborted`.
    Finished(String),
}

impl RunState {
    /// One word for a table.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Open => "open",
            Self::Interrupted => "interrupted",
            Self::Finished(outcome) => outcome,
        }
    }
}

/// Written as its word, in every list and document.
impl Serialize for RunState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// One run in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunSummary {
    /// Identifier.
    pub run: String,
    /// When it began.
    pub started: String,
    /// When its last event happened.
    pub last: String,
    /// Whose time its stamps tell: `real`, or the own time of a simulated bench, which runs ahead.
    pub clock: String,
    /// Procedure identifier.
    pub procedure: String,
    /// Procedure version.
    pub version: String,
    /// Bench identifier.
    pub bench: String,
    /// Who began it.
    pub operator: String,
    /// `true` when its results can only be specimens.
    pub specimen: bool,
    /// Units under test by position.
    pub items: Vec<RunItem>,
    /// Where it stands.
    pub state: RunState,
    /// Whether the last safe state was confirmed; `None` when none was carried out since the bench
    /// was last energised, set or resumed: somebody must make it safe first.
    pub safe: Option<bool>,
    /// Numbers of the certificates issued from it.
    pub certificates: Vec<String>,
}

impl RunSummary {
    /// Whether its stamps are the wall's time.
    #[must_use]
    pub fn is_real_time(&self) -> bool {
        self.clock == REAL
    }
}

/// The word of a clock that shows the wall's time, in the events.
const REAL: &str = "real";

/// Sums up one run from its events, in order; `None` when they hold no beginning.
///
/// Events that say nothing about the state of the run may be left out.
#[must_use]
pub fn summary(events: &[Event]) -> Option<RunSummary> {
    let mut found: Option<RunSummary> = None;
    for event in events {
        if let Some(run) = found.as_mut() {
            advance(run, event);
        } else {
            found = begun(event);
        }
    }
    found
}

/// Every run of a record, summed up event by event.
#[derive(Debug, Default)]
pub struct Summaries {
    places: BTreeMap<String, usize>,
    found: Vec<RunSummary>,
}

impl Summaries {
    /// Takes the next event into account.
    pub fn add(&mut self, event: &Event) {
        let place = self.places.get(&event.run);
        if let Some(run) = place.and_then(|place| self.found.get_mut(*place)) {
            advance(run, event);
        } else if let Some(run) = begun(event) {
            self.places.insert(run.run.clone(), self.found.len());
            self.found.push(run);
        }
    }

    /// The runs, oldest first.
    #[must_use]
    pub fn runs(self) -> Vec<RunSummary> {
        self.found
    }
}

fn begun(event: &Event) -> Option<RunSummary> {
    let Body::RunStarted { procedure, version, bench, operator, specimen, items, clock, .. } =
        &event.body
    else {
        return None;
    };
    Some(RunSummary {
        run: event.run.clone(),
        started: event.at.clone(),
        last: event.at.clone(),
        clock: clock.clone(),
        procedure: procedure.clone(),
        version: version.clone(),
        bench: bench.clone(),
        operator: operator.clone(),
        specimen: *specimen,
        items: items.clone(),
        state: RunState::Open,
        safe: None,
        certificates: Vec::new(),
    })
}

fn advance(run: &mut RunSummary, event: &Event) {
    run.last.clone_from(&event.at);
    match &event.body {
        Body::Interrupted { .. } => run.state = RunState::Interrupted,
        Body::Resumed { .. } => {
            run.state = RunState::Open;
            run.safe = None;
        }
        Body::Setting { .. } | Body::Output { .. } => run.safe = None,
        Body::SafeState { confirmed, .. } => run.safe = Some(*confirmed),
        Body::Finished { outcome, .. } => run.state = RunState::Finished(outcome.clone()),
        Body::CertificateIssued { number, .. } => run.certificates.push(number.clone()),
        _ => {}
    }
}

/// Names of the events that [`summary`] looks at, for a store that reads only those.
pub const TELLING: [&str; 8] = [
    "run_started",
    "interrupted",
    "resumed",
    "setting",
    "output",
    "safe_state",
    "finished",
    "certificate_issued",
];
