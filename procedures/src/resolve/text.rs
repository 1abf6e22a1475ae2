//! Numbers of expressions as texts with their unit.

use std::collections::BTreeSet;

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::{Scope, Value};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Unit;

use crate::finding;
use crate::formula::{Formula, is_bare_number};
use crate::lookup;
use crate::procedure::table::Cell;
use crate::procedure::{Decision, Procedure};
use crate::scope::PointScope;

/// The names in an expression.
pub(crate) fn names(formula: &Formula) -> BTreeSet<String> {
    formula.expression.symbols().into_iter().map(|symbol| symbol.path).collect()
}

/// The value of an expression as text in `unit`, as it was written wherever it
/// stands in the file as a number: `1.0 %` keeps its zero.
pub(crate) fn written(
    formula: &Formula,
    scope: &PointScope<'_>,
    unit: &Unit,
) -> Result<String, Diagnostic> {
    if let Some(text) = literal(&formula.text, unit) {
        return Ok(text);
    }
    if let Some(text) = cell_text(formula, scope)
        .and_then(|(text, cell_unit)| (cell_unit == *unit).then(|| literal(&text, unit)).flatten())
    {
        return Ok(text);
    }
    let field = formula.text.trim();
    let field = field.strip_prefix("dut.").unwrap_or(field);
    if let Some(text) = scope.item.texts.get(field).and_then(|text| literal(text, unit)) {
        return Ok(text);
    }
    computed(formula, scope, unit, false)
}

/// The same for a width (uncertainty, half-width, step): kelvin, not degrees
/// Celsius.
pub(crate) fn width(
    formula: &Formula,
    scope: &PointScope<'_>,
    unit: &Unit,
) -> Result<String, Diagnostic> {
    match literal(&formula.text, unit) {
        Some(text) if !unit.is_affine() => Ok(text),
        _ => computed(formula, scope, unit, true),
    }
}

/// The value of a pure number: a coverage factor, degrees of freedom.
pub(crate) fn plain(formula: &Formula, scope: &PointScope<'_>) -> Result<String, Diagnostic> {
    if is_bare_number(&formula.text) {
        return Ok(formula.text.trim().to_owned());
    }
    computed(formula, scope, &Unit::one(), false)
}

/// A text that is a number in `unit`, with the unit.
fn literal(text: &str, unit: &Unit) -> Option<String> {
    let text = text.trim();
    if is_bare_number(text) {
        return Some(with_unit(text, unit));
    }
    // A quantity begins with its number.
    if text.starts_with(|first: char| first.is_alphabetic()) {
        return None;
    }
    let quantity = Quantity::parse(text).ok()?;
    (quantity.unit() == unit).then(|| text.to_owned())
}

fn with_unit(number: &str, unit: &Unit) -> String {
    match unit.printed() {
        "" => number.to_owned(),
        symbol => format!("{number} {symbol}"),
    }
}

/// The text of the table cell that `TABLE.COLUMN` finds, with the column's unit.
fn cell_text(formula: &Formula, scope: &PointScope<'_>) -> Option<(String, Unit)> {
    let (table, column) = formula.text.trim().split_once('.')?;
    let table = scope.procedure.table(table)?;
    let row = lookup::row(table, scope).ok()?;
    let Cell::Formula(cell) = lookup::cell_of(table, row, column)? else { return None };
    let unit = table.columns.iter().find(|candidate| candidate.name == column)?.unit.clone()?;
    Some((cell.text.clone(), unit))
}

fn computed(
    formula: &Formula,
    scope: &PointScope<'_>,
    unit: &Unit,
    is_width: bool,
) -> Result<String, Diagnostic> {
    let value = formula.evaluate(scope)?;
    number(&value, unit, is_width)
        .map_err(|message| Diagnostic::error(finding::KIND, message).at(formula.place.clone()))
}

/// A value as text in `unit`, with the twelve digits that are carried.
fn number(value: &Value, unit: &Unit, is_width: bool) -> Result<String, String> {
    let Value::Number { si, kind } = value else {
        return Err(format!("found {}, wanted a number in {unit}", value.kind()));
    };
    if kind.dimension != unit.dimension() {
        return Err(format!("found {}, wanted a number in {unit}", value.kind()));
    }
    let number = if is_width { unit.interval_from_si(*si) } else { unit.from_si(*si) };
    let decimal = Decimal::from_f64(number).map_err(|error| error.to_string())?;
    if is_width && unit.is_affine() {
        return Ok(decimal.to_string());
    }
    Ok(with_unit(&decimal.to_string(), unit))
}

/// An expression over results with every other name replaced by its number:
/// `U(E)` becomes `U`, the tolerance becomes `limit`.
pub(crate) fn closed(
    formula: &Formula,
    scope: &PointScope<'_>,
    tolerance: &str,
) -> Result<String, Diagnostic> {
    let symbols = formula.expression.symbols();
    let calls: Vec<_> = symbols.iter().filter(|symbol| symbol.path.starts_with("U(")).collect();
    let mut text = formula.text.clone();
    let mut outer: Vec<_> = symbols
        .iter()
        .filter(|symbol| {
            calls.iter().all(|call| {
                call.span == symbol.span
                    || symbol.span.start < call.span.start
                    || symbol.span.end > call.span.end
            })
        })
        .collect();
    outer.sort_by_key(|symbol| std::cmp::Reverse(symbol.span.start));
    for symbol in outer {
        let replacement = if symbol.path.starts_with("U(") {
            "U".to_owned()
        } else if symbol.path == tolerance.trim() {
            "limit".to_owned()
        } else {
            literal_of(&symbol.path, scope).ok_or_else(|| {
                Diagnostic::error(
                    finding::SYMBOL,
                    format!("`{}` has no number at this point", symbol.path),
                )
                .at(formula.place_of(&symbol.span))
            })?
        };
        text.replace_range(symbol.span.clone(), &replacement);
    }
    Ok(text)
}

/// A value as a literal of the expression language, in its coherent unit.
pub(crate) fn literal_of(path: &str, scope: &PointScope<'_>) -> Option<String> {
    let value = scope.value(path)?;
    match &value {
        Value::Number { si, kind } if kind.dimension.is_one() => {
            Decimal::from_f64(*si).ok().map(|number| number.to_string())
        }
        Value::Number { kind, .. } => {
            let unit = Unit::parse(&kind.dimension.to_string()).ok()?;
            number(&value, &unit, false).ok()
        }
        Value::Truth(truth) => Some(truth.to_string()),
        Value::Text(text) => Some(format!("'{text}'")),
        Value::List(_) => None,
    }
}

/// The unit of the first model that the decision's quantity names.
pub(crate) fn result_unit(procedure: &Procedure, decision: &Decision) -> Unit {
    let named = decision.quantity.as_ref().map(names).unwrap_or_default();
    procedure
        .models
        .iter()
        .find(|model| named.contains(&model.name))
        .map_or_else(Unit::one, |model| model.unit.clone())
}

/// Document and clause of a limit: that of its table, else the decision's.
pub(crate) fn source_of(procedure: &Procedure, limit: &Formula, decision: &Decision) -> String {
    let names = names(limit);
    let tables = names.iter().filter_map(|name| name.split_once('.'));
    tables
        .map(|(table, _)| format!("tables.{table}"))
        .find_map(|part| procedure.provenance.iter().find(|entry| entry.part == part))
        .map_or_else(|| decision.source.clone(), |entry| entry.source.clone())
}
