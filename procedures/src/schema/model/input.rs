//! Reads one input of a model with its contributions.

use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::Value;

use crate::finding;
use crate::formula::Formula;
use crate::procedure::{Contribution, Distribution, Earlier, Input, InputSource, Place, Scale};
use crate::schema::ACTIVITIES;
use crate::scope::Bindings;
use crate::source::{Item, Section, Source};

/// Reads an input.
pub(super) fn read(
    source: &Source<'_>,
    model: &str,
    name: &str,
    place: Place,
    value: &Item<'_>,
) -> Option<Input> {
    let mut section = Section::of(source, format!("[model.{model}.inputs.{name}]"), value)?;
    let label = section.both(source, "label");
    let unit = section.need_unit(source, "unit");
    let printed = unit.as_ref().map(|unit| unit.printed().to_owned()).unwrap_or_default();
    let origin = origin(source, &mut section);
    let exact = section.truth(source, "exact");
    let instance = section.string(source, "instance");
    let of_point = section.word(source, "independent", &[("point", true)]).unwrap_or(false);
    let interpolate = section.string(source, "interpolate");
    let contributions: Vec<Contribution> = section
        .tables(source, "u")
        .into_iter()
        .filter_map(|entry| contribution(source, entry, model, &printed))
        .collect();
    let has_u = section.get("u").is_some();
    if exact && has_u {
        source.report(
            Diagnostic::error(
                finding::INPUT_EXACT_AND_U,
                format!("`{name}` is exact and has an uncertainty"),
            )
            .at(section.key_place("exact"))
            .other(section.key_place("u"), "its contributions"),
        );
    } else if !exact && !has_u {
        source.report(
            Diagnostic::error(
                finding::INPUT_WITHOUT_U,
                format!("input `{name}` has neither an uncertainty nor `exact = true`"),
            )
            .at(place.clone())
            .hint("u = [{ name = \"…\", dist = \"rectangular\", half = \"…\" }], or exact = true"),
        );
    }
    section.finish(source);
    let each_repeat = contributions.iter().any(|c| {
        matches!(c.distribution, Distribution::Pooled { .. } | Distribution::Repeats { .. })
    });
    Some(Input {
        name: name.to_owned(),
        label,
        source: origin?,
        unit: unit?,
        exact,
        each_repeat,
        instance,
        of_point,
        interpolate,
        contributions,
        place,
    })
}

fn origin(source: &Source<'_>, section: &mut Section<'_, '_>) -> Option<InputSource> {
    let value = section.quantity(source, "value");
    let from = section.get("from");
    match (section.get("value").is_some(), from) {
        (true, None) => value.map(InputSource::Value),
        (false, Some(from)) => {
            let (text, ..) = source.string("`from`", from)?;
            if let Some(reading) = text.strip_prefix("read.") {
                return Some(InputSource::Reading(reading.to_owned()));
            }
            if let Some(answer) = text.strip_prefix("ask.") {
                return Some(InputSource::Answer(answer.to_owned()));
            }
            source.formula("`from`", from).map(InputSource::Formula)
        }
        _ => {
            source.report(
                Diagnostic::error(
                    finding::INPUT_SOURCE,
                    format!("{} needs one of `value` and `from`", section.name),
                )
                .at(section.place.clone()),
            );
            None
        }
    }
}

fn contribution(
    source: &Source<'_>,
    mut section: Section<'_, '_>,
    model: &str,
    unit: &str,
) -> Option<Contribution> {
    let place = section.place.clone();
    section.name = "a contribution of `u`".to_owned();
    let name = section.need_string(source, "name");
    let only_for = section.word(source, "only_for", ACTIVITIES);
    let scaled = |section: &mut Section<'_, '_>, key: &'static str| {
        let formula = section
            .get(key)
            .and_then(|value| source.formula_in(&format!("`{key}`"), value, unit))?;
        report_impossible(source, key, &formula);
        Some(formula)
    };
    let half = scaled(&mut section, "half");
    let standard = scaled(&mut section, "standard");
    let expanded = scaled(&mut section, "expanded");
    let s = scaled(&mut section, "s");
    let distribution = if section.get("type").is_some() {
        type_a(source, &mut section, model, s)
    } else {
        type_b(source, &mut section, half, standard, expanded)
    };
    section.finish(source);
    Some(Contribution { name: name?, distribution: distribution?, only_for, place })
}

