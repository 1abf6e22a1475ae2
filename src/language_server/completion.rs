//! Completion: keys that may still be written here, words that a key takes, names
//! that exist.

use lsp_types::{CompletionItem, CompletionItemKind, Documentation};

use etalon_procedures::description::{self, Key, Shape};

use super::context::{Context, context};
use super::readers;
use super::symbols::{Maker, Symbol, symbols};
use crate::kind;

/// Functions of expressions that are always at hand.
const FUNCTIONS: &[&str] = &["abs", "if", "max", "mean", "min", "round", "sqrt", "stdev"];

/// Keys whose value is the name of a role.
const OF_ROLES: &[&str] = &["role", "gate", "of"];

/// What may be written at a byte of a text.
#[must_use]
pub fn completion(text: &str, byte: usize) -> Vec<CompletionItem> {
    let here = context(text, byte);
    let schema = kind::schema_of(text);
    if here.path.is_empty() && here.key.as_deref() == Some("schema") {
        return kind::schemas().map(|schema| word(schema, &here)).collect();
    }
    if schema.is_some_and(|schema| schema != kind::PROCEDURE) {
        return of_reader(text, byte, &here);
    }
    match &here.key {
        None if here.is_action() && here.act.is_none() => vec![item(
            "act".to_owned(),
            CompletionItemKind::PROPERTY,
            "what is done · 动作",
            "act = ".to_owned(),
        )],
        None => keys(&here),
        Some(key) => values(key.clone(), &here, text),
    }
}

/// What the reader of a register, a bench, a scope … takes here.
fn of_reader(text: &str, byte: usize, here: &Context) -> Vec<CompletionItem> {
    if here.key.is_some() {
        return readers::words(text, byte, here).iter().map(|one| word(one, here)).collect();
    }
    let key = |name: String| {
        let insert = format!("{name} = ");
        item(name, CompletionItemKind::PROPERTY, "", insert)
    };
    readers::keys(text, byte, here).into_iter().map(key).collect()
}

fn item(label: String, kind: CompletionItemKind, about: &str, insert: String) -> CompletionItem {
    CompletionItem {
        label,
        kind: Some(kind),
        documentation: Some(Documentation::String(about.to_owned())),
        insert_text: Some(insert),
        ..CompletionItem::default()
    }
}

fn keys(here: &Context) -> Vec<CompletionItem> {
    let Some(table) = here.table() else { return Vec::new() };
    let open = table.keys.iter().filter(|key| !here.written.iter().any(|own| own == key.name));
    open.map(|key| {
        let about = format!(
            "{} · {}{}",
            key.en,
            key.zh,
            if key.is_needed { " (needed · 必填)" } else { "" }
        );
        let insert = format!("{} = ", key.name);
        item(key.name.to_owned(), CompletionItemKind::PROPERTY, &about, insert)
    })
    .collect()
}

/// A word of a closed list, with its quotation marks where none stand there yet.
fn word(word: &str, here: &Context) -> CompletionItem {
    let insert = if here.is_in_string { word.to_owned() } else { format!("\"{word}\"") };
    item(word.to_owned(), CompletionItemKind::ENUM_MEMBER, "", insert)
}

fn values(key: String, here: &Context, text: &str) -> Vec<CompletionItem> {
    if key == "act" && here.is_action() {
        return description::all_actions().map(|(act, _)| word(act, here)).collect();
    }
    let described: Option<&Key> = here.table().and_then(|table| table.key(&key));
    let own_names = here.table().and_then(|table| table.own_names);
    match described.map(|key| &key.shape).or(own_names) {
        Some(Shape::Word(words) | Shape::Words(words)) => {
            words.iter().map(|one| word(one, here)).collect()
        }
        Some(Shape::Truth) => ["true", "false"]
            .map(|one| item(one.to_owned(), CompletionItemKind::VALUE, "", one.to_owned()))
            .into(),
        Some(Shape::Both | Shape::Table(_) | Shape::Tables(_) | Shape::Actions) | None => {
            Vec::new()
        }
        Some(_) if here.is_in_string => names(&key, here, &symbols(text)),
        Some(_) => Vec::new(),
    }
}

