//! The plot: values with their uncertainty between the limits, as fractions of a box.
//!
//! Positions are fractions from the bottom left, written as decimal strings;
//! the labels of the axis are exact multiples of a step of 1, 2 or 5.

use crate::record::ResultTable;
use etalon_uncertainty::decimal::Decimal;
use serde_json::{Value, json};

/// Most labels on the vertical axis.
const MOST_TICKS: f64 = 10.0;

/// One result in numbers.
struct Mark {
    value: f64,
    expanded: f64,
    lower: Option<f64>,
    upper: Option<f64>,
    conforms: bool,
}

/// The plot of a table; nothing for fewer than two results.
#[must_use]
pub fn plot(table: &ResultTable) -> Option<Value> {
    let marks = marks(table)?;
    if marks.len() < 2 {
        return None;
    }
    let (step, places) = step(extent(&marks));
    let reach = (extent(&marks) / step).ceil();
    let height = |value: f64| fraction((value / (reach * step) + 1.0) / 2.0);
    #[expect(clippy::cast_precision_loss, reason = "a table has far fewer than 2^52 rows")]
    let width = |index: usize| fraction((index as f64 + 0.5) / marks.len() as f64);
    #[expect(clippy::cast_possible_truncation, reason = "at most ten ticks")]
    let reach_ticks = reach as i32;
    let ticks = (-reach_ticks..=reach_ticks).map(|tick| {
        let value = f64::from(tick) * step;
        let label = format!("{value:.places$}").replace('-', "\u{2212}");
        json!({ "at": height(value), "label": label, "zero": tick == 0 })
    });
    let points = marks.iter().enumerate().map(|(index, mark)| {
        json!({
            "x": width(index),
            "y": height(mark.value),
            "low": height(mark.value - mark.expanded),
            "high": height(mark.value + mark.expanded),
            "lower": mark.lower.map(height),
            "upper": mark.upper.map(height),
            "label": (index + 1).to_string(),
            "conforms": mark.conforms,
        })
    });
    let ticks: Vec<_> = ticks.collect();
    let points: Vec<_> = points.collect();
    let half = fraction(0.5 / f64::from(u32::try_from(marks.len()).ok()?));
    Some(json!({ "ticks": ticks, "points": points, "half": half }))
}

fn marks(table: &ResultTable) -> Option<Vec<Mark>> {
    let number = |text: &str| Decimal::parse(text).ok().map(|decimal| decimal.to_f64());
    let each = table.rows.iter().map(|row| {
        let judged = row.stated.judged.as_ref();
        Some(Mark {
            value: number(&row.stated.value)?,
            expanded: number(&row.stated.expanded)?,
            lower: judged.and_then(|j| j.lower.as_deref()).and_then(number),
            upper: judged.and_then(|j| j.upper.as_deref()).and_then(number),
            conforms: judged.is_none_or(|j| j.verdict < crate::record::Conformity::ConditionalFail),
        })
    });
    each.collect()
}

/// Largest distance from zero of anything drawn, with a margin of a twentieth.
fn extent(marks: &[Mark]) -> f64 {
    let reach = |mark: &Mark| {
        let limits = [mark.lower, mark.upper].into_iter().flatten().map(f64::abs);
        limits.fold(mark.value.abs() + mark.expanded, f64::max)
    };
    let largest = marks.iter().map(reach).fold(0.0, f64::max);
    if largest > 0.0 { largest * 1.05 } else { 1.0 }
}

/// The finest step of 1, 2 or 5 that needs no more than [`MOST_TICKS`] labels,
/// and the decimal places it is written with.
fn step(extent: f64) -> (f64, usize) {
    let mut decade = 1e-12;
    let mut places: usize = 12;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            let step = factor * decade;
            if 2.0 * extent / step <= MOST_TICKS || decade > 1e12 {
                return (step, places);
            }
        }
        decade *= 10.0;
        places = places.saturating_sub(1);
    }
}

fn fraction(value: f64) -> String {
    format!("{value:.5}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_one_two_or_five_with_their_decimal_places() {
        let close = |(step, places): (f64, usize), wanted: (f64, usize)| {
            assert!((step - wanted.0).abs() < wanted.0 * 1e-9 && places == wanted.1, "{step}");
        };
        close(step(1.05), (0.5, 1));
        close(step(0.4), (0.1, 1));
        close(step(0.09), (0.02, 2));
        close(step(60.0), (20.0, 0));
    }
}
