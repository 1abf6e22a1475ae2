//! `etalon procedure print`: the procedure as a work instruction.

use clap::Args;
use etalon_procedures::instruction::instruction;
use etalon_procedures::instruction::markdown::{self, Languages};
use etalon_procedures::{LIBRARY, Procedure};

use crate::cli::certificate::Language;
use crate::cli::{CliError, ExitStatus, Output};
use crate::lab::Lab;

/// What is printed, and in which languages.
#[derive(Args, Clone, Debug)]
pub struct PrintArgs {
    /// Id or file of the procedure
    procedure: String,
    /// Languages
    #[arg(long, value_enum, default_value_t = Language::Both)]
    lang: Language,
}

/// Prints a work instruction as Markdown.
///
/// # Errors
/// A procedure that is not sound (exit code 2).
pub(super) fn run(
    args: &PrintArgs,
    lab: Option<&Lab>,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let procedure = find(args, lab)?;
    let languages = match args.lang {
        Language::En => Languages::En,
        Language::Zh => Languages::Zh,
        Language::Both => Languages::Both,
    };
    output.raw(markdown::markdown(&instruction(&procedure), languages));
    Ok(ExitStatus::Done)
}

/// A procedure of the laboratory, or without one a file or one of the program's own.
fn find(args: &PrintArgs, lab: Option<&Lab>) -> Result<Procedure, CliError> {
    if let Some(lab) = lab {
        return super::sound(lab, &args.procedure);
    }
    let mut own = LIBRARY.iter().filter_map(|(_, text)| etalon_procedures::check(text).procedure);
    if let Some(procedure) = own.find(|procedure| procedure.id == args.procedure) {
        return Ok(procedure);
    }
    let text = std::fs::read_to_string(&args.procedure).map_err(|error| {
        CliError::request(format!("{} cannot be read: {error}", args.procedure))
    })?;
    let checked = etalon_procedures::check(&text);
    checked.procedure.ok_or_else(|| {
        CliError::request(format!("{} cannot be used as it is", args.procedure)).findings(
            &args.procedure,
            text,
            checked.diagnostics,
        )
    })
}
