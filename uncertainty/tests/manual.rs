//! What the manual says is what the engine answers: its table of conformance,
//! its example, and its pictures.
//!
//! `ETALON_REWRITE=1` writes them anew, to be read before they are kept.

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use etalon_uncertainty::budget::{self, Answer, Options};
use etalon_uncertainty::budget_file;

const BEGIN: &str = "<!-- conformance: begin -->\n";
const END: &str = "<!-- conformance: end -->\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn answer(name: &str, text: &str) -> Answer {
    let (file, _) = budget_file::parse(text).unwrap_or_else(|f| panic!("{name}: {f:#?}"));
    let threads = NonZeroUsize::MIN.saturating_add(1);
    let options = Options { threads, check: true, ..Options::default() };
    budget::evaluate(name, &file, &options).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Compares a file with what it should be, or writes it.
#[track_caller]
fn agrees(path: &Path, wanted: &str) {
    if std::env::var_os("ETALON_REWRITE").is_some() {
        fs::write(path, wanted).expect("the folder can be written");
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(found == wanted, "{} is not what the engine gives: ETALON_REWRITE=1", path.display());
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn ten_digits(number: f64) -> String {
    let rounded: f64 = format!("{number:.9e}").parse().expect("a number that was printed");
    rounded.to_string()
}

/// One line: case, source, the first published number, and ours.
fn row(name: &str, text: &str) -> String {
    let table: toml::Table = text.parse().expect("a case is TOML");
    let source = table.get("source").and_then(toml::Value::as_table);
    let of_source = |key: &str| {
        source.and_then(|source| source.get(key)).and_then(toml::Value::as_str).unwrap_or_default()
    };
    let (file, _) = budget_file::parse(text).expect("a case has no findings");
    let answer = answer(name, text);
    let pairs: Vec<_> = file.expectations.iter().zip(&answer.checks).collect();
    let chosen = pairs.iter().find(|(expected, _)| expected.published.is_some());
    let (expected, check) = chosen.or(pairs.first()).expect("a case expects something");
    let published = expected.published.clone().unwrap_or_else(|| "recomputed".to_owned());
    let met = answer.checks.iter().filter(|check| check.ok).count();
    let ours = check.got.map_or_else(|| "none".to_owned(), ten_digits);
    format!(
        "| {name} | {}, {} | {} {} | {} | {ours} | {met} of {} |\n",
        cell(of_source("document")),
        cell(of_source("clause")),
        cell(&expected.output),
        expected.quantity,
        cell(&published),
        pairs.len(),
    )
}

#[test]
fn the_table_of_conformance_is_what_the_engine_gives() {
    let folder = root().join("uncertainty/tests/cases");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert_eq!(paths.len(), 53);
    let mut table = "| case | source | number | published | ours | expectations met |\n\
                     |---|---|---|---|---|---|\n"
        .to_owned();
    for path in &paths {
        let text = fs::read_to_string(path).unwrap();
        table.push_str(&row(path.file_stem().unwrap().to_str().unwrap(), &text));
    }
    let manual = root().join("docs/manual/uncertainty.md");
    let found = fs::read_to_string(&manual).unwrap();
    let (before, rest) = found.split_once(BEGIN).expect("the manual has the table");
    let (_, after) = rest.split_once(END).expect("the table ends");
    agrees(&manual, &format!("{before}{BEGIN}{table}{END}{after}"));
}

#[test]
fn the_example_of_the_manual_gives_the_answer_that_it_shows() {
    for language in ["uncertainty.md", "uncertainty.zh.md"] {
        let manual = fs::read_to_string(root().join("docs/manual").join(language)).unwrap();
        let block = |begin: &str| {
            let (_, rest) = manual.split_once(begin).expect("the manual shows it");
            rest.split_once("```").expect("a block ends").0.to_owned()
        };
        let example = block("```toml\n");
        let answer = answer("weight.toml", &example);
        assert_eq!(block("```text\n"), answer.table(), "{language}");
        agrees(&root().join("docs/pictures/budget-weight.svg"), &answer.svg());
    }
}

#[test]
fn the_picture_of_a_model_that_is_not_linear_is_what_the_engine_draws() {
    let text = include_str!("cases/s1-94-comparison-loss-b-r9.toml");
    let picture = answer("comparison loss", text).svg();
    agrees(&root().join("docs/pictures/budget-comparison-loss.svg"), &picture);
}
