//! Is the standard of a role good enough at a point? (ISO/IEC 17025, 6.4.5)

use etalon_procedures::formula::Formula;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;

use super::bind::Bound;
use super::names;
use super::refusal::{PlanError, Shortfall};
use super::table::{Seat, Table};
use crate::register::{CertifiedValue, LookupRefusal, Standard};

/// Coverage factor to which `max_U` of a procedure refers.
const COVERAGE_FACTOR: f64 = 2.0;

/// Every role's standard meets `max_U` and `max_mpe` at this point.
///
/// # Errors
/// [`PlanError::NotGoodEnough`].
pub fn good_enough<'a>(table: &'a Table<'a>) -> Result<(), PlanError> {
    for bound in table.desk.bound {
        for seat in &table.seats {
            if let Some(limit) = &bound.role.max_u {
                let found = expanded(bound, seat);
                compare(table, bound, (seat, limit), "U (k = 2)", found)?;
            }
            if let Some(limit) = &bound.role.max_mpe {
                let stated = bound.standard.and_then(|standard| {
                    let load = seat.point.map(names::load).unwrap_or_default();
                    standard.specified_at("mpe", &load).ok()
                });
                let found = stated.map(|stated| stated.value.interval_si());
                compare(table, bound, (seat, limit), "maximum permissible error", found)?;
            }
        }
    }
    Ok(())
}

/// The expanded uncertainty of the standard at a point, brought to k = 2:
/// from its certificate, else from its specification.
fn expanded(bound: &Bound<'_>, seat: &Seat<'_>) -> Option<f64> {
    let standard = bound.standard?;
    let load = seat.point.map(names::load).unwrap_or_default();
    match standard.certified("U", &load) {
        Ok(CertifiedValue { value, .. }) => {
            let k = standard.certified("k", &load).ok()?.value.value();
            return Some(value.interval_si() * COVERAGE_FACTOR / k);
        }
        // The points do not say where this standard will be used (an ambient
        // probe, say): the largest U of its certificate then.
        Err(LookupRefusal::IncompleteLoad { .. }) => return largest(standard),
        Err(_) => {}
    }
    standard.specified_at("U", &load).ok().map(|stated| stated.value.interval_si())
}

fn largest(standard: &Standard) -> Option<f64> {
    let calibration = standard.calibration().ok()?;
    let table = &calibration.table;
    let column = table.stated.iter().position(|column| column.name == "U")?;
    let stated = table.rows.iter().filter_map(|row| row.stated.get(column));
    let largest = stated.map(Quantity::interval_si).fold(0.0, f64::max);
    Some(largest * COVERAGE_FACTOR / calibration.k.to_f64())
}

fn compare<'a>(
    table: &'a Table<'a>,
    bound: &Bound<'_>,
    (seat, formula): (&'a Seat<'a>, &Formula),
    what: &str,
    found: Option<f64>,
) -> Result<(), PlanError> {
    let wanted = table.at_seat(formula, seat)?;
    let limit = match &wanted {
        Value::Number { si, .. } => *si,
        Value::Text(text) => Quantity::parse(text).map_or(f64::NAN, |limit| limit.interval_si()),
        Value::Truth(_) | Value::List(_) => f64::NAN,
    };
    if found.is_some_and(|found| found <= limit) {
        return Ok(());
    }
    let standard = bound.standard.map_or(&bound.instrument.id, |standard| &standard.id);
    Err(PlanError::from(Box::new(Shortfall {
        role: bound.role.name.clone(),
        at: table.at.clone(),
        what: what.to_owned(),
        standard: standard.clone(),
        found: found.map_or_else(|| "not stated".to_owned(), |found| format!("{found} (SI)")),
        wanted: format!("{} = {limit} (SI)", formula.text),
        line: table.line(&formula.place),
    })))
}
