//! The list of runs, and the button that starts one.

use egui::{Button, RichText, ScrollArea, Ui, vec2};

use crate::{
    intent::Intent,
    theme,
    view::runs::RunsView,
    words::{Language, Word},
};

/// Draws the list.
pub fn show(
    ui: &mut Ui,
    view: &RunsView,
    can_start: bool,
    language: Language,
    intents: &mut Vec<Intent>,
) {
    ui.add_space(8.0);
    let width = ui.available_width();
    let start = Button::new(language.say(Word::Demonstration)).min_size(vec2(width, theme::TARGET));
    let start = ui.add_enabled(can_start && view.not_startable.is_none(), start);
    let start = match view.not_startable {
        Some(why) => start.on_disabled_hover_text(why),
        None => start,
    };
    if start.clicked() {
        intents.push(Intent::Demonstrate);
    }
    ui.add_space(8.0);
    ui.heading(language.say(Word::Runs));
    if let Some(empty) = view.empty {
        ui.label(empty);
    }
    ScrollArea::vertical().show(ui, |ui| {
        for line in &view.lines {
            let text = format!("{}\n{}\n{}", line.when, line.which, line.procedure);
            let text = RichText::new(text).size(13.0);
            let button = Button::selectable(line.is_chosen, text)
                .wrap()
                .min_size(vec2(ui.available_width(), theme::TARGET));
            if ui.add(button).clicked() {
                intents.push(Intent::Show(line.run.clone()));
            }
        }
    });
}
