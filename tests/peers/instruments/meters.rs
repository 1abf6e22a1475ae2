//! Energy meters of other people: DL/T 645 of the package dlt645, DLMS/COSEM of gurux.

use std::sync::Arc;

use etalon_instruments::{
    catalogue, clock::Clock, instrument::Instrument, link::Wiring, resource::Resource,
    transport::ports::Ports,
};

use super::server::{Server, free_port};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime for the loopback")
}

/// A shipped model, spoken to at a port of the loopback.
async fn opened(model: &str, language: &str, port: u16, address: &str) -> Instrument {
    let file = format!("{model}.toml");
    let mut library = catalogue::LIBRARY.iter();
    let (_, text) = library.find(|(name, _)| *name == file).expect("the model is shipped");
    let text = text.replace("language = \"dlms hdlc\"", &format!("language = \"{language}\""));
    let model = catalogue::parse(&text).unwrap_or_else(|findings| panic!("{findings:?}"));
    let resource = Resource::parse(&format!("TCPIP::127.0.0.1::{port}::SOCKET"));
    let wiring = Wiring::new(Arc::new(Ports), Clock::real());
    let resource = resource.expect("it is an address");
    let opened = Instrument::open_at("meter", Arc::new(model), resource, address, &wiring).await;
    opened.unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn our_client_reads_energy_and_voltage_of_the_dlt645_meter() {
    let port = free_port();
    let _server = Server::script("dlt645_server.py", &[&port.to_string()]);
    runtime().block_on(async {
        let meter = opened("dlt645-meter", "", port, "260001000001").await;
        let identity = meter.identity().expect("it has one");
        assert_eq!(identity.serial, "260001000001");
        let energy = meter.read("E").await.expect("it tells its energy");
        assert_eq!((energy.text.as_str(), energy.unit.as_str()), ("123.45", "kW*h"));
        let voltage = meter.read("U").await.expect("it tells its voltage").value;
        assert!((voltage - 220.5).abs() < 1e-9, "{voltage}");
        // The package has no phase angle under this identifier, or refuses it: never a number.
        assert!(meter.ask("read 02FF0100 XXX.X").await.is_err());
    });
}

fn gurux(carrier: &str, language: &str) {
    let port = free_port();
    let _server = Server::script("dlms_server.py", &[carrier, &port.to_string()]);
    runtime().block_on(async {
        let meter = opened("dlms-meter", language, port, "").await;
        assert_eq!(meter.identity().expect("it has one").serial, "ET260001");
        let energy = meter.read("E").await.expect("it tells its energy");
        // 12 345 678 W·h with the scaler 10⁰.
        assert!((energy.value - 12_345.678).abs() < 1e-9, "{energy:?}");
        let voltage = meter.read("U").await.expect("it tells its voltage").value;
        assert!((voltage - 220.1).abs() < 1e-9, "{voltage}");
        let refused = meter.read("E_reverse").await.expect_err("it has no such object");
        assert!(refused.to_string().contains("refuses access"), "{refused}");
    });
}

#[test]
fn our_client_reads_registers_of_the_gurux_meter_over_the_wrapper() {
    gurux("wrapper", "dlms wrapper");
}

#[test]
fn our_client_reads_registers_of_the_gurux_meter_over_hdlc() {
    gurux("hdlc", "dlms hdlc");
}