fn names(key: &str, here: &Context, symbols: &[Symbol]) -> Vec<CompletionItem> {
    let only = match key {
        key if OF_ROLES.contains(&key) => Some(Maker::Role),
        "same_as" => Some(Maker::Stage),
        "result" | "model" => Some(Maker::Model),
        _ => None,
    };
    let is_wanted = |symbol: &&Symbol| match only {
        Some(maker) => symbol.maker == maker,
        None => symbol.maker != Maker::Stage,
    };
    // What is begun ends at the last sign that is no part of a name.
    let begun = here.begun.rsplit(|c: char| !c.is_alphanumeric() && !"_.".contains(c)).next();
    let begun = begun.unwrap_or_default();
    let fits = |name: &&String| begun.is_empty() || name.starts_with(begun);
    let mut found: Vec<CompletionItem> = Vec::new();
    for symbol in symbols.iter().filter(is_wanted) {
        for name in symbol.paths.iter().filter(fits) {
            if found.iter().any(|earlier| earlier.label == *name) {
                continue;
            }
            // Editors replace the last word only: what stands before its dot stays.
            let kept = begun.rfind('.').map_or(0, |dot| dot + 1);
            let insert = name.get(kept..).unwrap_or(name).to_owned();
            let mut one =
                item(name.clone(), CompletionItemKind::VARIABLE, symbol.maker.words(), insert);
            one.detail =
                Some([symbol.unit.as_str(), symbol.value.as_str()].join("  ").trim().to_owned());
            found.push(one);
        }
    }
    if only.is_none() {
        let functions = FUNCTIONS.iter().filter(|name| name.starts_with(begun));
        found.extend(functions.map(|name| {
            item(
                (*name).to_owned(),
                CompletionItemKind::FUNCTION,
                "function · 函数",
                format!("{name}("),
            )
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<String> {
        let byte = text.find('|').expect("a cursor");
        completion(&text.replacen('|', "", 1), byte).into_iter().map(|one| one.label).collect()
    }

    const HEAD: &str = "schema = \"etalon.procedure/1\"\n[roles.ref]\ncan = []\nquantities = { P = \"W\" }\n[dut.fields]\nU_n = { type = \"quantity\", unit = \"V\" }\n";

    #[test]
    fn keys_not_yet_written_are_offered_in_their_table() {
        let found = labels(&format!("{HEAD}[procedure]\nid = \"a\"\n|"));
        assert!(
            found.contains(&"version".to_owned()) && !found.contains(&"id".to_owned()),
            "{found:?}"
        );
        let found = labels(&format!("{HEAD}[[stage]]\nid = \"a\"\ndo = [{{ act = \"wait\", |"));
        assert!(
            found.contains(&"at_most".to_owned()) && !found.contains(&"role".to_owned()),
            "{found:?}"
        );
    }

    #[test]
    fn words_roles_and_names_are_offered_where_they_belong() {
        let found = labels(&format!("{HEAD}[points]\norder = \"|"));
        assert_eq!(found, ["listed", "up-down"]);
        let found =
            labels(&format!("{HEAD}[[stage]]\nid = \"a\"\ndo = [{{ act = \"set\", role = \"|"));
        assert_eq!(found, ["ref"]);
        let found = labels(&format!(
            "{HEAD}[[stage]]\nid = \"a\"\ndo = [{{ act = \"set\", role = \"ref\", U = \"dut.|"
        ));
        assert_eq!(found, ["dut.U_n"]);
        let found = labels(&format!("{HEAD}[[stage]]\ndo = [{{ act = \"|"));
        assert_eq!(found.len(), description::all_actions().count());
    }
}
