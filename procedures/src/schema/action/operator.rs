//! Reads the actions that speak with the operator.

use etalon_uncertainty::diagnostic::Diagnostic;

use super::OTHERWISE;
use crate::finding;
use crate::formula::Formula;
use crate::procedure::{Action, Ask};
use crate::source::{Item, Section, Source};

/// Reads `ask`, `confirm`, `instruct`, `check` and `note`.
pub(super) fn read(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
    word: &str,
) -> Option<Action> {
    match word {
        "ask" => ask(source, section),
        "confirm" => confirm(source, section),
        "instruct" => {
            let note = section.word(source, "note", &[("required", true), ("optional", false)]);
            let text = section.need_both(source, "text")?;
            Some(Action::Instruct { text, note_required: note.unwrap_or(false) })
        }
        "check" => {
            let that = section.need_formula(source, "that");
            let text = section.need_both(source, "text");
            let otherwise = section.need_word(source, "else", OTHERWISE);
            Some(Action::Check { that: that?, text: text?, otherwise: otherwise? })
        }
        _ => section.need_both(source, "text").map(|text| Action::Note { text }),
    }
}

fn confirm(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Action> {
    let text = section.need_both(source, "text");
    let photo =
        section.word(source, "photo", &[("optional", "optional"), ("required", "required")]);
    let on_no = section.string(source, "on_no").unwrap_or_else(|| "abort".to_owned());
    Some(Action::Confirm { text: text?, photo: photo.map(str::to_owned), on_no })
}

fn ask(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<Action> {
    let field = section.need_string(source, "field");
    let is_item_field = field.as_deref().is_some_and(|field| field.starts_with("dut."));
    let unit = section.get("unit").and_then(|value| source.unit("`unit`", value));
    let range = range(source, section, unit.as_ref().map_or("", |unit| unit.printed()));
    let resolution = section.formula(source, "resolution");
    let tell = section.formula(source, "tell");
    let expect = section.get("expect");
    let expected = expect.and_then(|value| expectation(source, value));
    let expect = section.string(source, "expect");
    let blind = section.truth(source, "blind");
    let text = if is_item_field {
        section.both(source, "text")
    } else {
        section.need_both(source, "text")
    };
    let scan = section.truth(source, "scan");
    let twice = section.word(source, "confirm", &[("twice", true), ("once", false)]);
    if unit.is_some() && range.is_none() && expect.is_none() && section.get("range").is_none() {
        source.report(
            Diagnostic::error(finding::PROMPT_RANGE, "a number is asked for without a range")
                .at(section.place.clone())
                .hint("add range = [\"lowest\", \"highest\"], so that a slip is caught at the keyboard"),
        );
    }
    Some(Action::Ask(Box::new(Ask {
        field: field?,
        unit,
        range,
        resolution,
        tell,
        expect,
        expected,
        blind,
        text,
        scan,
        twice: twice.unwrap_or(false),
    })))
}

/// `VALUE +- WIDTH`.
fn expectation(source: &Source<'_>, value: &Item<'_>) -> Option<(Formula, Formula)> {
    let (text, place, literal) = source.string("`expect`", value)?;
    let Some((centre, half)) = text.split_once("+-") else {
        source.report(
            Diagnostic::error(finding::EXPECTATION, format!("`{text}` is no value with a width"))
                .at(place)
                .hint("expect = \"p +- 3 * mpe.limit\""),
        );
        return None;
    };
    let part = |part: &str, from: usize| {
        let at = match literal {
            true => place.start + from..(place.start + from + part.len()).min(place.end),
            false => place.clone(),
        };
        Formula::parse(part, at, literal).map_err(|finding| source.report(finding)).ok()
    };
    let (centre, half) = (part(centre, 0), part(half, centre.len() + 2));
    Some((centre?, half?))
}

fn range(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
    unit: &str,
) -> Option<(Formula, Formula)> {
    let value = section.get("range")?;
    let ends = source.array("`range`", value);
    let [low, high] = ends.as_slice() else {
        source.report(
            Diagnostic::error(finding::CELLS, "`range` has two ends: lowest and highest")
                .at(value.span()),
        );
        return None;
    };
    let low = source.formula_in("`range`", low, unit);
    let high = source.formula_in("`range`", high, unit);
    Some((low?, high?))
}
