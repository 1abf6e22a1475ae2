//! The person at the bench.

use etalon::engine::Outcome;
use etalon::journal::Body;

use crate::bench::{Laboratory, only_listen};

/// ISO/IEC 17025, 7.4.2: the item on the bench is the item of the order.
#[tokio::test(start_paused = true)]
async fn iso17025_7_4_2_meter_in_the_wrong_position_is_taken_out() {
    let laboratory = Laboratory::new();
    let item = laboratory.folder().join("lab/items/DD26000002.toml");
    let text = std::fs::read_to_string(&item).unwrap();
    std::fs::write(&item, text.replace("serial    = \"DD26000002\"", "serial    = \"DD26999999\""))
        .unwrap();
    let bench = laboratory.bench(&[]);
    // The script reads each plate from the plan; here the plate says something else.
    let prepared = laboratory.prepare(&["DD26000001", "DD26000002"]);
    let conclusion = laboratory
        .run_with_plates(&bench, prepared, &["DD26000001", "DD26000002"], only_listen)
        .await
        .unwrap();
    assert_eq!(conclusion.outcome, Outcome::Done);
    let events = laboratory.events(&conclusion);
    let reason = events.iter().find_map(|event| match &event.body {
        Body::PositionRemoved { position: 2, reason, .. } => Some(reason.clone()),
        _ => None,
    });
    assert!(reason.is_some_and(|reason| reason.contains("DD26999999")));
}
