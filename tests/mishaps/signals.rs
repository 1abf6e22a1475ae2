//! A signal is a wish to stop: through the safe state, with exit code 3, at any instant.

use std::process::Command;

use crate::{
    chance::{drawn, instants, two_at_a_time},
    laboratory::{PROGRAM, Place, change, is, is_energised, others::DEAD_WEIGHT, undisturbed},
    process::{Process, When, signal},
};

/// What ends a process that does not listen: Ctrl-C, the end of the session, a closed terminal, Ctrl-\.
const NAMES: [&str; 4] = ["INT", "TERM", "HUP", "QUIT"];
/// Instants in a normal test run and with `ETALON_FULL`.
const INSTANTS: (u64, u64) = (8, 80);

#[test]
fn signals_at_any_instant_end_a_run_through_its_safe_state_and_it_resumes() {
    let (wanted, whole) = undisturbed();
    let number = instants(INSTANTS.0, INSTANTS.1);
    two_at_a_time(number, |instant| {
        let name = NAMES[instant as usize % NAMES.len()];
        let place = Place::new(600);
        let line = 6 + (drawn(instant, 1) * (whole.lines.len() - 10) as f64) as usize;
        let heard = place.run(&[]).hear(When::Line(line), signal(name));
        let last = heard.lines.last().unwrap();
        let found = format!("{name} at line {line}: {last}");
        // Who wishes to stop a run that is leaving already finds it done.
        let is_done = last["outcome"] == "done";
        let code = if is_done { 1 } else { 3 };
        assert_eq!(heard.status.code(), Some(code), "{found}");
        assert!(is_done || last["outcome"] == "aborted", "{found}");
        assert_eq!(last["safe_state"], "confirmed", "{found}");
        assert!(!is_energised(&place.account()), "{found}: the bench's own account");

        let (run, _) = place.begun().unwrap();
        if !is_done {
            let resumed = place.run(&["--resume", &run]).hear(When::Never, |_| ());
            assert_eq!(resumed.status.code(), Some(1), "{found}");
        }
        assert_eq!(place.told().verdicts, wanted.verdicts, "{found}");
    });
    println!(
        "{number} signals, each ended in a confirmed safe state and was resumed to the same verdicts"
    );
}

#[test]
fn run_that_is_to_be_frozen_goes_on_to_its_end() {
    let place = Place::new(601);
    let heard = place.run(&[]).hear(When::Line(20), signal("TSTP"));
    let last = heard.lines.last().unwrap();
    assert_eq!(
        (last["outcome"].as_str(), last["safe_state"].as_str()),
        (Some("done"), Some("confirmed"))
    );
    assert_eq!(place.told().verdicts, undisturbed().0.verdicts);
}

#[test]
fn run_under_nohup_outlives_its_terminal() {
    let place = Place::new(602);
    let nohup = Process::start(Command::new("nohup").arg(PROGRAM).args(place.arguments()));
    let heard = nohup.hear(When::Line(20), signal("HUP"));
    let last = heard.lines.last().unwrap();
    assert_eq!(
        (last["outcome"].as_str(), last["safe_state"].as_str()),
        (Some("done"), Some("confirmed"))
    );
}

/// No program opens the vent of a dead-weight tester: the person is told to when the run is stopped, and
/// the manometer confirms that it was done.
#[test]
fn run_that_is_stopped_under_masses_has_a_hand_open_the_vent() {
    let place = Place::serve(&DEAD_WEIGHT, 603, &[]);
    let is_up = |line: &serde_json::Value| line["event"] == "reading" && line["point"] == "p4-up";
    let heard = place.run(&[]).hear(When::Heard(is_up), signal("INT"));
    let last = heard.lines.last().unwrap();
    assert_eq!(heard.status.code(), Some(3), "{last}");
    assert_eq!(last["safe_state"], "confirmed", "{last}");
    let account = place.account();
    let laid: Vec<f64> = account
        .iter()
        .filter(|one| is(one, "masses"))
        .map(|one| one["certified_kg"].as_f64().unwrap())
        .collect();
    assert!(laid.len() > 2 && laid.last() == Some(&0.0), "{laid:?}");
    let (_, events) = place.begun().unwrap();
    let answered = events.iter().rev().find_map(|event| match &event.body {
        etalon::journal::Body::Answer { id, value, by, .. } => {
            Some((id.as_str(), value.as_str(), by.as_str()))
        }
        _ => None,
    });
    assert_eq!(answered, Some(("safe_state/1", "done", "simulated")));
}

/// Whoever answers for a bench is of that bench, and of a simulated one.
#[test]
fn technician_who_is_none_or_stands_at_a_real_bench_is_refused_before_anything_moves() {
    let mut place = Place::serve(&DEAD_WEIGHT, 604, &[]);
    let address = place.technician.clone();
    place.technician = place.resource("monitor").to_owned();
    let heard = place.run(&[]).hear(When::Never, |_| ());
    assert_eq!(heard.status.code(), Some(2));
    place.technician = address;
    change(&place.lab().join("benches/dead-weight-1.toml"), |text| {
        text.replace("simulated = true ", "simulated = false ")
            .replace("world     = \"dead-weight-1\"", "# of no world:")
    });
    let heard = place.run(&[]).hear(When::Never, |_| ());
    assert_eq!(heard.status.code(), Some(2));
    assert_eq!(place.begun(), None);
    assert!(!place.account().iter().any(|one| is(one, "masses")));
}
