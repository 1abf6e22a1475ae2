//! The three benches of the demonstration, run whole and left in every way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use etalon::demonstration::{self, SCENES, Scene};
use etalon::engine::control::{self, Controller};
use etalon::engine::operator::{Operator, OperatorError, Prompt, Words};
use etalon::engine::session::wiring;
use etalon::engine::{Conclusion, Notice, Outcome, Session, Sink, Wish, resume, run};
use etalon::evaluate::{self, ItemResults};
use etalon::journal::{Body, Event};
use etalon::lab::demo;
use etalon::plan::Plan;
use etalon_fixtures::faults::Faults;
use etalon_fixtures::in_process::{InProcessBench, in_process_with};
use etalon_fixtures::library;
use etalon_fixtures::world::World;
use etalon_instruments::clock::Clock;
use etalon_instruments::link::Wiring;

use crate::bench::Laboratory;

pub(crate) const GAUGE: usize = 1;
pub(crate) const TURBINE: usize = 2;

pub(crate) type Reaction = Box<dyn Fn(&Event) + Send + Sync>;

struct Ear(Reaction);

impl Sink for Ear {
    fn notice(&self, notice: Notice) {
        if let Notice::Event(event) = notice {
            self.0(&event);
        }
    }
}

/// A scene on its bench, in a laboratory of its own.
pub(crate) struct Stage {
    pub(crate) laboratory: Laboratory,
    pub(crate) scene: Scene,
    seed: u64,
    pub(crate) bench: InProcessBench,
    clock: Clock,
}

impl Stage {
    pub(crate) fn new(scene: usize, seed: u64, faults: &[&str]) -> Self {
        Self::of(SCENES[scene], seed, faults)
    }

    pub(crate) fn of(scene: Scene, seed: u64, faults: &[&str]) -> Self {
        let laboratory = Laboratory::new();
        let clock = Clock::virtual_from(laboratory.now());
        let world = World::from_toml(library::world(scene.bench).unwrap(), seed).unwrap();
        let faults = Faults::parse(faults, &world).unwrap();
        let bench = in_process_with(world, clock, &faults);
        Self { laboratory, scene, seed, bench, clock }
    }

    pub(crate) fn session(&self, react: impl FnOnce(Controller) -> Reaction) -> Session {
        let (controller, control) = control::pair();
        Session {
            locks: self.laboratory.folder().join("locks"),
            journal: self.laboratory.journal.clone(),
            wiring: Wiring::new(Arc::new(self.bench.clone()), self.clock),
            operator: Arc::new(wiring::technician(self.bench.clone())),
            person: demo::PERSONS.0.to_owned(),
            control,
            sink: Arc::new(Ear(react(controller))),
        }
    }

    pub(crate) async fn run(&self, react: impl FnOnce(Controller) -> Reaction) -> Conclusion {
        let session = self.session(react);
        self.run_in(&session).await
    }

    pub(crate) async fn run_in(&self, session: &Session) -> Conclusion {
        let prepared =
            demonstration::prepare_scene(&self.laboratory.lab, self.scene, self.seed).unwrap();
        run(session, prepared.plan, prepared.papers).await.unwrap()
    }

    async fn resume(&self, name: &str) -> Conclusion {
        let prepared =
            demonstration::prepare_scene(&self.laboratory.lab, self.scene, self.seed).unwrap();
        resume(&self.session(listen), name, &prepared.plan).await.unwrap()
    }

    pub(crate) fn events(&self, conclusion: &Conclusion) -> Vec<Event> {
        self.laboratory.events(conclusion)
    }

    pub(crate) fn plan(&self, conclusion: &Conclusion) -> Plan {
        let events = self.events(conclusion);
        let journal = &self.laboratory.journal;
        etalon::engine::session::recorded_plan(journal, &conclusion.run, &events).unwrap()
    }

    pub(crate) fn results(&self, conclusion: &Conclusion) -> ItemResults {
        let results = evaluate::evaluate(&self.plan(conclusion), &self.events(conclusion)).unwrap();
        results.items.into_iter().next().unwrap()
    }

    /// What may hurt is gone: pressure released, flow past the tank and stopped, pumps at rest.
    pub(crate) fn is_safe(&self) -> bool {
        self.bench.bench().with(|world| {
            let pressure = world.pressure().is_none_or(|one| one.true_pressure_kpa().abs() < 16.0);
            let flow = world.flow().is_none_or(|one| !one.is_to_tank());
            let air = world.nozzle().is_none_or(|one| !one.pumps());
            let water = world.master().is_none_or(|one| !one.pump().is_on());
            let bell = world.bell().is_none_or(|one| !one.is_enabled());
            pressure && flow && air && water && bell
        })
    }
}

