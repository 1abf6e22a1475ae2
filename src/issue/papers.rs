//! The papers of a run, read back from the record: plan, procedure, bench,
//! standards and items as they were on the day of the measurement.

use std::collections::BTreeMap;

use etalon_procedures::procedure::Procedure;
use jiff::Timestamp;

use super::IssueRefusal;
use crate::{
    bench::{self, Bench},
    form::Read,
    item::{self, Item},
    journal::{
        Body, Event,
        runs::{self, RunState, RunSummary},
    },
    lab::{Laboratory, identity},
    plan::Plan,
    register::{self, Standard},
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
        let plan = Plan::from_json(shelf.text("plan")?.as_bytes())
            .map_err(|error| shelf.refusal("plan", error))?;
        let procedure_text = shelf.text("procedure")?;
        let procedure = etalon_procedures::check(&procedure_text).procedure;
        let procedure = procedure.ok_or_else(|| shelf.refusal("procedure", "it does not check"))?;
        let mut standards = Vec::new();
        let mut items = BTreeMap::new();
        for name in documents.keys() {
            if name.starts_with("register/") {
                standards.push(shelf.form(name, register::check)?);
            } else if let Some(id) = name.strip_prefix("item/") {
                items.insert(id.to_owned(), shelf.form(name, item::check)?);
            }
        }
        let bench = shelf.form("bench", bench::check)?;
        let has_identity = documents.contains_key("laboratory");
        let identity =
            has_identity.then(|| shelf.form("laboratory", identity::check)).transpose()?;
        let specimen_reasons = specimen_reasons.to_vec();
        Ok(Self {
            summary,
            plan,
            procedure,
            procedure_text,
            identity,
            bench,
            standards,
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

    fn form<T>(&self, name: &str, check: impl FnOnce(&str) -> Read<T>) -> Result<T, IssueRefusal> {
        let read = check(&self.text(name)?);
        read.value.ok_or_else(|| self.refusal(name, "it does not check"))
    }
}
