//! Tables of limits as written, and the points worked out for a typical item.

use etalon_uncertainty::expression::Value;
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;

use super::{Block, heading, same, with_unit};
use crate::expand::{Point, expand};
use crate::item::{ItemFields, item};
use crate::procedure::table::Cell;
use crate::procedure::{Confidence, Procedure, Table};
use crate::scope::{Bindings, PointScope};

/// Limits and points.
pub(super) fn blocks(procedure: &Procedure) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !procedure.tables.is_empty() {
        blocks.push(heading("Limits and constants", "限值与常数"));
    }
    for one in &procedure.tables {
        blocks.push(source(procedure, one));
        blocks.push(as_written(one));
    }
    if let Some((item, points)) = typical(procedure) {
        blocks.push(heading("Points", "测量点"));
        let facts: Vec<String> =
            item.texts.iter().map(|(name, text)| format!("{name} = {text}")).collect();
        blocks.push(Block::Paragraph(Text::new(
            format!("Worked out for an item with {}.", facts.join(", ")),
            format!("按 {} 的器具计算。", facts.join("，")),
        )));
        blocks.push(points_of(procedure, &item, &points));
    }
    blocks
}

/// The item of the first golden test whose points can be worked out.
fn typical(procedure: &Procedure) -> Option<(ItemFields, Vec<Point>)> {
    procedure.tests.iter().find_map(|test| {
        let item = item(procedure, &test.item).ok()?;
        let points = expand(procedure, &item).ok()?;
        (!points.is_empty()).then_some((item, points))
    })
}

fn source(procedure: &Procedure, one: &Table) -> Block {
    let part = format!("tables.{}", one.name);
    let entry = procedure.provenance.iter().find(|entry| entry.part == part);
    let cited = entry.map_or("", |entry| entry.source.as_str());
    let (en, zh) = match entry.map(|entry| entry.confidence) {
        Some(Confidence::Unchecked) => {
            (", not compared with the bought text", "，尚未与正式文本核对")
        }
        _ => ("", ""),
    };
    Block::Paragraph(Text::new(
        format!("Table `{}` ({cited}{en})", one.name),
        format!("表 `{}`（{cited}{zh}）", one.name),
    ))
}

fn as_written(one: &Table) -> Block {
    let heads = one.columns.iter().map(|column| head(&column.name, column.unit.as_ref()));
    let rows = one.rows.iter().map(|row| row.cells.iter().map(cell).collect()).collect();
    Block::Table { heads: heads.collect(), rows }
}

fn head(name: &str, unit: Option<&Unit>) -> Text {
    match unit.map(Unit::printed) {
        Some(unit) if !unit.is_empty() => same(format!("{name} / {unit}")),
        _ => same(name),
    }
}

fn cell(cell: &Cell) -> Text {
    match cell {
        Cell::Text(text, _) => same(text),
        Cell::Formula(formula) => same(&formula.text),
    }
}

/// The columns of the points, what is set from them, and the limit of the first decision.
fn points_of(procedure: &Procedure, item: &ItemFields, points: &[Point]) -> Block {
    let mut columns: Vec<(String, Option<Unit>)> = Vec::new();
    if let Some(list) = &procedure.points {
        columns.extend(list.columns.iter().map(|one| (one.name.clone(), one.unit.clone())));
        columns.extend(list.define.iter().filter_map(|one| {
            // A defined value is shown where a role is set to it: then its unit is known.
            let of_role = procedure.roles.iter().flat_map(|role| &role.quantities);
            let unit =
                of_role.filter(|own| own.name == one.name).map(|own| own.unit.clone()).next();
            unit.map(|unit| (one.name.clone(), Some(unit)))
        }));
    }
    if points.iter().any(|point| point.values.contains_key("dir")) {
        columns.push(("dir".to_owned(), None));
    }
    let mut heads = vec![same("")];
    heads.extend(columns.iter().map(|(name, _)| same(name)));
    heads.push(Text::new("limit ±", "限值 ±"));
    let rows = points.iter().map(|point| {
        let mut row = vec![same(&point.id)];
        row.extend(columns.iter().map(|(name, unit)| {
            point.values.get(name).map_or_else(|| same("-"), |value| shown(value, unit.as_ref()))
        }));
        row.push(limit(procedure, item, point));
        row
    });
    Block::Table { heads, rows: rows.collect() }
}

fn shown(value: &Value, unit: Option<&Unit>) -> Text {
    match (value, unit) {
        (Value::Number { si, .. }, Some(unit)) => same(with_unit(unit.from_si(*si), unit)),
        (Value::Number { si, .. }, None) => same(super::number(*si)),
        (Value::Text(text), _) => same(text),
        (Value::Truth(true), _) => Text::new("yes", "是"),
        (Value::Truth(false), _) => Text::new("no", "否"),
        (other, _) => same(other.kind().to_string()),
    }
}

fn limit(procedure: &Procedure, item: &ItemFields, point: &Point) -> Text {
    let found = procedure.decisions.iter().find_map(|decision| {
        let outer = Bindings::default();
        let scope = PointScope { procedure, item, point: Some(point), outer: &outer };
        let Ok(Value::Number { si, kind }) = decision.tolerance.as_ref()?.evaluate(&scope) else {
            return None;
        };
        let models = procedure.models.iter().map(|model| model.unit.interval());
        let derived = procedure.derives.iter().map(|derive| derive.unit.interval());
        let unit = models.chain(derived).find(|unit| unit.dimension() == kind.dimension)?;
        Some(with_unit(unit.interval_from_si(si), &unit))
    });
    found.map_or_else(|| same("-"), same)
}
