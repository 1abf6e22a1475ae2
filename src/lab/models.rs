//! Models of instruments: the laboratory's own in `catalogue/`, then those the program ships.
//!
//! A laboratory adds a model by writing a file from the maker's manual; nothing is compiled.
//! A file of its own goes before a shipped one of the same name, and a run keeps the text that
//! it was made with in the record, whichever it was.

use etalon_instruments::catalogue::{self, Model};

use super::{Lab, LabError};
use crate::{folder, form::Read};

/// The folder of the laboratory's own models.
pub const FOLDER: &str = "catalogue";

/// A model and where its file is from.
#[derive(Clone, Debug)]
pub struct KnownModel {
    /// The model.
    pub model: Model,
    /// The file's text.
    pub text: String,
    /// Whether the laboratory wrote it.
    pub is_own: bool,
}

impl Lab {
    /// A model by its id; `None` where nobody has written it.
    ///
    /// # Errors
    /// [`LabError::Files`] when the laboratory's own file cannot be used.
    pub fn model(&self, id: &str) -> Result<Option<KnownModel>, LabError> {
        Ok(self.models()?.into_iter().find(|known| known.model.id == id))
    }

    /// Every model: the laboratory's own by name, then the shipped ones that it did not write anew.
    ///
    /// # Errors
    /// [`LabError::Files`], with every file of the laboratory that has findings.
    pub fn models(&self) -> Result<Vec<KnownModel>, LabError> {
        let own = folder::read_all(&self.path(FOLDER), read).map_err(LabError::Files)?;
        let mut models: Vec<_> = own
            .into_iter()
            .map(|(_, (model, text))| KnownModel { model, text, is_own: true })
            .collect();
        for shipped in shipped() {
            if models.iter().all(|known| known.model.id != shipped.model.id) {
                models.push(shipped);
            }
        }
        Ok(models)
    }
}

/// The models the program ships.
#[must_use]
pub fn shipped() -> Vec<KnownModel> {
    let parsed = catalogue::LIBRARY.iter().filter_map(|(_, text)| {
        let model = catalogue::parse(text).ok()?;
        Some(KnownModel { model, text: (*text).to_owned(), is_own: false })
    });
    parsed.collect()
}

fn read(text: &str) -> Read<(Model, String)> {
    match catalogue::parse(text) {
        Ok(model) => Read { value: Some((model, text.to_owned())), diagnostics: Vec::new() },
        Err(diagnostics) => Read { value: None, diagnostics },
    }
}
