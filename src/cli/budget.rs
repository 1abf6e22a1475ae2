//! `etalon budget`: the uncertainty of a budget file, by the GUM and by Monte Carlo.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{Args, ValueEnum};
use etalon_uncertainty::{
    budget::{self, Method, Options, Trials, USUAL_SEED, USUAL_TRIALS},
    budget_file,
};

use super::{CliError, ExitStatus, Output};
use crate::form;

/// Evaluate a budget file: GUM, Monte Carlo, or the one validated by the other
///
/// The format is the one of the measurement models in procedures; any point of
/// any run can be written as such a file.
///
/// Example: etalon budget weight.toml --method both --p 0.95 --check
#[derive(Args, Clone, Debug)]
pub struct BudgetArgs {
    /// The budget file
    file: PathBuf,
    /// Which propagation
    #[arg(long, value_enum, default_value_t = MethodArg::Both)]
    method: MethodArg,
    /// Number of trials, or `adaptive` (JCGM 101, 7.9)
    #[arg(long, value_name = "N|adaptive", value_parser = trials)]
    trials: Option<Trials>,
    /// Coverage probability; may be repeated, the first one is the headline
    #[arg(long = "p", value_name = "P")]
    probabilities: Vec<f64>,
    /// Seed of the trials
    #[arg(long, default_value_t = USUAL_SEED, value_name = "N")]
    seed: u64,
    /// Compare with the numbers the file expects; the answer is no when one is missed
    #[arg(long)]
    check: bool,
    /// Print comma-separated values in place of the table
    #[arg(long)]
    csv: bool,
    /// Write a picture: histogram of the trials, normal curve of the GUM, both intervals
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Which propagation.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum MethodArg {
    /// The law of propagation of uncertainty (JCGM 100)
    Gum,
    /// The propagation of distributions (JCGM 101)
    Mcm,
    /// Both, with validation
    Both,
}

fn trials(text: &str) -> Result<Trials, String> {
    if text == "adaptive" {
        return Ok(Trials::Adaptive);
    }
    let wanted = || format!("`{text}` is neither a whole number of trials nor `adaptive`");
    text.parse().map(Trials::Fixed).map_err(|_| wanted())
}

/// Runs `etalon budget`.
///
/// # Errors
/// A file with findings, a model without a value (exit code 2); a missed
/// expectation is an answer (1).
pub fn run(args: &BudgetArgs, output: &Output) -> Result<ExitStatus, CliError> {
    let name = args.file.display().to_string();
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| CliError::request(format!("{name}: {error}")))?;
    let refused = |findings| {
        CliError::request(format!("{name} cannot be evaluated as it is"))
            .findings(&args.file, &text, findings)
    };
    if let Some(finding) = form::too_large(&text) {
        return Err(refused(vec![finding]));
    }
    let (file, findings) = budget_file::parse(&text).map_err(refused)?;
    if !findings.is_empty() && !output.is_json() {
        let file = super::error::FileFindings {
            file: args.file.clone(),
            text: text.clone(),
            diagnostics: findings,
        };
        output.findings(&[file])?;
    }
    let answer = budget::evaluate(&name, &file, &options(args))
        .map_err(|error| CliError::request(format!("{name}: {error}")))?;
    if let Some(path) = &args.svg {
        std::fs::write(path, answer.svg())
            .map_err(|error| CliError::request(format!("{}: {error}", path.display())))?;
    }
    if output.is_json() {
        output.raw(answer.json());
    } else if args.csv {
        output.raw(answer.csv());
    } else {
        output.raw(answer.table());
    }
    if args.check {
        output.line(answer.checks_as_lines());
    }
    Ok(if answer.holds() { ExitStatus::Done } else { ExitStatus::AnswerIsNo })
}

fn options(args: &BudgetArgs) -> Options {
    Options {
        method: match args.method {
            MethodArg::Gum => Method::Gum,
            MethodArg::Mcm => Method::MonteCarlo,
            MethodArg::Both => Method::Both,
        },
        trials: args.trials.unwrap_or(Trials::Fixed(USUAL_TRIALS)),
        probabilities: args.probabilities.clone(),
        seed: args.seed,
        threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        check: args.check,
    }
}
