//! The points of a procedure for one unit under test.

use std::collections::BTreeMap;

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::{Scope, Value};

use crate::finding::{self, MAX_POINTS};
use crate::item::ItemFields;
use crate::lookup::cell_value;
use crate::procedure::table::Cell;
use crate::procedure::{Generated, Place, PointColumn, PointOrder, Points, Procedure};
use crate::scope::{Bindings, Over, PointScope};

/// One point of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its name; `STAGE/ID` is the key of a result.
    pub id: String,
    /// Its columns and defined values. Values that need the plan are missing
    /// until [`bind`].
    pub values: BTreeMap<String, Value>,
}

/// Every point for this unit under test, in the order they run.
///
/// # Errors
/// Every cell that has no value for this item, and conditions over the points
/// that do not hold.
pub fn expand(procedure: &Procedure, item: &ItemFields) -> Result<Vec<Point>, Vec<Diagnostic>> {
    let Some(points) = &procedure.points else { return Ok(Vec::new()) };
    let mut findings = Vec::new();
    let mut expanded = match &points.generated {
        None => listed(points, item, &mut findings),
        Some(generated) => generated_points(generated, &points.place, item, &mut findings),
    };
    if points.order == PointOrder::UpDown {
        expanded = up_down(expanded);
    }
    if expanded.len() > MAX_POINTS {
        return Err(vec![
            Diagnostic::error(
                finding::TOO_MANY_POINTS,
                format!("{} points; a procedure has at most {MAX_POINTS}", expanded.len()),
            )
            .at(points.place.clone()),
        ]);
    }
    for point in &mut expanded {
        if let Err(finding) = define(procedure, item, point, &Bindings::default(), false) {
            findings.push(finding);
        }
    }
    if findings.is_empty() {
        conditions(points, item, &expanded, &mut findings);
    }
    if findings.is_empty() { Ok(expanded) } else { Err(findings) }
}

/// Computes the values of a point that need the plan's names.
///
/// # Errors
/// The first value that cannot be computed from `external`; the others are.
pub fn bind(
    procedure: &Procedure,
    item: &ItemFields,
    point: &mut Point,
    external: &dyn Scope,
) -> Result<(), Diagnostic> {
    define(procedure, item, point, external, true)
}

fn define(
    procedure: &Procedure,
    item: &ItemFields,
    point: &mut Point,
    external: &dyn Scope,
    needs_plan: bool,
) -> Result<(), Diagnostic> {
    let Some(points) = &procedure.points else { return Ok(()) };
    let mut first = None;
    for definition in points.define.iter().filter(|entry| entry.needs_plan == needs_plan) {
        let scope = PointScope { procedure, item, point: Some(point), outer: external };
        match definition.formula.evaluate(&scope) {
            Ok(value) => drop(point.values.insert(definition.name.clone(), value)),
            Err(finding) => first = first.or(Some(finding)),
        }
    }
    first.map_or(Ok(()), Err)
}

fn listed(points: &Points, item: &ItemFields, findings: &mut Vec<Diagnostic>) -> Vec<Point> {
    let mut expanded = Vec::new();
    for row in &points.rows {
        match row.when.as_ref().map(|when| when.evaluate(item)) {
            Some(Ok(Value::Truth(false))) => continue,
            Some(Err(finding)) => {
                findings.push(finding);
                continue;
            }
            _ => {}
        }
        match cells(&points.columns, &row.cells, item) {
            Ok(values) => expanded.push(Point { id: row.id.clone(), values }),
            Err(finding) => findings.push(finding),
        }
    }
    expanded
}

fn cells(
    columns: &[PointColumn],
    cells: &[Cell],
    item: &ItemFields,
) -> Result<BTreeMap<String, Value>, Diagnostic> {
    columns
        .iter()
        .zip(cells)
        .map(|(column, cell)| Ok((column.name.clone(), cell_value(cell, item)?)))
        .collect()
}

