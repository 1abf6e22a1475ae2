//! A demonstration laboratory in a folder of its own, and its simulated bench.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use etalon::decide;
use etalon::engine::control::{self, Controller};
use etalon::engine::operator::scripted::Scripted;
use etalon::engine::session::preparation::{self, Preparation, Request};
use etalon::engine::{Conclusion, Notice, Session, SessionError, Sink, resume, run};
use etalon::evaluate;
use etalon::journal::{Body, Event};
use etalon::lab::{Lab, demo};
use etalon::plan::Plan;
use etalon::store::Journal;
use etalon_fixtures::faults::Faults;
use etalon_fixtures::in_process::{InProcessBench, in_process_with};
use etalon_fixtures::library;
use etalon_fixtures::world::World;
use etalon_instruments::clock::Clock;
use etalon_instruments::link::Wiring;
use etalon_procedures::procedure::Activity;
use jiff::Timestamp;

/// Seed of every run here.
const SEED: u64 = 7;

/// The laboratory.
pub(crate) struct Laboratory {
    folder: tempfile::TempDir,
    pub(crate) lab: Lab,
    pub(crate) journal: Journal,
    now: Timestamp,
}

/// What was heard of a run, and what is done when something is heard.
pub(crate) type Reaction = Box<dyn Fn(&Event) + Send + Sync>;

struct Listener {
    reaction: Mutex<Option<Reaction>>,
}

impl Sink for Listener {
    fn notice(&self, notice: Notice) {
        if let Notice::Event(event) = notice
            && let Some(reaction) = &*self.reaction.lock().unwrap()
        {
            reaction(&event);
        }
    }
}

impl Laboratory {
    pub(crate) fn new() -> Self {
        Self::at("2026-11-23T08:00:00Z")
    }

    /// The same at another moment, in UTC.
    pub(crate) fn at(now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = now.parse().unwrap();
        let lab = Lab::init_demo(&folder.path().join("lab"), now).unwrap();
        let journal = lab.journal().unwrap();
        Self { folder, lab, journal, now }
    }

    /// The moment at which everything here begins.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(crate) fn prepare(&self, items: &[&str]) -> Preparation {
        preparation::prepare(&self.lab, &self.request(items, Activity::Calibration)).unwrap()
    }

    pub(crate) fn request(&self, items: &[&str], activity: Activity) -> Request {
        Request {
            procedure: demo::PROCEDURE.to_owned(),
            bench: demo::BENCH.to_owned(),
            items: items.iter().map(|item| (*item).to_owned()).collect(),
            activity,
            date: self.lab.identity.civil_day(self.now),
            seed: SEED,
        }
    }

    /// A bench in this process with faults. Call it inside the paused runtime.
    pub(crate) fn bench(&self, faults: &[&str]) -> (InProcessBench, Clock) {
        let clock = Clock::virtual_from(self.now);
        let world = World::from_toml(library::world("meters-6").unwrap(), SEED).unwrap();
        let faults = Faults::parse(faults, &world).unwrap();
        (in_process_with(world, clock, &faults), clock)
    }

    pub(crate) fn session(
        &self,
        bench: &InProcessBench,
        clock: Clock,
        plan: &Plan,
        reaction: Option<Reaction>,
    ) -> (Session, Controller) {
        let (controller, control) = control::pair();
        let script = plan.items.iter().fold(Scripted::new(), |script, item| {
            script.plate(item.position, "dut.serial", &item.serial)
        });
        let session = Session {
            locks: self.folder().join("locks"),
            journal: self.journal.clone(),
            wiring: Wiring::new(Arc::new(bench.clone()), clock),
            operator: Arc::new(script),
            person: demo::PERSONS.0.to_owned(),
            control,
            sink: Arc::new(Listener { reaction: Mutex::new(reaction) }),
        };
        (session, controller)
    }

    /// A run of these items, with something that is done when an event is heard.
    pub(crate) async fn run(
        &self,
        (bench, clock): &(InProcessBench, Clock),
        items: &[&str],
        react: impl FnOnce(Controller) -> Reaction,
    ) -> Result<Conclusion, SessionError> {
        let prepared = self.prepare(items);
        let (mut session, controller) = self.session(bench, *clock, &prepared.plan, None);
        session.sink = Arc::new(Listener { reaction: Mutex::new(Some(react(controller))) });
        run(&session, prepared.plan, prepared.papers).await
    }

    /// The same, with plates that say what is given here.
    pub(crate) async fn run_with_plates(
        &self,
        (bench, clock): &(InProcessBench, Clock),
        prepared: Preparation,
        plates: &[&str],
        react: impl FnOnce(Controller) -> Reaction,
    ) -> Result<Conclusion, SessionError> {
        let (mut session, controller) = self.session(bench, *clock, &prepared.plan, None);
        session.sink = Arc::new(Listener { reaction: Mutex::new(Some(react(controller))) });
        let script = (1..).zip(plates).fold(Scripted::new(), |script, (position, serial)| {
            script.plate(position, "dut.serial", serial)
        });
        session.operator = Arc::new(script);
        run(&session, prepared.plan, prepared.papers).await
    }

    pub(crate) async fn resume(
        &self,
        (bench, clock): &(InProcessBench, Clock),
        name: &str,
        items: &[&str],
    ) -> Result<Conclusion, SessionError> {
        let prepared = self.prepare(items);
        let (session, _controller) = self.session(bench, *clock, &prepared.plan, None);
        resume(&session, name, &prepared.plan).await
    }

    pub(crate) fn events(&self, conclusion: &Conclusion) -> Vec<Event> {
        self.journal.events(&conclusion.run).unwrap()
    }

    /// The verdict of every item, from the record alone.
    pub(crate) fn verdicts(&self, conclusion: &Conclusion) -> BTreeMap<String, String> {
        let events = self.events(conclusion);
        let plan = etalon::engine::session::recorded_plan(&self.journal, &conclusion.run, &events)
            .unwrap();
        let results = evaluate::evaluate(&plan, &events).unwrap();
        let items = results.items.iter();
        items.map(|item| (item.item.clone(), decide::decide(item).word().to_owned())).collect()
    }
}

/// Nothing is done, whatever is heard.
pub(crate) fn only_listen(_controller: Controller) -> Reaction {
    Box::new(|_| ())
}

/// The verdicts that the demonstration plants (electricity dossier 7.3, 7.4):
/// meter 4 is about +1.4 % off, meter 5 has 1600 imp/kWh and is marked 1200.
pub(crate) fn planted() -> BTreeMap<String, String> {
    let verdict = |item: &&str| match *item {
        "DD26000004" | "DD26000005" => "fail",
        _ => "pass",
    };
    demo::ITEMS.iter().map(|item| ((*item).to_owned(), verdict(item).to_owned())).collect()
}

/// Where the first event of a kind stands, if there is one.
pub(crate) fn first(events: &[Event], is_it: impl Fn(&Body) -> bool) -> Option<usize> {
    events.iter().position(|event| is_it(&event.body))
}

/// Whether the bench is energised: output on, or true values above the safe ones.
pub(crate) fn is_energised(bench: &InProcessBench) -> bool {
    bench.bench().with(|world| {
        let load = world.meters().unwrap().true_load();
        load.voltage_v.abs() > 5.0 || load.current_a.abs() > 1e-3
    })
}
