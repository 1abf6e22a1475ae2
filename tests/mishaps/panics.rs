//! A panic inside the process of the run, on a bench in another process: through the safe state, with
//! exit code 3, and the record says why.
//!
//! The process is this test program itself, started once more: it runs `etalon run` as the command
//! does, with somebody listening beside the screen who panics in the middle of an event.

use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::Parser;
use etalon::{
    cli::{Cli, Output, run},
    engine::{Notice, Sink},
    journal::Body,
};

use crate::{
    laboratory::{Place, is_energised},
    process::{Process, When},
};

/// By this variable the other process knows what it is told, one word a line.
const TOLD: &str = "ETALON_TEST_TOLD";
/// And by this one, in the middle of which kind of event it panics.
const AT: &str = "ETALON_TEST_PANICS_AT";

/// A listener that panics once.
struct Bomb {
    at: String,
    is_spent: AtomicBool,
}

impl Sink for Bomb {
    fn notice(&self, notice: Notice) {
        let Notice::Event(event) = notice else { return };
        let kind = match event.body {
            // Of the engine's own task, in the middle of a row of six.
            Body::Reading { .. } => "reading",
            // Of the watcher beside it, once the bench is energised.
            Body::Condition { .. } if event.sequence > 60 => "condition",
            // Of the supervisor, when the bench is safe and the end is written.
            Body::SafeState { .. } => "safe_state",
            _ => return,
        };
        if kind == self.at && !self.is_spent.swap(true, Ordering::SeqCst) {
            panic!("a fault of the program in the middle of a {kind}");
        }
    }
}

/// The other process; nothing where nobody told it anything.
#[test]
fn process_whose_listener_panics() {
    let (Ok(told), Ok(at)) = (std::env::var(TOLD), std::env::var(AT)) else { return };
    let cli = Cli::parse_from(["etalon"].into_iter().chain(told.lines()));
    let output = Output::new(cli.format, cli.quiet);
    let etalon::cli::Command::Run(args) = cli.command else { panic!("{told}") };
    let bomb = Arc::new(Bomb { at, is_spent: AtomicBool::new(false) });
    let ended = run::run_heard(&args, &cli.lab, &output, Some(bomb));
    let status = ended.unwrap_or_else(|error| output.failure(&error));
    std::process::exit(status as i32);
}

/// A run of meters whose process panics; its exit code, and outcome, safe state and reason as the
/// record has them.
fn panicking(at: &str) -> (Option<i32>, [String; 3]) {
    let place = Place::new(600);
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "panics::process_whose_listener_panics", "--nocapture"]);
    command.env(TOLD, place.arguments().join("\n")).env(AT, at);
    let heard = Process::start(&mut command).hear(When::Never, |_| ());
    let account = place.account();
    assert!(account.iter().any(|one| one["what"] == "output" && one["on"] == true), "{at}");
    assert!(!is_energised(&account), "{at}: the bench's own account");
    let (_, events) = place.begun().unwrap();
    let ended = events.iter().rev().find_map(|event| match &event.body {
        Body::Finished { outcome, safe_state, reason } => {
            Some([outcome.clone(), safe_state.clone(), reason.clone()])
        }
        _ => None,
    });
    (heard.status.code(), ended.unwrap())
}

#[test]
fn panic_in_the_process_of_a_run_ends_in_the_safe_state_with_exit_code_3_and_the_record_says_why() {
    for at in ["reading", "condition"] {
        let (code, [outcome, safe_state, reason]) = panicking(at);
        let found = format!("{at}: {code:?} {outcome} {safe_state} {reason}");
        assert_eq!(code, Some(3), "{found}");
        assert_eq!((outcome.as_str(), safe_state.as_str()), ("failed", "confirmed"), "{found}");
        assert!(reason.contains("the engine stopped unexpectedly"), "{found}");
        assert!(reason.contains(&format!("in the middle of a {at}")), "{found}");
    }
}

#[test]
fn panic_while_the_end_is_written_loses_neither_the_end_nor_the_results() {
    let (code, [outcome, safe_state, reason]) = panicking("safe_state");
    // Two of the six meters do not conform: the answer is no.
    assert_eq!(
        (code, outcome.as_str(), safe_state.as_str()),
        (Some(1), "done", "confirmed"),
        "{reason}"
    );
}
