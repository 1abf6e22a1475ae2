//! `etalon person`: accounts, authorisations, passwords.

use std::path::Path;

use clap::{Args, Subcommand};
use etalon_instruments::clock::Clock;
use etalon_uncertainty::text::Text;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use super::{
    CliError, ExitStatus, Output,
    password::{self, PasswordArgs},
    table::Table,
};
use crate::{
    act::{self, Deed},
    lab::{Lab, LabError},
    people::{
        Authorisation, DUTIES, Duty, People, Person, PersonRefusal,
        change::{self, NewPerson},
        secrets::Secrets,
        signing::{self, Meaning, Signature, SigningRefusal, Statement},
    },
    store::Journal,
};

/// Accounts: who works here, what each may do, and their passwords
#[derive(Debug, Args)]
pub struct PersonArgs {
    /// What to do
    #[command(subcommand)]
    pub action: PersonAction,
}

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum PersonAction {
    /// Everybody, with duties, authorisations and the state of the account
    ///
    /// Example: etalon person list
    List,
    /// Add a person to people.toml; the first one must be an administrator
    ///
    /// Example: etalon person add li.na --name "Li Na" --name-zh 李娜 --duty technician --by zhao.lei
    Add(AddArgs),
    /// Authorise a person for a procedure and an activity until a day
    ///
    /// Example: etalon person authorise li.na cn.jjg596.direct.basic-error calibration --until 2027-12-31 --by zhao.lei
    Authorise(AuthoriseArgs),
    /// Set a password: one's own with the old one, or anybody's as an administrator
    ///
    /// Example: etalon person passwd li.na --by zhao.lei --new-password-file new.txt
    Passwd(PasswdArgs),
    /// Unlock an account after too many wrong passwords
    ///
    /// Example: etalon person unlock li.na --by zhao.lei
    Unlock {
        /// The person
        person: String,
        /// Who answers for it
        #[command(flatten)]
        answerable: Answerable,
    },
}

/// Who answers for a change.
#[derive(Args, Clone, Debug)]
pub struct Answerable {
    /// The administrator who answers for it
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    #[command(flatten)]
    password: PasswordArgs,
}

/// A new person.
#[derive(Args, Debug)]
pub struct AddArgs {
    /// Name in the laboratory's files, such as li.na
    person: String,
    /// Name on certificates, English
    #[arg(long)]
    name: String,
    /// Name on certificates, Chinese
    #[arg(long, value_name = "NAME")]
    name_zh: Option<String>,
    /// technician, checker, approver, author or administrator; may be repeated
    #[arg(long = "duty", required = true, value_name = "DUTY", value_parser = duty)]
    duties: Vec<Duty>,
    /// Qualification with its number, English
    #[arg(long, value_name = "TEXT", requires = "qualification_zh")]
    qualification: Option<String>,
    /// Qualification with its number, Chinese
    #[arg(long, value_name = "TEXT", requires = "qualification")]
    qualification_zh: Option<String>,
    #[command(flatten)]
    answerable: Answerable,
}

/// A new authorisation.
#[derive(Args, Debug)]
pub struct AuthoriseArgs {
    /// The person
    person: String,
    /// Identifier of the procedure, or `*` for every one
    procedure: String,
    /// calibration or verification, or `*` for both
    #[arg(value_parser = ["calibration", "verification", "*"])]
    activity: String,
    /// Last day of validity
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Date,
    #[command(flatten)]
    answerable: Answerable,
}

/// A new password.
#[derive(Args, Debug)]
pub struct PasswdArgs {
    /// The person
    person: String,
    /// Read the new password from this file (mode 600), first line
    #[arg(long, value_name = "FILE")]
    new_password_file: Option<std::path::PathBuf>,
    #[command(flatten)]
    answerable: Answerable,
}

fn duty(word: &str) -> Result<Duty, String> {
    let known = DUTIES.iter().find(|(own, _)| *own == word);
    known.map(|(_, duty)| *duty).ok_or_else(|| {
        let words: Vec<&str> = DUTIES.iter().map(|(word, _)| *word).collect();
        format!("wanted one of {}", words.join(", "))
    })
}

/// Runs `etalon person`.
///
/// # Errors
/// An unknown person or an impossible change (exit code 2), a rule about accounts (5).
pub fn run(args: &PersonArgs, lab: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let office = Office { lab: Lab::open(lab)?, output, now: Clock::real().utc() };
    match &args.action {
        PersonAction::List => office.list(),
        PersonAction::Add(args) => office.add(args),
        PersonAction::Authorise(args) => office.authorise(args),
        PersonAction::Passwd(args) => office.passwd(args),
        PersonAction::Unlock { person, answerable } => office.unlock(person, answerable),
    }
}

impl From<PersonRefusal> for CliError {
    fn from(refusal: PersonRefusal) -> Self {
        Self::refused(refusal.to_string())
    }
}

/// Where accounts are kept.
struct Office<'a> {
    lab: Lab,
    output: &'a Output,
    now: Timestamp,
}

