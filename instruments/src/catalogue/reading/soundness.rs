//! What must hold between the tables of a model file.

use crate::catalogue::{
    finding,
    model::{Confirmation, Language, Model, Status},
    sheet::{Place, Sheet},
};
use crate::protocol::dlms::security::MeterKeys;
use etalon_uncertainty::diagnostic::Diagnostic;
use std::collections::BTreeSet;

/// Judges a model as a whole; `place` is that of `[model]`. What is missing only because it could
/// not be read is not found a second time.
pub(super) fn judge(sheet: &Sheet<'_>, model: &Model, place: &Place) {
    let report_at = |place: &Place, code: &str, message: String, hint: &str| {
        sheet.findings.report(Diagnostic::error(code, message).at(place.clone()).hint(hint));
    };
    let report = |code: &str, message: String, hint: &str| report_at(place, code, message, hint);
    spoken_or_not(sheet, model, &report);
    names_once(sheet, model, &|at, message| {
        let place = at.as_ref().unwrap_or(place);
        report_at(place, finding::TWICE, message, "one quantity, one command");
    });
    sayable(model, &report);
    if !sheet.findings.has(finding::TAXON) {
        let written = sheet.sheet("safe_state").map_or_else(|| place.clone(), |own| own.place);
        safe(model, &|code, message, hint| report_at(&written, code, message, hint));
    }
}

type Report<'a> = dyn Fn(&str, String, &str) + 'a;

fn spoken_or_not(sheet: &Sheet<'_>, model: &Model, report: &Report<'_>) {
    let by_hand = model.language == Language::ByHand;
    if by_hand != (model.status == Status::ByHand) {
        let message = "language and status disagree about whether a person reads it".to_owned();
        report(finding::LANGUAGE, message, "\"by hand\" stands in both or in neither");
    }
    let speaks = |what: &str| format!("a model read by a person has no {what}");
    let lacks = |what: &str| format!("a model that is spoken to needs {what}");
    if by_hand && (model.line.is_some() || model.identity.is_some()) {
        report(finding::LANGUAGE, speaks("[line] or [identity]"), "remove it");
    }
    if !by_hand && sheet.sheet("line").is_none() {
        report(finding::LANGUAGE, lacks("[line]"), "give command_end, reply_end, answers_within");
    }
    if !by_hand && sheet.sheet("identity").is_none() {
        let hint = "without it nobody knows whether the right instrument answers";
        report(finding::LANGUAGE, lacks("[identity]"), hint);
    }
    if !sheet.findings.has(finding::TEMPLATE) {
        of_language(model, by_hand, report);
    }
    for setting in model.functions.iter().flat_map(|function| &function.settings) {
        if setting.complete_within.is_some() && model.complete.is_none() {
            let message =
                format!("{} waits for completion, but there is no [complete]", setting.quantity);
            report(finding::MISSING_KEY, message, "give its query and reply, such as *OPC?");
        }
    }
}

/// Commands and queries stand where the model is spoken to, and nowhere else.
fn of_language(model: &Model, by_hand: bool, report: &Report<'_>) {
    let settings = model.functions.iter().flat_map(|function| &function.settings);
    let readings = model.functions.iter().flat_map(|function| &function.readings);
    for setting in settings.filter(|setting| setting.command.is_some() == by_hand) {
        let message =
            format!("setting {} and the language of the model disagree", setting.quantity);
        report(finding::LANGUAGE, message, "a command where it is spoken to, none where not");
    }
    for reading in readings.filter(|reading| reading.query.is_some() == by_hand) {
        let message =
            format!("reading {} and the language of the model disagree", reading.quantity);
        report(finding::LANGUAGE, message, "a query where it is spoken to, none where not");
    }
}

/// A language of frames understands every sentence of the file.
fn sayable(model: &Model, report: &Report<'_>) {
    let address = model.line.as_ref().map(|line| line.address.as_str()).unwrap_or_default();
    let Some(tongue) = model.language.tongue(address, &MeterKeys::default()) else { return };
    let functions = || model.functions.iter();
    let settings = functions().flat_map(|function| &function.settings);
    let set = settings.filter_map(|s| s.command.as_ref().map(|c| c.with("value", 0)));
    let chosen = functions().flat_map(|f| &f.choices).flat_map(|c| c.commands.values());
    let read = functions().flat_map(|f| &f.readings).filter_map(|r| r.query.as_ref());
    let asked = model.identity.iter().map(|identity| &identity.query);
    let safe = model.safe_state.commands.iter();
    let plain = chosen.chain(read).chain(asked).chain(safe).map(ToString::to_string);
    for sentence in set.chain(plain) {
        if let Err(reason) = tongue.steps(&sentence) {
            report(finding::TEMPLATE, reason.to_string(), "see the head of the protocol's file");
        }
    }
}

fn names_once(sheet: &Sheet<'_>, model: &Model, report: &dyn Fn(Option<Place>, String)) {
    let functions = || model.functions.iter();
    let set = functions().flat_map(|function| function.settings.iter().map(|s| &s.quantity));
    let chosen = functions().flat_map(|function| function.choices.iter().map(|c| &c.quantity));
    let read = functions().flat_map(|function| function.readings.iter().map(|r| &r.quantity));
    let limited = model.limits.iter().map(|limit| &limit.quantity);
    for (what, keys, names) in [
        ("set", &["set", "choose"][..], set.chain(chosen).collect::<Vec<_>>()),
        ("read", &["read"][..], read.collect()),
        ("limited", &["limit"][..], limited.collect()),
    ] {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name) {
                report(second(sheet, keys, name), format!("{name} is {what} twice"));
            }
        }
    }
}

/// Where a quantity is named for the second time, in tables of these keys.
fn second(sheet: &Sheet<'_>, keys: &[&'static str], name: &str) -> Option<Place> {
    let named_in = |of: &Sheet<'_>| {
        let tables = keys.iter().flat_map(|key| of.sheets(key));
        tables.filter_map(|table| table.text("quantity")).collect::<Vec<_>>()
    };
    let functions = sheet.sheets("function");
    let named = functions.iter().flat_map(named_in).chain(named_in(sheet));
    let mut places: Vec<Place> =
        named.filter(|written| written.text == name).map(|written| written.place).collect();
    places.sort_by_key(|place| place.start);
    places.into_iter().nth(1)
}

fn safe(model: &Model, report: &Report<'_>) {
    let sources = model.functions.iter().any(|function| !function.settings.is_empty());
    let safe = &model.safe_state;
    let has_way = !safe.commands.is_empty() || !safe.by_hand.en.is_empty();
    if (sources || model.output.is_some() || safe.hazard) && !has_way {
        let message = "a model that sets something needs [safe_state]".to_owned();
        report(finding::NOT_SAFE, message, "give commands, confirm and by_hand");
    }
    if !safe.commands.is_empty() && safe.confirm.is_empty() {
        let message = "the safe state is commanded but never confirmed".to_owned();
        report(finding::NOT_SAFE, message, "give confirm, so that its success can be known");
    }
    for confirmation in &safe.confirm {
        let Confirmation::Below { quantity, at_most } = confirmation else { continue };
        match model.reading(quantity) {
            None => {
                let message = format!("[safe_state] confirms {quantity}, which is never read");
                report(finding::NO_SUCH_QUANTITY, message, "give a [[function.read]] for it");
            }
            Some(reading) => {
                if let Err(reason) = at_most.in_unit(&reading.unit) {
                    let message = format!("[safe_state] {quantity}: {reason}");
                    report(finding::QUANTITY, message, "use a unit of the reading");
                }
            }
        }
    }
}