pub(crate) fn listen(_controller: Controller) -> Reaction {
    Box::new(|_| ())
}

/// Something done once, at the n-th reading of this name.
fn at_reading(name: &'static str, n: usize, act: impl Fn() + Send + Sync + 'static) -> Reaction {
    let seen = std::sync::atomic::AtomicUsize::new(0);
    Box::new(move |event| {
        let is_it = matches!(&event.body, Body::Reading { input, .. } if input == name);
        if is_it && seen.fetch_add(1, Ordering::SeqCst) + 1 == n {
            act();
        }
    })
}

/// Seconds between the first and the last event, and what the plan says.
pub(crate) fn seconds(stage: &Stage, conclusion: &Conclusion) -> (f64, f64) {
    let events = stage.events(conclusion);
    let at = |event: &Event| event.at.parse::<jiff::Timestamp>().unwrap();
    let begin = events.iter().find(|one| matches!(one.body, Body::StageStarted { .. })).unwrap();
    let end = events
        .iter()
        .rev()
        .find(|one| matches!(one.body, Body::StageFinished { .. } | Body::StageSkipped { .. }))
        .unwrap();
    let took = at(end).duration_since(at(begin)).as_secs_f64();
    (took, stage.plan(conclusion).duration_s)
}

#[tokio::test(start_paused = true)]
async fn gauge_and_turbine_meter_are_run_in_virtual_time_and_conform_as_planted() {
    for scene in [GAUGE, TURBINE] {
        let stage = Stage::new(scene, 7, &[]);
        let conclusion = stage.run(listen).await;
        assert_eq!(
            (conclusion.outcome, conclusion.is_safe),
            (Outcome::Done, true),
            "{conclusion:?}"
        );
        assert!(stage.is_safe());
        let results = stage.results(&conclusion);
        let verdict = etalon::decide::decide(&results);
        assert_eq!(verdict.word(), "pass", "{verdict:?}");
        let checks = results.across.iter().map(|across| across.checks.len()).sum::<usize>();
        // Five marks: hysteresis at each, tapping and the reading before it at each of both ways;
        // five flows: repeatability at each, linearity once.
        assert_eq!(checks, if scene == GAUGE { 25 } else { 6 });
        let (took_s, planned_s) = seconds(&stage, &conclusion);
        println!("{}: planned {planned_s:.0} s, took {took_s:.0} s", stage.scene.bench);
        assert!((planned_s / took_s - 1.0).abs() < 0.1, "planned {planned_s} s, took {took_s} s");
    }
}

#[tokio::test(start_paused = true)]
async fn broken_cycle_of_a_gauge_begins_again_and_what_was_read_stays_visible() {
    let stage = Stage::new(GAUGE, 7, &[]);
    let aborted = stage
        .run(|controller| {
            at_reading("p_std", 3, move || {
                controller.wish(Wish::Abort { reason: "smoke".to_owned() });
            })
        })
        .await;
    assert_eq!((aborted.outcome, aborted.is_safe), (Outcome::Aborted, true), "{aborted:?}");
    assert!(stage.is_safe());

    let resumed = stage.resume(&aborted.run).await;
    assert_eq!((resumed.outcome, resumed.is_safe), (Outcome::Done, true), "{resumed:?}");
    let events = stage.events(&resumed);
    let again = events.iter().position(|one| matches!(one.body, Body::Resumed { .. })).unwrap();
    let (before, after) = events.split_at(again);
    let readings = |events: &[Event]| -> Vec<u64> {
        let of_points = events
            .iter()
            .filter(|one| matches!(&one.body, Body::Reading { point, .. } if !point.is_empty()));
        of_points.map(|one| one.sequence).collect()
    };
    let void: Vec<u64> = after
        .iter()
        .filter_map(|one| match &one.body {
            Body::Voided { sequence, .. } => Some(*sequence),
            _ => None,
        })
        .collect();
    assert_eq!(void, readings(before), "hysteresis has memory: nothing of the cycle counts");
    let starts = after
        .iter()
        .filter(|one| matches!(&one.body, Body::PointStarted { point, .. } if point == "p1-up"));
    assert_eq!(starts.count(), 1);
    assert_eq!(etalon::decide::decide(&stage.results(&resumed)).word(), "pass");
}

