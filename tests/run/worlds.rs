//! The benches beyond the demonstration, run whole on the paused clock: their procedure, their
//! instruments in their own tongues, and results that cover what only the world knows.

use etalon::demonstration::Scene;
use etalon::engine::Outcome;
use etalon::evaluate::{ItemResults, Measured, ResultState};

use crate::scenes::{Stage, listen, seconds};

const TRANSMITTER: Scene = Scene {
    bench: "transmitter-1",
    procedure: "cn.jjg882.transmitter.current",
    items: &["PT26000001"],
    what: "a pressure transmitter in a current loop",
};

const DEAD_WEIGHT: Scene = Scene {
    bench: "dead-weight-1",
    procedure: "cn.jjg49.precision.dead-weight",
    items: &["PG26000001"],
    what: "a precision gauge on a dead-weight tester",
};

/// Runs a scene whole: it ends, safe, in about the time that its plan says, and gives results.
async fn run_whole(scene: Scene, seed: u64, faults: &[&str]) -> (Stage, ItemResults) {
    let stage = Stage::of(scene, seed, faults);
    let conclusion = stage.run(listen).await;
    assert_eq!(
        (conclusion.outcome, conclusion.is_safe),
        (Outcome::Done, true),
        "{}: {conclusion:?}",
        scene.bench
    );
    assert!(stage.is_safe(), "{}", scene.bench);
    let (took_s, planned_s) = seconds(&stage, &conclusion);
    assert!((planned_s / took_s - 1.0).abs() < 0.1, "planned {planned_s} s, took {took_s} s");
    let results = stage.results(&conclusion);
    (stage, results)
}

/// What was measured of a quantity, in the order of the points.
fn measured<'a>(results: &'a ItemResults, name: &str) -> Vec<&'a Measured> {
    let all = results.results.iter().filter_map(|result| match &result.state {
        ResultState::Measured(measured) => Some(&**measured),
        _ => None,
    });
    all.filter(|measured| measured.evaluation.measurand == name).collect()
}

/// Every result lies within three quarters of its U around the truth (U is two standard
/// uncertainties: one result in eight would do so by chance were the budget just right).
fn covered(results: &[&Measured], truths: &[f64], share: f64) {
    assert_eq!(results.len(), truths.len());
    for (result, truth) in results.iter().zip(truths) {
        let (value, expanded) = (result.outcome.value, result.outcome.expanded);
        assert!((value - truth).abs() <= share * expanded, "{value} for {truth}, U {expanded}");
    }
}

/// Six readings of the loop at each of ten points; the true error of the transmitter is the mean
/// over them.
#[tokio::test(start_paused = true)]
async fn transmitter_conforms_and_its_true_errors_are_covered() {
    for seed in [7, 8] {
        let (stage, results) = run_whole(TRANSMITTER, seed, &[]).await;
        assert_eq!(etalon::decide::decide(&results).word(), "pass");
        let truths: Vec<f64> = stage.bench.bench().with(|world| {
            let readings = world.pressure().unwrap().loop_readings();
            let of_a_point = |six: &[etalon_fixtures::world::pressure::LoopReading]| {
                six.iter().map(|one| one.true_error_ma).sum::<f64>() / 6.0
            };
            readings.chunks(6).map(of_a_point).collect()
        });
        covered(&measured(&results, "E"), &truths, 1.0);
    }
}

/// A knock of 0.5 % of the span is 0.08 mA: the transmitter of class 0.2 fails, by that much.
#[tokio::test(start_paused = true)]
async fn knocked_transmitter_fails_by_what_it_was_knocked() {
    let (_, results) = run_whole(TRANSMITTER, 7, &["knocked"]).await;
    assert_eq!(etalon::decide::decide(&results).word(), "fail");
    let errors: Vec<f64> = measured(&results, "E").iter().map(|one| one.outcome.value).collect();
    assert!(errors.iter().all(|error| (0.05..0.11).contains(error)), "{errors:?}");
}

/// Masses put on by hand at each of 22 points; pointer less applied pressure is the true error.
#[tokio::test(start_paused = true)]
async fn precision_gauge_on_the_dead_weight_tester_conforms_and_is_covered() {
    for seed in [7, 8] {
        let (stage, results) = run_whole(DEAD_WEIGHT, seed, &[]).await;
        assert_eq!(etalon::decide::decide(&results).word(), "pass");
        let truths: Vec<f64> = stage.bench.bench().with(|world| {
            let looks = world.dead_weight().unwrap().looks(1);
            let tapped = looks.iter().filter(|look| look.tapped);
            tapped.map(|look| look.pointer_mpa - look.applied_mpa).collect()
        });
        covered(&measured(&results, "E"), &truths, 1.0);
    }
}

/// The hold at the top finds a piston that sinks onto its stop. Only a hand can take the masses off: the
/// run says that the bench is not safe, and what is to be done.
#[tokio::test(start_paused = true)]
async fn scored_piston_ends_the_run_in_the_hold_and_the_hand_is_called() {
    let stage = Stage::of(DEAD_WEIGHT, 7, &["scored-piston"]);
    let conclusion = stage.run(listen).await;
    assert_eq!(
        (conclusion.outcome, conclusion.is_safe),
        (Outcome::Failed, false),
        "{conclusion:?}"
    );
    assert!(conclusion.reason.contains("of the hold (as_found/p11-up)"), "{}", conclusion.reason);
    let (en, _) = conclusion.manual.unwrap();
    assert!(en.contains("take the masses off"), "{en}");
}
