//! Every link of every bench that is shipped, opened by other people's clients, and who answers.

use etalon_fixtures::library::LIBRARY;

use super::{served::Served, talk::Client};

/// Bench, instrument and the words that it is known by: model and serial number of its description.
const WHO: &[(&str, &str, &str)] = &[
    ("meters-6", "source", "ETALON,SIM-PS1,PS100001,1.0"),
    ("meters-6", "ref", "ETALON,SIM-RM05,RM050001,1.0"),
    ("meters-6", "counter", "ETALON,SIM-PC6,PC600001,1.0"),
    ("meters-6", "ambient", "ETALON,SIM-TH1,TH100001,1.0"),
    ("meters-3p", "source", "ETALON,SIM-PS3,PS300001,1.0"),
    ("meters-3p", "ref", "ETALON,SIM-RM3,RM300001,1.0"),
    ("meters-3p", "counter", "ETALON,SIM-PC12,PC120001,1.0"),
    ("meters-3p", "ambient", "ETALON,SIM-TH1,TH300001,1.0"),
    ("meters-3w", "source", "ETALON,SIM-PS3,PS300002,1.0"),
    ("meters-3w", "ref", "ETALON,SIM-RM2,RM200001,1.0"),
    ("meters-3w", "counter", "ETALON,SIM-PC12,PC120002,1.0"),
    ("meters-3w", "ambient", "ETALON,SIM-TH1,TH300002,1.0"),
    ("pressure-1", "controller", "DRUCK,PACE5000,PP500001,1.0"),
    ("pressure-1", "ref", "MENSOR,CPC6050,PR250001,1.0"),
    ("pressure-1", "dial", "ETALON,SIM-DIAL,GD100001,1.0"),
    ("pressure-1", "ambient", "ETALON,SIM-TH1,TH200001,1.0"),
    ("transmitter-1", "controller", "DRUCK,PACE5000,PP500001,1.0"),
    ("transmitter-1", "ref", "MENSOR,CPC6050,PR250001,1.0"),
    ("transmitter-1", "multimeter", "Keysight Technologies,34461A,MY57340001,1.0"),
    ("transmitter-1", "ambient", "ETALON,SIM-TH1,TH200001,1.0"),
    ("dead-weight-1", "hand", "ETALON,SIM-HAND,GD200001,1.0"),
    ("dead-weight-1", "monitor", "ETALON,SIM-DM1,DM400001,1.0"),
    ("dead-weight-1", "thermo", "ETALON,SIM-TW1,TW200001,1.0"),
    ("dead-weight-1", "ambient", "ETALON,SIM-TH1,TH200001,1.0"),
    ("flow-gravimetric", "plc", "1601 16010001"),
    ("flow-gravimetric", "scale", "I4 A \"WB600001\""),
    ("flow-gravimetric", "counter", "Keysight Technologies,53230A,MY53230001,1.0"),
    ("flow-gravimetric", "thermo", "ETALON,SIM-TW1,TW100001,1.0"),
    ("flow-gravimetric", "ambient", "Serial number : PTU30001"),
    ("master-1", "plc", "1603 16030001"),
    ("master-1", "counter", "ETALON,SIM-GC2,GC200001,1.0"),
    ("master-1", "ambient", "ETALON,SIM-TH1,TH400001,1.0"),
    ("nozzle-1", "plc", "1602 16020001"),
    ("nozzle-1", "counter", "ETALON,SIM-GC1,GC100001,1.0"),
    ("nozzle-1", "ambient", "ETALON,SIM-TH1,TH500001,1.0"),
    ("bell-1", "plc", "1604 16040001"),
    ("bell-1", "counter", "ETALON,SIM-GC3,GC300001,1.0"),
    ("bell-1", "ambient", "ETALON,SIM-TH1,TH600001,1.0"),
];

/// What each kind of instrument is asked, with the end of its lines.
fn question(bench: &str, instrument: &str) -> (&'static str, &'static str) {
    match (bench, instrument) {
        (_, "plc") => ("modbus", ""),
        ("flow-gravimetric", "scale") => ("crlf", "I4"),
        ("flow-gravimetric", "ambient") => ("crlf", "SNUM"),
        ("pressure-1" | "transmitter-1", "ref") => ("crlf", "*IDN?"),
        _ => ("visa", "*IDN?"),
    }
}

/// The lines of meters have no pyvisa: `benches.rs` and `registers.rs` read them with clients of
/// their own protocols.
fn is_meter(instrument: &str) -> bool {
    let is_of_a_position = instrument.starts_with("meter-") || instrument.starts_with("optical-");
    is_of_a_position || instrument == "row"
}

/// Sockets, HiSLIP, VXI-11, terminals, Modbus TCP and RTU: behind every link of an instrument stands
/// the same instrument.
#[test]
fn pyvisa_and_pymodbus_find_the_same_instrument_behind_every_link_of_every_bench() {
    let mut links = 0;
    for ((file, _), host) in LIBRARY.iter().zip(80..) {
        let bench = file.trim_end_matches(".toml");
        let listen = format!("127.0.0.{host}:0");
        let ways = ["hislip", "vxi11", "modbus-rtu"].map(|way| ["--also", way]).concat();
        let served = Served::open(bench, &[&["--listen", &listen], &ways[..]].concat());
        let mut client = Client::of("links_client.py", &[]);
        let mut met: Vec<&str> = Vec::new();
        for (name, resource) in served.lines.iter().filter(|(name, _)| !is_meter(name)) {
            let who = WHO.iter().find(|(on, own, _)| (*on, *own) == (bench, name));
            let (_, own, who) = who.unwrap_or_else(|| panic!("nobody knows {name} of {bench}"));
            let (way, question) = question(bench, name);
            let said = client.ask(&format!("{way}\t{resource}\t{question}"));
            assert_eq!(said, *who, "{bench}: {name} at {resource}");
            met.push(own);
            links += 1;
        }
        let all = WHO.iter().filter(|(on, _, _)| *on == bench);
        let missed: Vec<&str> =
            all.map(|(_, own, _)| *own).filter(|own| !met.contains(own)).collect();
        assert!(missed.is_empty(), "{bench} does not serve {missed:?}");
    }
    println!("{links} links of {} benches", LIBRARY.len());
    // Three ways to most instruments, and no bench without any.
    assert!(links >= 70, "{links}");
}
