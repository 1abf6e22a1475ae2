//! Benches beyond the demonstration, served and worked on by other people's clients alone: whoever
//! moves a bench through one link sees by the others that it moved.

use super::{served::Served, talk::Client};

/// Fast enough that nobody waits long, slow enough that a slow machine keeps pace.
const FAST: [&str; 2] = ["--time-scale", "50"];

fn served(bench: &str, more: &[&str]) -> Served {
    Served::open(bench, &[&FAST, more].concat())
}

/// Whether a value lies within a share of what is wanted.
#[track_caller]
fn near(value: f64, wanted: f64, share: f64) {
    assert!((value / wanted - 1.0).abs() < share, "{value}, wanted {wanted}");
}

/// 800 kPa of 0 to 1600 kPa are 12 of 4 to 20 mA. The controller may be 0.01 % and 0.1 kPa off, the
/// reference 40 ppm and 0.03 kPa, the transmitter 0.2 % of its span.
#[test]
fn pyvisa_sets_a_pressure_and_the_served_transmitter_changes_its_current() {
    let served = served("transmitter-1", &["--also", "hislip"]);
    let mut controller = Client::pyvisa(&served, "controller", "hislip");
    let at = served.resource("ref", "SOCKET");
    let mut reference = Client::of("visa_talk.py", &[at, "crlf"]);
    let mut multimeter = Client::pyvisa(&served, "multimeter", "SOCKET");
    let mut room = Client::pyserial(&served, "ambient");

    assert!(reference.number("?").abs() < 1.0);
    near(multimeter.number("READ?"), 4e-3, 0.01);
    for order in ["UNIT:PRES KPA", "SOUR:PRES:SLEW:MODE MAX", "SOUR:PRES 800", "OUTP:STAT ON"] {
        assert_eq!(controller.ask(order), "sent");
    }
    controller.until("SENS:PRES:INL?", |answer| answer.ends_with(", 1"));
    reference.until_within("?", 799.6, 800.4);
    multimeter.until_within("READ?", 11.964e-3, 12.036e-3);
    controller.ask("SOUR:PRES:LEV:IMM:AMPL:VENT 1");
    reference.until_within("?", -1.0, 1.0);
    multimeter.until_within("READ?", 3.96e-3, 4.04e-3);
    assert_eq!(controller.ask("SYST:ERR?"), "SYST:ERR 0,\"No error\"");
    // The room at 780 m.
    near(room.number("MEAS:PRES?"), 924.0, 0.005);
}

/// Masses of 10.009 kg on 98.0512 mm² in the gravity of the bench, in air of 1.1 kg/m³: 1.0000 MPa,
/// less 0.8 kPa of oil to the gauge, which may be 0.25 % of 2.5 MPa off.
#[test]
fn pyvisa_puts_masses_on_and_the_served_gauge_of_the_dead_weight_tester_moves() {
    let served = served("dead-weight-1", &["--also", "hislip"]);
    let mut hand = Client::pyvisa(&served, "hand", "SOCKET");
    let mut monitor = Client::pyvisa(&served, "monitor", "hislip");
    let mut thermometer = Client::pyvisa(&served, "thermo", "SOCKET");
    let mut room = Client::pyserial(&served, "ambient");

    assert!(hand.number("LOOK? (@1)").abs() < 0.00625);
    assert_eq!(hand.ask("MASS 10.009"), "sent");
    near(hand.number("MASS?"), 10.009, 1e-5);
    hand.until("FLOA?", |answer| answer == "1");
    monitor.until_within("MEAS:PRES?", 0.999, 1.001);
    hand.ask("TAP (@1)");
    hand.until_within("LOOK? (@1)", 0.99325, 1.00575);
    assert_eq!(hand.ask("MASS 0"), "sent");
    monitor.until_within("MEAS:PRES?", -0.0005, 0.0005);
    // No pressure that the masses at hand could give.
    hand.ask("MASS 1000");
    assert!(hand.ask("SYST:ERR?").starts_with("-222"));
    // The piston stands in the room.
    let degc = room.number("MEAS:TEMP?");
    assert!((thermometer.number("MEAS:TEMP?") - degc).abs() < 1.0);
}

