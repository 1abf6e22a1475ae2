//! What is said on the wire to the instruments of the simulated nozzle and master meter benches,
//! as literal bytes.

#[path = "models/script.rs"]
mod script;

use etalon_instruments::catalogue;
use etalon_instruments::catalogue::model::CountState;
use script::{Talk, open, quantity, reads};

/// Origin: MODBUS Application Protocol V1.1b3, 6.1 to 6.5, and the register map in the file's own
/// words; 1602 is 0642 hexadecimal; as IEEE 754 singles, lower word first, 5 is 40A00000, 101 is
/// 42CA0000, 20 is 41A00000, 100.5 is 42C90000, 20.25 is 41A20000, 50 is 42480000, 0.5 is 3F000000.
#[tokio::test(start_paused = true)]
async fn etalon_sim_plc2_opens_nozzles_and_is_made_safe() {
    let talk: Talk = &[
        (b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x01", b"\0\x01\0\0\0\x05\x01\x03\x02\x06\x42"),
        (b"\0\x01\0\0\0\x06\x01\x03\0\x01\0\x02", b"\0\x01\0\0\0\x07\x01\x03\x04\x00\x2A\0\0"),
        (
            b"\0\x01\0\0\0\x0B\x01\x10\0\x0A\0\x02\x04\0\0\x40\xA0",
            b"\0\x01\0\0\0\x06\x01\x10\0\x0A\0\x02",
        ),
        (b"\0\x01\0\0\0\x06\x01\x05\0\0\xFF\0", b"\0\x01\0\0\0\x06\x01\x05\0\0\xFF\0"),
        (b"\0\x01\0\0\0\x06\x01\x01\0\0\0\x01", b"\0\x01\0\0\0\x04\x01\x01\x01\x01"),
        // Made safe: no flow is wanted, the vacuum pump off; then seen so.
        (
            b"\0\x01\0\0\0\x0B\x01\x10\0\x0A\0\x02\x04\0\0\0\0",
            b"\0\x01\0\0\0\x06\x01\x10\0\x0A\0\x02",
        ),
        (b"\0\x01\0\0\0\x06\x01\x05\0\0\0\0", b"\0\x01\0\0\0\x06\x01\x05\0\0\0\0"),
        (b"\0\x01\0\0\0\x06\x01\x01\0\0\0\x01", b"\0\x01\0\0\0\x04\x01\x01\x01\0"),
    ];
    is_set_and_made_safe("etalon-sim-plc2", talk, "5 m^3/h").await;
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_plc2_reads_the_air() {
    let talk: Talk = &[
        (b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x01", b"\0\x01\0\0\0\x05\x01\x03\x02\x06\x42"),
        (b"\0\x01\0\0\0\x06\x01\x03\0\x01\0\x02", b"\0\x01\0\0\0\x07\x01\x03\x04\x00\x2A\0\0"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\0\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x42\xCA"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x02\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x41\xA0"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x04\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x42\xC9"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x06\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x41\xA2"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x08\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x42\x48"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x0A\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x3F\0"),
    ];
    let wanted = [
        ("p0", "101", "kPa"),
        ("t0", "20", "degC"),
        ("p_m", "100.5", "kPa"),
        ("t_m", "20.25", "degC"),
        ("rh", "50", "%RH"),
        ("ratio", "0.5", "1"),
    ];
    reads("etalon-sim-plc2", talk, &wanted).await;
}

/// Origin: as above; 1603 is 0643 hexadecimal, 12.5 is 41480000, 300 is 43960000, 250 is 437A0000.
#[tokio::test(start_paused = true)]
async fn etalon_sim_plc3_lets_water_flow_and_is_made_safe() {
    let talk: Talk = &[
        (b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x01", b"\0\x01\0\0\0\x05\x01\x03\x02\x06\x43"),
        (b"\0\x01\0\0\0\x06\x01\x03\0\x01\0\x02", b"\0\x01\0\0\0\x07\x01\x03\x04\x00\x2A\0\0"),
        (
            b"\0\x01\0\0\0\x0B\x01\x10\0\x0A\0\x02\x04\0\0\x41\x48",
            b"\0\x01\0\0\0\x06\x01\x10\0\x0A\0\x02",
        ),
        (b"\0\x01\0\0\0\x06\x01\x05\0\0\xFF\0", b"\0\x01\0\0\0\x06\x01\x05\0\0\xFF\0"),
        (b"\0\x01\0\0\0\x06\x01\x01\0\0\0\x01", b"\0\x01\0\0\0\x04\x01\x01\x01\x01"),
        (
            b"\0\x01\0\0\0\x0B\x01\x10\0\x0A\0\x02\x04\0\0\0\0",
            b"\0\x01\0\0\0\x06\x01\x10\0\x0A\0\x02",
        ),
        (b"\0\x01\0\0\0\x06\x01\x05\0\0\0\0", b"\0\x01\0\0\0\x06\x01\x05\0\0\0\0"),
        (b"\0\x01\0\0\0\x06\x01\x01\0\0\0\x01", b"\0\x01\0\0\0\x04\x01\x01\x01\0"),
    ];
    is_set_and_made_safe("etalon-sim-plc3", talk, "12.5 m^3/h").await;
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_plc3_reads_the_water_at_both_meters() {
    let talk: Talk = &[
        (b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x01", b"\0\x01\0\0\0\x05\x01\x03\x02\x06\x43"),
        (b"\0\x01\0\0\0\x06\x01\x03\0\x01\0\x02", b"\0\x01\0\0\0\x07\x01\x03\x04\x00\x2A\0\0"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\0\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x41\x48"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x02\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x41\xA0"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x04\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x43\x96"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x06\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x41\xA2"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x08\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x43\x7A"),
    ];
    let wanted = [
        ("q", "12.5", "m^3/h"),
        ("t_s", "20", "degC"),
        ("p_s", "300", "kPa"),
        ("t_m", "20.25", "degC"),
        ("p_m", "250", "kPa"),
    ];
    reads("etalon-sim-plc3", talk, &wanted).await;
}

/// Origin: as above; 1604 is 0644 hexadecimal, 1.5 is 3FC00000, 0.0625 is 3D800000.
#[tokio::test(start_paused = true)]
async fn etalon_sim_plc4_lets_the_bell_sink_and_is_made_safe() {
    let talk: Talk = &[
        (b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x01", b"\0\x01\0\0\0\x05\x01\x03\x02\x06\x44"),
        (b"\0\x01\0\0\0\x06\x01\x03\0\x01\0\x02", b"\0\x01\0\0\0\x07\x01\x03\x04\x00\x2A\0\0"),
        (
            b"\0\x01\0\0\0\x0B\x01\x10\0\x0A\0\x02\x04\0\0\x3F\xC0",
            b"\0\x01\0\0\0\x06\x01\x10\0\x0A\0\x02",
        ),
        (b"\0\x01\0\0\0\x06\x01\x05\0\0\xFF\0", b"\0\x01\0\0\0\x06\x01\x05\0\0\xFF\0"),
        (b"\0\x01\0\0\0\x06\x01\x01\0\0\0\x01", b"\0\x01\0\0\0\x04\x01\x01\x01\x01"),
        (
            b"\0\x01\0\0\0\x0B\x01\x10\0\x0A\0\x02\x04\0\0\0\0",
            b"\0\x01\0\0\0\x06\x01\x10\0\x0A\0\x02",
        ),
        (b"\0\x01\0\0\0\x06\x01\x05\0\0\0\0", b"\0\x01\0\0\0\x06\x01\x05\0\0\0\0"),
        (b"\0\x01\0\0\0\x06\x01\x01\0\0\0\x01", b"\0\x01\0\0\0\x04\x01\x01\x01\0"),
    ];
    is_set_and_made_safe("etalon-sim-plc4", talk, "1.5 m^3/h").await;
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_plc4_reads_bell_and_meter() {
    let talk: Talk = &[
        (b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x01", b"\0\x01\0\0\0\x05\x01\x03\x02\x06\x44"),
        (b"\0\x01\0\0\0\x06\x01\x03\0\x01\0\x02", b"\0\x01\0\0\0\x07\x01\x03\x04\x00\x2A\0\0"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\0\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x41\xA0"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x02\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x41\xA2"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x04\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x3F\xC0"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x06\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x3F\0"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x08\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x3D\x80"),
        (b"\0\x01\0\0\0\x06\x01\x04\0\x0A\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x3F\xC0"),
    ];
    let wanted = [
        ("t_b", "20", "degC"),
        ("t_m", "20.25", "degC"),
        ("p_b", "1.5", "kPa"),
        ("p_m", "0.5", "kPa"),
        ("v", "0.0625", "m^3"),
        ("q", "1.5", "m^3/h"),
    ];
    reads("etalon-sim-plc4", talk, &wanted).await;
}

/// Origin: the command list in the file's own words.
#[tokio::test(start_paused = true)]
async fn etalon_sim_gc3_tells_the_pulses_of_a_stroke() {
    let talk: Talk = &[
        (b"*IDN?\n", b"ETALON,SIM-GC3,GC300001,1.0\n"),
        (b"SYST:ERR?\n", b"0,\"No error\"\n"),
        (b"TOT? (@1)\n", b"1003\n"),
    ];
    reads("etalon-sim-gc3", talk, &[("n", "1003", "imp")]).await;
}

async fn is_set_and_made_safe(model: &str, talk: Talk, flow: &str) {
    let (controller, speaking) = open(model, talk).await;
    let controller = controller.expect("as the manual has it");
    assert_eq!(controller.identity().expect("as the manual has it").serial, "42");
    controller.set("q", &quantity(flow)).await.expect("as the manual has it");
    controller.switch(true).await.expect("as the manual has it");
    assert!(controller.make_safe().await.confirmed);
    drop(controller);
    speaking.await.expect("as the manual has it");
}

/// Origin: the command list in the file's own words, the same as the pulse comparator's.
#[tokio::test(start_paused = true)]
async fn etalon_sim_gc1_counts_its_time_base_during_pulses_of_the_meter() {
    let identity = b"ETALON,SIM-GC1,GC100001,1.0\n";
    counts("etalon-sim-gc1", identity, b"CONF:GATE 100,(@1)\n", 100).await;
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_gc2_counts_the_master_during_pulses_of_the_meter() {
    let identity = b"ETALON,SIM-GC2,GC200001,1.0\n";
    counts("etalon-sim-gc2", identity, b"CONF:GATE 5000,(@1)\n", 5000).await;
}

async fn counts(model: &str, identity: &'static [u8], gate: &'static [u8], pulses: u32) {
    const NO_ERROR: &[u8] = b"0,\"No error\"\n";
    let talk: Vec<(&[u8], &[u8])> = vec![
        (b"*IDN?\n", identity),
        (b"SYST:ERR?\n", NO_ERROR),
        (gate, b""),
        (b"SYST:ERR?\n", NO_ERROR),
        (b"INIT (@1)\n", b""),
        (b"SYST:ERR?\n", NO_ERROR),
        (b"STAT? (@1)\n", b"RUNN\n"),
        (b"COUN? (@1)\n", b"12\n"),
        (b"STAT? (@1)\n", b"DONE\n"),
        (b"FETC? (@1)\n", b"1,60012345\n"),
        (b"ABOR (@1)\n", b""),
        (b"SYST:ERR?\n", NO_ERROR),
    ];
    let words = talk.into_iter().map(|(heard, said)| (heard.to_vec(), said.to_vec())).collect();
    let (counter, speaking) =
        script::spoken(catalogue::shipped(model).expect("as the manual has it"), words).await;
    let counter = counter.expect("as the manual has it");
    counter.count_arm(1, pulses).await.expect("as the manual has it");
    assert_eq!(counter.count_state(1).await.expect("as the manual has it"), CountState::Running);
    assert_eq!(counter.count_seen(1).await.expect("as the manual has it"), 12);
    assert_eq!(counter.count_state(1).await.expect("as the manual has it"), CountState::Done);
    let count = counter.count_fetch(1).await.expect("as the manual has it");
    assert_eq!((count.sequence, count.indication.decimal.to_string().as_str()), (1, "60012345"));
    counter.count_abort(1).await.expect("as the manual has it");
    drop(counter);
    speaking.await.expect("as the manual has it");
}

/// Nothing is said to it: its pulses go to a counter, and there is nothing to make safe.
#[test]
fn pulse_meter_has_no_line_and_no_hazard() {
    let model = catalogue::shipped("pulse-meter").unwrap();
    assert!(model.is_by_hand() && model.line.is_none());
    assert!(!model.safe_state.hazard);
}
