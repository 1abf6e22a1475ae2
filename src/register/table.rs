//! The table of a calibration: columns that name the load, columns that hold what the certificate
//! states there, and the rule by which a load finds its row.
//!
//! The two kinds of column have names of their own, because a voltage and an expanded uncertainty
//! are both called `U`.

use std::collections::BTreeSet;

use etalon_uncertainty::{
    decimal::Decimal, diagnostic::Diagnostic, quantity::Quantity, unit::Unit,
};

use crate::form::{Form, Placed};

/// A cell that names a part of the load.
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
    /// All other parts of the load must match exactly; of the rows that remain, the one whose
    /// number in `column` is nearest in proportion, if it is not further off than `within`. Of two
    /// rows equally near, the smaller.
    NearestLoad {
        /// The column in which the nearest row is looked for.
        column: String,
        /// The largest proportion by which it may be off, such as 0.1.
        within: f64,
    },
    /// All other parts of the load must match exactly; between the two rows around the load in
    /// `column` the stated numbers lie on a straight line. Nothing is taken beyond the rows.
    Linear {
        /// The column in which is interpolated.
        column: String,
        /// Stated columns that are not interpolated: the larger of both rows counts (uncertainties).
        larger: Vec<String>,
    },
}

/// A column: its name and its unit (`-` for words).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: String,
    /// Unit as written.
    pub unit: String,
}

/// One row: a load, and what is stated there.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The load, one cell for each load column.
    pub load: Vec<Cell>,
    /// What is stated, one number for each stated column.
    pub stated: Vec<Quantity>,
}

/// What the certificate says, row by row.
#[derive(Clone, Debug)]
pub struct Table {
    /// The load's columns.
    pub load: Vec<Column>,
    /// The stated columns, such as `error` and `U`.
    pub stated: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// How a load finds its row.
    pub interpolation: Interpolation,
}

impl Table {
    /// The table of a certificate that states functions alone.
    #[must_use]
    pub fn empty() -> Self {
        let interpolation = Interpolation::Exact;
        Self { load: Vec::new(), stated: Vec::new(), rows: Vec::new(), interpolation }
    }

    /// The words that a column of the load holds, in the order of the rows; none where there is no
    /// such column, or it holds numbers.
    #[must_use]
    pub fn words(&self, column: &str) -> Vec<String> {
        let Some(place) = self.load.iter().position(|own| own.name == column) else {
            return Vec::new();
        };
        let mut words: Vec<String> = Vec::new();
        for row in &self.rows {
            if let Some(Cell::Word(word)) = row.load.get(place)
                && !words.contains(word)
            {
                words.push(word.clone());
            }
        }
        words
    }

    /// The smallest number stated in a column, or `None` where there is no such column or row.
    #[must_use]
    pub fn smallest(&self, column: &str) -> Option<&Quantity> {
        let place = self.stated.iter().position(|stated| stated.name == column)?;
        let numbers = self.rows.iter().filter_map(|row| row.stated.get(place));
        numbers.min_by(|one, other| one.decimal().cmp(other.decimal()))
    }
}

type Cells = Placed<Vec<Placed<String>>>;

/// Reads the table's entries of one `[[calibration]]`.
pub(super) fn from_form(form: &Form<'_>) -> Option<Table> {
    let interpolation = interpolation(form);
    let load = columns(form, "load", "load_units");
    let stated = columns(form, "states", "state_units");
    let rows = form.rows("rows");
    if rows.is_empty() {
        let message = "a calibration needs `rows`: what does the certificate state?";
        form.finding(Diagnostic::error("R0104", message).at(form.span()));
    }
    let (load, stated) = (load?, stated?);
    for column in stated.iter().filter(|column| column.unit == "-") {
        let message =
            format!("stated column `{}` has no unit: write `1` for a pure number", column.name);
        form.finding(Diagnostic::error("R0126", message).at(form.span()));
    }
    let read: Vec<_> = rows.iter().map(|cells| row(form, &load, &stated, cells)).collect();
    let read = read.into_iter().collect::<Option<Vec<_>>>()?;
    distinct_loads(form, &read, &rows);
    let interpolation = interpolation?;
    known_column(form, &interpolation, &load);
    known_larger(form, &interpolation, &stated);
    Some(Table { load, stated, rows: read, interpolation })
}

/// Words of an interpolation rule.
#[derive(Clone, Copy)]
enum Rule {
    Exact,
    NearestLoad,
    Linear,
}

const RULES: [(&str, Rule); 3] =
    [("exact", Rule::Exact), ("nearest-load", Rule::NearestLoad), ("linear", Rule::Linear)];

