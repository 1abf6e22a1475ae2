//! What is collected finds room: refused by the plan, and by the run where something is left.

use etalon::{demonstration, engine::Outcome, journal::Body};

use crate::scenes::{Stage, TURBINE, listen};

/// Another capacity in the file of the flow bench.
fn with_capacity(stage: &Stage, line: &str) {
    let file = stage.laboratory.folder().join("lab/benches/flow-gravimetric.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let is_it = |known: &&str| known.starts_with("capacity");
    let known = text.lines().find(is_it).unwrap().to_owned();
    std::fs::write(&file, text.replacen(&known, line, 1)).unwrap();
}

#[tokio::test(start_paused = true)]
async fn plan_that_would_overfill_the_tank_is_refused_with_point_and_amount() {
    let stage = Stage::new(TURBINE, 7, &[]);
    with_capacity(&stage, "capacity = { m = \"300 kg\" }");
    let planned = demonstration::prepare_scene(&stage.laboratory.lab, stage.scene, 7);
    let words = planned.err().unwrap().to_string();
    // 60 s at 20 m^3/h are a third of a tonne.
    assert!(words.contains("333.33") && words.contains("qmax"), "{words}");
    assert!(words.contains("300 kg, its capacity in the bench file"), "{words}");

    with_capacity(&stage, "");
    let planned = demonstration::prepare_scene(&stage.laboratory.lab, stage.scene, 7);
    let words = planned.err().unwrap().to_string();
    assert!(words.contains("how much the tank holds"), "{words}");
}

#[tokio::test(start_paused = true)]
async fn run_does_not_fill_a_tank_in_which_something_is_left() {
    let stage = Stage::new(TURBINE, 7, &[]);
    // The plan finds room for 333.3 kg; beside what a drain ended in haste leaves there is none.
    let file = stage.laboratory.folder().join("lab/procedures/jjg1037-turbine-gravimetric.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("below = \"20 kg\""));
    std::fs::write(&file, text.replace("below = \"20 kg\"", "below = \"200 kg\"")).unwrap();
    with_capacity(&stage, "capacity = { m = \"334 kg\" }");
    let conclusion = stage.run(listen).await;
    let found = format!("{conclusion:?}");
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Failed, true), "{found}");
    assert!(conclusion.reason.contains("it holds 334 kg: drain it"), "{found}");
    let events = stage.laboratory.events(&conclusion);
    let mut led = events.iter().filter_map(|event| match &event.body {
        Body::Setting { value, .. } if ["tank", "bypass"].contains(&value.as_str()) => Some(value),
        _ => None,
    });
    assert_eq!(
        led.next_back().map(String::as_str),
        Some("bypass"),
        "the flow ends beside the tank"
    );
}
