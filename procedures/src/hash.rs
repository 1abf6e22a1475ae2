//! The two hashes of a procedure.
//!
//! The file hash is over the bytes as stored; a release names it. The semantic
//! hash answers one question, "does this edit change the metrology?": comments,
//! the order of keys, spaces, the spelling of units, titles, labels,
//! prompts, the version, tests and report columns do not change it, everything
//! else does. What modules supply counts as if it stood in the file; which file it came from
//! does not. A decision that shares another's counts as if it said everything itself.

use std::collections::BTreeMap;

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::quantity::Quantity;
use sha2::{Digest, Sha256};
use toml::de::{DeTable, DeValue};

/// Keys whose content is for people only.
const WORDING: &[&str] =
    &["version", "title", "label", "text", "manual", "statement", "reason", "est_time", "wiring"];

/// SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The semantic hash of a parsed document.
pub(crate) fn semantic(document: &DeTable<'_>) -> String {
    sha256(table(&unshared(document), true).as_bytes())
}

/// The document with every decision that is `same_as` another one written out.
pub(crate) fn unshared<'i>(document: &DeTable<'i>) -> DeTable<'i> {
    let mut whole = document.clone();
    let decision = whole.iter_mut().find(|(key, _)| key.get_ref().as_ref() == "decision");
    let Some(DeValue::Table(decisions)) = decision.map(|(_, value)| value.get_mut()) else {
        return whole;
    };
    let said = decisions.clone();
    for (_, value) in decisions.iter_mut() {
        let DeValue::Table(own) = value.get_mut() else { continue };
        let Some(DeValue::String(named)) = entry(own, "same_as").cloned() else { continue };
        let Some(DeValue::Table(other)) = entry(&said, &named) else { continue };
        let mut members = DeTable::new();
        let shared = other.iter().filter(|(key, _)| entry(own, key.get_ref()).is_none());
        let kept = own.iter().filter(|(key, _)| key.get_ref().as_ref() != "same_as");
        for (key, value) in shared.chain(kept) {
            members.insert(key.clone(), value.clone());
        }
        *own = members;
    }
    whole
}

fn entry<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t DeValue<'i>> {
    table.iter().find(|(key, _)| key.get_ref().as_ref() == name).map(|(_, value)| value.get_ref())
}

/// A table as JSON with its keys sorted here, because whether `serde_json` sorts
/// them depends on the features some other crate asks for.
fn table(table: &DeTable<'_>, top: bool) -> String {
    let mut members = BTreeMap::new();
    for (key, value) in table {
        let key = key.get_ref().as_ref();
        if is_wording(key, value.get_ref()) || top && ["report", "test", "use"].contains(&key) {
            continue;
        }
        members.insert(key, canonical(value.get_ref()));
    }
    let members: Vec<String> =
        members.iter().map(|(key, value)| format!("{}:{value}", quoted(key))).collect();
    format!("{{{}}}", members.join(","))
}

/// Whether an entry is for people only.
pub(crate) fn is_wording(key: &str, value: &DeValue<'_>) -> bool {
    WORDING.contains(&key) && !matches!(value, DeValue::Array(_))
}

/// The meaning of a value, as the semantic hash takes it.
pub(crate) fn canonical(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Table(inner) => table(inner, false),
        DeValue::Array(array) => {
            let elements: Vec<String> =
                array.iter().map(|element| canonical(element.get_ref())).collect();
            format!("[{}]", elements.join(","))
        }
        DeValue::String(text) => quoted(&normal(text)),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Integer(integer) => integer.as_str().to_owned(),
        DeValue::Float(float) => quoted(float.as_str()),
        DeValue::Datetime(datetime) => quoted(&datetime.to_string()),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A quantity as number and coherent unit, an expression without double spaces.
///
/// The trailing zero of a limit is kept: 0.10 % says more than 0.1 %.
fn normal(text: &str) -> String {
    if Decimal::parse(text.trim()).is_ok() {
        return text.trim().to_owned();
    }
    if let Ok(quantity) = Quantity::parse(text) {
        let unit = quantity.unit();
        return format!(
            "{} [{} {:e} {:e}]",
            quantity.decimal(),
            unit.dimension(),
            unit.interval_to_si(1.0),
            unit.to_si(0.0)
        );
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
