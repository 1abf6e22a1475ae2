//! Submit for review, release, withdraw: each a signed record or a refusal.

use std::io::Write;
use std::path::{Path, PathBuf};

use etalon_certificates::key::Signer;
use etalon_procedures::module::Used;
use etalon_procedures::{Procedure, run_tests};
use jiff::Timestamp;

use super::ledger::Ledger;
use super::statement::Module;
use super::{Act, DEED, FOLDER, ReleaseRefusal, Standing, State, Statement, part, standing};
use crate::act::Deed;
use crate::lab::Lab;
use crate::people::signing::Signature;
use crate::people::{Duty, Person, PersonRefusal};
use crate::store::Journal;

/// A record that a person may sign now.
#[derive(Clone, Debug)]
pub struct Prepared {
    statement: Statement,
    path: PathBuf,
}

/// A procedure may be submitted for review.
///
/// # Errors
/// [`ReleaseRefusal`]: no author, golden tests that miss, submitted already.
pub fn review(
    lab: &Lab,
    journal: &Journal,
    procedure: &Procedure,
    person: &str,
    note: &str,
) -> Result<Prepared, ReleaseRefusal> {
    let person = with_duty(lab, person, &[Duty::Author])?;
    let ledger = Ledger::read(lab, journal, &procedure.id)?;
    let found = standing::of(&ledger, &procedure.sha256);
    refuse(&found, procedure, "a file is reviewed once", State::Draft)?;
    let tests_held = tests(procedure)?;
    let statement = blank(procedure, Act::Review, &person);
    let statement = Statement { tests_held, reason: note.to_owned(), ..statement };
    Ok(prepared(lab, &ledger, statement))
}

/// A procedure that somebody else submitted for review may be released.
///
/// # Errors
/// [`ReleaseRefusal`]: no approver, own work, not in review, golden tests that
/// miss, numbers that nobody compared and no `acceptance` of them.
pub fn release(
    lab: &Lab,
    journal: &Journal,
    procedure: &Procedure,
    person: &str,
    acceptance: Option<&str>,
) -> Result<Prepared, ReleaseRefusal> {
    let person = with_duty(lab, person, &[Duty::Approver])?;
    let ledger = Ledger::read(lab, journal, &procedure.id)?;
    let found = standing::of(&ledger, &procedure.sha256);
    refuse(&found, procedure, "released is what was submitted for review", State::InReview)?;
    let author = found.record.as_ref().map_or("", |entry| entry.statement.person.as_str());
    if author == person.id {
        let (first, second) = ("author", "approver");
        return Err(PersonRefusal::OwnWork { id: person.id, first, second }.into());
    }
    let tests_held = tests(procedure)?;
    let unchecked: Vec<String> = procedure.unchecked_sources().into_iter().map(part).collect();
    let reason = match (unchecked.is_empty(), acceptance.map(str::trim)) {
        (true, _) => String::new(),
        (false, Some(reason)) if !reason.is_empty() => reason.to_owned(),
        (false, _) => {
            return Err(ReleaseRefusal::Unchecked { id: procedure.id.clone(), parts: unchecked });
        }
    };
    let statement = blank(procedure, Act::Release, &person);
    let statement = Statement { tests_held, accepted_unchecked: unchecked, reason, ..statement };
    Ok(prepared(lab, &ledger, statement))
}

/// The release in force of a version may be withdrawn.
///
/// # Errors
/// [`ReleaseRefusal`]: neither approver nor administrator, nothing in force.
pub fn withdraw(
    lab: &Lab,
    journal: &Journal,
    (id, version): (&str, &str),
    person: &str,
    reason: &str,
) -> Result<Prepared, ReleaseRefusal> {
    let person = with_duty(lab, person, &[Duty::Approver, Duty::Administrator])?;
    let ledger = Ledger::read(lab, journal, id)?;
    let none = || ReleaseRefusal::NotInForce { id: id.to_owned(), version: version.to_owned() };
    let released = ledger.in_force(version).ok_or_else(none)?.statement.clone();
    let statement = Statement {
        act: Act::Withdraw,
        meaning: Act::Withdraw.meaning(),
        person: person.id.clone(),
        name: person.name.clone(),
        program: program(),
        accepted_unchecked: Vec::new(),
        reason: reason.to_owned(),
        ..released
    };
    Ok(prepared(lab, &ledger, statement))
}

