use super::*;
use crate::LIBRARY;

fn meters() -> &'static str {
    LIBRARY
        .iter()
        .find(|(file, _)| file.contains("jjg596"))
        .map(|(_, text)| *text)
        .expect("it is in the library")
}

fn changed(from: &str, to: &str) -> Difference {
    let text = meters();
    assert!(text.contains(from), "the procedure holds `{from}`");
    let found = difference(text, &text.replacen(from, to, 1)).expect("both are TOML");
    let touches = found.changes.iter().any(|change| change.nature == Nature::Metrology);
    assert_eq!(touches, !found.is_same_meaning(), "changes and hash agree: {:#?}", found.changes);
    found
}

/// `clause path: event nature old -> new`.
fn told(found: &Difference) -> Vec<String> {
    let shown = |written: &Option<Written>| {
        written.as_ref().map_or_else(|| "-".to_owned(), |written| written.text.clone())
    };
    found
        .changes
        .iter()
        .map(|change| {
            format!(
                "{} {}: {} {} {} -> {}",
                change.clause,
                change.path,
                change.event.word(),
                change.nature.word(),
                shown(&change.old),
                shown(&change.new)
            )
        })
        .collect()
}

#[test]
fn a_procedure_does_not_differ_from_itself_nor_from_its_own_with_other_comments() {
    let text = meters();
    assert_eq!(difference(text, text).expect("TOML").changes, []);
    let commented = format!("# another comment\n{}", text.replace("\n[", "\n\n# said\n["));
    assert_eq!(difference(text, &commented).expect("TOML").changes, []);
}

#[test]
fn a_changed_limit_is_named_by_table_row_and_column() {
    let found = changed(r#"["1", "1.0",  "0.05", "0.1","#, r#"["1", "1.0",  "0.06", "0.1","#);
    assert!(!found.is_same_meaning());
    assert!(
        told(&found).iter().all(|line| line.starts_with("[tables.mpe] rows[")),
        "{:?}",
        told(&found)
    );
}

#[test]
fn a_title_is_wording_and_the_meaning_stays() {
    let found = changed("AC energy meter", "AC energy meter (new)");
    assert!(found.is_same_meaning());
    let only = told(&found);
    assert_eq!(only.len(), 1);
    assert!(
        only[0].starts_with("[procedure] title.en: changed wording AC energy meter"),
        "{only:?}"
    );
}

#[test]
fn another_spelling_of_a_unit_is_no_other_meaning_and_another_second_is() {
    let old = "[a]\nwait = \"60 s\"\n";
    let found = difference("[a]\nt = \"21 degC\"\n", "[a]\nt = \"21 °C\"\n").expect("TOML");
    assert!(found.is_same_meaning());
    assert_eq!(told(&found), ["[a] t: changed spelling 21 degC -> 21 °C"]);
    let found = difference(old, "[a]\nwait = \"61 s\"\n").expect("TOML");
    assert_eq!(told(&found), ["[a] wait: changed metrology 60 s -> 61 s"]);
}

#[test]
fn an_action_put_in_between_is_one_change_and_an_exchange_is_a_move() {
    let act = |words: &[&str]| {
        let acts: Vec<String> =
            words.iter().map(|word| format!("{{ act = \"wait\", for = \"{word}\" }}")).collect();
        format!("[[stage]]\nid = \"a\"\ndo = [{}]\n", acts.join(", "))
    };
    let found = difference(&act(&["1 s", "2 s"]), &act(&["5 s", "1 s", "2 s"])).expect("TOML");
    assert_eq!(
        told(&found),
        ["[stage a] do[wait]: added metrology - -> { act = wait, for = 5 s }"]
    );
    let found = difference(&act(&["1 s", "2 s"]), &act(&["2 s", "1 s"])).expect("TOML");
    assert_eq!(found.changes.len(), 1);
    assert_eq!(found.changes[0].event, Event::Moved);
    assert!(!found.is_same_meaning());
}

#[test]
fn a_new_column_is_no_change_of_the_other_cells() {
    let old =
        "[points]\ncolumns = [\"id\", \"I\"]\nunits = [\"text\", \"A\"]\nrows = [[\"a\", \"1\"]]\n";
    let new = "[points]\ncolumns = [\"id\", \"U\", \"I\"]\nunits = [\"text\", \"V\", \"A\"]\nrows = [[\"a\", \"230\", \"1\"]]\n";
    let found = difference(old, new).expect("TOML");
    assert_eq!(
        told(&found),
        [
            "[points] columns[2]: added metrology - -> U",
            "[points] units.U: added metrology - -> V",
            "[points] rows[a].U: added metrology - -> 230",
        ]
    );
}

#[test]
fn a_golden_test_is_evidence_and_no_change_of_the_metrology() {
    let text = meters();
    let found = difference(text, &text[..text.rfind("[[test]]").expect("it has tests")])
        .expect("both are TOML");
    assert!(found.is_same_meaning());
    assert_eq!(found.changes.len(), 1);
    assert_eq!((found.changes[0].event, found.changes[0].nature), (Event::Removed, Nature::Tests));
}

/// Whatever single string of the procedure is altered, changes and hash agree.
#[test]
fn changes_and_semantic_hash_agree_for_every_string_of_the_procedure() {
    let text = meters();
    let mut at = 0;
    let mut altered = 0;
    while let Some(found) = text[at..].find("\" ").map(|offset| at + offset) {
        at = found + 1;
        let other = format!("{}~{}", &text[..found], &text[found..]);
        let Ok(found) = difference(text, &other) else { continue };
        let touches = found.changes.iter().any(|change| change.nature == Nature::Metrology);
        assert_eq!(touches, !found.is_same_meaning(), "at byte {at}: {:#?}", found.changes);
        altered += usize::from(!found.changes.is_empty());
    }
    assert!(altered > 100, "{altered} strings were altered");
}

#[test]
fn a_decision_that_shares_anothers_means_the_same_as_one_that_says_it_again() {
    let text = LIBRARY.iter().find(|(file, _)| file.contains("bourdon")).expect("shipped").1;
    let said = text
        .split_once("[decision.verification]\n")
        .and_then(|(_, rest)| rest.split_once("statement").map(|(rules, _)| rules.to_owned()));
    let said = said.expect("the rules stand before the statement");
    let again = text.replace("same_as    = \"verification\"\n", &said);
    assert_ne!(again, text);
    let found = difference(text, &again).expect("both are TOML");
    assert_eq!((found.is_same_meaning(), found.changes), (true, vec![]));
    let other = said.replace("mpe.limit / 3", "mpe.limit / 4");
    let other = text.replace("same_as    = \"verification\"\n", &other);
    let found = difference(text, &other).expect("both are TOML");
    assert_eq!(
        told(&found),
        [
            "[decision.calibration] require: changed metrology U(E) <= mpe.limit / 3 -> U(E) <= mpe.limit / 4"
        ]
    );
}
