//! The laboratory's thread: takes one question at a time, and looks at the record.

use std::{
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender},
    time::{Duration, Instant},
};

use etalon::{
    journal::runs::{RunState as Standing, RunSummary},
    lab::Lab,
    store::Journal,
};

use super::{
    AT_THE_WINDOW, Ask, News, Pace,
    followed::{Followed, is_held},
    own::{Own, Told},
    stop::Stop,
};
use crate::{
    record,
    state::{Bilingual, LaboratoryState, RunLine, RunState, TimeState},
};

/// Time between two looks while something goes on: ten pictures a second.
const BUSY: Duration = Duration::from_millis(100);

/// Time between two looks otherwise: another process may begin a run.
const IDLE: Duration = Duration::from_millis(500);

/// A laboratory that is open.
struct Open {
    lab: Lab,
    journal: Journal,
    /// The last event at the last look.
    last: Option<u64>,
    runs: Vec<RunSummary>,
    told: Option<LaboratoryState>,
}

/// Everything the thread has in hand.
pub(super) struct Desk {
    pace: Pace,
    asks: SyncSender<Ask>,
    news: SyncSender<News>,
    wake: Box<dyn Fn() + Send>,
    stop: Stop,
    open: Option<Open>,
    followed: Option<Followed>,
    shown: Option<RunState>,
    own: Option<Own>,
    running: Option<String>,
}

impl Desk {
    pub(super) fn new(
        pace: Pace,
        asks: SyncSender<Ask>,
        news: SyncSender<News>,
        wake: Box<dyn Fn() + Send>,
        stop: Stop,
    ) -> Self {
        let (open, followed, shown, own, running) = (None, None, None, None, None);
        Self { pace, asks, news, wake, stop, open, followed, shown, own, running }
    }

