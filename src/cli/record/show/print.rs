//! The run on a terminal: its head, its results, its raw readings.

use super::{super::Table, Head, Output, Shown, ShownItem};
use crate::reading::{Condition, Correcting, Reading, Voiding};

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
    output.line(format!("\n{} ambient readings", shown.conditions.len()));
    output.line(conditions(&shown.conditions));
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
        let amended = amended(reading.voided.as_ref(), &reading.corrections);
        table.row(&[
            &reading.sequence.to_string(),
            &point,
            &reading.position.to_string(),
            &reading.repeat.to_string(),
            &reading.input,
            &reading.value,
            &reading.unit,
            &reading.text,
            &amended,
        ]);
    }
    table.text()
}

fn conditions(conditions: &[Condition]) -> String {
    let mut table = Table::new(&["EVENT", "AT", "CONDITION", "VALUE", "UNIT", "AS RECEIVED", ""]);
    for seen in conditions {
        table.row(&[
            &seen.sequence.to_string(),
            &seen.at,
            &seen.quantity,
            &seen.value,
            &seen.unit,
            &seen.text,
            &amended(seen.voided.as_ref(), &seen.corrections),
        ]);
    }
    table.text()
}

/// What was put right, by whom and why (ISO/IEC 17025, 7.5.2).
fn amended(voided: Option<&Voiding>, corrections: &[Correcting]) -> String {
    let corrected = corrections
        .iter()
        .map(|own| format!("was {}: {} (event {}, {})", own.old, own.reason, own.sequence, own.by));
    let void =
        voided.map(|own| format!("void: {} (event {}, {})", own.reason, own.sequence, own.by));
    corrected.chain(void).collect::<Vec<_>>().join("; ")
}
