//! Refusals of the plan: nothing moves, nothing is written.

use etalon::demonstration::{SCENES, prepare_scene};
use etalon::engine::session::preparation::{PreparationError, prepare};
use etalon::plan::PlanError;
use etalon_instruments::catalogue::LIBRARY;
use etalon_procedures::procedure::Activity;

use crate::bench::Laboratory;
use crate::scenes::GAUGE;

/// The plan's refusal after one word of a file was changed.
fn refusal(file: &str, from: &str, to: &str) -> (PlanError, String) {
    let laboratory = Laboratory::new();
    let path = laboratory.folder().join("lab").join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    let request = laboratory.request(&["DD26000001"], Activity::Calibration);
    match prepare(&laboratory.lab, &request) {
        Err(PreparationError::Plan { source, .. }) => {
            let words = source.to_string();
            (*source, words)
        }
        other => panic!("{file}: {from} -> {to}: {:?}", other.map(|_| "a plan")),
    }
}

const REF: &str = "register/RM050001.toml";

#[test]
fn iso17025_6_4_7_standard_past_due_refuses_the_run_and_names_the_rule() {
    let laboratory = Laboratory::new();
    let mut request = laboratory.request(&["DD26000001"], Activity::Calibration);
    request.date = jiff::civil::date(2030, 1, 1);
    let Err(PreparationError::Plan { source, .. }) = prepare(&laboratory.lab, &request) else {
        panic!("a plan with a standard past due");
    };
    assert!(source.is_rule() && source.to_string().contains("no standard past due"), "{source}");
}

#[test]
fn point_outside_the_certificate_is_refused_by_rule() {
    let (error, words) = refusal(REF, "[\"220\", \"60\", \"1.0\",", "[\"220\", \"61\", \"1.0\",");
    assert!(error.is_rule() && words.contains("imax-1"), "{words}");
}

#[test]
fn setting_outside_the_benchs_limit_is_refused_with_place_and_instrument() {
    let (error, words) = refusal("benches/meters-6.toml", "I = \"80 A\"", "I = \"50 A\"");
    assert!(!error.is_rule());
    assert!(
        words.contains("source") && words.contains("line") && words.contains("60 A"),
        "{words}"
    );
}

#[test]
fn bench_without_a_needed_instrument_is_refused_with_the_role() {
    let (error, words) = refusal(
        "benches/meters-6.toml",
        "model    = \"etalon-sim-rm05\"",
        "model    = \"etalon-sim-th1\"",
    );
    assert!(matches!(error, PlanError::NoInstrument { .. }), "{words}");
    assert!(words.contains("role ref"), "{words}");
}

#[test]
fn reference_that_is_not_good_enough_is_refused_by_rule() {
    let (error, words) = refusal(
        REF,
        "[\"220\", \"60\", \"1.0\", \"0.009\", \"0.012\"]",
        "[\"220\", \"60\", \"1.0\", \"0.009\", \"0.5\"]",
    );
    assert!(error.is_rule() && words.contains("imax-1"), "{words}");
}

#[test]
fn plan_survives_the_record() {
    let laboratory = Laboratory::new();
    let plan = laboratory.prepare(&["DD26000001", "DD26000002"]).plan;
    let again = etalon::plan::Plan::from_json(plan.to_json().as_bytes()).unwrap();
    assert_eq!(again, plan);
}

/// JJF 1094-2002: U is at most a third of the limit, foretold for every point.
#[test]
fn jjf_1094_plan_foretells_u_within_a_third_of_the_limit() {
    let laboratory = Laboratory::new();
    let plan = laboratory.prepare(&["DD26000001"]).plan;
    assert_eq!(plan.entries.len(), 15);
    for entry in &plan.entries {
        assert!(entry.prediction.u_over_mpe.unwrap() < 1.0 / 3.0, "{}", entry.key);
    }
}

#[test]
fn limit_of_the_bench_in_a_wrong_unit_is_refused_and_not_ignored() {
    let (error, words) = refusal("benches/meters-6.toml", "I = \"80 A\"", "I = \"80 V\"");
    assert!(!error.is_rule());
    assert!(words.contains("80 V") && words.contains("no A"), "{words}");
}

/// A controller like the bench's own, in whose file of the laboratory nobody has written the vent.
#[test]
fn instrument_that_lacks_what_an_action_demands_is_refused_with_the_line_of_the_action() {
    let laboratory = Laboratory::new();
    let catalogue = laboratory.folder().join("lab/catalogue");
    std::fs::create_dir_all(&catalogue).unwrap();
    let (file, text) =
        LIBRARY.iter().find(|(name, _)| *name == "druck-pace5000.toml").copied().unwrap();
    let text = text.replacen("quantity = \"vent\"", "quantity = \"valve\"", 1);
    std::fs::write(catalogue.join(file), text).unwrap();

    let refused = prepare_scene(&laboratory.lab, SCENES[GAUGE], 1).map(drop).unwrap_err();
    let mut procedure =
        include_str!("../../procedures/library/pressure/jjg52-bourdon-up-down.toml").lines();
    let line = 1 + procedure.position(|line| line.contains("act = \"vent\"")).unwrap();
    let wanted = format!("controller: model druck-pace5000 cannot vent, which line {line} demands");
    assert!(refused.to_string().contains(&wanted), "{refused}");
}
