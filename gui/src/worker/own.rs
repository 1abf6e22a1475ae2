//! The run of our own: in a thread of its own, heard while it goes on.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc::SyncSender},
    thread::{self, JoinHandle},
};

use etalon::{
    demonstration::{
        self,
        pace::{self, Pace},
    },
    engine::{Conclusion, Notice, Sink, control::Control},
    journal::Body,
    lab::Lab,
};

use super::Ask;

/// A run that goes on in this window.
#[derive(Debug)]
pub(super) struct Own {
    told: Arc<Mutex<Told>>,
    thread: JoinHandle<Result<Conclusion, String>>,
}

/// What the run said that its record does not hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Its identifier, once it has begun.
    pub(super) run: Option<String>,
    /// What it does now.
    pub(super) step: String,
    /// What a person must see.
    pub(super) alarms: Vec<String>,
}

/// The run's ear: takes what is said and reminds the laboratory to look.
struct Ear {
    told: Arc<Mutex<Told>>,
    asks: SyncSender<Ask>,
}

impl Own {
    /// Prepares the demonstration and starts it.
    ///
    /// # Errors
    /// What cannot be prepared, in words.
    pub(super) fn start(
        lab: &Lab,
        seed: u64,
        pace: Pace,
        control: Control,
        asks: SyncSender<Ask>,
    ) -> Result<Self, String> {
        let prepared = demonstration::prepare(lab, seed).map_err(|error| error.to_string())?;
        let told = Arc::new(Mutex::new(Told::default()));
        let ear = Arc::new(Ear { told: Arc::clone(&told), asks });
        let lab = lab.clone();
        let work = move || {
            let sink = Arc::clone(&ear) as Arc<dyn Sink>;
            let concluded = pace::run(&lab, prepared, pace, control, sink);
            ear.remind();
            concluded.map_err(|error| error.to_string())
        };
        let thread = thread::Builder::new().name("run".to_owned()).spawn(work);
        let thread = thread.map_err(|error| format!("no thread for the run: {error}"))?;
        Ok(Self { told, thread })
    }

    /// What was said so far.
    pub(super) fn told(&self) -> Told {
        lock(&self.told).clone()
    }

    /// Whether it is over.
    pub(super) fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// How it ended: what nobody may overlook about it, in words.
    pub(super) fn conclude(self) -> Option<String> {
        match self.thread.join() {
            Ok(Ok(conclusion)) if conclusion.is_safe => None,
            Ok(Ok(conclusion)) => Some(conclusion.troubles.join("; ")),
            Ok(Err(words)) => Some(words),
            Err(_) => Some("the run broke off by a fault of the program".to_owned()),
        }
    }
}

impl Ear {
    fn remind(&self) {
        // Full means that a look is due anyway; nobody there means that nobody wants one.
        drop(self.asks.try_send(Ask::Look));
    }
}

impl Sink for Ear {
    fn notice(&self, notice: Notice) {
        let mut told = lock(&self.told);
        match notice {
            Notice::Event(event) => {
                if matches!(event.body, Body::RunStarted { .. }) {
                    told.run = Some(event.run);
                }
            }
            Notice::Progress(progress) => told.step = progress.step,
            Notice::Alarm(text) => told.alarms.push(text),
            // The record holds the readings that this was computed from.
            Notice::Live(_) => {}
        }
        drop(told);
        self.remind();
    }
}

fn lock(told: &Mutex<Told>) -> MutexGuard<'_, Told> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
}
