//! `etalon check`: every finding of every file at once.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::certificate::Language;
use super::error::FileFindings;
use super::{CliError, ExitStatus, Output};
use crate::explanation::{self, Explanation};
use crate::kind;

/// Check procedure, bench, register, item, catalogue, world, budget, answers and laboratory files
///
/// What a file is says its `schema`. Every finding of every file is shown.
///
/// Example: etalon check procedures/jjg596-direct-basic-error.toml benches/meters-6.toml
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// The files
    #[arg(required_unless_present = "explain", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Explain a code instead
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
    /// Languages of the explanation
    #[arg(long, value_enum, default_value_t = Language::Both)]
    lang: Language,
}

#[derive(Serialize)]
struct Explained<'a> {
    code: &'a str,
    explanation: &'a str,
}

/// Runs `etalon check`.
///
/// # Errors
/// Unknown codes (exit code 2); errors in files are exit code 2 too.
pub fn run(args: &CheckArgs, output: &Output) -> Result<ExitStatus, CliError> {
    if let Some(code) = &args.explain {
        return explain(code, args.lang, output);
    }
    let mut found: Vec<FileFindings> = Vec::new();
    for file in &args.files {
        let (text, diagnostics) = kind::read(file);
        found.push(FileFindings { file: file.clone(), text, diagnostics });
    }
    output.findings(&found)?;
    let errors = found.iter().flat_map(|one| &one.diagnostics).filter(|one| one.is_error()).count();
    for one in &found {
        let errors = one.diagnostics.iter().filter(|finding| finding.is_error()).count();
        let others = one.diagnostics.len() - errors;
        output
            .line(format!("{}: {errors} error(s), {others} other finding(s)", one.file.display()));
    }
    Ok(if errors == 0 { ExitStatus::Done } else { ExitStatus::WrongRequest })
}

fn explain(code: &str, lang: Language, output: &Output) -> Result<ExitStatus, CliError> {
    let Explanation { rule, text } = explanation::explanation(code).ok_or_else(|| {
        CliError::request(format!("no finding has the code {code}"))
            .hint("codes look like E0123; `etalon check FILE` prints them")
    })?;
    let explanation = match lang {
        Language::En => format!("{}\n{}", rule.en(), text.en()),
        Language::Zh => format!("{}\n{}", rule.zh(), text.zh()),
        Language::Both => {
            format!("{} · {}\n{}\n{}", rule.en(), rule.zh(), text.en(), text.zh())
        }
    };
    output.line(format!("{code}: {explanation}"));
    output.json(&Explained { code, explanation: &explanation })?;
    Ok(ExitStatus::Done)
}
