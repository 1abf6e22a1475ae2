//! What happens to a standard between calibrations: intermediate checks, maintenance, damage,
//! repair, adjustment (ISO/IEC 17025, 6.4.10, 6.4.13 f to h).
//!
//! A repair, a damage or an adjustment breaks the history: values that were certified before it are
//! not the standard's values any more, and drift must not be read across it.

use etalon_uncertainty::{diagnostic::Diagnostic, quantity::Quantity};
use jiff::civil::Date;

use super::{calibration::Calibration, standard::Standard, table::Cell};
use crate::form::Form;

/// A comparison with a check standard between two calibrations.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// When.
    pub on: Date,
    /// Who: identifier of the person.
    pub by: String,
    /// By which procedure.
    pub procedure: String,
    /// What was found, as a difference from the expected value.
    pub found: Quantity,
    /// The largest difference allowed, by amount.
    pub limit: Quantity,
}

impl Check {
    /// Whether the difference is within its limit; compared as decimals in the limit's unit.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        let found = self.found.decimal_in(self.limit.unit());
        found.is_ok_and(|found| found.abs() <= *self.limit.decimal())
    }
}

/// What was done to a standard, or befell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Cleaning, a new battery: nothing that touches values.
    Maintenance,
    /// Overload, a fall, a flood.
    Damage,
    /// Parts were exchanged.
    Repair,
    /// Its indication was moved.
    Adjustment,
    /// Another firmware.
    Firmware,
}

/// Every kind with the word that files use.
pub const KINDS: [(&str, Kind); 5] = [
    ("maintenance", Kind::Maintenance),
    ("damage", Kind::Damage),
    ("repair", Kind::Repair),
    ("adjustment", Kind::Adjustment),
    ("firmware", Kind::Firmware),
];

impl Kind {
    /// The word that files and messages use.
    #[must_use]
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, own)| *own == self).map_or("", |(word, _)| word)
    }

    /// Whether certified values end with it.
    #[must_use]
    pub fn breaks_history(self) -> bool {
        !matches!(self, Self::Maintenance)
    }
}

/// One entry of the upkeep.
#[derive(Clone, Debug, PartialEq)]
pub struct Upkeep {
    /// When.
    pub on: Date,
    /// What.
    pub kind: Kind,
    /// Who: identifier of the person, or the service agent.
    pub by: String,
    /// What was done or happened.
    pub text: String,
}

/// How far certified values moved from one calibration to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Certificate before.
    pub before: String,
    /// Certificate after.
    pub after: String,
    /// The largest change of the column over the loads that both state.
    pub largest: Quantity,
}

impl Standard {
    /// The last break of the history up to a day, where there is one.
    #[must_use]
    pub fn last_break(&self, until: Date) -> Option<&Upkeep> {
        let breaks = self.upkeep.iter().filter(|own| own.kind.breaks_history() && own.on <= until);
        breaks.max_by_key(|own| own.on)
    }

    /// Changes of a stated column between successive calibrations, none across a break.
    #[must_use]
    pub fn changes(&self, column: &str) -> Vec<Change> {
        let pairs = self.calibrations.iter().zip(self.calibrations.iter().skip(1));
        let unbroken = pairs.filter(|(before, after)| {
            let between = before.performed..=after.performed;
            !self.upkeep.iter().any(|own| own.kind.breaks_history() && between.contains(&own.on))
        });
        unbroken.filter_map(|(before, after)| change(column, before, after)).collect()
    }
}

fn change(column: &str, before: &Calibration, after: &Calibration) -> Option<Change> {
    let changes = after.table.rows.iter().filter_map(|row| {
        let (new, old) = (after.stated(&row.load, column)?, before.stated(&row.load, column)?);
        let old = old.decimal_in(new.unit()).ok()?;
        Some(Quantity::new(new.decimal().sub(&old).abs(), new.unit().clone()))
    });
    let largest = changes.max_by(|one, other| one.decimal().cmp(other.decimal()))?;
    let (before, after) = (before.certificate.clone(), after.certificate.clone());
    Some(Change { before, after, largest })
}

impl Calibration {
    /// What a column states at exactly this load.
    fn stated(&self, load: &[Cell], column: &str) -> Option<&Quantity> {
        let place = self.table.stated.iter().position(|own| own.name == column)?;
        self.table.rows.iter().find(|row| row.load == load)?.stated.get(place)
    }
}

/// Reads every `[[check]]`.
pub(super) fn checks(form: &Form<'_>) -> Option<Vec<Check>> {
    let read = form.sections("check").iter().map(check).collect::<Vec<_>>();
    read.into_iter().collect()
}

fn check(form: &Form<'_>) -> Option<Check> {
    let (on, by, procedure) = (form.date("on"), form.text("by"), form.text("procedure"));
    let (found, limit) = (form.any_quantity("found"), form.any_quantity("limit"));
    form.close();
    let (found, limit) = (found?, limit?);
    if !found.value.unit().is_compatible(limit.value.unit()) {
        let message = format!("`{}` cannot be held against `{}`", found.value, limit.value);
        form.finding(Diagnostic::error("R0126", message).at(limit.span));
    }
    Some(Check {
        on: on?.value,
        by: by?.value,
        procedure: procedure?.value,
        found: found.value,
        limit: limit.value,
    })
}

/// Reads every `[[upkeep]]`.
pub(super) fn upkeep(form: &Form<'_>) -> Option<Vec<Upkeep>> {
    let one = |form: &Form<'_>| {
        let (on, kind) = (form.date("on"), form.word("kind", &KINDS));
        let (by, text) = (form.text("by"), form.text("text"));
        form.close();
        Some(Upkeep { on: on?.value, kind: kind?.value, by: by?.value, text: text?.value })
    };
    let read = form.sections("upkeep").iter().map(one).collect::<Vec<_>>();
    read.into_iter().collect()
}
