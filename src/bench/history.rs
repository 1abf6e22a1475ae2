//! What earlier characterisation runs say about repeatability, pooled on request.

use std::collections::BTreeMap;

use etalon_uncertainty::{diagnostic::Diagnostic, quantity::Quantity, unit::Unit};
use jiff::civil::Date;

use crate::form::Form;

/// One characterisation run: so many repeats of one quantity under one condition.
#[derive(Clone, Debug)]
pub struct Repeatability {
    /// Procedure it was found with.
    pub procedure: String,
    /// Quantity of the model, such as `E`.
    pub quantity: String,
    /// Values of the point for which it holds, such as `pf` = `0.5L`; all points where empty.
    pub at: BTreeMap<String, String>,
    /// Experimental standard deviation of a single repeat.
    pub s: Quantity,
    /// Its degrees of freedom.
    pub nu: u32,
    /// When.
    pub on: Date,
    /// How it was found.
    pub source: String,
}

/// A pooled standard deviation.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooled {
    /// Standard deviation of a single repeat, in the unit asked for.
    pub s: f64,
    /// Its degrees of freedom.
    pub nu: u32,
    /// Number of repeats it rests on.
    pub n: u32,
    /// Which runs.
    pub source: String,
}

impl super::Bench {
    /// Pools what is known about a quantity at a point: s² = Σ ν·s² / Σ ν.
    ///
    /// A run counts when each value it is restricted to is the value `at` the point; `None` when
    /// no run counts. Units: `s` in `unit`. Source: electricity dossier 2.3; GUM 4.2.4.
    #[must_use]
    pub fn pooled(
        &self,
        procedure: &str,
        quantity: &str,
        at: &BTreeMap<String, String>,
        unit: &Unit,
    ) -> Option<Pooled> {
        let holds = |run: &&Repeatability| {
            run.procedure == procedure
                && run.quantity == quantity
                && run.at.iter().all(|(name, value)| at.get(name) == Some(value))
        };
        let runs: Vec<_> = self.history.iter().filter(holds).collect();
        let nu: u32 = runs.iter().map(|run| run.nu).sum();
        if nu == 0 {
            return None;
        }
        let mut sum = 0.0;
        for run in &runs {
            let s = run.s.in_unit(unit).ok()?;
            sum += f64::from(run.nu) * s * s;
        }
        let count = u32::try_from(runs.len()).unwrap_or(u32::MAX);
        let days: Vec<_> = runs.iter().map(|run| run.on.to_string()).collect();
        Some(Pooled {
            s: (sum / f64::from(nu)).sqrt(),
            nu,
            n: nu + count,
            source: format!("pooled from {count} characterisation run(s): {}", days.join(", ")),
        })
    }
}

/// Reads one `[[repeatability]]`.
pub(super) fn from_form(form: &Form<'_>) -> Option<Repeatability> {
    let (procedure, quantity) = (form.text("procedure"), form.text("quantity"));
    let at = at(form);
    let (s, nu) = (form.any_quantity("s"), form.count("nu"));
    let (on, source) = (form.date("on"), form.text("source"));
    form.close();
    let (s, nu) = (s?, nu?);
    if s.value.value() <= 0.0 {
        let message = format!("standard deviation `{}` is not positive", s.value);
        form.finding(Diagnostic::error("R0145", message).at(s.span.clone()));
    }
    if nu.value == 0 {
        let message = "a standard deviation needs at least one degree of freedom";
        form.finding(Diagnostic::error("R0145", message).at(nu.span.clone()));
    }
    Some(Repeatability {
        procedure: procedure?.value,
        quantity: quantity?.value,
        at,
        s: s.value,
        nu: nu.value,
        on: on?.value,
        source: source?.value,
    })
}

fn at(form: &Form<'_>) -> BTreeMap<String, String> {
    let Some(section) = form.optional_section("at") else { return BTreeMap::new() };
    let names: Vec<_> = section.keys().into_iter().map(|key| key.value).collect();
    let value = |name: String| Some((name.clone(), section.text(&name)?.value));
    names.into_iter().filter_map(value).collect()
}
