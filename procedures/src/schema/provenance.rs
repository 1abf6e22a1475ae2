//! `source`, `confidence`, `checked_by`, `checked_on`: on every regulated part.

use etalon_uncertainty::diagnostic::Diagnostic;

use crate::finding;
use crate::procedure::{Confidence, Provenance};
use crate::source::{Section, Source};

/// Reads the four keys; `demanded` where the part is regulated.
pub(crate) fn read(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
    part: &str,
    demanded: bool,
    provenance: &mut Vec<Provenance>,
) {
    let cited = section.string(source, "source");
    let confidence = section.word(
        source,
        "confidence",
        &[("checked", Confidence::Checked), ("unchecked", Confidence::Unchecked)],
    );
    let checked_by = section.string(source, "checked_by");
    let checked_on = section.string(source, "checked_on");
    if cited.is_none() && !demanded {
        return;
    }
    let lacks_word = confidence.is_none() && section.get("confidence").is_none();
    if cited.is_none() && section.get("source").is_none() || lacks_word {
        let missing = if lacks_word && cited.is_some() { "confidence" } else { "source" };
        source.report(
            Diagnostic::error(
                finding::NO_SOURCE,
                format!("{} holds regulated numbers and lacks `{missing}`", section.name),
            )
            .at(section.place.clone())
            .hint(
                "write source = \"document, clause\" and confidence = \"checked\" or \"unchecked\"",
            ),
        );
    }
    if confidence == Some(Confidence::Checked) && (checked_by.is_none() || checked_on.is_none()) {
        source.report(
            Diagnostic::error(finding::UNSIGNED_CHECK, "checked, but not by whom and when")
                .at(section.key_place("confidence"))
                .hint("add checked_by and checked_on"),
        );
    }
    if let (Some(cited), Some(confidence)) = (cited, confidence) {
        let place = section.key_place("source");
        let part = part.to_owned();
        provenance.push(Provenance {
            part,
            source: cited,
            confidence,
            checked_by,
            checked_on,
            place,
        });
    }
}
