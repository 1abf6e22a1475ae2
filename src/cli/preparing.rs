//! What `plan` and `run` have in common: names on the command line, and why no
//! plan came of them.

use clap::{Args, ValueEnum};
use etalon_instruments::clock::Clock;
use etalon_procedures::procedure::Activity;

use super::CliError;
use crate::engine::session::preparation::{self, Preparation, PreparationError, Request};
use crate::lab::Lab;
use crate::plan::PlanError;

/// Procedure, bench and items of a run.
#[derive(Args, Clone, Debug)]
pub struct PreparingArgs {
    /// Id or file of the procedure
    pub procedure: String,
    /// Name or file of the bench
    #[arg(long, value_name = "BENCH")]
    pub bench: String,
    /// Names or files of the items under test, in the order of the positions
    #[arg(long = "item", value_name = "ITEM", num_args = 1.., required = true)]
    pub items: Vec<String>,
    /// What the run is for; decides the rule of conformity
    #[arg(long, value_enum, default_value_t = ActivityArg::Calibration)]
    pub activity: ActivityArg,
    /// Seed of everything random: Monte Carlo, and the world of a simulated bench
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum ActivityArg {
    /// A value with its uncertainty, and a statement of conformity by the agreed rule.
    Calibration,
    /// The legal question: within the limits of the regulation or not.
    Verification,
}

impl From<ActivityArg> for Activity {
    fn from(activity: ActivityArg) -> Self {
        match activity {
            ActivityArg::Calibration => Self::Calibration,
            ActivityArg::Verification => Self::Verification,
        }
    }
}

/// Prepares what the arguments name.
///
/// # Errors
/// Wrong files (exit code 2), a rule of the laboratory (exit code 5).
pub fn prepare(lab: &Lab, args: &PreparingArgs) -> Result<Preparation, CliError> {
    let request = Request {
        procedure: args.procedure.clone(),
        bench: args.bench.clone(),
        items: args.items.clone(),
        activity: args.activity.into(),
        date: lab.identity.civil_day(Clock::real().utc()),
        seed: args.seed,
    };
    Ok(preparation::prepare(lab, &request)?)
}

impl From<PreparationError> for CliError {
    fn from(error: PreparationError) -> Self {
        match error {
            PreparationError::Lab(error) => error.into(),
            PreparationError::Procedure { place, text, diagnostics } => {
                let message = format!("procedure {place} cannot be used as it is");
                Self::request(message).findings(place, text, diagnostics)
            }
            PreparationError::Plan { place, text, source } => match *source {
                PlanError::Findings { about, diagnostics } => {
                    let message = format!("procedure and {about} do not fit");
                    Self::request(message).findings(place, text, diagnostics)
                }
                source if source.is_rule() => Self::refused(format!("{source} ({place})")),
                source => Self::request(format!("{source} ({place})")),
            },
        }
    }
}
