//! What is said on the wire to the instruments of the simulated flow and pressure benches, as
//! literal bytes; and that no model of the catalogue is without such a dialogue.

#[path = "models/script.rs"]
mod script;

use etalon_instruments::catalogue::{self, LIBRARY};
use script::{Talk, open, quantity, reads};
use std::path::{Path, PathBuf};

/// Origin: MODBUS Application Protocol V1.1b3, 6.1 to 6.5, and the register map in the file's
/// own words; 1601 is 0641 hexadecimal, 12.5 is 41480000 as an IEEE 754 single, lower word first.
#[tokio::test(start_paused = true)]
async fn etalon_sim_plc1_sets_reads_switches_and_is_made_safe() {
    let talk: Talk = &[
        (b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x01", b"\0\x01\0\0\0\x05\x01\x03\x02\x06\x41"),
        (b"\0\x01\0\0\0\x06\x01\x03\0\x01\0\x02", b"\0\x01\0\0\0\x07\x01\x03\x04\x00\x2A\0\0"),
        (
            b"\0\x01\0\0\0\x0B\x01\x10\0\x0A\0\x02\x04\0\0\x41\x48",
            b"\0\x01\0\0\0\x06\x01\x10\0\x0A\0\x02",
        ),
        (b"\0\x01\0\0\0\x06\x01\x05\0\x02\xFF\0", b"\0\x01\0\0\0\x06\x01\x05\0\x02\xFF\0"),
        (b"\0\x01\0\0\0\x06\x01\x01\0\x02\0\x01", b"\0\x01\0\0\0\x04\x01\x01\x01\x01"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\0\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x41\x48"),
        (b"\0\x01\0\0\0\x06\x01\x05\0\0\xFF\0", b"\0\x01\0\0\0\x06\x01\x05\0\0\xFF\0"),
        // Made safe: the diverter to the bypass, the flow to nothing, the pump off; then seen so.
        (b"\0\x01\0\0\0\x06\x01\x05\0\0\0\0", b"\0\x01\0\0\0\x06\x01\x05\0\0\0\0"),
        (
            b"\0\x01\0\0\0\x0B\x01\x10\0\x0A\0\x02\x04\0\0\0\0",
            b"\0\x01\0\0\0\x06\x01\x10\0\x0A\0\x02",
        ),
        (b"\0\x01\0\0\0\x06\x01\x05\0\x02\0\0", b"\0\x01\0\0\0\x06\x01\x05\0\x02\0\0"),
        (b"\0\x01\0\0\0\x06\x01\x01\0\0\0\x01", b"\0\x01\0\0\0\x04\x01\x01\x01\0"),
        (b"\0\x01\0\0\0\x06\x01\x01\0\x02\0\x01", b"\0\x01\0\0\0\x04\x01\x01\x01\0"),
    ];
    let (plc, speaking) = open("etalon-sim-plc1", talk).await;
    let plc = plc.unwrap();
    assert_eq!(plc.identity().unwrap().serial, "42");
    plc.set("q", &quantity("12.5 m^3/h")).await.unwrap();
    plc.switch(true).await.unwrap();
    assert_eq!(plc.read("q").await.unwrap().value.to_string(), "12.5");
    plc.choose("diverter", "tank").await.unwrap();
    assert!(plc.make_safe().await.confirmed);
    drop(plc);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_tw1_reads_the_water() {
    let talk: Talk = &[
        (b"*IDN?\n", b"ETALON,SIM-TW1,TW100001,1.0\n"),
        (b"SYST:ERR?\n", b"0,\"No error\"\n"),
        (b"MEAS:TEMP?\n", b"+2.041200E+01\n"),
    ];
    reads("etalon-sim-tw1", talk, &[("t", "20.41200", "degC")]).await;
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_dial_is_tapped_and_looked_at() {
    let talk: Talk = &[
        (b"*IDN?\n", b"ETALON,SIM-DIAL,GA100001,1.0\n"),
        (b"SYST:ERR?\n", b"0,\"No error\"\n"),
        (b"TAP (@1)\n", b""),
        (b"SYST:ERR?\n", b"0,\"No error\"\n"),
        (b"LOOK? (@1)\n", b"+1.502000E+00\n"),
    ];
    let (dial, speaking) = open("etalon-sim-dial", talk).await;
    let dial = dial.unwrap();
    dial.choose("case", "tap").await.unwrap();
    assert_eq!(dial.read("p").await.unwrap().decimal.to_string(), "1.502000");
    drop(dial);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_dm1_reads_the_oil() {
    let talk: Talk = &[
        (b"*IDN?\n", b"ETALON,SIM-DM1,DM400001,1.0\n"),
        (b"SYST:ERR?\n", b"0,\"No error\"\n"),
        (b"MEAS:PRES?\n", b"+2.500310E+01\n"),
    ];
    reads("etalon-sim-dm1", talk, &[("p", "25.00310", "MPa")]).await;
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_hand_puts_masses_on_looks_and_takes_them_off() {
    let talk: Talk = &[
        (b"*IDN?\n", b"ETALON,SIM-HAND,HA100001,1.0\n"),
        (b"SYST:ERR?\n", b"0,\"No error\"\n"),
        (b"MASS 5.00000E0\n", b""),
        (b"SYST:ERR?\n", b"0,\"No error\"\n"),
        (b"MASS?\n", b"5.000000\n"),
        (b"LOOK? (@1)\n", b"+1.502000E+00\n"),
        (b"MASS 0\n", b""),
        (b"SYST:ERR?\n", b"0,\"No error\"\n"),
        (b"MASS?\n", b"0.000000\n"),
    ];
    let (hand, speaking) = open("etalon-sim-hand", talk).await;
    let hand = hand.unwrap();
    hand.set("m_nominal", &quantity("5 kg")).await.unwrap();
    assert_eq!(hand.read("m").await.unwrap().decimal.to_string(), "5.000000");
    assert_eq!(hand.read("p").await.unwrap().decimal.to_string(), "1.502000");
    assert!(hand.make_safe().await.confirmed);
    drop(hand);
    speaking.await.unwrap();
}

/// Nothing is said to it: what it does is a person's, in words.
#[test]
fn dead_weight_tester_is_served_by_a_person_and_says_how_it_is_made_safe() {
    let model = catalogue::shipped("dead-weight-tester").unwrap();
    assert!(model.is_by_hand() && model.line.is_none());
    assert!(model.safe_state.hazard && model.safe_state.by_hand.en.contains("vent valve"));
}

/// What the names of files with dialogues begin with.
const DIALOGUES: [&str; 2] = ["dialogues", "models"];

#[test]
fn every_model_of_the_catalogue_has_a_dialogue_with_literal_wire_text() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let holds_dialogues = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.ends_with(".rs") && DIALOGUES.iter().any(|begin| name.starts_with(begin))
    };
    let files = files.filter(holds_dialogues);
    let texts: Vec<String> = files.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let named = |id: &str| texts.iter().any(|text| text.contains(&format!("\"{id}\"")));
    let without: Vec<&str> = LIBRARY
        .iter()
        .filter_map(|(name, _)| name.strip_suffix(".toml"))
        .filter(|id| !named(id))
        .collect();
    assert!(without.is_empty(), "models without a dialogue in {DIALOGUES:?}: {without:?}");
}

/// Each kind of line, and the test that puts it through `conformance::check`.
const CONFORM: [(&str, &str, &str); 11] = [
    ("in_process", "conformance.rs", "in_process_transport_conforms_on_the_paused_clock"),
    ("tcp", "conformance.rs", "tcp_transport_conforms"),
    ("serial", "serial.rs", "serial_transport_conforms_on_a_pseudo_terminal"),
    ("vxi11", "lan.rs", "vxi11_transport_conforms"),
    ("hislip", "lan.rs", "hislip_transport_conforms_in_synchronised_mode"),
    ("hislip", "lan.rs", "hislip_transport_conforms_in_overlapped_mode"),
    ("prologix", "lan.rs", "prologix_transport_conforms"),
    ("prologix", "lan.rs", "prologix_transport_conforms_on_a_serial_port"),
    ("usbtmc", "lan/usbtmc.rs", "usbtmc_transport_conforms"),
    ("visa", "visa.rs", "visa_sockets_conform_although_no_terminator_is_set_by_default"),
    // It has no far end that could answer late or hang up: it says what a transcript has.
    ("replay", "replay.rs", "a_transcript_refuses_anything_else_than_what_was_said"),
];

/// Parts of kinds of lines, and what makes one of them for an address.
const PARTS: [&str; 5] = ["arrived", "pieces", "ports", "stream", "threaded"];

#[test]
fn every_kind_of_line_has_a_test_of_its_contract() {
    let house = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(house.join("src/transport")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(kind) = name.strip_suffix(".rs") else { continue };
        let is_held = CONFORM.iter().any(|(of, _, _)| *of == kind);
        assert!(is_held || PARTS.contains(&kind), "transport {kind} is in no conformance test");
    }
    for (kind, file, test) in CONFORM {
        let text = std::fs::read_to_string(house.join("tests").join(file)).unwrap();
        assert!(text.contains(&format!("fn {test}(")), "{kind}: no {test} in {file}");
    }
}
