//! Calibrations in virtual time, in laboratories that work side by side, one for each processor.

use std::{sync::Arc, thread};

use etalon::{
    demonstration::Scene,
    engine::{
        self, Notice, Outcome, Session, Sink, control,
        session::{
            preparation::{self, Request},
            recorded_plan, wiring,
        },
    },
    evaluate,
    journal::{Body, Event},
    lab::{Lab, demo},
    plan::Plan,
    store::Journal,
};
use etalon_fixtures::{in_process::in_process, world::World};
use etalon_instruments::{clock::Clock, link::Wiring};
use etalon_procedures::procedure::Activity;
use jiff::Timestamp;

use crate::{
    findings::{Calibration, findings, left_out},
    population::{self, Row},
    truth::{self, Account},
};

/// Nobody looks on.
struct Unseen;

impl Sink for Unseen {
    fn notice(&self, _notice: Notice) {}
}

/// A laboratory that calibrates the same items again and again, each time in another world.
struct Campaign {
    scene: &'static Scene,
    world: String,
    folder: tempfile::TempDir,
    lab: Lab,
    journal: Journal,
    now: Timestamp,
}

/// So many calibrations on the bench of a scene, with the seeds from 1, in their order.
pub(crate) fn calibrations(scene: &'static Scene, row: Row, runs: u64) -> Vec<Calibration> {
    let side_by_side = thread::available_parallelism().map_or(1, |n| n.get() as u64).min(runs);
    let mut all: Vec<Calibration> = thread::scope(|scope| {
        let start = |first: u64| {
            scope.spawn(move || {
                let campaign = Campaign::new(scene, row);
                let seeds = (first..=runs).step_by(side_by_side as usize);
                seeds.map(|seed| campaign.once(seed)).collect::<Vec<_>>()
            })
        };
        let working: Vec<_> = (1..=side_by_side).map(start).collect();
        working.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    all.sort_by_key(|one| one.seed);
    all
}

impl Campaign {
    fn new(scene: &'static Scene, row: Row) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        let lab = Lab::init_demo(&folder.path().join("lab"), now).unwrap();
        let journal = lab.journal().unwrap();
        Self { scene, world: population::world(scene.bench, row), folder, lab, journal, now }
    }

    fn once(&self, seed: u64) -> Calibration {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let clock = Clock::virtual_from(self.now);
            let mut world = World::from_toml(&self.world, seed).unwrap();
            let account = Account::default();
            world.keep_account(Box::new(account.clone()), &[]);
            let bench = in_process(world, clock);
            let mut prepared = preparation::prepare(&self.lab, &self.request(seed)).unwrap();
            without_second_opinion(&mut prepared.plan);
            let (_controller, control) = control::pair();
            let session = Session {
                locks: self.folder.path().join("locks"),
                journal: self.journal.clone(),
                wiring: Wiring::new(Arc::new(bench.clone()), clock),
                operator: Arc::new(wiring::technician(bench.clone())),
                person: demo::PERSONS.0.to_owned(),
                control,
                sink: Arc::new(Unseen),
            };
            let conclusion = engine::run(&session, prepared.plan, prepared.papers).await.unwrap();
            assert_eq!(conclusion.outcome, Outcome::Done, "seed {seed}: {conclusion:?}");
            let run = conclusion.run;
            let events = self.journal.events(&run).unwrap();
            let plan = recorded_plan(&self.journal, &run, &events).unwrap();
            let results = evaluate::evaluate(&plan, &events).unwrap();
            let truths = bench.bench().with(|world| truth::truths(&plan, world, &account));
            Calibration {
                seed,
                findings: findings(&plan, &results, &truths),
                left_out: left_out(&results),
                foretold_s: plan.duration_s,
                took_s: took_s(&plan, &events),
            }
        })
    }

    fn request(&self, seed: u64) -> Request {
        Request {
            procedure: self.scene.procedure.to_owned(),
            bench: self.scene.bench.to_owned(),
            items: self.scene.items.iter().map(|item| (*item).to_owned()).collect(),
            activity: Activity::Calibration,
            date: self.lab.identity.civil_day(self.now),
            seed,
        }
    }
}

/// The second opinion is asked for where it is wanted, in the tally, and not for every result of a thousand
/// calibrations: Monte Carlo of the budgets was a third of what a campaign takes.
fn without_second_opinion(plan: &mut Plan) {
    for entry in &mut plan.entries {
        entry.evaluation.monte_carlo = None;
    }
}

/// Seconds from the beginning of the first stage to the end of the last.
fn took_s(plan: &Plan, events: &[Event]) -> f64 {
    let at = |event: &Event| event.at.parse::<Timestamp>().unwrap();
    let begin = events.iter().find(|one| matches!(one.body, Body::StageStarted { .. })).unwrap();
    let is_end =
        |one: &&Event| matches!(one.body, Body::StageFinished { .. } | Body::StageSkipped { .. });
    let end = events.iter().rev().find(is_end).unwrap();
    assert!(!plan.stages.is_empty());
    at(end).duration_since(at(begin)).as_secs_f64()
}
