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
    let none = |text: String| Diagnostic::error(finding::TABLE_LOOKUP, text);
    let found =
        procedure.table(table).ok_or_else(|| none(format!("there is no table `{table}`")))?;
    let row = Looked { table: found, row: row(found, scope)?, before: found.define.len(), scope };
    row.column(column)
        .unwrap_or_else(|| Err(none(format!("table `{table}` has no column `{column}`"))))
}

/// A row that was looked up: only the columns that are asked for are computed.
struct Looked<'a> {
    table: &'a Table,
    row: &'a Row,
    /// How many of the defined columns are known: each may use those before it.
    before: usize,
    scope: &'a dyn Scope,
}

impl Looked<'_> {
    /// The value of a column; `None` where there is no such column.
    fn column(&self, name: &str) -> Option<Result<Value, Diagnostic>> {
        if let Some(cell) = cell_of(self.table, self.row, name) {
            return Some(cell_value(cell, self.scope));
        }
        let known = self.table.define.get(..self.before).unwrap_or_default();
        let before = known.iter().rposition(|definition| definition.name == name)?;
        let earlier = Looked { before, ..*self };
        known.get(before).map(|definition| definition.formula.evaluate(&earlier))
    }
}

impl Scope for Looked<'_> {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.value(path).map(|value| value.kind())
    }

    fn value(&self, path: &str) -> Option<Value> {
        match self.column(path) {
            Some(value) => value.ok(),
            None => self.scope.value(path),
        }
    }

    fn call_kind(&self, name: &str, args: &[Kind]) -> Option<Result<Kind, String>> {
        self.scope.call_kind(name, args)
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        self.scope.call(name, args)
    }

    fn known(&self) -> Vec<String> {
        let columns = self.table.columns.iter().map(|column| column.name.clone());
        columns.chain(self.scope.known()).collect()
    }
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
    let keys = keys(table, scope)?;
    let mut fitting = Vec::new();
    for row in &table.rows {
        if fits_keys(row, &keys, scope)? {
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

/// The columns of the keys with the values that are looked for.
fn keys(table: &Table, scope: &dyn Scope) -> Result<Vec<(usize, Value)>, Diagnostic> {
    let mut keys = Vec::with_capacity(table.key.len());
    for key in &table.key {
        let column = table.columns.iter().position(|column| column.name == *key);
        if let Some(column) = column {
            keys.push((column, key_value(table, key, scope)?));
        }
    }
    Ok(keys)
}

fn fits_keys(row: &Row, keys: &[(usize, Value)], scope: &dyn Scope) -> Result<bool, Diagnostic> {
    for (column, sought) in keys {
        let equal = match (row.cells.get(*column), sought) {
            (None, _) => continue,
            (Some(Cell::Text(text, _)), Value::Text(sought)) => text == sought,
            (Some(cell), sought) => match (cell_value(cell, scope)?, sought) {
                (Value::Number { si: left, .. }, Value::Number { si: right, .. }) => {
                    !is_apart(left, *right) && carried(left)? == carried(*right)?
                }
                (left, right) => left == *right,
            },
        };
        if !equal {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether two numbers differ by more than the twelve digits that are carried, so
/// that nobody need compare them as decimals.
fn is_apart(left: f64, right: f64) -> bool {
    /// Chosen: a hundred times the last of twelve digits.
    const APART: f64 = 1e-9;
    (left - right).abs() > APART * left.abs().max(right.abs())
}

fn in_interval<'t>(
    table: &'t Table,
    interval: &Interval,
    rows: Vec<&'t Row>,
    scope: &dyn Scope,
) -> Result<Vec<&'t Row>, Diagnostic> {
    let sought = match key_value(table, &interval.column, scope)? {
        Value::Number { si, .. } => si,
        other => {
            return Err(Diagnostic::error(
                finding::TABLE_LOOKUP,
                format!("`{}` is {}, wanted a number", interval.column, other.kind()),
            )
            .at(table.place.clone()));
        }
    };
    let columns = Borders::of(table, interval)?;
    let mut bordered = Vec::with_capacity(rows.len());
    let mut highest = f64::NEG_INFINITY;
    for row in rows {
        let (lower, upper) = columns.numbers(row, scope)?;
        highest = highest.max(upper);
        bordered.push((row, lower, upper));
    }
    let is_last = |upper: &Decimal| carried(highest).is_ok_and(|last| last == *upper);
    let mut fitting = Vec::new();
    for (row, lower, upper) in bordered {
        if is_apart(sought, lower) && sought < lower || is_apart(sought, upper) && sought > upper {
            continue;
        }
        // Only at a border the decimals decide.
        let above = is_apart(sought, lower) || {
            let (exact, lower) = (carried(sought)?, carried(lower)?);
            exact > lower || interval.lower == IntervalEnd::Closed && exact == lower
        };
        let below = is_apart(sought, upper) || {
            let (exact, upper) = (carried(sought)?, carried(upper)?);
            let end = if is_last(&upper) { interval.last_upper } else { interval.upper };
            exact < upper || end == IntervalEnd::Closed && exact == upper
        };
        if above && below {
            fitting.push(row);
        }
    }
    Ok(fitting)
}

/// The two columns of the borders.
struct Borders {
    lower: usize,
    upper: usize,
}

impl Borders {
    fn of(table: &Table, interval: &Interval) -> Result<Self, Diagnostic> {
        let place = |suffix: &str| {
            let name = format!("{}{suffix}", interval.column);
            table.columns.iter().position(|column| column.name == name).ok_or_else(|| {
                Diagnostic::error(
                    finding::TABLE_KEY,
                    format!("table `{}` has no column `{name}`", table.name),
                )
                .at(table.place.clone())
            })
        };
        Ok(Self { lower: place("_lo")?, upper: place("_hi")? })
    }

    fn numbers(&self, row: &Row, scope: &dyn Scope) -> Result<(f64, f64), Diagnostic> {
        let border = |column: usize| {
            let Some(cell) = row.cells.get(column) else { return Ok(f64::NAN) };
            match cell_value(cell, scope)? {
                Value::Number { si, .. } => Ok(si),
                other => Err(Diagnostic::error(
                    finding::KIND,
                    format!("a border is {}, wanted a number", other.kind()),
                )
                .at(cell.place())),
            }
        };
        Ok((border(self.lower)?, border(self.upper)?))
    }
}

/// The borders of a row as decimals.
pub(crate) fn borders(
    table: &Table,
    interval: &Interval,
    row: &Row,
    scope: &dyn Scope,
) -> Result<(Decimal, Decimal), Diagnostic> {
    let (lower, upper) = Borders::of(table, interval)?.numbers(row, scope)?;
    Ok((carried(lower)?, carried(upper)?))
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
