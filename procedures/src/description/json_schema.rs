//! The JSON Schema of the language, for the completion and the red lines of editors.
//!
//! It says what a file may look like, no more: whether names exist, dimensions
//! fit and tables have gaps is the checker's matter.
//!
//! Source: JSON Schema, draft 2020-12.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{ROOT, Shape, Table, all_actions};

/// The schema as a document.
#[must_use]
pub fn json_schema() -> Value {
    let mut definitions = BTreeMap::new();
    let root = of_table(&ROOT, &mut definitions);
    let choices: Vec<Value> =
        all_actions().map(|(_, table)| reference(table, "action ", &mut definitions)).collect();
    definitions.insert("action".to_owned(), json!({ "oneOf": choices }));
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "etalon.procedure/1",
        "description": "A calibration or verification procedure · 校准或检定方法",
        "$defs": definitions,
    });
    if let (Value::Object(document), Value::Object(root)) = (&mut document, root) {
        document.extend(root);
    }
    document
}

/// The schema as the text that is kept in `docs/schema/`.
#[must_use]
pub fn text() -> String {
    let mut text =
        serde_json::to_string_pretty(&json_schema()).expect("texts, lists and tables are JSON");
    text.push('\n');
    text
}

type Definitions = BTreeMap<String, Value>;

fn of_table(table: &'static Table, definitions: &mut Definitions) -> Value {
    let mut properties = serde_json::Map::new();
    for key in table.keys {
        let mut shape = of_shape(&key.shape, definitions);
        if let Value::Object(shape) = &mut shape {
            shape.insert("description".to_owned(), json!(format!("{} · {}", key.en, key.zh)));
        }
        properties.insert(key.name.to_owned(), shape);
    }
    let others = match table.own_names {
        Some(shape) => of_shape(shape, definitions),
        None => json!(false),
    };
    let needed: Vec<&str> =
        table.keys.iter().filter(|key| key.is_needed).map(|key| key.name).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": others,
    })
}

/// A reference to a table, which is defined once.
fn reference(table: &'static Table, group: &str, definitions: &mut Definitions) -> Value {
    let name = format!("{group}{}", table.name).replace(' ', "-");
    if !definitions.contains_key(&name) {
        // Taken before it is filled: tables may hold themselves.
        definitions.insert(name.clone(), Value::Null);
        let defined = of_table(table, definitions);
        definitions.insert(name.clone(), defined);
    }
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn of_shape(shape: &'static Shape, definitions: &mut Definitions) -> Value {
    let list = |items: Value| json!({ "type": "array", "items": items });
    let text = || json!({ "type": "string" });
    match shape {
        Shape::Text | Shape::Formula | Shape::Unit => text(),
        Shape::Quantity => json!({ "type": "string", "pattern": r"^\s*[-+−]?[0-9.]" }),
        Shape::Decimal => {
            json!({ "type": "string", "pattern": r"^\s*[-+−]?[0-9.][0-9.eE+-]*\s*$" })
        }
        Shape::Count => json!({ "type": "integer", "minimum": 1 }),
        Shape::Truth => json!({ "type": "boolean" }),
        Shape::Both => json!({
            "type": "object",
            "properties": {
                "en": { "type": "string", "pattern": r"\S" },
                "zh": { "type": "string", "pattern": r"\S" },
            },
            "required": ["en", "zh"],
            "additionalProperties": false,
        }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::Words(words) => list(json!({ "enum": words })),
        Shape::Texts | Shape::Formulas => list(text()),
        Shape::Names => json!({ "anyOf": [text(), list(text())] }),
        Shape::Rows => list(list(text())),
        Shape::Table(table) => reference(table, "", definitions),
        Shape::Tables(table) => list(reference(table, "", definitions)),
        Shape::Actions => list(json!({ "$ref": "#/$defs/action" })),
    }
}