impl Prepared {
    /// What would be signed.
    #[must_use]
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Signs the record, keeps it in the laboratory's record and writes it beside the procedures.
    ///
    /// # Errors
    /// [`ReleaseRefusal`]; another hand may have written a record meanwhile.
    pub fn sealed(
        self,
        lab: &Lab,
        journal: &Journal,
        signature: &Signature,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<PathBuf, ReleaseRefusal> {
        let Self { mut statement, path } = self;
        statement.person.clone_from(&signature.person().id);
        statement.name = signature.person().name.clone();
        statement.at = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let act = statement.act.word();
        let (id, version) = (statement.procedure.clone(), statement.version.clone());
        let bytes = statement.signed(signer)?;
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ReleaseRefusal::File { path, source }
        };
        let folder = lab.path(FOLDER);
        std::fs::create_dir_all(&folder).map_err(failed(&folder))?;
        // A record is written once; of two hands at the same moment one is refused.
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(failed(&path))?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed(&path))?;
        let recorded = journal.keep(&bytes).and_then(|sha256| {
            Deed::new(DEED, id, &signature.person().id)
                .fact("act", act)
                .fact("version", version)
                .document("record", sha256)
                .record(journal, now)
        });
        if let Err(refused) = recorded {
            std::fs::remove_file(&path).map_err(failed(&path))?;
            return Err(refused.into());
        }
        Ok(path)
    }
}

fn with_duty(lab: &Lab, id: &str, duties: &[Duty]) -> Result<Person, ReleaseRefusal> {
    let people = lab.people()?;
    let mut refusal = PersonRefusal::Unknown { id: id.to_owned() };
    for duty in duties.iter().rev() {
        match people.with_duty(id, *duty) {
            Ok(person) => return Ok(person.clone()),
            Err(refused) => refusal = refused,
        }
    }
    Err(refusal.into())
}

fn refuse(
    found: &Standing,
    procedure: &Procedure,
    rule: &'static str,
    wanted: State,
) -> Result<(), ReleaseRefusal> {
    if found.state == wanted {
        return Ok(());
    }
    let (id, version) = (procedure.id.clone(), procedure.version.clone());
    Err(ReleaseRefusal::State { rule, id, version, found: found.sentence() })
}

/// How many golden tests hold; refuses when one misses or there is none.
fn tests(procedure: &Procedure) -> Result<usize, ReleaseRefusal> {
    let outcomes = run_tests(procedure);
    let held = outcomes.len();
    let missed: Vec<_> = outcomes.into_iter().filter(|outcome| !outcome.passed()).collect();
    if !missed.is_empty() {
        return Err(ReleaseRefusal::TestsMiss(missed));
    }
    if held == 0 {
        return Err(ReleaseRefusal::NoTests { id: procedure.id.clone() });
    }
    Ok(held)
}

fn blank(procedure: &Procedure, act: Act, person: &Person) -> Statement {
    Statement {
        procedure: procedure.id.clone(),
        version: procedure.version.clone(),
        act,
        file_sha256: procedure.sha256.clone(),
        modules: procedure.modules.iter().map(module).collect(),
        semantic_sha256: procedure.semantic_sha256.clone(),
        tests_held: 0,
        accepted_unchecked: Vec::new(),
        reason: String::new(),
        person: person.id.clone(),
        name: person.name.clone(),
        meaning: act.meaning(),
        at: String::new(),
        program: program(),
        previous: String::new(),
    }
}

fn module(used: &Used) -> Module {
    let (module, version, sha256) =
        (used.module.clone(), used.version.clone(), used.sha256.clone());
    Module { module, version, sha256 }
}

fn prepared(lab: &Lab, ledger: &Ledger, statement: Statement) -> Prepared {
    let path = ledger.next_path(lab, &statement.procedure);
    let statement = Statement { previous: ledger.head().to_owned(), ..statement };
    Prepared { statement, path }
}

fn program() -> String {
    format!("etalon {}", env!("CARGO_PKG_VERSION"))
}
