//! What a run tells while it goes on: events as they become durable, live
//! values, and how much is done.

use std::sync::Mutex;

use serde::Serialize;

use crate::journal::Event;

/// How much of a run is done.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Progress {
    /// Share of the predicted duration that lies behind, from 0 to 1.
    pub share: f64,
    /// Seconds that are predicted to remain.
    pub remaining_s: f64,
    /// Stage in hand.
    pub stage: String,
    /// Point in hand; empty outside a point.
    pub point: String,
    /// The step in hand, in words.
    pub step: String,
}

/// A value as it stands after a repeat; the result is computed from the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Live {
    /// `stage/point`.
    pub key: String,
    /// Position, from 1.
    pub position: u32,
    /// Repeat, from 1.
    pub repeat: u32,
    /// Which quantity.
    pub quantity: String,
    /// Its value in this repeat.
    pub value: f64,
    /// Unit of the value.
    pub unit: String,
}

/// One thing a run tells.
#[derive(Clone, Debug)]
pub enum Notice {
    /// An event that is durable now.
    Event(Box<Event>),
    /// How much is done.
    Progress(Progress),
    /// A value of one repeat.
    Live(Live),
    /// Something a person must see at once.
    Alarm(String),
}

/// Whoever listens to a run: the terminal, a window, a test. Must not block.
pub trait Sink: Send + Sync {
    /// Takes a notice.
    fn notice(&self, notice: Notice);
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unheard;

impl Sink for Unheard {
    fn notice(&self, _notice: Notice) {}
}

/// How far a run is, by the plan's own prediction of every step.
#[derive(Debug)]
pub struct Meter {
    total_s: f64,
    done_s: Mutex<f64>,
}

impl Meter {
    /// Nothing of `total_s` seconds is done.
    #[must_use]
    pub fn new(total_s: f64) -> Self {
        Self { total_s, done_s: Mutex::new(0.0) }
    }

    /// A step that was predicted to take this long is done.
    pub fn add(&self, seconds: f64) {
        let mut done_s = self.done_s.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *done_s += seconds;
    }

    /// Where the run stands.
    #[must_use]
    pub fn progress(&self, stage: &str, point: &str, step: &str) -> Progress {
        let done_s = *self.done_s.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let share = if self.total_s > 0.0 { (done_s / self.total_s).clamp(0.0, 1.0) } else { 0.0 };
        Progress {
            share,
            remaining_s: (self.total_s - done_s).max(0.0),
            stage: stage.to_owned(),
            point: point.to_owned(),
            step: step.to_owned(),
        }
    }
}
