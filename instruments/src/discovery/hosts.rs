//! The usual ports of a host that somebody named.

use super::{Found, Way};
use crate::{
    resource::Resource,
    transport::{hislip, tcp, vxi11},
};
use std::time::Duration;

/// SCPI over a plain socket: 5025 of most makers.
///
/// Source: LXI Device Specification 1.5, 10.4.2, names 5025 (scpi-raw); IANA, port 5025.
const SCPI: u16 = 5025;
/// Modbus over TCP.
///
/// Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3.1.
const MODBUS: u16 = 502;
/// A GPIB bridge of Prologix.
///
/// Source: Prologix GPIB-Ethernet controller user manual, 7: port 1234.
const BRIDGE: u16 = 1234;

/// What answers at the usual ports of `host`, each waited for at most `patience`. Nothing is said
/// to any of them but the question to the port mapper where VXI-11 is.
pub async fn hosts(host: &str, patience: Duration) -> Vec<Found> {
    let named = |port: u16| Resource::Tcp { host: host.to_owned(), port };
    let hislip = Resource::Hislip {
        host: host.to_owned(),
        port: hislip::PORT,
        device: "hislip0".to_owned(),
    };
    let listens = |port: u16| async move {
        tcp::connect(host, port, host.to_owned(), patience).await.is_ok()
    };
    let (scpi, modbus, bridge, is_hislip, core) = tokio::join!(
        listens(SCPI),
        listens(MODBUS),
        listens(BRIDGE),
        listens(hislip::PORT),
        vxi11::core_port(host, host, patience),
    );
    let mut found = Vec::new();
    let mut note = |answers: bool, resource: &Resource, words: &str| {
        if answers {
            found.push(Found::new(Way::Host, resource, words));
        }
    };
    note(scpi, &named(SCPI), "SCPI over a socket");
    note(is_hislip, &hislip, "HiSLIP");
    let vxi11 = Resource::Vxi11 { host: host.to_owned(), port: None, device: "inst0".to_owned() };
    note(core.is_ok(), &vxi11, "VXI-11");
    note(modbus, &named(MODBUS), "Modbus over TCP");
    note(bridge, &named(BRIDGE), "perhaps a GPIB bridge (PRLGX-TCPIP)");
    found
}
