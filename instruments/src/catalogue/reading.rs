//! From the text of a model file to a model, with everything that is wrong with it.

use super::{
    SCHEMA,
    field::{bilingual, needed_any, needed_command, pattern, word, word_of},
    finding,
    model::{ErrorQueue, Identification, Language, Line, Manual, Model, SafeState, Status},
    sheet::{Findings, Sheet},
};
use crate::{
    framing::Framing,
    protocol::{dlms::security::MeterKeys, scpi::number::Form},
    resource::SerialSettings,
};
use etalon_uncertainty::diagnostic::Diagnostic;
use std::time::Duration;
use toml::de::DeTable;

mod function;
mod hardware;
mod soundness;

/// Larger than any model file.
const LARGEST_FILE: usize = 256 * 1024;

/// Longest reply accepted, where the file says nothing.
const USUAL_REPLY: u64 = 4096;

/// Reads a model file.
pub(super) fn model(text: &str) -> (Option<Model>, Vec<Diagnostic>) {
    let findings = Findings::default();
    if text.len() > LARGEST_FILE {
        let message = format!("a model file has at most {LARGEST_FILE} bytes, not {}", text.len());
        return (None, vec![Diagnostic::error(finding::TOO_MUCH, message)]);
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let message = error.message().lines().next().unwrap_or("malformed").to_owned();
        findings.error(finding::SYNTAX, &error.span().unwrap_or(0..0), message);
    }
    if !errors.is_empty() {
        return (None, findings.into_sorted());
    }
    let sheet = Sheet::new("the file", document.get_ref(), 0..0, &findings);
    let model = schema_fits(&sheet).then(|| whole(sheet)).flatten();
    (model, findings.into_sorted())
}

fn schema_fits(sheet: &Sheet<'_>) -> bool {
    let Some(schema) = sheet.needed("schema") else { return false };
    if schema.text == SCHEMA {
        return true;
    }
    let message = format!("the file says schema \"{}\", wanted \"{SCHEMA}\"", schema.text);
    sheet.findings.error(finding::SCHEMA, &schema.place, message);
    false
}

/// Reads every table, even after a finding, so that all findings come at once.
fn whole(sheet: Sheet<'_>) -> Option<Model> {
    let head = sheet.sheet("model");
    if head.is_none() {
        sheet.missing("model");
    }
    let (head, place) = head.map_or((None, 0..0), |head| {
        let place = head.place.clone();
        (head_of(head), place)
    });
    let language = head.as_ref().map_or(Language::Scpi, |(_, _, language, _)| *language);
    let manual = sheet.sheet("manual");
    if manual.is_none() {
        sheet.missing("manual");
    }
    let manual = manual.and_then(manual_of);
    let model = Model {
        id: String::new(),
        title: etalon_uncertainty::text::Text::default(),
        language: Language::Scpi,
        status: Status::FromPublicSources,
        manual: manual.clone()?,
        line: sheet.sheet("line").and_then(|found| line(found, language)),
        identity: sheet.sheet("identity").and_then(identity),
        errors: sheet.sheet("errors").and_then(errors),
        complete: sheet.sheet("complete").and_then(complete),
        functions: function::functions(&sheet),
        output: sheet.sheet("output").and_then(hardware::output),
        limits: hardware::limits(&sheet),
        watchdog: sheet.sheet("watchdog").and_then(hardware::watchdog),
        counting: sheet.sheet("counting").and_then(hardware::counting),
        safe_state: sheet.sheet("safe_state").map_or_else(SafeState::default, hardware::safe_state),
    };
    let (id, title, language, status) = head?;
    let model = Model { id, title, language, status, ..model };
    soundness::judge(&sheet, &model, &place);
    sheet.done();
    Some(model)
}

type Head = (String, etalon_uncertainty::text::Text, Language, Status);

fn head_of(sheet: Sheet<'_>) -> Option<Head> {
    let id = sheet.needed("id");
    let title = bilingual(&sheet, "title");
    if title.is_none() && !sheet.is_text("title") {
        sheet.missing("title");
    }
    let language = word(&sheet, "language", &Language::NAMES);
    let status = word(
        &sheet,
        "status",
        &[
            Status::TriedOnHardware,
            Status::FromTheManual,
            Status::FromPublicSources,
            Status::Simulated,
            Status::ByHand,
        ]
        .map(|status| (status.words(), status)),
    );
    sheet.done();
    Some((id?.text, title?, language?, status?))
}

