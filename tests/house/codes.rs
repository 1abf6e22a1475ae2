//! Codes: every one that any room prints has its page.

use std::collections::BTreeSet;

use crate::tree;

/// Every `"E0123"` that the production code of the workspace names.
fn printed() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, text) in tree::rust_files() {
        let is_page = path.starts_with("src/explanation") || path.ends_with("finding/pages.rs");
        if path.starts_with("tests") || path.ends_with("tests.rs") || is_page {
            continue;
        }
        let production = text.split("#[cfg(test)]").next().unwrap_or_default();
        // Every stretch between two quotation marks, whichever of them opens: a sign such as '"'
        // turns the order around.
        found.extend(production.split('"').filter(|word| is_code(word)).map(str::to_owned));
    }
    found
}

/// One capital of a room that has codes, then three or four digits.
fn is_code(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|first| "BEIPRSWX".contains(first))
        && (4..=5).contains(&word.len())
        && letters.all(|letter| letter.is_ascii_digit())
}

#[test]
fn every_code_that_is_printed_has_its_page() {
    let printed = printed();
    assert!(printed.len() > 150, "few codes found: {}", printed.len());
    let without: Vec<&String> =
        printed.iter().filter(|code| etalon::explanation::explanation(code).is_none()).collect();
    assert!(
        without.is_empty(),
        "write their pages in src/explanation/ (procedures: procedures/src/finding/pages.rs): {without:?}"
    );
}

#[test]
fn every_page_explains_a_code_that_is_printed() {
    let printed = printed();
    let idle: Vec<&str> = etalon::explanation::pages()
        .map(|page| page.code)
        .filter(|code| !printed.contains(*code))
        .collect();
    assert!(idle.is_empty(), "nobody prints these codes any more: {idle:?}");
}
