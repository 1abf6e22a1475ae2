//! Reads `[[test]]` and `[report]`.

use std::collections::BTreeMap;

use etalon_uncertainty::diagnostic::{Diagnostic, nearest};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::text::Text;
use toml::de::DeValue;

use super::ACTIVITIES;
use crate::finding;
use crate::procedure::{ExpectedVerdict, Given, GoldenTest, Report};
use crate::source::{Section, Source};

const VERDICTS: &[(&str, ExpectedVerdict)] = &[
    ("pass", ExpectedVerdict::Pass),
    ("fail", ExpectedVerdict::Fail),
    ("conditional-pass", ExpectedVerdict::ConditionalPass),
    ("conditional-fail", ExpectedVerdict::ConditionalFail),
    ("not-evaluated", ExpectedVerdict::NotEvaluated),
];

/// Reads every `[[test]]`.
pub(crate) fn read(source: &Source<'_>, root: &mut Section<'_, '_>) -> Vec<GoldenTest> {
    let mut tests: Vec<GoldenTest> = Vec::new();
    for section in root.tables(source, "test") {
        tests.extend(test(source, section, &tests));
    }
    tests
}

/// The item, the point and, for the same model, what is given of the case that `same_as` names, where
/// this one says nothing else. What is expected is never taken over.
fn takes_over(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
    test: &mut GoldenTest,
    before: &[GoldenTest],
) {
    let Some(value) = section.get("same_as") else { return };
    let Some((named, place, _)) = source.string("`same_as`", value) else { return };
    let Some(other) = before.iter().find(|other| other.name == named) else {
        let finding = Diagnostic::error(
            finding::TEST_UNKNOWN,
            format!("no case before this one is `{named}`"),
        )
        .at(place);
        source.report(match nearest(&named, before.iter().map(|other| other.name.as_str())) {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => finding.hint("same_as names a case that stands before this one"),
        });
        return;
    };
    for (name, text) in &other.item {
        test.item.entry(name.clone()).or_insert_with(|| text.clone());
    }
    let is_of_the_model = test.model.is_none() || test.model == other.model;
    for (name, given) in other.given.iter().filter(|_| is_of_the_model) {
        test.given.entry(name.clone()).or_insert_with(|| given.clone());
    }
    test.point = test.point.take().or_else(|| other.point.clone());
    test.model = test.model.take().or_else(|| other.model.clone());
    test.activity = test.activity.or(other.activity);
}

fn test(
    source: &Source<'_>,
    mut section: Section<'_, '_>,
    before: &[GoldenTest],
) -> Option<GoldenTest> {
    let place = section.place.clone();
    let name = section.need_string(source, "name");
    section.name = format!("the test `{}`", name.as_deref().unwrap_or("?"));
    let origin = section.need_string(source, "origin");
    let item = texts(source, &mut section, "dut");
    let point = section.string(source, "point");
    let model = section.string(source, "model");
    let activity = section.word(source, "activity", ACTIVITIES);
    let given = given(source, &mut section);
    let u = quantities(source, &mut section, "u");
    let results = results(source, &mut section);
    section.need(source, "expect");
    let mut test = GoldenTest {
        name: name?,
        origin: origin?,
        item,
        point,
        model,
        activity,
        given,
        u,
        value: None,
        expanded: None,
        tolerance: None,
        expanded_tolerance: None,
        rounded: None,
        at_point: BTreeMap::new(),
        points: None,
        results,
        derived: BTreeMap::new(),
        checks: BTreeMap::new(),
        verdict: None,
        place,
    };
    takes_over(source, &mut section, &mut test, before);
    if let Some(expect) = section.table(source, "expect") {
        expected(source, expect, &mut test);
    }
    section.finish(source);
    Some(test)
}

fn expected(source: &Source<'_>, mut section: Section<'_, '_>, test: &mut GoldenTest) {
    test.value = section.quantity(source, "value");
    test.expanded = section.quantity(source, "U");
    test.tolerance = section.quantity(source, "tol");
    test.expanded_tolerance = section.quantity(source, "tol_U");
    test.rounded = section.string(source, "rounded");
    test.verdict = section.word(source, "verdict", VERDICTS);
    test.at_point = texts(source, &mut section, "point");
    test.derived = quantities(source, &mut section, "derived");
    test.checks = verdicts(source, &mut section);
    if section.get("points").is_some() {
        let ids = section.strings(source, "points").into_iter().map(|(id, _)| id).collect();
        test.points = Some(ids);
    }
    if test.value.is_some() || test.expanded.is_some() {
        section.need(source, "tol");
    }
    section.finish(source);
}

