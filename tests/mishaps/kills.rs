//! SIGKILL at seeded instants of a run with six positions.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use etalon::journal::{Body, Event};
use serde_json::Value;

use crate::{
    chance::{drawn, instants, two_at_a_time},
    laboratory::{Place, Told, confirmed, is, is_energised, kept, undisturbed},
    process::{Heard, When, kill},
};

/// Instants in a normal test run and with `ETALON_FULL`.
const INSTANTS: (u64, u64) = (30, 300);
/// A run is killed at an instant up to so many times as long as the undisturbed one took.
const OVER: f64 = 1.0;
/// About the time in which an undisturbed run leaves through its safe state, with what follows.
const LEAVING: Duration = Duration::from_millis(16);
/// About the time in which a resumed run connects and makes the bench safe.
const RETURNING: Duration = Duration::from_millis(400);

/// How far two measurements of one thing may lie apart, in expanded uncertainties of their
/// difference. One is passed by chance once in twenty, and thousands are compared here.
const APART: f64 = 3.0;

/// What was found over all instants, by where they fell.
#[derive(Default)]
struct Tally {
    fell: BTreeMap<&'static str, u64>,
    kills: u64,
    confirmed: usize,
    made_safe: u64,
}

/// The kills of one instant: of the run, then of what resumes it.
fn strikes(instant: u64, undisturbed: &Heard) -> Vec<When> {
    let anywhere = |purpose| When::After(undisturbed.took.mul_f64(OVER * drawn(instant, purpose)));
    let early = |purpose| When::After(RETURNING.mul_f64(drawn(instant, purpose)));
    match instant % 6 {
        0 | 1 => vec![anywhere(1)],
        // Between one line and the next: among commits and confirmations.
        2 => {
            let lines = undisturbed.lines.len() as f64;
            vec![When::Line(1 + (lines * drawn(instant, 2)) as usize)]
        }
        3 => vec![When::Leaving(LEAVING.mul_f64(drawn(instant, 3)))],
        // Killed again while it makes the bench safe at the restart, and while it goes on.
        4 => vec![anywhere(1), early(4), early(5)],
        _ => vec![anywhere(1), anywhere(6)],
    }
}

#[test]
fn killed_runs_lose_nothing_confirmed_are_made_safe_first_and_resume_to_the_same_verdicts() {
    let began = Instant::now();
    let (wanted, whole) = undisturbed();
    assert_eq!(wanted.verdicts.values().filter(|verdict| *verdict == "fail").count(), 2);
    let number = instants(INSTANTS.0, INSTANTS.1);
    let tally = Mutex::new(Tally::default());
    two_at_a_time(number, |instant| one(instant, &whole, &wanted, &tally));
    let tally = tally.into_inner().unwrap();
    println!(
        "{number} instants of a run of {:.1} s with 6 positions, {} kills, {:.0} s in all: {} \
         confirmed readings, none lost; {} times found energised and made safe first; every chain \
         whole, every verdict that of the undisturbed run",
        whole.took.as_secs_f64(),
        tally.kills,
        began.elapsed().as_secs_f64(),
        tally.confirmed,
        tally.made_safe,
    );
    for (phase, times) in &tally.fell {
        println!("| {phase} | {times} |");
    }
    assert!(tally.made_safe > 0 && tally.confirmed > 0);
}

