//! People: who may do what, and that nobody approves their own work (`etalon.people/1`).
//!
//! Read in this order: this file → `secrets` → `signing` → `change`.
//!
//! | code  | finding                                  |
//! |-------|------------------------------------------|
//! | R0181 | two persons of one name                  |

pub mod change;
pub mod secrets;
pub mod signing;

use std::collections::BTreeMap;

use etalon_uncertainty::{diagnostic::Diagnostic, text::Text};
use jiff::civil::Date;
use thiserror::Error;

use crate::{
    form::{self, Form, Read},
    journal::chain::sha256_hex,
};

/// Schema of `people.toml`.
pub const SCHEMA: &str = "etalon.people/1";

/// What a person may do in the laboratory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// Operates benches: *performed*.
    Technician,
    /// Checks results: *checked*.
    Checker,
    /// Approves and signs certificates: *approved*.
    Approver,
    /// Writes procedures.
    Author,
    /// Keeps accounts and the register.
    Administrator,
}

/// Every duty with the word that files use.
pub const DUTIES: [(&str, Duty); 5] = [
    ("technician", Duty::Technician),
    ("checker", Duty::Checker),
    ("approver", Duty::Approver),
    ("author", Duty::Author),
    ("administrator", Duty::Administrator),
];

/// Somebody who works in the laboratory.
#[derive(Clone, Debug)]
pub struct Person {
    /// Name in the laboratory's files.
    pub id: String,
    /// Name on certificates.
    pub name: Text,
    /// Duties.
    pub duties: Vec<Duty>,
    /// Qualification, as certificates print it.
    pub qualification: Option<Text>,
    /// Procedures and activities the person is authorised for.
    pub authorisations: Vec<Authorisation>,
    /// `true` for an invented person of a demonstration.
    pub specimen: bool,
}

/// What a person may do, and until when (ISO/IEC 17025, 6.2.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorisation {
    /// Identifier of a procedure, or [`ANY`].
    pub procedure: String,
    /// The activity within it, `calibration` or `verification`, or [`ANY`].
    pub activity: String,
    /// Last day of validity.
    pub until: Date,
}

/// What an authorisation writes where it holds for every procedure or activity.
pub const ANY: &str = "*";

/// The work that somebody must be authorised for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work<'a> {
    /// Identifier of the procedure.
    pub procedure: &'a str,
    /// `calibration` or `verification`.
    pub activity: &'a str,
    /// The day.
    pub day: Date,
}

impl Authorisation {
    /// Whether it allows the work.
    #[must_use]
    pub fn allows(&self, work: Work<'_>) -> bool {
        [(&self.procedure, work.procedure), (&self.activity, work.activity)]
            .iter()
            .all(|(own, wanted)| *own == ANY || own == wanted)
            && work.day <= self.until
    }
}

/// All persons.
#[derive(Clone, Debug, Default)]
pub struct People {
    persons: BTreeMap<String, Person>,
    /// The file's text.
    pub text: String,
    /// SHA-256 of the file's text.
    pub sha256: String,
}

/// The three different persons of a certificate.
#[derive(Clone, Debug)]
pub struct Signatories {
    /// Who operated the bench.
    pub performed: Person,
    /// Who checked the results.
    pub checked: Person,
    /// Who approved the certificate.
    pub approved: Person,
}

/// A rule of the laboratory that refuses a person; exit code 5, with the rule named.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PersonRefusal {
    /// Nobody of this name.
    #[error("rule `known persons only`: people.toml knows no `{id}`")]
    Unknown {
        /// The name.
        id: String,
    },
    /// Not among the person's duties.
    #[error("rule `authorised persons only`: {id} is no {duty}")]
    WrongDuty {
        /// The person.
        id: String,
        /// The duty.
        duty: &'static str,
    },
    /// No authorisation for this work that is still valid.
    #[error(
        "rule `authorised persons only`: {id} is not authorised for {activity} with {procedure} on {day}"
    )]
    NotAuthorised {
        /// The person.
        id: String,
        /// The procedure.
        procedure: String,
        /// The activity.
        activity: String,
        /// The day.
        day: Date,
    },
    /// One person would act twice on one certificate.
    #[error(
        "rule `nobody approves their own work`: {id} would be {first} and {second} on one certificate"
    )]
    OwnWork {
        /// The person.
        id: String,
        /// First part.
        first: &'static str,
        /// Second part.
        second: &'static str,
    },
}

impl People {
    /// A person by name.
    ///
    /// # Errors
    /// [`PersonRefusal::Unknown`].
    pub fn person(&self, id: &str) -> Result<&Person, PersonRefusal> {
        self.persons.get(id).ok_or_else(|| PersonRefusal::Unknown { id: id.to_owned() })
    }

