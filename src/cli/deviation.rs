//! `etalon deviation`: rules let through, each an object that somebody approved.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use etalon_instruments::clock::Clock;
use jiff::civil::Date;

use super::{CliError, ExitStatus, Output, password::PasswordArgs, table::Table};
use crate::{
    act,
    deviation::{self, Deviation, FOLDER, SCHEMA},
    lab::{Lab, LabError},
    people::{
        Duty,
        change::quoted,
        signing::{self, Meaning, Statement},
    },
    register::{
        change,
        fitness::{RULES, Rule},
    },
};

/// Deviations: one rule let through for a standard, for a time, approved and printed
#[derive(Debug, Args)]
pub struct DeviationArgs {
    /// What to do
    #[command(subcommand)]
    pub action: DeviationAction,
}

/// What can be done with deviations.
#[derive(Debug, Subcommand)]
pub enum DeviationAction {
    /// Every deviation, with its approval
    ///
    /// Example: etalon deviation list
    List,
    /// Print a deviation as it will stand on certificates
    ///
    /// Example: etalon deviation show D2026-001
    Show {
        /// The deviation
        id: String,
    },
    /// Write a deviation for approval; it lets nothing through until somebody approves it
    ///
    /// Example: etalon deviation new D2026-001 --rule "no standard past due" --standard RM050001 …
    New(NewArgs),
    /// Approve a deviation as it stands: sign with the approver's password
    ///
    /// Example: etalon deviation approve D2026-001 --by zhao.lei
    Approve {
        /// The deviation
        id: String,
        /// Who approves it: an approver who has not asked for it
        #[arg(long, value_name = "PERSON")]
        by: String,
        /// The password's source
        #[command(flatten)]
        password: PasswordArgs,
    },
}

/// A new deviation.
#[derive(Args, Debug)]
pub struct NewArgs {
    /// Its name
    id: String,
    /// Which rule: "no standard past due" or "certificates are reviewed before use"
    #[arg(long, value_parser = rule)]
    rule: Rule,
    /// For which standard
    #[arg(long)]
    standard: String,
    /// First day; today where left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Date>,
    /// Last day
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Date,
    /// The clause that the rule serves
    #[arg(long, default_value = "ISO/IEC 17025:2017, 6.4.7")]
    clause: String,
    /// Why, in English
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Why, in Chinese
    #[arg(long, value_name = "TEXT")]
    reason_zh: String,
    /// What it does to the results, in English
    #[arg(long, value_name = "TEXT")]
    effect: String,
    /// What it does to the results, in Chinese
    #[arg(long, value_name = "TEXT")]
    effect_zh: String,
    /// Who asks for it
    #[arg(long, value_name = "PERSON")]
    asked_by: String,
    /// The customer who accepts it, as the items' files write the name
    #[arg(long, value_name = "NAME")]
    customer: String,
    /// Who accepted it at the customer's
    #[arg(long, value_name = "NAME")]
    accepted_by: String,
    /// When it was accepted
    #[arg(long, value_name = "YYYY-MM-DD")]
    accepted_on: Date,
    /// Where the acceptance is kept
    #[arg(long, value_name = "TEXT")]
    kept: String,
}

fn rule(word: &str) -> Result<Rule, String> {
    let known = RULES.iter().find(|(own, _)| *own == word);
    known.map(|(_, rule)| *rule).ok_or_else(|| {
        let words: Vec<&str> = RULES.iter().map(|(word, _)| *word).collect();
        format!("no deviation is possible from it; possible: {}", words.join(", "))
    })
}

/// Runs `etalon deviation`.
///
/// # Errors
/// An unknown deviation, an impossible one (exit code 2), a rule about persons (5).
pub fn run(args: &DeviationArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let lab = Lab::open(lab)?;
    match &args.action {
        DeviationAction::List => list(&lab, output),
        DeviationAction::Show { id } => show(id, &lab, output),
        DeviationAction::New(args) => new(args, &lab, output),
        DeviationAction::Approve { id, by, password } => approve(id, (by, password), &lab, output),
    }
}

fn document(own: &Deviation, acts: &[act::Act]) -> serde_json::Value {
    serde_json::json!({
        "id": own.id, "rule": own.rule.word(), "standard": own.standard,
        "from": own.from.to_string(), "until": own.until.to_string(), "clause": own.clause,
        "reason": own.reason, "effect": own.effect, "asked_by": own.asked_by,
        "customer": own.consent.customer, "accepted_by": own.consent.by,
        "accepted_on": own.consent.on.to_string(), "kept": own.consent.kept,
        "sha256": own.sha256, "approved_by": own.approved_by(acts), "statement": own.statement(),
    })
}

fn list(lab: &Lab, output: &Output) -> Result<ExitStatus, CliError> {
    let (all, acts) = (deviation::all(lab)?, act::acts(&lab.journal()?)?);
    let documents: Vec<_> = all.iter().map(|own| document(own, &acts)).collect();
    output.json(&serde_json::json!({ "deviations": documents }))?;
    let mut table = Table::new(&["DEVIATION", "RULE", "STANDARD", "FROM", "UNTIL", "APPROVED BY"]);
    for own in &all {
        let (from, until) = (own.from.to_string(), own.until.to_string());
        let by = own.approved_by(&acts).unwrap_or("nobody: lets nothing through");
        table.row(&[&own.id, own.rule.word(), &own.standard, &from, &until, by]);
    }
    output.line(if table.is_empty() { "no deviation".to_owned() } else { table.text() });
    Ok(ExitStatus::Done)
}

