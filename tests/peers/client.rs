//! A third-party client talks to the simulated bench that `etalon serve` opens.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::{
    demonstration::ETALON,
    judge::{ask, python, word},
};

/// The world of the demonstration, as `etalon serve` knows it.
const BENCH: &str = "meters-6";

/// A bench in another process; it ends with this value.
struct Served {
    process: Child,
    /// The name of every instrument and its address.
    resources: BTreeMap<String, String>,
}

impl Served {
    /// Opens the bench and reads the address of every instrument.
    fn open() -> Self {
        let process = Command::new(ETALON)
            .args(["serve", BENCH])
            .stdout(Stdio::piped())
            .spawn()
            .expect("etalon starts");
        let mut served = Self { process, resources: BTreeMap::new() };
        let words = served.process.stdout.take().expect("its words are piped");
        for line in BufReader::new(words).lines() {
            let line = line.expect("etalon serve prints UTF-8");
            if line.trim() == "ready" {
                return served;
            }
            let (name, resource) = line.split_once(char::is_whitespace).expect("NAME RESOURCE");
            served.resources.insert(name.to_owned(), resource.trim().to_owned());
        }
        panic!("etalon serve ended before it was ready, after {:?}", served.resources);
    }

    /// What the client printed, one answer a line.
    fn ask(&self, instrument: &str, messages: &[&str]) -> Vec<String> {
        let resource = self.resources.get(instrument).expect("the bench has this instrument");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/visa_client.py");
        let arguments = [&[word(&script), resource.as_str()], messages].concat();
        let answer = ask(python("python"), &arguments);
        assert!(answer.is_yes, "{}", answer.words);
        answer.words.lines().map(str::to_owned).collect()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to end.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn number(answer: &str) -> f64 {
    answer.trim().parse().unwrap_or_else(|_| panic!("`{answer}` is not a number"))
}

#[test]
fn pyvisa_reads_identity_and_a_measurement_over_tcp() {
    let bench = Served::open();
    assert!(bench.resources["source"].starts_with("TCPIP::127.0.0.1::"), "{:?}", bench.resources);
    let identity = bench.ask("source", &["*IDN?"]);
    assert_eq!(identity, ["ETALON,SIM-PS1,PS100001,1.0"]);

    let said = bench.ask(
        "source",
        &["SOUR:VOLT 2.20000E2", "SOUR:FREQ 50", "OUTP ON", "*OPC?", "OUTP?", "OUTP OFF"],
    );
    assert_eq!(said, ["1", "1"]);
    // What another instrument measures; the source is off again, so about 0 V.
    let voltage = bench.ask("ref", &["MEAS:VOLT?"]);
    assert!(voltage.len() == 1 && number(&voltage[0]).abs() < 250.0, "{voltage:?}");
}

#[test]
fn pyvisa_reads_identity_and_a_measurement_over_the_serial_line() {
    let bench = Served::open();
    assert!(bench.resources["ambient"].starts_with("ASRL/"), "{:?}", bench.resources);
    let said = bench.ask("ambient", &["*IDN?", "MEAS:TEMP?"]);
    assert_eq!(said[0], "ETALON,SIM-TH1,TH100001,1.0");
    let temperature = number(&said[1]);
    assert!((10.0..35.0).contains(&temperature), "{temperature} degC in the laboratory");
}

/// SCPI-1999 Volume 2, 21.8.9 (command errors): an unknown header leaves -113 in the error queue.
#[test]
fn an_unknown_command_is_not_obeyed_but_queued_as_an_error() {
    let bench = Served::open();
    let said = bench.ask("source", &["SOUR:WARP 9", "SYST:ERR?", "SYST:ERR?"]);
    assert_eq!(said, ["-113,\"Undefined header\"", "0,\"No error\""]);
}
