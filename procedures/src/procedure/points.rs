//! `[points]`: a finite list; the only loop of the language runs over it.

use etalon_uncertainty::unit::Unit;

use super::{Place, table::Cell};
use crate::formula::Formula;

/// The points of a procedure.
#[derive(Clone, Debug)]
pub struct Points {
    /// The columns, `id` and `when` excepted.
    pub columns: Vec<PointColumn>,
    /// Listed rows; empty when the points are generated.
    pub rows: Vec<PointRow>,
    /// Points made from a field of the unit under test or from a product.
    pub generated: Option<Generated>,
    /// Further values at every point, in the order they are computed. Those
    /// that use `[needs]` are computed by the plan, see [`crate::expand::bind`].
    pub define: Vec<Definition>,
    /// The order in which the points run.
    pub order: PointOrder,
    /// Conditions over whole columns (lists), checked for every item.
    pub check: Vec<Formula>,
    /// A hold at one point, as written in the file.
    pub hold: Option<Hold>,
    /// Where the table is written.
    pub place: Place,
}

/// A column of the points.
#[derive(Clone, Debug)]
pub struct PointColumn {
    /// Its name, bare or as `point.NAME` at a point, `points.NAME` as a list.
    pub name: String,
    /// Its unit; absent for text.
    pub unit: Option<Unit>,
}

/// A listed point.
#[derive(Clone, Debug)]
pub struct PointRow {
    /// Its name; with the stage it is the key of a result: `basic_error/ib-1`.
    pub id: String,
    /// The point is run for items for which this holds.
    pub when: Option<Formula>,
    /// One cell per column.
    pub cells: Vec<Cell>,
    /// Where it is written.
    pub place: Place,
}

/// Points that are not listed.
#[derive(Clone, Debug)]
pub enum Generated {
    /// One point for every value of a list field.
    From {
        /// A formula that yields a list.
        list: Box<Formula>,
        /// The column it fills.
        name: String,
        /// The unit of that column.
        unit: Unit,
    },
    /// Every combination of the axes; the first varies slowest.
    Product {
        /// Column names with their values.
        axes: Vec<(PointColumn, Vec<Cell>)>,
    },
}

/// The order in which points run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointOrder {
    /// As written.
    Listed,
    /// As written, then back; adds the column `dir` (`up`, `down`); the end is
    /// measured once in each direction.
    UpDown,
}

/// A hold during which a condition is watched.
#[derive(Clone, Debug)]
pub struct Hold {
    /// The id of the point, or `first` or `last`.
    pub at: String,
    /// How long.
    pub duration: Formula,
    /// What must hold meanwhile.
    pub watch: Option<Formula>,
}

/// A named value computed from others.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// How it is computed.
    pub formula: Formula,
    /// Whether it uses names that only the plan can resolve.
    pub needs_plan: bool,
}
