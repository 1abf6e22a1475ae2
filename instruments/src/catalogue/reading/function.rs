//! What a model can do: `[[function]]` with its settings, choices and readings.

use crate::catalogue::{
    field::{command, duration, pattern, quantity, template, unit, unit_of},
    finding,
    model::{Choice, Function, Reading, Setting},
    sheet::Sheet,
};
use etalon_uncertainty::{diagnostic::Diagnostic, quantity::Quantity, taxonomy::Taxon, unit::Unit};
use std::{collections::BTreeMap, time::Duration};

/// All functions of the file.
pub(super) fn functions(sheet: &Sheet<'_>) -> Vec<Function> {
    sheet.sheets("function").into_iter().filter_map(function).collect()
}

fn function(sheet: Sheet<'_>) -> Option<Function> {
    let taxon = sheet.needed("taxon").and_then(|written| {
        Taxon::parse(&written.text)
            .map_err(|reason| {
                sheet.findings.error(finding::TAXON, &written.place, reason.to_string());
            })
            .ok()
    });
    let settings = sheet.sheets("set").into_iter().filter_map(setting).collect();
    let choices = sheet.sheets("choose").into_iter().filter_map(choice).collect();
    let readings = sheet.sheets("read").into_iter().filter_map(reading).collect();
    sheet.done();
    Some(Function { taxon: taxon?, settings, choices, readings })
}

fn setting(sheet: Sheet<'_>) -> Option<Setting> {
    let name = sheet.needed("quantity");
    let command = command(&sheet, "command", &["value"]);
    let query = self::command_without_places(&sheet, "query");
    let unit = unit(&sheet, "unit");
    let (min, max) = range(&sheet, unit.as_ref());
    let resolution = quantity(&sheet, "resolution", unit.as_ref());
    let settling = duration(&sheet, "settling");
    if settling.is_none() {
        sheet.needed("settling");
    }
    let complete_within = duration(&sheet, "complete_within");
    sheet.done();
    Some(Setting {
        quantity: name?.text,
        command,
        query,
        unit: unit?,
        min,
        max,
        resolution: resolution.map(|(resolution, _)| resolution),
        settling: settling?,
        complete_within,
    })
}

fn command_without_places(
    sheet: &Sheet<'_>,
    key: &'static str,
) -> Option<crate::protocol::template::Template> {
    command(sheet, key, &[])
}

fn choice(sheet: Sheet<'_>) -> Option<Choice> {
    let name = sheet.needed("quantity");
    let pairs = sheet.pairs("commands");
    if pairs.is_none() {
        sheet.missing("commands");
    }
    let commands: BTreeMap<_, _> = pairs
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(word, written)| Some((word.text, template(&sheet, &written, &[])?)))
        .collect();
    let settling = duration(&sheet, "settling").unwrap_or(Duration::ZERO);
    sheet.done();
    Some(Choice { quantity: name?.text, commands, settling })
}

fn reading(sheet: Sheet<'_>) -> Option<Reading> {
    let name = sheet.needed("quantity");
    let query = command(&sheet, "query", &[]);
    let reply = pattern(&sheet, "reply", &["value"]);
    let unit = unit(&sheet, "unit");
    let suffixes = suffixes(&sheet, unit.as_ref());
    let (min, max) = range(&sheet, unit.as_ref());
    let resolution = quantity(&sheet, "resolution", unit.as_ref());
    let answers_within = duration(&sheet, "answers_within");
    sheet.done();
    Some(Reading {
        quantity: name?.text,
        query,
        reply,
        unit: unit?,
        suffixes,
        min,
        max,
        resolution: resolution.map(|(resolution, _)| resolution),
        answers_within,
    })
}

fn suffixes(sheet: &Sheet<'_>, wanted: Option<&Unit>) -> BTreeMap<String, Unit> {
    let mut suffixes = BTreeMap::new();
    for (spelling, written) in sheet.pairs("suffixes").unwrap_or_default() {
        let Some(unit) = unit_of(sheet, &written) else { continue };
        if wanted.is_some_and(|wanted| !unit.is_compatible(wanted)) {
            let message = format!("{} is no unit of this quantity", written.text);
            sheet.findings.error(finding::UNIT, &written.place, message);
        }
        suffixes.insert(spelling.text, unit);
    }
    suffixes
}

/// `min` and `max`, which must leave something between them.
fn range(sheet: &Sheet<'_>, unit: Option<&Unit>) -> (Option<Quantity>, Option<Quantity>) {
    let min = quantity(sheet, "min", unit);
    let max = quantity(sheet, "max", unit);
    if let (Some((min, low)), Some((max, high))) = (&min, &max)
        && min.si() >= max.si()
    {
        let message = format!("the range from {min} to {max} holds nothing");
        let found = Diagnostic::error(finding::RANGE, message).at(high.place.clone());
        sheet.findings.report(found.other(low.place.clone(), "the lower end stands here"));
    }
    (min.map(|(min, _)| min), max.map(|(max, _)| max))
}
