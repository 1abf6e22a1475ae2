//! The one place that prints: results to standard output, the rest to standard error.

use std::{
    io::{self, IsTerminal, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use clap::{CommandFactory, ValueEnum};
use serde::Serialize;

use super::{Cli, CliError, ExitStatus, error::FileFindings, findings};

/// How results are printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// For a person.
    Text,
    /// One JSON document (or one JSON object a line where a command says so).
    Json,
}

/// Where a command's words go.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    format: Format,
    is_quiet: bool,
}

impl Output {
    /// An output of the wanted form; `quiet` keeps remarks and progress away.
    #[must_use]
    pub fn new(format: Format, quiet: bool) -> Self {
        Self { format, is_quiet: quiet }
    }

    /// Whether results are wanted as JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether remarks and progress are unwanted.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.is_quiet
    }

    /// Whether a progress bar has a terminal to live on.
    #[must_use]
    pub fn has_terminal(&self) -> bool {
        !self.is_quiet && !self.is_json() && io::stderr().is_terminal()
    }

    /// Whether colours are welcome on standard error (<https://no-color.org>).
    #[must_use]
    pub fn has_colour(&self) -> bool {
        io::stderr().is_terminal()
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
    }

    /// Prints a result line for a person; silent when JSON is wanted.
    pub fn line(&self, text: impl AsRef<str>) {
        if self.format == Format::Text {
            put(io::stdout().lock(), text.as_ref());
        }
    }

    /// Prints a result as it is, whatever the format (plain exports, completions).
    pub fn raw(&self, text: impl AsRef<str>) {
        put(io::stdout().lock(), text.as_ref());
    }

    /// Prints a result document (or one event of a stream) as one line of JSON;
    /// silent when text is wanted.
    ///
    /// # Errors
    /// When the document cannot be written as JSON (a number that is not finite).
    pub fn json(&self, document: &impl Serialize) -> Result<(), CliError> {
        if self.format == Format::Json {
            let text = serde_json::to_string(document).map_err(|error| {
                CliError::request(format!("cannot write the answer as JSON: {error}"))
            })?;
            put(io::stdout().lock(), &text);
        }
        Ok(())
    }

    /// Says something to the person at the terminal that is not a result.
    pub fn remark(&self, text: impl AsRef<str>) {
        if !self.is_quiet {
            put(io::stderr().lock(), text.as_ref());
        }
    }

    /// Says something that must be seen, also when quiet was asked for.
    pub fn alarm(&self, text: impl AsRef<str>) {
        put(io::stderr().lock(), text.as_ref());
    }

    /// Prints findings: drawn on standard error for a person, or as
    /// `{"diagnostics":[…]}` on standard output.
    ///
    /// # Errors
    /// See [`Output::json`].
    pub fn findings(&self, files: &[FileFindings]) -> Result<(), CliError> {
        if self.is_json() {
            return self.json(&findings::document(files));
        }
        for file in files {
            for drawing in findings::drawings(file, self.has_colour()) {
                self.alarm(drawing);
            }
        }
        Ok(())
    }

    /// Reports why a command ended otherwise than well, and gives its exit status.
    pub fn failure(&self, error: &CliError) -> ExitStatus {
        if !error.findings.is_empty() && self.findings(&error.findings).is_err() {
            self.alarm("error: the findings could not be written as JSON");
        }
        if !error.message.is_empty() {
            self.alarm(format!("error: {}", error.message));
        }
        if let Some(hint) = &error.hint {
            self.alarm(format!("  help: {hint}"));
        }
        error.status
    }

    /// Prints the completion script of a shell.
    ///
    /// # Errors
    /// When the script is not text.
    pub fn completions(&self, shell: clap_complete::Shell) -> Result<ExitStatus, CliError> {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "etalon", &mut script);
        let script = String::from_utf8(script).map_err(|error| {
            CliError::request(format!("the completion script is not text: {error}"))
        })?;
        self.raw(script);
        Ok(ExitStatus::Done)
    }
}

/// Whether a line could not be written although somebody wanted to read it.
static HAS_LOST_WORDS: AtomicBool = AtomicBool::new(false);

/// Whether something that was said did not arrive: the answer is not whole.
#[must_use]
pub fn has_lost_words() -> bool {
    HAS_LOST_WORDS.load(Ordering::Relaxed)
}

/// Writes a line; a reader that went away (`| head`) is no failure of ours.
fn put(mut stream: impl Write, text: &str) {
    let written = writeln!(stream, "{}", text.trim_end_matches('\n')).and_then(|()| stream.flush());
    if written.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        HAS_LOST_WORDS.store(true, Ordering::Relaxed);
    }
}

/// A path as it can be pasted into a shell: quoted where it holds more than plain signs.
#[must_use]
pub fn quoted(path: &std::path::Path) -> String {
    let text = path.display().to_string();
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "/._-+,:@%".contains(sign);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}
