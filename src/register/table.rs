//! The table of a calibration: key columns that name the load, value columns that hold what the
//! certificate says there, and the rule by which a load finds its row.

use std::collections::BTreeSet;

use etalon_uncertainty::{
    decimal::Decimal, diagnostic::Diagnostic, quantity::Quantity, unit::Unit,
};

use crate::form::{Form, Placed};

/// A cell of the table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A word, in a column whose unit is `-`.
    Word(String),
    /// A number with the unit of its column.
    Number(Quantity),
}

/// How a load finds its row. Written in the file, never assumed.
#[derive(Clone, Debug, PartialEq)]
pub enum Interpolation {
    /// Only a row with exactly this load will do.
    Exact,
    /// All other key columns must match exactly; of the rows that remain, the one whose number in
    /// `column` is nearest in proportion, if it is not further off than `within`. Of two rows
    /// equally near, the smaller.
    NearestLoad {
        /// The column in which the nearest row is looked for.
        column: String,
        /// The largest proportion by which it may be off, such as 0.1.
        within: f64,
    },
}

/// What the certificate says, row by row.
#[derive(Clone, Debug)]
pub struct Table {
    /// Names of the key columns.
    pub key: Vec<String>,
    /// All columns: name and unit.
    pub columns: Vec<(String, String)>,
    /// Rows of cells, one for each column.
    pub rows: Vec<Vec<Cell>>,
    /// How a load finds its row.
    pub interpolation: Interpolation,
}

impl Table {
    /// The place of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|(column, _)| column == name)
    }
}

type Cells = Placed<Vec<Placed<String>>>;

/// Reads the table's entries of one `[[calibration]]`.
pub(super) fn from_form(form: &Form<'_>) -> Option<Table> {
    let interpolation = interpolation(form);
    let key = form.texts("key");
    let (names, units) = (form.texts("columns"), form.texts("units"));
    let rows = form.rows("rows");
    if rows.is_empty() || names.is_empty() || key.is_empty() {
        let message = "a calibration needs `key`, `columns`, `units` and `rows`";
        form.finding(Diagnostic::error("R0104", message).at(form.span()));
        return None;
    }
    let columns = columns(form, &names, &units)?;
    let missing = key.iter().find(|key| !columns.iter().any(|(name, _)| *name == key.value));
    if let Some(key) = missing {
        let message = format!("key column `{}` is not among the columns", key.value);
        form.finding(Diagnostic::error("R0126", message).at(key.span.clone()));
        return None;
    }
    let cells: Vec<_> = rows.iter().map(|row| cells(form, &columns, row)).collect();
    let table = Table {
        key: key.into_iter().map(|key| key.value).collect(),
        columns,
        rows: cells.into_iter().collect::<Option<_>>()?,
        interpolation: interpolation?,
    };
    distinct_loads(form, &table, &rows);
    Some(table)
}

fn interpolation(form: &Form<'_>) -> Option<Interpolation> {
    let section = form.section("interpolation")?;
    let nearest = section.word("rule", &[("exact", false), ("nearest-load", true)]);
    let (column, within) =
        (section.optional_text("column"), section.optional_quantity("within", "%"));
    section.close();
    if !nearest?.value {
        return Some(Interpolation::Exact);
    }
    let (Some(column), Some(within)) = (column, within) else {
        let message =
            "`nearest-load` needs `column` and `within`: nearest in what, and how far off at most?";
        form.finding(Diagnostic::error("R0127", message).at(section.span()));
        return None;
    };
    Some(Interpolation::NearestLoad { column: column.value, within: within.value.si() })
}

fn columns(
    form: &Form<'_>,
    names: &[Placed<String>],
    units: &[Placed<String>],
) -> Option<Vec<(String, String)>> {
    if names.len() != units.len() {
        let message = format!("{} columns and {} units", names.len(), units.len());
        form.finding(Diagnostic::error("R0123", message).at(form.span()));
        return None;
    }
    let mut seen = BTreeSet::new();
    for name in names.iter().filter(|name| !seen.insert(name.value.clone())) {
        let message = format!("column `{}` is named twice", name.value);
        form.finding(Diagnostic::error("R0123", message).at(name.span.clone()));
    }
    for unit in units.iter().filter(|unit| unit.value != "-") {
        if let Err(refused) = Unit::parse(&unit.value) {
            form.finding(Diagnostic::error("R0126", refused.to_string()).at(unit.span.clone()));
        }
    }
    let pair =
        |(name, unit): (&Placed<String>, &Placed<String>)| (name.value.clone(), unit.value.clone());
    Some(names.iter().zip(units).map(pair).collect())
}

fn cells(form: &Form<'_>, columns: &[(String, String)], row: &Cells) -> Option<Vec<Cell>> {
    if row.value.len() != columns.len() {
        let message = format!("row of {} cells, wanted {}", row.value.len(), columns.len());
        form.finding(Diagnostic::error("R0123", message).at(row.span.clone()));
        return None;
    }
    let read: Vec<_> = row
        .value
        .iter()
        .zip(columns)
        .map(|(cell, (name, unit))| self::cell(form, cell, name, unit))
        .collect();
    read.into_iter().collect()
}

fn cell(form: &Form<'_>, cell: &Placed<String>, name: &str, unit: &str) -> Option<Cell> {
    if unit == "-" {
        return Some(Cell::Word(cell.value.clone()));
    }
    let unit = Unit::parse(unit).ok()?;
    match Decimal::parse(&cell.value) {
        Ok(number) => Some(Cell::Number(Quantity::new(number, unit))),
        Err(refused) => {
            let message = format!("column `{name}`: `{}` is not a number: {refused}", cell.value);
            form.finding(Diagnostic::error("R0124", message).at(cell.span.clone()));
            None
        }
    }
}

fn distinct_loads(form: &Form<'_>, table: &Table, rows: &[Cells]) {
    let keys: Vec<usize> = table.key.iter().filter_map(|name| table.column(name)).collect();
    let load = |row: &[Cell]| keys.iter().map(|place| row.get(*place).cloned()).collect::<Vec<_>>();
    for (number, row) in table.rows.iter().enumerate() {
        let again = table.rows.iter().take(number).position(|earlier| load(earlier) == load(row));
        if let (Some(earlier), Some(place)) = (again, rows.get(number)) {
            let message = format!("row {} gives the same load as row {}", number + 1, earlier + 1);
            form.finding(Diagnostic::error("R0125", message).at(place.span.clone()));
        }
    }
}
