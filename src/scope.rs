//! The scope: what the laboratory is accredited for, with its calibration and measurement
//! capability (`etalon.scope/1`, the file `scope.toml`).
//!
//! | code  | finding                                                |
//! |-------|--------------------------------------------------------|
//! | R0201 | not a name of the taxonomy                             |
//! | R0202 | a range that ends before it begins                     |
//! | R0203 | a capability that is not positive                      |

use etalon_uncertainty::{diagnostic::Diagnostic, quantity::Quantity, taxonomy::Taxon, unit::Unit};

use crate::form::{self, Form, Placed, Read};

/// Schema of `scope.toml`.
pub const SCHEMA: &str = "etalon.scope/1";

/// What the laboratory is accredited for; nothing where it has no accreditation.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The capabilities, in the order of the file.
    pub capabilities: Vec<Capability>,
}

/// One line of the scope.
#[derive(Clone, Debug)]
pub struct Capability {
    /// What is measured: a name of the taxonomy.
    pub measurand: String,
    /// By which method.
    pub method: String,
    /// The quantity that the range is about, such as `I`.
    pub quantity: String,
    /// Lower end of the range, included.
    pub from: Quantity,
    /// Upper end of the range, included.
    pub to: Quantity,
    /// The smallest expanded uncertainty (k = 2) that a certificate may state (ILAC-P14).
    pub cmc: Quantity,
}

impl Scope {
    /// The capability that covers a measurement: same measurand, one of the methods, and the value
    /// of the quantity, in coherent SI, within the range. Where the quantity has a unit it must be of
    /// the range's kind. Of several, the one with the smallest uncertainty.
    #[must_use]
    pub fn covering(
        &self,
        measurand: &str,
        methods: &[String],
        (quantity, unit): (&str, Option<&Unit>),
        si: f64,
    ) -> Option<&Capability> {
        let covers = |own: &&Capability| {
            own.measurand == measurand
                && methods.contains(&own.method)
                && own.quantity == quantity
                && unit.is_none_or(|unit| own.from.unit().is_compatible(unit))
                && (own.from.si()..=own.to.si()).contains(&si)
        };
        let found = self.capabilities.iter().filter(covers);
        found.min_by(|one, other| one.cmc.si().total_cmp(&other.cmc.si()))
    }
}

/// Checks the text of `scope.toml`, with every finding at once.
#[must_use]
pub fn check(text: &str) -> Read<Scope> {
    form::read(text, SCHEMA, |form| {
        let read: Vec<_> = form.sections("capability").iter().map(capability).collect();
        Some(Scope { capabilities: read.into_iter().collect::<Option<_>>()? })
    })
}

fn capability(form: &Form<'_>) -> Option<Capability> {
    let (measurand, method) = (form.text("measurand"), form.text("method"));
    let quantity = form.text("quantity");
    let (from, to) = (form.any_quantity("from"), form.any_quantity("to"));
    let cmc = form.any_quantity("cmc");
    form.close();
    let measurand = measurand?;
    if let Err(refused) = Taxon::parse(&measurand.value) {
        let message = format!("`{}` is not a name of the taxonomy: {refused}", measurand.value);
        form.finding(Diagnostic::error("R0201", message).at(measurand.span));
    }
    let (from, to) = (from?, to?);
    ordered(form, &from, &to);
    let cmc = cmc?;
    if cmc.value.value() <= 0.0 {
        let message = format!("capability `{}` is not positive", cmc.value);
        form.finding(Diagnostic::error("R0203", message).at(cmc.span));
    }
    Some(Capability {
        measurand: measurand.value,
        method: method?.value,
        quantity: quantity?.value,
        from: from.value,
        to: to.value,
        cmc: cmc.value,
    })
}

fn ordered(form: &Form<'_>, from: &Placed<Quantity>, to: &Placed<Quantity>) {
    let alike = from.value.unit().is_compatible(to.value.unit());
    if !alike || from.value.si() > to.value.si() {
        let message = format!("`{}` to `{}` is no range", from.value, to.value);
        form.finding(Diagnostic::error("R0202", message).at(to.span.clone()));
    }
}
