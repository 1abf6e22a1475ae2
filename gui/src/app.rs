//! The application: takes news before a frame, draws it, carries out what was wished.

use std::{sync::mpsc::Sender, time::Duration};

use eframe::Frame;
use egui::{Context, Ui, ViewportCommand};

use crate::{
    fonts,
    intent::Intent,
    photograph::Photograph,
    theme,
    window::Window,
    words::{Language, Word},
    worker::{DEMONSTRATION_TIMES, News, Pace, Worker},
};

/// Time between two frames while the window waits for a run to leave the bench.
const LEAVING: Duration = Duration::from_millis(100);

/// What the program was started with.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The laboratory to open.
    pub folder: Option<String>,
    /// The language to begin with.
    pub language: Language,
    /// Where to leave a picture of the window; it closes afterwards.
    pub picture: Option<std::path::PathBuf>,
}

/// The application.
#[derive(Debug)]
pub struct App {
    window: Window,
    worker: Worker,
    photograph: Option<Photograph>,
    is_leaving: bool,
}

impl App {
    /// The application, with its laboratory's thread running. `tell` hears why a
    /// picture that was asked for could not be left.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn new(ctx: &Context, wanted: Wanted, tell: Sender<String>) -> std::io::Result<Self> {
        fonts::install(ctx);
        theme::settle(ctx);
        let waker = ctx.clone();
        let pace = Pace::new(DEMONSTRATION_TIMES).expect("60 times is a pace");
        let worker = Worker::start(pace, move || waker.request_repaint())?;
        let closer = ctx.clone();
        worker.heed_signals(move || {
            closer.send_viewport_cmd(ViewportCommand::Close);
            closer.request_repaint();
        })?;
        let folder = wanted.folder.unwrap_or_default();
        let mut app = Self {
            window: Window {
                folder: folder.clone(),
                language: wanted.language,
                ..Window::default()
            },
            worker,
            photograph: wanted.picture.map(|file| Photograph::new(file, tell)),
            is_leaving: false,
        };
        if !folder.is_empty() {
            app.carry_out(Intent::Open(folder));
        }
        Ok(app)
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Laboratory(state) => {
                if self.window.laboratory.as_ref().map(|known| &known.folder) != Some(&state.folder)
                {
                    (self.window.run, self.window.failure) = (None, None);
                }
                self.window.laboratory = Some(*state);
            }
            News::Run(state) => self.window.run = Some(*state),
            News::Running(run) => self.window.running = run,
            News::Failed(words) => self.window.failure = Some(words),
        }
    }

    fn carry_out(&mut self, intent: Intent) {
        let is_taken = match intent {
            Intent::Open(folder) => {
                self.window.failure = None;
                self.worker.open(folder)
            }
            Intent::Show(run) => {
                self.window.failure = None;
                self.worker.show(&run)
            }
            Intent::Demonstrate => {
                self.window.failure = None;
                self.worker.demonstrate()
            }
            Intent::Stop => {
                self.stop();
                true
            }
            Intent::Speak(language) => {
                self.window.language = language;
                true
            }
        };
        if !is_taken {
            self.window.failure = Some(self.window.language.say(Word::Busy).to_owned());
        }
    }

    fn stop(&mut self) {
        self.worker.stop();
        if let Some(run) = &mut self.window.run {
            // Shown at once; the record says the rest.
            run.is_stopping = self.window.running.as_ref() == Some(&run.run);
        }
    }

    /// Closing the window stops the run first and waits until it left the bench.
    fn leave(&mut self, ctx: &Context) {
        let is_asked = ctx.input(|input| input.viewport().close_requested());
        if is_asked && self.window.running.is_some() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.stop();
            self.is_leaving = true;
        }
        if self.is_leaving && self.window.running.is_none() {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        } else if self.is_leaving {
            ctx.request_repaint_after(LEAVING);
        }
    }
}

/// Whoever presses something in the window means it: it asks for the keys too, so that Esc stops also
/// where a press alone does not give it the focus.
fn take_keys(ctx: &Context) {
    let is_pressed_unfocused = ctx.input(|input| input.pointer.any_pressed() && !input.focused);
    if is_pressed_unfocused {
        ctx.send_viewport_cmd(ViewportCommand::Focus);
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut Frame) {
        while let Some(news) = self.worker.news() {
            self.hear(news);
        }
        self.leave(ctx);
        take_keys(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        for wish in self.window.show(ui) {
            self.carry_out(wish);
        }
        if let Some(photograph) = &mut self.photograph {
            let is_complete = self.window.run.is_some() || self.window.failure.is_some();
            photograph.look(ui.ctx(), is_complete);
        }
    }
}
