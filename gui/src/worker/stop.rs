//! The button that stops: the engine's own control, within reach of the window.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use etalon::engine::control::{self, Control, Controller, Wish};

/// What is pressed to stop the run that goes on in this window.
#[derive(Clone, Debug, Default)]
pub(super) struct Stop(Arc<Mutex<Option<Held>>>);

#[derive(Debug)]
struct Held {
    controller: Controller,
    is_pressed: bool,
}

impl Stop {
    /// A control for a run that begins.
    pub(super) fn arm(&self) -> Control {
        let (controller, control) = control::pair();
        *self.held() = Some(Held { controller, is_pressed: false });
        control
    }

    /// Nothing goes on any more.
    pub(super) fn disarm(&self) {
        *self.held() = None;
    }

    /// Stops what goes on. Held for an instant only: nobody keeps it while waiting.
    pub(super) fn press(&self, reason: &str) {
        if let Some(held) = self.held().as_mut() {
            held.is_pressed = true;
            held.controller.wish(Wish::Abort { reason: reason.to_owned() });
        }
    }

    /// Whether it was pressed for what goes on now.
    pub(super) fn is_pressed(&self) -> bool {
        self.held().as_ref().is_some_and(|held| held.is_pressed)
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        // Whoever panicked while holding it had done with it: there is nothing half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
