//! A third-party client talks to the simulated bench that `etalon serve` opens.

use std::path::Path;

use crate::{
    instruments::served::Served,
    judge::{ask, python, word},
};

/// The world of the demonstration, as `etalon serve` knows it.
fn bench() -> Served {
    Served::open("meters-6", &[])
}

/// What the client printed, one answer a line.
fn said(bench: &Served, instrument: &str, messages: &[&str]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/visa_client.py");
    let arguments = [&[word(&script), bench.resource(instrument, "")], messages].concat();
    let answer = ask(python("python"), &arguments);
    assert!(answer.is_yes, "{}", answer.words);
    answer.words.lines().map(str::to_owned).collect()
}

fn number(answer: &str) -> f64 {
    answer.trim().parse().unwrap_or_else(|_| panic!("`{answer}` is not a number"))
}

#[test]
fn pyvisa_reads_identity_and_a_measurement_over_tcp() {
    let bench = bench();
    let source = bench.resource("source", "");
    assert!(source.starts_with("TCPIP::127.0.0.1::"), "{source}");
    let identity = said(&bench, "source", &["*IDN?"]);
    assert_eq!(identity, ["ETALON,SIM-PS1,PS100001,1.0"]);

    let answers = said(
        &bench,
        "source",
        &["SOUR:VOLT 2.20000E2", "SOUR:FREQ 50", "OUTP ON", "*OPC?", "OUTP?", "OUTP OFF"],
    );
    assert_eq!(answers, ["1", "1"]);
    // What another instrument measures; the source is off again, so about 0 V.
    let voltage = said(&bench, "ref", &["MEAS:VOLT?"]);
    assert!(voltage.len() == 1 && number(&voltage[0]).abs() < 250.0, "{voltage:?}");
}

#[test]
fn pyvisa_reads_identity_and_a_measurement_over_the_serial_line() {
    let bench = bench();
    let ambient = bench.resource("ambient", "");
    assert!(ambient.starts_with("ASRL/"), "{ambient}");
    let answers = said(&bench, "ambient", &["*IDN?", "MEAS:TEMP?"]);
    assert_eq!(answers[0], "ETALON,SIM-TH1,TH100001,1.0");
    let temperature = number(&answers[1]);
    assert!((10.0..35.0).contains(&temperature), "{temperature} degC in the laboratory");
}

/// SCPI-1999 Volume 2, 21.8.9 (command errors): an unknown header leaves -113 in the error queue.
#[test]
fn an_unknown_command_is_not_obeyed_but_queued_as_an_error() {
    let bench = bench();
    let answers = said(&bench, "source", &["SOUR:WARP 9", "SYST:ERR?", "SYST:ERR?"]);
    assert_eq!(answers, ["-113,\"Undefined header\"", "0,\"No error\""]);
}
