//! Lines from the keyboard, one for each question, and none for a question that was called off.
//!
//! Reading a line cannot be broken off, so a thread of its own does it, and nobody waits for that thread:
//! a run that is stopped while somebody is being asked ends without another key. Whoever asks holds the
//! runtime meanwhile, so that a paused clock stands while a person thinks.

use std::{
    io::{self, BufRead},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        mpsc::{Sender, channel},
    },
};

/// A line, `None` at the end of the input.
type Line = io::Result<Option<String>>;

/// The keyboard of the terminal that this command was started from.
#[derive(Clone, Default)]
pub(super) struct Keyboard {
    asking: Arc<Asking>,
}

#[derive(Default)]
struct Asking {
    /// Whoever waits for a line now, and whether the thread that reads is there.
    who: Mutex<(Option<Sender<Line>>, bool)>,
    somebody: Condvar,
}

impl Asking {
    fn lock(&self) -> MutexGuard<'_, (Option<Sender<Line>>, bool)> {
        self.who.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a line whenever somebody waits for one, and gives it to who waits when it is there.
    fn read(&self) {
        loop {
            let nobody = |who: &mut (Option<Sender<Line>>, bool)| who.0.is_none();
            let woken = self.somebody.wait_while(self.lock(), nobody);
            drop(woken.unwrap_or_else(PoisonError::into_inner));
            let mut text = String::new();
            let read = io::stdin().lock().read_line(&mut text);
            let line = read
                .map(|bytes| (bytes > 0).then(|| text.trim_end_matches(['\r', '\n']).to_owned()));
            if let Some(asker) = self.lock().0.take() {
                // A question that was called off in this instant needs no line.
                drop(asker.send(line));
            }
        }
    }
}

/// Calls a question off when nobody awaits it any more.
struct CallOff {
    asking: Arc<Asking>,
    asker: Sender<Line>,
    is_answered: bool,
}

impl Drop for CallOff {
    fn drop(&mut self) {
        if !self.is_answered {
            self.asking.lock().0 = None;
            drop(self.asker.send(Ok(None)));
        }
    }
}

impl Keyboard {
    /// The next line, `None` at the end of the input.
    ///
    /// # Errors
    /// When the terminal cannot be read.
    pub(super) async fn line(&self) -> Line {
        let (asker, answer) = channel();
        self.ask(asker.clone())?;
        let mut call_off = CallOff { asking: Arc::clone(&self.asking), asker, is_answered: false };
        let line = tokio::task::spawn_blocking(move || answer.recv()).await;
        call_off.is_answered = true;
        let stopped = || io::Error::other("nobody reads the keyboard any more");
        line.map_err(|_| stopped())?.map_err(|_| stopped())?
    }

    fn ask(&self, asker: Sender<Line>) -> io::Result<()> {
        let mut who = self.asking.lock();
        who.0 = Some(asker);
        if !who.1 {
            let asking = Arc::clone(&self.asking);
            std::thread::Builder::new().name("keyboard".to_owned()).spawn(move || asking.read())?;
            who.1 = true;
        }
        self.asking.somebody.notify_one();
        Ok(())
    }
}
