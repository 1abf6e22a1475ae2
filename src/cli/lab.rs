//! `etalon lab`: found a laboratory, look at its state.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use etalon_instruments::clock::Clock;
use jiff::civil::Date;
use serde::Serialize;

use super::{CliError, ExitStatus, Output, table::Table};
use crate::{
    folder::FileFault,
    journal::runs::RunState,
    lab::{Lab, LabError},
    register::Standard,
    store::hold,
};

/// Found a laboratory, or look at the state of one
#[derive(Debug, Args)]
pub struct LabArgs {
    /// What to do
    #[command(subcommand)]
    pub action: LabAction,
}

/// What can be done with a laboratory as a whole.
#[derive(Debug, Subcommand)]
pub enum LabAction {
    /// Found a laboratory in an empty folder
    ///
    /// Example: etalon lab init calibration-lab
    Init {
        /// The folder; it is made where it does not exist
        dir: PathBuf,
        /// With the simulated meter bench, its register, invented people and six meters
        #[arg(long)]
        demo: bool,
    },
    /// What stands here, what is due, which bench was not left safe
    ///
    /// Example: etalon --lab calibration-lab lab status
    Status,
}

/// Runs `etalon lab`.
///
/// # Errors
/// A folder that is not empty, a laboratory whose files cannot be used (exit code 2).
pub fn run(args: &LabArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    match &args.action {
        LabAction::Init { dir, demo } => init(dir, *demo, output),
        LabAction::Status => status(lab, output),
    }
}

impl From<LabError> for CliError {
    fn from(error: LabError) -> Self {
        match error {
            LabError::Files(faults) => from_faults(faults),
            LabError::NotALaboratory { .. } => Self::request(error.to_string())
                .hint("`etalon lab init DIR` founds one; `--lab DIR` names another folder"),
            other => Self::request(other.to_string()),
        }
    }
}

fn from_faults(faults: Vec<FileFault>) -> CliError {
    let mut error = CliError::request("the laboratory's files cannot be used as they are");
    for fault in faults {
        match fault {
            FileFault::Findings { file, text, diagnostics } => {
                error = error.findings(file, text, diagnostics);
            }
            unreadable @ FileFault::Unreadable { .. } => error.message = unreadable.to_string(),
        }
    }
    error
}

fn init(dir: &Path, demo: bool, output: &Output) -> Result<ExitStatus, CliError> {
    let now = Clock::real().utc();
    let lab = if demo { Lab::init_demo(dir, now)? } else { Lab::found(dir, &now.to_string())? };
    output.json(&Founded {
        laboratory: &lab.identity.id,
        folder: dir.display().to_string(),
        demonstration: lab.identity.demonstration,
    })?;
    output.line(format!("founded laboratory `{}` in {}", lab.identity.id, dir.display()));
    if demo {
        output.line("the bench is simulated: everything issued here is a specimen");
    } else {
        output.line("next: fill in etalon.toml and people.toml, then describe a bench in benches/");
    }
    Ok(ExitStatus::Done)
}

#[derive(Serialize)]
struct Founded<'a> {
    laboratory: &'a str,
    folder: String,
    demonstration: bool,
}

#[derive(Serialize)]
struct Status {
    laboratory: String,
    demonstration: bool,
    events: u64,
    runs: usize,
    benches: Vec<BenchState>,
    standards: Vec<StandardState>,
    items: usize,
    people: usize,
}

#[derive(Serialize)]
struct BenchState {
    id: String,
    simulated: bool,
    held_by: Option<String>,
    /// Runs after which nobody confirmed that the bench is safe.
    not_left_safe: Vec<String>,
}

#[derive(Serialize)]
struct StandardState {
    id: String,
    status: &'static str,
    due: Option<String>,
    fit: bool,
    reason: Option<String>,
}

fn status(root: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(root)?;
    let today = lab.identity.civil_day(Clock::real().utc());
    let journal = lab.journal()?;
    let register = lab.register()?;
    let status = Status {
        laboratory: lab.identity.id.clone(),
        demonstration: lab.identity.demonstration,
        events: journal.last()?,
        runs: journal.runs()?.len(),
        benches: benches(&lab)?,
        standards: register.standards().map(|own| standard(own, today)).collect(),
        items: lab.names("items")?.len(),
        people: lab.people()?.persons().count(),
    };
    output.json(&status)?;
    print(&status, output);
    Ok(ExitStatus::Done)
}

fn benches(lab: &Lab) -> Result<Vec<BenchState>, CliError> {
    let runs = lab.journal()?.runs()?;
    let mut states = Vec::new();
    for name in lab.names("benches")? {
        let bench = lab.bench(&name)?;
        let holder = hold::holder(&lab.locks(), &bench.id)
            .map_err(|refused| CliError::request(refused.to_string()))?;
        let held_by = holder.map(|holder| holder.run);
        let unsafe_runs = runs.iter().filter(|run| {
            run.bench == bench.id
                && run.safe != Some(true)
                && Some(&run.run) != held_by.as_ref()
                && (run.safe == Some(false) || run.state == RunState::Open)
        });
        states.push(BenchState {
            not_left_safe: unsafe_runs.map(|run| run.run.clone()).collect(),
            simulated: !bench.simulated().is_empty(),
            id: bench.id,
            held_by,
        });
    }
    Ok(states)
}

fn standard(standard: &Standard, today: Date) -> StandardState {
    let refusal = standard.fit_on(today).err();
    StandardState {
        id: standard.id.clone(),
        status: standard.status().word(),
        due: standard.due.map(|due| due.to_string()),
        fit: refusal.is_none(),
        reason: refusal.map(|refusal| refusal.to_string()),
    }
}

fn print(status: &Status, output: &Output) {
    let kind = if status.demonstration { " (demonstration)" } else { "" };
    output.line(format!(
        "laboratory {}{kind}: {} people, {} items, {} runs, {} events",
        status.laboratory, status.people, status.items, status.runs, status.events
    ));
    let mut benches = Table::new(&["BENCH", "KIND", "HELD BY", "NOT LEFT SAFE"]);
    for bench in &status.benches {
        let kind = if bench.simulated { "simulated" } else { "real" };
        let held = bench.held_by.as_deref().unwrap_or("-");
        benches.row(&[&bench.id, kind, held, &or_dash(&bench.not_left_safe.join(" "))]);
    }
    let mut standards = Table::new(&["STANDARD", "STATUS", "DUE", "FIT TODAY"]);
    for standard in &status.standards {
        let due = standard.due.as_deref().unwrap_or("-");
        standards.row(&[
            &standard.id,
            standard.status,
            due,
            standard.reason.as_deref().unwrap_or("yes"),
        ]);
    }
    output.line(benches.text());
    output.line(standards.text());
}

fn or_dash(text: &str) -> String {
    if text.is_empty() { "-".to_owned() } else { text.to_owned() }
}
