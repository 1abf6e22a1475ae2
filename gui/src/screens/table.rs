//! The table of results.

use egui::{Align, FontId, Label, Layout, Response, RichText, ScrollArea, TextStyle, Ui, vec2};
use egui_extras::{Column, TableBody, TableBuilder};

use crate::{
    mark::Mark,
    theme,
    view::table::{CellView, RowView, TableView},
};

/// Width of the column with the point's name, in points.
const POINT: f32 = 92.0;

/// Width of the columns with limit and uncertainty, in points.
const LIMIT: f32 = 66.0;

/// Width of a value, in points: sign, four digits, point.
const VALUE: f32 = 54.0;

/// Size of the letters of the heads, in points.
const HEAD: f32 = 13.0;

/// Between two columns, in points.
const COLUMN_GAP: f32 = 4.0;

/// Between value and mark, in points.
const GAP: f32 = 6.0;

/// Most that a column is widened where there is room, in points.
const SPARE: f32 = 16.0;

/// Draws the table; it scrolls sideways where the window is too narrow for it.
pub fn show(ui: &mut Ui, view: &TableView) {
    let positions = view.overall.len();
    let width = widened(result_width(ui, view), positions, ui.available_width());
    ScrollArea::horizontal().id_salt("results").show(ui, |ui| table(ui, view, width));
}

/// The columns share what is left of the window, within reason.
fn widened(width: f32, positions: usize, room: f32) -> f32 {
    let count = f32::from(u16::try_from(positions).unwrap_or(u16::MAX)).max(1.0);
    let fixed = POINT + 2.0 * LIMIT + COLUMN_GAP * (count + 3.0);
    width + ((room - fixed) / count - width).clamp(0.0, SPARE)
}

fn table(ui: &mut Ui, view: &TableView, width: f32) {
    let positions = view.overall.len();
    ui.style_mut().override_text_style = Some(TextStyle::Body);
    ui.spacing_mut().item_spacing = vec2(COLUMN_GAP, 0.0);
    TableBuilder::new(ui)
        .id_salt("results")
        .striped(true)
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(POINT))
        .columns(Column::exact(LIMIT), 2)
        .columns(Column::exact(width), positions)
        .header(theme::ROW + 3.0, |mut header| {
            for (index, head) in view.heads.iter().enumerate() {
                header.col(|ui| {
                    if index > 2 {
                        ui.add_space(GAP);
                    }
                    text(ui, RichText::new(head).size(HEAD).strong());
                });
            }
        })
        .body(|mut body| {
            for row in &view.rows {
                point(&mut body, row);
            }
            overall(&mut body, view, width);
        });
}

/// What the widest result of this table needs, in points.
fn result_width(ui: &Ui, view: &TableView) -> f32 {
    let cells = view.rows.iter().flat_map(|row| &row.cells);
    let cells = cells.map(|cell| offset(cell) + GAP + wide(ui, &cell.said, theme::CELL));
    let overall = view.overall.iter().map(|cell| 2.0 * GAP + wide(ui, &cell.said, theme::CELL));
    let heads = view.heads.iter().skip(3).map(|head| 2.0 * GAP + wide(ui, head, HEAD));
    cells.chain(overall).chain(heads).fold(0.0, f32::max).ceil()
}

fn wide(ui: &Ui, text: &str, size: f32) -> f32 {
    let (font, colour) = (FontId::proportional(size), ui.visuals().text_color());
    ui.painter().layout_no_wrap(text.to_owned(), font, colour).size().x
}

/// Where the mark of a result begins: after its value, or in its place where
/// there will be none.
fn offset(view: &CellView) -> f32 {
    let has_place = !view.value.is_empty() || view.mark == Mark::Pending;
    if has_place { VALUE + GAP } else { GAP }
}

fn point(body: &mut TableBody<'_>, view: &RowView) {
    body.row(theme::ROW, |mut row| {
        row.col(|ui| {
            let label = text(ui, RichText::new(&view.label).size(theme::CELL));
            let sentence = view.sentence.clone();
            ui.ctx().accesskit_node_builder(label.id, |node| node.set_value(sentence));
        });
        for small in [&view.limit, &view.expanded] {
            row.col(|ui| {
                text(ui, RichText::new(small).size(HEAD));
            });
        }
        for one in &view.cells {
            row.col(|ui| cell(ui, one));
        }
    });
}

fn cell(ui: &mut Ui, view: &CellView) {
    if view.value.is_empty() {
        ui.add_space(offset(view));
    } else {
        let value = RichText::new(&view.value).color(theme::colour(view.mark)).size(theme::CELL);
        let right = Layout::right_to_left(Align::Center);
        ui.allocate_ui_with_layout(vec2(VALUE, theme::ROW), right, |ui| {
            ui.set_min_width(VALUE);
            text(ui, value).on_hover_text(&view.detail);
        });
        ui.add_space(GAP);
    }
    text(ui, theme::marked(&view.said, view.mark).size(theme::CELL)).on_hover_text(&view.detail);
}

fn overall(body: &mut TableBody<'_>, view: &TableView, width: f32) {
    body.row(theme::ROW + 4.0, |mut row| {
        row.col(|ui| {
            text(ui, RichText::new(view.overall_label).size(theme::CELL).strong());
        });
        row.col(|_| {});
        row.col(|_| {});
        for one in &view.overall {
            row.col(|ui| {
                // Under the marks of its column, where it finds room there.
                let is_short = VALUE + 2.0 * GAP + wide(ui, &one.said, theme::CELL) <= width;
                ui.add_space(if is_short { VALUE + GAP } else { GAP });
                text(ui, theme::marked(&one.said, one.mark).size(theme::CELL).strong());
            });
        }
    });
}

/// A text that is never broken: columns are as wide as what stands in them.
fn text(ui: &mut Ui, text: RichText) -> Response {
    ui.add(Label::new(text).extend())
}