    /// All persons, by name.
    pub fn persons(&self) -> impl Iterator<Item = &Person> {
        self.persons.values()
    }

    /// A person who may operate a bench for this work on this day.
    ///
    /// # Errors
    /// [`PersonRefusal`], naming the rule.
    pub fn operator(
        &self,
        id: &str,
        procedure: &str,
        activity: &str,
        day: Date,
    ) -> Result<&Person, PersonRefusal> {
        self.authorised(id, Duty::Technician, Work { procedure, activity, day })
    }

    /// A person with a duty and a valid authorisation for the work (ISO/IEC 17025, 6.2.5, 6.2.6).
    ///
    /// # Errors
    /// [`PersonRefusal`], naming the rule.
    pub fn authorised(
        &self,
        id: &str,
        duty: Duty,
        work: Work<'_>,
    ) -> Result<&Person, PersonRefusal> {
        let person = self.with_duty(id, duty)?;
        if person.authorisations.iter().any(|given| given.allows(work)) {
            return Ok(person);
        }
        let (procedure, activity) = (work.procedure.to_owned(), work.activity.to_owned());
        Err(PersonRefusal::NotAuthorised { id: id.to_owned(), procedure, activity, day: work.day })
    }

    /// The three persons of a certificate, each with their duty, all different; who checks and who
    /// approves must be authorised for the work on the day of issue. Who performed was, on the day
    /// of the run.
    ///
    /// # Errors
    /// [`PersonRefusal`], naming the rule.
    pub fn signatories(
        &self,
        performed: &str,
        checked: &str,
        approved: &str,
        work: Work<'_>,
    ) -> Result<Signatories, PersonRefusal> {
        let parts = [(performed, "performed"), (checked, "checked"), (approved, "approved")];
        for (number, (id, second)) in parts.iter().enumerate() {
            if let Some((_, first)) = parts.iter().take(number).find(|(other, _)| other == id) {
                return Err(PersonRefusal::OwnWork { id: (*id).to_owned(), first, second });
            }
        }
        Ok(Signatories {
            performed: self.with_duty(performed, Duty::Technician)?.clone(),
            checked: self.authorised(checked, Duty::Checker, work)?.clone(),
            approved: self.authorised(approved, Duty::Approver, work)?.clone(),
        })
    }

    /// A person with a duty.
    ///
    /// # Errors
    /// [`PersonRefusal::Unknown`], [`PersonRefusal::WrongDuty`].
    pub fn with_duty(&self, id: &str, duty: Duty) -> Result<&Person, PersonRefusal> {
        let person = self.person(id)?;
        if person.duties.contains(&duty) {
            return Ok(person);
        }
        let word = DUTIES.iter().find(|(_, known)| *known == duty).map_or("", |(word, _)| word);
        Err(PersonRefusal::WrongDuty { id: id.to_owned(), duty: word })
    }
}

/// Checks the text of `people.toml`, with every finding at once.
#[must_use]
pub fn check(text: &str) -> Read<People> {
    form::read(text, SCHEMA, |form| {
        let mut people = People { text: text.to_owned(), ..People::default() };
        people.sha256 = sha256_hex(text.as_bytes());
        let read: Vec<_> = form
            .sections("person")
            .iter()
            .map(|section| (section.span(), person(section)))
            .collect();
        for (span, person) in read {
            let person = person?;
            let id = person.id.clone();
            if people.persons.insert(id.clone(), person).is_some() {
                let message = format!("two persons are called `{id}`");
                form.finding(Diagnostic::error("R0181", message).at(span));
            }
        }
        Some(people)
    })
}

fn person(form: &Form<'_>) -> Option<Person> {
    let (id, name) = (form.name("id"), form.bilingual("name"));
    let duties = form.words("duties", &DUTIES);
    let qualification = form.optional_bilingual("qualification");
    let authorisations: Vec<_> = form.sections("authorised").iter().map(authorisation).collect();
    let specimen = form.flag("specimen");
    form.close();
    Some(Person {
        id: id?.value,
        name: name?,
        duties,
        qualification,
        authorisations: authorisations.into_iter().collect::<Option<_>>()?,
        specimen,
    })
}

fn authorisation(form: &Form<'_>) -> Option<Authorisation> {
    let (procedure, activity, until) =
        (form.text("procedure"), form.text("activity"), form.date("until"));
    form.close();
    Some(Authorisation {
        procedure: procedure?.value,
        activity: activity?.value,
        until: until?.value,
    })
}

#[cfg(test)]
mod tests;
