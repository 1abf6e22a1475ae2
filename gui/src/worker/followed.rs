//! A run followed by its record, from its first event to whatever comes.

use std::time::Instant;

use etalon::{
    engine::session::recorded_plan,
    journal::{
        Event,
        runs::{self, RunState as Standing},
    },
    lab::Lab,
    plan::Plan,
    store::{
        Journal, StoreError,
        hold::{self, HoldError},
    },
};
use jiff::{SignedDuration, Timestamp};

use crate::{record, state::RunState};

/// How many events are read at a time.
const PORTION: u32 = 4096;

/// A run of the record, as far as it was read.
#[derive(Debug)]
pub(super) struct Followed {
    run: String,
    plan: Plan,
    events: Vec<Event>,
    /// The last event of the record that was looked at.
    last: u64,
    /// When the last event of this run was seen: its own clock is read off from there.
    seen: Instant,
    pub(super) is_going_on: bool,
}

impl Followed {
    /// Reads a run from its beginning.
    ///
    /// # Errors
    /// What the record refuses, in words.
    pub(super) fn begin(journal: &Journal, run: &str) -> Result<Self, String> {
        let events = journal.events(run).map_err(said)?;
        let plan = recorded_plan(journal, run, &events).map_err(said)?;
        let last = events.last().map_or(0, |event| event.sequence);
        let plan = record::first_order(plan);
        let (run, seen) = (run.to_owned(), Instant::now());
        Ok(Self { run, plan, events, last, seen, is_going_on: false })
    }

    pub(super) fn run(&self) -> &str {
        &self.run
    }

    /// Reads on; whether there was anything new about this run.
    ///
    /// # Errors
    /// What the record refuses.
    pub(super) fn read_on(&mut self, journal: &Journal) -> Result<bool, StoreError> {
        let before = self.events.len();
        loop {
            let portion = journal.events_after(self.last, PORTION)?;
            let Some(newest) = portion.last() else { break };
            self.last = newest.sequence;
            self.events.extend(portion.into_iter().filter(|event| event.run == self.run));
        }
        let is_new = self.events.len() > before;
        if is_new {
            self.seen = Instant::now();
        }
        Ok(is_new)
    }

    /// Whether the record names no end.
    pub(super) fn is_open(&self) -> bool {
        runs::summary(&self.events).is_some_and(|run| run.state == Standing::Open)
    }

    /// What is shown of it, when its clock goes `times` as fast as the wall's.
    ///
    /// # Errors
    /// What cannot be evaluated, in words.
    pub(super) fn state(&self, times: f64) -> Result<RunState, String> {
        let now = self.now(times).map(|now| now.to_string());
        record::told(&self.plan, &self.events, self.is_going_on, now.as_deref()).map_err(said)
    }

    fn now(&self, times: f64) -> Option<Timestamp> {
        let last: Timestamp = self.events.last()?.at.parse().ok()?;
        let since = self.seen.elapsed().as_secs_f64() * times;
        last.checked_add(SignedDuration::try_from_secs_f64(since).ok()?).ok()
    }
}

/// Whether somebody carries out a run at this moment: its bench is held for it.
pub(super) fn is_held(lab: &Lab, bench: &str, run: &str) -> bool {
    match hold::holder(&lab.locks(), bench) {
        Ok(holder) => holder.is_some_and(|holder| holder.run == run),
        // Somebody just takes it and has not said for what.
        Err(HoldError::HeldBySomebody { .. }) => true,
        Err(_) => false,
    }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}
