//! The reference is not at rest: the run waits by the procedure's rule
//! (`drift(ref.p, '5 s') < 0.02 * mpe.limit` for at most 60 s), and then does what the rule says.

use std::sync::Arc;

use etalon::{
    decide,
    engine::{
        Conclusion, Operator, Outcome, Session,
        operator::{Prompt, Words},
    },
    journal::{Body, Event},
};
use jiff::Timestamp;

use crate::scenes::{GAUGE, Stage, listen};

const SEED: u64 = 7;
/// The point at which the reference is shaken.
const POINT: &str = "p3-up";

/// How long the run waited at the point, in seconds, and whether the reference came to rest.
fn waited(events: &[Event]) -> (f64, bool) {
    let found = events.iter().find_map(|event| match &event.body {
        Body::Waited { point, until, seconds, met, .. }
            if point == POINT && until.starts_with("drift(ref.p") =>
        {
            Some((seconds.parse().unwrap(), *met))
        }
        _ => None,
    });
    found.unwrap()
}

/// When the wait of the point begins in an undisturbed run, in seconds of the world, and how long it
/// lasts there.
async fn undisturbed() -> (f64, f64) {
    let stage = Stage::new(GAUGE, SEED, &[]);
    let began = stage.laboratory.now();
    let conclusion = stage.run(listen).await;
    let events = stage.events(&conclusion);
    let ended = events.iter().find(|event| {
        matches!(&event.body, Body::Waited { point, until, .. } if point == POINT && until.starts_with("drift"))
    });
    let at: Timestamp = ended.unwrap().at.parse().unwrap();
    let (lasted, met) = waited(&events);
    assert!(met);
    (at.duration_since(began).as_secs_f64() - lasted, lasted)
}

/// A gauge whose reference is shaken for so many times 40 s from the beginning of the wait on.
async fn shaken(times: u64, operator: fn(Session) -> Session) -> (Stage, Conclusion, Vec<Event>) {
    let (wait, usual) = undisturbed().await;
    assert!(usual < 20.0, "{usual}");
    let faults = (0..times).map(|time| format!("shaken-reference@{}", wait as u64 + 2 + 40 * time));
    let faults: Vec<String> = faults.collect();
    let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
    let stage = Stage::new(GAUGE, SEED, &faults);
    let session = operator(stage.session(listen));
    let conclusion = stage.run_in(&session).await;
    let events = stage.events(&conclusion);
    (stage, conclusion, events)
}

fn asked(events: &[Event]) -> Option<&str> {
    events.iter().find_map(|event| match &event.body {
        Body::Answer { field, value, .. } if field == "go-on" => Some(value.as_str()),
        _ => None,
    })
}

#[tokio::test(start_paused = true)]
async fn reading_waits_until_a_shaken_reference_is_at_rest_again() {
    let (stage, conclusion, events) = shaken(1, |session| session).await;
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    let (seconds, met) = waited(&events);
    // Shaken for 40 s, and then 5 s of rest are asked for.
    assert!(met && (40.0..60.0).contains(&seconds), "{seconds}");
    assert_eq!(asked(&events), None);
    assert_eq!(decide::decide(&stage.results(&conclusion)).word(), "pass");
}

#[tokio::test(start_paused = true)]
async fn reference_that_does_not_come_to_rest_in_time_is_asked_about_and_yes_goes_on() {
    let (_, conclusion, events) = shaken(2, |session| session).await;
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    assert_eq!((waited(&events), asked(&events)), ((60.0, false), Some("yes")));
}

/// Somebody who does not go on where something is wrong.
struct Careful(Arc<dyn Operator>);

impl Operator for Careful {
    fn words<'a>(&'a self, prompt: &'a Prompt, remark: Option<&'a str>) -> Words<'a> {
        if prompt.field == "go-on" {
            return Box::pin(std::future::ready(Ok("no".to_owned())));
        }
        self.0.words(prompt, remark)
    }

    fn source(&self) -> &'static str {
        self.0.source()
    }

    fn can_be_asked_again(&self) -> bool {
        self.0.can_be_asked_again()
    }
}

#[tokio::test(start_paused = true)]
async fn reference_that_does_not_come_to_rest_in_time_ends_the_run_where_somebody_says_no() {
    let careful = |session: Session| Session {
        operator: Arc::new(Careful(session.operator.clone())),
        ..session
    };
    let (stage, conclusion, events) = shaken(2, careful).await;
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Failed, true), "{conclusion:?}");
    assert!(conclusion.reason.contains("did not hold within 60 s"), "{}", conclusion.reason);
    assert!(conclusion.reason.contains(POINT), "{}", conclusion.reason);
    assert_eq!((waited(&events), asked(&events)), ((60.0, false), Some("no")));
    let is_read = |body: &Body| matches!(body, Body::Reading { point, .. } if point == POINT);
    assert!(!events.iter().any(|event| is_read(&event.body)), "nothing was read at the point");
    assert!(stage.is_safe());
}
