//! Instruments that announce themselves.
//!
//! Source of the names: LXI Device Specification 1.5, 10.4.2 and 10.4.3.

use super::{Found, Way};
use crate::resource::Resource;
use mdns_sd::{Receiver, ResolvedService, ServiceDaemon, ServiceEvent};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

/// What instruments announce, and how each is addressed.
const SERVICES: [(&str, Address); 4] = [
    ("_scpi-raw._tcp.local.", |host, port| Resource::Tcp { host, port }),
    ("_hislip._tcp.local.", |host, port| Resource::Hislip {
        host,
        port,
        device: "hislip0".to_owned(),
    }),
    ("_vxi-11._tcp.local.", |host, _| Resource::Vxi11 {
        host,
        port: None,
        device: "inst0".to_owned(),
    }),
    ("_lxi._tcp.local.", |host, _| Resource::Vxi11 {
        host,
        port: None,
        device: "inst0".to_owned(),
    }),
];

type Address = fn(String, u16) -> Resource;

/// Listens for `patience`; blocks for as long.
pub(super) fn announced(patience: Duration) -> Result<Vec<Found>, String> {
    let daemon = ServiceDaemon::new().map_err(|reason| reason.to_string())?;
    let mut listening: Vec<(Receiver<ServiceEvent>, Address)> = Vec::new();
    for (service, address) in SERVICES {
        let events = daemon.browse(service).map_err(|reason| reason.to_string())?;
        listening.push((events, address));
    }
    let last_moment = Instant::now() + patience;
    let mut found = BTreeSet::new();
    for (events, address) in &listening {
        // The services announce at the same time: what the first has waited, the next need not.
        while let Some(event) = next(events, last_moment) {
            if let ServiceEvent::ServiceResolved(service) = event {
                found.extend(addresses(&service, *address));
            }
        }
    }
    // It ends by itself when nobody listens; whether it says so before is of no use here.
    drop(daemon.shutdown());
    Ok(found.into_iter().collect())
}

/// The next event: at once where one waits, otherwise until the last moment.
fn next(events: &Receiver<ServiceEvent>, last_moment: Instant) -> Option<ServiceEvent> {
    let left = last_moment.saturating_duration_since(Instant::now());
    events.try_recv().ok().or_else(|| events.recv_timeout(left).ok())
}

fn addresses(service: &ResolvedService, address: Address) -> Vec<Found> {
    let name = service.fullname.split("._").next().unwrap_or_default();
    let text = |key| service.txt_properties.get_property_val_str(key).unwrap_or_default();
    let words = [name, text("Manufacturer"), text("Model"), text("SerialNumber")].join(" ");
    let hosts = service.addresses.iter().map(|host| host.to_ip_addr().to_string());
    let hosts: BTreeSet<String> = hosts.collect();
    let found = |host| Found::new(Way::Announced, &address(host, service.port), words.trim());
    hosts.into_iter().map(found).collect()
}
