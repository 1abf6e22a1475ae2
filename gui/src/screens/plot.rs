//! The picture of errors between their limits.

use egui::{Color32, Rangef, TextStyle, Ui};
use egui_plot::{
    AxisHints, GridMark, HLine, Legend, Line, LineStyle, MarkerShape, Plot, PlotBounds, PlotPoints,
    PlotUi, Points,
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

/// Room that a label of a point needs on the axis, in points: none below the
/// first, fully visible from the second.
const LABELS: Rangef = Rangef { min: 30.0, max: 40.0 };

/// Left edge of the picture; the first point stands at 0.
const LEFT: f64 = -0.6;

/// Draws the picture.
pub fn show(ui: &mut Ui, view: &PlotView) {
    for words in &view.outside {
        ui.colored_label(theme::DANGER, format!("⚠ {words}"));
    }
    ui.scope(|ui| {
        // Labels of points stand side by side; the axes know no letters of their own.
        for font in ui.style_mut().text_styles.values_mut() {
            font.size = font.size.min(theme::AXIS);
        }
        picture(ui, view);
    });
}

fn picture(ui: &mut Ui, view: &PlotView) {
    let labels = view.labels.clone();
    let count = u32::try_from(labels.len()).unwrap_or(u32::MAX);
    let height = ui.available_height().max(theme::PLOT);
    Plot::new("errors")
        .height(height)
        .legend(Legend::default().text_style(TextStyle::Small))
        .y_axis_label(view.axis.as_str())
        .y_axis_min_width(48.0)
        .x_grid_spacer(move |_| marks(count))
        .custom_x_axes(vec![
            AxisHints::new_x()
                .formatter(move |mark, _| label(&labels, mark.value))
                .label_spacing(LABELS),
        ])
        .allow_scroll(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .show(ui, |plot| {
            // The picture remembers its edges from frame to frame: another run has other ones.
            plot.set_plot_bounds(PlotBounds::from_min_max(
                [LEFT, view.bottom],
                [view.right, view.top],
            ));
            plot.hline(HLine::new("", 0.0).color(Color32::from_gray(0xb0)).allow_hover(false));
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

/// A mark for each point, and none where the legend stands.
fn marks(count: u32) -> Vec<GridMark> {
    (0..count).map(|at| GridMark { value: f64::from(at), step_size: 1.0 }).collect()
}

/// The name of the point at a mark of the axis, where there is one.
fn label(labels: &[String], at: f64) -> String {
    let index = labels.iter().enumerate().find(|(index, _)| {
        u32::try_from(*index).is_ok_and(|index| (f64::from(index) - at).abs() < 0.25)
    });
    index.map(|(_, label)| label.clone()).unwrap_or_default()
}
