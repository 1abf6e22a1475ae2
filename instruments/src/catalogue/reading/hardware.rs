//! Parts of a model beside its functions: output, limits, watchdog, counters, safe state.

use crate::catalogue::{
    field::{
        bilingual, command, duration, needed_command, needed_pattern, pattern, quantity, template,
        unit, word_of,
    },
    finding,
    model::{Confirmation, CountState, Counting, Limit, Output, OutputQuery, SafeState, Watchdog},
    sheet::Sheet,
};
use std::collections::BTreeMap;

/// `[output]`.
pub(super) fn output(sheet: Sheet<'_>) -> Option<Output> {
    let on = needed_command(&sheet, "on", &[]);
    let off = needed_command(&sheet, "off", &[]);
    let query = command(&sheet, "query", &[]).and_then(|query| {
        let is_on = needed_pattern(&sheet, "is_on", &[]);
        let is_off = needed_pattern(&sheet, "is_off", &[]);
        Some(OutputQuery { query, is_on: is_on?, is_off: is_off? })
    });
    sheet.done();
    Some(Output { on: on?, off: off?, query })
}

/// All `[[limit]]`.
pub(super) fn limits(sheet: &Sheet<'_>) -> Vec<Limit> {
    sheet.sheets("limit").into_iter().filter_map(limit).collect()
}

fn limit(sheet: Sheet<'_>) -> Option<Limit> {
    let name = sheet.needed("quantity");
    let set = needed_command(&sheet, "command", &["value"]);
    let query = command(&sheet, "query", &[]);
    let unit = unit(&sheet, "unit");
    sheet.done();
    Some(Limit { quantity: name?.text, command: set?, query, unit: unit? })
}

/// `[watchdog]`.
pub(super) fn watchdog(sheet: Sheet<'_>) -> Option<Watchdog> {
    let set = needed_command(&sheet, "command", &["seconds"]);
    let heartbeat = needed_command(&sheet, "heartbeat", &[]);
    let reply = needed_pattern(&sheet, "reply", &[]);
    let within = duration(&sheet, "within");
    if within.is_none() {
        sheet.needed("within");
    }
    sheet.done();
    Some(Watchdog { command: set?, heartbeat: heartbeat?, reply: reply?, within: within? })
}

/// `[counting]`.
pub(super) fn counting(sheet: Sheet<'_>) -> Option<Counting> {
    let channels = sheet.count("channels", 1, 1000);
    if channels.is_none() {
        sheet.missing("channels");
    }
    let gate = needed_command(&sheet, "gate", &["pulses", "channel"]);
    let start = needed_command(&sheet, "start", &["channel"]);
    let state = needed_command(&sheet, "state", &["channel"]);
    let states = states(&sheet);
    let fetch = needed_command(&sheet, "fetch", &["channel"]);
    let result = needed_pattern(&sheet, "result", &["sequence", "count"]);
    let abort = command(&sheet, "abort", &["channel"]);
    let seen = command(&sheet, "seen", &["channel"]);
    sheet.done();
    Some(Counting {
        channels: u32::try_from(channels?).ok()?,
        gate: gate?,
        start: start?,
        state: state?,
        states,
        fetch: fetch?,
        result: result?,
        abort,
        seen,
    })
}

fn states(sheet: &Sheet<'_>) -> BTreeMap<String, CountState> {
    let known = [
        ("idle", CountState::Idle),
        ("armed", CountState::Armed),
        ("running", CountState::Running),
        ("done", CountState::Done),
    ];
    let Some(pairs) = sheet.pairs("states") else {
        sheet.missing("states");
        return BTreeMap::new();
    };
    pairs
        .into_iter()
        .filter_map(|(said, meant)| Some((said.text, word_of(sheet, "states", &meant, &known)?)))
        .collect()
}

/// `[safe_state]`.
pub(super) fn safe_state(sheet: Sheet<'_>) -> SafeState {
    let hazard = sheet.truth("hazard").unwrap_or(false);
    let commands = sheet
        .texts("commands")
        .unwrap_or_default()
        .iter()
        .filter_map(|written| template(&sheet, written, &[]))
        .collect();
    let confirm = sheet.sheets("confirm").into_iter().filter_map(confirmation).collect();
    let by_hand = bilingual(&sheet, "by_hand").unwrap_or_default();
    sheet.done();
    SafeState { hazard, commands, confirm, by_hand }
}

fn confirmation(sheet: Sheet<'_>) -> Option<Confirmation> {
    let query = command(&sheet, "query", &[]);
    let reply = pattern(&sheet, "reply", &[]);
    let name = sheet.text("quantity");
    let at_most = quantity(&sheet, "at_most", None);
    let place = sheet.place.clone();
    let confirmation = match (query, reply, name, at_most) {
        (Some(query), Some(reply), None, None) => Some(Confirmation::Says { query, reply }),
        (None, None, Some(name), Some((at_most, _))) => {
            Some(Confirmation::Below { quantity: name.text, at_most })
        }
        _ => {
            let message = "a confirmation is either query and reply, or quantity and at_most";
            sheet.findings.error(finding::MISSING_KEY, &place, message);
            None
        }
    };
    sheet.done();
    confirmation
}
