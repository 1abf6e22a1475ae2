//! Pause, go on, abort: what the person at the bench wishes while a run goes on.

pub mod signals;

use tokio::sync::watch;

/// What is wished now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Wish {
    /// Go on.
    Run,
    /// Begin no further action until told to go on.
    Pause,
    /// Stop, through the safe state.
    Abort {
        /// Why, for the record.
        reason: String,
    },
}

/// The side that wishes: a window's button, a signal, the end of a test's patience.
#[derive(Clone, Debug)]
pub struct Controller(watch::Sender<Wish>);

/// The side that listens: the engine.
#[derive(Clone, Debug)]
pub struct Control(watch::Receiver<Wish>);

/// A pair of both sides; the wish is to run.
#[must_use]
pub fn pair() -> (Controller, Control) {
    let (sender, receiver) = watch::channel(Wish::Run);
    (Controller(sender), Control(receiver))
}

impl Controller {
    /// Wishes something. An abort stands: nothing can be wished after it.
    pub fn wish(&self, wish: Wish) {
        self.0.send_if_modified(|current| {
            let changes = !matches!(current, Wish::Abort { .. }) && *current != wish;
            if changes {
                *current = wish;
            }
            changes
        });
    }
}

impl Control {
    /// What is wished now.
    #[must_use]
    pub fn wish(&self) -> Wish {
        self.0.borrow().clone()
    }

    /// Waits for an abort and says why; for ever when nobody can wish any more.
    pub async fn aborted(&self) -> String {
        let mut receiver = self.0.clone();
        let found = receiver.wait_for(|wish| matches!(wish, Wish::Abort { .. })).await;
        if let Ok(wish) = found
            && let Wish::Abort { reason } = &*wish
        {
            return reason.clone();
        }
        std::future::pending().await
    }

    /// Waits while a pause is wished. Whoever wished for it and went away does
    /// not keep the bench waiting.
    pub async fn permits(&self) {
        let mut receiver = self.0.clone();
        drop(receiver.wait_for(|wish| *wish != Wish::Pause).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_abort_stands_whatever_is_wished_after_it() {
        let (controller, control) = pair();
        controller.wish(Wish::Pause);
        controller.wish(Wish::Abort { reason: "smoke".to_owned() });
        controller.wish(Wish::Run);
        assert_eq!(control.aborted().await, "smoke");
        control.permits().await;
    }
}
