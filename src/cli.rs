//! The command line: one command, one file; this room only chooses among them.
//!
//! Commands answer with an [`ExitStatus`] or a [`CliError`]; both carry one of
//! the six exit codes that laboratories script against. Results go to standard
//! output, everything else to standard error, and only [`Output`] prints.

pub mod error;
pub mod findings;
pub mod output;

pub mod budget;
pub mod bundle;
pub mod certificate;
pub mod check;
pub mod demo;
pub mod deviation;
pub mod diff;
pub mod gui;
pub mod instrument;
pub mod key;
pub mod lab;
pub mod lsp;
pub mod order;
pub mod password;
pub mod person;
pub mod plan;
pub mod preparing;
pub mod procedure;
pub mod record;
pub mod register;
pub mod run;
pub mod serve;
pub mod table;
pub mod test;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use error::{CliError, ExitStatus};
pub use output::{Format, Output};

/// What every command shares.
#[derive(Debug, Parser)]
#[command(name = "etalon", version, about, propagate_version = true, after_help = AFTER_HELP)]
pub struct Cli {
    /// How results are printed
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// The laboratory's folder
    #[arg(long, global = true, default_value = ".", value_name = "DIR")]
    pub lab: PathBuf,
    /// Print results only, no progress and no remarks
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Exit codes: 0 done · 1 the answer is no · 2 the request or a file is wrong, nothing was moved or written ·
3 bench failed or run aborted, safe state confirmed · 4 safe state NOT confirmed: look at the bench now ·
5 refused by a rule of the laboratory";

/// The commands, in the order of a day.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "the arguments of each command say in its own file what it does")]
pub enum Command {
    Demo(demo::DemoArgs),
    Lab(lab::LabArgs),
    Check(check::CheckArgs),
    Test(test::TestArgs),
    Diff(diff::DiffArgs),
    Budget(budget::BudgetArgs),
    Plan(plan::PlanArgs),
    Run(run::RunArgs),
    Record(record::RecordArgs),
    Certificate(certificate::CertificateArgs),
    Procedure(procedure::ProcedureArgs),
    Order(order::OrderArgs),
    Person(person::PersonArgs),
    Key(key::KeyArgs),
    Bundle(bundle::BundleArgs),
    Register(register::RegisterArgs),
    Deviation(deviation::DeviationArgs),
    Serve(serve::ServeArgs),
    Instrument(instrument::InstrumentArgs),
    Lsp(lsp::LspArgs),
    Gui(gui::GuiArgs),
    /// Print the completion script for a shell
    ///
    /// Example: etalon completions bash > ~/.local/share/bash-completion/completions/etalon
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// Runs the command that was asked for.
///
/// # Errors
/// Whatever the command refuses, with its exit code.
pub fn run(cli: Cli, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = cli.lab.as_path();
    match cli.command {
        Command::Demo(args) => demo::run(&args, output),
        Command::Lab(args) => lab::run(&args, lab, output),
        Command::Check(args) => check::run(&args, output),
        Command::Test(args) => test::run(&args, output),
        Command::Diff(args) => diff::run(&args, output),
        Command::Budget(args) => budget::run(&args, output),
        Command::Plan(args) => plan::run(&args, lab, output),
        Command::Run(args) => run::run(&args, lab, output),
        Command::Record(args) => record::run(&args, lab, output),
        Command::Instrument(args) => instrument::run(&args, lab, output),
        Command::Certificate(args) => certificate::run(&args, lab, output),
        Command::Procedure(args) => procedure::run(&args, lab, output),
        Command::Register(args) => register::run(&args, lab, output),
        Command::Deviation(args) => deviation::run(&args, lab, output),
        Command::Order(args) => order::run(&args, lab, output),
        Command::Key(args) => key::run(&args, lab, output),
        Command::Bundle(args) => bundle::run(&args, lab, output),
        Command::Person(args) => person::run(&args, lab, output),
        Command::Serve(args) => serve::run(args, output),
        Command::Lsp(_) => lsp::run(),
        Command::Gui(args) => gui::run(&args, lab, output),
        Command::Completions { shell } => output.completions(shell),
    }
}
