//! An item against the procedure that is to be run on it: what does not fit is found in the item's
//! own file, where somebody can mend it.

use std::ops::Range;
use std::path::PathBuf;

use etalon_procedures::item::{Misfit, fitted};
use etalon_procedures::procedure::Procedure;
use etalon_uncertainty::diagnostic::Diagnostic;
use toml::de::DeTable;

use super::Item;
use crate::folder::FileFault;

/// The items that do not fit, each with its file and every finding in it.
#[must_use]
pub fn faults(
    procedure: &Procedure,
    procedure_text: &str,
    items: &[(PathBuf, &Item)],
) -> Vec<FileFault> {
    let faults = items.iter().filter_map(|(file, item)| {
        let misfits = fitted(procedure, &item.fields).err()?;
        let place = |misfit: Misfit| placed(misfit, &item.text, procedure_text);
        let mut diagnostics: Vec<Diagnostic> = misfits.into_iter().map(place).collect();
        diagnostics.sort_by_key(|finding| finding.span.as_ref().map_or(0, |span| span.start));
        Some(FileFault::Findings { file: file.clone(), text: item.text.clone(), diagnostics })
    });
    faults.collect()
}

/// A finding at its field; where the field is not written, at `[fields]`. What it says about the
/// procedure becomes a hint with the line, because that is another file.
fn placed(misfit: Misfit, text: &str, procedure_text: &str) -> Diagnostic {
    let Diagnostic { code, severity, message, span, hint, other } = misfit.finding;
    let asked = other.map(|other| other.0).or(span);
    let asked = asked.map(|place| {
        let before = procedure_text.get(..place.start).unwrap_or_default();
        format!("the procedure asks for it in line {}", before.matches('\n').count() + 1)
    });
    let hint = [hint, asked].into_iter().flatten().collect::<Vec<_>>().join("; ");
    let hint = (!hint.is_empty()).then_some(hint);
    let span = place(text, misfit.field.as_deref());
    Diagnostic { code, severity, message, span, hint, other: None }
}

fn place(text: &str, field: Option<&str>) -> Option<Range<usize>> {
    let (document, _) = DeTable::parse_recoverable(text);
    let fields = document.get_ref().get("fields")?;
    let written = field.and_then(|field| fields.get_ref().as_table()?.get(field));
    Some(written.map_or_else(|| fields.span(), toml::Spanned::span))
}
