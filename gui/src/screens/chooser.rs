//! Which laboratory: a folder, typed.

use egui::{Button, Key, TextEdit, Ui, vec2};

use crate::{
    intent::Intent,
    theme,
    words::{Language, Word},
};

/// Draws the field for the folder, with what went wrong the last time.
pub fn show(
    ui: &mut Ui,
    folder: &mut String,
    failure: Option<&str>,
    language: Language,
    intents: &mut Vec<Intent>,
) {
    ui.add_space(60.0);
    ui.vertical_centered(|ui| {
        ui.heading(language.say(Word::NoLaboratory));
        ui.add_space(16.0);
        let label = ui.label(language.say(Word::Folder));
        let field = TextEdit::singleline(folder).desired_width(460.0);
        let field = ui.add_sized([460.0, theme::TARGET], field).labelled_by(label.id);
        let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let button = Button::new(language.say(Word::Open)).min_size(vec2(160.0, theme::TARGET));
        let is_pressed = ui.add_enabled(!folder.trim().is_empty(), button).clicked();
        if (is_entered || is_pressed) && !folder.trim().is_empty() {
            intents.push(Intent::Open(folder.trim().to_owned()));
        }
        if let Some(failure) = failure {
            ui.add_space(12.0);
            ui.colored_label(theme::DANGER, failure);
        }
    });
}
