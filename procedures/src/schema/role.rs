//! Reads `[roles]` and `[needs]`.

use toml::de::DeValue;

use crate::procedure::{
    Drift, Envelope, Hazard, Need, NeedKind, Place, Role, RoleChoice, RoleQuantity,
};
use crate::source::{Item, Section, Source};

const HAZARDS: &[(&str, Hazard)] = &[
    ("energised", Hazard::Energised),
    ("pressure", Hazard::Pressure),
    ("flow", Hazard::Flow),
    ("temperature", Hazard::Temperature),
    ("radiation", Hazard::Radiation),
];

/// Reads `[roles]`.
pub(crate) fn roles(source: &Source<'_>, root: &mut Section<'_, '_>) -> Vec<Role> {
    let Some(mut section) = root.table(source, "roles") else { return Vec::new() };
    let entries = section.rest();
    entries
        .into_iter()
        .filter_map(|(name, place, value)| role(source, name, place, value))
        .collect()
}

fn role(source: &Source<'_>, name: &str, place: Place, value: &Item<'_>) -> Option<Role> {
    super::name_is_usable(source, name, &place).then_some(())?;
    let mut section = Section::of(source, format!("[roles.{name}]"), value)?;
    section.need(source, "can");
    let can = section
        .strings(source, "can")
        .into_iter()
        .filter_map(|(text, place)| super::taxon(source, &text, place))
        .collect();
    let quantities = quantities(source, name, &mut section);
    let choices = choices(source, name, &mut section);
    let over = section.get("over").map_or_else(Vec::new, |value| envelope(source, name, value));
    let max_u = section.formula(source, "max_U");
    let max_mpe = section.formula(source, "max_mpe");
    let drift = section.table(source, "drift").and_then(|drift| drift_of(source, drift));
    let hazard = section.word(source, "hazard", HAZARDS);
    let traceable = section.truth(source, "traceable");
    let channels = section.word(source, "channels", &[("positions", true), ("one", false)]);
    let input = section.strings(source, "input").into_iter().map(|(word, _)| word).collect();
    let media = section.formula(source, "media");
    let wiring = section.both(source, "wiring");
    section.finish(source);
    Some(Role {
        name: name.to_owned(),
        can,
        quantities,
        choices,
        over,
        max_u,
        max_mpe,
        drift,
        hazard,
        traceable,
        channel_per_position: channels.unwrap_or(false),
        input,
        media,
        wiring,
        place,
    })
}

fn quantities(source: &Source<'_>, role: &str, section: &mut Section<'_, '_>) -> Vec<RoleQuantity> {
    let Some(mut table) = section.table(source, "quantities") else { return Vec::new() };
    let mut quantities = Vec::new();
    for (name, place, value) in table.rest() {
        if !super::name_is_usable(source, name, &place) {
            continue;
        }
        if let Some(unit) = source.unit(&format!("`{name}` in [roles.{role}.quantities]"), value) {
            quantities.push(RoleQuantity { name: name.to_owned(), unit });
        }
    }
    quantities
}

/// `choices = { pulses = ["active", "reactive"] }`.
fn choices(source: &Source<'_>, role: &str, section: &mut Section<'_, '_>) -> Vec<RoleChoice> {
    let Some(mut table) = section.table(source, "choices") else { return Vec::new() };
    let mut choices = Vec::new();
    for (name, place, value) in table.rest() {
        if !super::name_is_usable(source, name, &place) {
            continue;
        }
        let label = format!("`{name}` in [roles.{role}.choices]");
        let words = source.array(&label, value).into_iter();
        let words = words.filter_map(|word| source.string(&label, word)).map(|(word, _, _)| word);
        choices.push(RoleChoice { name: name.to_owned(), words: words.collect() });
    }
    choices
}

fn envelope(source: &Source<'_>, role: &str, value: &Item<'_>) -> Vec<Envelope> {
    let name = format!("[roles.{role}.over]");
    let Some(mut section) = Section::of(source, name.clone(), value) else { return Vec::new() };
    let mut envelope = Vec::new();
    for (quantity, _, item) in section.rest() {
        let Some((text, place, literal)) = source.string(&name, item) else { continue };
        let (low, high) = match text.split_once("..") {
            Some((low, high)) => (low, Some((high, low.len() + 2))),
            None => (text.as_str(), None),
        };
        let parse = |part: &str, from: usize| {
            let from = place.start + from;
            let whole = from..(from + part.len()).min(place.end);
            let at = if literal { whole } else { place.clone() };
            crate::formula::Formula::parse(part, at, literal)
                .map_err(|finding| source.report(finding))
        };
        let Ok(low) = parse(low, 0) else { continue };
        let high = match high.map(|(part, from)| parse(part, from)) {
            Some(Ok(high)) => Some(high),
            Some(Err(())) => continue,
            None => None,
        };
        envelope.push(Envelope { quantity: quantity.to_owned(), low, high });
    }
    envelope
}

fn drift_of(source: &Source<'_>, mut section: Section<'_, '_>) -> Option<Drift> {
    let quantity = section.need_string(source, "quantity");
    let max = section.need_quantity(source, "max");
    let over = section.need_string(source, "over");
    section.finish(source);
    Some(Drift { quantity: quantity?, max: max?, over: over? })
}

/// Reads `[needs]`: quoted dotted names, or nested tables that spell them.
pub(crate) fn needs(source: &Source<'_>, root: &mut Section<'_, '_>) -> Vec<Need> {
    let Some(mut section) = root.table(source, "needs") else { return Vec::new() };
    let mut needs = Vec::new();
    for (name, place, value) in section.rest() {
        collect(source, name, place, value, &mut needs);
    }
    needs
}

fn collect(source: &Source<'_>, name: &str, place: Place, value: &Item<'_>, needs: &mut Vec<Need>) {
    let Some(mut section) = Section::of(source, format!("`{name}` in [needs]"), value) else {
        return;
    };
    let is_leaf = |item: &Item<'_>| matches!(item.get_ref(), DeValue::String(_));
    if !section.get("unit").is_some_and(is_leaf) && !section.get("type").is_some_and(is_leaf) {
        let deeper = section.rest();
        if !deeper.is_empty() && name.matches('.').count() < 4 {
            for (word, place, value) in deeper {
                collect(source, &format!("{name}.{word}"), place, value, needs);
            }
            return;
        }
    }
    let kind = match section.word(source, "type", &[("quantity", 0), ("text", 1), ("truth", 2)]) {
        Some(1) => Some(NeedKind::Text),
        Some(2) => Some(NeedKind::Truth),
        _ => section.need_unit(source, "unit").map(NeedKind::Quantity),
    };
    let text = section.both(source, "text");
    section.finish(source);
    if let Some(kind) = kind {
        needs.push(Need { name: name.to_owned(), kind, text, place });
    }
}
