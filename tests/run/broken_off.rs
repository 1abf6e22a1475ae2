//! A safe state that itself stops unexpectedly: nothing is taken for confirmed, and a person is called.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use etalon::{
    engine::{Notice, Outcome, Sink, run},
    journal::Body,
};
use etalon_fixtures::in_process::InProcessBench;
use etalon_instruments::{
    link::Wiring,
    resource::Resource,
    transport::{Connector, Pending, Transport, TransportError},
};

use crate::bench::{Laboratory, is_energised};

/// Links to a bench that bring down whoever makes one after a cable was pulled.
struct Trap {
    bench: InProcessBench,
    is_set: AtomicBool,
}

impl Connector for Trap {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        assert!(!self.is_set.load(Ordering::SeqCst), "a fault of the program in {resource}");
        self.bench.connect(resource, deadline)
    }
}

impl Sink for Trap {
    fn notice(&self, notice: Notice) {
        let Notice::Event(event) = notice else { return };
        let is_there = matches!(&event.body, Body::Reading { point, .. } if point == "imax-1");
        if is_there && !self.is_set.swap(true, Ordering::SeqCst) {
            self.bench.pull_cable("source");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn panic_inside_the_safe_state_is_unconfirmed_and_calls_a_person() {
    let laboratory = Laboratory::new();
    let (bench, clock) = laboratory.bench(&[]);
    let prepared = laboratory.prepare(&["DD26000001"]);
    let (mut session, _controller) = laboratory.session(&bench, clock, &prepared.plan, None);
    let trap = Arc::new(Trap { bench: bench.clone(), is_set: AtomicBool::new(false) });
    session.wiring = Wiring::new(Arc::clone(&trap) as Arc<dyn Connector>, clock);
    session.sink = trap;
    let conclusion = run(&session, prepared.plan, prepared.papers).await.unwrap();

    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Failed, false));
    // Neither keeps what comes after it from being tried.
    let stopped = |what: &str| {
        let is_it = |one: &&String| one.starts_with(what) && one.contains("stopped unexpectedly");
        conclusion.troubles.iter().filter(is_it).count()
    };
    let (steps, readbacks) = (stopped("a step"), stopped("the readback"));
    assert_eq!((steps, readbacks), (3, 1), "{conclusion:?}");
    let (english, chinese) = conclusion.manual.clone().expect("a person is told what to do");
    assert!(!english.is_empty() && !chinese.is_empty());
    // The source went off by itself when nobody spoke to it any more, as the bench's account says;
    // the record does not claim what nobody read back.
    assert!(!is_energised(&bench));

    let events = laboratory.events(&conclusion);
    let said = |is_it: &dyn Fn(&Body) -> bool| events.iter().any(|event| is_it(&event.body));
    assert!(said(&|body| matches!(body, Body::SafeState { confirmed: false, .. })));
    assert!(!said(&|body| matches!(body, Body::SafeState { confirmed: true, .. })));
    let last = events.last().map(|event| &event.body);
    assert!(
        matches!(last, Some(Body::Finished { safe_state, .. }) if safe_state == "unconfirmed"),
        "{last:?}"
    );
}
