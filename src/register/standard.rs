//! One reference standard, as its file tells it.

use etalon_uncertainty::{diagnostic::Diagnostic, quantity::Quantity, taxonomy::Taxon, text::Text};
use jiff::civil::Date;

use super::{
    calibration::{self, Calibration},
    fitness::Leave,
    status::{self, Status, StatusChange},
    upkeep::{self, Check, Upkeep},
};
use crate::{
    form::{self, Form, Read},
    journal::chain::sha256_hex,
};

/// Schema of a register file.
pub const SCHEMA: &str = "etalon.register/1";

/// A reference standard, or another instrument that matters for results (ISO/IEC 17025, 6.4.13).
#[derive(Clone, Debug)]
pub struct Standard {
    /// Name in the laboratory.
    pub id: String,
    /// What it is.
    pub name: Text,
    /// Maker.
    pub maker: String,
    /// Model number.
    pub model_number: String,
    /// Serial number.
    pub serial: String,
    /// Where it is kept.
    pub location: String,
    /// What it can do: names of the taxonomy.
    pub functions: Vec<String>,
    /// Whether its calibration carries traceability into results. A source or a counter that a
    /// result does not depend on is `false`: it needs no certificate.
    pub traceable: bool,
    /// Restriction of use, where the status is `limited use`.
    pub restriction: Option<Text>,
    /// How its status came about, oldest first.
    pub history: Vec<StatusChange>,
    /// Next calibration due; results are refused from the day after.
    pub due: Option<Date>,
    /// Calibrations, oldest first.
    pub calibrations: Vec<Calibration>,
    /// Numbers of its specification, by name.
    pub specification: Vec<SpecificationNumber>,
    /// Its maker's specification, by the name of a file in `specifications/`.
    pub sheet: Option<String>,
    /// Intermediate checks, in the order of the file.
    pub checks: Vec<Check>,
    /// Maintenance, damage, repair and adjustment, in the order of the file.
    pub upkeep: Vec<Upkeep>,
    /// Rules let through for it by approved deviations; none in the file itself.
    pub leaves: Vec<Leave>,
    /// The file's text.
    pub text: String,
    /// SHA-256 of the file's text.
    pub sha256: String,
}

/// A number of a specification, with its source.
#[derive(Clone, Debug)]
pub struct SpecificationNumber {
    /// Name, such as `tempco`.
    pub name: String,
    /// Number with unit.
    pub value: Quantity,
    /// The loads for which it holds; all where there is none.
    pub over: Option<Span>,
    /// Where it is written.
    pub source: String,
}

/// A range of one part of the load, with its lower end and without its upper one.
#[derive(Clone, Debug)]
pub struct Span {
    /// Part of the load, such as `I`.
    pub quantity: String,
    /// Lower end, included.
    pub from: Quantity,
    /// Upper end, not included.
    pub to: Quantity,
}

impl Standard {
    /// The status now: that of the last change.
    ///
    /// Valid for a standard that was read from a file, which must hold at least one change.
    #[must_use]
    pub fn status(&self) -> Status {
        self.history.last().map_or(Status::Ordered, |change| change.status)
    }

    /// The status on a day.
    #[must_use]
    pub fn status_on(&self, day: Date) -> Option<Status> {
        self.history.iter().rev().find(|change| change.on <= day).map(|change| change.status)
    }
}

/// Reads a register file.
pub(super) fn read(text: &str) -> Read<Standard> {
    form::read(text, SCHEMA, |form| {
        let section = form.section("standard");
        let calibrations: Vec<_> =
            form.sections("calibration").iter().map(calibration::from_form).collect();
        let specification: Vec<_> = form.sections("specification").iter().map(number).collect();
        let history = history(form);
        let (checks, upkeep) = (upkeep::checks(form), upkeep::upkeep(form));
        let mut standard = identity(&section?)?;
        standard.history = history?;
        standard.calibrations = calibrations.into_iter().collect::<Option<_>>()?;
        standard.specification = specification.into_iter().collect::<Option<_>>()?;
        standard.checks = checks?;
        standard.upkeep = upkeep?;
        text.clone_into(&mut standard.text);
        standard.sha256 = sha256_hex(text.as_bytes());
        in_order(form, &standard);
        Some(standard)
    })
}

