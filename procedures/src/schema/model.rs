//! Reads `[model.*]` and `[[derive]]`.

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::Diagnostic;

use crate::finding;
use crate::procedure::model::{Coverage, MonteCarlo};
use crate::procedure::{Model, Place};
use crate::source::{Item, Section, Source};

mod input;

/// Trials when the file names none: 95 % limits to two digits (JCGM 101 7.2.3
/// asks for at least 10^4 times 1/(1 - p)).
const TRIALS: u64 = 200_000;

/// Fewest trials that give any coverage interval. Source: JCGM 101:2008, 7.2.3.
const FEWEST_TRIALS: u64 = 10_000;

/// Reads every `[model.*]`.
pub(crate) fn models(source: &Source<'_>, root: &mut Section<'_, '_>) -> Vec<Model> {
    let Some(mut section) = root.table(source, "model") else { return Vec::new() };
    let mut models = Vec::new();
    for (name, place, value) in section.rest() {
        if super::name_is_usable(source, name, &place) {
            models.extend(model(source, name, place, value));
        }
    }
    models
}

fn model(source: &Source<'_>, name: &str, place: Place, value: &Item<'_>) -> Option<Model> {
    let mut section = Section::of(source, format!("[model.{name}]"), value)?;
    let title = section.both(source, "title");
    let unit = section.need_unit(source, "unit");
    let equation = section.need_formula(source, "equation");
    let coverage = section.table(source, "coverage").and_then(|entry| coverage(source, entry));
    let monte_carlo = section.table(source, "monte_carlo").map(|entry| monte_carlo(source, entry));
    if section.get("coverage").is_none() {
        source.report(
            Diagnostic::error(finding::MISSING_KEY, format!("{} lacks `coverage`", section.name))
                .at(section.place.clone())
                .hint("coverage = { k = \"2\", p = \"0.95\" } or { p = \"0.95\" }: nothing is inferred"),
        );
    }
    let mut inputs = Vec::new();
    section.need(source, "inputs");
    if let Some(mut table) = section.table(source, "inputs") {
        for (input, place, value) in table.rest() {
            if super::name_is_usable(source, input, &place) {
                inputs.extend(input::read(source, name, input, place, value));
            }
        }
    }
    section.finish(source);
    Some(Model {
        name: name.to_owned(),
        title,
        unit: unit?,
        equation: equation?,
        inputs,
        coverage: coverage?,
        monte_carlo,
        place,
    })
}

fn coverage(source: &Source<'_>, mut section: Section<'_, '_>) -> Option<Coverage> {
    let k = section.get("k").and_then(|value| source.decimal("`k`", value));
    let p = section.get("p").and_then(|value| source.decimal("`p`", value));
    let place = section.place.clone();
    let written = (section.get("k").is_some(), section.get("p").is_some());
    let places = (section.key_place("k"), section.key_place("p"));
    section.finish(source);
    report_impossible(source, "coverage factor `k`", k.as_deref(), None, places.0);
    report_impossible(source, "coverage probability `p`", p.as_deref(), Some("1"), places.1);
    match (k, p) {
        (Some(k), Some(p)) => Some(Coverage::Factor { k, p }),
        (None, Some(p)) if !written.0 => Some(Coverage::Probability(p)),
        _ if written.1 => None,
        _ => {
            source.report(
                Diagnostic::error(finding::MISSING_KEY, "coverage lacks the probability `p`")
                    .at(place)
                    .hint("p = \"0.95\" alone takes k from Student's t; k = \"2\", p = \"0.95\" fixes k and states p"),
            );
            None
        }
    }
}

/// A coverage factor lies above zero, a probability besides below one.
fn report_impossible(
    source: &Source<'_>,
    what: &str,
    written: Option<&str>,
    below: Option<&str>,
    place: Place,
) {
    let number = |text: &str| Decimal::parse(text).ok();
    let Some(found) = written.and_then(number) else { return };
    let is_high = below.and_then(number).is_some_and(|below| found >= below);
    if found > Decimal::zero() && !is_high {
        return;
    }
    let wanted = if below.is_some() { "a number between 0 and 1" } else { "a number above zero" };
    let message = format!("{what} is {found}, wanted {wanted}");
    source.report(Diagnostic::error(finding::IMPOSSIBLE_NUMBER, message).at(place));
}

fn monte_carlo(source: &Source<'_>, mut section: Section<'_, '_>) -> MonteCarlo {
    let trials = section.count(source, "trials").unwrap_or(TRIALS);
    if trials < FEWEST_TRIALS {
        let what = format!("{trials} trials, wanted at least {FEWEST_TRIALS}");
        let place = section.key_place("trials");
        source.report(Diagnostic::error(finding::IMPOSSIBLE_NUMBER, what).at(place));
    }
    let seed = section.count(source, "seed").unwrap_or(1);
    section.finish(source);
    MonteCarlo { trials, seed }
}