fn one(instant: u64, whole: &Heard, wanted: &Told, tally: &Mutex<Tally>) {
    let mut place = Place::new(600);
    let mut promised = BTreeMap::new();
    let strikes = strikes(instant, whole);
    for when in strikes.iter().copied().chain([When::Never]) {
        let before = place.account();
        let begun = place.begun();
        let is_done = begun.as_ref().is_some_and(|(_, events)| is_over(events));
        if is_done {
            break;
        }
        let running = match &begun {
            None => place.run(&[]),
            Some((run, _)) => place.run(&["--resume", run]),
        };
        let heard = running.hear(when, kill);
        promised.extend(confirmed(&heard.lines));
        let found =
            || format!("instant {instant}, {strikes:?}, {when:?}: {:?}", heard.lines.last());
        let safe_first = was_made_safe_first(&before, &place.account());
        assert!(safe_first.is_ok(), "{}: {safe_first:?}", found());
        let after = place.begun();
        nothing_is_lost(&place, &promised, &found());
        let mut tally = tally.lock().unwrap();
        tally.made_safe += u64::from(is_energised(&before));
        if heard.status.code().is_none() {
            tally.kills += 1;
            *tally.fell.entry(phase(begun.is_some(), after.as_ref())).or_default() += 1;
        } else {
            // Faster than the instant that was drawn, or not struck.
            assert_eq!(heard.status.code(), Some(1), "{}", found());
        }
    }
    let found = format!("instant {instant}: {strikes:?}");
    assert!(place.is_served(), "{found}");
    assert!(!is_energised(&place.account()), "{found}");
    let told = place.told();
    assert_eq!(told.verdicts, wanted.verdicts, "{found}");
    assert_eq!(told.values.len(), wanted.values.len(), "{found}");
    for (key, (value, expanded)) in &told.values {
        let (other, other_expanded) = wanted.values[key];
        let most = APART * (expanded * expanded + other_expanded * other_expanded).sqrt();
        assert!((value - other).abs() <= most, "{found}: {key:?} is {value}, {other} undisturbed");
    }
    tally.lock().unwrap().confirmed += promised.len();
}

fn is_over(events: &[Event]) -> bool {
    events
        .iter()
        .any(|event| matches!(&event.body, Body::Finished { outcome, .. } if outcome == "done"))
}

/// In the bench's own account: what was energised before is off before anything is energised again.
/// A process that did not live to reach the bench has not moved it at all.
fn was_made_safe_first(before: &[Value], after: &[Value]) -> Result<(), String> {
    if !is_energised(before) {
        return Ok(());
    }
    for occurrence in after.iter().skip(before.len()) {
        if is(occurrence, "output") && occurrence["on"] == false {
            return Ok(());
        }
        if is(occurrence, "output") || (is(occurrence, "setting") && occurrence["current_a"] != 0.0)
        {
            return Err(format!("moved before it was safe: {occurrence}"));
        }
    }
    Ok(())
}

/// Every confirmed reading is in the record, void or not, and the chain is whole.
fn nothing_is_lost(place: &Place, promised: &BTreeMap<u64, String>, found: &str) {
    let events = place.begun().map(|(_, events)| events).unwrap_or_default();
    for (sequence, value) in promised {
        let kept = kept(&events, *sequence);
        assert_eq!(kept, Some(value.as_str()), "{found}: reading {sequence}");
    }
    let audit = place.journal().audit().unwrap();
    assert!(audit.ok, "{found}: {audit:?}");
}

/// Where a kill fell, as the record tells it.
fn phase(is_resumed: bool, begun: Option<&(String, Vec<Event>)>) -> &'static str {
    let Some((_, events)) = begun else { return "before the run was begun" };
    let since = events.iter().rposition(|event| matches!(event.body, Body::Resumed { .. }));
    let new = events.get(since.unwrap_or(0)..).unwrap_or_default();
    let has = |is_it: fn(&Body) -> bool| new.iter().any(|event| is_it(&event.body));
    let last = events.last().map(|event| &event.body);
    match last {
        Some(Body::Finished { .. }) => "after its end was written",
        _ if is_resumed && since.is_none() => "at the restart, before it went on",
        Some(Body::StageFinished { stage }) if stage == "basic_error" => "in the safe state",
        _ if has(|body| matches!(body, Body::Reading { .. })) && is_resumed => "resumed, measuring",
        _ if is_resumed => "resumed, before a reading",
        _ if has(|body| matches!(body, Body::Reading { .. })) => "measuring",
        _ if has(|body| matches!(body, Body::StageStarted { .. })) => "set-up and warm-up",
        _ => "identification and limits",
    }
}
