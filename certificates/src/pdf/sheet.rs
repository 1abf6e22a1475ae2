//! The sheet: everything the template prints, as strings.
//!
//! Numbers reach the template as they stand in the DCC. The only changes are
//! typographic: a minus sign instead of a hyphen, superscripts in units.

use super::plot;
use crate::document::{Document, Topic};
use crate::record::{
    Condition, ConditionKind, Conformity, Judged, JudgedOn, Languages, MethodPurpose, Organisation,
    Part, PlaceKind, Record, ResultTable, Text,
};
use etalon_uncertainty::unit::raised;
use serde_json::{Value, json};

/// The words of a document for the template.
#[must_use]
pub fn words(document: &Document, cjk_family: Option<&str>) -> Value {
    let record = &document.record;
    json!({
        "languages": match record.page.languages {
            Languages::En => "en",
            Languages::Zh => "zh",
            Languages::Both => "both",
        },
        "cjk": cjk_family.unwrap_or_default(),
        "specimen": record.specimen,
        "number": record.number,
        "run": record.run,
        "title": text(&record.title),
        "laboratory": organisation(&record.laboratory),
        "customer": organisation(&record.customer),
        "on_site": !matches!(record.place.kind, PlaceKind::Laboratory),
        "item": item(record),
        "received": record.received.as_deref().unwrap_or_default(),
        "performed": performed(record),
        "issued": record.issued,
        "issued_at": record.issued_at,
        "methods": methods(record),
        "procedure": json!({
            "title": text(&record.procedure.title),
            "id": record.procedure.id,
            "version": record.procedure.version,
            // Twelve digits name a file among billions; the DCC holds all 64.
            "sha256": record.procedure.sha256.chars().take(12).collect::<String>(),
        }),
        "software": format!("{} {}", record.software.name, record.software.version),
        "environment": record.environment.iter().map(condition).collect::<Vec<_>>(),
        "standards": standards(record),
        "persons": persons(record),
        "statements": statements(document),
        "tables": record.results.iter().map(table).collect::<Vec<_>>(),
        "schema": crate::dcc::SCHEMA_VERSION,
    })
}

fn text(text: &Text) -> Value {
    json!({ "en": text.en(), "zh": text.zh() })
}

fn organisation(party: &Organisation) -> Value {
    json!({
        "name": text(&party.name),
        "address": text(&party.address),
        "email": party.email.as_deref().unwrap_or_default(),
        "phone": party.phone.as_deref().unwrap_or_default(),
        "code": party.code.as_deref().unwrap_or_default(),
    })
}

fn item(record: &Record) -> Value {
    let item = &record.item;
    let ratings = item.ratings.iter();
    json!({
        "name": text(&item.name),
        "manufacturer": item.manufacturer,
        "model": item.model,
        "serial": item.serial,
        "inventory": item.inventory.as_deref().unwrap_or_default(),
        "condition": text(&item.condition),
        "ratings": ratings
            .map(|rating| json!({ "name": text(&rating.name), "value": set(&rating.value) }))
            .collect::<Vec<_>>(),
    })
}

fn performed(record: &Record) -> String {
    if record.performed_from == record.performed_until {
        record.performed_from.clone()
    } else {
        format!("{} – {}", record.performed_from, record.performed_until)
    }
}

/// Methods of one name and purpose stand together, with all of their norms.
fn methods(record: &Record) -> Vec<Value> {
    let mut together: Vec<(&Text, MethodPurpose, Vec<String>)> = Vec::new();
    for method in &record.methods {
        let norm = match &method.clause {
            Some(clause) => format!("{}, {clause}", method.norm),
            None => method.norm.clone(),
        };
        let same = |(name, purpose, _): &&mut (&Text, MethodPurpose, Vec<String>)| {
            *name == &method.name && *purpose == method.purpose
        };
        match together.iter_mut().find(same) {
            Some((_, _, norms)) => norms.push(norm),
            None => together.push((&method.name, method.purpose, vec![norm])),
        }
    }
    let each = together.iter().map(|(name, purpose, norms)| {
        let uncertainty = *purpose == MethodPurpose::Uncertainty;
        json!({ "name": text(name), "norm": norms.join("; "), "uncertainty": uncertainty })
    });
    each.collect()
}

fn condition(condition: &Condition) -> Value {
    let (name, unit) = match condition.kind {
        ConditionKind::Temperature => (Text::new("Temperature", "温度"), "°C"),
        ConditionKind::RelativeHumidity => (Text::new("Relative humidity", "相对湿度"), "%"),
        ConditionKind::AirPressure => (Text::new("Air pressure", "大气压力"), "hPa"),
    };
    let (lowest, highest) = (signed(&condition.lowest), signed(&condition.highest));
    let span = if lowest == highest {
        format!("{lowest} {unit}")
    } else {
        format!("{lowest} … {highest} {unit}")
    };
    json!({ "name": text(&name), "span": span })
}

