//! A standard that drifts with time: the half-width of the day goes through plan, run and certificate.

use etalon::engine::session::preparation::{PreparationError, Request, prepare};
use etalon::issue::{self, Order};
use etalon::lab::demo::{ITEMS, PERSONS};
use etalon::plan::Plan;
use etalon::replay::replay;
use etalon_certificates::fonts::Fonts;
use etalon_certificates::record::Languages;
use etalon_procedures::procedure::Activity;

use crate::bench::{Laboratory, only_listen};

const REF: &str = "register/RM050001.toml";

/// A laboratory whose reference meter drifts by this law.
fn drifting(law: &str) -> Laboratory {
    let laboratory = Laboratory::new();
    let file = laboratory.folder().join("lab").join(REF);
    let text = std::fs::read_to_string(&file).unwrap();
    let half = text.lines().find(|line| line.starts_with("half ")).expect("a drift");
    std::fs::write(&file, text.replacen(half, law, 1)).unwrap();
    laboratory
}

fn plan(laboratory: &Laboratory, days: i32) -> Result<Plan, PreparationError> {
    let request = laboratory.request(&ITEMS[..1], Activity::Calibration);
    let date = request.date.checked_add(jiff::Span::new().days(days)).unwrap();
    prepare(&laboratory.lab, &Request { date, ..request }).map(|prepared| prepared.plan)
}

/// Value and origin of the drift in a plan, and the largest predicted U.
fn drift(plan: &Plan) -> (f64, String, f64) {
    let names = plan.entries.iter().flat_map(|entry| &entry.names);
    let own = names.clone().find(|name| name.name == "cert.ref.drift").unwrap();
    let expanded = plan.entries.iter().map(|entry| entry.prediction.expanded);
    (own.value.parse().unwrap(), own.origin.clone(), expanded.fold(0.0, f64::max))
}

/// By hand: thirty days are 30 / 365.25 of a year, in which it grows by 0.365 25 %: 0.03 %.
#[test]
fn plan_takes_the_half_width_of_its_day_and_says_how_old_the_calibration_is() {
    let laboratory = drifting("per_year = \"0.36525 %\"");
    let (now, later) = (plan(&laboratory, 0).unwrap(), plan(&laboratory, 30).unwrap());
    let ((first, origin, u), (second, _, larger)) = (drift(&now), drift(&later));
    assert!((second - first - 0.03).abs() < 1e-9, "{first} {second}");
    assert!(origin.contains("drift after ") && origin.contains("0.36525 % per year"), "{origin}");
    assert!(larger > u, "{u} {larger}");
}

/// What the plan took is what the record holds and the certificate draws its budget from, and a replay
/// makes the plan again to the last byte.
#[tokio::test(start_paused = true)]
async fn run_and_certificate_rest_on_the_drift_of_the_day_and_replay_finds_it_again() {
    let laboratory = drifting("half = \"0.001 %\"\nper_year = \"0.002 %\"");
    let half = drift(&plan(&laboratory, 0).unwrap()).0;
    let bench = laboratory.bench(&[]);
    let run = laboratory.run(&bench, &ITEMS[..1], only_listen).await.unwrap().run;
    let journal = &laboratory.journal;
    let found = replay(journal, &run, |_| None).unwrap();
    assert!(found.plan_equal && found.differences.is_empty(), "{:?}", found.differences);
    let (_, checked, approved) = PERSONS;
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    let languages = Languages::En;
    let order = Order { run: &run, item: ITEMS[0], checked, approved, languages, now };
    let record = issue::draft(&laboratory.lab, journal, &order, &Fonts::latin()).unwrap();
    let stated = serde_json::to_string(&record).unwrap();
    assert!(stated.contains(&format!("{half} %")), "{half}: no budget of the certificate has it");
}

/// ISO/IEC 17025 6.4.4: what was not in service yet has no values, and so no drift.
#[test]
fn day_before_the_calibration_is_refused_by_its_rule_in_both_languages() {
    let laboratory = drifting("per_year = \"0.002 %\"");
    let refused = match plan(&laboratory, -3000) {
        Err(PreparationError::Plan { source, .. }) => source,
        Ok(plan) => panic!("a plan for {}", plan.date),
        Err(other) => panic!("{other}"),
    };
    assert!(refused.is_rule(), "{refused}");
    let text = refused.text();
    assert!(text.en().contains("rule `") && text.zh().contains("规则“"), "{text:?}");
}
