//! Energy meters of other people: DL/T 645 of the package dlt645, DLMS/COSEM of gurux.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use etalon_instruments::{
    catalogue,
    clock::Clock,
    instrument::{Instrument, InstrumentError},
    link::Wiring,
    protocol::dlms::security::{Authentication, Counter, MeterKeys, Secrets, Security},
    resource::Resource,
    transcript::Recent,
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
    let wiring = Wiring::new(Arc::new(Ports), Clock::real());
    let opened = opened_with(model, language, port, address, &wiring).await;
    opened.unwrap_or_else(|failure| panic!("{failure}"))
}

async fn opened_with(
    model: &str,
    language: &str,
    port: u16,
    address: &str,
    wiring: &Wiring,
) -> Result<Instrument, InstrumentError> {
    let file = format!("{model}.toml");
    let mut library = catalogue::LIBRARY.iter();
    let (_, text) = library.find(|(name, _)| *name == file).expect("the model is shipped");
    let text = text.replace("language = \"dlms hdlc\"", &format!("language = \"{language}\""));
    let model = catalogue::parse(&text).unwrap_or_else(|findings| panic!("{findings:?}"));
    let resource = Resource::parse(&format!("TCPIP::127.0.0.1::{port}::SOCKET"));
    let resource = resource.expect("it is an address");
    Instrument::open_at("meter", Arc::new(model), resource, address, wiring).await
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

/// A text of 300 characters: in blocks where the meter's messages have 64 bytes, in segments where
/// its frames have 128.
#[test]
fn our_client_reads_a_long_text_of_the_gurux_meter_in_blocks_and_in_segments() {
    for (carrier, size) in [("wrapper", "blocks"), ("hdlc", "blocks"), ("hdlc", "whole")] {
        let port = free_port();
        let _server = Server::script("dlms_server.py", &[carrier, &port.to_string(), "none", size]);
        let recent = Arc::new(Recent::new(1000));
        let wiring = Wiring::new(Arc::new(Ports), Clock::real()).with_transcript(recent.clone());
        runtime().block_on(async {
            let language = format!("dlms {carrier}");
            let meter = opened_with("dlms-meter", &language, port, "", &wiring).await;
            let meter = meter.unwrap_or_else(|failure| panic!("{carrier}, {size}: {failure}"));
            let before = recent.utterances().len();
            let text = meter.ask("text 0-0:96.1.1.255").await;
            let text = text.unwrap_or_else(|failure| panic!("{carrier}, {size}: {failure}"));
            assert_eq!(text, "0123456789".repeat(30), "{carrier}, {size}");
            // One talk has 4 utterances over the wrapper and 8 over HDLC; each part has two more.
            let said = recent.utterances().len() - before;
            assert!(said >= if carrier == "hdlc" { 12 } else { 8 }, "{carrier}, {size}: {said}");
            let energy = meter.read("E").await.expect("it tells its energy");
            assert!((energy.value - 12_345.678).abs() < 1e-9, "{energy:?}");
        });
    }
}

/// Numbers for ciphered messages; the meter begins anew with each test.
struct Count(AtomicU32);

impl Counter for Count {
    fn take(&self) -> Result<u32, String> {
        Ok(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// The keys that gurux-dlms begins with, from the examples of the Green Book.
const ENCRYPTION: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const AUTHENTICATION: [u8; 16] = [
    0xD0, 0xD1, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF,
];

/// Links with the keys of a meter under the name `m1`, and what is said on them.
fn with_keys(wanted: (Authentication, bool), secrets: Secrets<'_>) -> (Wiring, Arc<Recent>) {
    let counter = Arc::new(Count(AtomicU32::new(1000)));
    let security = Security::new(1, wanted, *b"ETL\0\0\0\0\x01", secrets, counter);
    let keys = MeterKeys::default().with("m1", security.expect("it is complete"));
    let recent = Arc::new(Recent::new(1000));
    let wiring = Wiring::new(Arc::new(Ports), Clock::real());
    (wiring.with_meter_keys(keys).with_transcript(recent.clone()), recent)
}

/// Reads a meter of gurux that wants this kind of security; what was said on the line.
fn secured(
    carrier: &str,
    kind: &str,
    wanted: (Authentication, bool),
    secrets: Secrets<'_>,
) -> Result<String, String> {
    let port = free_port();
    let _server = Server::script("dlms_server.py", &[carrier, &port.to_string(), kind]);
    let (wiring, recent) = with_keys(wanted, secrets);
    runtime().block_on(async {
        let language = format!("dlms {carrier}");
        let meter = opened_with("dlms-meter", &language, port, "keys m1", &wiring).await;
        let meter = meter.map_err(|failure| failure.to_string())?;
        assert_eq!(meter.identity().expect("it has one").serial, "ET260001");
        let energy = meter.read("E").await.map_err(|failure| failure.to_string())?;
        assert!((energy.value - 12_345.678).abs() < 1e-9, "{energy:?}");
        let voltage = meter.read("U").await.map_err(|failure| failure.to_string())?.value;
        assert!((voltage - 220.1).abs() < 1e-9, "{voltage}");
        Ok(recent.utterances().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

const SECRETS: Secrets<'_> = Secrets {
    password: Some(b"open-sesame"),
    encryption: Some(ENCRYPTION),
    authentication: Some(AUTHENTICATION),
};

#[test]
fn our_client_gives_its_password_to_the_gurux_meter_and_not_to_the_transcript() {
    for carrier in ["wrapper", "hdlc"] {
        let said = secured(carrier, "password", (Authentication::Low, false), SECRETS);
        let said = said.expect("the password is right");
        assert!(said.contains("***********") && !said.contains("open-sesame"), "{said}");
    }
    let wrong = Secrets { password: Some(b"close-sesame"), ..SECRETS };
    let refusal = secured("wrapper", "password", (Authentication::Low, false), wrong).unwrap_err();
    assert!(refusal.contains("refuses the association"), "{refusal}");
}

#[test]
fn our_client_and_the_gurux_meter_prove_their_keys_to_each_other() {
    for carrier in ["wrapper", "hdlc"] {
        secured(carrier, "gmac", (Authentication::Gmac, false), SECRETS)
            .expect("the keys are right");
    }
    let wrong = Secrets { authentication: Some([0x11; 16]), ..SECRETS };
    let refusal = secured("wrapper", "gmac", (Authentication::Gmac, false), wrong).unwrap_err();
    assert!(refusal.contains("not secured"), "{refusal}");
}

#[test]
fn our_client_reads_the_gurux_meter_ciphered_over_the_wrapper_and_over_hdlc() {
    for carrier in ["wrapper", "hdlc"] {
        for (kind, wanted) in [
            ("ciphered", (Authentication::Lowest, true)),
            ("ciphered-gmac", (Authentication::Gmac, true)),
        ] {
            let said = secured(carrier, kind, wanted, SECRETS).expect("the keys are right");
            // Neither the serial number nor its question is readable on the line.
            assert!(!said.contains("ET260001"), "{said}");
        }
    }
}

/// The same text as above, in frames of 128 bytes: the message that they make is deciphered whole.
#[test]
fn our_client_reads_a_long_text_of_the_gurux_meter_ciphered_and_in_segments() {
    let port = free_port();
    let arguments = ["hdlc", &port.to_string(), "ciphered"];
    let _server = Server::script("dlms_server.py", &arguments);
    let (wiring, recent) = with_keys((Authentication::Lowest, true), SECRETS);
    runtime().block_on(async {
        let meter = opened_with("dlms-meter", "dlms hdlc", port, "keys m1", &wiring).await;
        let meter = meter.unwrap_or_else(|failure| panic!("{failure}"));
        let text = meter.ask("text 0-0:96.1.1.255").await;
        let text = text.unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(text, "0123456789".repeat(30));
        let said: Vec<String> = recent.utterances().iter().map(ToString::to_string).collect();
        assert!(!said.concat().contains("0123456789"), "{said:?}");
    });
}

/// The same text in blocks of 64 bytes, each of them ciphered under a number of its own.
#[test]
fn our_client_reads_a_long_text_of_the_gurux_meter_ciphered_and_in_blocks() {
    for (kind, wanted) in [
        ("ciphered", (Authentication::Lowest, true)),
        ("ciphered-gmac", (Authentication::Gmac, true)),
    ] {
        let port = free_port();
        let arguments = ["wrapper", &port.to_string(), kind, "blocks"];
        let _server = Server::script("dlms_server.py", &arguments);
        let (wiring, recent) = with_keys(wanted, SECRETS);
        runtime().block_on(async {
            let meter = opened_with("dlms-meter", "dlms wrapper", port, "keys m1", &wiring).await;
            let meter = meter.unwrap_or_else(|failure| panic!("{kind}: {failure}"));
            let before = recent.utterances().len();
            let text = meter.ask("text 0-0:96.1.1.255").await;
            let text = text.unwrap_or_else(|failure| panic!("{kind}: {failure}"));
            assert_eq!(text, "0123456789".repeat(30), "{kind}");
            // Association, proof and release have six utterances; each block has two more.
            let said = recent.utterances().len() - before;
            assert!(said >= 16, "{kind}: {said}");
            let all: Vec<String> = recent.utterances().iter().map(ToString::to_string).collect();
            assert!(!all.concat().contains("0123456789"), "{kind}");
        });
    }
}

/// The package sends every answer under the same number: a recorded answer would pass for a new
/// one, and is refused.
#[test]
fn an_answer_under_a_number_that_was_used_is_refused() {
    let kind = (Authentication::Lowest, true);
    let refusal = secured("wrapper", "stale-ciphered", kind, SECRETS).unwrap_err();
    assert!(refusal.contains("counter already accepted"), "{refusal}");
}