#[tokio::test(start_paused = true)]
async fn link_lost_in_a_cycle_begins_the_cycle_again() {
    let stage = Stage::new(GAUGE, 7, &[]);
    let cable = stage.bench.clone();
    let conclusion =
        stage.run(move |_| at_reading("p_std", 4, move || cable.pull_cable("ref"))).await;
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    let events = stage.events(&conclusion);
    let starts = events
        .iter()
        .filter(|one| matches!(&one.body, Body::PointStarted { point, .. } if point == "p1-up"));
    assert_eq!(starts.count(), 2);
    assert_eq!(etalon::decide::decide(&stage.results(&conclusion)).word(), "pass");
}

#[tokio::test(start_paused = true)]
async fn abort_in_the_middle_of_a_collection_leaves_the_flow_past_the_tank() {
    let stage = Stage::new(TURBINE, 7, &[]);
    let at_tank = move |controller: Controller| -> Reaction {
        let is_done = AtomicBool::new(false);
        Box::new(move |event| {
            let is_it = matches!(&event.body, Body::Setting { value, .. } if value == "tank");
            if is_it && !is_done.swap(true, Ordering::SeqCst) {
                controller.wish(Wish::Abort { reason: "hose off".to_owned() });
            }
        })
    };
    let aborted = stage.run(at_tank).await;
    assert_eq!((aborted.outcome, aborted.is_safe), (Outcome::Aborted, true), "{aborted:?}");
    assert!(stage.is_safe());
    let resumed = stage.resume(&aborted.run).await;
    assert_eq!((resumed.outcome, resumed.is_safe), (Outcome::Done, true), "{resumed:?}");
    assert_eq!(etalon::decide::decide(&stage.results(&resumed)).word(), "pass");
}

#[tokio::test(start_paused = true)]
async fn vent_that_sticks_is_no_safe_state() {
    let stage = Stage::new(GAUGE, 7, &["stuck-vent"]);
    let conclusion = stage
        .run(|controller| {
            at_reading("p_std", 4, move || {
                controller.wish(Wish::Abort { reason: "smoke".to_owned() });
            })
        })
        .await;
    assert_eq!(conclusion.outcome, Outcome::Aborted);
    // What the reference shows decides, whatever the controller says of its vent.
    assert_eq!(conclusion.is_safe, stage.is_safe(), "{conclusion:?}");
}

/// An operator whose answer takes the whole engine down.
struct Bomb;

impl Operator for Bomb {
    fn words<'a>(&'a self, _prompt: &'a Prompt, _remark: Option<&'a str>) -> Words<'a> {
        Box::pin(async { bang() })
    }

    fn source(&self) -> &'static str {
        "typed"
    }

    fn can_be_asked_again(&self) -> bool {
        false
    }
}

fn bang() -> Result<String, OperatorError> {
    panic!("a fault of the program")
}

#[tokio::test(start_paused = true)]
async fn panic_inside_the_engine_ends_in_the_safe_state() {
    let stage = Stage::new(GAUGE, 7, &[]);
    let session = Session { operator: Arc::new(Bomb), ..stage.session(listen) };
    let conclusion = stage.run_in(&session).await;
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Failed, true), "{conclusion:?}");
    assert!(conclusion.reason.contains("stopped unexpectedly"), "{}", conclusion.reason);
    assert!(stage.is_safe());
}

#[tokio::test(start_paused = true)]
async fn nothing_is_set_and_nothing_read_while_a_run_is_paused() {
    let stage = Stage::new(GAUGE, 7, &[]);
    let conclusion = stage
        .run(|controller| {
            at_reading("p_std", 3, move || {
                controller.wish(Wish::Pause);
                let controller = controller.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(std::time::Duration::from_secs(600)).await;
                    controller.wish(Wish::Run);
                });
            })
        })
        .await;
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    let events = stage.events(&conclusion);
    let moves = events.iter().filter(|one| {
        matches!(one.body, Body::Setting { .. } | Body::Reading { .. } | Body::Prompt { .. })
    });
    let at: Vec<jiff::Timestamp> = moves.map(|one| one.at.parse().unwrap()).collect();
    let gaps = at.windows(2).map(|two| two[1].duration_since(two[0]).as_secs_f64());
    let longest = gaps.fold(0.0, f64::max);
    assert!((599.0..700.0).contains(&longest), "{longest}");
    assert_eq!(etalon::decide::decide(&stage.results(&conclusion)).word(), "pass");
}
