//! What the specification of a standard gives at a point of the procedure.

use std::collections::BTreeMap;

use etalon_procedures::expand::Point;
use etalon_procedures::procedure::Role;
use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;

use super::bind::Bound;
use super::names;
use crate::register::{CertifiedValue, LookupRefusal};
use crate::specification::capability::Capability;

/// Coverage factor of the numbers that are called `U`.
/// Definition: `max_U` and `spec.….U` are expanded uncertainties with k = 2.
const COVERAGE_FACTOR: f64 = 2.0;

/// A capability at a point.
#[derive(Clone, Debug)]
pub struct Stated {
    /// What the row that holds gives.
    pub capability: Capability,
    /// The value of the quantity at the point, in SI units.
    pub value: f64,
    /// Its unit, as the specification writes it.
    pub unit: Unit,
    /// Specification, file and row, for the record.
    pub source: String,
}

/// The capability of a role's standard at a point; `None` where it has no specification.
#[must_use]
pub fn stated(bound: &Bound<'_>, point: &Point) -> Option<Result<Stated, Text>> {
    let sheet = bound.sheet?;
    let spec = &sheet.specification;
    let at = at(bound.role, point);
    let has = |function: &&str| spec.rows.iter().any(|row| row.function == **function);
    let mut functions = bound.role.can.iter().map(|taxon| taxon.as_str());
    let Some(function) = functions.find(has) else {
        let wanted: Vec<&str> = bound.role.can.iter().map(|taxon| taxon.as_str()).collect();
        let citation = sheet.citation();
        return Some(Err(Text::new(
            format!("{citation} has no row for {}", wanted.join(" or ")),
            format!("{citation} 没有适用于 {} 的行", wanted.join(" 或 ")),
        )));
    };
    let found = spec.capability_in(function, &at, bound.range.as_deref());
    Some(match found {
        Ok(capability) => {
            let range = capability.range.as_ref().map(|range| format!(", range {range}"));
            let source = format!(
                "{}, row {}{}",
                sheet.citation(),
                capability.row,
                range.unwrap_or_default()
            );
            let value = at.get(&spec.value).copied().unwrap_or_default();
            Ok(Stated { capability, value, unit: spec.unit.clone(), source })
        }
        Err(none) => {
            let Text { en, zh } = none.text();
            Err(Text::new(format!("{en} ({})", sheet.file), format!("{zh}（{}）", sheet.file)))
        }
    })
}

/// The quantities of a point by the names of the role: what its columns say, and what the role
/// covers at it.
fn at(role: &Role, point: &Point) -> BTreeMap<String, f64> {
    let mut at = names::load(point).numbers();
    for envelope in role.over.iter().filter(|envelope| envelope.high.is_none()) {
        let symbols = envelope.low.expression.symbols();
        let found = match symbols.as_slice() {
            [] => Quantity::parse(&envelope.low.text).ok().map(|value| value.si()),
            [one] if one.path == envelope.low.text.trim() => {
                let column = one.path.strip_prefix("points.").unwrap_or(&one.path);
                match point.values.get(column) {
                    Some(Value::Number { si, .. }) => Some(*si),
                    _ => None,
                }
            }
            _ => None,
        };
        if let Some(si) = found {
            at.insert(envelope.quantity.clone(), si);
        }
    }
    at
}

impl Stated {
    /// The expanded uncertainty (k = 2) in SI units.
    #[must_use]
    pub fn expanded(&self) -> f64 {
        self.capability.standard * COVERAGE_FACTOR
    }

    /// A number relative to the value at the point; `None` at a value of zero.
    #[must_use]
    pub fn relative(&self, absolute: f64) -> Option<f64> {
        (self.value != 0.0).then(|| absolute / self.value.abs())
    }

    /// What procedures call `spec.ROLE.NAME`: `limit`, `u` and `U` in the unit of the value,
    /// `limit_rel`, `u_rel` and `U_rel` as shares of it.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<CertifiedValue> {
        let (stem, is_relative) = match name.strip_suffix("_rel") {
            Some(stem) => (stem, true),
            None => (name, false),
        };
        let absolute = match stem {
            "limit" => self.capability.limit,
            "u" => self.capability.standard,
            "U" => self.expanded(),
            _ => return None,
        };
        let (number, unit) = if is_relative {
            let percent = Unit::parse("%").ok()?;
            (percent.from_si(self.relative(absolute)?), percent)
        } else {
            (self.unit.interval_from_si(absolute), self.unit.interval())
        };
        let value = Quantity::new(Decimal::from_f64(number).ok()?, unit);
        Some(CertifiedValue { value, source: self.source.clone() })
    }
}

/// A number of a role's specification: from the register where it stands there, else from the
/// specification that the standard names.
///
/// # Errors
/// The register's refusal, or why the specification gives nothing at the point.
pub(super) fn specified(
    bound: &Bound<'_>,
    name: &str,
    load: &crate::register::Load,
    point: &Point,
) -> Result<CertifiedValue, SpecifiedRefusal> {
    let Some(standard) = bound.standard else { return Err(SpecifiedRefusal::NoStandard) };
    let refused = match standard.specified_at(name, load) {
        Ok(found) => return Ok(found),
        Err(refused) => refused,
    };
    let is_nowhere = matches!(refused, LookupRefusal::NoSuchSpecification { .. });
    match stated(bound, point).filter(|_| is_nowhere) {
        None => Err(SpecifiedRefusal::Register(refused)),
        Some(Err(reason)) => Err(SpecifiedRefusal::Outside(reason)),
        Some(Ok(stated)) => stated.named(name).ok_or(SpecifiedRefusal::Register(refused)),
    }
}

/// Why no number of a specification is known.
pub(super) enum SpecifiedRefusal {
    /// The role has no entry in the register.
    NoStandard,
    /// The register says why.
    Register(LookupRefusal),
    /// The specification does not hold at the point.
    Outside(Text),
}
