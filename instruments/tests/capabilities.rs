//! What every shipped model is good for, written down by hand beside what its file makes of it.

use etalon_instruments::catalogue::{self, Capability, Demand, LIBRARY};
use std::collections::BTreeMap;

/// Model, and what its manual or description lets a bench do with it.
const GOOD_FOR: &[(&str, &str)] = &[
    ("clou-cl3115", ""),
    ("dead-weight-tester", ""),
    ("dhi-ppc4", "identify, measure"),
    ("dlms-meter", "identify, measure, read register"),
    ("dlt645-meter", "identify, measure, read register"),
    ("druck-pace5000", "identify, source, measure, settle, vent, ambient, safe state"),
    ("druck-pace6000", "identify, source, measure, settle, vent, ambient, safe state"),
    ("etalon-sim-dial", "identify, measure"),
    ("etalon-sim-dm1", "identify, measure"),
    ("etalon-sim-gc1", "identify, count"),
    ("etalon-sim-gc2", "identify, count"),
    ("etalon-sim-gc3", "identify, measure, count"),
    ("etalon-sim-hand", "identify, measure, settle, weigh, safe state"),
    ("etalon-sim-pc12", "identify, count"),
    ("etalon-sim-pc6", "identify, count"),
    ("etalon-sim-plc1", "identify, source, measure, settle, divert, safe state"),
    ("etalon-sim-plc2", "identify, source, measure, settle, ambient, safe state"),
    ("etalon-sim-plc3", "identify, source, measure, settle, safe state"),
    ("etalon-sim-plc4", "identify, source, measure, settle, safe state"),
    ("etalon-sim-ps1", "identify, source, measure, settle, safe state"),
    ("etalon-sim-ps3", "identify, source, measure, settle, safe state"),
    ("etalon-sim-rm05", "identify, measure"),
    ("etalon-sim-rm2", "identify, measure, read register, safe state"),
    ("etalon-sim-rm3", "identify, measure, read register, safe state"),
    ("etalon-sim-th1", "identify, measure, ambient"),
    ("etalon-sim-tw1", "identify, measure"),
    ("fluke-1586a", ""),
    ("fluke-5522a", "identify, source, settle, safe state"),
    ("fluke-6105a", ""),
    ("fluke-6270a", "identify, source, measure, settle, vent, safe state"),
    ("fluke-7250", "identify, source, measure, settle, vent, safe state"),
    ("fluke-8588a", ""),
    ("generic-scpi-dmm", "identify, measure"),
    ("generic-scpi-source", "identify, source, measure, settle, safe state"),
    ("keysight-34401a", "identify, measure"),
    ("keysight-34461a", "identify, measure"),
    ("keysight-34465a", "identify, measure"),
    ("keysight-53220a", "identify, measure, count"),
    ("keysight-53230a", "identify, measure, count"),
    ("manual", ""),
    ("mensor-cpc6050", "identify, source, measure, settle, vent, safe state"),
    ("modbus-plc", "identify, source, measure, settle, divert, safe state"),
    ("mt-sics", "identify, measure, weigh"),
    ("pulse-meter", ""),
    ("sartorius-sbi", "identify, measure, weigh"),
    ("vaisala-ptu300", "identify, measure, ambient"),
    ("yokogawa-wt3000e", "identify, measure, read register"),
    ("yokogawa-wt5000", "identify, measure, read register"),
    ("zera-mt", "identify, measure"),
];

#[test]
fn every_shipped_model_can_do_what_is_written_down_for_it_and_nothing_else() {
    let written: BTreeMap<&str, &str> = GOOD_FOR.iter().copied().collect();
    let mut wrong = Vec::new();
    for (name, text) in LIBRARY {
        let model = catalogue::parse(text).unwrap();
        let found: Vec<String> = model.capabilities().iter().map(ToString::to_string).collect();
        match written.get(model.id.as_str()) {
            Some(wanted) if *wanted == found.join(", ") => {}
            other => wrong.push(format!("{name}: found {}, written {other:?}", found.join(", "))),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A model that can do harm can be made safe by a command, or says what a person does.
#[test]
fn every_source_has_a_safe_state() {
    for (name, text) in LIBRARY {
        let model = catalogue::parse(text).unwrap();
        let can = model.capabilities();
        let is_safe =
            can.contains(&Capability::SafeState) || !model.safe_state.by_hand.en.is_empty();
        assert!(!can.contains(&Capability::Source) || is_safe, "{name}");
    }
}

#[test]
fn a_demand_is_met_by_commands_and_by_a_person_and_says_what_it_is() {
    let model = |id: &str| catalogue::shipped(id).unwrap();
    let (probe, source, person) =
        (model("etalon-sim-th1"), model("etalon-sim-ps1"), model("manual"));
    let vent = Demand::any(Capability::Vent);
    for (demand, of_probe, of_source) in [
        (Demand::measure("t_amb"), true, false),
        (Demand::source("U"), false, true),
        (Demand::any(Capability::Source), false, true),
        (vent.clone(), false, false),
    ] {
        let found = [&probe, &source, &person].map(|model| demand.is_met_by(model));
        assert_eq!(found, [of_probe, of_source, true], "{demand}");
    }
    assert_eq!(Demand::source("U").to_string(), "source `U`");
    assert_eq!(vent.to_string(), "vent");
}
