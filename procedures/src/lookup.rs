//! Table look-up: one row for one point, by decimal keys, never the nearest row.

use std::collections::BTreeMap;

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::{Kind, Scope, Value};

use crate::finding;
use crate::procedure::table::Cell;
use crate::procedure::{Interval, IntervalEnd, Procedure, Row, Table};
use crate::scope::{Bindings, Over};

/// The row of a table that fits the values in scope: its cells and defined
/// columns by name.
///
/// # Errors
/// When the table is unknown, a key has no value in scope, or not exactly one
/// row fits.
pub fn lookup(
    procedure: &Procedure,
    table: &str,
    scope: &dyn Scope,
) -> Result<BTreeMap<String, Value>, Diagnostic> {
    let table = procedure.table(table).ok_or_else(|| {
        Diagnostic::error(finding::TABLE_LOOKUP, format!("there is no table `{table}`"))
    })?;
    let row = row(table, scope)?;
    let mut bindings = Bindings::default();
    for (column, cell) in table.columns.iter().zip(&row.cells) {
        bindings.bind(column.name.clone(), cell_value(cell, scope)?);
    }
    for definition in &table.define {
        let value = definition.formula.evaluate(&Over(&bindings, scope))?;
        bindings.bind(definition.name.clone(), value);
    }
    Ok(bindings.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect())
}

/// One column of the row that fits.
///
/// # Errors
/// As [`lookup`], and when the column is unknown.
pub fn cell(
    procedure: &Procedure,
    table: &str,
    column: &str,
    scope: &dyn Scope,
) -> Result<Value, Diagnostic> {
    lookup(procedure, table, scope)?.remove(column).ok_or_else(|| {
        Diagnostic::error(
            finding::TABLE_LOOKUP,
            format!("table `{table}` has no column `{column}`"),
        )
    })
}

/// The value of a cell in scope of the item.
pub(crate) fn cell_value(cell: &Cell, scope: &dyn Scope) -> Result<Value, Diagnostic> {
    match cell {
        Cell::Text(text, _) => Ok(Value::Text(text.clone())),
        Cell::Formula(formula) => formula.evaluate(scope),
    }
}

/// The one row of a table that fits the values in scope.
pub(crate) fn row<'t>(table: &'t Table, scope: &dyn Scope) -> Result<&'t Row, Diagnostic> {
    let mut fitting = Vec::new();
    for row in &table.rows {
        if fits_keys(table, row, scope)? {
            fitting.push(row);
        }
    }
    if let Some(interval) = &table.interval {
        fitting = in_interval(table, interval, fitting, scope)?;
    }
    match fitting.as_slice() {
        [row] => Ok(row),
        [] => Err(Diagnostic::error(
            finding::TABLE_GAP,
            format!("table `{}` has no row for {}", table.name, sought(table, scope)),
        )
        .at(table.place.clone())),
        [first, second, ..] => Err(Diagnostic::error(
            finding::TABLE_OVERLAP,
            format!("table `{}` has several rows for {}", table.name, sought(table, scope)),
        )
        .at(second.place.clone())
        .other(first.place.clone(), "this row fits too")),
    }
}

fn key_value(table: &Table, key: &str, scope: &dyn Scope) -> Result<Value, Diagnostic> {
    scope.value(key).ok_or_else(|| {
        Diagnostic::error(
            finding::TABLE_LOOKUP,
            format!("table `{}` is looked up by `{key}`, which has no value here", table.name),
        )
        .at(table.place.clone())
    })
}

fn fits_keys(table: &Table, row: &Row, scope: &dyn Scope) -> Result<bool, Diagnostic> {
    for key in &table.key {
        let Some(cell) = cell_of(table, row, key) else { continue };
        let equal = match (cell_value(cell, scope)?, key_value(table, key, scope)?) {
            (Value::Number { si: left, .. }, Value::Number { si: right, .. }) => {
                carried(left)? == carried(right)?
            }
            (left, right) => left == right,
        };
        if !equal {
            return Ok(false);
        }
    }
    Ok(true)
}

