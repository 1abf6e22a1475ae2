//! Hover in the desk's files: what a key means, what a quantity is in SI units, which column and unit
//! a cell of a table has.
//!
//! | file                                             | meanings                            |
//! |--------------------------------------------------|-------------------------------------|
//! | register, bench, specification, scope, item      | `meanings`                          |

mod meanings;

use etalon_uncertainty::quantity::Quantity;
use toml::de::{DeTable, DeValue};

use super::context::context;
use super::symbols::name_at;

/// What is told about a byte of a text of a schema.
#[must_use]
pub fn told(schema: &str, text: &str, byte: usize) -> Option<String> {
    key(schema, text, byte).or_else(|| cell(text, byte)).or_else(|| quantity(text, byte))
}

/// The meaning of a key, where one is written.
fn key(schema: &str, text: &str, byte: usize) -> Option<String> {
    if context(text, byte).is_in_string {
        return None;
    }
    let line_start = text.get(..byte)?.rfind(['\n', '{', ',']).map_or(0, |at| at + 1);
    let here = context(text, line_start);
    let (name, _) = name_at(text, byte)?;
    let rest = text.get(byte..)?.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    if !rest.trim_start_matches([' ', '\t']).starts_with('=') {
        return None;
    }
    let meaning = meanings::of(schema, &here.path.join("."), &name)?;
    Some(format!("**{name}**  \n{}  \n{}", meaning.0, meaning.1))
}

/// The string around a byte, without its quotes.
fn string(text: &str, byte: usize) -> Option<&str> {
    context(text, byte).is_in_string.then_some(())?;
    let start = text.get(..byte)?.rfind('"')? + 1;
    let end = text.get(byte..)?.find(['"', '\n'])? + byte;
    text.get(start..end)
}

/// A quantity with its unit, in SI units.
fn quantity(text: &str, byte: usize) -> Option<String> {
    let quantity = Quantity::parse(string(text, byte)?).ok()?;
    let symbol = quantity.unit().printed();
    if symbol.is_empty() {
        return None;
    }
    let dimension = quantity.unit().dimension();
    let si = if dimension.is_one() { String::new() } else { format!(" {dimension}") };
    Some(format!(
        "**{quantity}**  \nunit · 单位: `{symbol}`  \n= {}{si} (SI)",
        quantity.unit().to_si(quantity.value())
    ))
}

/// A cell of a table with the heading and the unit of its column.
fn cell(text: &str, byte: usize) -> Option<String> {
    let (document, _) = DeTable::parse_recoverable(text);
    let (heading, unit, written) = in_table(document.get_ref(), byte)?;
    let unit = match unit.as_str() {
        "-" | "" => String::new(),
        unit => format!("  \nunit · 单位: `{unit}`"),
    };
    Some(format!("**{heading}**: `{written}`{unit}"))
}

/// Heading, unit and text of the cell at a byte.
fn in_table(table: &DeTable<'_>, byte: usize) -> Option<(String, String, String)> {
    for (key, value) in table {
        if !value.span().contains(&byte) && !is_spread(value.get_ref()) {
            continue;
        }
        match value.get_ref() {
            DeValue::Array(rows) if key.get_ref() == "rows" && value.span().contains(&byte) => {
                let row = rows.iter().find(|row| row.span().contains(&byte))?;
                let DeValue::Array(cells) = row.get_ref() else { return None };
                let place = cells.iter().position(|cell| cell.span().contains(&byte))?;
                let written = cells.get(place)?.get_ref().as_str()?.to_owned();
                let headings =
                    [texts(table, "columns"), texts(table, "load"), texts(table, "states")];
                let units = [
                    texts(table, "units"),
                    texts(table, "load_units"),
                    texts(table, "state_units"),
                ];
                let (headings, units) = (headings.concat(), units.concat());
                return Some((headings.get(place)?.clone(), units.get(place)?.clone(), written));
            }
            DeValue::Table(below) => {
                if let Some(found) = in_table(below, byte) {
                    return Some(found);
                }
            }
            DeValue::Array(list) => {
                let tables = list.iter().filter_map(|own| own.get_ref().as_table());
                if let Some(found) = tables.into_iter().find_map(|own| in_table(own, byte)) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether a value may stand in several places of the file, so that its own place says nothing.
fn is_spread(value: &DeValue<'_>) -> bool {
    matches!(value, DeValue::Table(_) | DeValue::Array(_))
}

fn texts(table: &DeTable<'_>, key: &str) -> Vec<String> {
    let Some(DeValue::Array(list)) = table.get(key).map(toml::Spanned::get_ref) else {
        return Vec::new();
    };
    list.iter().filter_map(|own| own.get_ref().as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests;
