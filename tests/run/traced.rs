//! The register at work, by the program itself: on what results rest, what falls due.

use std::process::Command;

use etalon::lab::demo::ITEMS;
use etalon::recall::{self, Correction, Question};
use etalon_uncertainty::quantity::Quantity;
use serde_json::Value;

use crate::bench::{Laboratory, only_listen};
use crate::scenes::{GAUGE, Stage, listen};

/// Exit code and document of a command in a laboratory.
fn json(laboratory: &Laboratory, arguments: &[&str]) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_etalon"));
    command.arg("--lab").arg(laboratory.lab.root()).args(["--format", "json"]).args(arguments);
    let done = command.output().unwrap();
    let document = serde_json::from_slice(&done.stdout).unwrap_or(Value::Null);
    (done.status.code().unwrap(), document)
}

/// ISO/IEC 17025, 6.5.1: from every result an unbroken chain leads to the certificate of the standard,
/// with the row that was used, the laboratory that issued it and its traceability.
#[tokio::test(start_paused = true)]
async fn iso17025_6_5_chain_of_every_result_ends_at_a_certificate() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let conclusion = laboratory.run(&bench, &ITEMS[..1], only_listen).await.unwrap();
    let (code, traced) = json(&laboratory, &["register", "trace", &conclusion.run]);
    assert_eq!(code, 0, "{traced}");
    let chain = traced["chain"].as_array().unwrap();
    let link = chain.iter().find(|link| link["role"] == "ref").unwrap();
    for key in ["standard", "serial", "certificate", "laboratory", "issued", "due", "traceability"]
    {
        assert!(link[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {link}");
    }
    let values: Vec<&str> =
        link["values"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let (_, shown) = json(&laboratory, &["record", "show", &conclusion.run]);
    let results = shown["items"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 15);
    for result in results {
        let key = format!("{}: ", result["key"].as_str().unwrap());
        assert!(values.iter().any(|value| value.starts_with(&key)), "nothing leads on from {key}");
    }
    let (code, _) = json(&laboratory, &["register", "trace", "R19990101-001"]);
    assert_eq!(code, 2);
}

/// ISO/IEC 17025, 6.4.7: what falls due is listed, the most urgent first.
#[test]
fn iso17025_6_4_7_standards_that_fall_due_are_listed_the_most_urgent_first() {
    let laboratory = Laboratory::new();
    let (_, all) = json(&laboratory, &["register", "due", "--within", "3650"]);
    let standards = all["standards"].as_array().unwrap();
    let register = laboratory.lab.register().unwrap();
    let dated = register.standards().filter(|standard| standard.due.is_some()).count();
    assert_eq!(standards.len(), dated);
    let days: Vec<i64> =
        standards.iter().map(|standard| standard["days_left"].as_i64().unwrap()).collect();
    assert!(days.is_sorted(), "{days:?}");
    let (_, soon) = json(&laboratory, &["register", "due", "--within", "0"]);
    assert!(soon["standards"].as_array().unwrap().len() <= standards.len());
}

/// ISO/IEC 17025, 7.10: an error of the pressure standard moves errors of indication and what is the
/// largest of them across the points; all of it is told.
#[tokio::test(start_paused = true)]
async fn iso17025_7_10_recall_tells_what_changes_across_points() {
    let stage = Stage::new(GAUGE, 3, &[]);
    let conclusion = stage.run(listen).await;
    let laboratory = &stage.laboratory;
    let papers =
        etalon::issue::papers::Papers::of_any_run(&laboratory.journal, &conclusion.run).unwrap();
    let binding = papers.plan.roles.iter().find(|role| role.role == "ref").unwrap();
    let standard = binding.standard.clone().unwrap();
    let calibrations =
        &papers.standards.iter().find(|own| own.id == standard).unwrap().calibrations;
    let column = &calibrations.last().unwrap().table.stated[0];
    let by = Quantity::parse(&format!("0.001 {}", column.unit)).unwrap();
    let correction = Some(Correction { column: column.name.clone(), by });
    let since = "2026-11-01".parse().unwrap();
    let question = Question { standard, since, correction };
    let found = recall::recall(&laboratory.journal, &laboratory.lab.identity, &question).unwrap();
    assert_eq!(found[0].refused, None);
    let results = &found[0].items[0].results;
    let points = papers.plan.entries.len();
    assert!(results.len() > points, "{} results, {points} of them at points", results.len());
    let moved = |own: &recall::AffectedResult| (own.value - own.corrected).abs() > 0.0;
    assert!(results.iter().any(moved), "{results:?}");
}
