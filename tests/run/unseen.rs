//! The room's probe is lost while the engine watches it: linked again a bounded number of times, the
//! gap in the record, and the procedure's rule for what was read meanwhile.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use etalon::{
    engine::{Conclusion, Outcome, control::Controller, run},
    journal::{Body, Event},
    lab::demo::ITEMS,
};
use etalon_fixtures::in_process::InProcessBench;
use etalon_instruments::{
    resource::Resource,
    transport::{Connector, Pending, Transport, TransportError},
};

use crate::bench::{Laboratory, Reaction, first, is_energised, planted};

/// What is done once, when the first reading of a point is heard.
fn once_at(wanted: &'static str, act: impl Fn() + Send + Sync + 'static) -> Reaction {
    let is_done = AtomicBool::new(false);
    Box::new(move |event| {
        let is_there = matches!(&event.body, Body::Reading { point, .. } if point == wanted);
        if is_there && !is_done.swap(true, Ordering::SeqCst) {
            act();
        }
    })
}

fn noted(events: &[Event], words: &str) -> Vec<String> {
    let notes = events.iter().filter_map(|event| match &event.body {
        Body::Noted { text, .. } if text.contains(words) => Some(text.clone()),
        _ => None,
    });
    notes.collect()
}

fn starts(events: &[Event], wanted: &str) -> usize {
    let is_it = |body: &Body| matches!(body, Body::PointStarted { point, .. } if point == wanted);
    events.iter().filter(|event| is_it(&event.body)).count()
}

fn identifications(events: &[Event], wanted: &str) -> usize {
    let is_it =
        |body: &Body| matches!(body, Body::Identified { instrument, .. } if instrument == wanted);
    events.iter().filter(|event| is_it(&event.body)).count()
}

/// ISO/IEC 17025, 6.3.3: the room is monitored. A probe that was lost between two looks and is back at
/// once costs no reading, because it is seen that the room is as it was.
#[tokio::test(start_paused = true)]
async fn room_probe_lost_while_it_is_watched_is_linked_again_and_the_gap_is_in_the_record() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let cable = bench.0.clone();
    let pull = move |_: Controller| once_at("ib-1", move || cable.pull_cable("ambient"));
    let conclusion = laboratory.run(&bench, &ITEMS, pull).await.unwrap();
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    assert_eq!(laboratory.verdicts(&conclusion), planted());
    let events = laboratory.events(&conclusion);
    let lost = noted(&events, "the room is not seen: instrument ambient");
    let [lost] = lost.as_slice() else { panic!("{lost:?}") };
    assert!(lost.ends_with("no step is begun until it is"), "{lost}");
    let seen = noted(&events, "the room is seen again after");
    let [seen] = seen.as_slice() else { panic!("{seen:?}") };
    assert!(seen.ends_with("what was read meanwhile stands"), "{seen}");
    assert_eq!((identifications(&events, "ambient"), starts(&events, "ib-1")), (2, 1));
    assert_eq!(first(&events, |body| matches!(body, Body::Voided { .. })), None);
}

/// The bench, with a probe that is gone for good once it was pulled.
struct Gone {
    bench: InProcessBench,
    is_gone: AtomicBool,
    asked: AtomicU32,
}

impl Connector for Gone {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        if resource.to_string() != "SIM::ambient" || !self.is_gone.load(Ordering::SeqCst) {
            return self.bench.connect(resource, deadline);
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        let source = Arc::new(io::Error::from(io::ErrorKind::NotFound));
        let resource = resource.to_string();
        Box::pin(async { Err(TransportError::Unreachable { resource, source }) })
    }
}

