//! The papers of a run, read back from the record: plan, procedure, bench,
//! standards and items as they were on the day of the measurement.

use std::collections::BTreeMap;

use etalon_procedures::procedure::Procedure;
use jiff::Timestamp;

use super::IssueRefusal;
use crate::{
    bench::{self, Bench},
    deviation::{self, Deviation},
    form::Read,
    item::{self, Item},
    journal::{
        Body, Event,
        runs::{self, RunState, RunSummary},
    },
    lab::{Laboratory, identity},
    plan::Plan,
    register::{self, Standard},
    scope::{self, Scope},
    specification::{Specifications, filed::FOLDER},
    store::Journal,
};

/// A run with everything it rests on.
#[derive(Debug)]
pub struct Papers {
    /// The run in one line.
    pub summary: RunSummary,
    /// Its events.
    pub events: Vec<Event>,
    /// Its plan.
    pub plan: Plan,
    /// The plan's text, as it was kept.
    pub plan_text: String,
    /// Its procedure.
    pub procedure: Procedure,
    /// The procedure's text.
    pub procedure_text: String,
    /// The laboratory on the day of the run, where it was kept.
    pub identity: Option<Laboratory>,
    /// Its bench.
    pub bench: Bench,
    /// Its standards, in the order of the plan's roles, each once.
    pub standards: Vec<Standard>,
    /// Standards of the bench that were not chosen for any role.
    pub candidates: Vec<Standard>,
    /// Texts of the models of the bench's instruments by id; empty in records of earlier versions.
    pub models: BTreeMap<String, String>,
    /// Deviations that were in force.
    pub deviations: Vec<Deviation>,
    /// The specifications that they name.
    pub specifications: Specifications,
    /// What the laboratory was accredited for; none in records of earlier versions.
    pub scope: Option<Scope>,
    /// Its items by id.
    pub items: BTreeMap<String, Item>,
    /// Why its results can only be specimens.
    pub specimen_reasons: Vec<String>,
}

impl Papers {
    /// Reads the papers of a run that is done.
    ///
    /// # Errors
    /// [`IssueRefusal`]: a record that is not whole, no such run, not done, or a
    /// document that cannot be used.
    pub fn read(journal: &Journal, run: &str) -> Result<Self, IssueRefusal> {
        let audit = journal.audit()?;
        if !audit.ok {
            let reason = audit.first_bad.map(|fault| fault.reason);
            let reason = reason.or_else(|| audit.findings.first().cloned()).unwrap_or_default();
            return Err(IssueRefusal::BrokenRecord { reason });
        }
        let papers = Self::of_any_run(journal, run)?;
        if papers.summary.state != RunState::Finished("done".to_owned()) {
            let state = papers.summary.state.word().to_owned();
            return Err(IssueRefusal::NotDone { run: run.to_owned(), state });
        }
        Ok(papers)
    }