fn generated_points(
    generated: &Generated,
    place: &Place,
    item: &ItemFields,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Point> {
    let outcome = match generated {
        Generated::From { list, name, .. } => list.evaluate(item).map(|value| match value {
            Value::List(values) => values.into_iter().map(|value| one(name, value)).collect(),
            single => vec![one(name, single)],
        }),
        Generated::Product { axes } => product(axes, item),
    };
    match outcome {
        Ok(rows) => rows
            .into_iter()
            .enumerate()
            .map(|(index, values)| Point { id: format!("p{}", index + 1), values })
            .collect(),
        Err(finding) => {
            let place = finding.span.clone().unwrap_or_else(|| place.clone());
            findings.push(finding.at(place));
            Vec::new()
        }
    }
}

fn one(name: &str, value: Value) -> BTreeMap<String, Value> {
    BTreeMap::from([(name.to_owned(), value)])
}

fn product(
    axes: &[(PointColumn, Vec<Cell>)],
    item: &ItemFields,
) -> Result<Vec<BTreeMap<String, Value>>, Diagnostic> {
    let size = axes.iter().fold(1_usize, |size, (_, cells)| size.saturating_mul(cells.len()));
    if size > MAX_POINTS {
        return Err(Diagnostic::error(
            finding::TOO_MANY_POINTS,
            format!("the product has {size} points; a procedure has at most {MAX_POINTS}"),
        ));
    }
    let mut rows = vec![BTreeMap::new()];
    for (column, cells) in axes {
        let values: Vec<Value> =
            cells.iter().map(|cell| cell_value(cell, item)).collect::<Result<_, _>>()?;
        rows = rows
            .iter()
            .flat_map(|row: &BTreeMap<String, Value>| {
                values.iter().map(|value| {
                    let mut longer = row.clone();
                    longer.insert(column.name.clone(), value.clone());
                    longer
                })
            })
            .collect();
    }
    Ok(rows)
}

/// Up as listed, then down; every point gets its direction in its name.
fn up_down(points: Vec<Point>) -> Vec<Point> {
    let directed = |point: &Point, direction: &str| {
        let mut point = point.clone();
        point.id = format!("{}-{direction}", point.id);
        point.values.insert("dir".to_owned(), Value::Text(direction.to_owned()));
        point
    };
    let up = points.iter().map(|point| directed(point, "up"));
    let down = points.iter().rev().map(|point| directed(point, "down"));
    up.chain(down).collect()
}

/// `[points] check`: conditions in which a column is the list of its values.
fn conditions(
    points: &Points,
    item: &ItemFields,
    expanded: &[Point],
    findings: &mut Vec<Diagnostic>,
) {
    if points.check.is_empty() {
        return;
    }
    let mut columns = Bindings::default();
    let names = points.columns.iter().map(|column| &column.name);
    for name in names.chain(points.define.iter().map(|entry| &entry.name)) {
        let values: Option<Vec<Value>> =
            expanded.iter().map(|point| point.values.get(name).cloned()).collect();
        if let Some(values) = values {
            columns.bind(name.clone(), Value::List(values));
        }
    }
    for check in &points.check {
        match check.evaluate(&Over(&columns, item)) {
            Ok(Value::Truth(true)) => {}
            Ok(_) => findings.push(
                Diagnostic::error(
                    finding::POINT_CHECK,
                    format!("the points do not satisfy `{}`", check.text),
                )
                .at(check.place.clone()),
            ),
            Err(finding) => findings.push(finding),
        }
    }
}

impl Point {
    /// A value of the point for people: text as written, a number in the unit of
    /// its column (or of its definition's SI unit) without rounding beyond the
    /// twelve digits that are carried.
    #[must_use]
    pub fn text(&self, procedure: &Procedure, name: &str) -> Option<String> {
        let value = self.values.get(name)?;
        let unit = procedure
            .points
            .as_ref()
            .and_then(|points| points.columns.iter().find(|column| column.name == name))
            .and_then(|column| column.unit.as_ref());
        match value {
            Value::Text(text) => Some(text.clone()),
            Value::Truth(truth) => Some(truth.to_string()),
            Value::Number { si, .. } => {
                let number = unit.map_or(*si, |unit| unit.from_si(*si));
                let number = Decimal::from_f64(number).ok()?;
                Some(match unit.map_or("", |unit| unit.printed()) {
                    "" => number.to_string(),
                    symbol => format!("{number} {symbol}"),
                })
            }
            Value::List(_) => None,
        }
    }
}
