//! Colours and sizes, all of them.

use egui::{Color32, FontId, Margin, RichText, Stroke, TextStyle, Visuals, vec2};

use crate::mark::Mark;

/// Height of everything that is pressed, in points: a gloved finger.
pub const TARGET: f32 = 44.0;

/// Height of one row of results, in points.
pub const ROW: f32 = 21.0;

/// Size of the letters in the table and beside the plot, in points.
pub const CELL: f32 = 14.0;

/// Least height of the plot, in points; below it the page scrolls.
pub const PLOT: f32 = 200.0;

/// Size of the letters on the axes of the plot, in points.
pub const AXIS: f32 = 11.5;

/// Width of the list of runs, in points.
pub const SIDE: f32 = 232.0;

/// Background of the button that stops, and of what must not be overlooked.
pub const DANGER: Color32 = Color32::from_rgb(0xb0, 0x12, 0x12);

/// Text on [`DANGER`].
pub const ON_DANGER: Color32 = Color32::WHITE;

/// Background of the notice that results are specimens.
pub const NOTICE: Color32 = Color32::from_rgb(0xff, 0xf1, 0xc9);

/// Text on [`NOTICE`].
pub const ON_NOTICE: Color32 = Color32::from_rgb(0x5c, 0x42, 0x00);

/// Lines of the tolerance limits.
pub const LIMIT: Color32 = Color32::from_rgb(0xb0, 0x12, 0x12);

/// Colours of positions in the plot; they repeat after the last one, and the
/// legend and the shape tell them apart.
pub const SERIES: [Color32; 6] = [
    Color32::from_rgb(0x1f, 0x5f, 0xa8),
    Color32::from_rgb(0xc4, 0x6a, 0x00),
    Color32::from_rgb(0x2c, 0x7d, 0x3f),
    Color32::from_rgb(0x8a, 0x3f, 0x9e),
    Color32::from_rgb(0x00, 0x7a, 0x7f),
    Color32::from_rgb(0x6b, 0x5b, 0x3a),
];

/// Colour of a mark, dark enough to be read on white.
#[must_use]
pub fn colour(mark: Mark) -> Color32 {
    match mark {
        Mark::Pending => Color32::from_gray(0x8a),
        Mark::Live => Color32::from_rgb(0x1f, 0x5f, 0xa8),
        Mark::Pass => Color32::from_rgb(0x14, 0x6c, 0x2e),
        Mark::Fail => Color32::from_rgb(0xb0, 0x12, 0x12),
        Mark::ConditionalPass | Mark::ConditionalFail => Color32::from_rgb(0x8a, 0x5a, 0x00),
        Mark::NoLimit => Color32::from_gray(0x50),
        Mark::NotEvaluated => Color32::from_rgb(0x5a, 0x4a, 0x8a),
    }
}

/// A text in the colour of a mark.
#[must_use]
pub fn marked(text: impl Into<String>, mark: Mark) -> RichText {
    let text = RichText::new(text).color(colour(mark));
    if mark == Mark::Fail { text.strong() } else { text }
}

/// Settles the look of the window, once.
pub fn settle(ctx: &egui::Context) {
    ctx.set_theme(egui::Theme::Light);
    ctx.all_styles_mut(|style| {
        style.visuals = Visuals::light();
        style.visuals.panel_fill = Color32::from_gray(0xfc);
        style.visuals.faint_bg_color = Color32::from_gray(0xf1);
        style.visuals.selection.bg_fill = Color32::from_rgb(0xcf, 0xe2, 0xf5);
        style.visuals.selection.stroke.color = Color32::from_rgb(0x12, 0x3f, 0x70);
        style.visuals.window_stroke = Stroke::NONE;
        style.visuals.widgets.noninteractive.fg_stroke.color = Color32::from_gray(0x20);
        style.spacing.item_spacing = vec2(8.0, 6.0);
        style.spacing.button_padding = vec2(14.0, 6.0);
        style.spacing.window_margin = Margin::same(12);
        for (text, font) in &mut style.text_styles {
            font.size = match text {
                TextStyle::Heading => 22.0,
                TextStyle::Small => 12.0,
                _ => 15.0,
            };
        }
        style.text_styles.insert(TextStyle::Name("title".into()), FontId::proportional(26.0));
    });
}
