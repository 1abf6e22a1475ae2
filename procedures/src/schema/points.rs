//! Reads `[points]`.

use std::collections::BTreeMap;

use etalon_uncertainty::diagnostic::Diagnostic;

use super::table::{cells, columns};
use crate::finding;
use crate::procedure::points::Hold;
use crate::procedure::{
    Column, Generated, Place, PointColumn, PointOrder, PointRow, Points, Provenance, table::Cell,
};
use crate::source::{Item, Section, Source};

/// Reads `[points]`.
pub(crate) fn read(
    source: &Source<'_>,
    root: &mut Section<'_, '_>,
    provenance: &mut Vec<Provenance>,
) -> Option<Points> {
    let place = root.key_place("points");
    let mut section = root.table(source, "points")?;
    let order = section
        .need_word(
            source,
            "order",
            &[("listed", PointOrder::Listed), ("up-down", PointOrder::UpDown)],
        )
        .unwrap_or(PointOrder::Listed);
    let define = section
        .get("define")
        .map_or_else(Vec::new, |value| super::item::definitions(source, "[points.define]", value));
    let check = formulas(source, &mut section, "check");
    let hold = section.table(source, "hold").and_then(|entry| hold(source, entry));
    let (columns, rows, generated) = if section.get("from").is_some() {
        let (column, generated) = from(source, &mut section);
        (column.into_iter().collect(), Vec::new(), generated)
    } else if let Some(product) = section.table(source, "product") {
        let (columns, generated) = product_of(source, product);
        (columns, Vec::new(), generated)
    } else {
        let (columns, rows) = listed(source, &mut section);
        (columns, rows, None)
    };
    super::provenance::read(source, &mut section, "points", true, provenance);
    section.finish(source);
    Some(Points { columns, rows, generated, define, order, check, hold, place })
}

fn formulas(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
    key: &'static str,
) -> Vec<crate::formula::Formula> {
    let Some(value) = section.get(key) else { return Vec::new() };
    let label = format!("`{key}` in {}", section.name);
    let values = source.array(&label, value);
    values.into_iter().filter_map(|item| source.formula(&label, item)).collect()
}

fn hold(source: &Source<'_>, mut section: Section<'_, '_>) -> Option<Hold> {
    let at = section.need_string(source, "at");
    let duration = section.need_formula(source, "for");
    let watch = section.formula(source, "watch");
    section.finish(source);
    Some(Hold { at: at?, duration: duration?, watch })
}

fn from(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
) -> (Option<PointColumn>, Option<Generated>) {
    let list = section.need_formula(source, "from");
    let name = section.need_string(source, "name");
    let unit = section.need_unit(source, "unit");
    match (list, name, unit) {
        (Some(list), Some(name), Some(unit)) => {
            let column = PointColumn { name: name.clone(), unit: Some(unit.clone()) };
            (Some(column), Some(Generated::From { list: Box::new(list), name, unit }))
        }
        _ => (None, None),
    }
}

fn product_of(
    source: &Source<'_>,
    mut section: Section<'_, '_>,
) -> (Vec<PointColumn>, Option<Generated>) {
    let columns = columns(source, &mut section);
    let Some(values) = section.need(source, "values") else { return (Vec::new(), None) };
    let lists = source.array("`values` in [points.product]", values);
    if lists.len() != columns.len() {
        source.report(
            Diagnostic::error(
                finding::CELLS,
                format!("{} lists of values for {} columns", lists.len(), columns.len()),
            )
            .at(values.span()),
        );
        return (Vec::new(), None);
    }
    let mut axes = Vec::new();
    for (column, list) in columns.iter().zip(lists) {
        let single = std::slice::from_ref(column);
        let cells: Vec<Cell> = source
            .array("a list of values", list)
            .into_iter()
            .filter_map(|item| axis_cell(source, item, single))
            .collect();
        axes.push((point_column(column), cells));
    }
    section.finish(source);
    (columns.iter().map(point_column).collect(), Some(Generated::Product { axes }))
}

fn axis_cell(source: &Source<'_>, item: &Item<'_>, column: &[Column]) -> Option<Cell> {
    let column = column.first()?;
    match &column.unit {
        None => source.string("a value", item).map(|(text, place, _)| Cell::Text(text, place)),
        Some(unit) => source.formula_in("a value", item, unit.printed()).map(Cell::Formula),
    }
}

fn point_column(column: &Column) -> PointColumn {
    PointColumn { name: column.name.clone(), unit: column.unit.clone() }
}

fn listed(source: &Source<'_>, section: &mut Section<'_, '_>) -> (Vec<PointColumn>, Vec<PointRow>) {
    let columns = columns(source, section);
    let Some(value) = section.need(source, "rows") else { return (Vec::new(), Vec::new()) };
    if columns.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let label = format!("`rows` in {}", section.name);
    let mut rows: Vec<PointRow> = Vec::new();
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for item in source.array(&label, value) {
        let Some(cells) = cells(source, &label, item, &columns) else { continue };
        let Some(row) = row(source, &columns, cells, item) else { continue };
        if let Some(twin) = places.get(&row.id) {
            source.report(
                Diagnostic::error(
                    finding::DUPLICATE,
                    format!("point `{}` is written twice", row.id),
                )
                .at(row.place.clone())
                .other(twin.clone(), "here first"),
            );
        } else {
            places.insert(row.id.clone(), row.place.clone());
        }
        rows.push(row);
    }
    if !columns.iter().any(|column| column.name == "id") {
        source.report(
            Diagnostic::error(finding::MISSING_KEY, "the points have no column `id`")
                .at(section.key_place("columns")),
        );
    }
    let columns = columns.iter().filter(|c| c.name != "id" && c.name != "when");
    (columns.map(point_column).collect(), rows)
}

fn row(
    source: &Source<'_>,
    columns: &[Column],
    cells: Vec<Cell>,
    item: &Item<'_>,
) -> Option<PointRow> {
    let (mut id, mut when, mut rest) = (None, None, Vec::new());
    for (column, cell) in columns.iter().zip(cells) {
        match (column.name.as_str(), cell) {
            ("id", cell) => id = Some(cell_text(&cell)),
            ("when", Cell::Text(text, _)) if text.is_empty() => {}
            ("when", Cell::Text(text, place)) => {
                match crate::formula::Formula::parse(&text, place, true) {
                    Ok(formula) => when = Some(formula),
                    Err(finding) => {
                        source.report(finding);
                        return None;
                    }
                }
            }
            ("when", Cell::Formula(formula)) => when = Some(formula),
            (_, cell) => rest.push(cell),
        }
    }
    Some(PointRow { id: id.unwrap_or_default(), when, cells: rest, place: item.span() })
}

fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text, _) => text.clone(),
        Cell::Formula(formula) => formula.text.clone(),
    }
}
