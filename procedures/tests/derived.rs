//! Quantities across points with their uncertainty, checks, stages that run on results.

use std::collections::BTreeMap;

use etalon_procedures::conformity::{judged, overall};
use etalon_procedures::derive::{DerivedResult, Obtained, StageResults, Visited, derived};
use etalon_procedures::procedure::{Activity, Procedure};
use etalon_procedures::progress::{Progress, hold_after};
use etalon_procedures::resolve::{Request, Taken, evaluation};
use etalon_procedures::scope::Bindings;
use etalon_procedures::{ItemFields, LIBRARY, Point, check, expand, item};
use etalon_uncertainty::evaluation::{Evaluation, Outcome, Verdict};
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;

fn procedure(id: &str) -> Procedure {
    let mut checked = LIBRARY.iter().filter_map(|(_, text)| check(text).procedure);
    checked.find(|procedure| procedure.id == id).expect("a shipped procedure")
}

fn bound(pairs: &[(&str, &str)]) -> Bindings {
    let mut bindings = Bindings::default();
    for (name, text) in pairs {
        let value = match Quantity::parse(text) {
            Ok(quantity) => Value::from(&quantity),
            Err(_) => Value::Truth(*text == "true"),
        };
        bindings.bind(*name, value);
    }
    bindings
}

struct Gauge {
    procedure: Procedure,
    item: ItemFields,
    points: Vec<Point>,
    external: Bindings,
}

fn gauge() -> Gauge {
    with_marks(procedure("cn.jjg52.bourdon.up-down"), "0 MPa, 6 MPa, 10 MPa")
}

fn with_marks(procedure: Procedure, marks: &str) -> Gauge {
    let fields = [
        ("p_lo", "0 MPa"),
        ("p_hi", "10 MPa"),
        ("cls", "1.6"),
        ("div", "0.2 MPa"),
        ("marks", marks),
        ("medium", "oil"),
    ];
    let fields: BTreeMap<String, String> =
        fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let item = item(&procedure, &fields).expect("a gauge that fits");
    let points = expand(&procedure, &item).expect("points");
    let external = bound(&[
        ("cert.ref.correction", "0 MPa"),
        ("cert.ref.U", "0.2 MPa"),
        ("cert.ref.k", "2"),
        ("cert.ref.drift", "0 MPa"),
        ("spec.ref.resolution", "0.0001 MPa"),
        ("spec.ref.temperature", "0 MPa"),
        ("bench.stability", "0 MPa"),
        // What is shown here does not depend on who reads: the eye does not scatter.
        ("bench.eye", "0"),
        ("site.g", "9.79683 m/s^2"),
        ("env.t_amb", "20 degC"),
        ("env.rh", "50 %RH"),
        ("env.p_amb", "92 kPa"),
        ("job.adjustment_allowed", "true"),
    ]);
    Gauge { procedure, item, points, external }
}

type Measured = Vec<Vec<(Evaluation, Outcome)>>;

impl Gauge {
    /// Results for readings before and after tapping, point by point.
    fn measured(&self, readings: &[(&str, &str)]) -> Measured {
        let at = |(point, (before, after)): (&Point, &(&str, &str))| {
            let nominal = point.text(&self.procedure, "p").expect("a pressure");
            let taken = |reading: &str, text: &str, unit: &str| Taken {
                reading: reading.to_owned(),
                repeat: 0,
                text: text.to_owned(),
                unit: unit.to_owned(),
                sequence: 1,
            };
            let readings = [
                taken("p_before", before, "MPa"),
                taken("p_tapped", after, "MPa"),
                taken("p_std", nominal.trim_end_matches(" MPa"), "MPa"),
                taken("dh", "0", "m"),
            ];
            let evaluated = self.procedure.models.iter().map(|model| {
                let request = Request {
                    procedure: &self.procedure,
                    model,
                    activity: Activity::Calibration,
                    key: format!("as_found/{}", point.id),
                    item: &self.item,
                    point,
                    external: &self.external,
                    readings: &readings,
                    repeats: vec![1],
                    estimates: BTreeMap::new(),
                    uncertainties: BTreeMap::new(),
                };
                let mut evaluation = evaluation(&request).expect("resolved");
                evaluation.monte_carlo = None;
                let outcome = evaluation.evaluate().expect("evaluated");
                (evaluation, outcome)
            });
            evaluated.collect()
        };
        self.points.iter().zip(readings).map(at).collect()
    }

    fn results<'a>(&'a self, measured: &'a Measured) -> StageResults<'a> {
        let visited = self.points.iter().zip(measured).map(|(point, results)| Visited {
            point,
            external: &self.external,
            obtained: results
                .iter()
                .map(|(evaluation, outcome)| Obtained { evaluation, outcome })
                .collect(),
        });
        StageResults {
            procedure: &self.procedure,
            activity: Activity::Calibration,
            item: &self.item,
            stage: "as_found",
            visited: visited.collect(),
        }
    }
}