fn found(id: &str, lab: &Lab) -> Result<Deviation, CliError> {
    let all = deviation::all(lab)?;
    let known: Vec<String> = all.iter().map(|own| own.id.clone()).collect();
    all.into_iter().find(|own| own.id == id).ok_or_else(|| {
        CliError::request(format!("no deviation is called `{id}`")).hint(format!(
            "there is {}",
            if known.is_empty() { "none".into() } else { known.join(", ") }
        ))
    })
}

fn show(id: &str, lab: &Lab, output: &Output) -> Result<ExitStatus, CliError> {
    let (own, acts) = (found(id, lab)?, act::acts(&lab.journal()?)?);
    output.json(&document(&own, &acts))?;
    let statement = own.statement();
    output.line(statement.en());
    output.line(statement.zh());
    output.line(format!("asked by {}; from {} until {}", own.asked_by, own.from, own.until));
    output.line(match own.approved_by(&acts) {
        Some(by) => format!("approved by {by}, SHA-256 {}", own.sha256),
        None => "approved by nobody as it stands: lets nothing through".to_owned(),
    });
    Ok(ExitStatus::Done)
}

fn new(args: &NewArgs, lab: &Lab, output: &Output) -> Result<ExitStatus, CliError> {
    lab.people()?.person(&args.asked_by)?;
    if lab.register()?.standard(&args.standard).is_none() {
        let message = format!("the register has no standard `{}`", args.standard);
        return Err(CliError::request(message));
    }
    let today = lab.identity.civil_day(Clock::real().utc());
    let lines = text(args, args.from.unwrap_or(today));
    let file: PathBuf = lab.path(FOLDER).join(format!("{}.toml", args.id));
    let read = deviation::check(&lines);
    if read.value.is_none() {
        return Err(CliError::request("the deviation cannot stand as it is").findings(
            file,
            lines,
            read.diagnostics,
        ));
    }
    if file.exists() {
        return Err(CliError::request(format!("{} exists already", file.display())));
    }
    std::fs::create_dir_all(lab.path(FOLDER))
        .map_err(|error| CliError::request(format!("{}: {error}", lab.path(FOLDER).display())))?;
    change::write(&file, &lines).map_err(LabError::from)?;
    output.json(&serde_json::json!({ "id": args.id, "file": file }))?;
    output.line(format!("{} is written; it lets nothing through yet", file.display()));
    output.remark(format!("next: etalon deviation approve {} --by APPROVER", args.id));
    Ok(ExitStatus::Done)
}

fn text(args: &NewArgs, from: Date) -> String {
    let both = |en: &str, zh: &str| format!("{{ en = {}, zh = {} }}", quoted(en), quoted(zh));
    [
        format!("schema = \"{SCHEMA}\"\n\n[deviation]"),
        format!("id       = {}", quoted(&args.id)),
        format!("rule     = {}", quoted(args.rule.word())),
        format!("standard = {}", quoted(&args.standard)),
        format!("from     = \"{from}\""),
        format!("until    = \"{}\"", args.until),
        format!("clause   = {}", quoted(&args.clause)),
        format!("reason   = {}", both(&args.reason, &args.reason_zh)),
        format!("effect   = {}", both(&args.effect, &args.effect_zh)),
        format!("asked_by = {}", quoted(&args.asked_by)),
        "\n[deviation.consent]                           # ISO/IEC 17025, 7.2.1.7".to_owned(),
        format!("customer = {}", quoted(&args.customer)),
        format!("by       = {}", quoted(&args.accepted_by)),
        format!("on       = \"{}\"", args.accepted_on),
        format!("kept     = {}\n", quoted(&args.kept)),
    ]
    .join("\n")
}

fn approve(
    id: &str,
    (by, password): (&str, &PasswordArgs),
    lab: &Lab,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let (own, journal, now) = (found(id, lab)?, lab.journal()?, Clock::real().utc());
    let meaning = Meaning::Deviation;
    let statement = Statement { meaning, subject: &own.id, content: &own.sha256 };
    let may = lab.people()?.with_duty(by, Duty::Approver).map(drop).and_then(|()| {
        if own.asked_by == by {
            let (first, second) = ("asking for a deviation", "approving it");
            return Err(crate::people::PersonRefusal::OwnWork { id: by.to_owned(), first, second });
        }
        Ok(())
    });
    if let Err(refusal) = may {
        return Err(signing::refused(&journal, by, statement, refusal.into(), now)?.into());
    }
    if !output.is_json() {
        show(id, lab, output)?;
    }
    let password = password.password(lab, by, meaning, output)?;
    journal.keep(own.text.as_bytes())?;
    signing::sign(lab, &journal, (by, password.as_deref()), statement, now)?;
    output.json(&serde_json::json!({ "id": id, "approved_by": by, "sha256": own.sha256 }))?;
    output.line(format!("{id} is approved by {by}: it lets its rule through until {}", own.until));
    Ok(ExitStatus::Done)
}
