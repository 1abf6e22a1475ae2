//! The `etalon` command: reads the arguments, runs the command, answers with its exit code.

use std::process::ExitCode;

use clap::Parser;
use etalon::cli::{self, Cli, ExitStatus, Output, output};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.format, cli.quiet);
    let status = cli::run(cli, &output).unwrap_or_else(|error| output.failure(&error));
    if output::has_lost_words() {
        output.alarm("error: the answer could not be written whole (is the disk full?)");
        // How the bench was left is said whatever became of the words.
        if matches!(status, ExitStatus::BenchFailed | ExitStatus::SafeStateUnconfirmed) {
            return ExitCode::from(status as u8);
        }
        return ExitCode::from(ExitStatus::WrongRequest as u8);
    }
    ExitCode::from(status as u8)
}