/// Before anything runs, what every controller of these benches holds in its first registers; what
/// its serial line sets, its socket shows.
fn controller(served: &Served, model: &str, serial: &str) -> [Client; 2] {
    let mut socket = Client::pymodbus(served, "plc");
    let mut line = Client::pymodbus_rtu(served, "plc");
    assert_eq!((socket.ask("word 0"), line.ask("long 1")), (model.to_owned(), serial.to_owned()));
    assert_eq!(socket.ask("coil 0"), "0");
    assert_eq!(line.ask("coil 0 1"), "done");
    assert_eq!(socket.ask("coil 0"), "1");
    // Modbus V1.1b3, 7: no such place, no such value.
    assert_eq!(socket.ask("set 4000"), "exception 2");
    assert_eq!(line.ask("set 10 99"), "exception 3");
    [socket, line]
}

/// Opens a gate of so many pulses of the meter: what was counted during them.
fn gate(counter: &mut Client, pulses: u32) -> f64 {
    counter.ask(&format!("CONF:GATE {pulses},(@1)"));
    counter.ask("INIT (@1)");
    counter.until("STAT? (@1)", |state| state == "DONE");
    let fetched = counter.ask("FETC? (@1)");
    let (number, count) = fetched.split_once(',').expect("number and count");
    assert!(number.parse::<u32>().is_ok_and(|number| number > 0), "gate {number}");
    count.parse().expect("a count")
}

/// 2000 of 10 000 pulses/m³ during so many microseconds are the flow through the nozzle of 16 m³/h,
/// within what its throat, the air of the room (the nozzle keeps the speed of sound) and a meter of
/// class 1.5 leave open.
#[test]
fn pymodbus_starts_the_pump_and_the_meter_behind_the_served_nozzles_turns() {
    let served = served("nozzle-1", &["--also", "modbus-rtu"]);
    let mut counter = Client::pyvisa(&served, "counter", "SOCKET");
    let mut room = Client::pyserial(&served, "ambient");
    let [mut socket, mut line] = controller(&served, "1602", "16020001");

    let hectopascal = room.number("MEAS:PRES?");
    near(socket.number("input 0") * 10.0, hectopascal, 0.005);
    assert_eq!(socket.ask("set 10 16"), "done");
    near(line.number("set 10"), 16.0, 1e-9);
    // Choked, by dossier 5.8.
    socket.until_within("input 10", 0.3, 0.85);
    let seconds = gate(&mut counter, 2000) * 1e-6;
    near(0.2 / seconds * 3600.0, 16.0, 0.03);
    assert_eq!(line.ask("coil 0 0"), "done");
    socket.until_within("input 10", 0.99, 1.01);
}

/// The master gives 100 000 pulses/m³, the meter 30 030, within 0.5 % of one another.
#[test]
fn pymodbus_starts_the_pump_and_the_served_meter_runs_with_the_master() {
    let served = served("master-1", &["--also", "modbus-rtu"]);
    let mut counter = Client::pyvisa(&served, "counter", "SOCKET");
    let mut room = Client::pyserial(&served, "ambient");
    let [mut socket, mut line] = controller(&served, "1603", "16030001");

    assert_eq!(line.ask("set 10 8"), "done");
    socket.until_within("input 0", 7.8, 8.2);
    near(gate(&mut counter, 2000), 2000.0 * 100_000.0 / 30_030.0, 0.005);
    // The meter stands behind the master: the line has taken some of the pressure.
    assert!(socket.number("input 8") < socket.number("input 4"));
    // The water is about as warm as the room.
    assert!((socket.number("input 2") - room.number("MEAS:TEMP?")).abs() < 3.0);
    assert_eq!(line.ask("coil 0 0"), "done");
    socket.until_within("input 0", -0.1, 0.1);
    // A gate on a meter that stands still does not end.
    counter.ask("CONF:GATE 10,(@1)");
    counter.ask("INIT (@1)");
    assert_ne!(counter.ask("STAT? (@1)"), "DONE");
}

