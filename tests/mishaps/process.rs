//! A program heard line by line, and ended by kill where that is wanted.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::{Duration, Instant},
};

use serde_json::Value;

/// No run of these campaigns takes longer, however busy the machine is: longer is a hang.
const BEARABLE: Duration = Duration::from_secs(120);

/// When a process is struck.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// So long after it was started.
    After(Duration),
    /// At once when it has printed so many lines.
    Line(usize),
    /// At once when it has printed a line that is meant.
    Heard(fn(&Value) -> bool),
    /// So long after it printed that its last stage is finished: about its safe state.
    Leaving(Duration),
    /// Never.
    Never,
}

/// A running program; it does not outlive this.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    began: Instant,
}

/// What a program printed, and how it ended.
pub(crate) struct Heard {
    pub(crate) lines: Vec<Value>,
    pub(crate) status: ExitStatus,
    /// How long it ran.
    pub(crate) took: Duration,
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let began = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let read = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            // A line that was cut by the kill is no confirmation.
            for line in read.map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines, began }
    }

    /// The next line, `None` at the end.
    pub(crate) fn line(&mut self) -> Option<String> {
        self.lines.recv_timeout(BEARABLE).ok()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Hears the program to its end, and does `strike` to its process once, when the time has come.
    pub(crate) fn hear(mut self, when: When, strike: impl Fn(&mut Child)) -> Heard {
        let mut lines: Vec<Value> = Vec::new();
        let mut due = match when {
            When::After(wait) => Some(self.began + wait),
            _ => None,
        };
        let mut is_struck = false;
        loop {
            let now = Instant::now();
            if !is_struck && due.is_some_and(|due| due <= now) {
                is_struck = true;
                strike(&mut self.child);
            }
            let end = self.began + BEARABLE;
            assert!(now < end, "the program hangs after {:?}", lines.last());
            let wait = due.filter(|_| !is_struck).unwrap_or(end).min(end) - now;
            match self.lines.recv_timeout(wait) {
                Ok(line) => {
                    // Only whole lines count.
                    let Ok(line) = serde_json::from_str::<Value>(&line) else { continue };
                    if let When::Leaving(wait) = when
                        && line["event"] == "stage_finished"
                        && line["stage"] == "basic_error"
                    {
                        due = Some(Instant::now() + wait);
                    }
                    if matches!(when, When::Heard(is_meant) if due.is_none() && is_meant(&line)) {
                        due = Some(Instant::now());
                    }
                    lines.push(line);
                    if matches!(when, When::Line(number) if number == lines.len()) {
                        due = Some(now);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = self.child.wait().unwrap();
        Heard { lines, status, took: self.began.elapsed() }
    }
}

/// SIGKILL.
pub(crate) fn kill(child: &mut Child) {
    child.kill().unwrap();
}

/// Another signal by its name.
pub(crate) fn signal(name: &str) -> impl Fn(&mut Child) {
    let option = format!("-{name}");
    move |child| {
        let sent = Command::new("kill").args([&option, &child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }
}
