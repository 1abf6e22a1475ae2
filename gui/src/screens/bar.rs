//! The bar on top: whose laboratory, which language, and the button that stops.

use egui::{Align, Button, Layout, RichText, Ui, vec2};

use crate::{
    intent::Intent,
    theme,
    words::{Language, Word},
};

/// Draws the bar. The button that stops is always there; it can be pressed
/// whenever something runs.
pub fn show(
    ui: &mut Ui,
    laboratory: &str,
    can_stop: bool,
    language: Language,
    intents: &mut Vec<Intent>,
) {
    ui.horizontal(|ui| {
        ui.label(
            RichText::new("Etalon").text_style(egui::TextStyle::Name("title".into())).strong(),
        );
        ui.separator();
        ui.label(laboratory);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            stop(ui, can_stop, language, intents);
            ui.separator();
            for other in [Language::Chinese, Language::English] {
                if ui.selectable_label(language == other, other.own_name()).clicked() {
                    intents.push(Intent::Speak(other));
                }
            }
        });
    });
}

fn stop(ui: &mut Ui, can_stop: bool, language: Language, intents: &mut Vec<Intent>) {
    let text = RichText::new(language.say(Word::Stop)).size(18.0).strong().color(theme::ON_DANGER);
    let button = Button::new(text).fill(theme::DANGER).min_size(vec2(150.0, theme::TARGET));
    let response = ui.add_enabled(can_stop, button);
    if response.on_disabled_hover_text(language.say(Word::NothingRuns)).clicked() {
        intents.push(Intent::Stop);
    }
}
