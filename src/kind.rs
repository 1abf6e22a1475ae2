//! Kinds of files: what a file is, by the schema that it states, and who checks it.
//!
//! | code  | finding                                                    |
//! |-------|------------------------------------------------------------|
//! | R0100 | a file that cannot be read                                 |
//! | R0111 | a schema that nobody knows                                 |
//! | R0112 | a file that states no schema                               |

mod answers;
mod release;

use std::path::Path;

use etalon_fixtures::world::Description;
use etalon_instruments::catalogue;
use etalon_procedures::module;
use etalon_uncertainty::{
    budget_file,
    diagnostic::{Diagnostic, nearest},
};

use crate::engine::operator;
use crate::people::{self, secrets};
use crate::{
    bench, deviation, form, item,
    lab::{identity, modules},
    order, register, scope, specification,
};

/// Findings of one text.
type Check = fn(&str) -> Vec<Diagnostic>;

/// Every schema with the room that knows it.
const KINDS: [(&str, Check); 16] = [
    (PROCEDURE, |text| etalon_procedures::check(text).diagnostics),
    (module::SCHEMA, module::check),
    (bench::SCHEMA, |text| bench::check(text).diagnostics),
    (register::SCHEMA, |text| register::check(text).diagnostics),
    (item::SCHEMA, |text| item::check(text).diagnostics),
    (people::SCHEMA, |text| people::check(text).diagnostics),
    (secrets::SCHEMA, |text| secrets::check(text).diagnostics),
    (scope::SCHEMA, |text| scope::check(text).diagnostics),
    (deviation::SCHEMA, |text| deviation::check(text).diagnostics),
    (order::SCHEMA, |text| order::check(text).diagnostics),
    (identity::SCHEMA, |text| identity::check(text).diagnostics),
    (specification::SCHEMA, |text| specification::check(text).diagnostics),
    (operator::answers::SCHEMA, answers::check),
    (catalogue::SCHEMA, catalogue::check),
    (WORLD, world),
    (crate::release::SCHEMA, release::check),
];

/// Schema of a procedure.
pub const PROCEDURE: &str = "etalon.procedure/1";

/// Schema of a budget file, which may leave it out.
const BUDGET: &str = "etalon.budget/1";

/// Schema of a simulated world.
const WORLD: &str = "etalon.world/1";

/// The schemas that are checked, in the order they are told.
pub fn schemas() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(schema, _)| *schema)
}

/// The schema that a text states, as TOML or as JSON.
#[must_use]
pub fn schema_of(text: &str) -> Option<String> {
    if text.trim_start().starts_with('{') {
        if text.len() > form::MAX_BYTES {
            return None;
        }
        let document: serde_json::Value = serde_json::from_str(text).ok()?;
        return document.get("schema")?.as_str().map(str::to_owned);
    }
    form::declared_schema(text)
}

/// A file's text and every finding in it; one that cannot be read has that finding only.
#[must_use]
pub fn read(file: &Path) -> (String, Vec<Diagnostic>) {
    match std::fs::read_to_string(file) {
        Ok(text) => {
            let found = findings_at(&text, file);
            (text, found)
        }
        Err(error) => {
            let finding = Diagnostic::error("R0100", format!("the file cannot be read: {error}"));
            (String::new(), vec![finding])
        }
    }
}

/// Every finding of a text that lies at a path: a procedure finds its modules beside it, a bench the
/// laboratory whose models it names.
#[must_use]
pub fn findings_at(text: &str, file: &Path) -> Vec<Diagnostic> {
    if module::used(text).is_empty() {
        let mut found = findings(text);
        if schema_of(text).as_deref() == Some(bench::SCHEMA) && found.is_empty() {
            found = bench::models::unknown(text, file);
        }
        return found;
    }
    findings(&modules::whole(text.to_owned(), file))
}

