//! Modbus and a bath: pymodbus on both sides of our Modbus, the Julabo of lewis for our client.

use std::{process::Command, sync::Arc};

use etalon_instruments::{
    catalogue, clock::Clock, instrument::Instrument, link::Wiring, resource::Resource,
    transport::ports::Ports,
};

use super::server::{Server, free_port};
use crate::judge::python;

pub(super) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime for the loopback")
}

pub(super) fn wiring() -> Wiring {
    Wiring::new(Arc::new(Ports), Clock::real())
}

/// A model as somebody would write it for the registers that the server has, which answers within a time.
pub(super) fn model(language: &str, within: &str) -> catalogue::Model {
    let text = include_str!("registers.toml").replace("modbus tcp", language);
    let text = text.replace("answers_within = \"2 s\"", &format!("answers_within = \"{within}\""));
    catalogue::parse(&text).unwrap_or_else(|findings| panic!("{findings:?}"))
}

async fn registers(resource: &str, language: &str) {
    let resource = Resource::parse(resource).expect("it is an address");
    let model = Arc::new(model(language, "2 s"));
    let plc = Instrument::open_at("plc", model, resource, "1", &wiring()).await;
    let plc = plc.expect("the server has this unit");
    let reading = plc.read("t").await.expect("the register is there");
    assert!((reading.value - 23.5).abs() < 1e-9, "{reading:?}");
    assert_eq!(reading.unit, "degC");
    let wanted = etalon_uncertainty::quantity::Quantity::parse("42 Hz").expect("a quantity");
    plc.set("f", &wanted).await.expect("the register can be written");
    let frequency = plc.read("f").await.expect("it is there").value;
    assert!((frequency - 42.0).abs() < 1e-9, "{frequency}");
    // pymodbus answers exception 2 for a register that it does not have.
    let refused = plc.read("p").await.expect_err("there is no such register").to_string();
    assert!(refused.contains("illegal data address"), "{refused}");
}

#[test]
fn our_modbus_client_reads_and_writes_registers_of_pymodbus_over_tcp() {
    let port = free_port().to_string();
    let _server = Server::script("modbus_server.py", &["tcp", &port]);
    let resource = format!("modbus://127.0.0.1:{port}");
    runtime().block_on(registers(&resource, "modbus tcp"));
}

#[test]
fn our_modbus_client_reads_and_writes_registers_of_pymodbus_over_a_serial_line() {
    let server = Server::script("modbus_server.py", &["rtu"]);
    let resource = format!("ASRL{}::INSTR", server.word);
    runtime().block_on(registers(&resource, "modbus rtu"));
}

/// A bath that ends its lines with carriage returns and speaks no SCPI.
#[test]
fn our_client_reads_the_julabo_of_lewis() {
    let port = free_port();
    let mut command = Command::new(python("python"));
    let adapter = format!("julabo-version-1: {{bind_address: 127.0.0.1, port: {port}}}");
    command.arg(super::server::script("julabo.py")).arg(adapter).arg(port.to_string());
    let _server = Server::started(command);
    let text = include_str!("julabo.toml");
    let model = catalogue::parse(text).unwrap_or_else(|findings| panic!("{findings:?}"));
    runtime().block_on(async {
        let resource = Resource::parse(&format!("TCPIP::127.0.0.1::{port}::SOCKET"));
        let resource = resource.expect("it is an address");
        let bath = Instrument::open("bath", Arc::new(model), resource, &wiring()).await;
        let bath = bath.expect("the bath answers its version");
        let reading = bath.read("t_bath").await.expect("it tells its temperature");
        assert!((0.0..100.0).contains(&reading.value), "{reading:?}");
        let set = bath.read("t_set").await.expect("it tells its set point");
        assert!((0.0..100.0).contains(&set.value), "{set:?}");
    });
}
