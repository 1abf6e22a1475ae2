//! `etalon procedure`: the desk of author and quality manager.

use std::path::Path;

use clap::{Args, Subcommand};
use etalon_instruments::clock::Clock;
use etalon_procedures::Procedure;
use jiff::Timestamp;

use super::password::PasswordArgs;
use super::{CliError, ExitStatus, Output};
use crate::keyring;
use crate::lab::Lab;
use crate::people::signing::{self, Meaning, Statement};
use crate::release::act::{self, Prepared};
use crate::release::{ReleaseRefusal, statement::Act};
use crate::store::Journal;

mod list;
pub mod print;

/// Submit procedures for review, release and withdraw them
#[derive(Debug, Args)]
pub struct ProcedureArgs {
    /// What to do
    #[command(subcommand)]
    pub action: ProcedureAction,
}

/// What can be done with procedures.
#[derive(Debug, Subcommand)]
pub enum ProcedureAction {
    /// Every procedure of the laboratory and of the program: draft, in review, released, withdrawn
    ///
    /// Example: etalon procedure list
    List,
    /// Print a procedure as a work instruction: items, points with limits, prompts, safe state, budget
    ///
    /// Example: etalon procedure print cn.jjg596.direct.basic-error --as pdf --out instruction.pdf
    Print(print::PrintArgs),
    /// Print the JSON Schema of the language, for editors
    ///
    /// Example: etalon procedure schema > procedure.schema.json
    Schema,
    /// Submit a procedure for review: its golden tests must hold
    ///
    /// Example: etalon procedure review cn.jjg596.direct.basic-error --by liu.fang
    Review {
        /// Id or file of the procedure
        procedure: String,
        /// What was changed and why
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
        /// Who signs
        #[command(flatten)]
        hand: HandArgs,
    },
    /// Release what somebody else submitted: signed, for exactly these bytes
    ///
    /// Refused (exit code 5) while a golden test misses, or while numbers were not compared with
    /// their sources and nobody accepts that with a reason.
    ///
    /// Example: etalon procedure release cn.jjg596.direct.basic-error --by zhao.lei
    Release {
        /// Id or file of the procedure
        procedure: String,
        /// Accept that numbers were not compared with their sources, and say why
        #[arg(long, value_name = "REASON")]
        accept_unchecked: Option<String>,
        /// Who signs
        #[command(flatten)]
        hand: HandArgs,
    },
    /// Withdraw the release of a version, also where its file has changed or is gone
    ///
    /// Example: etalon procedure withdraw cn.jjg596.direct.basic-error 1.0.0 --by zhao.lei --reason "limit misread"
    Withdraw {
        /// Id of the procedure
        id: String,
        /// The version
        version: String,
        /// Why
        #[arg(long, value_name = "REASON")]
        reason: String,
        /// Who signs
        #[command(flatten)]
        hand: HandArgs,
    },
}

/// Whose hand it is.
#[derive(Args, Clone, Debug)]
pub struct HandArgs {
    /// Who signs (name in people.toml)
    #[arg(long, value_name = "PERSON")]
    by: String,
    #[command(flatten)]
    password: PasswordArgs,
}

impl From<ReleaseRefusal> for CliError {
    fn from(refusal: ReleaseRefusal) -> Self {
        let told = refusal.to_string();
        match refusal {
            ReleaseRefusal::Keyring(error) => error.into(),
            ReleaseRefusal::Lab(error) => error.into(),
            ReleaseRefusal::TestsMiss(_) => {
                Self::refused(told).hint("`etalon test PROCEDURE` says what came out")
            }
            ReleaseRefusal::Unchecked { .. } => Self::refused(told).hint(
                "compare them and write checked_by, or accept it with --accept-unchecked REASON",
            ),
            refusal if refusal.is_rule() => Self::refused(told),
            _ => Self::request(told),
        }
    }
}

