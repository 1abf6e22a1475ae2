//! Reads `[tables]`.

use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::unit::Unit;

use crate::finding;
use crate::procedure::table::Cell;
use crate::procedure::{
    AppliesTo, Column, Gap, Interval, IntervalEnd, Place, Provenance, Row, Table,
};
use crate::source::{Item, Section, Source};

const ENDS: &[(&str, IntervalEnd)] =
    &[("closed", IntervalEnd::Closed), ("open", IntervalEnd::Open)];
const BASES: &[(&str, AppliesTo)] = &[
    ("true_value", AppliesTo::TrueValue),
    ("nominal", AppliesTo::Nominal),
    ("indication", AppliesTo::Indication),
    ("span", AppliesTo::Span),
    ("range", AppliesTo::Range),
];

/// Reads `[tables]`.
pub(crate) fn read(
    source: &Source<'_>,
    root: &mut Section<'_, '_>,
    provenance: &mut Vec<Provenance>,
) -> Vec<Table> {
    let Some(mut section) = root.table(source, "tables") else { return Vec::new() };
    let mut tables = Vec::new();
    for (name, place, value) in section.rest() {
        if super::name_is_usable(source, name, &place) {
            tables.extend(table(source, name, place, value, provenance));
        }
    }
    tables
}

fn table(
    source: &Source<'_>,
    name: &str,
    place: Place,
    value: &Item<'_>,
    provenance: &mut Vec<Provenance>,
) -> Option<Table> {
    let mut section = Section::of(source, format!("[tables.{name}]"), value)?;
    let key = section.names(source, "key").into_iter().map(|(name, _)| name).collect();
    let interval = section.table(source, "interval").and_then(|entry| interval(source, entry));
    let columns = columns(source, &mut section);
    let define = section
        .get("define")
        .map_or_else(Vec::new, |value| super::item::definitions(source, "`define`", value));
    let applies_to = section.word(source, "applies_to", BASES);
    let on_gap = section
        .word(source, "on_gap", &[("error", Gap::Error), ("not-evaluated", Gap::NotEvaluated)])
        .unwrap_or(Gap::Error);
    let rows = match section.need(source, "rows") {
        Some(value) => rows(source, &section.name, value, &columns),
        None => Vec::new(),
    };
    super::provenance::read(source, &mut section, &format!("tables.{name}"), true, provenance);
    section.finish(source);
    let name = name.to_owned();
    Some(Table { name, key, interval, columns, define, applies_to, on_gap, rows, place })
}

fn interval(source: &Source<'_>, mut section: Section<'_, '_>) -> Option<Interval> {
    let column = section.need_string(source, "column");
    let lower = section.need_word(source, "lower", ENDS);
    let upper = section.need_word(source, "upper", ENDS);
    let last_upper = section.word(source, "last_upper", ENDS).or(upper);
    section.finish(source);
    Some(Interval { column: column?, lower: lower?, upper: upper?, last_upper: last_upper? })
}

/// Reads `columns` and `units`, which must have the same length. The unit
/// `text` marks words; `-` and `1` mark plain numbers.
pub(crate) fn columns(source: &Source<'_>, section: &mut Section<'_, '_>) -> Vec<Column> {
    section.need(source, "columns");
    let names = section.strings(source, "columns");
    let units = section.need(source, "units");
    let Some(units) = units else { return Vec::new() };
    let label = format!("`units` in {}", section.name);
    let units = source.array(&label, units);
    if units.len() != names.len() {
        source.report(
            Diagnostic::error(
                finding::CELLS,
                format!("{} units for {} columns", units.len(), names.len()),
            )
            .at(section.key_place("units"))
            .other(section.key_place("columns"), "the columns"),
        );
        return Vec::new();
    }
    let mut columns: Vec<Column> = Vec::with_capacity(names.len());
    for ((name, place), unit) in names.into_iter().zip(units) {
        if !super::name_is_usable(source, &name, &place) {
            continue;
        }
        if columns.iter().any(|column| column.name == name) {
            source.report(
                Diagnostic::error(finding::DUPLICATE, format!("column `{name}` is written twice"))
                    .at(place.clone()),
            );
        }
        columns.push(Column { name, unit: column_unit(source, &label, unit) });
    }
    columns
}

fn column_unit(source: &Source<'_>, label: &str, value: &Item<'_>) -> Option<Unit> {
    match source.string(label, value) {
        Some((text, ..)) if text == "text" => None,
        Some(_) => source.unit(label, value).or_else(|| Some(Unit::one())),
        None => Some(Unit::one()),
    }
}

fn rows(source: &Source<'_>, name: &str, value: &Item<'_>, columns: &[Column]) -> Vec<Row> {
    let label = format!("`rows` in {name}");
    if columns.is_empty() {
        return Vec::new();
    }
    source
        .array(&label, value)
        .into_iter()
        .filter_map(|row| {
            let cells = cells(source, &label, row, columns)?;
            Some(Row { cells, place: row.span() })
        })
        .collect()
}

/// Reads one row: as many strings as there are columns.
pub(crate) fn cells(
    source: &Source<'_>,
    label: &str,
    row: &Item<'_>,
    columns: &[Column],
) -> Option<Vec<Cell>> {
    let values = source.array(label, row);
    if values.len() != columns.len() {
        source.report(
            Diagnostic::error(
                finding::CELLS,
                format!("{} cells for {} columns", values.len(), columns.len()),
            )
            .at(row.span()),
        );
        return None;
    }
    columns.iter().zip(values).map(|(column, value)| cell(source, label, value, column)).collect()
}

fn cell(source: &Source<'_>, label: &str, value: &Item<'_>, column: &Column) -> Option<Cell> {
    match &column.unit {
        None => source.string(label, value).map(|(text, place, _)| Cell::Text(text, place)),
        Some(unit) => source.formula_in(label, value, unit.printed()).map(Cell::Formula),
    }
}