/// 100 L leave the bell through a meter of 10 000 pulses/m³ and class 1.5: 1000 pulses, and the bell
/// stands at its lower mark.
#[test]
fn pymodbus_raises_the_served_bell_and_its_air_turns_the_meter() {
    let served = served("bell-1", &["--also", "modbus-rtu"]);
    let mut counter = Client::pyvisa(&served, "counter", "SOCKET");
    let mut room = Client::pyserial(&served, "ambient");
    let [mut socket, mut line] = controller(&served, "1604", "16040001");

    assert_eq!(line.ask("set 12 0.1"), "done");
    socket.until_within("input 8", 0.0995, 0.1005);
    assert!((socket.number("input 0") - room.number("MEAS:TEMP?")).abs() < 2.0);
    assert_eq!(socket.ask("set 10 3"), "done");
    socket.until_within("input 10", 2.9, 3.1);
    // No height is taken while the valve stands open.
    assert_eq!(line.ask("set 12 0.05"), "exception 3");
    socket.until_within("input 8", -0.0005, 0.0005);
    counter.until_within("TOT? (@1)", 985.0, 1015.0);
    assert_eq!(line.ask("coil 0 0"), "done");
    assert_eq!(socket.ask("coil 0"), "0");
}

/// Balanced 220 V and 60 A are 39.6 kW; one phase turned to 60° leaves 33 kW. Ten pulses of 400 per
/// kWh are 0.025 kWh, 75 000 pulses of a reference with 3 000 000; a meter of class 1.
#[test]
fn pyvisa_loads_the_served_three_phase_bench_and_its_meters_pulse() {
    let served = served("meters-3p", &["--also", "hislip"]);
    let mut source = Client::pyvisa(&served, "source", "hislip");
    let mut reference = Client::pyvisa(&served, "ref", "SOCKET");
    let mut counter = Client::pyvisa(&served, "counter", "hislip");
    let mut room = Client::pyserial(&served, "ambient");

    source.ask("SOUR:VOLT 220;SOUR:CURR 60");
    assert!(reference.number("MEAS:POW?").abs() < 1.0);
    source.ask("OUTP ON");
    reference.until_within("MEAS:POW?", 39_500.0, 39_700.0);
    assert_eq!(reference.ask("MEAS:SEQ?"), "1");
    near(reference.number("CAL:CONS?"), 3e6, 1e-9);
    near(gate(&mut counter, 10), 75_000.0, 0.01);
    source.ask("SOUR:L2:PHAS 60");
    reference.until_within("MEAS:POW?", 32_900.0, 33_100.0);
    reference.until_within("MEAS:L2:POW?", 6_567.0, 6_633.0);
    source.ask("OUTP OFF");
    reference.until_within("MEAS:POW?", -1.0, 1.0);
    near(room.number("MEAS:PRES?"), 1011.0, 0.005);
}

/// Three wires, 100 V between two of them and 6 A: sqrt(3) times 600 VA, each element cos 30 degrees of them; at
/// 60 degrees all of what is left is in that of L3. A hundred pulses of 20000 per kWh are 0.005 kWh, 216 506 pulses of
/// a reference with 43 301 270; a meter of class 0.5S.
#[test]
fn pyvisa_loads_the_served_three_wire_bench_and_its_elements_share_the_power() {
    let served = served("meters-3w", &["--also", "hislip"]);
    let mut source = Client::pyvisa(&served, "source", "hislip");
    let mut reference = Client::pyvisa(&served, "ref", "SOCKET");
    let mut counter = Client::pyvisa(&served, "counter", "hislip");

    source.ask("SOUR:VOLT 57.735;SOUR:L1:CURR 6;SOUR:L3:CURR 6");
    assert!(reference.number("MEAS:POW?").abs() < 1.0);
    source.ask("OUTP ON");
    reference.until_within("MEAS:POW?", 1_037.0, 1_041.5);
    assert_eq!(reference.ask("MEAS:SEQ?"), "1");
    near(reference.number("MEAS:VOLT?"), 100.0, 0.002);
    near(reference.number("MEAS:L1:POW?"), 519.6, 0.003);
    near(reference.number("MEAS:L3:POW?"), 519.6, 0.003);
    near(reference.number("CAL:CONS?"), 43_301_270.0, 1e-6);
    near(gate(&mut counter, 100), 216_506.0, 0.005);
    source.ask("SOUR:PHAS 60");
    reference.until_within("MEAS:POW?", 518.0, 521.5);
    assert!(reference.number("MEAS:L1:POW?").abs() < 1.0);
    near(reference.number("MEAS:L3:POW?"), 519.6, 0.003);
    source.ask("OUTP OFF");
    reference.until_within("MEAS:POW?", -1.0, 1.0);
}

