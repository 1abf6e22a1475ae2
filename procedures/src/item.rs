//! The unit under test: its fields as words, checked and typed.

use std::collections::BTreeMap;

use etalon_uncertainty::diagnostic::{Diagnostic, nearest};
use etalon_uncertainty::expression::{Kind, Scope, Value};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Unit;

use crate::finding;
use crate::procedure::{Field, FieldKind, Procedure};
use crate::scope::Bindings;

/// The fields of one unit under test, and what is derived from them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemFields {
    /// The words as supplied, for the record and the certificate.
    pub texts: BTreeMap<String, String>,
    /// The values of fields and derived names.
    pub values: Bindings,
}

impl Scope for ItemFields {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.value(path).map(|value| value.kind())
    }

    fn value(&self, path: &str) -> Option<Value> {
        self.values.get(path.strip_prefix("dut.").unwrap_or(path)).cloned()
    }

    fn known(&self) -> Vec<String> {
        self.values.known()
    }
}

/// What does not fit between a procedure and a unit under test.
#[derive(Clone, Debug)]
pub struct Misfit {
    /// The field it is about; `None` where it is about several.
    pub field: Option<String>,
    /// The finding. It carries no place in the item's file: the caller knows where the fields were
    /// written. Places in it are in the procedure's text.
    pub finding: Diagnostic,
}

/// Checks and types the fields of a unit under test.
///
/// Fields of type text may be left out; they are asked for during the run.
///
/// # Errors
/// Every missing, unknown or unfit field at once; see [`Misfit`] for their places.
pub fn item(
    procedure: &Procedure,
    fields: &BTreeMap<String, String>,
) -> Result<ItemFields, Vec<Diagnostic>> {
    fitted(procedure, fields)
        .map_err(|misfits| misfits.into_iter().map(|misfit| misfit.finding).collect())
}

/// The same, with the field that each finding is about.
///
/// # Errors
/// Every missing, unknown or unfit field at once.
pub fn fitted(
    procedure: &Procedure,
    fields: &BTreeMap<String, String>,
) -> Result<ItemFields, Vec<Misfit>> {
    let mut findings = Vec::new();
    let mut item = ItemFields::default();
    let declared = &procedure.item.fields;
    for name in fields.keys().filter(|name| declared.iter().all(|field| field.name != **name)) {
        let finding = poor(format!("the unit under test has an unknown field `{name}`"));
        let near = nearest(name, declared.iter().map(|field| field.name.as_str()));
        let finding = match near {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => {
                let asked: Vec<&str> = declared.iter().map(|field| field.name.as_str()).collect();
                let title = procedure.title.en();
                finding.hint(format!("\"{title}\" asks for {}", asked.join(", ")))
            }
        };
        findings.push(about(name, finding));
    }
    for field in declared {
        match (fields.get(&field.name), &field.kind) {
            (Some(text), _) => match value(field, text) {
                Ok(value) => {
                    item.texts.insert(field.name.clone(), text.trim().to_owned());
                    item.values.bind(field.name.clone(), value);
                }
                Err(finding) => findings.push(about(&field.name, finding)),
            },
            (None, FieldKind::Text) => {}
            (None, _) => {
                let message = format!("the unit under test lacks the field `{}`", field.name);
                findings.push(about(&field.name, poor(message)));
            }
        }
    }
    if findings.is_empty() {
        derive(procedure, &mut item, &mut findings);
        conditions(procedure, &item, &mut findings);
    }
    if findings.is_empty() { Ok(item) } else { Err(findings) }
}

fn about(field: &str, finding: Diagnostic) -> Misfit {
    Misfit { field: Some(field.to_owned()), finding }
}

fn poor(message: String) -> Diagnostic {
    Diagnostic::error(finding::POOR_ITEM, message)
}

fn value(field: &Field, text: &str) -> Result<Value, Diagnostic> {
    let text = text.trim();
    match &field.kind {
        FieldKind::Quantity(unit) => quantity(field, text, unit),
        FieldKind::List(unit) => text
            .split(',')
            .map(|part| quantity(field, part.trim(), unit))
            .collect::<Result<_, _>>()
            .map(Value::List),
        FieldKind::Enum(words) if words.iter().any(|word| word == text) => {
            Ok(Value::Text(text.to_owned()))
        }
        FieldKind::Enum(words) => Err(poor(format!(
            "field `{}` is `{text}`, wanted one of {}",
            field.name,
            words.join(", ")
        ))),
        FieldKind::Text => Ok(Value::Text(text.to_owned())),
        FieldKind::Truth => match text {
            "true" => Ok(Value::Truth(true)),
            "false" => Ok(Value::Truth(false)),
            _ => Err(poor(format!("field `{}` is `{text}`, wanted true or false", field.name))),
        },
    }
}

/// A number with a unit of the field's dimension; never a bare number, except
/// for fields whose unit is one.
fn quantity(field: &Field, text: &str, unit: &Unit) -> Result<Value, Diagnostic> {
    let quantity = Quantity::parse(text)
        .map_err(|error| poor(format!("field `{}` is `{text}`: {error}", field.name)))?;
    if !quantity.unit().is_compatible(unit) {
        return Err(poor(format!(
            "field `{}` is `{text}`, wanted a quantity in {unit}",
            field.name
        )));
    }
    Ok(Value::from(&quantity))
}

fn derive(procedure: &Procedure, item: &mut ItemFields, findings: &mut Vec<Misfit>) {
    for definition in &procedure.item.derive {
        match definition.formula.evaluate(item) {
            Ok(value) => item.values.bind(definition.name.clone(), value),
            Err(finding) => findings.push(Misfit { field: None, finding }),
        }
    }
}

fn conditions(procedure: &Procedure, item: &ItemFields, findings: &mut Vec<Misfit>) {
    for field in &procedure.item.fields {
        let Some(check) = &field.check else { continue };
        match check.evaluate(item) {
            Ok(Value::Truth(true)) => {}
            Ok(_) => {
                let message = format!("the unit under test does not satisfy `{}`", check.text);
                let finding = poor(message).other(check.place.clone(), "the condition");
                findings.push(about(&field.name, finding));
            }
            Err(finding) => findings.push(about(&field.name, finding)),
        }
    }
}
