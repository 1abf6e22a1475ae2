//! Elements of lists: what they are called, and what they are known by.

use toml::de::{DeTable, DeValue};

use crate::hash;
use crate::source::Item;

/// Entries that tell one table of a list from another, the first that is written.
const NAMES: &[&str] = &["id", "name", "quantity", "module", "that"];

/// Entries that make up what an action does, beside `act`.
const DEEDS: &[&str] = &["role", "into", "field", "to"];

/// One element of a list.
pub(super) struct Element<'t, 'i> {
    /// The element.
    pub(super) value: &'t Item<'i>,
    /// What it is called: `count counter into n`, `imax-1`, `3`.
    pub(super) label: String,
    /// What it is known by, the strongest mark first.
    pub(super) marks: Vec<String>,
}

/// The elements of a list of tables or of plain values.
pub(super) fn elements<'t, 'i>(array: &'t [Item<'i>]) -> Vec<Element<'t, 'i>> {
    array
        .iter()
        .enumerate()
        .map(|(number, value)| {
            let content = content(value.get_ref());
            match value.get_ref() {
                DeValue::Table(table) => of_table(value, table, content, number),
                _ => Element { value, label: (number + 1).to_string(), marks: vec![content] },
            }
        })
        .collect()
}

fn of_table<'t, 'i>(
    value: &'t Item<'i>,
    table: &DeTable<'i>,
    content: String,
    number: usize,
) -> Element<'t, 'i> {
    if let Some(act) = text(table, "act") {
        let deeds = DEEDS.iter().filter_map(|key| text(table, key));
        let label = std::iter::once(act).chain(deeds).collect::<Vec<_>>().join(" ");
        let marks = vec![content, format!("does {label}"), format!("act {act}")];
        return Element { value, label, marks };
    }
    let name = NAMES.iter().find_map(|key| text(table, key));
    let marks = match name {
        Some(name) => vec![content, format!("named {name}")],
        None => vec![content, format!("number {number}")],
    };
    let label = name.map_or_else(|| (number + 1).to_string(), str::to_owned);
    Element { value, label, marks }
}

/// The rows of a table: known by their keys, or by their first cell.
pub(super) fn rows<'t, 'i>(
    rows: &'t [Item<'i>],
    columns: &[&str],
    keys: &[String],
) -> Vec<Element<'t, 'i>> {
    rows.iter()
        .enumerate()
        .map(|(number, value)| {
            let cells = value.get_ref().as_array();
            let cell = |column: &str| {
                let place = columns.iter().position(|name| *name == column)?;
                cells?.get(place)?.get_ref().as_str()
            };
            let known: Vec<String> =
                keys.iter().filter_map(|key| Some(format!("{key} = {}", cell(key)?))).collect();
            let label = match (known.as_slice(), cell("id")) {
                (_, Some(id)) => id.to_owned(),
                ([], None) => (number + 1).to_string(),
                (known, None) => known.join(", "),
            };
            let marks = vec![content(value.get_ref()), format!("row {label}")];
            Element { value, label, marks }
        })
        .collect()
}

/// The names by which the rows of a table are looked up: its keys and the lower
/// border of its interval.
pub(super) fn keys(table: &DeTable<'_>) -> Vec<String> {
    let mut keys: Vec<String> = match table.get("key").map(|key| key.get_ref()) {
        Some(DeValue::String(name)) => vec![name.to_string()],
        Some(DeValue::Array(names)) => {
            names.iter().filter_map(|name| name.get_ref().as_str()).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    let interval = table.get("interval").and_then(|interval| interval.get_ref().as_table());
    keys.extend(interval.and_then(|interval| text(interval, "column")).map(|c| format!("{c}_lo")));
    keys
}

/// The names of the columns of a table.
pub(super) fn columns<'t>(table: &'t DeTable<'_>) -> Option<Vec<&'t str>> {
    let columns = table.get("columns")?.get_ref().as_array()?;
    columns.iter().map(|column| column.get_ref().as_str()).collect()
}

/// What a text entry says.
pub(super) fn text<'t>(table: &'t DeTable<'_>, key: &str) -> Option<&'t str> {
    table.get(key)?.get_ref().as_str()
}

/// The whole content, meaning and wording.
fn content(value: &DeValue<'_>) -> String {
    format!("{}\n{}", hash::canonical(value), written(value))
}

/// A value on one line, tables by key.
pub(super) fn written(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Integer(integer) => integer.as_str().to_owned(),
        DeValue::Float(float) => float.as_str().to_owned(),
        DeValue::Datetime(datetime) => datetime.to_string(),
        DeValue::Array(array) => {
            let elements: Vec<_> = array.iter().map(|one| written(one.get_ref())).collect();
            format!("[{}]", elements.join(", "))
        }
        DeValue::Table(table) => {
            let mut entries: Vec<_> = table
                .iter()
                .map(|(key, value)| format!("{} = {}", key.get_ref(), written(value.get_ref())))
                .collect();
            entries.sort_unstable();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}
