//! The run on a terminal: its head, its results, its raw readings.

use super::{super::Table, Head, Output, Shown, ShownItem};
use crate::reading::Reading;

pub(super) fn print(shown: &Shown, output: &Output) {
    head(shown, output);
    for item in &shown.items {
        output.line(format!("\nposition {}: {}: {}", item.position, item.id, item.verdict));
        if let Some(reason) = &item.removed {
            output.line(format!("taken out: {reason}"));
        }
        output.line(results(item));
        if !item.derived.is_empty() || !item.checks.is_empty() {
            output.line(across(item));
        }
    }
    output.line(format!("\n{} raw readings", shown.readings.len()));
    output.line(readings(&shown.readings));
}

fn head(shown: &Shown, output: &Output) {
    let Head { run, procedure, version, bench, operator, started, last, state, .. } =
        &shown.summary;
    output.line(format!("run {run}: {procedure} {version} on bench {bench}, by {operator}"));
    output.line(format!("from {started} to {last}: {state}"));
    output.line(match shown.summary.safe {
        Some(true) => "safe state: confirmed",
        Some(false) => "safe state: NOT CONFIRMED, look at the bench",
        None => "safe state: not carried out since the bench was last set",
    });
    for reason in &shown.specimen_reasons {
        output.line(format!("SPECIMEN: {reason}"));
    }
    if !shown.summary.certificates.is_empty() {
        output.line(format!("certificates: {}", shown.summary.certificates.join(" ")));
    }
}

fn results(item: &ShownItem) -> String {
    let mut table =
        Table::new(&["RESULT", "QUANTITY", "VALUE", "U", "UNIT", "JUDGED", "LIMIT", "VERDICT", ""]);
    for result in &item.results {
        let reason = result.reason.as_deref().unwrap_or("");
        let Some(number) = &result.number else {
            table.row(&[&result.key, "", "", "", "", "", "", result.verdict, reason]);
            continue;
        };
        table.row(&[
            &result.key,
            &number.quantity,
            &number.printed,
            &number.printed_expanded,
            &number.unit,
            number.judged.as_deref().unwrap_or("-"),
            number.limit.as_deref().unwrap_or("-"),
            result.verdict,
            reason,
        ]);
    }
    table.text()
}

fn across(item: &ShownItem) -> String {
    let mut table =
        Table::new(&["ACROSS POINTS", "OF", "VALUE", "U", "UNIT", "LIMIT", "VERDICT", ""]);
    for one in item.derived.iter().chain(&item.checks) {
        let expanded = one.expanded.map_or_else(|| "-".to_owned(), |known| format!("{known:.2e}"));
        table.row(&[
            &format!("{}/{}", one.stage, one.name),
            &one.of,
            one.printed.as_deref().unwrap_or("-"),
            &expanded,
            one.unit.as_deref().unwrap_or(""),
            one.limit.as_deref().unwrap_or("-"),
            one.verdict.unwrap_or(""),
            one.reason.as_deref().unwrap_or(""),
        ]);
    }
    table.text()
}

fn readings(readings: &[Reading]) -> String {
    let heading = ["EVENT", "POINT", "POS", "REPEAT", "INPUT", "VALUE", "UNIT", "AS RECEIVED", ""];
    let mut table = Table::new(&heading);
    for reading in readings {
        let point = format!("{}/{}", reading.stage, reading.point);
        let void =
            reading.voided.as_ref().map_or(String::new(), |void| format!("void: {}", void.reason));
        table.row(&[
            &reading.sequence.to_string(),
            &point,
            &reading.position.to_string(),
            &reading.repeat.to_string(),
            &reading.input,
            &reading.value,
            &reading.unit,
            &reading.text,
            &void,
        ]);
    }
    table.text()
}