#[tokio::test(start_paused = true)]
async fn room_probe_that_does_not_come_back_ends_the_run_in_its_safe_state_after_three_attempts() {
    let laboratory = Laboratory::new();
    let (bench, clock) = laboratory.bench(&[]);
    let is_gone = AtomicBool::new(false);
    let gone = Arc::new(Gone { bench: bench.clone(), is_gone, asked: AtomicU32::new(0) });
    let pulled = Arc::clone(&gone);
    let prepared = laboratory.prepare(&ITEMS);
    let react = once_at("ib-1", move || {
        pulled.is_gone.store(true, Ordering::SeqCst);
        pulled.bench.pull_cable("ambient");
    });
    let (mut session, _controller) = laboratory.session(&bench, clock, &prepared.plan, Some(react));
    session.wiring.connector = Arc::clone(&gone) as Arc<dyn Connector>;
    let conclusion = run(&session, prepared.plan, prepared.papers).await.unwrap();
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Failed, true), "{conclusion:?}");
    assert!(conclusion.reason.contains("ambient"), "{}", conclusion.reason);
    assert!(!is_energised(&bench));
    assert_eq!(gone.asked.load(Ordering::SeqCst), 3);
    let events = laboratory.events(&conclusion);
    let lost = first(
        &events,
        |body| matches!(body, Body::Noted { text, .. } if text.contains("the room is not seen")),
    );
    let after = &events[lost.unwrap()..];
    assert!(!after.iter().any(|event| matches!(event.body, Body::PointStarted { .. })));
}

/// A run whose room gets 5 K warmer when its probe is lost at `ib-1`, and is right again ten minutes
/// after somebody saw that.
async fn warmed_unseen(laboratory: &Laboratory, on_violation: &str) -> Conclusion {
    let bench = laboratory.bench(&[]);
    let mut prepared = laboratory.prepare(&ITEMS);
    let mut conditions = prepared.plan.environment.conditions.iter_mut();
    let room = conditions.find(|condition| condition.quantity == "t_amb").unwrap();
    on_violation.clone_into(&mut room.on_violation);
    let world = bench.0.clone();
    let cable = bench.0.clone();
    let lose = once_at("ib-1", move || {
        cable.bench().with(|world| world.ambient_mut().warm_by(5.0));
        cable.pull_cable("ambient");
    });
    let react: Reaction = Box::new(move |event| {
        lose(event);
        let is_seen = |text: &str| text.contains("the room is seen again");
        if matches!(&event.body, Body::Noted { text, .. } if is_seen(text)) {
            let world = world.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_mins(10)).await;
                world.bench().with(|world| world.ambient_mut().warm_by(-5.0));
            });
        }
    });
    let plates: Vec<String> = prepared.items.iter().map(|item| item.serial.clone()).collect();
    let plates: Vec<&str> = plates.iter().map(String::as_str).collect();
    laboratory.run_with_plates(&bench, prepared, &plates, |_| react).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn iso17025_6_3_point_read_while_nobody_saw_the_room_leave_its_limits_is_begun_anew() {
    let laboratory = Laboratory::new();
    let conclusion = warmed_unseen(&laboratory, "hold").await;
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    assert_eq!(laboratory.verdicts(&conclusion), planted());
    let events = laboratory.events(&conclusion);
    let voided = events.iter().filter_map(|event| match &event.body {
        Body::Voided { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    let reasons: Vec<&str> = voided.collect();
    assert!(!reasons.is_empty());
    assert!(reasons.iter().all(|reason| reason.contains("the room was not seen")), "{reasons:?}");
    let begun_twice = events.iter().filter_map(|event| match &event.body {
        Body::PointStarted { point, .. } => Some(point.as_str()),
        _ => None,
    });
    let begun_twice: Vec<&str> = begun_twice.filter(|point| starts(&events, point) == 2).collect();
    assert_eq!(begun_twice.len(), 2, "one point is begun anew: {begun_twice:?}");
}

#[tokio::test(start_paused = true)]
async fn iso17025_6_3_room_that_left_its_limits_unseen_ends_a_run_whose_procedure_says_so() {
    let laboratory = Laboratory::new();
    let conclusion = warmed_unseen(&laboratory, "abort").await;
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Failed, true), "{conclusion:?}");
    assert!(conclusion.reason.contains("t_amb"), "{}", conclusion.reason);
    assert_eq!(noted(&laboratory.events(&conclusion), "which ends the run").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn room_that_is_only_warned_about_does_not_stop_a_run_while_its_probe_is_lost() {
    let laboratory = Laboratory::new();
    let conclusion = warmed_unseen(&laboratory, "warn").await;
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    let events = laboratory.events(&conclusion);
    assert_eq!(noted(&events, "the run goes on, as the procedure warns only").len(), 1);
    assert_eq!(first(&events, |body| matches!(body, Body::Voided { .. })), None);
}
