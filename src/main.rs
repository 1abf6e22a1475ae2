//! The `etalon` command: reads the arguments, runs the command, answers with its exit code.

use std::process::ExitCode;

use clap::Parser;
use etalon::cli::{self, Cli, Output};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.format, cli.quiet);
    let status = cli::run(cli, &output).unwrap_or_else(|error| output.failure(&error));
    ExitCode::from(status as u8)
}
