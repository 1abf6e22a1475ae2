//! `etalon gui`: opens the window, which is a program of its own.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;

use super::{CliError, ExitStatus, Output};
use crate::lab;

/// The window's program, as it is called beside this one and in the search path.
const PROGRAM: &str = "etalon-gui";

/// Open the window
///
/// Starts the program etalon-gui, which lies beside etalon, and waits until the
/// window is closed. Without DIR it opens the laboratory of the current folder
/// (or of --lab), and asks for one where there is none.
///
/// Example: etalon gui etalon-demo
#[derive(Args, Debug)]
pub struct GuiArgs {
    /// The laboratory's folder
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Language to begin with
    #[arg(long, value_name = "LANG", value_parser = ["en", "zh"], default_value = "en")]
    lang: String,
}

/// Starts the window and waits for its end.
///
/// # Errors
/// When its program is not there, or ends otherwise than well (exit code 2).
pub fn run(args: &GuiArgs, here: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let program = beside().unwrap_or_else(|| PathBuf::from(PROGRAM));
    let mut command = Command::new(&program);
    command.args(["--lang", args.lang.as_str()]);
    let folder = args.folder.as_deref();
    let folder = folder.or_else(|| here.join(lab::FILE).is_file().then_some(here));
    command.args(folder);
    let status = command.status().map_err(|error| match error.kind() {
        ErrorKind::NotFound => CliError::request(format!(
            "the program {PROGRAM} lies neither beside etalon nor in the search path"
        ))
        .hint(format!("cargo build --release -p {PROGRAM} makes it")),
        _ => CliError::request(format!("{} does not start: {error}", program.display())),
    })?;
    if status.success() {
        output.remark("the window was closed");
        Ok(ExitStatus::Done)
    } else {
        Err(CliError::request(format!("{} ended with {status}", program.display())))
    }
}

/// The window's program in the folder of this one, where it is there.
fn beside() -> Option<PathBuf> {
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::current_exe().ok()?.with_file_name(name);
    path.is_file().then_some(path)
}