fn interpolation(form: &Form<'_>) -> Option<Interpolation> {
    let section = form.section("interpolation")?;
    let rule = section.word("rule", &RULES);
    let (column, within) =
        (section.optional_text("column"), section.optional_quantity("within", "%"));
    let larger = section.texts("larger");
    let has_larger = section.has("larger");
    section.close();
    match (rule?.value, column.as_ref()) {
        (Rule::Exact, _) => return Some(Interpolation::Exact),
        (Rule::Linear, Some(column)) if has_larger => {
            let larger = larger.into_iter().map(|name| name.value).collect();
            return Some(Interpolation::Linear { column: column.value.clone(), larger });
        }
        (Rule::Linear, _) => {
            let message = "`linear` needs `column` and `larger`: along what, and which stated columns are not interpolated (may be none)?";
            form.finding(Diagnostic::error("R0127", message).at(section.span()));
            return None;
        }
        (Rule::NearestLoad, _) => {}
    }
    let (Some(column), Some(within)) = (column, within) else {
        let message =
            "`nearest-load` needs `column` and `within`: nearest in what, and how far off at most?";
        form.finding(Diagnostic::error("R0127", message).at(section.span()));
        return None;
    };
    Some(Interpolation::NearestLoad { column: column.value, within: within.value.si() })
}

fn known_column(form: &Form<'_>, interpolation: &Interpolation, load: &[Column]) {
    let (Interpolation::NearestLoad { column, .. } | Interpolation::Linear { column, .. }) =
        interpolation
    else {
        return;
    };
    let numeric = |own: &Column| own.name == *column && own.unit != "-";
    if !load.iter().any(numeric) {
        let message = format!("`{column}` is not a numeric column of the load");
        form.finding(Diagnostic::error("R0127", message).at(form.span()));
    }
}

fn known_larger(form: &Form<'_>, interpolation: &Interpolation, stated: &[Column]) {
    let Interpolation::Linear { larger, .. } = interpolation else { return };
    for name in larger.iter().filter(|name| !stated.iter().any(|own| own.name == **name)) {
        let message = format!("`{name}` is not a stated column");
        form.finding(Diagnostic::error("R0127", message).at(form.span()));
    }
}

fn columns(form: &Form<'_>, names_key: &str, units_key: &str) -> Option<Vec<Column>> {
    let (names, units) = (form.texts(names_key), form.texts(units_key));
    if names.is_empty() || names.len() != units.len() {
        let message = format!(
            "`{names_key}` has {} columns and `{units_key}` has {} units, wanted as many and at least one",
            names.len(),
            units.len()
        );
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
    let column = |(name, unit): (Placed<String>, Placed<String>)| Column {
        name: name.value,
        unit: unit.value,
    };
    Some(names.into_iter().zip(units).map(column).collect())
}

fn row(form: &Form<'_>, load: &[Column], stated: &[Column], cells: &Cells) -> Option<Row> {
    let wanted = load.len() + stated.len();
    if cells.value.len() != wanted {
        let message = format!("row of {} cells, wanted {wanted}", cells.value.len());
        form.finding(Diagnostic::error("R0123", message).at(cells.span.clone()));
        return None;
    }
    let (first, rest) = cells.value.split_at_checked(load.len())?;
    let named: Vec<_> =
        first.iter().zip(load).map(|(cell, column)| part(form, cell, column)).collect();
    let said: Vec<_> =
        rest.iter().zip(stated).map(|(cell, column)| number(form, cell, column)).collect();
    Some(Row {
        load: named.into_iter().collect::<Option<_>>()?,
        stated: said.into_iter().collect::<Option<_>>()?,
    })
}

fn part(form: &Form<'_>, cell: &Placed<String>, column: &Column) -> Option<Cell> {
    if column.unit == "-" {
        return Some(Cell::Word(cell.value.clone()));
    }
    number(form, cell, column).map(Cell::Number)
}

fn number(form: &Form<'_>, cell: &Placed<String>, column: &Column) -> Option<Quantity> {
    let unit = Unit::parse(&column.unit).ok()?;
    match Decimal::parse(&cell.value) {
        Ok(number) => Some(Quantity::new(number, unit)),
        Err(refused) => {
            let message = format!("column `{}`: {refused}", column.name);
            form.finding(Diagnostic::error("R0124", message).at(cell.span.clone()));
            None
        }
    }
}

fn distinct_loads(form: &Form<'_>, rows: &[Row], cells: &[Cells]) {
    for (number, (row, place)) in rows.iter().zip(cells).enumerate() {
        let again = rows.iter().take(number).position(|earlier| earlier.load == row.load);
        if let Some(earlier) = again {
            let message = format!("row {} gives the same load as row {}", number + 1, earlier + 1);
            form.finding(Diagnostic::error("R0125", message).at(place.span.clone()));
        }
    }
}
