//! The laboratory at work, in a thread of its own: intents in, states out.
//!
//! Channels are bounded both ways. Only the stop is no message: it goes straight
//! to the engine, behind nothing, and the engine makes the bench safe whatever
//! this window does meanwhile. What is shown is read from the record, so that a
//! run of another process looks like one of ours.
//!
//! | it knows                                  | it must never know         |
//! |-------------------------------------------|----------------------------|
//! | laboratories, records, the run of our own | how anything is drawn      |
//!
//! Read in this order: this file → `desk` → `followed` → `own` → `stop`.

mod desk;
mod followed;
mod own;
mod stop;

use std::{
    path::PathBuf,
    sync::mpsc::{self, Receiver, SyncSender, TrySendError},
    thread::{self, JoinHandle},
    time::Duration,
};

pub use etalon::demonstration::pace::Pace;
use etalon::engine::control::signals::{self, Sent};

use crate::state::{LaboratoryState, RunState};
use desk::Desk;
use stop::Stop;

/// How many questions may wait for the laboratory. A person asks one at a time;
/// what a run tells is a reminder to look, of which one is enough.
const ASKED: usize = 32;

/// How many answers may wait for the window. A window that does not take them
/// holds the laboratory's thread, never the run.
const TOLD: usize = 32;

/// How many times as fast as the wall the demonstration goes: its 41 minutes,
/// 30 of them warm-up, in 41 seconds, a point each.
pub const DEMONSTRATION_TIMES: f64 = 60.0;

/// Why a run ended that somebody stopped in here, for the record.
const AT_THE_WINDOW: &str = "stopped at the window";

/// What the laboratory is asked.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// Open the laboratory in a folder.
    Open(PathBuf),
    /// Show a run.
    Show(String),
    /// Start the demonstration run.
    Demonstrate,
    /// Look at the record: something happened.
    Look,
    /// Nobody listens any more.
    Leave,
}

/// What the laboratory tells.
#[derive(Clone, Debug)]
pub enum News {
    /// The laboratory that is open, with its runs.
    Laboratory(Box<LaboratoryState>),
    /// The run that is shown.
    Run(Box<RunState>),
    /// The run that goes on in this window, or that none does any more.
    Running(Option<String>),
    /// What was asked for cannot be done.
    Failed(String),
}

/// The window's end of it.
#[derive(Debug)]
pub struct Worker {
    asks: SyncSender<Ask>,
    news: Option<Receiver<News>>,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the laboratory's thread. `wake` is called after each piece of news;
    /// the demonstration run goes at `pace`.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(pace: Pace, wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let (asks, asked) = mpsc::sync_channel(ASKED);
        let (news, told) = mpsc::sync_channel(TOLD);
        let stop = Stop::default();
        let mut desk = Desk::new(pace, asks.clone(), news, Box::new(wake), stop.clone());
        let builder = thread::Builder::new().name("laboratory".to_owned());
        let thread = builder.spawn(move || desk.work(&asked))?;
        Ok(Self { asks, news: Some(told), stop, thread: Some(thread) })
    }

    /// Opens the laboratory in a folder.
    #[must_use]
    pub fn open(&self, folder: impl Into<PathBuf>) -> bool {
        self.ask(Ask::Open(folder.into()))
    }

    /// Shows a run.
    #[must_use]
    pub fn show(&self, run: &str) -> bool {
        self.ask(Ask::Show(run.to_owned()))
    }

    /// Starts the demonstration run.
    #[must_use]
    pub fn demonstrate(&self) -> bool {
        self.ask(Ask::Demonstrate)
    }

    /// Stops the run of this window, through its safe state. Waits for nothing.
    pub fn stop(&self) {
        self.stop.press(AT_THE_WINDOW);
    }

    /// Lets the signals of the operating system stop the run of this window at once, whatever the window
    /// itself is doing, and then have `leave` close it.
    ///
    /// # Errors
    /// When the operating system lets nobody listen.
    pub fn heed_signals(&self, leave: impl Fn() + Send + 'static) -> std::io::Result<()> {
        let stop = self.stop.clone();
        signals::heed(move |sent| {
            if let Sent::Stop(name) = sent {
                stop.press(&format!("aborted by {name}"));
                leave();
            }
        })
    }

    /// The next piece of news, without waiting.
    #[must_use]
    pub fn news(&self) -> Option<News> {
        self.news.as_ref()?.try_recv().ok()
    }

    /// The next piece of news, waited for.
    #[must_use]
    pub fn news_within(&self, patience: Duration) -> Option<News> {
        self.news.as_ref()?.recv_timeout(patience).ok()
    }

    /// Whether it was taken; not where the laboratory has too much to do.
    fn ask(&self, ask: Ask) -> bool {
        !matches!(
            self.asks.try_send(ask),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_))
        )
    }
}

impl Drop for Worker {
    /// Ends what goes on and waits until the engine left the bench.
    fn drop(&mut self) {
        self.stop.press(AT_THE_WINDOW);
        // A laboratory that waits to tell something finds nobody and comes to look.
        drop(self.news.take());
        drop(self.asks.send(Ask::Leave));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
