//! What is watched while a run goes on: the room, and how far the run is.

use std::sync::{Arc, Mutex};

use etalon::engine::progress::Progress;
use etalon::engine::session::preparation::Preparation;
use etalon::engine::{Notice, Outcome, Sink, Wish, run};
use etalon::journal::{Body, Event};
use etalon::lab::demo::ITEMS;

use crate::bench::{Laboratory, first, is_energised};

/// A run of one meter in whose room at least 30 °C are wanted: the simulated room has 23 °C.
fn in_a_cold_room(laboratory: &Laboratory, on_violation: &str) -> Preparation {
    let mut prepared = laboratory.prepare(&ITEMS[..1]);
    let mut conditions = prepared.plan.environment.conditions.iter_mut();
    let room = conditions.find(|condition| condition.quantity == "t_amb").unwrap();
    (room.min, room.max) = ("30 degC".to_owned(), "35 degC".to_owned());
    on_violation.clone_into(&mut room.on_violation);
    prepared
}

fn is_reading(body: &Body) -> bool {
    matches!(body, Body::Reading { .. })
}

fn limit(events: &[Event]) -> String {
    let found = events.iter().find_map(|event| match &event.body {
        Body::ConditionLimit { inside: false, limit, .. } => Some(limit.clone()),
        _ => None,
    });
    found.unwrap()
}

/// ISO/IEC 17025, 6.3.4 and 6.3.5: outside the limits of the procedure nothing is measured. The run
/// waits until somebody ends it, or the room is right again.
#[tokio::test(start_paused = true)]
async fn iso17025_6_3_room_outside_its_limits_holds_the_run_and_no_reading_is_taken() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let prepared = in_a_cold_room(&laboratory, "hold");
    let looks = Mutex::new(0);
    let react =
        |controller: etalon::engine::control::Controller| -> Box<dyn Fn(&Event) + Send + Sync> {
            Box::new(move |event| {
                let mut looks = looks.lock().unwrap();
                *looks += u32::from(matches!(event.body, Body::Condition { .. }));
                if *looks == 20 {
                    controller.wish(Wish::Abort { reason: "nobody heats the room".to_owned() });
                }
            })
        };
    let serial = prepared.items[0].serial.clone();
    let conclusion = laboratory.run_with_plates(&bench, prepared, &[&serial], react).await.unwrap();

    assert_eq!(conclusion.outcome, Outcome::Aborted);
    let events = laboratory.events(&conclusion);
    assert_eq!(limit(&events), "30 degC .. 35 degC: hold");
    assert_eq!(first(&events, is_reading), None);
    assert!(!is_energised(&bench.0));
}

#[tokio::test(start_paused = true)]
async fn iso17025_6_3_room_outside_limits_that_abort_ends_the_run_in_the_safe_state() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let prepared = in_a_cold_room(&laboratory, "abort");
    let serial = prepared.items[0].serial.clone();
    let only_listen = crate::bench::only_listen;
    let conclusion =
        laboratory.run_with_plates(&bench, prepared, &[&serial], only_listen).await.unwrap();

    assert_ne!(conclusion.outcome, Outcome::Done);
    let events = laboratory.events(&conclusion);
    assert_eq!(limit(&events), "30 degC .. 35 degC: abort");
    assert_eq!(first(&events, is_reading), None);
    let Some(Body::Finished { safe_state, reason, .. }) = events
        .iter()
        .rev()
        .find_map(|event| matches!(event.body, Body::Finished { .. }).then_some(&event.body))
    else {
        panic!("the run did not finish");
    };
    assert_eq!(safe_state, "confirmed");
    assert!(reason.contains("t_amb") && reason.contains("30 degC"), "{reason}");
    assert!(!is_energised(&bench.0));
}

#[derive(Default)]
struct Watched(Mutex<Vec<Progress>>);

impl Sink for Watched {
    fn notice(&self, notice: Notice) {
        if let Notice::Progress(progress) = notice {
            self.0.lock().unwrap().push(progress);
        }
    }
}

/// Progress and the time that is left are told before every step, never go back, and what was predicted
/// is what it takes: within a tenth, in the simulated time of a run without faults.
#[tokio::test(start_paused = true)]
async fn progress_and_remaining_time_are_told_at_every_step_and_come_true() {
    let laboratory = Laboratory::new();
    let (bench, clock) = laboratory.bench(&[]);
    let prepared = laboratory.prepare(&ITEMS[..2]);
    let (mut session, _controller) = laboratory.session(&bench, clock, &prepared.plan, None);
    let watched = Arc::new(Watched::default());
    session.sink = Arc::clone(&watched) as Arc<dyn Sink>;
    let predicted_s = prepared.plan.duration_s;
    let steps = prepared.plan.entries.len();
    let began = tokio::time::Instant::now();
    run(&session, prepared.plan, prepared.papers).await.unwrap();
    let took_s = began.elapsed().as_secs_f64();

    let told = watched.0.lock().unwrap();
    assert!(told.len() > steps, "{} times for {steps} results", told.len());
    assert!(told.iter().all(|one| !one.stage.is_empty() && !one.step.is_empty()));
    assert!(told.iter().all(|one| (0.0..=1.0).contains(&one.share)));
    for pair in told.windows(2) {
        assert!(pair[0].share <= pair[1].share && pair[0].remaining_s >= pair[1].remaining_s);
    }
    assert!(told[0].share < 0.01, "{:?}", told[0]);
    let last = told.last().unwrap();
    assert!(last.share > 0.9, "{last:?}");
    println!("predicted {predicted_s:.0} s, took {took_s:.0} s");
    assert!(
        (took_s - predicted_s).abs() < 0.1 * predicted_s,
        "{took_s} s, predicted {predicted_s} s"
    );
}
