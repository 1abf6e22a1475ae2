//! Three meters that hang on one RS-485 line, each under its own number, from the bench file to the results:
//! nothing of a laboratory with one serial port is different from one with a port for every position.

use std::fs;

use etalon::engine::Outcome;
use etalon::engine::session::recorded_plan;

use crate::three_phase::{REGISTER, Stage, values, verdicts};

/// How the meters stand on the demonstration's bench, and how they hang on one line.
const ON_THEIR_OWN: &str = "resource = \"SIM::meter-{channel}\"";
const ON_ONE: &str = "resource = \"SIM::row\"\naddress  = \"33000000000{channel}\"";

/// A stage whose meters hang on one line, at addresses of this pattern.
fn on_one_line(pattern: &str) -> Stage {
    let stage = Stage::new(REGISTER, &[]);
    let bench = stage.laboratory.lab.root().join("benches/meters-3p.toml");
    let text = fs::read_to_string(&bench).unwrap();
    assert!(text.contains(ON_THEIR_OWN), "the bench file has changed");
    fs::write(&bench, text.replace(ON_THEIR_OWN, pattern)).unwrap();
    stage
}

/// Planted: the register of meter 3 loses 2 %. Each error is found at the meter that has it, so that no
/// register was read for another one's.
#[tokio::test(start_paused = true)]
async fn register_test_reads_three_meters_on_one_line_each_for_itself() {
    let stage = on_one_line(ON_ONE);
    let conclusion = stage.run().await;
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    let results = stage.results(&conclusion);
    assert_eq!(verdicts(&results), ["pass", "pass", "fail"]);
    for (results, wanted) in results.iter().zip([0.13, -0.06, -1.74]) {
        let (found, _) = values(results)["register/imax-1"];
        assert!((found - wanted).abs() < 0.14, "{found} %, wanted {wanted} %");
    }
    let events = stage.laboratory.events(&conclusion);
    let plan = recorded_plan(&stage.laboratory.journal, &conclusion.run, &events).unwrap();
    let addresses: Vec<_> =
        plan.instruments.iter().filter_map(|one| one.address.as_deref()).collect();
    assert_eq!(addresses, ["330000000001", "330000000002", "330000000003"]);
}

/// Without numbers all three answer at once: the run is refused with what was heard, and nothing is energised.
#[tokio::test(start_paused = true)]
async fn meters_on_one_line_without_numbers_refuse_the_run_and_nothing_is_energised() {
    let stage = on_one_line("resource = \"SIM::row\"");
    let refusal = stage.attempt().await.unwrap_err().to_string();
    assert!(refusal.contains("meters") && refusal.contains("garbled"), "{refusal}");
    stage.bench.bench().with(|world| {
        let supply = world.three_phase().unwrap().true_supply();
        assert!(supply.largest_current_a() < 1e-3, "{supply:?}");
    });
}