fn manual_of(sheet: Sheet<'_>) -> Option<Manual> {
    let title = sheet.needed("title");
    let edition = sheet.needed("edition");
    let note = sheet.text("note").map(|written| written.text).unwrap_or_default();
    sheet.done();
    Some(Manual { title: title?.text, edition: edition?.text, note })
}

fn line(sheet: Sheet<'_>, language: Language) -> Option<Line> {
    let ends = if language.is_framed() {
        // Frames end by themselves.
        Some((String::new(), String::new()))
    } else {
        ends(&sheet)
    };
    let longest = sheet.count("longest_reply", 1, 1 << 24).unwrap_or(USUAL_REPLY);
    let within = super::field::duration(&sheet, "answers_within");
    if within.is_none() {
        sheet.needed("answers_within");
    }
    let acknowledge = pattern(&sheet, "acknowledge", &[]);
    let numbers = match sheet.text("numbers") {
        Some(written) => word_of(&sheet, "numbers", &written, &Form::NAMES),
        None => Some(Form::default()),
    };
    let address = sheet.text("address");
    let text = address.as_ref().map(|written| written.text.as_str()).unwrap_or_default();
    if let (true, Some(written), None) =
        (language.is_framed(), &address, language.tongue(text, &MeterKeys::default()))
    {
        let message = format!("\"{text}\" is no address in this language");
        sheet.findings.error(finding::NUMBER, &written.place, message);
    }
    let serial = sheet.text("serial").and_then(|written| {
        SerialSettings::parse(&written.text)
            .map_err(|reason| {
                sheet.findings.error(finding::SERIAL, &written.place, reason.to_string());
            })
            .ok()
    });
    sheet.done();
    let (command_end, reply_end) = ends?;
    let max = usize::try_from(longest).unwrap_or(usize::MAX);
    let reply_end = match language {
        Language::Zera => crate::protocol::zera::framing(),
        _ => Framing::Terminator { bytes: reply_end.into_bytes(), max },
    };
    let answers_within = within.filter(|within| *within > Duration::ZERO)?;
    let address = address.map(|written| written.text).unwrap_or_default();
    let numbers = numbers?;
    Some(Line { command_end, reply_end, answers_within, serial, acknowledge, numbers, address })
}

/// What ends a command and what ends a reply, in a language of lines.
fn ends(sheet: &Sheet<'_>) -> Option<(String, String)> {
    let command_end = sheet.needed("command_end");
    let reply_end = sheet.needed("reply_end");
    for end in [&command_end, &reply_end].into_iter().flatten() {
        if end.text.is_empty() || !end.text.is_ascii() {
            let message = "the end of a line is one or more ASCII characters";
            sheet.findings.error(finding::TEMPLATE, &end.place, message);
            return None;
        }
    }
    Some((command_end?.text, reply_end?.text))
}

/// What a reply may tell about who answers.
const PARTS: [&str; 4] = ["maker", "model", "serial", "firmware"];

fn identity(sheet: Sheet<'_>) -> Option<Identification> {
    let first = question(&sheet);
    let also = sheet.sheets("also").into_iter().filter_map(|more| {
        let question = question(&more);
        more.done();
        question
    });
    let also = also.collect();
    let maker = sheet.needed("maker");
    let model = sheet.texts("model");
    if model.is_none() {
        sheet.missing("model");
    }
    sheet.done();
    let (query, reply) = first?;
    let model = model?.into_iter().map(|written| written.text).collect();
    Some(Identification { query, reply, also, maker: maker?.text, model })
}

fn question(
    sheet: &Sheet<'_>,
) -> Option<(crate::protocol::template::Template, crate::protocol::pattern::Pattern)> {
    let query = needed_command(sheet, "query", &[]);
    let reply = needed_any(sheet, "reply", &PARTS);
    Some((query?, reply?))
}

fn errors(sheet: Sheet<'_>) -> Option<ErrorQueue> {
    let query = needed_command(&sheet, "query", &[]);
    let after_settings = sheet.truth("after_settings");
    if after_settings.is_none() {
        sheet.missing("after_settings");
    }
    let at_most = sheet.count("at_most", 1, 1000).unwrap_or(30);
    sheet.done();
    Some(ErrorQueue {
        query: query?,
        after_settings: after_settings?,
        at_most: usize::try_from(at_most).unwrap_or(30),
    })
}

fn complete(
    sheet: Sheet<'_>,
) -> Option<(crate::protocol::template::Template, crate::protocol::pattern::Pattern)> {
    let query = needed_command(&sheet, "query", &[]);
    let reply = pattern(&sheet, "reply", &[]);
    if reply.is_none() {
        sheet.needed("reply");
    }
    sheet.done();
    Some((query?, reply?))
}