const SOUND: [(&str, &str); 6] = [
    ("0", "0"),
    ("6.04", "6.08"),
    ("10.08", "10.12"),
    ("10.12", "10.12"),
    ("6.16", "6.12"),
    ("0", "0"),
];

fn sought<'d>(results: &'d [DerivedResult], key: &str) -> &'d DerivedResult {
    results.iter().find(|result| result.key() == key).expect("a derived result")
}

/// GUM 5.2.2: what both readings share cancels in their difference. U of the
/// hysteresis is that of two independent readings (a fifth of a division, 20 kPa
/// rectangular) and two resolutions of the standard (0.05 kPa):
/// 2 sqrt(2 (20^2 / 3 + 0.05^2 / 3)) kPa, by hand, whatever the certificate says.
#[test]
fn gum_5_2_2_the_certificate_of_the_standard_cancels_in_the_hysteresis() {
    let gauge = gauge();
    let measured = gauge.measured(&SOUND);
    let found = derived(&gauge.results(&measured));
    let hysteresis = sought(&found, "hyst/6 MPa").value().expect("a value");
    assert!(hysteresis.uncertainty_evaluated);
    assert!((hysteresis.outcome.value - 0.04).abs() < 1e-12, "{}", hysteresis.outcome.value);
    let by_hand = 2.0 * (2.0 * (400.0 + 0.0025) / 3.0_f64).sqrt() / 1000.0;
    let got = hysteresis.outcome.expanded;
    assert!((got - by_hand).abs() < 1e-9, "{got} against {by_hand}");
    // One result alone carries the certificate: u at least 100 kPa.
    let single = measured.get(1).and_then(|results| results.first()).map(|one| one.1.u);
    assert!(single.is_some_and(|u| u > 0.1), "{single:?}");
    let again = hysteresis.evaluation.evaluate().expect("recomputed");
    assert_eq!(again, hysteresis.outcome);
    assert_eq!(hysteresis.from, ["as_found/p2-down", "as_found/p2-up"]);
}

/// Dossier 1.1: both readings within the MPE. Before tapping the error is E - tap:
/// the reading after tapping enters both and cancels, the one before stays.
#[test]
fn jjg52_the_error_before_tapping_rests_on_the_reading_before_tapping() {
    let gauge = gauge();
    let mut external = gauge.external.clone();
    external.bind("cert.ref.U", Value::from(&Quantity::parse("0.002 MPa").expect("a quantity")));
    let gauge = Gauge { external, ..gauge };
    let measured = gauge.measured(&SOUND);
    let results = gauge.results(&measured);
    let checks = judged(&results);
    let before = sought(&checks, "before_tapping/p2-down").value().expect("a value");
    assert!((before.outcome.value - 0.16).abs() < 1e-12, "{}", before.outcome.value);
    let single = measured.get(4).and_then(|results| results.first()).map(|one| one.1.u);
    let single = single.expect("a result");
    assert!((before.outcome.u - single).abs() < 1e-9, "{} against {single}", before.outcome.u);
    assert_eq!(overall(&checks), Some(Verdict::Pass));
    // Twelve points twice, three pressures once.
    assert_eq!(checks.len(), 6 + 6 + 3);
    let hysteresis = sought(&checks, "hysteresis/6 MPa").value().expect("a value");
    assert_eq!(
        hysteresis.evaluation.limit.as_ref().and_then(|l| l.upper.as_deref()),
        Some("0.16 MPa")
    );
    assert_eq!(hysteresis.outcome.printed_value, "0.04");
}

/// JJF 1094: where U is above a third of the limit nothing is judged.
#[test]
fn jjf1094_a_check_is_not_evaluated_where_the_requirement_does_not_hold() {
    let gauge = gauge();
    let measured = gauge.measured(&SOUND);
    let checks = judged(&gauge.results(&measured));
    assert!(matches!(overall(&checks), Some(Verdict::NotEvaluated { .. })));
    let Verdict::NotEvaluated { reason } = sought(&checks, "tapping/p2-up").verdict() else {
        panic!("judged")
    };
    assert!(reason.en().contains("MPa <= 0.16 MPa / 3"), "{}", reason.en());
}

#[test]
fn where_a_point_has_no_result_what_is_derived_from_it_says_so() {
    let gauge = gauge();
    let mut measured = gauge.measured(&SOUND);
    measured.get_mut(4).expect("six points").clear();
    let found = derived(&gauge.results(&measured));
    let missing = sought(&found, "hyst/6 MPa");
    assert!(missing.value().is_none());
    let Verdict::NotEvaluated { reason } = missing.verdict() else { panic!("judged") };
    assert_eq!(reason.en(), "the point `p2-down` has no result of `E`");
    assert!(sought(&found, "hyst/10 MPa").value().is_some());
}

