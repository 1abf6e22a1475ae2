//! The demonstration: one calibration all the way through, on each of the simulated benches.
//!
//! A laboratory with invented people is founded in a folder; six energy meters, a
//! pressure gauge and a turbine meter are calibrated in virtual time, a specimen
//! certificate is issued for each, and every one is verified as a stranger would.
//! Command line and window carry out the same demonstration.

pub mod pace;

use std::{path::Path, sync::Arc};

use etalon_certificates::{
    chain::{ChainError, Root},
    fonts::Fonts,
    record::Languages,
    verify::{self, Verification},
};
use etalon_instruments::clock::Clock;
use etalon_procedures::procedure::Activity;
use thiserror::Error;

use crate::{
    decide::{self, ItemVerdict},
    engine::{
        self, Conclusion, Session, SessionError, Sink,
        control::Control,
        session::{
            preparation::{self, Preparation, PreparationError, Request},
            wiring::{WiringError, wired},
        },
    },
    evaluate::{self, EvaluateError, ItemResults},
    issue::{self, Certificate, IssueRefusal, Order},
    keyring::{self, KeyringError},
    lab::{Lab, LabError, demo},
    store::StoreError,
};

/// One calibration of the demonstration.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// The bench.
    pub bench: &'static str,
    /// The procedure.
    pub procedure: &'static str,
    /// The items, in the order of the positions.
    pub items: &'static [&'static str],
    /// What is shown, in words.
    pub what: &'static str,
}

/// The calibrations of the demonstration, in the order in which they are shown.
pub const SCENES: [Scene; 3] = [
    Scene {
        bench: demo::BENCH,
        procedure: demo::PROCEDURE,
        items: &demo::ITEMS,
        what: "six energy meters on one current loop",
    },
    Scene {
        bench: "pressure-1",
        procedure: "cn.jjg52.bourdon.up-down",
        items: &["BG26000001"],
        what: "a pressure gauge, read by the bench's simulated technician",
    },
    Scene {
        bench: "flow-gravimetric",
        procedure: "cn.jjg1037.turbine.gravimetric",
        items: &["TM26000001"],
        what: "a turbine meter, by weighing what it let through",
    },
];

/// What is wrong with the items that were planted in the simulated worlds; the
/// others conform.
pub const PLANTED: [(&str, &str); 2] = [
    ("DD26000004", "its error is about +1.4 %"),
    ("DD26000005", "its plate says 1200 imp/kWh, it gives 1600"),
];