    /// Reads the papers of a run, whatever became of it, without a look at the rest of the record.
    ///
    /// # Errors
    /// [`IssueRefusal`]: no such run, or a document that cannot be used.
    pub fn of_any_run(journal: &Journal, run: &str) -> Result<Self, IssueRefusal> {
        let events = journal.events(run)?;
        let none = || IssueRefusal::NoSuchRun { run: run.to_owned() };
        let summary = runs::summary(&events).ok_or_else(none)?;
        let (documents, specimen_reasons) = beginning(&events).ok_or_else(none)?;
        let shelf = Shelf { journal, run, documents };
        let plan_text = shelf.text("plan")?;
        let plan =
            Plan::from_json(plan_text.as_bytes()).map_err(|error| shelf.refusal("plan", error))?;
        let procedure_text = shelf.text("procedure")?;
        let procedure = etalon_procedures::check(&procedure_text).procedure;
        let procedure = procedure.ok_or_else(|| shelf.refusal("procedure", "it does not check"))?;
        let standards = shelf.all("register/", |name| shelf.form(name, register::check))?;
        let candidates = shelf.all("candidate/", |name| shelf.form(name, register::check))?;
        let deviations = shelf.all("deviation/", |name| shelf.form(name, deviation::check))?;
        let items = shelf.all("item/", |name| shelf.form(name, item::check))?;
        let models = shelf.all("model/", |name| shelf.text(name))?;
        let scope = shelf.all("scope", |name| shelf.form(name, scope::check))?;
        let mut specifications = Specifications::default();
        for (name, text) in shelf.all(FOLDER, |name| shelf.text(name))? {
            let name = format!("{FOLDER}{name}");
            let added = specifications.add(&name, &text);
            added.map_err(|_| shelf.refusal(&name, "it does not check"))?;
        }
        let bench = shelf.form("bench", bench::check)?;
        let has_identity = documents.contains_key("laboratory");
        let identity =
            has_identity.then(|| shelf.form("laboratory", identity::check)).transpose()?;
        let specimen_reasons = specimen_reasons.to_vec();
        Ok(Self {
            summary,
            plan,
            plan_text,
            procedure,
            procedure_text,
            identity,
            bench,
            standards: standards.into_values().collect(),
            candidates: candidates.into_values().collect(),
            deviations: deviations.into_values().collect(),
            models,
            specifications,
            scope: scope.into_values().next(),
            items,
            specimen_reasons,
            events,
        })
    }

    /// When the last thing of the run happened.
    #[must_use]
    pub fn ended(&self) -> Timestamp {
        self.summary.last.parse().unwrap_or_default()
    }

    /// Numbers of the certificates of one of its items, oldest first.
    #[must_use]
    pub fn certificates_of(&self, wanted: &str) -> Vec<String> {
        let issued = self.events.iter().filter_map(|event| match &event.body {
            Body::CertificateIssued { number, item, .. } if item == wanted => Some(number.clone()),
            _ => None,
        });
        issued.collect()
    }

    /// Who operated the bench.
    #[must_use]
    pub fn operator(&self) -> &str {
        &self.summary.operator
    }
}

/// The documents of a run by name, and why it can only be a specimen.
fn beginning(events: &[Event]) -> Option<(&BTreeMap<String, String>, &Vec<String>)> {
    events.iter().find_map(|event| match &event.body {
        Body::RunStarted { documents, specimen_reasons, .. } => Some((documents, specimen_reasons)),
        _ => None,
    })
}

/// Where the documents of a run stand.
struct Shelf<'a> {
    journal: &'a Journal,
    run: &'a str,
    documents: &'a BTreeMap<String, String>,
}

impl Shelf<'_> {
    fn refusal(&self, paper: &str, reason: impl ToString) -> IssueRefusal {
        IssueRefusal::Paper {
            run: self.run.to_owned(),
            paper: paper.to_owned(),
            reason: reason.to_string(),
        }
    }

    fn text(&self, name: &str) -> Result<String, IssueRefusal> {
        let sha256 = self.documents.get(name);
        let sha256 = sha256.ok_or_else(|| self.refusal(name, "it was not kept with the run"))?;
        let bytes = self.journal.document(sha256)?;
        String::from_utf8(bytes).map_err(|error| self.refusal(name, error))
    }

    /// Every document whose name begins like this, by the rest of its name.
    fn all<T>(
        &self,
        beginning: &str,
        read: impl Fn(&str) -> Result<T, IssueRefusal>,
    ) -> Result<BTreeMap<String, T>, IssueRefusal> {
        let own = self.documents.keys();
        let own = own.filter_map(|name| Some((name.strip_prefix(beginning)?, name)));
        own.map(|(id, name)| Ok((id.to_owned(), read(name)?))).collect()
    }

    fn form<T>(&self, name: &str, check: impl FnOnce(&str) -> Read<T>) -> Result<T, IssueRefusal> {
        let read = check(&self.text(name)?);
        read.value.ok_or_else(|| self.refusal(name, "it does not check"))
    }
}