/// Every finding of a text.
#[must_use]
pub fn findings(text: &str) -> Vec<Diagnostic> {
    let schema = schema_of(text);
    if schema.as_deref() != Some(PROCEDURE)
        && let Some(finding) = form::too_large(text)
    {
        return vec![finding];
    }
    let Some(schema) = schema else { return without_schema(text) };
    if let Some((_, check)) = KINDS.iter().find(|(own, _)| *own == schema) {
        return check(text);
    }
    if schema == BUDGET {
        return budget(text);
    }
    let finding = Diagnostic::error("R0111", format!("nobody knows the schema `{schema}`"));
    let finding = match schema_place(text, &schema) {
        Some(place) => finding.at(place),
        None => finding,
    };
    vec![match nearest(&schema, schemas()) {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => finding.hint(format!("known are {}", schemas().collect::<Vec<_>>().join(", "))),
    }]
}

fn schema_place(text: &str, schema: &str) -> Option<std::ops::Range<usize>> {
    text.find(schema).map(|start| start..start + schema.len())
}

fn without_schema(text: &str) -> Vec<Diagnostic> {
    if is_budget(text) {
        return budget(text);
    }
    // Not TOML, or no schema: the procedure's reader says where it breaks.
    let broken = etalon_procedures::check(text).diagnostics;
    let is_syntax = |finding: &Diagnostic| finding.code == etalon_procedures::finding::SYNTAX;
    if broken.iter().any(is_syntax) {
        return broken.into_iter().filter(is_syntax).collect();
    }
    let finding = Diagnostic::error("R0112", "the file states no schema").at(0..0);
    vec![finding.hint(format!(
        "write schema = \"…\" first; known are {}",
        schemas().collect::<Vec<_>>().join(", ")
    ))]
}

fn budget(text: &str) -> Vec<Diagnostic> {
    match budget_file::parse(text) {
        Ok((_, remarks)) => remarks,
        Err(findings) => findings,
    }
}

/// Budget files may state no schema: they are known by their models, inputs or kind.
fn is_budget(text: &str) -> bool {
    let table = text.parse::<toml::Table>().unwrap_or_default();
    let has = |key: &str| table.get(key).is_some_and(toml::Value::is_array);
    !table.contains_key("procedure")
        && (has("model") || has("input") || has("expect") || table.contains_key("kind"))
}

/// A world's reader stops at its first finding.
fn world(text: &str) -> Vec<Diagnostic> {
    match Description::from_toml(text) {
        Ok(_) => Vec::new(),
        Err(error) => vec![Diagnostic::error("W0101", error.to_string())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        findings(text).into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_schema_nobody_knows_is_underlined_and_the_nearest_one_named() {
        let found = findings("schema = \"etalon.bensh/1\"\n");
        assert_eq!(found[0].code, "R0111");
        assert_eq!(found[0].span, Some(10..24));
        assert_eq!(found[0].hint.as_deref(), Some("did you mean `etalon.bench/1`?"));
    }

    #[test]
    fn a_file_without_a_schema_says_so_and_a_torn_one_where_it_breaks() {
        assert_eq!(codes("a = 1\n"), ["R0112"]);
        assert_eq!(codes("a = \n"), ["E0101"]);
    }

    #[test]
    fn deviations_and_orders_are_checked_like_every_other_file_of_the_laboratory() {
        for schema in [deviation::SCHEMA, order::SCHEMA] {
            let found = findings(&format!("schema = \"{schema}\"\n"));
            assert!(!found.is_empty() && found.iter().all(|own| own.code != "R0111"), "{found:?}");
        }
    }

    #[test]
    fn an_answers_file_is_checked_with_all_findings_at_once() {
        let sound = "schema = \"etalon.answers/1\"\n[[answer]]\nstage = \"prepare\"\naction = 1\nvalue = \"yes\"\n";
        assert_eq!(codes(sound), Vec::<String>::new());
        let broken = "schema = \"etalon.answers/1\"\n[[answer]]\nvalue = \"yes\"\n[[answer]]\nstag = \"a\"\nposition = \"2\"\nvalue = \"1\"\n";
        assert_eq!(codes(broken), ["R0161", "R0103", "R0105"]);
    }
}