/// Runs `etalon procedure`.
///
/// # Errors
/// A procedure that is not sound (exit code 2), a rule of release (5).
pub fn run(args: &ProcedureArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    match &args.action {
        ProcedureAction::List => list::run(&Lab::open(lab)?, output),
        ProcedureAction::Print(args) => {
            let lab = Lab::open(lab).ok();
            print::run(args, lab.as_ref(), Clock::real().utc(), output)
        }
        ProcedureAction::Schema => {
            output.raw(etalon_procedures::description::json_schema::text());
            Ok(ExitStatus::Done)
        }
        ProcedureAction::Review { procedure, note, hand } => {
            let desk = Desk::open(lab, hand, output)?;
            let procedure = sound(&desk.lab, procedure)?;
            desk.seal(Act::Review, &procedure.id, |desk| {
                act::review(&desk.lab, &desk.journal, &procedure, &hand.by, note)
            })
        }
        ProcedureAction::Release { procedure, accept_unchecked, hand } => {
            let desk = Desk::open(lab, hand, output)?;
            let procedure = sound(&desk.lab, procedure)?;
            let acceptance = accept_unchecked.as_deref();
            desk.seal(Act::Release, &procedure.id, |desk| {
                act::release(&desk.lab, &desk.journal, &procedure, &hand.by, acceptance)
            })
        }
        ProcedureAction::Withdraw { id, version, reason, hand } => {
            let desk = Desk::open(lab, hand, output)?;
            desk.seal(Act::Withdraw, id, |desk| {
                act::withdraw(&desk.lab, &desk.journal, (id, version), &hand.by, reason)
            })
        }
    }
}

/// A procedure without errors, by id or file.
pub(super) fn sound(lab: &Lab, name: &str) -> Result<Procedure, CliError> {
    let found = lab.procedure(name)?;
    let checked = etalon_procedures::check(&found.text);
    checked.procedure.ok_or_else(|| {
        let message = format!("procedure {} cannot be used as it is", found.place);
        CliError::request(message).findings(found.place, found.text, checked.diagnostics)
    })
}

/// The desk: laboratory, record, whose hand, which moment.
struct Desk<'a> {
    lab: Lab,
    journal: Journal,
    hand: &'a HandArgs,
    output: &'a Output,
    now: Timestamp,
}

impl<'a> Desk<'a> {
    fn open(lab: &Path, hand: &'a HandArgs, output: &'a Output) -> Result<Self, CliError> {
        let lab = Lab::open(lab)?;
        let journal = lab.journal()?;
        Ok(Self { lab, journal, hand, output, now: Clock::real().utc() })
    }

    /// Prepares, has it signed with the person's password and the laboratory's key, and tells.
    fn seal(
        &self,
        act: Act,
        id: &str,
        prepare: impl FnOnce(&Self) -> Result<Prepared, ReleaseRefusal>,
    ) -> Result<ExitStatus, CliError> {
        let by = self.hand.by.as_str();
        let subject = format!("{} of procedure {id}", act.word());
        let statement =
            Statement { meaning: Meaning::Administered, subject: &subject, content: "" };
        let prepared = match prepare(self) {
            Ok(prepared) => prepared,
            Err(ReleaseRefusal::Person(refusal)) => {
                let (journal, refusal) = (&self.journal, refusal.into());
                return Err(signing::refused(journal, by, statement, refusal, self.now)?.into());
            }
            Err(refusal) => return Err(refusal.into()),
        };
        let signer = keyring::signer(&self.lab, self.lab.identity.civil_day(self.now))?;
        let meaning = act.meaning();
        self.output.remark(format!("{by}: {} · {}", meaning.en(), meaning.zh()));
        let password =
            self.hand.password.password(&self.lab, by, Meaning::Administered, self.output)?;
        let content = prepared.statement().file_sha256.clone();
        let statement = Statement { content: &content, ..statement };
        let given = (by, password.as_deref());
        let signature = signing::sign(&self.lab, &self.journal, given, statement, self.now)?;
        let stated = prepared.statement().clone();
        let path = prepared.sealed(&self.lab, &self.journal, &signature, &signer, self.now)?;
        let (state, version) = (act.state().word(), &stated.version);
        self.output.json(&serde_json::json!({
            "procedure": id, "version": version, "state": state, "sha256": content,
            "by": by, "accepted_unchecked": stated.accepted_unchecked, "record": path,
        }))?;
        self.output.line(format!("{id} {version} is {state}  ({})", path.display()));
        for part in &stated.accepted_unchecked {
            self.output.line(format!("  accepted without comparison: {part}"));
        }
        Ok(ExitStatus::Done)
    }
}
