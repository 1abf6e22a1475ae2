//! The picture of a run: errors over points, between their limits.

use crate::{
    state::RunState,
    view::signed,
    words::{Language, Word},
};

/// The picture as it is drawn; x counts points from 0, y is in the unit.
#[derive(Clone, Debug, PartialEq)]
pub struct PlotView {
    /// What the y-axis shows.
    pub axis: String,
    /// Labels of the points, from x = 0.
    pub labels: Vec<String>,
    /// Lower edge of the picture.
    pub bottom: f64,
    /// Upper edge of the picture.
    pub top: f64,
    /// Right edge of the picture: beyond the last point is room for the legend.
    pub right: f64,
    /// Upper and lower limits as steps: start, end, height.
    pub limits: Vec<[f64; 3]>,
    /// What the limits are called in the legend.
    pub limits_name: &'static str,
    /// One series for each position.
    pub series: Vec<SeriesView>,
    /// Results that lie outside the picture, in words.
    pub outside: Vec<String>,
}

/// The results of one position.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesView {
    /// What it is called in the legend.
    pub name: String,
    /// Points inside the picture.
    pub points: Vec<[f64; 2]>,
    /// Points that lie outside, moved to the edge.
    pub at_the_edge: Vec<[f64; 2]>,
}

/// How many times the widest limit fits between the middle and the edge.
const MARGIN: f64 = 1.8;

/// How much wider the picture is than its points, for the legend.
const LEGEND: f64 = 1.15;

/// How far inside the edge a result is marked that lies outside.
const EDGE: f64 = 0.95;

/// Room above and below results without limits, of the range they take.
const AIR: f64 = 0.25;

/// The picture of a run.
///
/// Its height follows the limits, not the results: one meter with a wrong
/// constant would flatten all the others. What lies outside is said in words.
/// Results without limits are all in the picture.
#[must_use]
pub fn view(state: &RunState, language: Language) -> PlotView {
    let unit = state.points.first().map_or("", |point| point.unit.as_str());
    let (bottom, top) = edges(state);
    let (middle, reach) = (f64::midpoint(bottom, top), (top - bottom) / 2.0);
    let axis = if widest_limit(state).is_some() { Word::Error } else { Word::Result };
    let mut outside = Vec::new();
    let mut series = Vec::new();
    for position in &state.positions {
        let mut one = SeriesView {
            name: format!("{} {}", language.say(Word::Position), position.number),
            points: Vec::new(),
            at_the_edge: Vec::new(),
        };
        let mut worst: Option<f64> = None;
        for (x, value) in values(state, position.number) {
            let off = value - middle;
            if off.abs() <= reach {
                one.points.push([x, value]);
            } else {
                one.at_the_edge.push([x, middle + (EDGE * reach).copysign(off)]);
                worst = Some(worst.filter(|worst| worst.abs() >= value.abs()).unwrap_or(value));
            }
        }
        if let Some(worst) = worst {
            let said = language.say(Word::OutOfPicture);
            outside.push(format!("{} {said}: {} {unit}", one.name, signed(worst, 2)));
        }
        series.push(one);
    }
    PlotView {
        axis: format!("{} / {unit}", language.say(axis)),
        labels: state.points.iter().map(|point| point.label.clone()).collect(),
        bottom,
        top,
        right: places().nth(state.points.len()).unwrap_or(0.0) * LEGEND - 0.4,
        limits: limits(state),
        limits_name: language.say(Word::Tolerance),
        series,
        outside,
    }
}

/// The values known for one position, with their place along the points.
fn values(state: &RunState, position: u32) -> impl Iterator<Item = (f64, f64)> {
    let known = state.points.iter().map(move |point| {
        let cell = state.cells.get(&(point.key.clone(), position));
        cell.and_then(|cell| cell.value)
    });
    places().zip(known).filter_map(|(x, value)| value.map(|value| (x, value)))
}

/// 0, 1, 2, …: exact, since a run has far fewer than 2^32 points.
fn places() -> impl Iterator<Item = f64> {
    (0_u32..).map(f64::from)
}

/// Lower and upper edge: around zero where there are limits, around the results where there are none.
fn edges(state: &RunState) -> (f64, f64) {
    if let Some(widest) = widest_limit(state) {
        return (-MARGIN * widest, MARGIN * widest);
    }
    let known = state.cells.values().filter_map(|cell| cell.value);
    let (lowest, highest) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    match highest - lowest {
        range if range > 0.0 => (lowest - AIR * range, highest + AIR * range),
        // One result, or several that are equal.
        range if range >= 0.0 => (lowest - 1.0, lowest + 1.0),
        _ => (-1.0, 1.0),
    }
}

fn widest_limit(state: &RunState) -> Option<f64> {
    let limits = state.points.iter().flat_map(|point| [point.lower, point.upper]);
    let widest = limits.flatten().fold(0.0, |widest: f64, limit| widest.max(limit.abs()));
    (widest > 0.0).then_some(widest)
}

fn limits(state: &RunState) -> Vec<[f64; 3]> {
    let steps = places().zip(&state.points).flat_map(|(x, point)| {
        [point.upper, point.lower].into_iter().flatten().map(move |at| [x - 0.5, x + 0.5, at])
    });
    steps.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal;

    #[test]
    fn a_wrong_constant_is_said_in_words_and_flattens_nobody() {
        let plot = view(&rehearsal::finished(), Language::English);
        // The widest limit of the rehearsal is 1.5 %.
        assert!(
            (plot.top - 2.7).abs() < 1e-12 && (plot.bottom + 2.7).abs() < 1e-12,
            "{}",
            plot.top
        );
        assert_eq!(plot.outside, ["Position 5 outside the picture: -24.93 %"]);
        assert_eq!(plot.series[4].points.len(), 0);
        assert!(plot.series[4].at_the_edge.iter().all(|point| point[1] < -2.5));
        assert_eq!(format!("{:.3?}", plot.series[0].points[0]), "[0.000, 0.319]");
    }

    /// A turbine meter's K-factor has no limit of its own.
    #[test]
    fn results_without_limits_are_all_in_the_picture() {
        let mut state = rehearsal::finished();
        for point in &mut state.points {
            (point.lower, point.upper) = (None, None);
        }
        for cell in state.cells.values_mut() {
            cell.value = cell.value.map(|value| 50_000.0 + value);
        }
        let plot = view(&state, Language::English);
        assert_eq!(plot.outside, Vec::<String>::new());
        assert!(plot.bottom > 49_900.0 && plot.top < 50_100.0, "{} {}", plot.bottom, plot.top);
        assert!(plot.axis.starts_with("Result / "), "{}", plot.axis);
    }

    #[test]
    fn limits_are_steps_as_wide_as_their_point() {
        let plot = view(&rehearsal::finished(), Language::English);
        assert_eq!(format!("{:?}", plot.limits[0]), "[-0.5, 0.5, 1.0]");
        assert_eq!(format!("{:?}", plot.limits[1]), "[-0.5, 0.5, -1.0]");
    }
}
