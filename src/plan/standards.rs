//! Is the standard of a role good enough at a point? (ISO/IEC 17025, 6.4.5)

use etalon_procedures::formula::Formula;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Dimension;

use super::bind::Bound;
use super::capability::{self, Stated};
use super::names;
use super::refusal::{MPE, PlanError, Shortfall};
use super::table::{Seat, Table};
use crate::register::{CertifiedValue, LookupRefusal, Standard};

/// Coverage factor to which `max_U` of a procedure refers.
/// Definition: k = 2.
const COVERAGE_FACTOR: f64 = 2.0;

/// A number of a standard with where it stands.
type Found = (f64, String);

/// Every role's standard covers this point by its specification, and meets `max_U` and `max_mpe`.
///
/// # Errors
/// [`PlanError::OutsideSpecification`], [`PlanError::NotGoodEnough`].
pub fn good_enough<'a>(table: &'a Table<'a>) -> Result<(), PlanError> {
    for bound in table.desk.bound {
        for seat in &table.seats {
            covered(table, bound, seat)?;
            if let Some(limit) = &bound.role.max_u {
                let wanted = number(table, seat, limit)?;
                let found = expanded(bound, seat, wanted.1);
                compare(table, bound, (limit, wanted.0), "U (k = 2)", found)?;
            }
            if let Some(limit) = &bound.role.max_mpe {
                let wanted = number(table, seat, limit)?;
                let found = permissible(bound, seat, wanted.1);
                compare(table, bound, (limit, wanted.0), MPE, found)?;
            }
        }
    }
    Ok(())
}

/// A role whose envelope follows from the points is covered by a row of its specification.
fn covered(table: &Table<'_>, bound: &Bound<'_>, seat: &Seat<'_>) -> Result<(), PlanError> {
    let point = seat.point.filter(|_| !bound.role.over.is_empty());
    match point.and_then(|point| capability::stated(bound, point)) {
        Some(Err(reason)) => Err(PlanError::OutsideSpecification {
            blame: bound.blame(),
            reason: Box::new(reason),
            line: table.line(&bound.role.place),
            at: table.at.clone(),
        }),
        _ => Ok(()),
    }
}

/// The largest permissible error of the standard at a point, from its specification.
fn permissible(bound: &Bound<'_>, seat: &Seat<'_>, dimension: Dimension) -> Option<Found> {
    let standard = bound.standard?;
    let load = names::in_range(bound, &seat.point.map(names::load).unwrap_or_default());
    if let Ok(stated) = standard.specified_at("mpe", &load) {
        return Some((stated.value.interval_si(), stated.source));
    }
    let stated = capability::stated(bound, seat.point?)?.ok()?;
    in_dimension(&stated, stated.capability.limit, dimension)
}

/// The expanded uncertainty of the standard at a point, brought to k = 2:
/// from its certificate, else from its specification.
fn expanded(bound: &Bound<'_>, seat: &Seat<'_>, dimension: Dimension) -> Option<Found> {
    let standard = bound.standard?;
    let load = names::in_range(bound, &seat.point.map(names::load).unwrap_or_default());
    match standard.certified("U", &load) {
        Ok(CertifiedValue { value, source }) => {
            let k = standard.certified("k", &load).ok()?.value.value();
            return Some((value.interval_si() * COVERAGE_FACTOR / k, source));
        }
        // The points do not say where this standard will be used (an ambient
        // probe, say): the largest U of its certificate then.
        Err(LookupRefusal::IncompleteLoad { certificate, .. }) => {
            return Some((largest(standard)?, format!("largest U of certificate {certificate}")));
        }
        Err(_) => {}
    }
    if let Ok(stated) = standard.specified_at("U", &load) {
        return Some((stated.value.interval_si(), stated.source));
    }
    let stated = capability::stated(bound, seat.point?)?.ok()?;
    in_dimension(&stated, stated.expanded(), dimension)
}

/// An absolute number of a specification, or its share of the value where a pure number is wanted.
fn in_dimension(stated: &Stated, absolute: f64, wanted: Dimension) -> Option<Found> {
    let is_share = wanted.is_one() && !stated.unit.dimension().is_one();
    let number = if is_share { stated.relative(absolute)? } else { absolute };
    Some((number, stated.source.clone()))
}

fn largest(standard: &Standard) -> Option<f64> {
    let calibration = standard.calibration().ok()?;
    let table = &calibration.table;
    let column = table.stated.iter().position(|column| column.name == "U")?;
    let stated = table.rows.iter().filter_map(|row| row.stated.get(column));
    let largest = stated.map(Quantity::interval_si).fold(0.0, f64::max);
    Some(largest * COVERAGE_FACTOR / calibration.k.to_f64())
}

/// The number that a limit of a role allows, and its dimension.
fn number<'a>(
    table: &'a Table<'a>,
    seat: &'a Seat<'a>,
    formula: &Formula,
) -> Result<(f64, Dimension), PlanError> {
    Ok(match table.at_seat(formula, seat)? {
        Value::Number { si, kind } => (si, kind.dimension),
        Value::Text(text) => Quantity::parse(&text).map_or((f64::NAN, Dimension::ONE), |limit| {
            (limit.interval_si(), limit.unit().dimension())
        }),
        Value::Truth(_) | Value::List(_) => (f64::NAN, Dimension::ONE),
    })
}

fn compare(
    table: &Table<'_>,
    bound: &Bound<'_>,
    (formula, limit): (&Formula, f64),
    what: &str,
    found: Option<Found>,
) -> Result<(), PlanError> {
    if found.as_ref().is_some_and(|(found, _)| *found <= limit) {
        return Ok(());
    }
    let standard = bound.standard.map_or(&bound.instrument.id, |standard| &standard.id);
    let found = found.map(|(found, source)| format!("{found} (SI; {source})"));
    Err(PlanError::from(Box::new(Shortfall {
        role: bound.role.name.clone(),
        instrument: bound.instrument.id.clone(),
        at: table.at.clone(),
        what: what.to_owned(),
        standard: standard.clone(),
        found: found.unwrap_or_else(|| "not stated".to_owned()),
        wanted: format!("{} = {limit} (SI)", formula.text),
        line: table.line(&formula.place),
    })))
}
