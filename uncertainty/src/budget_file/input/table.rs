//! Inputs that are known by numbers: `dist = "histogram"` with `edges` and
//! `counts`, `dist = "sample"` with `values`.

use std::sync::Arc;

use super::super::reader::Reader;
use super::Scales;
use crate::diagnostic::Diagnostic;
use crate::distribution::{Distribution, Table, TableError};
use crate::unit::Unit;

/// Whether the table of an input carries the numbers of a distribution.
pub(super) fn is_written(reader: &Reader<'_, '_>) -> bool {
    ["edges", "counts", "values"].iter().any(|key| reader.has(key))
}

/// The outer `None` is a finding, the inner one a table that is not written.
pub(super) fn read(reader: &mut Reader<'_, '_>, scales: &Scales) -> Option<Option<Distribution>> {
    let is_there = is_written(reader);
    let has = ["edges", "counts", "values"].map(|key| reader.has(key));
    let lists = ["edges", "counts", "values"].map(|key| reader.numbers(key));
    if !is_there {
        return Some(None);
    }
    let one = Unit::one();
    let unit = scales.measure.as_ref().unwrap_or(&one);
    let si = |list: &Vec<f64>| list.iter().map(|number| unit.to_si(*number)).collect::<Vec<_>>();
    let read: Result<Distribution, TableError> = match (&lists, has) {
        ([Some(edges), Some(counts), None], [true, true, false]) => {
            Table::histogram(&si(edges), counts)
                .map(|table| Distribution::Histogram(Arc::new(table)))
        }
        ([None, None, Some(values)], [false, false, true]) => {
            Table::sample(&si(values)).map(|table| Distribution::Sample(Arc::new(table)))
        }
        // One of them is no list of numbers, which has been said.
        _ if lists.iter().zip(has).any(|(list, has)| has && list.is_none()) => return None,
        _ => {
            let message = "wanted `edges` and `counts` together, or `values` alone";
            reader.report(Diagnostic::error("B038", message).at(reader.span()));
            return None;
        }
    };
    match read {
        Ok(distribution) => Some(Some(distribution)),
        Err(error) => {
            reader.report(Diagnostic::error("B038", error.to_string()).at(reader.span()));
            None
        }
    }
}

/// A `value` beside a table must be the mean of the table.
pub(super) fn agrees(reader: &mut Reader<'_, '_>, table: &Table, value: Option<f64>) {
    let mean = table.mean();
    if let Some(value) = value
        && (value - mean).abs() > 1e-6 * table.standard_deviation().max(1e-9 * mean.abs())
    {
        let message = format!("`value` is {value:e}, the numbers have the mean {mean:e}");
        let finding = Diagnostic::error("B034", message).at(reader.span());
        reader.report(finding.hint("leave `value` out: the mean is taken"));
    }
}

/// A table brings its mean with it, so it is a whole input.
pub(super) fn refuse_in_component(part: &mut Reader<'_, '_>) {
    if is_written(part) {
        let message = "a histogram or a sample is an input by itself, not a component";
        let finding = Diagnostic::error("B039", message).at(part.span());
        part.report(finding.hint("add it to the model as another input"));
    }
}
