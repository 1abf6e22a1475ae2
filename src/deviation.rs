//! A deviation: one rule let through, for one standard, for a time, by somebody who answers for it
//! (ISO/IEC 17025, 7.2.1.7; `etalon.deviation/1`).
//!
//! It is an object, never a switch: who asked, why, against which clause, what it does to the
//! results, with which customer's consent. It holds while an approver's signature stands on exactly
//! this text, and it is printed on every certificate that rests on it.
//!
//! | code  | finding                                                |
//! |-------|--------------------------------------------------------|
//! | R0221 | a time that ends before it begins                      |

use etalon_uncertainty::{diagnostic::Diagnostic, text::Text};
use jiff::civil::Date;

use crate::{
    act::{self, Act},
    folder,
    form::{self, Form, Read},
    journal::chain::sha256_hex,
    lab::{Lab, LabError},
    people::signing::Meaning,
    register::fitness::{Leave, RULES, Rule},
};

/// Schema of a deviation.
pub const SCHEMA: &str = "etalon.deviation/1";

/// Folder of the laboratory that holds deviations.
pub const FOLDER: &str = "deviations";

/// A rule let through.
#[derive(Clone, Debug)]
pub struct Deviation {
    /// Its name in the laboratory.
    pub id: String,
    /// Which rule.
    pub rule: Rule,
    /// For which standard.
    pub standard: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// The clause that the rule serves.
    pub clause: String,
    /// Why.
    pub reason: Text,
    /// What it does to the results.
    pub effect: Text,
    /// Who asked for it: identifier of the person.
    pub asked_by: String,
    /// The customer's consent.
    pub consent: Consent,
    /// The file's text.
    pub text: String,
    /// SHA-256 of the file's text: what is signed.
    pub sha256: String,
}

/// A customer's consent (ISO/IEC 17025, 7.2.1.7: *accepted by the customer*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The customer's name, English, as the item's file writes it.
    pub customer: String,
    /// Who consented.
    pub by: String,
    /// When.
    pub on: Date,
    /// Where the consent is kept.
    pub kept: String,
}

impl Deviation {
    /// What a certificate says about it.
    #[must_use]
    pub fn statement(&self) -> Text {
        let Self { id, rule, standard, clause, reason, effect, consent, .. } = self;
        Text::new(
            format!(
                "Deviation {id} from {clause} (rule: {}), standard {standard}: {}. Effect: {}. Accepted by {} on {}.",
                rule.word(),
                reason.en(),
                effect.en(),
                consent.by,
                consent.on
            ),
            format!(
                "偏离 {id}（{clause}，规则：{}），标准器 {standard}：{}。影响：{}。{} 于 {} 同意。",
                rule.word(),
                reason.zh(),
                effect.zh(),
                consent.by,
                consent.on
            ),
        )
    }

    /// Who approved exactly this text, if anybody did.
    #[must_use]
    pub fn approved_by<'a>(&self, acts: &'a [Act]) -> Option<&'a str> {
        let is_own = |act: &&Act| {
            act.act == act::SIGNED
                && act.subject == self.id
                && act.fact("meaning") == Meaning::Deviation.word()
                && act.fact("content") == self.sha256
        };
        acts.iter().rfind(is_own).map(|act| act.by.as_str())
    }

    fn leave(&self) -> Leave {
        Leave { deviation: self.id.clone(), rule: self.rule, from: self.from, until: self.until }
    }
}

/// Checks the text of a deviation, with every finding at once.
#[must_use]
pub fn check(text: &str) -> Read<Deviation> {
    form::read(text, SCHEMA, |form| {
        let section = form.section("deviation")?;
        let consent = section.section("consent").and_then(|section| consent(&section));
        let (id, rule, standard) =
            (section.name("id"), section.word("rule", &RULES), section.name("standard"));
        let (from, until) = (section.date("from"), section.date("until"));
        let (clause, asked_by) = (section.text("clause"), section.text("asked_by"));
        let (reason, effect) = (section.bilingual("reason"), section.bilingual("effect"));
        section.close();
        let (from, until) = (from?.value, until?);
        if until.value < from {
            let message = format!("{} comes before {from}", until.value);
            form.finding(Diagnostic::error("R0221", message).at(until.span));
        }
        Some(Deviation {
            id: id?.value,
            rule: rule?.value,
            standard: standard?.value,
            from,
            until: until.value,
            clause: clause?.value,
            reason: reason?,
            effect: effect?,
            asked_by: asked_by?.value,
            consent: consent?,
            text: text.to_owned(),
            sha256: sha256_hex(text.as_bytes()),
        })
    })
}

fn consent(form: &Form<'_>) -> Option<Consent> {
    let (customer, by) = (form.text("customer"), form.text("by"));
    let (on, kept) = (form.date("on"), form.text("kept"));
    form.close();
    Some(Consent { customer: customer?.value, by: by?.value, on: on?.value, kept: kept?.value })
}

/// Every deviation of a laboratory, approved or not.
///
/// # Errors
/// [`LabError::Files`].
pub fn all(lab: &Lab) -> Result<Vec<Deviation>, LabError> {
    let read = folder::read_all(&lab.path(FOLDER), check).map_err(LabError::Files)?;
    Ok(read.into_iter().map(|(_, deviation)| deviation).collect())
}

/// The deviations that an approver has signed as they stand.
///
/// # Errors
/// [`LabError`].
pub fn in_force(lab: &Lab) -> Result<Vec<Deviation>, LabError> {
    let all = all(lab)?;
    if all.is_empty() {
        return Ok(all);
    }
    let acts = act::acts(&lab.journal()?)?;
    Ok(all.into_iter().filter(|own| own.approved_by(&acts).is_some()).collect())
}

/// What the register lets through because of them: standard and leave.
#[must_use]
pub fn leaves(deviations: &[Deviation]) -> Vec<(String, Leave)> {
    deviations.iter().map(|own| (own.standard.clone(), own.leave())).collect()
}
