//! The picture of errors between their limits.

use egui::{Color32, Ui};
use egui_plot::{
    GridMark, HLine, Legend, Line, LineStyle, MarkerShape, Plot, PlotPoints, PlotUi, Points,
};

use crate::{
    theme,
    view::plot::{PlotView, SeriesView},
};

/// Shapes of positions, so that nobody depends on colours.
const SHAPES: [MarkerShape; 6] = [
    MarkerShape::Circle,
    MarkerShape::Square,
    MarkerShape::Diamond,
    MarkerShape::Up,
    MarkerShape::Down,
    MarkerShape::Asterisk,
];

/// Draws the picture.
pub fn show(ui: &mut Ui, view: &PlotView) {
    for words in &view.outside {
        ui.colored_label(theme::DANGER, format!("⚠ {words}"));
    }
    let labels = view.labels.clone();
    let count = f64::from(u32::try_from(view.labels.len()).unwrap_or(u32::MAX));
    Plot::new("errors")
        .legend(Legend::default())
        .y_axis_label(view.axis.as_str())
        .y_axis_min_width(48.0)
        .default_x_bounds(-0.6, count - 0.4)
        .default_y_bounds(-view.reach, view.reach)
        .x_grid_spacer(|input| {
            let (from, to) = input.bounds;
            let marks = (from.ceil() as i64)..=(to.floor() as i64);
            marks.map(|at| GridMark { value: at as f64, step_size: 1.0 }).collect()
        })
        .x_axis_formatter(move |mark, _| label(&labels, mark.value))
        .allow_scroll(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .show(ui, |plot| {
            plot.hline(HLine::new("0", 0.0).color(Color32::from_gray(0xb0)).allow_hover(false));
            for [from, to, at] in &view.limits {
                let step = PlotPoints::from(vec![[*from, *at], [*to, *at]]);
                let line = Line::new(view.limits_name, step).color(theme::LIMIT).width(2.0);
                plot.line(line.style(LineStyle::Solid));
            }
            for (index, one) in view.series.iter().enumerate() {
                series(plot, index, one);
            }
        });
}

fn series(plot: &mut PlotUi<'_>, index: usize, view: &SeriesView) {
    let colour = theme::SERIES.iter().cycle().nth(index).copied().unwrap_or(Color32::BLACK);
    let shape = SHAPES.iter().cycle().nth(index).copied().unwrap_or(MarkerShape::Circle);
    let line = Line::new(view.name.clone(), PlotPoints::from(view.points.clone()));
    plot.line(line.color(colour).width(1.0));
    let points = view.points.iter().chain(&view.at_the_edge).copied().collect::<Vec<_>>();
    let marks = Points::new(view.name.clone(), PlotPoints::from(points));
    plot.points(marks.color(colour).shape(shape).radius(4.5).filled(true));
}

/// The name of the point at a mark of the axis, where there is one.
fn label(labels: &[String], at: f64) -> String {
    let index = labels.iter().enumerate().find(|(index, _)| {
        u32::try_from(*index).is_ok_and(|index| (f64::from(index) - at).abs() < 0.25)
    });
    index.map(|(_, label)| label.clone()).unwrap_or_default()
}
