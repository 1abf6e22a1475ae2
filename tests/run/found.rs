//! A whole run, undisturbed.

use etalon::engine::Outcome;
use etalon::journal::Body;
use etalon::lab::demo::ITEMS;

use crate::bench::{Laboratory, first, is_energised, only_listen, planted};

#[tokio::test(start_paused = true)]
async fn six_meters_are_run_in_virtual_time_and_the_two_planted_ones_are_found() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let conclusion = laboratory.run(&bench, &ITEMS, only_listen).await.unwrap();
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    assert_eq!(laboratory.verdicts(&conclusion), planted());
    assert!(!is_energised(&bench.0));
}

/// Electricity dossier 7.4: a constant of 1600 marked as 1200 is named, not guessed away.
#[tokio::test(start_paused = true)]
async fn dossier_7_4_wrong_constant_is_named_in_the_record() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let conclusion = laboratory.run(&bench, &ITEMS, only_listen).await.unwrap();
    let events = laboratory.events(&conclusion);
    let named: Vec<&str> = events
        .iter()
        .filter_map(|event| match &event.body {
            Body::Noted { text, .. } if text.contains("4/3") => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let [sentence] = named.as_slice() else { panic!("{named:?}") };
    assert!(sentence.contains("DD26000005") && sentence.contains("1200 looks like 1600"));
}

/// Issue 2, invariants 2 and 3: everybody is identified before anything is set, limits
/// stand before the output is on, every run ends with its safe state.
#[tokio::test(start_paused = true)]
async fn record_of_a_run_tells_identity_limits_settings_and_safe_state_in_this_order() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let conclusion = laboratory.run(&bench, &["DD26000001"], only_listen).await.unwrap();
    let events = laboratory.events(&conclusion);
    let identified =
        events.iter().rposition(|event| matches!(event.body, Body::Identified { .. })).unwrap();
    let limited = first(&events, |body| matches!(body, Body::LimitSet { .. })).unwrap();
    let set = first(&events, |body| matches!(body, Body::Setting { .. })).unwrap();
    let on = first(&events, |body| matches!(body, Body::Output { on: true, .. })).unwrap();
    let read = first(&events, |body| matches!(body, Body::Reading { .. })).unwrap();
    let safe =
        first(&events, |body| matches!(body, Body::SafeState { confirmed: true, .. })).unwrap();
    assert!(identified < limited && limited < set && set < on && on < read && read < safe);
    // What was found is kept behind the end, so that a replay has something to compare with.
    let end: Vec<_> = events.iter().rev().take(2).map(|event| &event.body).collect();
    assert!(matches!(end[..], [Body::Evaluated { .. }, Body::Finished { .. }]), "{end:?}");
}
