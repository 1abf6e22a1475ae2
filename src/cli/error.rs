//! How a command ends: the six exit codes, and why it was not the first.

use std::path::PathBuf;

use etalon_uncertainty::diagnostic::Diagnostic;

/// The exit codes of `etalon`; scripts of laboratories rely on them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum ExitStatus {
    /// Done; what was asked holds.
    Done = 0,
    /// Done; the answer is no.
    AnswerIsNo = 1,
    /// The request or an input file is wrong; nothing was moved, nothing written.
    WrongRequest = 2,
    /// The bench failed or the run was aborted; the safe state was confirmed.
    BenchFailed = 3,
    /// The safe state could not be confirmed: a person must look now.
    SafeStateUnconfirmed = 4,
    /// Refused by a rule of the laboratory.
    RefusedByRule = 5,
}

/// The findings of one file, with the text they point into.
#[derive(Clone, Debug)]
pub struct FileFindings {
    /// The file as it was named on the command line.
    pub file: PathBuf,
    /// Its text; spans are byte offsets into it.
    pub text: String,
    /// Everything that was found.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a command did not do what was asked.
#[derive(Clone, Debug)]
pub struct CliError {
    /// The exit code.
    pub status: ExitStatus,
    /// What was found, what was wanted, where.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Findings to draw before the message.
    pub findings: Vec<FileFindings>,
}

impl CliError {
    fn with(status: ExitStatus, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), hint: None, findings: Vec::new() }
    }

    /// The request or an input file is wrong (exit code 2).
    pub fn request(message: impl Into<String>) -> Self {
        Self::with(ExitStatus::WrongRequest, message)
    }

    /// The answer is no (exit code 1).
    pub fn answer_is_no(message: impl Into<String>) -> Self {
        Self::with(ExitStatus::AnswerIsNo, message)
    }

    /// A rule of the laboratory refuses (exit code 5); the message names the rule.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::with(ExitStatus::RefusedByRule, message)
    }

    /// The bench failed; `confirmed` says whether its safe state was confirmed
    /// (exit code 3) or not (exit code 4).
    pub fn bench(message: impl Into<String>, confirmed: bool) -> Self {
        let status =
            if confirmed { ExitStatus::BenchFailed } else { ExitStatus::SafeStateUnconfirmed };
        Self::with(status, message)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = Some(text.into());
        self
    }

    /// Adds the findings of a file, to be drawn before the message.
    #[must_use]
    pub fn findings(
        mut self,
        file: impl Into<PathBuf>,
        text: impl Into<String>,
        diagnostics: Vec<Diagnostic>,
    ) -> Self {
        self.findings.push(FileFindings { file: file.into(), text: text.into(), diagnostics });
        self
    }
}
