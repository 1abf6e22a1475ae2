//! The plot: values with their uncertainty between the limits, as fractions of a box.
//!
//! Positions are fractions from the bottom left, written as decimal strings;
//! the labels of the axis are exact multiples of a step of 1, 2 or 5.

use crate::record::ResultTable;
use etalon_uncertainty::decimal::Decimal;
use serde_json::{Value, json};

/// Most labels on the vertical axis.
const MOST_TICKS: f64 = 10.0;

/// What is left free above and below, of what is drawn.
/// Chosen: a twentieth.
const MARGIN: f64 = 0.05;

/// One result in numbers.
struct Mark {
    value: f64,
    expanded: f64,
    lower: Option<f64>,
    upper: Option<f64>,
    conforms: bool,
}

/// The plot of a table; nothing for fewer than two results, and nothing for amounts that have an
/// upper limit only: they are read from the table, and their plot would be half empty.
#[must_use]
pub fn plot(table: &ResultTable) -> Option<Value> {
    let marks = marks(table)?;
    let is_amount = |mark: &Mark| mark.lower.is_none() && mark.upper.is_some();
    if marks.len() < 2 || marks.iter().all(is_amount) {
        return None;
    }
    let axis = Axis::of(&marks);
    let height = |value: f64| fraction(axis.height(value));
    #[expect(clippy::cast_precision_loss, reason = "a table has far fewer than 2^52 rows")]
    let width = |index: usize| fraction((index as f64 + 0.5) / marks.len() as f64);
    let ticks = (axis.first..=axis.last).map(|tick| {
        json!({ "at": height(axis.value(tick)), "label": axis.label(tick), "zero": tick == 0 })
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

/// The vertical axis: labels from `first` to `last`, each a multiple of `step`.
struct Axis {
    first: i64,
    last: i64,
    step: f64,
    places: usize,
}

impl Axis {
    /// Errors are shown around zero; values far from zero (a K-factor) in a window of their own,
    /// in which their differences can be seen.
    fn of(marks: &[Mark]) -> Self {
        let (lowest, highest) = extent(marks);
        let width = highest - lowest;
        let (lowest, highest) = if lowest > width || highest < -width {
            (lowest - MARGIN * width, highest + MARGIN * width)
        } else {
            let reach = lowest.abs().max(highest.abs()) * (1.0 + MARGIN);
            (-reach, reach)
        };
        let (step, places) = step(highest - lowest);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a step is at least a hundredth of what is drawn"
        )]
        let (first, last) = ((lowest / step).floor() as i64, (highest / step).ceil() as i64);
        Self { first, last, step, places }
    }

    #[expect(clippy::cast_precision_loss, reason = "labels are far below 2^52 steps")]
    fn value(&self, tick: i64) -> f64 {
        tick as f64 * self.step
    }

    fn label(&self, tick: i64) -> String {
        let places = self.places;
        format!("{:.places$}", self.value(tick)).replace('-', "\u{2212}")
    }

    /// From 0 at the lowest label to 1 at the highest.
    fn height(&self, value: f64) -> f64 {
        (value - self.value(self.first)) / (self.value(self.last) - self.value(self.first))
    }
}

/// The lowest and the highest of anything drawn: bars and limits.
fn extent(marks: &[Mark]) -> (f64, f64) {
    let drawn = |mark: &Mark| {
        let bar = [mark.value - mark.expanded, mark.value + mark.expanded];
        bar.into_iter().chain([mark.lower, mark.upper].into_iter().flatten()).collect::<Vec<_>>()
    };
    let all: Vec<f64> = marks.iter().flat_map(drawn).collect();
    let lowest = all.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if lowest < highest { (lowest, highest) } else { (lowest - 1.0, lowest + 1.0) }
}

/// The finest step of 1, 2 or 5 that needs no more than [`MOST_TICKS`] labels,
/// and the decimal places it is written with.
fn step(width: f64) -> (f64, usize) {
    let mut decade = 1e-12;
    let mut places: usize = 12;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            let step = factor * decade;
            if width / step <= MOST_TICKS || decade > 1e12 {
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
        close(step(2.1), (0.5, 1));
        close(step(0.8), (0.1, 1));
        close(step(0.18), (0.02, 2));
        close(step(120.0), (20.0, 0));
    }

    fn mark(value: f64, expanded: f64, limit: Option<f64>) -> Mark {
        Mark { value, expanded, lower: limit.map(|l| -l), upper: limit, conforms: true }
    }

    #[test]
    fn errors_are_shown_around_zero_within_their_limits() {
        let axis = Axis::of(&[mark(0.2, 0.05, Some(1.0)), mark(-0.1, 0.05, Some(1.0))]);
        assert_eq!(axis.first, -axis.last);
        assert!(axis.value(axis.last) > 1.0 && axis.value(axis.last) <= 1.5);
    }

    #[test]
    fn values_far_from_zero_have_a_window_of_their_own() {
        let axis = Axis::of(&[mark(50_037.0, 12.0, None), mark(49_970.6, 7.3, None)]);
        assert!(axis.value(axis.first) >= 49_900.0 && axis.value(axis.last) <= 50_100.0);
        // By hand: 49963.3 less a twentieth of 85.7 is 49959.0, and labels stand every 10.
        assert_eq!(axis.label(axis.first), "49950");
        assert!(axis.height(50_037.0) > 0.7);
    }
}
