//! Single entries of a model file: units, quantities, durations, templates, words.

use super::{
    finding,
    sheet::{Sheet, Written},
};
use crate::protocol::{
    pattern::{Pattern, PatternError},
    template::Template,
};
use etalon_uncertainty::{
    diagnostic::{Diagnostic, nearest},
    quantity::Quantity,
    text::Text,
    unit::Unit,
};
use std::time::Duration;

/// Longest duration a model file may give: a day, in seconds.
///
/// Chosen: nothing on a bench settles or answers for longer; a greater number is a slip of the unit.
const LONGEST_S: f64 = 86_400.0;

/// A command with exactly these places.
pub(super) fn template(sheet: &Sheet<'_>, written: &Written, places: &[&str]) -> Option<Template> {
    match Template::parse(&written.text, places) {
        Ok(template) => Some(template),
        Err(reason) => {
            let message = format!("command \"{}\": {reason}", written.text.escape_debug());
            let found = Diagnostic::error(finding::TEMPLATE, message).at(written.place.clone());
            sheet.findings.report(found.hint(places_hint(places)));
            None
        }
    }
}

/// A command at a key, where there is one.
pub(super) fn command(sheet: &Sheet<'_>, key: &'static str, places: &[&str]) -> Option<Template> {
    sheet.text(key).and_then(|written| template(sheet, &written, places))
}

/// A command at a key that must be there.
pub(super) fn needed_command(
    sheet: &Sheet<'_>,
    key: &'static str,
    places: &[&str],
) -> Option<Template> {
    sheet.needed(key).and_then(|written| template(sheet, &written, places))
}

/// A reply pattern at a key, where there is one.
pub(super) fn pattern(sheet: &Sheet<'_>, key: &'static str, places: &[&str]) -> Option<Pattern> {
    let written = sheet.text(key)?;
    judged(sheet, &written, Pattern::parse(&written.text, places), places)
}

/// A reply pattern at a key that must be there.
pub(super) fn needed_pattern(
    sheet: &Sheet<'_>,
    key: &'static str,
    places: &[&str],
) -> Option<Pattern> {
    // Asking for the text first reports the missing key.
    sheet.needed(key).and_then(|_| pattern(sheet, key, places))
}

/// A reply pattern at a key that must be there, with any of these places.
pub(super) fn needed_any(sheet: &Sheet<'_>, key: &'static str, places: &[&str]) -> Option<Pattern> {
    let written = sheet.needed(key)?;
    judged(sheet, &written, Pattern::parse_any(&written.text, places), places)
}

/// The pattern, or a finding about why it is none.
fn judged(
    sheet: &Sheet<'_>,
    written: &Written,
    parsed: Result<Pattern, PatternError>,
    places: &[&str],
) -> Option<Pattern> {
    parsed
        .map_err(|reason| {
            let message = format!("reply \"{}\": {reason}", written.text.escape_debug());
            let found = Diagnostic::error(finding::PATTERN, message).at(written.place.clone());
            sheet.findings.report(found.hint(places_hint(places)));
        })
        .ok()
}

/// A unit that must be there.
pub(super) fn unit(sheet: &Sheet<'_>, key: &'static str) -> Option<Unit> {
    sheet.needed(key).and_then(|written| unit_of(sheet, &written))
}

/// A unit.
pub(super) fn unit_of(sheet: &Sheet<'_>, written: &Written) -> Option<Unit> {
    match Unit::parse(&written.text) {
        Ok(unit) => Some(unit),
        Err(reason) => {
            sheet.findings.error(finding::UNIT, &written.place, reason.to_string());
            None
        }
    }
}

/// A quantity that can be expressed in `unit`, where there is one.
pub(super) fn quantity(
    sheet: &Sheet<'_>,
    key: &'static str,
    unit: Option<&Unit>,
) -> Option<(Quantity, Written)> {
    let written = sheet.text(key)?;
    let refuse = |reason: String| {
        sheet.findings.error(finding::QUANTITY, &written.place, format!("\"{key}\": {reason}"));
    };
    match Quantity::parse(&written.text) {
        Err(reason) => refuse(reason.to_string()),
        Ok(quantity) => match unit.map(|unit| quantity.in_unit(unit)) {
            Some(Err(reason)) => refuse(reason.to_string()),
            _ => return Some((quantity, written)),
        },
    }
    None
}

/// A duration, where there is one.
pub(super) fn duration(sheet: &Sheet<'_>, key: &'static str) -> Option<Duration> {
    let second = Unit::parse("s").ok()?;
    let (quantity, written) = quantity(sheet, key, Some(&second))?;
    let seconds = quantity.si();
    if (0.0..=LONGEST_S).contains(&seconds) {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let message = format!("\"{key}\" must be from 0 s to 24 h, it is {}", written.text);
    sheet.findings.error(finding::NUMBER, &written.place, message);
    None
}

/// A word of a closed list that must be there.
pub(super) fn word<T: Copy>(
    sheet: &Sheet<'_>,
    key: &'static str,
    known: &[(&str, T)],
) -> Option<T> {
    sheet.needed(key).and_then(|written| word_of(sheet, key, &written, known))
}

/// A word of a closed list.
pub(super) fn word_of<T: Copy>(
    sheet: &Sheet<'_>,
    key: &str,
    written: &Written,
    known: &[(&str, T)],
) -> Option<T> {
    if let Some((_, meaning)) = known.iter().find(|(word, _)| *word == written.text) {
        return Some(*meaning);
    }
    let words = || known.iter().map(|(word, _)| *word);
    let message = format!("\"{key}\" is \"{}\", which is not known", written.text);
    let found = Diagnostic::error(finding::UNKNOWN_WORD, message).at(written.place.clone());
    sheet.findings.report(match nearest(&written.text, words()) {
        Some(near) => found.hint(format!("did you mean \"{near}\"?")),
        None => found.hint(format!("known: {}", words().collect::<Vec<_>>().join(", "))),
    });
    None
}

/// Words for people: a plain text, or a table with `en` and `zh`.
pub(super) fn bilingual(sheet: &Sheet<'_>, key: &'static str) -> Option<Text> {
    if sheet.is_text(key) {
        return sheet.text(key).map(|written| Text { en: written.text, zh: String::new() });
    }
    let inner = sheet.sheet(key)?;
    let english = inner.needed("en").map(|written| written.text).unwrap_or_default();
    let chinese = inner.text("zh").map(|written| written.text).unwrap_or_default();
    inner.done();
    Some(Text { en: english, zh: chinese })
}

fn places_hint(places: &[&str]) -> String {
    if places.is_empty() {
        return "nothing is filled in here: write no braces".to_owned();
    }
    let list: Vec<String> = places.iter().map(|place| format!("{{{place}}}")).collect();
    format!("filled in here: {}", list.join(", "))
}
