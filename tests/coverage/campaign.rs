//! Calibrations in virtual time, one after another, in one laboratory.

use std::{num::NonZeroUsize, sync::Arc};

use etalon::{
    demonstration::Scene,
    engine::{
        self, Notice, Session, Sink, control,
        session::{
            preparation::{self, Request},
            recorded_plan, wiring,
        },
    },
    evaluate::{self, RunResults},
    lab::{Lab, demo},
    plan::Plan,
    store::Journal,
};
use etalon_fixtures::{in_process::in_process, library, world::World};
use etalon_instruments::{clock::Clock, link::Wiring};
use etalon_procedures::procedure::Activity;
use jiff::Timestamp;

use crate::{
    tally::Tally,
    truth::{self, Account, Truths},
};

/// Nobody looks on.
struct Unseen;

impl Sink for Unseen {
    fn notice(&self, _notice: Notice) {}
}

/// A laboratory that calibrates the same items again and again, each time in another world.
pub(crate) struct Campaign {
    scene: &'static Scene,
    folder: tempfile::TempDir,
    lab: Lab,
    journal: Journal,
    now: Timestamp,
}

impl Campaign {
    pub(crate) fn new(scene: &'static Scene) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        let lab = Lab::init_demo(&folder.path().join("lab"), now).unwrap();
        let journal = lab.journal().unwrap();
        Self { scene, folder, lab, journal, now }
    }

    /// So many calibrations, with the seeds from 1.
    pub(crate) fn calibrate(&self, runs: u64) -> Tally {
        let mut tally = Tally::new(self.scene.bench);
        for seed in 1..=runs {
            let (plan, results, truths) = self.once(seed);
            tally.take(&plan, &results, &truths);
        }
        tally
    }

    fn once(&self, seed: u64) -> (Plan, RunResults, Truths) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let clock = Clock::virtual_from(self.now);
            let text = library::world(self.scene.bench).unwrap();
            let mut world = World::from_toml(text, seed).unwrap();
            let account = Account::default();
            world.keep_account(Box::new(account.clone()), &[]);
            let bench = in_process(world, clock);
            let prepared = preparation::prepare(&self.lab, &self.request(seed)).unwrap();
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
            let run = engine::run(&session, prepared.plan, prepared.papers).await.unwrap().run;
            let events = self.journal.events(&run).unwrap();
            let mut plan = recorded_plan(&self.journal, &run, &events).unwrap();
            // The second opinion is asked for once, in the tally.
            for entry in &mut plan.entries {
                entry.evaluation.monte_carlo = None;
            }
            let results = evaluate::evaluate(&plan, &events).unwrap();
            let truths = bench.bench().with(|world| truth::truths(&plan, world, &account));
            (plan, results, truths)
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

/// Threads for the second opinion.
pub(crate) fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