/// At 90° the 39.6 kVA are all reactive: ten pulses of 400 per kvarh of the reactive lamp are 75 000 of
/// the reference, which counts kvarh. At 30° half of the power
/// is reactive, and on active pulses the reference counts the other part beside it: √3.
#[test]
fn pyvisa_switches_the_served_reference_and_the_heads_to_reactive_energy_and_back() {
    let served = served("meters-3p", &["--also", "hislip"]);
    let mut source = Client::pyvisa(&served, "source", "hislip");
    let mut reference = Client::pyvisa(&served, "ref", "SOCKET");
    let mut counter = Client::pyvisa(&served, "counter", "hislip");

    source.ask("SOUR:VOLT 220;SOUR:CURR 60;SOUR:PHAS 90");
    source.ask("OUTP ON");
    reference.until_within("MEAS:REAC?", 39_500.0, 39_700.0);
    assert_eq!(reference.ask("SENS:FUNC?"), "ACT");
    reference.ask("SENS:FUNC REAC");
    assert_eq!(reference.ask("SENS:FUNC?"), "REAC");
    counter.ask("INP REAC");
    near(gate(&mut counter, 10), 75_000.0, 0.01);
    source.ask("SOUR:PHAS 30");
    reference.until_within("MEAS:REAC?", 19_700.0, 19_900.0);
    near(gate(&mut counter, 10), 75_000.0, 0.01);
    reference.ask("SENS:FUNC ACT");
    near(gate(&mut counter, 10), 75_000.0 * 3f64.sqrt(), 0.01);
    counter.ask("INP ACT");
    near(gate(&mut counter, 10), 75_000.0, 0.01);
    source.ask("OUTP OFF");
    reference.until_within("MEAS:REAC?", -1.0, 1.0);
}

/// The other meters of the bench, over both of their lines: the plates and the registers of the
/// bench's description.
#[test]
fn dlt645_and_gurux_clients_read_every_meter_of_the_served_row() {
    meters_are_read(
        "meters-3p",
        "DT",
        [("330000000001", 12.34), ("330000000002", 0.0), ("330000000003", 987.65)],
    );
}

/// The same of the bench for three-wire meters.
#[test]
fn dlt645_and_gurux_clients_read_every_three_wire_meter_of_the_served_row() {
    meters_are_read(
        "meters-3w",
        "DS",
        [("330000000011", 4.56), ("330000000012", 0.0), ("330000000013", 98.76)],
    );
}

fn meters_are_read(bench: &str, kind: &str, wanted: [(&str, f64); 3]) {
    let served = Served::open(bench, &[]);
    for ((address, kwh), position) in wanted.into_iter().zip(1..) {
        let line = |name: &str| served.resource(&format!("{name}-{position}"), "ASRL");
        let bus = super::served::terminal(line("meter"));
        let mut client = Client::of("dlt645_client.py", &[bus, address]);
        let read: f64 = first(&client.line("energy"));
        assert!((read - kwh).abs() < 0.005, "meter {position}: {read} kWh");
        let head = super::served::terminal(line("optical"));
        let mut client = Client::of("dlms_client.py", &[head]);
        assert_eq!(client.line("serial"), [format!("{kind}2600000{position}")]);
        let read: f64 = first(&client.line("energy"));
        assert!((read - kwh * 1000.0).abs() < 1.0, "meter {position}: {read} Wh");
    }
}

fn first(said: &[String]) -> f64 {
    said.first().and_then(|one| one.parse().ok()).expect("a number")
}
