//! One instrument on a bench: model, address, roles, limits.

use etalon_instruments::resource::{Resource, SerialSettings};
use etalon_uncertainty::{diagnostic::Diagnostic, quantity::Quantity};

use crate::form::Form;

/// What stands in the place of an address where a person reads the instrument.
pub const BY_HAND: &str = "by hand";
/// Stands in an address for the channel of a position: `TCPIP::192.0.2.7::{channel}::SOCKET`.
pub const CHANNEL: &str = "{channel}";

/// An instrument, wired.
#[derive(Clone, Debug)]
pub struct BenchInstrument {
    /// Name on the bench.
    pub id: String,
    /// Its model in the catalogue.
    pub model: String,
    /// Where it is wired; `None` for one that a person reads (`resource = "by hand"`).
    pub resource: Option<Resource>,
    /// The address as written, where it or the one on a shared line holds [`CHANNEL`]: such an
    /// instrument stands at every position, each on the line or at the address of its channel.
    pub per_channel: Option<String>,
    /// Its address on a line that several share: a meter's number, a Modbus unit, `keys NAME`.
    pub shared_address: Option<String>,
    /// Speed and character of the serial line, as written (`9600 8N1`).
    pub line: Option<String>,
    /// Serial number it must answer with.
    pub serial: Option<String>,
    /// Its name in the register.
    pub standard: Option<String>,
    /// The range of it that is used, as its specification and its certificate call it; any,
    /// where it names none.
    pub range: Option<String>,
    /// Roles it may play; any that its model can play, where it names none.
    pub roles: Vec<String>,
    /// Limits set into it when a run begins, so that it protects the bench by itself.
    pub limits: Vec<(String, Quantity)>,
    /// The most of a quantity that what it stands under can hold, such as the tank on a balance.
    pub capacity: Vec<(String, Quantity)>,
    /// Seconds of silence after which it makes itself safe, where it can.
    pub watchdog_s: Option<u32>,
}

impl BenchInstrument {
    /// Whether it is simulated inside the process.
    #[must_use]
    pub fn is_in_process(&self) -> bool {
        self.resource.as_ref().is_some_and(Resource::is_in_process)
    }

    /// The address as it is written.
    #[must_use]
    pub fn address(&self) -> String {
        self.resource.as_ref().map_or_else(|| BY_HAND.to_owned(), ToString::to_string)
    }
}

/// An address with the channel of a position in its place.
#[must_use]
pub fn at_channel(address: &str, channel: u32) -> String {
    address.replace(CHANNEL, &channel.to_string())
}

/// Reads one `[[instrument]]`.
pub(super) fn from_form(form: &Form<'_>) -> Option<BenchInstrument> {
    let (id, model) = (form.name("id"), form.text("model"));
    let (per_channel, resource) = resource(form).unzip();
    let line = line(form);
    let shared_address = form.optional_text("address").map(|text| text.value);
    // One line may lead to an instrument at every position, each at an address of its own.
    let differs = shared_address.as_ref().is_some_and(|address| address.contains(CHANNEL));
    let per_channel = per_channel.flatten().or_else(|| {
        let written = resource.as_ref()?.as_ref()?.to_string();
        differs.then_some(written)
    });
    let (serial, standard) = (form.optional_text("serial"), form.optional_text("standard"));
    let range = form.optional_text("range");
    let roles = form.texts("roles");
    let (limits, capacity) = (quantities(form, "limits"), quantities(form, "capacity"));
    let watchdog = form.optional_count("watchdog_s");
    form.close();
    Some(BenchInstrument {
        id: id?.value,
        model: model?.value,
        resource: resource?,
        per_channel,
        shared_address,
        line,
        serial: serial.map(|text| text.value),
        standard: standard.map(|text| text.value),
        range: range.map(|text| text.value),
        roles: roles.into_iter().map(|role| role.value).collect(),
        limits,
        capacity,
        watchdog_s: watchdog.map(|count| count.value),
    })
}

/// The address, and its text where it is one for each position.
fn resource(form: &Form<'_>) -> Option<(Option<String>, Option<Resource>)> {
    let text = form.text("resource")?;
    if text.value == BY_HAND {
        return Some((None, None));
    }
    match Resource::parse(&at_channel(&text.value, 1)) {
        Ok(resource) => {
            let is_per_channel = text.value.contains(CHANNEL);
            Some((is_per_channel.then_some(text.value), Some(resource)))
        }
        Err(refused) => {
            form.finding(Diagnostic::error("R0141", refused.to_string()).at(text.span));
            None
        }
    }
}

fn line(form: &Form<'_>) -> Option<String> {
    let text = form.optional_text("line")?;
    if let Err(refused) = SerialSettings::parse(&text.value) {
        form.finding(Diagnostic::error("R0141", refused.to_string()).at(text.span));
        return None;
    }
    Some(text.value)
}

fn quantities(form: &Form<'_>, key: &str) -> Vec<(String, Quantity)> {
    let Some(section) = form.optional_section(key) else { return Vec::new() };
    let names: Vec<_> = section.keys().into_iter().map(|key| key.value).collect();
    let limit = |name: String| Some((name.clone(), section.any_quantity(&name)?.value));
    names.into_iter().filter_map(limit).collect()
}