#[derive(Serialize)]
struct Account<'a> {
    id: &'a str,
    name: &'a Text,
    duties: Vec<&'static str>,
    qualification: Option<&'a Text>,
    authorised: Vec<String>,
    password: &'static str,
    password_set_on: Option<String>,
    specimen: bool,
}

impl Office<'_> {
    fn list(&self) -> Result<ExitStatus, CliError> {
        let people = self.lab.people()?;
        let secrets = Secrets::read(self.lab.root()).map_err(SigningRefusal::from)?;
        let acts = act::acts(&self.lab.journal()?)?;
        let account = |person| account(person, &secrets, &acts);
        let accounts: Vec<Account<'_>> = people.persons().map(account).collect();
        self.output.json(&serde_json::json!({ "people": accounts }))?;
        let mut table = Table::new(&["PERSON", "NAME", "DUTIES", "AUTHORISED", "PASSWORD"]);
        for own in &accounts {
            let (duties, until) = (own.duties.join(", "), own.authorised.join("; "));
            table.row(&[own.id, own.name.en(), &duties, &until, own.password]);
        }
        self.output.line(if table.is_empty() {
            "nobody works here yet: `etalon person add` begins with an administrator".to_owned()
        } else {
            table.text()
        });
        Ok(ExitStatus::Done)
    }

    /// The administrator signs for a change.
    fn answered(
        &self,
        journal: &Journal,
        answerable: &Answerable,
        subject: &str,
    ) -> Result<Signature, CliError> {
        let Some(by) = answerable.by.as_deref() else {
            return Err(CliError::request("who answers for this change?")
                .hint("--by ADMINISTRATOR; `etalon person list` shows them"));
        };
        let statement = Statement { meaning: Meaning::Administered, subject, content: "" };
        if let Err(refusal) = self.lab.people()?.with_duty(by, Duty::Administrator) {
            let refusal = refusal.into();
            return Err(signing::refused(journal, by, statement, refusal, self.now)?.into());
        }
        let password =
            answerable.password.password(&self.lab, by, Meaning::Administered, self.output)?;
        let given = (by, password.as_deref());
        Ok(signing::sign(&self.lab, journal, given, statement, self.now)?)
    }

    fn add(&self, args: &AddArgs) -> Result<ExitStatus, CliError> {
        let people = self.lab.people()?;
        if people.person(&args.person).is_ok() {
            return Err(CliError::request(format!("`{}` works here already", args.person)));
        }
        let journal = self.lab.journal()?;
        let is_first = people.persons().next().is_none();
        if is_first && !args.duties.contains(&Duty::Administrator) {
            return Err(CliError::request("the first person must be an administrator")
                .hint("add --duty administrator"));
        }
        let by = if is_first {
            args.person.clone()
        } else {
            self.answered(&journal, &args.answerable, &args.person)?.person().id.clone()
        };
        let text = |en: &String, zh: &Option<String>| Text::new(en, zh.as_ref().unwrap_or(en));
        let person = NewPerson {
            id: args.person.clone(),
            name: text(&args.name, &args.name_zh),
            duties: args.duties.clone(),
            qualification: args.qualification.as_ref().map(|en| text(en, &args.qualification_zh)),
        };
        let text = change::with_person(&people.text, &person);
        let deed = Deed::new(act::PERSON_ADDED, &args.person, by);
        self.change(&journal, &people, &text, deed)?;
        self.output.json(&serde_json::json!({ "person": args.person, "first": is_first }))?;
        self.output.line(format!("{} works here now", args.person));
        self.output.remark(format!("next: etalon person passwd {}", args.person));
        Ok(ExitStatus::Done)
    }

    /// Writes people.toml anew, and both texts into the record.
    fn change(
        &self,
        journal: &Journal,
        before: &People,
        text: &str,
        deed: Deed,
    ) -> Result<(), CliError> {
        let (old, new) = (journal.keep(before.text.as_bytes())?, journal.keep(text.as_bytes())?);
        let file = self.lab.path("people.toml");
        change::replace(&file, text).map_err(LabError::from)?;
        Ok(deed.document("before", old).document("after", new).record(journal, self.now)?)
    }

    fn authorise(&self, args: &AuthoriseArgs) -> Result<ExitStatus, CliError> {
        let people = self.lab.people()?;
        people.person(&args.person)?;
        let journal = self.lab.journal()?;
        let signature = self.answered(&journal, &args.answerable, &args.person)?;
        if signature.person().id == args.person && !self.lab.identity.demonstration {
            return Err(CliError::refused(format!(
                "rule `nobody authorises themselves`: {} asks for {}",
                args.person, args.person
            )));
        }
        let given = Authorisation {
            procedure: args.procedure.clone(),
            activity: args.activity.clone(),
            until: args.until,
        };
        let text = change::with_authorisation(&people.text, &args.person, &given);
        let text = text.ok_or_else(|| {
            CliError::request(format!(
                "people.toml does not write `{}` in a [[person]] of its own",
                args.person
            ))
        })?;
        let deed = Deed::new(act::AUTHORISED, &args.person, &signature.person().id)
            .fact("procedure", &args.procedure)
            .fact("activity", &args.activity)
            .fact("until", args.until.to_string());
        self.change(&journal, &people, &text, deed)?;
        let what = format!("{} with {} until {}", args.activity, args.procedure, args.until);
        self.output.json(&serde_json::json!({ "person": args.person, "authorised": what }))?;
        self.output.line(format!("{} is authorised for {what}", args.person));
        Ok(ExitStatus::Done)
    }

    fn passwd(&self, args: &PasswdArgs) -> Result<ExitStatus, CliError> {
        let people = self.lab.people()?;
        people.person(&args.person)?;
        let journal = self.lab.journal()?;
        let mut secrets = Secrets::read(self.lab.root()).map_err(SigningRefusal::from)?;
        let by = self.who_sets(&journal, &people, &secrets, args)?;
        let new = self.new_password(args)?;
        let today = self.lab.identity.civil_day(self.now);
        secrets.set(&args.person, &new, today).map_err(SigningRefusal::from)?;
        secrets.write(self.lab.root()).map_err(SigningRefusal::from)?;
        Deed::new(act::PASSWORD_SET, &args.person, by).record(&journal, self.now)?;
        self.output
            .json(&serde_json::json!({ "person": args.person, "set_on": today.to_string() }))?;
        self.output.line(format!("the password of {} is set", args.person));
        Ok(ExitStatus::Done)
    }

    /// The very first password needs nobody; after that oneself with the old one, or an administrator.
    fn who_sets(
        &self,
        journal: &Journal,
        people: &People,
        secrets: &Secrets,
        args: &PasswdArgs,
    ) -> Result<String, CliError> {
        let person = people.person(&args.person)?;
        let nobody_can = !people
            .persons()
            .any(|own| own.duties.contains(&Duty::Administrator) && secrets.has(&own.id));
        let is_administrator = person.duties.contains(&Duty::Administrator);
        if nobody_can && is_administrator && args.answerable.by.is_none() {
            return Ok(args.person.clone());
        }
        let by = args.answerable.by.as_deref().unwrap_or(&args.person);
        if by != args.person {
            return Ok(self.answered(journal, &args.answerable, &args.person)?.person().id.clone());
        }
        let meaning = Meaning::Administered;
        let password = args.answerable.password.password(&self.lab, by, meaning, self.output)?;
        let statement = Statement { meaning, subject: &args.person, content: "" };
        signing::sign(&self.lab, journal, (by, password.as_deref()), statement, self.now)?;
        Ok(by.to_owned())
    }

    fn new_password(&self, args: &PasswdArgs) -> Result<String, CliError> {
        if let Some(file) = &args.new_password_file {
            let given = PasswordArgs { password_file: Some(file.clone()), password_fd: None };
            return Ok(given.given()?.unwrap_or_default());
        }
        let new = password::typed("new password · 新口令: ")?;
        if password::typed("again · 再次输入: ")? == new {
            Ok(new)
        } else {
            Err(CliError::request("the two passwords differ: nothing was changed"))
        }
    }

    fn unlock(&self, person: &str, answerable: &Answerable) -> Result<ExitStatus, CliError> {
        self.lab.people()?.person(person)?;
        let journal = self.lab.journal()?;
        let by = self.answered(&journal, answerable, person)?.person().id.clone();
        if by == person && !self.lab.identity.demonstration {
            let message = format!("rule `nobody unlocks themselves`: {by} asks for {person}");
            return Err(CliError::refused(message));
        }
        Deed::new(act::UNLOCKED, person, by).record(&journal, self.now)?;
        self.output.json(&serde_json::json!({ "person": person, "unlocked": true }))?;
        self.output.line(format!("{person} is unlocked"));
        Ok(ExitStatus::Done)
    }
}

fn account<'a>(person: &'a Person, secrets: &Secrets, acts: &[act::Act]) -> Account<'a> {
    let word =
        |duty: &Duty| DUTIES.iter().find(|(_, own)| own == duty).map_or("", |(word, _)| word);
    let given = |own: &Authorisation| {
        format!("{} with {} until {}", own.activity, own.procedure, own.until)
    };
    let is_locked = signing::failures(acts, &person.id).len() >= signing::FAILURES_UNTIL_LOCKED;
    Account {
        id: &person.id,
        name: &person.name,
        duties: person.duties.iter().map(word).collect(),
        qualification: person.qualification.as_ref(),
        authorised: person.authorisations.iter().map(given).collect(),
        password: match (is_locked, secrets.has(&person.id)) {
            (true, _) => "LOCKED",
            (false, true) => "set",
            (false, false) => "none",
        },
        password_set_on: secrets.set_on(&person.id).map(|day| day.to_string()),
        specimen: person.specimen,
    }
}
