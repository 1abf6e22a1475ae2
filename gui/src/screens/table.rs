//! The table of results.

use egui::{RichText, Ui};
use egui_extras::{Column, TableBody, TableBuilder};

use crate::{
    theme,
    view::table::{CellView, RowView, TableView},
};

/// Width of the column with the point's name, in points.
const POINT: f32 = 150.0;

/// Width of the column with the limits, in points.
const LIMIT: f32 = 70.0;

/// Least width of a result: value, glyph and word in either language.
const RESULT: f32 = 112.0;

/// Draws the table.
pub fn show(ui: &mut Ui, view: &TableView) {
    let positions = view.heads.len().saturating_sub(2);
    TableBuilder::new(ui)
        .id_salt("results")
        .striped(true)
        .vscroll(false)
        .column(Column::exact(POINT))
        .column(Column::exact(LIMIT))
        .columns(Column::initial(RESULT).at_least(RESULT), positions)
        .header(theme::ROW, |mut header| {
            for head in &view.heads {
                header.col(|ui| {
                    ui.label(RichText::new(head).size(13.0).strong());
                });
            }
        })
        .body(|mut body| {
            for row in &view.rows {
                point(&mut body, row);
            }
            overall(&mut body, view);
        });
}

fn point(body: &mut TableBody<'_>, view: &RowView) {
    body.row(theme::ROW, |mut row| {
        row.col(|ui| {
            let label = ui.label(&view.label);
            let sentence = view.sentence.clone();
            ui.ctx().accesskit_node_builder(label.id, |node| node.set_value(sentence));
        });
        row.col(|ui| {
            ui.label(RichText::new(&view.limit).size(13.0));
        });
        for one in &view.cells {
            row.col(|ui| cell(ui, one));
        }
    });
}

fn cell(ui: &mut Ui, view: &CellView) {
    let text = if view.value.is_empty() {
        view.said.clone()
    } else {
        format!("{}  {}", view.value, view.said)
    };
    ui.label(theme::marked(text, view.mark)).on_hover_text(&view.detail);
}

fn overall(body: &mut TableBody<'_>, view: &TableView) {
    body.row(theme::ROW, |mut row| {
        row.col(|ui| {
            ui.strong(view.overall_label);
        });
        row.col(|_| {});
        for one in &view.overall {
            row.col(|ui| {
                ui.label(theme::marked(&one.said, one.mark).strong());
            });
        }
    });
}
