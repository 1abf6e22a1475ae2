//! The names that a procedure's text makes: where each is made, and what it holds.
//!
//! Taken from the text as far as it can be read, so that names are known while
//! another line is still being written.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What makes a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// `[dut.fields]`.
    Field,
    /// `[roles]`.
    Role,
    /// A quantity of a role.
    RoleQuantity,
    /// `[tables]`.
    Table,
    /// A column of a table.
    Column,
    /// A column of the points, or a value defined at every point.
    Point,
    /// `[needs]`.
    Need,
    /// `[model]`.
    Model,
    /// An input of a model.
    Input,
    /// `[[derive]]`.
    Derived,
    /// `[[stage]]`.
    Stage,
    /// What an action reads or asks.
    Reading,
}

impl Maker {
    /// What it is called, English and Chinese.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Field => "field of the item · 被校器具字段",
            Self::Role => "role · 角色",
            Self::RoleQuantity => "quantity of a role · 设备的量",
            Self::Table => "table · 表",
            Self::Column => "column of a table · 表列",
            Self::Point => "value at the point · 点上的值",
            Self::Need => "supplied from outside · 外部提供",
            Self::Model => "model · 测量模型",
            Self::Input => "input of a model · 输入量",
            Self::Derived => "derived quantity · 导出量",
            Self::Stage => "stage · 步骤",
            Self::Reading => "reading · 读数",
        }
    }
}

/// One name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The ways to write it, the full one first.
    pub paths: Vec<String>,
    /// What makes it.
    pub maker: Maker,
    /// Where it is made.
    pub place: Range<usize>,
    /// Its unit or kind.
    pub unit: String,
    /// Its value or formula, as written.
    pub value: String,
    /// The model it belongs to, for inputs.
    pub model: Option<String>,
}

type Item<'t> = Spanned<DeValue<'t>>;

/// Every name of a text.
#[must_use]
pub fn symbols(text: &str) -> Vec<Symbol> {
    let (document, _) = DeTable::parse_recoverable(text);
    let root = document.get_ref();
    let mut found = Vec::new();
    item(root, &mut found);
    needs(root, &mut found);
    roles(root, &mut found);
    tables(root, &mut found);
    points(root, &mut found);
    models(root, &mut found);
    listed(root, &mut found);
    found
}

fn table<'t>(from: &'t DeTable<'_>, key: &str) -> Option<&'t DeTable<'t>> {
    from.get(key)?.get_ref().as_table()
}

fn text<'t>(from: &'t DeTable<'_>, key: &str) -> &'t str {
    from.get(key).and_then(|value| value.get_ref().as_str()).unwrap_or_default()
}

/// The entries of a table in the order of the file.
fn entries<'t>(from: &'t DeTable<'t>) -> Vec<(&'t str, Range<usize>, &'t Item<'t>)> {
    let mut all: Vec<_> =
        from.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
    all.sort_by_key(|(_, place, _)| place.start);
    all
}

fn symbol(paths: Vec<String>, maker: Maker, place: Range<usize>) -> Symbol {
    Symbol { paths, maker, place, unit: String::new(), value: String::new(), model: None }
}

fn item(root: &DeTable<'_>, found: &mut Vec<Symbol>) {
    let Some(dut) = table(root, "dut") else { return };
    for (name, place, value) in table(dut, "fields").into_iter().flat_map(entries) {
        let Some(field) = value.get_ref().as_table() else { continue };
        if name == "derive" {
            defined(field, "dut", Maker::Field, found);
            continue;
        }
        let paths = vec![format!("dut.{name}"), name.to_owned()];
        let unit = [text(field, "type"), text(field, "unit")].join(" ").trim().to_owned();
        found.push(Symbol { unit, ..symbol(paths, Maker::Field, place) });
    }
    if let Some(derive) = table(dut, "derive") {
        defined(derive, "dut", Maker::Field, found);
    }
}

/// Named expressions.
fn defined(from: &DeTable<'_>, of: &str, maker: Maker, found: &mut Vec<Symbol>) {
    for (name, place, value) in entries(from) {
        let value = value.get_ref().as_str().unwrap_or_default().to_owned();
        let paths = vec![format!("{of}.{name}"), name.to_owned()];
        found.push(Symbol { value, ..symbol(paths, maker, place) });
    }
}

