//! Reads `[[derive]]`.

use etalon_uncertainty::diagnostic::Diagnostic;

use crate::finding;
use crate::formula::Formula;
use crate::procedure::{Derive, Grouping, Place};
use crate::source::{Item, Section, Source};

/// Reads every `[[derive]]`.
pub(crate) fn derives(source: &Source<'_>, root: &mut Section<'_, '_>) -> Vec<Derive> {
    let mut derives: Vec<Derive> = Vec::new();
    for section in root.tables(source, "derive") {
        let Some(derive) = derive(source, section) else { continue };
        if let Some(twin) = derives.iter().find(|earlier| earlier.name == derive.name) {
            source.report(
                Diagnostic::error(
                    finding::DUPLICATE,
                    format!("`{}` is derived twice", derive.name),
                )
                .at(derive.place.clone())
                .other(twin.place.clone(), "here first"),
            );
            continue;
        }
        derives.push(derive);
    }
    derives
}

fn derive(source: &Source<'_>, mut section: Section<'_, '_>) -> Option<Derive> {
    let place = section.place.clone();
    let name = section.need_string(source, "name");
    if let Some(name) = &name {
        let at = section.key_place("name");
        super::name_is_usable(source, name, &at).then_some(())?;
        section.name = format!("the derived quantity `{name}`");
    }
    let unit = section.need_unit(source, "unit");
    let equation = section.need_formula(source, "equation");
    let over = section.need(source, "over");
    let grouping = over.and_then(|value| grouping(source, value));
    section.finish(source);
    let (over, grouping) = grouping?;
    Some(Derive { name: name?, unit: unit?, equation: equation?, over, grouping, place })
}

/// A column, `NAME = FORMULA by point`, or `repeat by point`.
fn grouping(source: &Source<'_>, value: &Item<'_>) -> Option<(String, Grouping)> {
    let (text, place, literal) = source.string("`over`", value)?;
    let unreadable = || {
        source.report(
            Diagnostic::error(finding::DERIVE_OVER, format!("`{text}` is no grouping"))
                .at(place.clone())
                .hint("a column of the points, `NAME = FORMULA by point`, or `repeat by point`"),
        );
    };
    let grouping = match text.trim().strip_suffix("by point").map(str::trim_end) {
        None if super::is_name(text.trim()) => Grouping::Column(text.trim().to_owned()),
        Some("repeat") => Grouping::Repeats,
        Some(listed) => match listed.split_once('=') {
            Some((name, formula)) if super::is_name(name.trim()) => {
                let from = text.find('=').map_or(0, |place| place + 1);
                let at = place_of(&place, from, formula.len(), literal);
                let each = Formula::parse(formula, at, literal);
                let each = each.map_err(|finding| source.report(finding)).ok()?;
                Grouping::Points { name: name.trim().to_owned(), each: Box::new(each) }
            }
            _ => {
                return {
                    unreadable();
                    None
                };
            }
        },
        None => {
            return {
                unreadable();
                None
            };
        }
    };
    Some((text, grouping))
}

fn place_of(place: &Place, from: usize, length: usize, literal: bool) -> Place {
    if !literal {
        return place.clone();
    }
    let start = (place.start + from).min(place.end);
    start..(start + length).min(place.end)
}
