//! The shipped basic-error procedure, point by point, against the dossier.

use std::collections::BTreeMap;

use etalon_procedures::procedure::{Action, Hazard, Procedure};
use etalon_procedures::scope::{Bindings, PointScope};
use etalon_procedures::{ItemFields, LIBRARY, Point, check, expand, item, lookup};
use etalon_uncertainty::expression::Value;

fn procedure() -> Procedure {
    let (_, text) = LIBRARY.first().expect("one procedure is shipped");
    check(text).procedure.expect("it checks clean")
}

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn meter(procedure: &Procedure, cls: &str, i_b: &str, i_max: &str) -> ItemFields {
    let fields = fields(&[
        ("U_n", "220 V"),
        ("I_b", i_b),
        ("I_max", i_max),
        ("C", "1200 imp/(kW*h)"),
        ("cls", cls),
    ]);
    item(procedure, &fields).expect("a meter that fits")
}

fn limit_percent(procedure: &Procedure, item: &ItemFields, point: &Point) -> f64 {
    let outer = Bindings::default();
    let scope = PointScope { procedure, item, point: Some(point), outer: &outer };
    let row = lookup(procedure, "mpe", &scope).expect("a limit at every point");
    match row.get("limit") {
        Some(Value::Number { si, .. }) => si * 100.0,
        other => panic!("limit is {other:?}"),
    }
}

/// Electricity dossier 7.5: Imax/Ib = 12 has 15 balanced points.
#[test]
fn jjg596_class_1_with_imax_12_ib_has_15_points_from_imax_downwards() {
    let procedure = procedure();
    let item = meter(&procedure, "1", "5 A", "60 A");
    let points = expand(&procedure, &item).expect("points");
    assert_eq!(points.len(), 15);
    let currents: Vec<f64> = points
        .iter()
        .map(|point| match point.values.get("I") {
            Some(Value::Number { si, .. }) => *si,
            other => panic!("I is {other:?}"),
        })
        .collect();
    assert!(currents.is_sorted_by(|a, b| a >= b), "{currents:?}");
}

/// Electricity dossier 1.2 (IEC 62053-21 limits) at every point of 1.3.
#[test]
fn iec_62053_21_limits_at_every_point_of_both_classes() {
    let procedure = procedure();
    for (cls, narrow, wide) in [("1", 1.0, 1.5), ("2", 2.0, 2.5)] {
        let item = meter(&procedure, cls, "5 A", "60 A");
        for point in expand(&procedure, &item).expect("points") {
            let is_wide = ["01ib-05L", "01ib-08C", "005ib-1"].contains(&point.id.as_str());
            let wanted = if is_wide { wide } else { narrow };
            let got = limit_percent(&procedure, &item, &point);
            assert!((got - wanted).abs() < 1e-12, "class {cls}, {}: {got} %", point.id);
        }
    }
}

#[test]
fn every_finding_about_an_unfit_meter_comes_at_once() {
    let procedure = procedure();
    let poor = fields(&[("U_n", "220 A"), ("I_b", "5 A"), ("I_mx", "60 A"), ("cls", "3")]);
    let findings = item(&procedure, &poor).expect_err("nothing fits");
    let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(findings.len(), 5, "{messages:#?}");
    assert!(findings.iter().any(|f| f.hint.as_deref() == Some("did you mean `I_max`?")));
    let swapped = fields(&[
        ("U_n", "220 V"),
        ("I_b", "60 A"),
        ("I_max", "5 A"),
        ("C", "1200 imp/(kW*h)"),
        ("cls", "1"),
    ]);
    let findings = item(&procedure, &swapped).expect_err("Imax below Ib");
    assert!(findings.iter().any(|f| f.message.contains("I_max >= I_b")));
}

#[test]
fn what_energises_is_switched_off_and_read_back() {
    let procedure = procedure();
    let source = procedure.role("source").expect("a source");
    assert_eq!(source.hazard, Some(Hazard::Energised));
    let last = procedure.safe_state.steps.last().map(|step| &step.action);
    assert!(matches!(last, Some(Action::Off { role }) if role == "source"));
    assert_eq!(procedure.safe_state.verify.len(), 1);
}

#[test]
fn inputs_read_within_the_repeat_are_independent_in_each_repeat() {
    let procedure = procedure();
    let model = procedure.model("E").expect("a model");
    let each: Vec<&str> =
        model.inputs.iter().filter(|i| i.each_repeat).map(|i| i.name.as_str()).collect();
    assert_eq!(each, ["C_ref", "n", "d_rep"]);
}

#[test]
fn comments_spaces_and_prompts_leave_the_semantic_hash_alone_and_limits_do_not() {
    let (_, text) = LIBRARY.first().expect("one procedure is shipped");
    let hash = |text: &str| check(text).procedure.map(|p| (p.sha256, p.semantic_sha256));
    let (file, semantic) = hash(text).expect("clean");
    let reworded = text.replace("Meters seated", "# Meters sit").replace("\"220 V\"", "\"220  V\"");
    let (other_file, same) = hash(&reworded).expect("clean");
    assert_ne!(file, other_file);
    assert_eq!(semantic, same);
    let tightened =
        text.replace("\"0.1\",  \"I_max / I_b\", \"1.0\"", "\"0.1\",  \"I_max / I_b\", \"0.9\"");
    assert_ne!(text, &tightened);
    assert_ne!(hash(&tightened).expect("clean").1, semantic);
}

#[test]
fn nobody_has_compared_the_regulated_numbers_yet_and_the_procedure_says_so() {
    let procedure = procedure();
    let parts: Vec<&str> =
        procedure.unchecked_sources().iter().map(|entry| entry.part.as_str()).collect();
    for part in
        ["environment", "tables.mpe", "tables.rounding", "points", "stage.basic_error.repeat"]
    {
        assert!(parts.contains(&part), "{part} in {parts:?}");
    }
}

#[test]
fn a_table_is_not_looked_up_where_its_key_has_no_value() {
    let procedure = procedure();
    let nobody = ItemFields::default();
    let outer = Bindings::default();
    let scope = PointScope { procedure: &procedure, item: &nobody, point: None, outer: &outer };
    let finding = lookup(&procedure, "mpe", &scope).expect_err("no class is known");
    assert_eq!(finding.code, "E0605");
    assert!(finding.message.contains("`cls`, which has no value here"), "{finding}");
}
