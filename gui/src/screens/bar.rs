//! The bar on top: whose laboratory, which language, and the button that stops.

use egui::{Align, Button, Color32, Layout, RichText, Stroke, Ui, vec2};

use crate::{
    intent::Intent,
    theme,
    words::{Language, Word},
};

/// Whether there is something to stop.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stopping {
    /// A run of this window goes on.
    Possible,
    /// The run that is shown goes on in another process.
    Elsewhere,
    /// Nothing goes on.
    Nothing,
}

/// Draws the bar. The button that stops is always there; it can be pressed
/// whenever something runs. `unseen` is a run that goes on while another one is
/// shown: nobody forgets it, and one press shows it.
pub fn show(
    ui: &mut Ui,
    laboratory: &str,
    stopping: Stopping,
    unseen: Option<&str>,
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
            stop(ui, stopping, language, intents);
            ui.separator();
            if let Some(run) = unseen {
                let text = format!("⚠ {run} · {}", language.say(Word::Running));
                let text = RichText::new(text).color(theme::ON_DANGER).strong();
                let button =
                    Button::new(text).fill(theme::DANGER).min_size(vec2(0.0, theme::TARGET));
                if ui.add(button).clicked() {
                    intents.push(Intent::Show(run.to_owned()));
                }
                ui.separator();
            }
            for other in [Language::Chinese, Language::English] {
                if ui.selectable_label(language == other, other.own_name()).clicked() {
                    intents.push(Intent::Speak(other));
                }
            }
        });
    });
}

fn stop(ui: &mut Ui, stopping: Stopping, language: Language, intents: &mut Vec<Intent>) {
    let is_possible = stopping == Stopping::Possible;
    let (fill, colour) = if is_possible {
        (theme::DANGER, theme::ON_DANGER)
    } else {
        (Color32::TRANSPARENT, theme::DANGER)
    };
    // Keys come to a window that has the focus: where it has not, none is promised.
    let word = if ui.input(|input| input.focused) { Word::Stop } else { Word::StopByPress };
    let text = RichText::new(language.say(word)).size(18.0).strong().color(colour);
    let button = Button::new(text)
        .fill(fill)
        .stroke(Stroke::new(2.0, theme::DANGER))
        .min_size(vec2(150.0, theme::TARGET));
    let response = ui.add_enabled(is_possible, button);
    let why = match stopping {
        Stopping::Elsewhere => Word::Elsewhere,
        Stopping::Nothing | Stopping::Possible => Word::NothingRuns,
    };
    if response.on_disabled_hover_text(language.say(why)).clicked() {
        intents.push(Intent::Stop);
    }
}