#[test]
fn the_gauge_is_adjusted_when_an_error_is_too_large_and_the_customer_allows_it() {
    let gauge = gauge();
    let stage = |id: &str| gauge.procedure.stage(id).expect("a stage");
    let poor = gauge.measured(&[
        ("0", "0"),
        ("6.3", "6.3"),
        ("10", "10"),
        ("10", "10"),
        ("6", "6"),
        ("0", "0"),
    ]);
    let sound = gauge.measured(&SOUND);
    let refused = bound(&[("job.adjustment_allowed", "false")]);
    for (measured, allowed, adjusts) in
        [(&poor, &gauge.external, true), (&sound, &gauge.external, false), (&poor, &refused, false)]
    {
        let results = [gauge.results(measured)];
        let progress = |ran| Progress {
            procedure: &gauge.procedure,
            item: &gauge.item,
            ran,
            results: &results,
            external: allowed,
        };
        let ran = progress(&["prepare", "as_found"]);
        assert!(ran.runs(stage("as_found")).expect("no condition"));
        assert_eq!(ran.runs(stage("adjust")).expect("a truth"), adjusts);
        assert!(!ran.runs(stage("as_left")).expect("a truth"));
        assert!(progress(&["as_found", "adjust"]).runs(stage("as_left")).expect("a truth"));
    }
}

/// JJG 52: isolate and hold at the upper limit, behind the reading on the way up.
#[test]
fn jjg52_the_hold_lies_between_the_way_up_and_the_way_down() {
    let gauge = gauge();
    assert_eq!(hold_after(&gauge.procedure, &gauge.points), Some(2));
    let turning: Vec<&str> =
        gauge.points.iter().skip(2).take(2).map(|point| point.id.as_str()).collect();
    assert_eq!(turning, ["p3-up", "p3-down"]);
}

#[test]
fn a_derived_result_survives_its_way_through_the_record() {
    let gauge = gauge();
    let measured = gauge.measured(&SOUND);
    for result in judged(&gauge.results(&measured)) {
        let text = serde_json::to_string(&result).expect("JSON");
        let back: DerivedResult = serde_json::from_str(&text).expect("read back");
        // Numbers of the outcome may lose their last bit in JSON; they are recomputed.
        assert_eq!(back.value().map(|v| &v.evaluation), result.value().map(|v| &v.evaluation));
        assert_eq!(back.value().map(|v| &v.judgement), result.value().map(|v| &v.judgement));
        assert_eq!((back.key(), back.title), (result.key(), result.title));
    }
}

/// The runs of JJG 1037 are pooled with earlier ones at the flow, here of about the same spread; s of a
/// run enters the mean of three as s / sqrt(3), with 2 + 9 degrees of freedom.
#[test]
fn gum_4_2_3_the_spread_of_the_runs_enters_the_mean_divided_by_the_root_of_their_number() {
    let procedure = procedure("cn.jjg1037.turbine.gravimetric");
    let pairs =
        [("q_min", "2 m^3/h"), ("q_max", "20 m^3/h"), ("K_nom", "50000 imp/m^3"), ("cls", "0.5")];
    let fields =
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let item = item(&procedure, &fields).expect("a meter that fits");
    let point = expand(&procedure, &item).expect("points").into_iter().next().expect("one");
    let model = procedure.model("K").expect("a model");
    let exact = ["N", "m0", "m1", "d_cal", "d_lin", "d_spl", "d_div", "rho_a", "d_rho"];
    let mut uncertainties: BTreeMap<String, Quantity> = BTreeMap::new();
    for (name, unit) in exact.iter().zip(["imp", "kg", "kg", "kg", "kg", "kg", "kg", "kg/m^3", "1"])
    {
        let zero = Quantity::parse(&format!("0 {unit}")).expect("a quantity");
        uncertainties.insert((*name).to_owned(), zero);
    }
    for name in ["t_m", "p_m"] {
        let unit = if name == "t_m" { "K" } else { "kPa" };
        uncertainties.insert(name.to_owned(), Quantity::parse(&format!("0 {unit}")).expect("zero"));
    }
    let mut readings = Vec::new();
    for (repeat, pulses) in [(1, "10000"), (2, "10002"), (3, "10001")] {
        for (reading, text, unit) in
            [("N", pulses, "imp"), ("m0", "0", "kg"), ("m1", "200", "kg"), ("t_m", "20", "degC")]
        {
            let (reading, text, unit) = (reading.to_owned(), text.to_owned(), unit.to_owned());
            readings.push(Taken { reading, repeat, text, unit, sequence: 1 });
        }
    }
    let external = [("bench.pressure", "200 kPa"), ("history.s", "0.01 %"), ("history.nu", "9")];
    let external = bound(&external);
    let request = |repeats| Request {
        procedure: &procedure,
        model,
        activity: Activity::Calibration,
        key: "run/qmax".to_owned(),
        item: &item,
        point: &point,
        external: &external,
        readings: &readings,
        repeats,
        estimates: [("rho_a", "1.1 kg/m^3"), ("d_spl", "0 kg"), ("d_div", "0 kg")]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into(),
        uncertainties: uncertainties.clone(),
    };
    let mut found = evaluation(&request(vec![1, 2, 3])).expect("resolved");
    found.monte_carlo = None;
    let outcome = found.evaluate().expect("evaluated");
    // s of 10000, 10002, 10001 pulses is 1 pulse, 1e-4 of the mean to 1e-8.
    let relative = outcome.u / outcome.value;
    let own = 1.0 / 10001.0;
    let by_hand = ((9.0 * 1e-8 + 2.0 * own * own) / 11.0 / 3.0_f64).sqrt();
    assert!(outcome.dof_eff.is_some_and(|dof| (dof - 11.0).abs() < 1e-9), "{:?}", outcome.dof_eff);
    assert!((relative / by_hand - 1.0).abs() < 1e-7, "{relative} against {by_hand}");
    let few = evaluation(&request(vec![1, 2])).expect_err("two runs are too few");
    assert_eq!(few.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["E0805"]);
}

