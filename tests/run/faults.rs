//! Every way out of a run, and what goes on in spite of a fault.

use std::sync::atomic::{AtomicBool, Ordering};

use etalon::engine::{Outcome, SessionError, Wish};
use etalon::journal::Body;
use etalon::lab::demo::ITEMS;

use crate::bench::{Laboratory, first, is_energised, only_listen, planted};

/// A reaction that happens once, when the point has begun.
fn once_at(
    wanted: &'static str,
    act: impl Fn() + Send + Sync + 'static,
) -> Box<dyn Fn(&etalon::journal::Event) + Send + Sync> {
    let is_done = AtomicBool::new(false);
    Box::new(move |event| {
        let is_there = matches!(&event.body, Body::Reading { point, .. } if point == wanted);
        if is_there && !is_done.swap(true, Ordering::SeqCst) {
            act();
        }
    })
}

#[tokio::test(start_paused = true)]
async fn aborted_run_ends_in_its_safe_state_and_resumes_to_the_same_verdicts() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let aborted = laboratory
        .run(&bench, &ITEMS, |controller| {
            once_at("half-1", move || {
                controller.wish(Wish::Abort { reason: "smoke".to_owned() });
            })
        })
        .await
        .unwrap();
    assert_eq!((aborted.outcome, aborted.is_safe), (Outcome::Aborted, true), "{aborted:?}");
    assert_eq!(aborted.reason, "smoke");
    assert!(!is_energised(&bench.0));

    let resumed = laboratory.resume(&bench, &aborted.run, &ITEMS).await.unwrap();
    assert_eq!((resumed.outcome, resumed.is_safe), (Outcome::Done, true), "{resumed:?}");
    assert_eq!(laboratory.verdicts(&resumed), planted());

    let events = laboratory.events(&resumed);
    let again = first(&events, |body| matches!(body, Body::Resumed { .. })).unwrap();
    let (before, after) = events.split_at(again);
    let finished = |events: &[etalon::journal::Event], wanted: &str| {
        events.iter().any(
            |event| matches!(&event.body, Body::PointFinished { point, .. } if point == wanted),
        )
    };
    let started = |wanted: &str| {
        after
            .iter()
            .any(|event| matches!(&event.body, Body::PointStarted { point, .. } if point == wanted))
    };
    assert!(finished(before, "imax-08C") && !started("imax-08C"), "a finished point is kept");
    assert!(!finished(before, "half-1") && started("half-1"), "a begun point is measured again");
    assert!(
        after.iter().any(|event| matches!(&event.body, Body::Voided { .. })),
        "its readings of before are void and visible"
    );
    assert!(
        !after.iter().any(|event| matches!(&event.body, Body::Answer { .. })),
        "nobody is asked twice"
    );
}

#[tokio::test(start_paused = true)]
async fn link_lost_in_the_middle_is_made_again_and_the_point_is_measured_anew() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let cable = bench.0.clone();
    let conclusion = laboratory
        .run(&bench, &ITEMS, move |_| once_at("ib-1", move || cable.pull_cable("counter")))
        .await
        .unwrap();
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    assert_eq!(laboratory.verdicts(&conclusion), planted());
    let events = laboratory.events(&conclusion);
    let begun = events
        .iter()
        .filter(|event| matches!(&event.body, Body::PointStarted { point, .. } if point == "ib-1"));
    assert_eq!(begun.count(), 2);
    assert!(first(&events, |body| matches!(body, Body::Voided { .. })).is_some());
}

#[tokio::test(start_paused = true)]
async fn source_lost_in_the_middle_still_ends_safe() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let cable = bench.0.clone();
    let conclusion = laboratory
        .run(&bench, &["DD26000001"], move |_| {
            once_at("imax-1", move || cable.pull_cable("source"))
        })
        .await
        .unwrap();
    assert!(conclusion.is_safe, "{conclusion:?}");
    assert!(!is_energised(&bench.0));
}

#[tokio::test(start_paused = true)]
async fn dossier_7_4_dead_meter_is_taken_out_while_the_others_go_on() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&["dead-position-3"]);
    let conclusion = laboratory.run(&bench, &ITEMS, only_listen).await.unwrap();
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    let mut wanted = planted();
    wanted.insert("DD26000003".to_owned(), "not_evaluated".to_owned());
    assert_eq!(laboratory.verdicts(&conclusion), wanted);
    let events = laboratory.events(&conclusion);
    let removed: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.body {
            Body::PositionRemoved { position, point, reason, .. } => {
                Some((*position, point.as_str(), reason.as_str()))
            }
            _ => None,
        })
        .collect();
    assert!(
        matches!(removed.as_slice(), [(3, "imax-1", reason)] if reason.starts_with("no pulses")),
        "{removed:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn silent_instrument_at_the_start_refuses_the_run_before_anything_is_set() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&["silent-ref"]);
    let refused = laboratory.run(&bench, &["DD26000001"], only_listen).await;
    assert!(matches!(refused, Err(SessionError::NotReady(_))), "{refused:?}");
    assert!(laboratory.journal.runs().unwrap().is_empty(), "nothing is written");
    assert!(!is_energised(&bench.0));
}

#[tokio::test(start_paused = true)]
async fn damaged_answers_cost_time_and_no_verdict() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&["garbled"]);
    let conclusion = laboratory.run(&bench, &["DD26000001", "DD26000004"], only_listen).await;
    // A damaged name at the very start refuses the run; whatever happens later ends safe.
    let Ok(conclusion) = conclusion else { return };
    assert!(conclusion.is_safe, "{conclusion:?}");
    assert!(!is_energised(&bench.0));
}

/// At some of these instants pulses are counted, at others a load is set anew or settles; the count
/// ends the run, and at no instant the meters are to blame.
#[tokio::test(start_paused = true)]
async fn load_that_vanishes_is_the_benchs_fault_and_takes_no_meter_out() {
    let mut ended = 0;
    for instant in (1850..1930).step_by(16) {
        let laboratory = Laboratory::new();
        let bench = laboratory.bench(&[&format!("power-cycled@{instant}")]);
        let conclusion = laboratory.run(&bench, &ITEMS, only_listen).await.unwrap();
        assert!(conclusion.is_safe, "{instant}: {conclusion:?}");
        ended += u32::from(conclusion.outcome == Outcome::Failed);
        let events = laboratory.events(&conclusion);
        let removed = first(&events, |body| matches!(body, Body::PositionRemoved { .. }));
        assert_eq!(removed, None, "{instant}");
    }
    assert!(ended > 0, "no instant fell into a count");
}
