//! The table of results.

use egui::{Align, FontId, Label, Layout, Response, RichText, ScrollArea, TextStyle, Ui, vec2};
use egui_extras::{Column, TableBody, TableBuilder};

use crate::{
    mark::Mark,
    theme,
    view::table::{CellView, RowView, TableView},
};

/// Least width of the column with the point's name, in points.
const POINT: f32 = 92.0;

/// Least width of the columns with limit and uncertainty, in points.
const LIMIT: f32 = 66.0;

/// Least width of a value, in points: sign, four digits, point. It does not jump while digits come.
const VALUE: f32 = 54.0;

/// Size of the letters of the heads, in points.
const HEAD: f32 = 13.0;

/// Between two columns, in points.
const COLUMN_GAP: f32 = 4.0;

/// Between value and mark, in points.
const GAP: f32 = 6.0;

/// Most that a column is widened where there is room, in points.
const SPARE: f32 = 16.0;

/// How wide the columns of one table are, in points: as wide as what stands in them.
#[derive(Clone, Copy, Debug)]
struct Widths {
    point: f32,
    limit: f32,
    expanded: f32,
    /// A value inside the column of a result.
    value: f32,
    result: f32,
}

impl Widths {
    fn of(ui: &Ui, view: &TableView) -> Self {
        let heads: Vec<f32> = view.heads.iter().map(|head| wide(ui, head, HEAD)).collect();
        let head = |index: usize| heads.get(index).copied().unwrap_or_default();
        let widest = |least: f32, texts: &mut dyn Iterator<Item = f32>| {
            texts.fold(least, f32::max).ceil() + GAP
        };
        let small = |text: &str| wide(ui, text, HEAD);
        let rows = || view.rows.iter();
        let cells = || rows().flat_map(|row| &row.cells);
        let label = wide(ui, view.overall_label, theme::CELL).max(head(0));
        let mut names = rows().map(|row| wide(ui, &row.label, theme::CELL)).chain([label]);
        let mut values = cells().map(|cell| wide(ui, &cell.value, theme::CELL));
        let value = values.by_ref().fold(VALUE, f32::max).ceil();
        let mut widths = Self {
            point: widest(POINT - GAP, &mut names),
            limit: widest(LIMIT - GAP, &mut rows().map(|row| small(&row.limit)).chain([head(1)])),
            expanded: widest(
                LIMIT - GAP,
                &mut rows().map(|row| small(&row.expanded)).chain([head(2)]),
            ),
            value,
            result: 0.0,
        };
        let marks =
            cells().map(|cell| widths.offset(cell) + GAP + wide(ui, &cell.said, theme::CELL));
        let overall = view.overall.iter().map(|cell| 2.0 * GAP + wide(ui, &cell.said, theme::CELL));
        let positions = heads.iter().skip(3).map(|head| 2.0 * GAP + head);
        widths.result = marks.chain(overall).chain(positions).fold(0.0, f32::max).ceil();
        widths
    }

    /// The columns of results share what is left of the window, within reason.
    fn widened(self, positions: usize, room: f32) -> Self {
        let count = f32::from(u16::try_from(positions).unwrap_or(u16::MAX)).max(1.0);
        let fixed = self.point + self.limit + self.expanded + COLUMN_GAP * (count + 3.0);
        let spare = ((room - fixed) / count - self.result).clamp(0.0, SPARE);
        Self { result: self.result + spare, ..self }
    }

    /// Where the mark of a result begins: after its value, or in its place where
    /// there will be none.
    fn offset(&self, view: &CellView) -> f32 {
        let has_place = !view.value.is_empty() || view.mark == Mark::Pending;
        if has_place { GAP + self.value + GAP } else { GAP }
    }
}

/// Draws the table; it scrolls sideways where the window is too narrow for it.
pub fn show(ui: &mut Ui, view: &TableView) {
    let positions = view.overall.len();
    let widths = Widths::of(ui, view).widened(positions, ui.available_width());
    ScrollArea::horizontal().id_salt("results").show(ui, |ui| table(ui, view, widths));
}

fn table(ui: &mut Ui, view: &TableView, widths: Widths) {
    let positions = view.overall.len();
    ui.style_mut().override_text_style = Some(TextStyle::Body);
    ui.spacing_mut().item_spacing = vec2(COLUMN_GAP, 0.0);
    TableBuilder::new(ui)
        .id_salt("results")
        .striped(true)
        .vscroll(false)
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::exact(widths.point))
        .column(Column::exact(widths.limit))
        .column(Column::exact(widths.expanded))
        .columns(Column::exact(widths.result), positions)
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
                point(&mut body, row, &widths);
            }
            overall(&mut body, view, &widths);
        });
}

fn wide(ui: &Ui, text: &str, size: f32) -> f32 {
    let (font, colour) = (FontId::proportional(size), ui.visuals().text_color());
    ui.painter().layout_no_wrap(text.to_owned(), font, colour).size().x
}

fn point(body: &mut TableBody<'_>, view: &RowView, widths: &Widths) {
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
            row.col(|ui| cell(ui, one, widths));
        }
    });
}

fn cell(ui: &mut Ui, view: &CellView, widths: &Widths) {
    if view.value.is_empty() {
        ui.add_space(widths.offset(view));
    } else {
        let value = RichText::new(&view.value).color(theme::colour(view.mark)).size(theme::CELL);
        let right = Layout::right_to_left(Align::Center);
        ui.add_space(GAP);
        ui.allocate_ui_with_layout(vec2(widths.value, theme::ROW), right, |ui| {
            ui.set_min_width(widths.value);
            text(ui, value).on_hover_text(&view.detail);
        });
        ui.add_space(GAP);
    }
    text(ui, theme::marked(&view.said, view.mark).size(theme::CELL)).on_hover_text(&view.detail);
}

fn overall(body: &mut TableBody<'_>, view: &TableView, widths: &Widths) {
    body.row(theme::ROW + 4.0, |mut row| {
        row.col(|ui| {
            text(ui, RichText::new(view.overall_label).size(theme::CELL).strong());
        });
        row.col(|_| {});
        row.col(|_| {});
        for one in &view.overall {
            row.col(|ui| {
                // Under the marks of its column, where it finds room there.
                let under = GAP + widths.value + GAP;
                let is_short = under + GAP + wide(ui, &one.said, theme::CELL) <= widths.result;
                ui.add_space(if is_short { under } else { GAP });
                text(ui, theme::marked(&one.said, one.mark).size(theme::CELL).strong());
            });
        }
    });
}

/// A text that is never broken: columns are as wide as what stands in them.
fn text(ui: &mut Ui, text: RichText) -> Response {
    ui.add(Label::new(text).extend())
}
