//! The checker's rules, sentence by sentence, each with the broken procedures that show it.
//!
//! `cases.rs` holds what each file says; here stands which file shows which rule, so that neither a
//! rule nor a file can be lost: a rule names at least one case, and a case belongs to a rule.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A rule as an author would say it, and its cases.
type Rule = (&'static str, &'static [&'static str]);

/// What `etalon check` promises of a procedure.
const RULES: &[Rule] = &[
    ("the file is TOML of a schema that is known", &["toml-unclosed-quote", "schema-newer"]),
    ("an unknown key is named, with the one that was meant", &["key-misspelt"]),
    (
        "what must stand there does, once, under a name that can be used",
        &[
            "key-missing",
            "name-unusable",
            "point-twice",
            "stage-twice",
            "derive-twice",
            "check-twice",
        ],
    ),
    (
        "values have the type of their key",
        &[
            "number-without-unit",
            "quantity-malformed",
            "version-two-numbers",
            "taxon-malformed",
            "word-unknown",
            "action-unknown",
            "samples-none",
            "cells-missing",
            "condition-not-true-or-false",
            "stage-when-of-a-point",
            "check-of-a-list",
            "expression-unfinished",
            "function-unknown",
            "unit-unknown",
        ],
    ),
    (
        "the dimension of every expression fits",
        &[
            "equation-wrong-dimension",
            "derive-wrong-unit",
            "check-limit-wrong-dimension",
            "expectation-wrong-dimension",
            "rate-not-per-time",
            "hold-not-a-time",
            "type-a-relative-in-volt",
        ],
    ),
    (
        "the dimension of every cell and column fits",
        &["cell-wrong-dimension", "column-wrong-dimension"],
    ),
    (
        "every symbol means something",
        &[
            "symbol-unknown",
            "decision-symbol-unknown",
            "demand-unknown-name",
            "derive-column-unknown",
            "derive-selects-unknown-column",
            "derive-over-unreadable",
            "check-column-unknown",
            "check-of-another-grouping",
            "field-asked-unknown",
            "summary-unknown",
            "reading-unknown",
            "result-unknown",
            "role-unknown",
            "role-quantity-unknown",
            "choice-word-unknown",
            "stage-same-as-unknown",
            "test-same-as-unknown",
            "decision-same-as-itself",
            "stage-when-unknown-stage",
            "table-key-unknown",
            "sample-during-nothing",
            "need-of-nobody",
            "type-a-of-another",
        ],
    ),
    (
        "each input has an uncertainty or says exact",
        &["input-without-uncertainty", "input-exact-and-uncertain", "input-from-two-places"],
    ),
    (
        "numbers of a model can be",
        &[
            "half-width-negative",
            "coverage-factor-negative",
            "probability-above-one",
            "trials-too-few",
        ],
    ),
    ("tables have no gap over the point set", &["point-outside-table"]),
    ("tables have no gap at any border of rows", &["table-gap", "table-border-in-no-row"]),
    (
        "tables have no overlap at any border of rows",
        &["table-overlap", "table-border-in-two-rows"],
    ),
    ("a table of limits says what they apply to", &["table-base-missing"]),
    (
        "the envelope of every role holds what the points ask of it",
        &["envelope-missing", "envelope-passed"],
    ),
    (
        "what is demanded of a standard can be met at every point",
        &["demand-not-positive", "demand-zero-at-a-point"],
    ),
    (
        "modules are there, unchanged, and override nothing",
        &["module-missing", "module-changed", "module-overrides", "module-with-stages"],
    ),
    ("hazard roles are covered by the safe state", &["hazard-uncovered"]),
    ("the safe state verifies hazard roles", &["hazard-unverified"]),
    (
        "no wait is without bounds",
        &["wait-unbounded", "wait-neither", "wait-longer-than-it-may", "drain-unbounded"],
    ),
    ("repeats end", &["repeat-never-more"]),
    ("prompts have a range", &["prompt-without-range", "expectation-without-width"]),
    ("prompts have both languages", &["prompt-one-language"]),
    ("every input is used", &["input-unused", "reading-unused"]),
    ("every role is used", &["role-unused"]),
    ("nothing else is idle", &["table-unused", "field-unused", "need-unused", "derive-unused"]),
    ("a relative limit has no nominal zero", &["relative-limit-at-zero"]),
    ("Type A has enough repeats", &["type-a-too-few"]),
    ("numbers are rounded once", &["decision-rounded-twice", "check-rounded-twice"]),
    ("a rounding has a name", &["decision-rounding-missing"]),
    (
        "every activity has its decision, with quantity and limit",
        &["decision-missing", "decision-without-limit"],
    ),
    (
        "something is measured, at points",
        &[
            "model-missing",
            "points-missing",
            "points-check-fails",
            "hold-at-no-point",
            "product-too-large",
        ],
    ),
    ("tests are present for every model", &["test-missing"]),
    ("tests are present for every decision", &["decision-untested"]),
    (
        "tests are present for every check and derived quantity",
        &["check-untested", "derive-untested"],
    ),
    ("every row of a table is covered by a test", &["row-untested"]),
    ("tests can be read", &["test-item-unfit", "test-name-twice"]),
    ("what a decision shares it does not say again", &["decision-shared-and-said-again"]),
    ("the total time holds the waits", &["time-too-short"]),
    ("regulated numbers have source and confidence", &["source-missing", "checked-by-nobody"]),
    ("limits of the environment can be", &["environment-limits-swapped"]),
];

/// Cases without a finding.
const CLEAN: &[&str] = &["clean", "check-clean"];

fn files() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let names = fs::read_dir(folder).expect("the folder").flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect()
}

#[test]
fn every_rule_has_a_broken_case_and_every_case_a_rule() {
    let files = files();
    let named: BTreeSet<String> = RULES
        .iter()
        .flat_map(|(_, cases)| cases.iter())
        .chain(CLEAN)
        .map(|case| (*case).to_owned())
        .collect();
    let empty: Vec<_> = RULES.iter().filter(|(_, cases)| cases.is_empty()).collect();
    assert!(empty.is_empty(), "rules without a case: {empty:?}");
    let lost: Vec<_> = named.difference(&files).collect();
    assert!(lost.is_empty(), "cases that are named here and are no file: {lost:?}");
    let stray: Vec<_> = files.difference(&named).collect();
    assert!(stray.is_empty(), "cases that show no rule named here: {stray:?}");
}
