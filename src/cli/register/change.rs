//! Entries of the register: each by somebody who answers for it with a password, and in the record.

use std::path::Path;

use etalon_instruments::clock::Clock;
use etalon_uncertainty::quantity::Quantity;
use jiff::Timestamp;

use super::{Answerable, CheckArgs, StatusArgs, UpkeepArgs};
use crate::{
    act::Deed,
    cli::{CliError, ExitStatus, Output},
    lab::{Lab, LabError},
    people::{
        Duty,
        signing::{self, Meaning, Statement},
    },
    register::{
        Status,
        change::{self, check_lines, status_lines, upkeep_lines},
        status::{StatusChange, WORDS},
        upkeep::{Check, KINDS, Upkeep},
    },
    store::Journal,
};

/// Name of the act of an entry.
const ENTERED: &str = "register_entry";

/// The register's desk.
pub(super) struct Office<'a> {
    pub(super) lab: Lab,
    pub(super) journal: Journal,
    pub(super) output: &'a Output,
    pub(super) now: Timestamp,
}

impl<'a> Office<'a> {
    pub(super) fn open(lab: &Path, output: &'a Output) -> Result<Self, CliError> {
        let lab = Lab::open(lab)?;
        let journal = lab.journal()?;
        Ok(Self { lab, journal, output, now: Clock::real().utc() })
    }

    /// Somebody with one of these duties signs for an entry about a standard.
    pub(super) fn answered(
        &self,
        (by, password): (&str, &crate::cli::password::PasswordArgs),
        duties: &[Duty],
        subject: &str,
    ) -> Result<(), CliError> {
        let meaning = Meaning::Administered;
        let statement = Statement { meaning, subject, content: "" };
        let people = self.lab.people()?;
        let found: Vec<_> = duties.iter().map(|duty| people.with_duty(by, *duty)).collect();
        if !found.iter().any(Result::is_ok)
            && let Some(Err(refusal)) = found.into_iter().next()
        {
            let refusal = refusal.into();
            return Err(signing::refused(&self.journal, by, statement, refusal, self.now)?.into());
        }
        let password = password.password(&self.lab, by, meaning, self.output)?;
        signing::sign(&self.lab, &self.journal, (by, password.as_deref()), statement, self.now)?;
        Ok(())
    }

    fn enter(
        &self,
        standard: &str,
        answerable: &Answerable,
        duties: &[Duty],
        lines: &str,
    ) -> Result<(), CliError> {
        let folder = self.lab.path("register");
        let file = change::file_of(&folder, standard).map_err(LabError::from)?;
        let file = file.ok_or_else(|| {
            CliError::request(format!("the register has no standard `{standard}`"))
        })?;
        let before = crate::folder::text(&file).map_err(LabError::from)?;
        // Try it first: who answers for an entry answers for one that can be made.
        let checked = crate::register::check(&format!("{}\n{lines}", before.trim_end()));
        if checked.value.is_none() {
            let text = format!("{}\n{lines}", before.trim_end());
            return Err(CliError::request("the entry cannot stand in the register").findings(
                file,
                text,
                checked.diagnostics,
            ));
        }
        self.answered((&answerable.by, &answerable.password), duties, standard)?;
        let after = change::add(&file, lines).map_err(LabError::from)?;
        let (old, new) =
            (self.journal.keep(before.as_bytes())?, self.journal.keep(after.text.as_bytes())?);
        let deed = Deed::new(ENTERED, standard, &answerable.by).fact("lines", lines.trim());
        deed.document("before", old).document("after", new).record(&self.journal, self.now)?;
        self.output.json(&serde_json::json!({
            "standard": standard, "status": after.status().word(), "entered": lines.trim(),
        }))?;
        Ok(())
    }
}

pub(super) fn status(
    args: &StatusArgs,
    lab: &Path,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let office = Office::open(lab, output)?;
    let Some((word, status)) = WORDS.iter().find(|(word, _)| *word == args.status) else {
        let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
        return Err(CliError::request(format!("no status is called `{}`", args.status))
            .hint(format!("one of {}", words.join(", "))));
    };
    let change = StatusChange {
        on: office.lab.identity.civil_day(office.now),
        status: *status,
        by: args.answerable.by.clone(),
        reason: args.reason.clone(),
    };
    // Out of use anybody of the bench may take it; into use only who administers the register.
    let into_use = matches!(status, Status::Verified | Status::InService | Status::LimitedUse);
    let duties: &[Duty] =
        if into_use { &[Duty::Administrator] } else { &[Duty::Administrator, Duty::Technician] };
    office.enter(&args.standard, &args.answerable, duties, &status_lines(&change))?;
    output.line(format!("{} is {word} from {}", args.standard, change.on));
    Ok(ExitStatus::Done)
}

pub(super) fn check(args: &CheckArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let office = Office::open(lab, output)?;
    let quantity = |text: &str| {
        Quantity::parse(text).map_err(|error| CliError::request(format!("`{text}`: {error}")))
    };
    let check = Check {
        on: office.lab.identity.civil_day(office.now),
        by: args.answerable.by.clone(),
        procedure: args.procedure.clone(),
        found: quantity(&args.found)?,
        limit: quantity(&args.limit)?,
    };
    let duties = [Duty::Technician, Duty::Checker, Duty::Administrator];
    let passed = check.is_passed();
    let mut lines = check_lines(&check);
    if !passed {
        let reason = format!("check found {}, allowed is {}", check.found, check.limit);
        let by = args.answerable.by.clone();
        let failed = StatusChange { on: check.on, status: Status::FailedCheck, by, reason };
        lines.push_str(&status_lines(&failed));
    }
    office.enter(&args.standard, &args.answerable, &duties, &lines)?;
    if passed {
        output.line(format!("{}: check passed", args.standard));
        return Ok(ExitStatus::Done);
    }
    output.line(format!("{}: CHECK FAILED; out of use until it is verified again", args.standard));
    output.remark(format!(
        "next: etalon register impact {} --since DAY-OF-THE-LAST-GOOD-CHECK",
        args.standard
    ));
    Ok(ExitStatus::AnswerIsNo)
}

pub(super) fn upkeep(
    args: &UpkeepArgs,
    lab: &Path,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let office = Office::open(lab, output)?;
    let Some((_, kind)) = KINDS.iter().find(|(word, _)| *word == args.kind) else {
        let words: Vec<&str> = KINDS.iter().map(|(word, _)| *word).collect();
        return Err(CliError::request(format!("no upkeep is called `{}`", args.kind))
            .hint(format!("one of {}", words.join(", "))));
    };
    let entry = Upkeep {
        on: office.lab.identity.civil_day(office.now),
        kind: *kind,
        by: args.answerable.by.clone(),
        text: args.text.clone(),
    };
    let duties = [Duty::Technician, Duty::Administrator];
    office.enter(&args.standard, &args.answerable, &duties, &upkeep_lines(&entry))?;
    output.line(format!("{}: {} entered", args.standard, kind.word()));
    if kind.breaks_history() {
        output.line("its certified values end with this: it needs a calibration");
    }
    Ok(ExitStatus::Done)
}