fn identity(form: &Form<'_>) -> Option<Standard> {
    let id = form.name("id");
    let name = form.bilingual("name");
    let (maker, model, serial) = (form.text("maker"), form.text("model"), form.text("serial"));
    let location = form.text("location");
    let functions = form.texts("functions");
    for function in &functions {
        if let Err(refused) = Taxon::parse(&function.value) {
            let message = format!("`{}` is not a name of the taxonomy: {refused}", function.value);
            form.finding(Diagnostic::error("R0129", message).at(function.span.clone()));
        }
    }
    let traceable = form.flag("traceable");
    let restriction = form.optional_bilingual("restriction");
    let due = form.optional_date("due");
    let sheet = form.optional_text("specification");
    form.close();
    Some(Standard {
        id: id?.value,
        name: name?,
        maker: maker?.value,
        model_number: model?.value,
        serial: serial?.value,
        location: location?.value,
        functions: functions.into_iter().map(|function| function.value).collect(),
        traceable,
        restriction,
        history: Vec::new(),
        due: due.map(|due| due.value),
        calibrations: Vec::new(),
        specification: Vec::new(),
        sheet: sheet.map(|text| text.value),
        checks: Vec::new(),
        upkeep: Vec::new(),
        leaves: Vec::new(),
        text: String::new(),
        sha256: String::new(),
    })
}

fn history(form: &Form<'_>) -> Option<Vec<StatusChange>> {
    let sections = form.sections("status");
    if sections.is_empty() {
        let message = "no `[[status]]`: when did the standard come, and is it in service?";
        form.finding(Diagnostic::error("R0104", message));
        return None;
    }
    let mut changes: Vec<StatusChange> = Vec::with_capacity(sections.len());
    for section in sections {
        let (on, word) = (section.date("on"), section.word("status", &status::WORDS));
        let (by, reason) = (section.text("by"), section.text("reason"));
        section.close();
        let change = StatusChange {
            on: on?.value,
            status: word?.value,
            by: by?.value,
            reason: reason?.value,
        };
        if let Some(message) = objection(changes.last(), &change) {
            form.finding(Diagnostic::error("R0122", message).at(section.span()));
        }
        changes.push(change);
    }
    Some(changes)
}

fn objection(before: Option<&StatusChange>, change: &StatusChange) -> Option<String> {
    let next = change.status.word();
    match before {
        None if change.status.may_begin() => None,
        None => Some(format!("the history begins with `{next}`, wanted `ordered` or `received`")),
        Some(before) if change.on < before.on => {
            Some(format!("{} comes after {} in the file: oldest first", change.on, before.on))
        }
        Some(before) if !before.status.may_become(change.status) => {
            Some(format!("`{next}` may not follow `{}`", before.status.word()))
        }
        Some(_) => None,
    }
}

fn number(form: &Form<'_>) -> Option<SpecificationNumber> {
    let (name, value) = (form.text("name"), form.any_quantity("value"));
    let source = form.text("source");
    let over = form.optional_section("over").map(|section| span(&section));
    form.close();
    let over = match over {
        Some(read) => Some(read?),
        None => None,
    };
    Some(SpecificationNumber {
        name: name?.value,
        value: value?.value,
        over,
        source: source?.value,
    })
}

fn span(form: &Form<'_>) -> Option<Span> {
    let quantity = form.text("quantity");
    let (from, to) = (form.any_quantity("from"), form.any_quantity("to"));
    form.close();
    let (from, to) = (from?, to?);
    let alike = from.value.unit().is_compatible(to.value.unit());
    if !alike || from.value.si() >= to.value.si() {
        let message = format!("`{}` to `{}` is no range", from.value, to.value);
        form.finding(Diagnostic::error("R0130", message).at(to.span));
    }
    Some(Span { quantity: quantity?.value, from: from.value, to: to.value })
}

fn in_order(form: &Form<'_>, standard: &Standard) {
    let pairs = standard.calibrations.iter().zip(standard.calibrations.iter().skip(1));
    let places = form.sections("calibration").into_iter().skip(1);
    for ((before, after), section) in pairs.zip(places) {
        if after.performed >= before.performed {
            continue;
        }
        let message = format!(
            "calibration {} of {} stands after {} of {}: oldest first",
            after.certificate, after.performed, before.certificate, before.performed
        );
        let place = section.text("performed").map_or_else(|| section.span(), |day| day.span);
        form.finding(Diagnostic::error("R0128", message).at(place));
    }
}