/// A scale that is written as a number and not as an expression must be one that can be.
fn report_impossible(source: &Source<'_>, key: &str, formula: &Formula) {
    if !formula.expression.symbols().is_empty() {
        return;
    }
    let Ok(Value::Number { si, .. }) = formula.expression.evaluate(&Bindings::default()) else {
        return;
    };
    if si < 0.0 || !si.is_finite() {
        source.report(
            Diagnostic::error(
                finding::IMPOSSIBLE_NUMBER,
                format!(
                    "`{key}` is `{}`, wanted a finite number that is not negative",
                    formula.text
                ),
            )
            .at(formula.place.clone()),
        );
    }
}

/// Where the standard deviation of a Type A contribution comes from.
#[derive(Clone, Copy, PartialEq)]
enum From {
    Earlier,
    Point,
    Both,
}

/// Type A: `pooled = "history"` from earlier runs, `of = "MODEL"` from the repeats of
/// this very point, `pooled = "both"` from the two together.
fn type_a(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
    model: &str,
    s: Option<crate::formula::Formula>,
) -> Option<Distribution> {
    section.need_word(source, "type", &[("A", ())])?;
    let of = section.get("of").is_some();
    let words = [("history", From::Earlier), ("this-point", From::Point), ("both", From::Both)];
    let from = match of {
        true => section.word(source, "pooled", &words).unwrap_or(From::Point),
        false => section.need_word(source, "pooled", &words)?,
    };
    let is_own = of_itself(source, section, model);
    let relative = section.truth(source, "relative");
    section.need(source, "min_n");
    let min_n = section.count(source, "min_n").and_then(|n| u32::try_from(n).ok());
    if from == From::Point {
        is_own?;
        return Some(Distribution::Repeats { min_n: min_n?, relative, earlier: None });
    }
    section.need(source, "s");
    let dof = section.need_formula(source, "dof");
    if from == From::Both {
        is_own?;
        let earlier = Some(Earlier { s: s?, dof: dof? });
        return Some(Distribution::Repeats { min_n: min_n?, relative, earlier });
    }
    Some(Distribution::Pooled { s: s?, dof: dof?, min_n: min_n? })
}

/// `of` names the model whose input this is: the repeats of another model are
/// another quantity's.
fn of_itself(source: &Source<'_>, section: &mut Section<'_, '_>, model: &str) -> Option<()> {
    let Some(value) = section.get("of") else { return Some(()) };
    let (named, place, _) = source.string("`of`", value)?;
    if named == model {
        return Some(());
    }
    source.report(
        Diagnostic::error(
            finding::TYPE_A_OF,
            format!("a Type A contribution of `{model}` is taken of `{named}`"),
        )
        .at(place)
        .hint(format!("of = \"{model}\": the values of the model over the repeats of the point")),
    );
    None
}

fn type_b(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
    half: Option<crate::formula::Formula>,
    standard: Option<crate::formula::Formula>,
    expanded: Option<crate::formula::Formula>,
) -> Option<Distribution> {
    let kinds = [("normal", 0), ("rectangular", 1), ("triangular", 2), ("arcsine", 3)];
    match section.need_word(source, "dist", &kinds)? {
        0 if section.get("expanded").is_some() => {
            let k = section.need_formula(source, "k");
            Some(Distribution::Normal(Scale::Expanded { expanded: expanded?, k: k? }))
        }
        0 => {
            let dof = section.formula(source, "dof");
            section.need(source, "standard");
            Some(Distribution::Normal(Scale::Standard { u: standard?, dof }))
        }
        kind => {
            section.need(source, "half");
            let half = half?;
            Some(match kind {
                1 => Distribution::Rectangular(half),
                2 => Distribution::Triangular(half),
                _ => Distribution::Arcsine(half),
            })
        }
    }
}
