//! A run as it is seen on a terminal, in a log, or by a program.

use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Output;
use crate::engine::progress::{Notice, Progress, Sink};
use crate::journal::{Body, Event, IdentityRead};

/// Steps of the bar: a thousandth of the run each.
const STEPS: u64 = 1000;

/// Shows a run while it goes on.
pub struct Screen {
    output: Output,
    shows_events: bool,
    bar: Option<ProgressBar>,
    place: Mutex<String>,
}

impl Screen {
    /// A bar on a terminal, lines elsewhere, JSON where it is wanted.
    #[must_use]
    pub fn new(output: Output) -> Self {
        let bar = output.has_terminal().then(bar);
        Self { output, shows_events: true, bar, place: Mutex::new(String::new()) }
    }

    /// The bar alone, and what must be seen: for a command that tells its own story.
    #[must_use]
    pub fn quiet(output: Output) -> Self {
        Self { shows_events: false, ..Self::new(output) }
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Says something without the bar in between.
    pub fn aside(&self, say: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(say),
            None => say(),
        }
    }

    fn event(&self, event: &Event) {
        if !self.shows_events {
            return;
        }
        if self.output.is_json() {
            // The last line is made by the command, which knows the verdict.
            let is_last = matches!(event.body, Body::Finished { .. });
            let written = if is_last { Ok(()) } else { self.output.json(&event.line()) };
            if let Err(error) = written {
                self.output.alarm(format!("error: {}", error.message));
            }
            return;
        }
        if let Some(line) = line(&event.body) {
            self.aside(|| self.output.remark(line));
        }
    }

    fn progress(&self, progress: &Progress) {
        let place = if progress.point.is_empty() {
            progress.stage.clone()
        } else {
            format!("{}/{}", progress.stage, progress.point)
        };
        if let Some(bar) = &self.bar {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 1000"
            )]
            bar.set_position((progress.share * STEPS as f64) as u64);
            bar.set_message(format!("{place}: {}", progress.step));
            let left = crate::cli::plan::duration(progress.remaining_s);
            bar.set_prefix(format!("{left} left  "));
            return;
        }
        let mut last = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        if *last != place && self.shows_events && !self.output.is_json() {
            last.clone_from(&place);
            let percent = progress.share * 100.0;
            let left = crate::cli::plan::duration(progress.remaining_s);
            self.output.remark(format!("{percent:3.0} %  {place}  ({left} left)"));
        }
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {prefix}{wide_msg}");
    let bar = ProgressBar::new(STEPS);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

impl Sink for Screen {
    fn notice(&self, notice: Notice) {
        match notice {
            Notice::Event(event) => self.event(&event),
            Notice::Progress(progress) => self.progress(&progress),
            Notice::Alarm(text) => self.aside(|| self.output.alarm(text)),
            // Values as they come are the window's; here the results follow at the end.
            Notice::Live(_) => {}
        }
    }
}

/// The screen, and who else listens.
pub(super) struct Heard {
    pub(super) screen: Arc<Screen>,
    pub(super) beside: Option<Arc<dyn Sink>>,
}

impl Sink for Heard {
    fn notice(&self, notice: Notice) {
        self.screen.notice(notice.clone());
        if let Some(beside) = &self.beside {
            beside.notice(notice);
        }
    }
}

/// What a person at a terminal wants to see of an event; most of them go by.
fn line(body: &Body) -> Option<String> {
    match body {
        Body::RunStarted { procedure, version, bench, specimen, .. } => {
            let mark = if *specimen { " (specimen)" } else { "" };
            Some(format!("{procedure} {version} on bench {bench}{mark}"))
        }
        Body::Resumed { after, .. } => Some(format!("resumed after event {after}")),
        Body::Identified { instrument, identity, .. } => Some(identified(instrument, identity)),
        Body::PositionRemoved { position, reason, .. } => {
            Some(format!("position {position} taken out: {reason}"))
        }
        Body::ConditionLimit { quantity, value, inside, limit } => {
            let word = if *inside { "back inside" } else { "outside" };
            Some(format!("{quantity} = {value} is {word} {limit}"))
        }
        Body::Noted { severity, text } => Some(format!("{severity}: {text}")),
        Body::Interrupted { reason } => Some(format!("interrupted: {reason}")),
        Body::SafeState { confirmed, reason, .. } => {
            let word = if *confirmed { "confirmed" } else { "NOT confirmed" };
            Some(format!("safe state {word}: {reason}"))
        }
        _ => None,
    }
}

/// What an instrument said of itself; some say nothing of their maker, some nothing at all.
fn identified(instrument: &str, identity: &IdentityRead) -> String {
    let number = Some(&identity.serial).filter(|serial| !serial.is_empty());
    let number = number.map(|serial| format!("no. {serial}")).unwrap_or_default();
    let said = [identity.maker.as_str(), identity.model.as_str(), number.as_str()];
    let said: Vec<&str> = said.into_iter().filter(|word| !word.is_empty()).collect();
    match said.as_slice() {
        [] => format!("{instrument}: answers, without a name"),
        said => format!("{instrument}: {}", said.join(" ")),
    }
}
