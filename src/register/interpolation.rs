//! Between two rows of a calibration: straight lines, where the file says so.

use etalon_uncertainty::{decimal::Decimal, quantity::Quantity};

use super::{
    lookup::{Load, SAME_LOAD},
    table::{Cell, Table},
};

/// The rows on both sides of a load, with the share of the upper one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Between {
    /// The row below, or the one that is met; from 0.
    pub(super) lower: usize,
    /// The row above, or the one that is met; from 0.
    pub(super) upper: usize,
    /// 0 at the lower row, 1 at the upper one.
    pub(super) share: f64,
}

impl Table {
    /// The rows that a load lies between in `column`, all other parts of it met; `None` outside of
    /// the rows: nothing is taken beyond them.
    pub(super) fn between(&self, load: &Load, column: &str) -> Option<Between> {
        let wanted = load.numbers().get(column).copied()?;
        let place = self.load.iter().position(|own| own.name == column)?;
        let mut below: Option<(usize, f64)> = None;
        let mut above: Option<(usize, f64)> = None;
        for (number, row) in self.rows.iter().enumerate() {
            let Some(Cell::Number(cell)) = row.load.get(place) else { continue };
            if !self.meets(row, load, Some(column)) {
                continue;
            }
            let si = cell.si();
            let near = (si - wanted).abs() <= SAME_LOAD * wanted.abs();
            if near {
                return Some(Between { lower: number, upper: number, share: 0.0 });
            }
            if si < wanted && below.is_none_or(|(_, known)| si > known) {
                below = Some((number, si));
            }
            if si > wanted && above.is_none_or(|(_, known)| si < known) {
                above = Some((number, si));
            }
        }
        let ((lower, low), (upper, high)) = (below?, above?);
        Some(Between { lower, upper, share: (wanted - low) / (high - low) })
    }

    /// What is stated in a column between two rows: on the straight line, or the larger of both
    /// where the file names the column so.
    pub(super) fn stated_between(
        &self,
        between: Between,
        column: usize,
        takes_larger: bool,
    ) -> Option<Quantity> {
        let lower = self.rows.get(between.lower)?.stated.get(column)?;
        let upper = self.rows.get(between.upper)?.stated.get(column)?;
        if between.lower == between.upper {
            return Some(lower.clone());
        }
        if takes_larger {
            let is_upper = upper.decimal() > lower.decimal();
            return Some(if is_upper { upper.clone() } else { lower.clone() });
        }
        let number = lower.value() + between.share * (upper.value() - lower.value());
        Some(Quantity::new(Decimal::from_f64(number).ok()?, lower.unit().clone()))
    }
}