    /// Works until nobody listens any more, and until its own run is over.
    pub(super) fn work(&mut self, asked: &Receiver<Ask>) {
        let mut looked = Instant::now();
        loop {
            let pause = if self.is_busy() { BUSY } else { IDLE };
            let left = pause.saturating_sub(looked.elapsed());
            match asked.recv_timeout(left) {
                Ok(Ask::Leave) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Ask::Look) if !self.is_due() => continue,
                Ok(Ask::Look) | Err(RecvTimeoutError::Timeout) => {}
                Ok(ask) => self.answer(ask),
            }
            self.look();
            looked = Instant::now();
        }
        if let Some(own) = self.own.take() {
            self.stop.press(AT_THE_WINDOW);
            drop(own.conclude());
        }
    }

    fn is_busy(&self) -> bool {
        self.own.is_some() || self.followed.as_ref().is_some_and(|followed| followed.is_going_on)
    }

    /// A reminder is followed at once where a run begins or ends; otherwise the
    /// next look comes soon enough.
    fn is_due(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.is_over() || self.running.is_none())
    }

    fn answer(&mut self, ask: Ask) {
        let answered = match ask {
            Ask::Open(folder) => self.enter(&folder),
            Ask::Show(run) => self.follow(&run),
            Ask::Demonstrate => self.demonstrate(),
            Ask::Look | Ask::Leave => Ok(()),
        };
        if let Err(words) = answered {
            self.tell(News::Failed(words));
        }
    }

    fn enter(&mut self, folder: &Path) -> Result<(), String> {
        if self.own.is_some() {
            return Err("a run goes on: stop it before another laboratory is opened".to_owned());
        }
        let lab = Lab::open(folder).map_err(|error| error.to_string())?;
        let journal = lab.journal().map_err(|error| error.to_string())?;
        self.open = Some(Open { lab, journal, last: None, runs: Vec::new(), told: None });
        (self.followed, self.shown) = (None, None);
        self.read_runs()?;
        let newest = self.open.as_ref().and_then(|open| Some(open.runs.last()?.run.clone()));
        newest.map_or(Ok(()), |run| self.follow(&run))
    }

    fn follow(&mut self, run: &str) -> Result<(), String> {
        let Some(open) = &self.open else { return Ok(()) };
        self.followed = Some(Followed::begin(&open.journal, run)?);
        self.shown = None;
        Ok(())
    }

    fn demonstrate(&mut self) -> Result<(), String> {
        let Some(open) = &self.open else { return Ok(()) };
        if self.own.is_some() {
            return Err("a run goes on already".to_owned());
        }
        if !open.lab.identity.demonstration {
            return Err("the demonstration runs in a demonstration laboratory only".to_owned());
        }
        // Another seed for each run: no two days at a bench are the same.
        let seed = u64::try_from(open.runs.len()).unwrap_or(0) + 1;
        let control = self.stop.arm();
        let started = Own::start(&open.lab, seed, self.pace, control, self.asks.clone());
        match started {
            Ok(own) => self.own = Some(own),
            Err(words) => {
                self.stop.disarm();
                return Err(words);
            }
        }
        Ok(())
    }

    /// Looks at the record and at the own run, and tells what changed.
    fn look(&mut self) {
        let told = self.own.as_ref().map(Own::told);
        self.notice_beginning(told.as_ref());
        let looked = self.read_runs().and_then(|()| self.read_followed(told.as_ref()));
        if let Err(words) = looked {
            self.tell(News::Failed(words));
        }
        self.notice_end();
    }

    fn notice_beginning(&mut self, told: Option<&Told>) {
        let begun = told.and_then(|told| told.run.clone());
        if begun.is_some() && begun != self.running {
            self.running.clone_from(&begun);
            self.tell(News::Running(begun.clone()));
            if let Some(Err(words)) = begun.map(|run| self.follow(&run)) {
                self.tell(News::Failed(words));
            }
        }
    }

    fn notice_end(&mut self) {
        if !self.own.as_ref().is_some_and(Own::is_over) {
            return;
        }
        let words = self.own.take().and_then(Own::conclude);
        self.stop.disarm();
        self.running = None;
        if let Some(words) = words {
            self.tell(News::Failed(words));
        }
        // The record was complete before the thread ended: this look is the last that is needed.
        if let Err(words) = self.read_runs().and_then(|()| self.read_followed(None)) {
            self.tell(News::Failed(words));
        }
        self.tell(News::Running(None));
    }

    /// The list of runs, where anything was written since it was read.
    fn read_runs(&mut self) -> Result<(), String> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let last = open.journal.last().map_err(|error| error.to_string())?;
        if open.last != Some(last) {
            open.runs = open.journal.runs().map_err(|error| error.to_string())?;
            open.last = Some(last);
        }
        let own = self.running.as_deref();
        let lines = open.runs.iter().rev().map(|run| line(&open.lab, run, own)).collect();
        let state = laboratory(&open.lab, lines);
        if open.told.as_ref() != Some(&state) {
            open.told = Some(state.clone());
            self.tell(News::Laboratory(Box::new(state)));
        }
        Ok(())
    }

    fn read_followed(&mut self, told: Option<&Told>) -> Result<(), String> {
        let (Some(open), Some(followed)) = (&self.open, &mut self.followed) else { return Ok(()) };
        let is_new = followed.read_on(&open.journal).map_err(|error| error.to_string())?;
        let is_own = self.running.as_deref() == Some(followed.run());
        let was_going_on = followed.is_going_on;
        followed.is_going_on = followed.is_open() && (is_own || is_held_for(open, followed.run()));
        let is_settled = !followed.is_going_on && !was_going_on && !is_new;
        if is_settled && self.shown.is_some() {
            return Ok(());
        }
        let times = if is_own { self.pace.times() } else { 1.0 };
        let mut state = followed.state(times)?;
        state.is_elsewhere = followed.is_going_on && !is_own;
        if let (true, true, TimeState::Simulated { times }) =
            (is_own, followed.is_going_on, &mut state.time)
        {
            *times = Some(self.pace.times());
        }
        if let (true, Some(told)) = (is_own, told) {
            state.is_stopping = self.stop.is_pressed();
            state.alarms.extend(told.alarms.iter().cloned());
            if let Some(progress) = &mut state.progress {
                // The step's first words: what it says of every position is the table's.
                let step = told.step.split(", ").next().unwrap_or_default();
                progress.step = format!("{}: {step}", progress.step);
            }
        }
        if self.shown.as_ref() != Some(&state) {
            self.shown = Some(state.clone());
            self.tell(News::Run(Box::new(state)));
        }
        Ok(())
    }

    fn tell(&self, news: News) {
        // Nobody listens any more where it cannot be sent: the next question will say so.
        drop(self.news.send(news));
        (self.wake)();
    }
}

fn is_held_for(open: &Open, run: &str) -> bool {
    let summary = open.runs.iter().find(|summary| summary.run == run);
    summary.is_some_and(|summary| is_held(&open.lab, &summary.bench, run))
}

fn line(lab: &Lab, run: &RunSummary, own: Option<&str>) -> RunLine {
    let is_going_on = run.state == Standing::Open
        && (own == Some(run.run.as_str()) || is_held(lab, &run.bench, &run.run));
    RunLine {
        run: run.run.clone(),
        began: run.started.clone(),
        is_simulated_time: !run.is_real_time(),
        procedure: run.procedure.clone(),
        end: record::outcome(&run.state, is_going_on),
    }
}

fn laboratory(lab: &Lab, runs: Vec<RunLine>) -> LaboratoryState {
    let name = &lab.identity.name;
    LaboratoryState {
        folder: lab.root().display().to_string(),
        name: Bilingual { en: name.en.clone(), zh: name.zh.clone() },
        runs,
        is_demonstration: lab.identity.demonstration,
    }
}