fn needs(root: &DeTable<'_>, found: &mut Vec<Symbol>) {
    if let Some(needs) = table(root, "needs") {
        nested(needs, "", found);
    }
}

fn nested(from: &DeTable<'_>, above: &str, found: &mut Vec<Symbol>) {
    for (name, place, value) in entries(from) {
        let Some(inner) = value.get_ref().as_table() else { continue };
        let path = format!("{above}{name}");
        let is_leaf = |key: &str| inner.get(key).is_some_and(|value| value.get_ref().is_str());
        if is_leaf("unit") || is_leaf("type") {
            let unit = [text(inner, "type"), text(inner, "unit")].join(" ").trim().to_owned();
            let value = table(inner, "text").map(|both| text(both, "en").to_owned());
            let value = value.unwrap_or_default();
            found.push(Symbol { unit, value, ..symbol(vec![path], Maker::Need, place) });
        } else {
            nested(inner, &format!("{path}."), found);
        }
    }
}

fn roles(root: &DeTable<'_>, found: &mut Vec<Symbol>) {
    for (name, place, value) in table(root, "roles").into_iter().flat_map(entries) {
        let Some(role) = value.get_ref().as_table() else { continue };
        let can = role.get("can").and_then(|can| can.get_ref().as_array());
        let can: Vec<&str> = can
            .into_iter()
            .flat_map(|can| can.iter())
            .filter_map(|one| one.get_ref().as_str())
            .collect();
        let unit = can.join(" | ");
        found.push(Symbol { unit, ..symbol(vec![name.to_owned()], Maker::Role, place) });
        for (quantity, place, value) in table(role, "quantities").into_iter().flat_map(entries) {
            let unit = value.get_ref().as_str().unwrap_or_default().to_owned();
            let paths = vec![format!("{name}.{quantity}")];
            found.push(Symbol { unit, ..symbol(paths, Maker::RoleQuantity, place) });
        }
    }
}

/// Columns with their units; `maker` and the ways to write them are the caller's.
fn columns(
    from: &DeTable<'_>,
    maker: Maker,
    paths: impl Fn(&str) -> Vec<String>,
    found: &mut Vec<Symbol>,
) {
    let list = |key: &str| from.get(key).and_then(|value| value.get_ref().as_array());
    let (Some(names), units) = (list("columns"), list("units")) else { return };
    for (number, name) in names.iter().enumerate() {
        let Some(word) = name.get_ref().as_str() else { continue };
        let unit =
            units.and_then(|units| units.get(number)).and_then(|unit| unit.get_ref().as_str());
        let unit = unit.unwrap_or_default().to_owned();
        found.push(Symbol { unit, ..symbol(paths(word), maker, name.span()) });
    }
}

fn tables(root: &DeTable<'_>, found: &mut Vec<Symbol>) {
    for (name, place, value) in table(root, "tables").into_iter().flat_map(entries) {
        let Some(one) = value.get_ref().as_table() else { continue };
        let value = text(one, "source").to_owned();
        found.push(Symbol { value, ..symbol(vec![name.to_owned()], Maker::Table, place) });
        columns(one, Maker::Column, |column| vec![format!("{name}.{column}")], found);
        for (column, place, value) in table(one, "define").into_iter().flat_map(entries) {
            let value = value.get_ref().as_str().unwrap_or_default().to_owned();
            let paths = vec![format!("{name}.{column}")];
            found.push(Symbol { value, ..symbol(paths, Maker::Column, place) });
        }
    }
}

fn points(root: &DeTable<'_>, found: &mut Vec<Symbol>) {
    let Some(points) = table(root, "points") else { return };
    let paths =
        |name: &str| vec![format!("point.{name}"), format!("points.{name}"), name.to_owned()];
    columns(points, Maker::Point, paths, found);
    if let Some(product) = table(points, "product") {
        columns(product, Maker::Point, paths, found);
    }
    if let Some(name) = points.get("name").filter(|name| name.get_ref().is_str()) {
        let unit = text(points, "unit").to_owned();
        let word = name.get_ref().as_str().unwrap_or_default();
        found.push(Symbol { unit, ..symbol(paths(word), Maker::Point, name.span()) });
    }
    for (name, place, value) in table(points, "define").into_iter().flat_map(entries) {
        let value = value.get_ref().as_str().unwrap_or_default().to_owned();
        found.push(Symbol { value, ..symbol(paths(name), Maker::Point, place) });
    }
}

