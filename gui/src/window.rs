//! The window: its state, its screens and the wishes it collects.
//!
//! It knows nothing of threads and laboratories; `app` carries the wishes out.

use egui::{CentralPanel, Key, Panel, ScrollArea, Ui};

use crate::{
    intent::Intent,
    screens::{
        bar::{self, Stopping},
        chooser, head, plot, runs, table,
    },
    state::{LaboratoryState, RunState},
    theme, view,
    words::{Language, Word},
};

/// Everything that is shown.
#[derive(Debug, Default)]
pub struct Window {
    /// The laboratory that is open.
    pub laboratory: Option<LaboratoryState>,
    /// The run that is shown.
    pub run: Option<RunState>,
    /// The run that goes on in this window, where one does.
    pub running: Option<String>,
    /// What went wrong last, in words.
    pub failure: Option<String>,
    /// What stands in the field for the folder.
    pub folder: String,
    /// The language.
    pub language: Language,
}

impl Window {
    /// Draws one frame and returns what the person wants.
    pub fn show(&mut self, ui: &mut Ui) -> Vec<Intent> {
        let mut intents = Vec::new();
        let can_stop = self.running.is_some();
        if can_stop && ui.input(|input| input.key_pressed(Key::Escape)) {
            intents.push(Intent::Stop);
        }
        let is_elsewhere = self.run.as_ref().is_some_and(|run| run.is_elsewhere);
        let stopping = match (can_stop, is_elsewhere) {
            (true, _) => Stopping::Possible,
            (false, true) => Stopping::Elsewhere,
            (false, false) => Stopping::Nothing,
        };
        let shown = self.run.as_ref().map(|run| run.run.as_str());
        let unseen = self.running.as_deref().filter(|running| shown != Some(running));
        let language = self.language;
        let name = self
            .laboratory
            .as_ref()
            .map_or("", |laboratory| language.choose(&laboratory.name.en, &laboratory.name.zh));
        Panel::top("bar").show(ui, |ui| {
            ui.add_space(6.0);
            bar::show(ui, name, stopping, unseen, language, &mut intents);
            ui.add_space(6.0);
        });
        if let Some(laboratory) = &self.laboratory {
            let chosen = self.run.as_ref().map(|run| run.run.as_str());
            let view = view::runs::view(laboratory, chosen, language);
            Panel::left("runs").exact_size(theme::SIDE).resizable(false).show(ui, |ui| {
                runs::show(ui, &view, !can_stop, language, &mut intents);
            });
            CentralPanel::default().show(ui, |ui| self.centre(ui));
        } else {
            CentralPanel::default().show(ui, |ui| {
                let failure = self.failure.as_deref();
                chooser::show(ui, &mut self.folder, failure, language, &mut intents);
            });
        }
        intents
    }

    fn centre(&self, ui: &mut Ui) {
        ui.add_space(4.0);
        if let Some(failure) = &self.failure {
            ui.colored_label(theme::DANGER, failure);
        }
        let Some(run) = &self.run else {
            ui.label(self.language.say(Word::NoRun));
            return;
        };
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            head::show(ui, &view::run::view(run, self.language));
            ui.add_space(2.0);
            table::show(ui, &view::table::view(run, self.language));
            ui.add_space(4.0);
            plot::show(ui, &view::plot::view(run, self.language));
        });
    }
}
