//! A run on a real terminal: script(1) of util-linux gives the pseudo-terminal and the keyboard.

use std::{
    io::{Read, Write},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use etalon::{
    journal::runs::RunState,
    lab::demo::{BENCH, ITEMS, PERSONS, PROCEDURE},
};

use crate::bench::Laboratory;

/// Longer than any of this takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// What Ctrl-C sends.
const CTRL_C: &[u8] = b"\x03";
/// What Ctrl-Z sends.
const CTRL_Z: &[u8] = b"\x1a";

/// A program on a terminal of its own, and what it has shown so far.
struct OnTerminal {
    script: Child,
    shown: Receiver<Vec<u8>>,
    text: String,
}

impl Drop for OnTerminal {
    fn drop(&mut self) {
        drop(self.script.kill());
        drop(self.script.wait());
    }
}

impl OnTerminal {
    fn start(words: &str) -> Self {
        // In the shell's place: a shell that waits would be struck by Ctrl-C too and hide the exit code.
        let words = format!("exec {words}");
        let mut script = Command::new("script");
        script.args(["--quiet", "--return", "--echo", "never", "--command", &words, "/dev/null"]);
        script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut script = script.spawn().unwrap();
        let mut output = script.stdout.take().unwrap();
        let (sender, shown) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length) = output.read(&mut buffer)
                && length > 0
                && sender.send(buffer[..length].to_vec()).is_ok()
            {}
        });
        Self { script, shown, text: String::new() }
    }

    /// Waits until it has shown something more; everything before it is forgotten.
    fn shows(&mut self, wanted: &str) {
        let began = Instant::now();
        while !self.text.contains(wanted) {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let more = self.shown.recv_timeout(left);
            let more = more.unwrap_or_else(|_| panic!("no '{wanted}' after: {}", self.text));
            self.text.push_str(&String::from_utf8_lossy(&more));
        }
        let at = self.text.find(wanted).unwrap() + wanted.len();
        self.text.drain(..at);
    }

    fn press(&mut self, keys: &[u8]) {
        let keyboard = self.script.stdin.as_mut().unwrap();
        keyboard.write_all(keys).unwrap();
        keyboard.flush().unwrap();
    }

    /// How it ends, without another key.
    fn ended(&mut self) -> i32 {
        let began = Instant::now();
        loop {
            if let Some(status) = self.script.try_wait().unwrap() {
                return status.code().unwrap();
            }
            assert!(began.elapsed() < PATIENCE, "it waits for another key");
            drop(self.shown.recv_timeout(Duration::from_millis(50)));
        }
    }
}

fn run_on_terminal(laboratory: &Laboratory) -> OnTerminal {
    let lab = laboratory.lab.root().to_str().unwrap();
    let item = ITEMS[0];
    let mut terminal = OnTerminal::start(&format!(
        "{} --lab {lab} run {PROCEDURE} --bench {BENCH} --item {item} --operator {} --clock virtual",
        env!("CARGO_BIN_EXE_etalon"),
        PERSONS.0
    ));
    terminal.shows("--simulated-technician");
    terminal.shows("[yes/no]");
    terminal
}

#[test]
fn ctrl_c_at_a_question_ends_the_run_in_its_safe_state_without_another_key() {
    let laboratory = Laboratory::new();
    let mut terminal = run_on_terminal(&laboratory);
    terminal.press(CTRL_C);
    terminal.shows("safe state confirmed: aborted by Ctrl-C");
    assert_eq!(terminal.ended(), 3);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a process is waited for in real time")]
fn terminal_that_is_closed_at_a_question_ends_the_run_in_its_safe_state() {
    let laboratory = Laboratory::new();
    drop(run_on_terminal(&laboratory));
    let began = Instant::now();
    let run = loop {
        let runs = laboratory.lab.journal().unwrap().runs().unwrap();
        let last = runs.last().unwrap();
        if last.state != RunState::Open {
            break last.clone();
        }
        assert!(began.elapsed() < PATIENCE, "{last:?}");
        std::thread::sleep(Duration::from_millis(50));
    };
    // Whichever is heard first: the signal, or that the input ended.
    assert!(["aborted", "failed"].contains(&run.state.word()), "{run:?}");
    assert_eq!(run.safe, Some(true), "{run:?}");
}

#[test]
fn ctrl_z_at_a_question_is_answered_and_the_question_stands() {
    let laboratory = Laboratory::new();
    let mut terminal = run_on_terminal(&laboratory);
    terminal.press(CTRL_Z);
    terminal.shows("a run is not suspended");
    terminal.press(b"y\r");
    terminal.shows("[text]");
    terminal.press(CTRL_C);
    assert_eq!(terminal.ended(), 3);
}

#[test]
fn questions_are_asked_and_answered_on_a_terminal_to_the_end() {
    let laboratory = Laboratory::new();
    let mut terminal = run_on_terminal(&laboratory);
    terminal.press(b"perhaps\r");
    terminal.shows("[yes/no]");
    terminal.press(b"y\r");
    terminal.shows("[text]");
    terminal.press(format!("{}\r", ITEMS[0]).as_bytes());
    terminal.shows("done, safe state confirmed");
    assert_eq!(terminal.ended(), 0);
}