fn in_interval<'t>(
    table: &'t Table,
    interval: &Interval,
    rows: Vec<&'t Row>,
    scope: &dyn Scope,
) -> Result<Vec<&'t Row>, Diagnostic> {
    let sought = match key_value(table, &interval.column, scope)? {
        Value::Number { si, .. } => carried(si)?,
        other => {
            return Err(Diagnostic::error(
                finding::TABLE_LOOKUP,
                format!("`{}` is {}, wanted a number", interval.column, other.kind()),
            )
            .at(table.place.clone()));
        }
    };
    let mut bordered = Vec::with_capacity(rows.len());
    for row in rows {
        let (lower, upper) = borders(table, interval, row, scope)?;
        bordered.push((row, lower, upper));
    }
    let highest = bordered.iter().map(|(_, _, upper)| upper.clone()).max();
    let contains = |lower: &Decimal, upper: &Decimal| {
        let last = highest.as_ref() == Some(upper);
        let end = if last { interval.last_upper } else { interval.upper };
        let above = sought > *lower || interval.lower == IntervalEnd::Closed && sought == *lower;
        let below = sought < *upper || end == IntervalEnd::Closed && sought == *upper;
        above && below
    };
    let fitting = bordered.into_iter().filter(|(_, lower, upper)| contains(lower, upper));
    Ok(fitting.map(|(row, ..)| row).collect())
}

/// The borders of a row as decimals.
pub(crate) fn borders(
    table: &Table,
    interval: &Interval,
    row: &Row,
    scope: &dyn Scope,
) -> Result<(Decimal, Decimal), Diagnostic> {
    let border = |suffix: &str| {
        let name = format!("{}{suffix}", interval.column);
        let cell = cell_of(table, row, &name).ok_or_else(|| {
            Diagnostic::error(
                finding::TABLE_KEY,
                format!("table `{}` has no column `{name}`", table.name),
            )
            .at(table.place.clone())
        })?;
        match cell_value(cell, scope)? {
            Value::Number { si, .. } => carried(si),
            other => Err(Diagnostic::error(
                finding::KIND,
                format!("a border is {}, wanted a number", other.kind()),
            )
            .at(cell.place())),
        }
    };
    Ok((border("_lo")?, border("_hi")?))
}

/// The cell of a row in the column of this name.
pub(crate) fn cell_of<'t>(table: &Table, row: &'t Row, column: &str) -> Option<&'t Cell> {
    let place = table.columns.iter().position(|candidate| candidate.name == column)?;
    row.cells.get(place)
}

/// A number as the decimal that keys are compared by: 0.1 is found whether it
/// was written or computed.
pub(crate) fn carried(si: f64) -> Result<Decimal, Diagnostic> {
    Decimal::from_f64(si)
        .map_err(|error| Diagnostic::error(finding::TABLE_LOOKUP, error.to_string()))
}

fn sought(table: &Table, scope: &dyn Scope) -> String {
    let interval = table.interval.as_ref().map(|interval| interval.column.as_str());
    let names = table.key.iter().map(String::as_str).chain(interval);
    let shown: Vec<String> = names.map(|name| format!("{name} = {}", shown(name, scope))).collect();
    if shown.is_empty() { "this point".to_owned() } else { shown.join(", ") }
}

fn shown(name: &str, scope: &dyn Scope) -> String {
    match scope.value(name) {
        Some(Value::Text(text)) => text,
        Some(Value::Number { si, .. }) => {
            carried(si).map_or_else(|_| si.to_string(), |d| d.to_string())
        }
        Some(Value::Truth(truth)) => truth.to_string(),
        Some(list @ Value::List(_)) => match list.kind() {
            Kind::List(of) => format!("a list of {of}"),
            kind => kind.to_string(),
        },
        None => "unknown".to_owned(),
    }
}
