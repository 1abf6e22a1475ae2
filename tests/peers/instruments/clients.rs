//! Clients of the simulated bench: pyvisa, python-vxi11 and lxi-tools, over HiSLIP and VXI-11.

use super::{
    served::{Served, terminal},
    server::script,
};
use crate::judge::{ask, python, word};

/// The core channel is found by the port mapper at port 111, which only root may open, and only
/// one program at a time. Each of these tests therefore has a host of its own on the loopback.
pub(super) fn mapped(host: &str) -> Served {
    let listen = format!("{host}:0");
    let served = Served::open("meters-6", &["--also", "vxi11", "--listen", &listen]);
    let resource = served.resource("source", "inst0");
    assert_eq!(
        resource,
        format!("TCPIP::{host}::inst0::INSTR"),
        "port 111 of {host} must be free and permitted: run the peers as root, or allow ports \
         from 111 (sysctl net.ipv4.ip_unprivileged_port_start=111)"
    );
    served
}

fn pyvisa(resource: &str, messages: &[&str]) -> Vec<String> {
    let client = script("../visa_client.py");
    let arguments = [&[word(&client), resource], messages].concat();
    let answer = ask(python("python"), &arguments);
    assert!(answer.is_yes, "{}", answer.words);
    answer.words.lines().map(str::to_owned).collect()
}

const TALK: [&str; 4] = ["*IDN?", "SOUR:CURR 2.5", "SOUR:CURR?", "SYST:ERR?"];
const SAID: [&str; 3] = ["ETALON,SIM-PS1,PS100001,1.0", "+2.500000E+00", "0,\"No error\""];

#[test]
fn pyvisa_speaks_to_the_bench_over_hislip() {
    let served = Served::open("meters-6", &["--also", "hislip"]);
    assert_eq!(pyvisa(served.resource("source", "hislip0"), &TALK), SAID);
    let unknown = pyvisa(served.resource("source", "hislip0"), &["SOUR:WARP 9", "SYST:ERR?"]);
    assert_eq!(unknown, ["-113,\"Undefined header\""]);
}

#[test]
fn pyvisa_speaks_to_the_bench_over_vxi11() {
    let served = mapped("127.0.0.71");
    assert_eq!(pyvisa(served.resource("source", "inst"), &TALK), SAID);
    let reference = pyvisa(served.resource("ref", "inst"), &["*IDN?"]);
    assert_eq!(reference, ["ETALON,SIM-RM05,RM050001,1.0"]);
}

#[test]
fn python_vxi11_reads_locks_and_clears() {
    let served = mapped("127.0.0.72");
    assert!(served.resource("ref", "inst").contains("127.0.0.72"));
    let client = script("vxi11_client.py");
    let answer = ask(python("python"), &[word(&client), "127.0.0.72"]);
    assert!(answer.is_yes, "{}", answer.words);
    let said: Vec<&str> = answer.words.lines().collect();
    let wanted = [
        "ETALON,SIM-PS1,PS100001,1.0",
        "locked out: 11",
        "+2.500000E+00",
        "status 0",
        "ETALON,SIM-RM05,RM050001,1.0",
    ];
    assert_eq!(said, wanted);
}

#[test]
fn lxi_tools_speak_to_the_bench_over_vxi11_and_over_the_socket() {
    let _served = mapped("127.0.0.73");
    let vxi11 = ask("lxi", &["scpi", "-a", "127.0.0.73", "*IDN?"]);
    assert!(vxi11.is_yes, "{}", vxi11.words);
    assert_eq!(vxi11.words.trim(), "ETALON,SIM-PS1,PS100001,1.0");

    let served = Served::open("meters-6", &[]);
    let port = served.resource("ref", "SOCKET").split("::").nth(2).expect("it has a port");
    let raw = ask("lxi", &["scpi", "-a", "127.0.0.1", "-p", port, "-r", "*IDN?"]);
    assert!(raw.is_yes, "{}", raw.words);
    assert_eq!(raw.words.trim(), "ETALON,SIM-RM05,RM050001,1.0");
}

/// The controller of the flow bench, at its register map: 1601 names the model, 10 and 11 hold
/// the flow that is set, and exception 2 is "illegal data address" (Modbus V1.1b3, 7).
#[test]
fn pymodbus_reads_and_writes_the_controller_of_the_served_flow_bench() {
    let served = Served::open("flow-gravimetric", &[]);
    let resource = served.lines.iter().find_map(|(_, at)| at.strip_prefix("modbus://127.0.0.1:"));
    pymodbus(resource.unwrap_or_else(|| panic!("no controller among {:?}", served.lines)));
}

/// The same controller on a serial line of its own; the same registers.
#[test]
fn pymodbus_reads_and_writes_the_controller_of_the_served_flow_bench_over_a_serial_line() {
    let served = Served::open("flow-gravimetric", &["--also", "modbus-rtu"]);
    let lines = served.lines.iter().filter(|(_, at)| at.starts_with("modbus://"));
    let names: Vec<&str> = lines.map(|(name, _)| name.as_str()).collect();
    let [name] = names.as_slice() else { panic!("{:?}", served.lines) };
    pymodbus(terminal(served.resource(name, "ASRL")));
}

fn pymodbus(at: &str) {
    let client = script("modbus_client.py");
    let answer = ask(python("python"), &[word(&client), at]);
    assert!(answer.is_yes, "{}", answer.words);
    let said: Vec<&str> = answer.words.lines().collect();
    let wanted = [
        "model 1601",
        "written True",
        "set to 12.5",
        "flow is a number True",
        "pump False",
        "exception 2",
    ];
    assert_eq!(said, wanted);
}