fn texts(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
    key: &'static str,
) -> BTreeMap<String, String> {
    let Some(mut table) = section.table(source, key) else { return BTreeMap::new() };
    table
        .rest()
        .into_iter()
        .filter_map(|(name, _, value)| {
            let text = match value.get_ref() {
                DeValue::Array(array) => {
                    let words = array.iter().map(|item| source.string(name, item).map(|s| s.0));
                    words.collect::<Option<Vec<String>>>()?.join(", ")
                }
                _ => source.string(&format!("`{name}`"), value)?.0,
            };
            Some((name.to_owned(), text))
        })
        .collect()
}

fn quantities(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
    key: &'static str,
) -> BTreeMap<String, Quantity> {
    let Some(mut table) = section.table(source, key) else { return BTreeMap::new() };
    table
        .rest()
        .into_iter()
        .filter_map(|(name, _, value)| {
            Some((name.to_owned(), source.quantity(&format!("`{name}`"), value)?))
        })
        .collect()
}

/// Reads `results`: model → point → one value, or one per repeat.
fn results(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
) -> BTreeMap<String, BTreeMap<String, Vec<Quantity>>> {
    let Some(mut table) = section.table(source, "results") else { return BTreeMap::new() };
    let mut results = BTreeMap::new();
    for (model, _, value) in table.rest() {
        let Some(mut points) = Section::of(source, format!("`{model}` in `results`"), value) else {
            continue;
        };
        let of_point = points.rest().into_iter().map(|(point, _, value)| {
            let label = format!("`{point}` of `{model}` in `results`");
            let values = match value.get_ref() {
                DeValue::Array(array) => {
                    array.iter().filter_map(|item| source.quantity(&label, item)).collect()
                }
                _ => source.quantity(&label, value).into_iter().collect(),
            };
            (point.to_owned(), values)
        });
        results.insert(model.to_owned(), of_point.collect());
    }
    results
}

fn verdicts(
    source: &Source<'_>,
    section: &mut Section<'_, '_>,
) -> BTreeMap<String, ExpectedVerdict> {
    let Some(mut table) = section.table(source, "checks") else { return BTreeMap::new() };
    let entries = table.rest().into_iter();
    entries
        .filter_map(|(name, _, value)| {
            Some((name.to_owned(), source.word(&format!("`{name}`"), value, VERDICTS)?))
        })
        .collect()
}

fn given(source: &Source<'_>, section: &mut Section<'_, '_>) -> BTreeMap<String, Given> {
    let Some(mut table) = section.table(source, "given") else { return BTreeMap::new() };
    let mut given = BTreeMap::new();
    for (name, _, value) in table.rest() {
        let label = format!("`{name}` in `given`");
        let entry = match value.get_ref() {
            DeValue::Array(array) => array
                .iter()
                .map(|item| source.string(&label, item).map(|(text, place, _)| (text, place)))
                .collect::<Option<Vec<_>>>()
                .map(Given::Many),
            _ => source.string(&label, value).map(|(text, place, _)| Given::One(text, place)),
        };
        if let Some(entry) = entry {
            given.insert(name.to_owned(), entry);
        }
    }
    given
}

/// Reads `[report]`.
pub(crate) fn report(source: &Source<'_>, root: &mut Section<'_, '_>) -> Report {
    let place = root.key_place("report");
    let Some(mut section) = root.table(source, "report") else { return Report::default() };
    section.need(source, "columns");
    let columns = match section.get("columns") {
        Some(value) => source
            .array("`columns` in [report]", value)
            .into_iter()
            .filter_map(|item| source.formula("`columns` in [report]", item))
            .collect(),
        None => Vec::new(),
    };
    let labels = section.table(source, "labels").map(|labels| labels_of(source, labels));
    let summary = section.names(source, "summary").into_iter().map(|(name, _)| name).collect();
    section.finish(source);
    Report { columns, labels: labels.unwrap_or_default(), summary, place }
}

/// Reads `labels` of `[report]`: names of columns, in both languages.
fn labels_of(source: &Source<'_>, mut labels: Section<'_, '_>) -> BTreeMap<String, Text> {
    let written = labels.rest();
    let both = written.into_iter().filter_map(|(name, _, value)| {
        let text = source.both(&format!("`{name}` in [report.labels]"), value)?;
        Some((name.to_owned(), text))
    });
    both.collect()
}
