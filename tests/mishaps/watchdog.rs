//! Nobody comes back: limits and watchdog stand in the hardware from the start of every run, so that
//! it protects itself.

use std::time::{Duration, Instant};

use etalon::journal::Body;

use crate::{
    laboratory::{Place, is},
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