/// Why the demonstration did not come to its end.
#[derive(Debug, Error)]
pub enum DemonstrationError {
    /// The folder holds something else.
    #[error("{folder} is a laboratory of its own, not the demonstration")]
    NotADemonstration {
        /// The folder.
        folder: std::path::PathBuf,
    },
    /// The laboratory.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// The record.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The plan.
    #[error(transparent)]
    Preparation(#[from] PreparationError),
    /// The simulated bench.
    #[error(transparent)]
    Wiring(#[from] WiringError),
    /// The run.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The evaluation.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// The keys.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The demonstration's own authority.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A certificate.
    #[error(transparent)]
    Issue(#[from] IssueRefusal),
    /// Nothing for the links to run in.
    #[error("no runtime for the links: {source}")]
    NoRuntime {
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A certificate cannot be read back.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
}

/// What became of one item.
#[derive(Debug)]
pub struct Demonstrated {
    /// Its results.
    pub results: ItemResults,
    /// The verdict over it.
    pub verdict: ItemVerdict,
    /// Its certificate.
    pub certificate: Certificate,
    /// What a stranger finds out about the certificate.
    pub verification: Verification,
}

impl Demonstrated {
    /// Whether the item ended as it was planted, with a certificate that verifies.
    #[must_use]
    pub fn is_as_planted(&self) -> bool {
        let is_planted = PLANTED.iter().any(|(item, _)| *item == self.results.item);
        let is_found = matches!(self.verdict, ItemVerdict::Fail { .. });
        let is_passed = matches!(self.verdict, ItemVerdict::Pass);
        self.verification.ok && if is_planted { is_found } else { is_passed }
    }
}

/// The demonstration laboratory in a folder: founded there, or found there.
///
/// # Errors
/// [`DemonstrationError`]: the folder holds something else.
pub fn laboratory(folder: &Path) -> Result<Lab, DemonstrationError> {
    if !folder.join(crate::lab::FILE).is_file() {
        return Ok(Lab::init_demo(folder, Clock::real().utc())?);
    }
    let lab = Lab::open(folder)?;
    if lab.identity.demonstration {
        Ok(lab)
    } else {
        Err(DemonstrationError::NotADemonstration { folder: folder.to_owned() })
    }
}

/// The plan of the demonstration's first run: six energy meters.
///
/// # Errors
/// [`DemonstrationError`].
pub fn prepare(lab: &Lab, seed: u64) -> Result<Preparation, DemonstrationError> {
    let [meters, ..] = SCENES;
    prepare_scene(lab, meters, seed)
}

/// The plan of one of the demonstration's runs.
///
/// # Errors
/// [`DemonstrationError`].
pub fn prepare_scene(
    lab: &Lab,
    scene: Scene,
    seed: u64,
) -> Result<Preparation, DemonstrationError> {
    let request = Request {
        procedure: scene.procedure.to_owned(),
        bench: scene.bench.to_owned(),
        items: scene.items.iter().map(|item| (*item).to_owned()).collect(),
        activity: Activity::Calibration,
        date: lab.identity.civil_day(Clock::real().utc()),
        seed,
    };
    Ok(preparation::prepare(lab, &request)?)
}

/// Runs a plan of the demonstration on its simulated bench. Belongs into a runtime
/// whose time is paused for a virtual clock, or into any other for a real one.
///
/// # Errors
/// [`DemonstrationError`].
pub async fn run(
    lab: &Lab,
    prepared: Preparation,
    clock: Clock,
    control: Control,
    sink: Arc<dyn Sink>,
) -> Result<Conclusion, DemonstrationError> {
    let wired = wired(&prepared.bench, prepared.plan.seed, clock)?;
    let none = || WiringError::NoWorld { bench: prepared.bench.id.clone() };
    let technician = wired.technician.ok_or_else(none)?;
    let (performed, ..) = demo::PERSONS;
    let session = Session {
        locks: lab.locks(),
        journal: lab.journal()?,
        wiring: wired.wiring,
        operator: Arc::new(technician),
        person: performed.to_owned(),
        control,
        sink,
    };
    Ok(engine::run(&session, prepared.plan, prepared.papers).await?)
}

/// Issues and verifies the certificate of every item of a run; `progress` hears
/// of each as it is done.
///
/// # Errors
/// [`DemonstrationError`].
pub fn certify(
    lab: &Lab,
    run: &str,
    languages: Languages,
    fonts: &Fonts,
    mut progress: impl FnMut(&Demonstrated),
) -> Result<Vec<Demonstrated>, DemonstrationError> {
    let journal = lab.journal()?;
    let events = journal.events(run)?;
    let plan = engine::session::recorded_plan(&journal, run, &events)?;
    let results = evaluate::evaluate(&plan, &events)?;
    let now = Clock::real().utc();
    let signer = keyring::signer(lab, lab.identity.civil_day(now))?;
    let roots = keyring::authority_pem(lab)?.map(|pem| Root::from_pem(&pem)).transpose()?;
    let (_, checked, approved) = demo::PERSONS;
    let mut done = Vec::new();
    for results in results.items {
        let order = Order { run, item: &results.item, checked, approved, languages, now };
        let certificate = issue::issue(lab, &journal, &order, &signer, fonts)?;
        let bytes = std::fs::read(&certificate.pdf)
            .map_err(|source| DemonstrationError::File { path: certificate.pdf.clone(), source })?;
        let verification = verify::verify_with(&bytes, roots.as_deref(), fonts);
        let verdict = decide::decide(&results);
        let item = Demonstrated { results, verdict, certificate, verification };
        progress(&item);
        done.push(item);
    }
    Ok(done)
}
