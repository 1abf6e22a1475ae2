//! Nobody comes back: limits and watchdog stand in the hardware from the start of every run, so that
//! it protects itself.

use std::time::{Duration, Instant};

use etalon::journal::Body;

use serde_json::Value;

use crate::{
    laboratory::{Place, TURBINE_SLOWLY, is},
    process::{When, kill},
};

/// The silence that the source is told to bear, s.
const WATCHDOG_S: u32 = 1;
/// It is waited for so long; the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn bench_makes_itself_safe_when_the_program_is_killed_and_nobody_comes_back() {
    let place = Place::new(WATCHDOG_S);
    // The warm-up and the first readings lie behind.
    let heard = place.run(&[]).hear(When::Line(60), kill);
    assert_eq!(heard.status.code(), None, "{:?}", heard.lines.last());
    let killed = Instant::now();
    let opened = loop {
        let account = place.account();
        let last = account.into_iter().rev().find(|one| is(one, "output")).unwrap();
        if last["on"] == false {
            break last;
        }
        assert!(killed.elapsed() < PATIENCE, "the bench is still energised: {last}");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(opened["cause"], "watchdog", "{opened}");
    println!(
        "energised for {:.1} s after the kill, allowed {WATCHDOG_S} s",
        killed.elapsed().as_secs_f64()
    );

    // Limits and watchdog were set before the output was ever switched on.
    let (_, events) = place.begun().unwrap();
    let first_on = events.iter().position(|one| matches!(one.body, Body::Output { on: true, .. }));
    let before = events.get(..first_on.unwrap()).unwrap();
    let limits = before.iter().filter_map(|event| match &event.body {
        Body::LimitSet { quantity, value, .. } => Some(format!("{quantity} {value}")),
        _ => None,
    });
    assert_eq!(limits.collect::<Vec<_>>(), ["I 80 A", "U 264 V", "watchdog 1 s"]);
}

/// How a part of the flow bench stands at the end of this account, and what made it stand so.
fn stands(account: &[Value], part: &str) -> (String, String) {
    let moves = account.iter().rev().filter(|one| is(one, "flow") && one["part"] == part);
    let last = moves.into_iter().next().unwrap();
    (last["state"].as_str().unwrap().to_owned(), last["cause"].as_str().unwrap().to_owned())
}

/// Whether a line tells that the flow was led to the tank.
fn is_collecting(line: &Value) -> bool {
    line["event"] == "setting" && line["value"] == "tank"
}

#[test]
fn flow_falls_back_to_the_bypass_and_the_pump_stops_when_the_program_is_killed_while_it_collects() {
    let place = Place::serve(&TURBINE_SLOWLY, WATCHDOG_S, &[]);
    let heard = place.run(&[]).hear(When::Heard(is_collecting), kill);
    assert_eq!(heard.status.code(), None, "{:?}", heard.lines.last());
    let killed = Instant::now();
    while stands(&place.account(), "pump").0 != "off" {
        assert!(killed.elapsed() < PATIENCE, "the pump still runs: {:?}", place.account().last());
        std::thread::sleep(Duration::from_millis(20));
    }
    let waited = killed.elapsed().as_secs_f64();
    let account = place.account();
    let by_watchdog = |state: &str| (state.to_owned(), "watchdog".to_owned());
    assert_eq!(stands(&account, "pump"), by_watchdog("off"));
    assert_eq!(stands(&account, "diverter"), by_watchdog("bypass"));
    println!("the pump ran for {waited:.1} s after the kill, allowed {WATCHDOG_S} s");

    // The watchdog was set before the pump ever ran.
    let (_, events) = place.begun().unwrap();
    let first_on = events.iter().position(|one| matches!(one.body, Body::Output { on: true, .. }));
    let is_watchdog = |body: &Body| matches!(body, Body::LimitSet { quantity, value, .. } if quantity == "watchdog" && value == "1 s");
    let before = &events[..first_on.unwrap()];
    assert!(before.iter().any(|event| is_watchdog(&event.body)), "{before:?}");
}
