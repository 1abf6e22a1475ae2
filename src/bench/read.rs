//! Reads a bench file.

use std::collections::{BTreeMap, BTreeSet};

use etalon_uncertainty::diagnostic::Diagnostic;

use super::{Bench, Contribution, Position, SCHEMA, history, instrument};
use crate::{
    form::{self, Form, Read},
    journal::chain::sha256_hex,
};

pub(super) fn read(text: &str) -> Read<Bench> {
    form::read(text, SCHEMA, |form| {
        let section = form.section("bench");
        let instruments: Vec<_> =
            form.sections("instrument").iter().map(instrument::from_form).collect();
        let history: Vec<_> =
            form.sections("repeatability").iter().map(history::from_form).collect();
        let contributions = contributions(form);
        let positions = positions(form);
        let mut bench = identity(&section?)?;
        bench.instruments = instruments.into_iter().collect::<Option<_>>()?;
        bench.history = history.into_iter().collect::<Option<_>>()?;
        bench.contributions = contributions?;
        bench.positions = positions?;
        text.clone_into(&mut bench.text);
        bench.sha256 = sha256_hex(text.as_bytes());
        agree(form, &bench);
        Some(bench)
    })
}

fn identity(form: &Form<'_>) -> Option<Bench> {
    let (id, name, location) = (form.name("id"), form.bilingual("name"), form.text("location"));
    let declared_simulated = form.flag("simulated");
    let world = form.optional_text("world");
    form.close();
    Some(Bench {
        id: id?.value,
        name: name?,
        location: location?.value,
        declared_simulated,
        world: world.map(|text| text.value),
        instruments: Vec::new(),
        positions: Vec::new(),
        contributions: BTreeMap::new(),
        history: Vec::new(),
        text: String::new(),
        sha256: String::new(),
    })
}

fn contributions(form: &Form<'_>) -> Option<BTreeMap<String, Contribution>> {
    let mut found = BTreeMap::new();
    for section in form.sections("contribution") {
        let (name, value) = (section.text("name"), section.any_quantity("value"));
        let source = section.text("source");
        section.close();
        let (name, value, source) = (name?, value?.value, source?.value);
        if found.insert(name.value.clone(), Contribution { value, source }).is_some() {
            let message = format!("contribution `{}` stands here twice", name.value);
            form.finding(Diagnostic::error("R0142", message).at(name.span));
        }
    }
    Some(found)
}

fn positions(form: &Form<'_>) -> Option<Vec<Position>> {
    let mut found = Vec::new();
    for (due, section) in (1_u32..).zip(form.sections("position")) {
        let number = section.count("number");
        let mut channels = BTreeMap::new();
        if let Some(table) = section.optional_section("channels") {
            for key in table.keys() {
                let channel = table.count(&key.value)?;
                channels.insert(key.value, channel.value);
            }
        }
        section.close();
        let number = number?;
        if number.value != due {
            let message = format!("position {} stands where position {due} is due", number.value);
            form.finding(Diagnostic::error("R0144", message).at(number.span));
        }
        found.push(Position { number: number.value, channels });
    }
    Some(found)
}

/// What one part says must fit what the others say.
fn agree(form: &Form<'_>, bench: &Bench) {
    let mut names = BTreeSet::new();
    for (instrument, section) in bench.instruments.iter().zip(form.sections("instrument")) {
        if !names.insert(instrument.id.as_str()) {
            let message = format!("two instruments are called `{}`", instrument.id);
            let place = section.text("id").map_or_else(|| section.span(), |id| id.span);
            form.finding(Diagnostic::error("R0142", message).at(place));
        }
    }
    let mut taken = BTreeMap::new();
    for (position, section) in bench.positions.iter().zip(form.sections("position")) {
        let number = position.number;
        let keys = section.optional_section("channels").map(|table| table.keys());
        for key in keys.unwrap_or_default() {
            let Some((instrument, channel)) = position.channels.get_key_value(&key.value) else {
                continue;
            };
            let report = |code: &str, message: String| {
                form.finding(Diagnostic::error(code, message).at(key.span.clone()));
            };
            if !names.contains(instrument.as_str()) {
                report(
                    "R0143",
                    format!(
                        "position {number} has a channel of `{instrument}`, which the bench does not have"
                    ),
                );
            }
            if let Some(other) = taken.insert((instrument, channel), number) {
                report(
                    "R0142",
                    format!(
                        "channel {channel} of `{instrument}` belongs to position {other} and position {number}"
                    ),
                );
            }
        }
    }
}
