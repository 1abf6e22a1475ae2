//! What `plan` and `run` have in common: names on the command line, and why no
//! plan came of them.

use clap::{Args, ValueEnum};
use etalon_instruments::clock::Clock;
use etalon_procedures::procedure::Activity;
use etalon_uncertainty::text::Text;

use super::certificate::Language;
use super::{CliError, Output};
use crate::engine::session::preparation::{self, Preparation, PreparationError, Request};
use crate::lab::Lab;
use crate::plan::{Plan, PlanError};

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
    /// Languages of refusals and of the advice in them
    #[arg(long, value_enum, default_value_t = Language::Both)]
    pub lang: Language,
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
    preparation::prepare(lab, &request).map_err(|error| refused(error, args.lang))
}

impl From<PreparationError> for CliError {
    fn from(error: PreparationError) -> Self {
        refused(error, Language::Both)
    }
}

/// Who runs a procedure that was withdrawn is told before anything is signed or moved.
pub fn tell_withdrawal(plan: &Plan, lang: Language, output: &Output) {
    let mark = &plan.procedure;
    let Some(Text { en, zh }) = &mark.withdrawn else { return };
    let (id, version) = (&mark.id, &mark.version);
    let told = Text::new(
        format!("procedure {id} {version} was {en}; only specimens come of it"),
        format!("规程 {id} {version} {zh}；只能得到样张"),
    );
    output.alarm(format!("warning: {}", said(&told, lang)));
}

/// Why nothing was prepared, in the languages that were asked for.
fn refused(error: PreparationError, lang: Language) -> CliError {
    match error {
        PreparationError::Lab(error) => error.into(),
        PreparationError::Procedure { place, text, diagnostics } => {
            let message = Text::new(
                format!("procedure {place} cannot be used as it is"),
                format!("规程 {place} 不能照此使用"),
            );
            CliError::request(said(&message, lang)).findings(place, text, diagnostics)
        }
        PreparationError::Plan { place, text, source } => match *source {
            PlanError::Findings { about, diagnostics } => {
                let message = Text::new(
                    format!("procedure and {about} do not fit"),
                    format!("规程与 {about} 不相符"),
                );
                CliError::request(said(&message, lang)).findings(place, text, diagnostics)
            }
            source => {
                let Text { en, zh } = source.text();
                let both = Text::new(format!("{en} ({place})"), format!("{zh}（{place}）"));
                let message = said(&both, lang);
                if source.is_rule() {
                    CliError::refused(message)
                } else {
                    CliError::request(message)
                }
            }
        },
    }
}

/// A message in the languages that were asked for, each in a line of its own.
fn said(message: &Text, lang: Language) -> String {
    match lang {
        Language::En => message.en().to_owned(),
        Language::Zh => message.zh().to_owned(),
        Language::Both => format!("{}\n{}", message.en(), message.zh()),
    }
}
