//! `[tables]`: rows instead of conditions.

use etalon_uncertainty::unit::Unit;

use super::{Definition, Place};
use crate::formula::Formula;

/// A table of limits, roundings or constants.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name; `NAME.COLUMN` in expressions is a look-up at the point.
    pub name: String,
    /// Columns compared with the values of the same name at the point; text
    /// keys as text, numeric keys as decimals. Empty for a table of one row.
    pub key: Vec<String>,
    /// One more key, found between two borders.
    pub interval: Option<Interval>,
    /// The columns.
    pub columns: Vec<Column>,
    /// Columns computed from the row found.
    pub define: Vec<Definition>,
    /// What a relative limit is relative to.
    pub applies_to: Option<AppliesTo>,
    /// What happens where no row fits.
    pub on_gap: Gap,
    /// The rows.
    pub rows: Vec<Row>,
    /// Where it is written.
    pub place: Place,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its unit; absent for text (`-`). A number without a unit has `1`.
    pub unit: Option<Unit>,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// One cell per column: text in text columns, a formula over the fields of
    /// the unit under test elsewhere (a bare number takes the column's unit).
    pub cells: Vec<Cell>,
    /// Where it is written.
    pub place: Place,
}

/// A cell of a table or of the points.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Text, compared as written.
    Text(String, Place),
    /// A number or an expression; [`Formula`] already carries the unit.
    Formula(Formula),
}

impl Cell {
    /// Where it is written.
    #[must_use]
    pub fn place(&self) -> Place {
        match self {
            Self::Text(_, place) => place.clone(),
            Self::Formula(formula) => formula.place.clone(),
        }
    }
}

/// A key between two borders, in the columns `COLUMN_lo` and `COLUMN_hi`.
#[derive(Clone, Debug)]
pub struct Interval {
    /// The value at the point that is looked up.
    pub column: String,
    /// Whether the lower border belongs to the row.
    pub lower: IntervalEnd,
    /// Whether the upper border belongs to the row.
    pub upper: IntervalEnd,
    /// The same for the highest row of each key.
    pub last_upper: IntervalEnd,
}

/// Whether a border belongs to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalEnd {
    /// It does.
    Closed,
    /// It does not.
    Open,
}

/// What a relative limit is relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppliesTo {
    /// The true value of the measurand.
    TrueValue,
    /// The nominal value of the point.
    Nominal,
    /// The indication of the unit under test.
    Indication,
    /// Upper minus lower end of the measuring interval.
    Span,
    /// The range in force.
    Range,
}

/// What happens where no row fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// It is an error, found before the run.
    Error,
    /// The point is recorded as not evaluated.
    NotEvaluated,
}