/// A gauge with so many marks, and a derived quantity over all its points.
fn marked(count: u32) -> (Gauge, Vec<(String, String)>) {
    let library = LIBRARY.iter().find(|(name, _)| name.contains("jjg52")).expect("shipped").1;
    let over_all = "[[derive]]\nname = \"spread\"\nunit = \"MPa\"\nequation = \"max(E_i) - min(E_i)\"\nover = \"E_i = mean(E) by point\"\n\n[[stage]]";
    let text = library.replacen("[[stage]]", over_all, 1);
    let known = "\"hyst/6 MPa\" = \"0.20 MPa\" }";
    assert!(text.contains(known));
    let text = text.replacen(known, "\"hyst/6 MPa\" = \"0.20 MPa\", spread = \"0.2 MPa\" }", 1);
    let checked = check(&text);
    let procedure = checked.procedure.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    let mark = |number: u32| f64::from(number) * 10.0 / f64::from(count - 1);
    let marks: Vec<String> = (0..count).map(|number| format!("{:.4} MPa", mark(number))).collect();
    let gauge = with_marks(procedure, &marks.join(", "));
    let readings = gauge.points.iter().map(|point| {
        let nominal = point.text(&gauge.procedure, "p").expect("a pressure");
        let nominal = nominal.trim_end_matches(" MPa").to_owned();
        (nominal.clone(), nominal)
    });
    let readings = readings.collect();
    (gauge, readings)
}

fn borrowed(readings: &[(String, String)]) -> Vec<(&str, &str)> {
    readings.iter().map(|(before, after)| (before.as_str(), after.as_str())).collect()
}

/// One reading of two hundred is 0.04 MPa high: that is the spread, by hand. What the certificate
/// of the standard contributes is in all of them and cancels.
#[test]
fn a_quantity_over_two_hundred_points_is_evaluated() {
    let (gauge, mut readings) = marked(100);
    assert_eq!(gauge.points.len(), 200);
    let high = readings.get_mut(120).expect("two hundred points");
    let value: f64 = high.1.parse().expect("a number");
    *high = (format!("{:.4}", value + 0.04), format!("{:.4}", value + 0.04));
    let measured = gauge.measured(&borrowed(&readings));
    let found = derived(&gauge.results(&measured));
    let spread = sought(&found, "spread").value().expect("a value");
    assert!((spread.outcome.value - 0.04).abs() < 1e-9, "{}", spread.outcome.value);
    assert_eq!(spread.from.len(), 200);
    let again = spread.evaluation.evaluate().expect("recomputed");
    assert_eq!(again, spread.outcome);
}

/// Every check of a gauge looks at the points of its own pressure: four times the points are
/// sixteen times the work at most, with as much again for a busy machine.
#[test]
fn checks_of_four_times_the_points_cost_no_more_than_their_square() {
    let took = |count: u32| {
        let (gauge, readings) = marked(count);
        let measured = gauge.measured(&borrowed(&readings));
        let results = gauge.results(&measured);
        let once = || {
            let began = std::time::Instant::now();
            assert_eq!(judged(&results).len(), usize::try_from(5 * count).expect("few"));
            began.elapsed()
        };
        (0..3).map(|_| once()).min().expect("three times")
    };
    let (few, many) = (took(100), took(400));
    assert!(many < 32 * few, "{many:?} for 800 points, {few:?} for 200");
}
