//! Checked and approved: two signatures on the same content, before a number is given (ISO/IEC
//! 17025, 7.8.1.1; 21 CFR 11.10 f, 11.70).
//!
//! What is signed is everything that the certificate will state about the results: its SHA-256
//! stands in the signature. Where anything of it changes afterwards (a corrected reading, another
//! customer, another program that evaluates differently) the signature is on something else, and
//! counts no more.

use etalon_certificates::{
    fonts::Fonts,
    record::{Languages, Page, Record, Software},
};
use jiff::Timestamp;

use super::{IssueRefusal, Order, papers::Papers, statements};
use crate::{
    act::{self, Act},
    journal::chain::sha256_hex,
    lab::Lab,
    people::{
        Duty, PersonRefusal, Work,
        signing::{self, Meaning, Signature, SigningRefusal, Statement},
    },
    store::Journal,
};

/// What a signature is about: one item of one run.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The run.
    pub run: &'a str,
    /// The item.
    pub item: &'a str,
}

impl Subject<'_> {
    /// As the record writes it.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} {}", self.run, self.item)
    }
}

/// Who has checked and who has approved what would be certified now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// The checker.
    pub checked: Option<String>,
    /// The approver.
    pub approved: Option<String>,
}

/// SHA-256 of what is signed: the record without its number, dates of issue, persons and layout.
#[must_use]
pub fn content(record: &Record) -> String {
    let signed = Record {
        number: String::new(),
        issued: String::new(),
        issued_at: String::new(),
        persons: Vec::new(),
        page: Page { languages: Languages::En, cjk_font_sha256: None },
        software: Software { name: String::new(), version: String::new() },
        ..record.clone()
    };
    let json = serde_json::to_vec(&signed).unwrap_or_default();
    sha256_hex(&json)
}

/// The signatures on this very content.
#[must_use]
pub fn signed(acts: &[Act], subject: Subject<'_>, content: &str) -> Signed {
    let text = subject.text();
    let by = |meaning: Meaning| {
        let own = |act: &&Act| {
            act.act == act::SIGNED
                && act.subject == text
                && act.fact("content") == content
                && act.fact("meaning") == meaning.word()
        };
        acts.iter().rfind(own).map(|act| act.by.clone())
    };
    Signed { checked: by(Meaning::Checked), approved: by(Meaning::Approved) }
}

/// What would be certified of an item now, with nobody's name on it.
///
/// # Errors
/// [`IssueRefusal`].
pub fn unsigned(
    lab: &Lab,
    journal: &Journal,
    subject: Subject<'_>,
    now: Timestamp,
) -> Result<(Papers, Record), IssueRefusal> {
    let papers = Papers::read(journal, subject.run)?;
    let order = Order {
        run: subject.run,
        item: subject.item,
        checked: "",
        approved: "",
        languages: Languages::En,
        now: papers.ended().max(now),
    };
    let fonts = Fonts::latin();
    let record = statements::record(&statements::Sources {
        lab,
        journal,
        papers: &papers,
        signatories: None,
        order: &order,
        number: String::new(),
        fonts: &fonts,
    })?;
    Ok((papers, record))
}

/// Checks or approves the results of an item: the person gives their password for it.
///
/// # Errors
/// [`IssueRefusal`]: not the duty, not authorised, own work, not checked yet, a wrong password;
/// every refusal of a person is in the record.
pub fn sign(
    lab: &Lab,
    journal: &Journal,
    subject: Subject<'_>,
    (person, password): (&str, Option<&str>),
    meaning: Meaning,
    now: Timestamp,
) -> Result<Signature, IssueRefusal> {
    let (papers, record) = unsigned(lab, journal, subject, now)?;
    let (text, content) = (subject.text(), content(&record));
    let statement = Statement { meaning, subject: &text, content: &content };
    let signed = signed(&act::acts(journal)?, subject, &content);
    if let Err(refusal) = may(lab, &papers, &signed, person, meaning, now) {
        let refusal = SigningRefusal::Person(refusal);
        return Err(signing::refused(journal, person, statement, refusal, now)?.into());
    }
    if meaning == Meaning::Approved && signed.checked.is_none() {
        return Err(IssueRefusal::NotSigned { subject: text, missing: Meaning::Checked.word() });
    }
    Ok(signing::sign(lab, journal, (person, password), statement, now)?)
}

fn may(
    lab: &Lab,
    papers: &Papers,
    signed: &Signed,
    person: &str,
    meaning: Meaning,
    now: Timestamp,
) -> Result<(), PersonRefusal> {
    let work = work(lab, papers, now);
    let duty = if meaning == Meaning::Checked { Duty::Checker } else { Duty::Approver };
    let people = lab.people().unwrap_or_default();
    people.authorised(person, duty, work)?;
    let mut before = vec![(papers.operator(), "performed")];
    if meaning == Meaning::Approved {
        before.extend(signed.checked.as_deref().map(|own| (own, "checked")));
    }
    match before.iter().find(|(own, _)| *own == person) {
        Some((_, first)) => {
            Err(PersonRefusal::OwnWork { id: person.to_owned(), first, second: meaning.word() })
        }
        None => Ok(()),
    }
}

/// The work that a run was, for authorisations on a day.
#[must_use]
pub fn work<'a>(lab: &Lab, papers: &'a Papers, now: Timestamp) -> Work<'a> {
    Work {
        procedure: &papers.plan.procedure.id,
        activity: &papers.plan.activity,
        day: lab.identity.civil_day(now),
    }
}

/// Both signatures are there, from the persons who are to be named. In a demonstration, whose
/// people are invented, those who have not signed yet do so now.
///
/// # Errors
/// [`IssueRefusal::NotSigned`].
pub(super) fn require(
    lab: &Lab,
    journal: &Journal,
    order: &Order<'_>,
    record: &Record,
) -> Result<(), IssueRefusal> {
    let subject = Subject { run: order.run, item: order.item };
    let content = content(record);
    let signed = signed(&act::acts(journal)?, subject, &content);
    let wanted = [
        (Meaning::Checked, order.checked, signed.checked),
        (Meaning::Approved, order.approved, signed.approved),
    ];
    for (meaning, person, found) in wanted {
        if found.as_deref() == Some(person) {
            continue;
        }
        let is_free = lab.identity.demonstration
            && !signing::needs_password(lab, person).map_err(SigningRefusal::from)?;
        if !is_free {
            let missing = meaning.word();
            return Err(IssueRefusal::NotSigned { subject: subject.text(), missing });
        }
        let text = subject.text();
        let statement = Statement { meaning, subject: &text, content: &content };
        signing::sign(lab, journal, (person, None), statement, order.now)?;
    }
    Ok(())
}
