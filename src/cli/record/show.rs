//! `etalon record show`: one run, for a person or as a document.

use serde::Serialize;

use super::{CliError, ExitStatus, Output, Table, wanted};
use crate::{
    journal::{Body, Event, runs::RunSummary},
    reading::{Reading, readings},
    store::Journal,
};

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    summary: &'a RunSummary,
    specimen_reasons: Vec<String>,
    removed: Vec<Removed>,
    readings: &'a [Reading],
}

#[derive(Serialize)]
struct Removed {
    position: u32,
    reason: String,
}

pub(super) fn run(journal: &Journal, run: &str, output: &Output) -> Result<ExitStatus, CliError> {
    let summary = wanted(journal, run)?;
    let events = journal.events(run)?;
    let readings = readings(&events);
    let shown = Shown {
        summary: &summary,
        specimen_reasons: reasons(&events),
        removed: removed(&events),
        readings: &readings,
    };
    output.json(&shown)?;
    head(&shown, output);
    output.line(table(&readings));
    Ok(ExitStatus::Done)
}

fn reasons(events: &[Event]) -> Vec<String> {
    let mut starts = events.iter().filter_map(|event| match &event.body {
        Body::RunStarted { specimen_reasons, .. } => Some(specimen_reasons.clone()),
        _ => None,
    });
    starts.next().unwrap_or_default()
}

fn removed(events: &[Event]) -> Vec<Removed> {
    let removal = |event: &Event| match &event.body {
        Body::PositionRemoved { position, reason, .. } => {
            Some(Removed { position: *position, reason: reason.clone() })
        }
        _ => None,
    };
    events.iter().filter_map(removal).collect()
}

fn head(shown: &Shown<'_>, output: &Output) {
    let RunSummary { run, procedure, version, bench, operator, started, last, state, .. } =
        shown.summary;
    output.line(format!("run {run}: {procedure} {version} on bench {bench}, by {operator}"));
    output.line(format!("from {started} to {last}: {}", state.word()));
    output.line(match shown.summary.safe {
        Some(true) => "safe state: confirmed",
        Some(false) => "safe state: NOT CONFIRMED, look at the bench",
        None => "safe state: not carried out since the bench was last set",
    });
    for reason in &shown.specimen_reasons {
        output.line(format!("SPECIMEN: {reason}"));
    }
    for item in &shown.summary.items {
        let gone = shown.removed.iter().find(|removed| removed.position == item.position);
        let gone = gone.map_or(String::new(), |removed| format!(": taken out, {}", removed.reason));
        output.line(format!("position {}: {}{gone}", item.position, item.id));
    }
    if !shown.summary.certificates.is_empty() {
        output.line(format!("certificates: {}", shown.summary.certificates.join(" ")));
    }
}

fn table(readings: &[Reading]) -> String {
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
