//! Sources: a number is a definition, a choice with its reason, or has an address.
//!
//! A constant of `uncertainty/` or `instruments/` that carries a number has a
//! comment. Where the number is a real one, and so may reach a result, the
//! comment or the head of the file says one of three things:
//!
//! - `Source: <key> <clause>`, where the key stands in `docs/SOURCES.md`;
//! - `Definition: <why it cannot be otherwise>`;
//! - `Chosen: <the reason>`, for a limit that is ours.
//!
//! Everywhere, an unknown key is refused: nobody can look it up.

use std::collections::BTreeSet;

use crate::tree;

/// Rooms whose constants need an address.
const CITING: &[&str] = &["uncertainty/src", "instruments/src"];

/// What may stand where an address is wanted.
const WARRANTS: &[&str] = &["Source:", "Definition:", "Chosen:"];

/// The keys of `docs/SOURCES.md`: the first cell of every table row.
fn keys() -> BTreeSet<String> {
    let text = tree::text("docs/SOURCES.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next()).map(str::to_owned).collect()
}

/// Whether a citation begins with a known key that ends where a word ends.
fn is_known(citation: &str, keys: &BTreeSet<String>) -> bool {
    keys.iter().any(|key| {
        citation
            .strip_prefix(key.as_str())
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-'))
    })
}

/// What follows `Source:` on a comment line, without the decoration before it.
fn citation(line: &str) -> Option<&str> {
    let comment = line.trim_start().strip_prefix("//")?;
    let (before, cited) = comment.split_once("Source:")?;
    let decoration = before.chars().all(|c| "/!*- ".contains(c));
    decoration.then(|| cited.trim_start_matches(['*', ' ']).trim())
}

/// One constant: its line, its name, its comment, its type and what it is set to.
struct Constant<'a> {
    line: usize,
    name: &'a str,
    comment: String,
    kind: String,
    value: String,
}

impl Constant<'_> {
    /// Whether the number may reach a result, rather than count or bound things.
    fn is_real(&self) -> bool {
        ["f64", "f32", "Decimal"].iter().any(|kind| self.kind.contains(kind))
    }

    /// Whether it bounds or counts: one whole number or one duration.
    fn is_bound(&self) -> bool {
        !self.is_real() && !self.kind.contains(['[', '&', '('])
    }
}

/// The constants of a file, up to its tests.
fn constants(text: &str) -> Vec<Constant<'_>> {
    let production = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines: Vec<&str> = production.lines().map(str::trim).collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let words = line.strip_prefix("pub(crate) ").or_else(|| line.strip_prefix("pub "));
        let declared = words.unwrap_or(line);
        let Some(rest) = declared.strip_prefix("const ").or(declared.strip_prefix("static "))
        else {
            continue;
        };
        let Some((name, _)) = rest.split_once(':').filter(|(name, _)| !name.contains('(')) else {
            continue;
        };
        let above = lines.get(..at).unwrap_or_default().iter().rev();
        let comment = above.take_while(|line| line.starts_with("//") || line.starts_with("#["));
        let below = lines.get(at..).unwrap_or_default().iter();
        let mut value = String::new();
        for line in below {
            value.push_str(line.split("//").next().unwrap_or_default());
            value.push(' ');
            if line.ends_with(';') || line.contains("; //") {
                break;
            }
        }
        let (kind, value) = value.split_once('=').unwrap_or_default();
        let (kind, value) = (kind.to_owned(), value.to_owned());
        let comment = comment.copied().collect::<Vec<_>>().join("\n");
        found.push(Constant { line: at + 1, name, comment, kind, value });
    }
    found
}

/// Whether an initialiser contains a number that is not part of a name or text.
fn carries_a_number(value: &str) -> bool {
    let mut in_text = false;
    let mut before = ' ';
    for c in value.chars() {
        if c == '"' && before != '\\' {
            in_text = !in_text;
        }
        let starts_a_number = c.is_ascii_digit() && !before.is_alphanumeric() && before != '_';
        if starts_a_number && !in_text {
            return true;
        }
        before = c;
    }
    false
}

#[test]
fn every_constant_with_a_number_has_an_address() {
    let mut found = Vec::new();
    let of_tests = |path: &std::path::Path| path.ends_with("tests.rs");
    let files = CITING.iter().flat_map(|folder| tree::files(folder, "rs"));
    for path in files.filter(|path| !of_tests(path)) {
        let text = tree::text(&path);
        let head: String =
            text.lines().take_while(|line| line.starts_with("//!")).collect::<Vec<_>>().join("\n");
        for constant in constants(&text) {
            let cited = format!("{head}{}", constant.comment);
            let warranted = WARRANTS.iter().any(|warrant| cited.contains(warrant));
            let explained = warranted || constant.comment.contains("///");
            let holds = match (constant.is_real(), constant.is_bound()) {
                (true, _) => warranted,
                (false, is_bound) => explained || !is_bound,
            };
            if carries_a_number(&constant.value) && !holds {
                found.push(format!("{}:{}: {}", path.display(), constant.line, constant.name));
            }
        }
    }
    assert!(
        found.is_empty(),
        "real numbers without `Source:`, `Definition:` or `Chosen:`, or numbers without any \
         comment (see docs/SOURCES.md):\n{}",
        found.join("\n")
    );
}

#[test]
fn every_cited_key_stands_in_the_list_of_sources() {
    let keys = keys();
    let mut unknown = Vec::new();
    for (path, text) in tree::rust_files() {
        for (number, line) in text.lines().enumerate() {
            if let Some(cited) = citation(line).filter(|cited| !is_known(cited, &keys)) {
                unknown.push(format!("{}:{}: {cited}", path.display(), number + 1));
            }
        }
    }
    assert!(unknown.is_empty(), "not in docs/SOURCES.md:\n{}", unknown.join("\n"));
}

#[test]
fn the_list_of_sources_is_read_as_written() {
    let keys = BTreeSet::from(["GUM".to_owned(), "JJG 596-2012".to_owned()]);
    assert!(is_known("GUM G.4.1, equation (G.2b)", &keys));
    assert!(is_known("JJG 596-2012, 5.1", &keys));
    assert!(!is_known("GUMBO 3", &keys));
    assert!(!is_known("JJG 596-20123", &keys));
    assert_eq!(citation("/// - **Source:** GUM 7.2.6"), Some("GUM 7.2.6"));
    assert_eq!(citation("    //! Source: GUM 7.2.6"), Some("GUM 7.2.6"));
    assert_eq!(citation("let source = 1; // the Source: of it"), None);
}

#[test]
fn a_constant_is_read_with_its_comment_and_its_value() {
    let text = "/// Half.\n/// Source: GUM 4.4.5\n#[rustfmt::skip]\npub const A: f64 =\n  0.5;\n\
                const B: &str = \"1\";\nconst C2: F = D3;\n#[cfg(test)]\nconst E: u8 = 4;\n";
    let found = constants(text);
    let names: Vec<_> = found.iter().map(|one| (one.name, carries_a_number(&one.value))).collect();
    assert_eq!(names, [("A", true), ("B", false), ("C2", false)]);
    assert!(found[0].comment.contains("Source: GUM"));
    assert!(found[0].is_real() && !found[1].is_real());
}