fn models(root: &DeTable<'_>, found: &mut Vec<Symbol>) {
    for (name, place, value) in table(root, "model").into_iter().flat_map(entries) {
        let Some(model) = value.get_ref().as_table() else { continue };
        let (unit, value) = (text(model, "unit").to_owned(), text(model, "equation").to_owned());
        found.push(Symbol { unit, value, ..symbol(vec![name.to_owned()], Maker::Model, place) });
        for (input, place, value) in table(model, "inputs").into_iter().flat_map(entries) {
            let Some(own) = value.get_ref().as_table() else { continue };
            let value = [text(own, "from"), text(own, "value")].concat();
            found.push(Symbol {
                unit: text(own, "unit").to_owned(),
                value,
                model: Some(name.to_owned()),
                ..symbol(vec![input.to_owned()], Maker::Input, place)
            });
        }
    }
}

/// Derived quantities, stages, and what their actions read.
fn listed(root: &DeTable<'_>, found: &mut Vec<Symbol>) {
    let list = |key: &str| root.get(key).and_then(|value| value.get_ref().as_array());
    for one in list("derive").into_iter().flat_map(|list| list.iter()) {
        let Some(derive) = one.get_ref().as_table() else { continue };
        let Some(name) = derive.get("name") else { continue };
        let word = name.get_ref().as_str().unwrap_or_default().to_owned();
        let (unit, value) = (text(derive, "unit").to_owned(), text(derive, "equation").to_owned());
        found.push(Symbol { unit, value, ..symbol(vec![word], Maker::Derived, name.span()) });
    }
    for one in list("stage").into_iter().flat_map(|list| list.iter()) {
        let Some(stage) = one.get_ref().as_table() else { continue };
        if let Some(id) = stage.get("id") {
            let word = id.get_ref().as_str().unwrap_or_default().to_owned();
            found.push(symbol(vec![word], Maker::Stage, id.span()));
        }
        readings(stage, found);
        if let Some(repeat) = table(stage, "repeat") {
            readings(repeat, found);
        }
    }
}

fn readings(stage: &DeTable<'_>, found: &mut Vec<Symbol>) {
    let actions = stage.get("do").and_then(|list| list.get_ref().as_array());
    for action in actions.into_iter().flat_map(|list| list.iter()) {
        let Some(action) = action.get_ref().as_table() else { continue };
        for (key, first) in [("into", "read"), ("field", "ask")] {
            let Some(name) = action.get(key) else { continue };
            let word = name.get_ref().as_str().unwrap_or_default();
            if word.starts_with("dut.") {
                continue;
            }
            let unit = text(action, "unit").to_owned();
            let value = text(action, "role").to_owned();
            let paths = vec![format!("{first}.{word}"), word.to_owned()];
            found.push(Symbol { unit, value, ..symbol(paths, Maker::Reading, name.span()) });
        }
    }
}

/// The name under a byte of a text: letters, digits, underscores, dots; with the
/// place of what stands up to and including the part under the cursor.
#[must_use]
pub fn name_at(text: &str, byte: usize) -> Option<(String, String)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let is_name = |c: char| is_part(c) || c == '.';
    let (before, after) = (text.get(..byte)?, text.get(byte..)?);
    let head: String = before.chars().rev().take_while(|c| is_name(*c)).collect();
    let head: String = head.chars().rev().collect();
    let tail: String = after.chars().take_while(|c| is_name(*c)).collect();
    let part: String = after.chars().take_while(|c| is_part(*c)).collect();
    let whole = format!("{head}{tail}");
    let up_to = format!("{head}{part}");
    (!whole.trim_matches('.').is_empty()).then_some((whole, up_to))
}

/// The symbol that a name means here; `model` prefers the inputs of that model.
#[must_use]
pub fn meant<'s>(symbols: &'s [Symbol], name: &str, model: Option<&str>) -> Option<&'s Symbol> {
    let named = |symbol: &&Symbol| symbol.paths.iter().any(|path| path == name);
    let own = symbols
        .iter()
        .filter(named)
        .find(|one| one.maker == Maker::Input && one.model.as_deref() == model);
    own.or_else(|| symbols.iter().filter(named).find(|one| one.maker != Maker::Input))
        .or_else(|| symbols.iter().find(named))
}
