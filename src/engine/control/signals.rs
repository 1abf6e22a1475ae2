//! Signals of the operating system, as wishes to stop or as nothing.
//!
//! Left to itself a process ends at once at most of these, or is frozen, with the output on. Here
//! everything that would end a run becomes an abort, which goes through the safe state, and the key
//! that would freeze one is only answered.
//!
//! | signal          | sent by                                             | becomes            |
//! |-----------------|-----------------------------------------------------|--------------------|
//! | SIGINT          | Ctrl-C                                              | an abort           |
//! | SIGQUIT         | Ctrl-\                                              | an abort           |
//! | SIGTERM         | kill(1), the end of the session                     | an abort           |
//! | SIGHUP          | a terminal that is closed, a remote line that broke | an abort           |
//! | SIGTTIN         | a question to a keyboard that is somebody else's    | an abort           |
//! | SIGTSTP         | Ctrl-Z                                              | a word, no freezing |
//!
//! SIGHUP stays ignored where it is ignored already: who started a run with nohup(1) wants it to go on.

use std::io;

use libc::{SIGTSTP, SIGTTIN};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal is taken for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sent {
    /// Stop; the name stands in the record's reason.
    Stop(&'static str),
    /// The process was to be frozen, which no process that holds a bench is.
    Freeze,
}

/// Listens to the signals of the table above.
#[derive(Debug)]
pub struct Signals {
    interrupt: Signal,
    quit: Signal,
    terminate: Signal,
    /// Nobody listens to a signal that is ignored on purpose.
    hang_up: Option<Signal>,
    no_keyboard: Signal,
    freeze: Signal,
}

impl Signals {
    /// Begins to listen; from here on none of them ends or freezes the process. Call it inside a runtime.
    ///
    /// # Errors
    /// When the operating system lets nobody listen.
    pub fn listening() -> io::Result<Self> {
        let hang_up = SignalKind::hangup();
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: if is_ignored(hang_up) { None } else { Some(signal(hang_up)?) },
            no_keyboard: signal(SignalKind::from_raw(SIGTTIN))?,
            freeze: signal(SignalKind::from_raw(SIGTSTP))?,
        })
    }

    /// The next one, waited for.
    pub async fn next(&mut self) -> Sent {
        tokio::select! {
            _ = self.interrupt.recv() => Sent::Stop("Ctrl-C"),
            _ = self.quit.recv() => Sent::Stop("Ctrl-\\"),
            _ = self.terminate.recv() => Sent::Stop("SIGTERM"),
            () = heard(self.hang_up.as_mut()) => Sent::Stop("the end of its terminal (SIGHUP)"),
            _ = self.no_keyboard.recv() => Sent::Stop("a question in the background, where no keyboard is"),
            _ = self.freeze.recv() => Sent::Freeze,
        }
    }
}

/// Listens for as long as the process lives, in a thread of its own, for who has no runtime.
///
/// # Errors
/// When the operating system lets nobody listen, or gives no thread.
pub fn heed(on: impl Fn(Sent) + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::listening()?
    };
    let listener = move || {
        runtime.block_on(async {
            loop {
                on(signals.next().await);
            }
        });
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(listener)?;
    Ok(())
}

async fn heard(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether the process was started with a signal ignored. Linux tells; elsewhere it is taken for heeded.
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignored(&status).is_some_and(|mask| mask >> (kind.as_raw_value() - 1) & 1 == 1)
}

/// The mask of ignored signals: bit n - 1 is signal n (proc(5)).
fn ignored(status: &str) -> Option<u64> {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::ignored;

    /// As proc(5) has it: under nohup(1) the lowest bit, signal 1, is set.
    #[test]
    fn proc5_mask_of_ignored_signals_is_read() {
        let status = "Name:\tetalon\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\n";
        assert_eq!(ignored(status), Some(0x1001));
        assert_eq!(ignored("Name:\tetalon\n"), None);
    }
}
