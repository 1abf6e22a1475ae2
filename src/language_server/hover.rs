//! Hover: what a key means, and what a name holds.

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};

use super::context::context;
use super::desk;
use super::symbols::{Symbol, meant, name_at, symbols};
use crate::kind;

/// What is told about a byte of a text.
#[must_use]
pub fn hover(text: &str, byte: usize) -> Option<Hover> {
    let told = match kind::schema_of(text) {
        Some(schema) if schema != kind::PROCEDURE => desk::told(&schema, text, byte)?,
        _ => key(text, byte).or_else(|| symbol(text, byte).map(|symbol| of_symbol(&symbol)))?,
    };
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: told });
    Some(Hover { contents, range: None })
}

/// The symbol under a byte: inside a string the name is looked up, the whole of
/// it first, then the part up to the cursor.
#[must_use]
pub fn symbol(text: &str, byte: usize) -> Option<Symbol> {
    let here = context(text, byte);
    let symbols = symbols(text);
    let (whole, up_to) = name_at(text, byte)?;
    let model = match here.path.as_slice() {
        [first, name, ..] if first == "model" => Some(name.as_str()),
        _ => None,
    };
    if !here.is_in_string {
        // Outside of strings a name is where it is made.
        let made = |one: &&Symbol| one.place.contains(&byte);
        return symbols.iter().find(made).cloned();
    }
    let found = meant(&symbols, &whole, model).or_else(|| meant(&symbols, &up_to, model));
    found.cloned()
}

/// A key of the language, where one is written.
fn key(text: &str, byte: usize) -> Option<String> {
    let line_start = text.get(..byte)?.rfind(['\n', '{', ',']).map_or(0, |at| at + 1);
    let here = context(text, line_start);
    if context(text, byte).is_in_string {
        return None;
    }
    let (name, _) = name_at(text, byte)?;
    let rest = text.get(byte..)?.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    if !rest.trim_start_matches([' ', '\t']).starts_with('=') {
        return None;
    }
    let here = if here.is_action() { context(text, end_of_table(text, byte)) } else { here };
    let key = here.table()?.key(&name)?;
    let needed = if key.is_needed { " (needed · 必填)" } else { "" };
    Some(format!("**{}**{needed}  \n{}  \n{}", key.name, key.en, key.zh))
}

/// The end of the inline table around a byte, so that its `act` is known
/// wherever it stands.
fn end_of_table(text: &str, byte: usize) -> usize {
    let rest = text.get(byte..).unwrap_or_default();
    rest.find(['}', '\n']).map_or(text.len(), |end| byte + end)
}

fn of_symbol(symbol: &Symbol) -> String {
    let name = symbol.paths.first().map_or("", String::as_str);
    let mut told = format!("**{name}**: {}", symbol.maker.words());
    if let Some(model) = &symbol.model {
        told.push_str(&format!(" ({model})"));
    }
    if !symbol.unit.is_empty() {
        told.push_str(&format!("  \nunit · 单位: `{}`", symbol.unit));
    }
    if !symbol.value.is_empty() {
        told.push_str(&format!("  \n`{}`", symbol.value));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "schema = \"etalon.procedure/1\"\n[dut.fields]\nU_n = { type = \"quantity\", unit = \"V\" } # 额定电压\n[tables.mpe]\ncolumns = [\"cls\", \"limit\"]\nunits = [\"text\", \"%\"]\n[model.E]\nunit = \"%\"\nequation = \"n / N\"\n[model.E.inputs]\nn = { from = \"read.n\", unit = \"imp\" }\n[[stage]]\nid = \"a\"\ndo = [{ act = \"set\", role = \"ref\", U = \"U_n\" }]\n[decision.calibration]\ntolerance = \"mpe.limit / 3\"\n";

    fn told(at: &str, offset: usize) -> String {
        let byte = TEXT.find(at).expect("it is there") + offset;
        match hover(TEXT, byte).map(|hover| hover.contents) {
            Some(HoverContents::Markup(content)) => content.value,
            other => panic!("{at}: {other:?}"),
        }
    }

    #[test]
    fn a_name_tells_its_unit_and_what_makes_it() {
        assert!(told("mpe.limit / 3", 5).contains("unit · 单位: `%`"));
        assert!(told("\"U_n\" }", 2).contains("`quantity V`"));
        assert!(told("n / N", 0).contains("`read.n`"));
    }

    #[test]
    fn a_key_tells_its_meaning_in_both_languages() {
        assert!(told("tolerance", 2).contains("largest magnitude allowed"));
        assert!(told("role =", 1).contains("设备"));
    }
}
