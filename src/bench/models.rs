//! Whether a bench names models that somebody has written: asked of the file where it lies, because a
//! laboratory has models of its own beside the shipped ones.

use std::path::Path;

use etalon_uncertainty::diagnostic::{Diagnostic, nearest};

use super::SCHEMA;
use crate::{
    form,
    lab::{
        self, Lab,
        models::{FOLDER, shipped},
    },
};

/// The findings about the models of a bench file at `file`: `R0146` for each that neither the
/// laboratory around the file nor the program has, with the nearest name that one of them has.
///
/// Inside a laboratory no plan would be made with such a bench: an error. Elsewhere nobody knows which
/// laboratory the file is for: a warning. Where files of the laboratory's own catalogue cannot be used
/// their findings are their own, and nothing is said here.
#[must_use]
pub fn unknown(text: &str, file: &Path) -> Vec<Diagnostic> {
    let home = home(file);
    let mut known: Vec<String> = shipped().into_iter().map(|one| one.model.id).collect();
    if let Some(lab) = &home {
        match lab.models() {
            Ok(own) => known = own.into_iter().map(|one| one.model.id).collect(),
            Err(_) => return Vec::new(),
        }
    }
    let mut found = Vec::new();
    let read = form::read(text, SCHEMA, |form| {
        for section in form.sections("instrument") {
            let named = section.text("model").filter(|model| !known.contains(&model.value));
            found.extend(named.map(|model| {
                let finding = finding(&model.value, home.is_some()).at(model.span);
                finding.hint(advice(&model.value, &known))
            }));
        }
        Some(())
    });
    // Only the models are asked for here: what else is wrong says the reader of the bench.
    drop(read);
    found
}

fn finding(model: &str, is_home: bool) -> Diagnostic {
    if is_home {
        let message =
            format!("model `{model}` is neither in the laboratory's catalogue nor shipped");
        return Diagnostic::error("R0146", message);
    }
    let message =
        format!("model `{model}` is not shipped, and the file lies in no laboratory that has it");
    Diagnostic::warning("R0146", message)
}

fn advice(model: &str, known: &[String]) -> String {
    nearest(model, known.iter().map(String::as_str)).map_or_else(
        || {
            format!(
                "`etalon instrument catalogue` lists the known ones; a new one is a file in {FOLDER}/"
            )
        },
        |near| format!("did you mean `{near}`?"),
    )
}

/// The laboratory whose folder `benches/` the file lies in.
fn home(file: &Path) -> Option<Lab> {
    let path = std::path::absolute(file).ok()?;
    let root = path.parent()?.parent()?;
    root.join(lab::FILE).is_file().then(|| Lab::open(root).ok()).flatten()
}
