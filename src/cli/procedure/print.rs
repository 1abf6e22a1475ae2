//! `etalon procedure print`: the procedure as a work instruction.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use etalon_certificates::fonts::Fonts;
use etalon_certificates::moment::Moment;
use etalon_certificates::pdf::typesetting::{self, Job};
use etalon_procedures::instruction::markdown::{self, Languages};
use etalon_procedures::instruction::{Block, Instruction, instruction};
use etalon_procedures::{LIBRARY, Procedure};
use etalon_uncertainty::text::Text;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::certificate::{Language, fonts};
use crate::cli::{CliError, ExitStatus, Output};
use crate::lab::{Lab, modules};
use crate::release::{self, State};

/// What is printed, and how.
#[derive(Args, Clone, Debug)]
pub struct PrintArgs {
    /// Id or file of the procedure
    procedure: String,
    /// Languages
    #[arg(long, value_enum, default_value_t = Language::Both)]
    lang: Language,
    /// Form of the instruction
    #[arg(long = "as", value_enum, default_value_t = Form::Md, value_name = "FORM")]
    form: Form,
    /// The file to write; Markdown goes to standard output without it
    #[arg(long, short, value_name = "FILE", required_if_eq("form", "pdf"))]
    out: Option<PathBuf>,
}

/// Forms of a work instruction.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Form {
    /// Markdown
    Md,
    /// PDF/A-3b
    Pdf,
}

/// Prints a work instruction.
///
/// # Errors
/// A procedure that is not sound, a file that cannot be written (exit code 2).
pub(super) fn run(
    args: &PrintArgs,
    lab: Option<&Lab>,
    now: Timestamp,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let procedure = find(args, lab)?;
    let state = state(lab, &procedure);
    let instruction = instruction(&procedure);
    let bytes = match args.form {
        Form::Md => {
            let languages = match args.lang {
                Language::En => Languages::En,
                Language::Zh => Languages::Zh,
                Language::Both => Languages::Both,
            };
            let text = markdown::markdown(&instruction, languages);
            if args.out.is_none() {
                output.raw(text);
                return Ok(ExitStatus::Done);
            }
            text.into_bytes()
        }
        Form::Pdf => {
            let fonts = fonts(args.lang, output);
            pdf(&procedure, &instruction, (args.lang, &fonts), &state, now)?
        }
    };
    if let Some(file) = &args.out {
        std::fs::write(file, &bytes)
            .map_err(|error| CliError::request(format!("{}: {error}", file.display())))?;
        output.line(file.display().to_string());
        output.json(&json!({ "file": file, "bytes": bytes.len() }))?;
    }
    Ok(ExitStatus::Done)
}

/// A procedure of the laboratory, or without one a file or one of the program's own.
fn find(args: &PrintArgs, lab: Option<&Lab>) -> Result<Procedure, CliError> {
    if let Some(lab) = lab {
        return super::sound(lab, &args.procedure);
    }
    let own = LIBRARY.iter().filter_map(|(_, text)| etalon_procedures::check(text).procedure);
    if let Some(procedure) = own.into_iter().find(|procedure| procedure.id == args.procedure) {
        return Ok(procedure);
    }
    let text = std::fs::read_to_string(&args.procedure).map_err(|error| {
        CliError::request(format!("{} cannot be read: {error}", args.procedure))
    })?;
    let text = modules::whole(text, Path::new(&args.procedure));
    let checked = etalon_procedures::check(&text);
    checked.procedure.ok_or_else(|| {
        CliError::request(format!("{} cannot be used as it is", args.procedure)).findings(
            &args.procedure,
            text,
            checked.diagnostics,
        )
    })
}

/// Where it stands, and whether that is a release.
fn state(lab: Option<&Lab>, procedure: &Procedure) -> (Text, bool) {
    let journal = lab.and_then(|lab| lab.journal().ok());
    let standing =
        lab.zip(journal).map(|(lab, journal)| release::standing(lab, &journal, procedure));
    let state = standing.map_or(State::Draft, |standing| standing.state);
    let words = match state {
        State::Draft => Text::new("DRAFT", "草案"),
        State::InReview => Text::new("IN REVIEW", "评审中"),
        State::Released => Text::new("released", "已发布"),
        State::Withdrawn => Text::new("WITHDRAWN", "已废止"),
    };
    (words, state == State::Released)
}

fn pdf(
    procedure: &Procedure,
    instruction: &Instruction,
    (lang, fonts): (Language, &Fonts),
    (state, released): &(Text, bool),
    now: Timestamp,
) -> Result<Vec<u8>, CliError> {
    let stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let issued = Moment::parse(&stamp)
        .ok_or_else(|| CliError::request(format!("{stamp} is no moment a page can carry")))?;
    let words = json!({
        "languages": match lang {
            Language::En => "en",
            Language::Zh => "zh",
            Language::Both => "both",
        },
        "cjk": typesetting::cjk_family(fonts).unwrap_or_default(),
        "title": two(&instruction.title),
        "procedure": format!("{} {}", procedure.id, procedure.version),
        "sha256": procedure.sha256,
        "state": two(state),
        "released": released,
        "printed": stamp,
        "blocks": instruction.blocks.iter().map(block).collect::<Vec<_>>(),
    });
    let job = Job {
        template: include_str!("instruction.typ"),
        words: words.to_string().into_bytes(),
        dcc: b"",
        identity: format!("etalon:{}", procedure.sha256),
        creator: format!("etalon {}", env!("CARGO_PKG_VERSION")),
        issued,
    };
    typesetting::typeset(&job, fonts).map_err(|error| CliError::request(error.to_string()))
}

fn two(text: &Text) -> Value {
    json!({ "en": text.en(), "zh": text.zh() })
}

fn block(block: &Block) -> Value {
    let all = |texts: &[Text]| texts.iter().map(two).collect::<Vec<_>>();
    match block {
        Block::Heading(text) => json!({ "kind": "heading", "text": two(text) }),
        Block::Stage(text) => json!({ "kind": "stage", "text": two(text) }),
        Block::Paragraph(text) => json!({ "kind": "paragraph", "text": two(text) }),
        Block::Warning(text) => json!({ "kind": "warning", "text": two(text) }),
        Block::Steps(steps) => json!({ "kind": "steps", "steps": all(steps) }),
        Block::Table { heads, rows } => json!({
            "kind": "table",
            "heads": all(heads),
            "rows": rows.iter().map(|row| all(row)).collect::<Vec<_>>(),
            "widths": widths(heads, rows),
        }),
    }
}

/// Widest and narrowest share of a column. Chosen: a column of digits stays readable
/// beside one of sentences.
const SHARES: (usize, usize) = (13, 56);

/// Shares of the columns by the length of what stands in them.
fn widths(heads: &[Text], rows: &[Vec<Text>]) -> Vec<usize> {
    let length = |text: &Text| text.en().chars().count().max(2 * text.zh().chars().count() / 2);
    (0..heads.len())
        .map(|column| {
            let head = heads.get(column).map_or(0, length);
            let cells = rows.iter().filter_map(|row| row.get(column)).map(length);
            cells.max().unwrap_or(0).max(head).clamp(SHARES.0, SHARES.1)
        })
        .collect()
}
