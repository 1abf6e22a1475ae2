//! The head of a run.

use egui::{Color32, Frame, Margin, ProgressBar, RichText, Ui};

use crate::{
    mark::Mark,
    theme,
    view::run::{BenchView, HeadView},
};

/// Draws the head.
pub fn show(ui: &mut Ui, view: &HeadView) {
    ui.heading(&view.title);
    ui.label(RichText::new(&view.facts).size(13.0).color(Color32::from_gray(0x50)));
    if let Some(specimen) = view.specimen {
        banner(ui, specimen, theme::NOTICE, theme::ON_NOTICE);
    }
    for alarm in &view.alarms {
        banner(ui, alarm, theme::DANGER, theme::ON_DANGER);
    }
    match &view.bench {
        BenchView::Unsafe(words) | BenchView::Energised(words) => warn(ui, words),
        BenchView::Stopping(words) => warn(ui, words),
        BenchView::Safe(words) => {
            ui.horizontal(|ui| {
                ui.label(theme::marked(format!("✔ {words}"), Mark::Pass));
                if let Some(end) = &view.end {
                    ui.separator();
                    ui.label(end);
                }
            });
        }
        BenchView::Quiet => {}
    }
    if let (BenchView::Unsafe(_), Some(end)) = (&view.bench, &view.end) {
        ui.label(end);
    }
    if let Some(progress) = &view.progress {
        ui.add(ProgressBar::new(progress.share).text(&progress.said).desired_height(22.0));
    }
    for remark in &view.remarks {
        banner(ui, &format!("⚠ {remark}"), theme::NOTICE, theme::ON_NOTICE);
    }
}

fn warn(ui: &mut Ui, words: &str) {
    banner(ui, &format!("⚠ {words}"), theme::DANGER, theme::ON_DANGER);
}

fn banner(ui: &mut Ui, words: &str, fill: Color32, text: Color32) {
    Frame::new().fill(fill).inner_margin(Margin::symmetric(10, 5)).corner_radius(4).show(
        ui,
        |ui| {
            ui.set_width(ui.available_width());
            ui.label(RichText::new(words).color(text).strong());
        },
    );
}