fn standards(record: &Record) -> Vec<Value> {
    let each = record.standards.iter().map(|standard| {
        json!({
            "name": text(&standard.name),
            "id": standard.id,
            "type": format!("{} {}", standard.manufacturer, standard.model),
            "serial": standard.serial,
            "characteristic": set(&standard.characteristic),
            "certificate": standard.certificate,
            "issuer": standard.issuer,
            "due": standard.due,
        })
    });
    each.collect()
}

fn persons(record: &Record) -> Vec<Value> {
    let mut persons = record.persons.clone();
    persons.sort_by_key(|person| person.part);
    let part = |part: Part| match part {
        Part::Performed => Text::new("Calibrated by", "校准"),
        Part::Checked => Text::new("Checked by", "核验"),
        Part::Approved => Text::new("Approved by", "批准"),
    };
    let each = persons
        .iter()
        .map(|person| json!({ "part": text(&part(person.part)), "name": text(&person.name) }));
    each.collect()
}

fn statements(document: &Document) -> Vec<Value> {
    let each = document.statements.iter().map(|statement| {
        json!({
            "topic": topic(statement.topic),
            "text": set(&statement.text),
            "norm": statement.norm.as_deref().unwrap_or_default(),
            "clause": statement.clause.as_deref().unwrap_or_default(),
            "verdict": statement.conformity.map(|c| text(&verdict(c))),
            "conforms": statement.conformity.is_some_and(|c| c < Conformity::ConditionalFail),
        })
    });
    each.collect()
}

fn topic(topic: Topic) -> &'static str {
    let name = topic.name();
    name.split_once('_').map_or(name, |(_, name)| name)
}

fn verdict(conformity: Conformity) -> Text {
    match conformity {
        Conformity::Pass => Text::new("Pass", "符合"),
        Conformity::ConditionalPass => Text::new("Conditional pass", "有条件符合"),
        Conformity::ConditionalFail => Text::new("Conditional fail", "有条件不符合"),
        Conformity::Fail => Text::new("Fail", "不符合"),
    }
}

fn table(table: &ResultTable) -> Value {
    let columns = table.columns.iter().map(|column| {
        let unit = column.unit.as_deref().map(unit).unwrap_or_default();
        json!({ "name": text(&column.name), "unit": unit })
    });
    let rows = table.rows.iter().zip(1..).map(|(row, number)| {
        let judged = row.stated.judged.as_ref();
        json!({
            "number": number.to_string(),
            "key": row.key,
            "conditions": row.conditions.iter().map(|c| signed(c)).collect::<Vec<_>>(),
            "value": signed(&row.stated.value),
            "expanded": row.stated.expanded,
            "k": row.stated.k,
            "judged": judged.map(|j| signed(&j.number)).unwrap_or_default(),
            "limit": judged.map(limit).unwrap_or_default(),
            "verdict": judged.map(|j| text(&verdict(j.verdict))),
            "conforms": judged.is_none_or(|j| j.verdict < Conformity::ConditionalFail),
        })
    });
    let factors: std::collections::BTreeSet<_> =
        table.rows.iter().map(|row| row.stated.k.as_str()).collect();
    json!({
        "name": text(&table.name),
        "quantity": text(&table.quantity),
        "unit": unit(&table.unit),
        "columns": columns.collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
        "judged": table.judged_on().is_some(),
        "rounded": table.judged_on() == Some(JudgedOn::Rounded),
        "one_k": if factors.len() == 1 { factors.first().copied().unwrap_or_default() } else { "" },
        "plot": plot::plot(table),
    })
}

/// `±1.0` where the limits are symmetrical, both otherwise.
fn limit(judged: &Judged) -> String {
    match (&judged.lower, &judged.upper) {
        (Some(lower), Some(upper)) if lower.strip_prefix('-') == Some(upper) => {
            format!("±{upper}")
        }
        (Some(lower), Some(upper)) => format!("{} … {}", signed(lower), signed(upper)),
        (Some(lower), None) => format!("≥ {}", signed(lower)),
        (None, Some(upper)) => format!("≤ {}", signed(upper)),
        (None, None) => String::new(),
    }
}

/// A number with a minus sign (U+2212) where it has a hyphen; words stay as they are.
fn signed(number: &str) -> String {
    match number.strip_prefix('-') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => format!("\u{2212}{rest}"),
        _ => number.to_owned(),
    }
}

/// A unit as print wants it: nothing for one, superscripts, a raised dot.
fn unit(unit: &str) -> String {
    if unit == "1" || unit == "-" { String::new() } else { raised(unit) }
}

/// A text in which the powers of units stand raised: `50000 imp/m³`.
fn set(given: &Text) -> Value {
    json!({ "en": raised(given.en()), "zh": raised(given.zh()) })
}
