//! `etalon instrument`: the physical side, before and beside a run.
//!
//! Nothing here belongs to a run: no reading is kept, and an instrument of a bench that a run
//! holds is not spoken to. What was said is shown, and written down where it is asked for.

pub mod ask;
pub mod catalogue;
pub mod identify;
pub mod scan;
mod surroundings;
pub mod wire;

use std::path::Path;

use clap::{Args, Subcommand};

use super::{CliError, ExitStatus, Output};

/// Find instruments, ask who they are, look into the catalogue
#[derive(Args, Debug)]
pub struct InstrumentArgs {
    /// What to do
    #[command(subcommand)]
    pub action: InstrumentAction,
}

/// What can be done with instruments.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "the arguments of each action say in its own file what it does")]
pub enum InstrumentAction {
    Scan(scan::ScanArgs),
    Identify(identify::IdentifyArgs),
    Ask(ask::AskArgs),
    Catalogue(catalogue::CatalogueArgs),
}

/// Runs `etalon instrument`.
///
/// # Errors
/// What the action refuses, with its exit code.
pub fn run(args: &InstrumentArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    match &args.action {
        InstrumentAction::Scan(args) => scan::run(args, lab, output),
        InstrumentAction::Identify(args) => identify::run(args, lab, output),
        InstrumentAction::Ask(args) => ask::run(args, lab, output),
        InstrumentAction::Catalogue(args) => catalogue::run(args, lab, output),
    }
}
