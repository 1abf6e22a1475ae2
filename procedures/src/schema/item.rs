//! Reads `[dut]`.

use crate::procedure::{Definition, Field, FieldKind, ItemDeclaration, Place};
use crate::source::{Item, Section, Source};

/// Reads `[dut]`; an absent table declares no fields and one position.
pub(crate) fn read(source: &Source<'_>, root: &mut Section<'_, '_>) -> ItemDeclaration {
    let mut declaration = ItemDeclaration { positions: 1, ..ItemDeclaration::default() };
    let Some(mut section) = root.table(source, "dut") else { return declaration };
    if let Some(mut fields) = section.table(source, "fields") {
        if let Some(derive) = fields.get("derive") {
            declaration.derive = definitions(source, "[dut.fields.derive]", derive);
        }
        for (name, place, value) in fields.rest() {
            declaration.fields.extend(field(source, name, place, value));
        }
    }
    if let Some(derive) = section.get("derive") {
        declaration.derive.extend(definitions(source, "[dut.derive]", derive));
    }
    if let Some(mut positions) = section.table(source, "positions") {
        let max = positions.count(source, "max").unwrap_or(1);
        declaration.positions = u32::try_from(max).unwrap_or(u32::MAX);
        positions.finish(source);
    }
    section.finish(source);
    declaration
}

fn field(source: &Source<'_>, name: &str, place: Place, value: &Item<'_>) -> Option<Field> {
    super::name_is_usable(source, name, &place).then_some(())?;
    let mut section = Section::of(source, format!("[dut.fields.{name}]"), value)?;
    let kinds = [("quantity", 0), ("enum", 1), ("list", 2), ("text", 3), ("truth", 4)];
    let kind = match section.need_word(source, "type", &kinds) {
        Some(0) => section.need_unit(source, "unit").map(FieldKind::Quantity),
        Some(1) => {
            section.need(source, "values");
            let values = section.strings(source, "values");
            Some(FieldKind::Enum(values.into_iter().map(|(word, _)| word).collect()))
        }
        Some(2) => section.need_unit(source, "unit").map(FieldKind::List),
        Some(3) => Some(FieldKind::Text),
        Some(_) => Some(FieldKind::Truth),
        None => {
            section.get("unit");
            section.get("values");
            None
        }
    };
    let label = section.both(source, "label");
    let check = section.formula(source, "check");
    section.finish(source);
    Some(Field { name: name.to_owned(), kind: kind?, label, check, place })
}

/// Reads a table of named expressions in the order of the file.
pub(crate) fn definitions(source: &Source<'_>, name: &str, value: &Item<'_>) -> Vec<Definition> {
    let Some(mut section) = Section::of(source, name, value) else { return Vec::new() };
    let mut definitions = Vec::new();
    for (key, place, item) in section.rest() {
        if !super::name_is_usable(source, key, &place) {
            continue;
        }
        if let Some(formula) = source.formula(&format!("`{key}` in {name}"), item) {
            definitions.push(Definition { name: key.to_owned(), formula, needs_plan: false });
        }
    }
    definitions
}
