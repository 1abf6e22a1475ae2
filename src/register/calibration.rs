//! One calibration of a standard: the certificate and what it says.

use etalon_uncertainty::{decimal::Decimal, diagnostic::Diagnostic, text::Text};
use jiff::civil::Date;

use super::drift::{self, Drift};
use super::function::{self, Function};
use super::table::{self, Table};
use crate::form::{Form, Placed};

/// A calibration record. It is never edited: a new certificate is another record.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// Number of the certificate.
    pub certificate: String,
    /// Laboratory that issued it.
    pub laboratory: Text,
    /// Accreditation of that laboratory, where it has one.
    pub accreditation: Option<String>,
    /// Day of the measurement: drift counts from here.
    pub performed: Date,
    /// Day of issue.
    pub issued: Date,
    /// Procedure used.
    pub procedure: String,
    /// Conditions, as the certificate writes them.
    pub conditions: String,
    /// Who checked that the certificate can be used (ISO/IEC 17025, 6.4.4), and when.
    pub reviewed: Option<(String, Date)>,
    /// Coverage factor of the table's `U`.
    pub k: Decimal,
    /// Coverage probability of the table's `U`.
    pub p: Decimal,
    /// The values.
    pub table: Table,
    /// What it states as equations and polynomials.
    pub functions: Vec<Function>,
    /// Certificates of one group were issued against the same standard: their errors go together.
    pub group: Option<String>,
    /// Half-width of the drift to be reckoned with until the next calibration.
    pub drift: Option<Drift>,
    /// Text by which results state their traceability.
    pub traceability: Text,
    /// `true` for a certificate that was invented for a simulated standard.
    pub specimen: bool,
}

/// Reads one `[[calibration]]`.
pub(super) fn from_form(form: &Form<'_>) -> Option<Calibration> {
    let (certificate, laboratory) = (form.text("certificate"), form.bilingual("laboratory"));
    let accreditation = form.optional_text("accreditation");
    let (performed, issued) = (form.date("performed"), form.date("issued"));
    let (procedure, conditions) = (form.text("procedure"), form.text("conditions"));
    let reviewed = reviewed(form);
    let (k, p) = (decimal(form, "k"), decimal(form, "p"));
    let functions = function::from_form(form);
    // A certificate may state everything by functions.
    let is_tabled = form.has("rows") || !form.has("function");
    let table = if is_tabled { table::from_form(form) } else { Some(Table::empty()) };
    let group = form.optional_text("group");
    let drift = form.optional_section("drift").map(|section| drift::from_form(&section));
    let traceability = form.bilingual("traceability");
    let specimen = form.flag("specimen");
    form.close();
    Some(Calibration {
        certificate: certificate?.value,
        laboratory: laboratory?,
        accreditation: accreditation.map(|text| text.value),
        performed: performed?.value,
        issued: issued?.value,
        procedure: procedure?.value,
        conditions: conditions?.value,
        reviewed,
        k: k?,
        p: p?,
        table: table?,
        functions: functions?,
        group: group.map(|text| text.value),
        drift: match drift {
            Some(read) => Some(read?),
            None => None,
        },
        traceability: traceability?,
        specimen,
    })
}

fn reviewed(form: &Form<'_>) -> Option<(String, Date)> {
    let section = form.optional_section("reviewed")?;
    let (by, on) = (section.text("by"), section.date("on"));
    section.close();
    Some((by?.value, on?.value))
}

fn decimal(form: &Form<'_>, key: &str) -> Option<Decimal> {
    let Placed { value, span } = form.text(key)?;
    match Decimal::parse(&value) {
        Ok(number) if !number.is_negative() && !number.is_zero() => Some(number),
        _ => {
            let message = format!("`{key}` is `{value}`, wanted a positive number written as text");
            form.finding(Diagnostic::error("R0106", message).at(span));
            None
        }
    }
}
