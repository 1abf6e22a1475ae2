//! Discovery: what hangs on this machine and answers on its network, before anybody has said so.
//!
//! Looking moves nothing: ports are listed and not opened, hosts are connected to and not spoken
//! to, and only what is asked for by name ([`broadcast`], [`announced`]) goes out to strangers.
//! What is found is an address to try, never an identity.
//!
//! | way | what it finds |
//! |---|---|
//! | [`serial_ports`] | serial lines of this machine |
//! | [`usb_instruments`] | devices of the test and measurement class |
//! | [`hosts`] | the usual ports of hosts somebody named |
//! | [`broadcast`] | instruments that answer the question for VXI-11 |
//! | [`announced`] | instruments that announce themselves (LXI, mDNS) |
//! | [`visa_resources`] | whatever a VISA library knows |

use crate::resource::Resource;
use std::fmt;

mod broadcast;
mod hosts;
#[cfg(feature = "mdns")]
mod mdns;

pub use broadcast::broadcast;
pub use hosts::hosts;

/// How something was found.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Way {
    /// Among the serial ports of this machine.
    Serial,
    /// Among the USB devices of this machine.
    Usb,
    /// At a host that somebody named.
    Host,
    /// It answered a broadcast.
    Broadcast,
    /// It announces itself.
    Announced,
    /// The VISA library knows it.
    Visa,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Serial => "serial",
            Self::Usb => "usb",
            Self::Host => "host",
            Self::Broadcast => "broadcast",
            Self::Announced => "mdns",
            Self::Visa => "visa",
        })
    }
}

/// An address at which somebody may answer.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Found {
    /// How it was found.
    pub way: Way,
    /// The address, as a bench file writes it.
    pub resource: String,
    /// What the port or the device says of itself; may be empty.
    pub words: String,
}

/// Why a way was not looked along.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NotLooked {
    /// The way.
    pub way: Way,
    /// The reason.
    pub reason: String,
}

impl Found {
    fn new(way: Way, resource: &Resource, words: impl Into<String>) -> Self {
        Self { way, resource: resource.to_string(), words: words.into() }
    }
}

/// The serial ports of this machine, none of them opened.
///
/// # Errors
/// What the operating system says.
pub fn serial_ports() -> Result<Vec<Found>, NotLooked> {
    let ports = serialport::available_ports()
        .map_err(|reason| NotLooked { way: Way::Serial, reason: reason.to_string() })?;
    let found = ports.into_iter().map(|port| {
        let words = match port.port_type {
            serialport::SerialPortType::UsbPort(usb) => {
                let words = [usb.manufacturer, usb.product, usb.serial_number];
                words.into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
            serialport::SerialPortType::BluetoothPort => "bluetooth".to_owned(),
            _ => String::new(),
        };
        Found::new(Way::Serial, &Resource::Serial { path: port.port_name, settings: None }, words)
    });
    Ok(found.collect())
}

/// The instruments on USB, none of them claimed.
///
/// # Errors
/// What the operating system says, or that this program was built without USB.
pub async fn usb_instruments() -> Result<Vec<Found>, NotLooked> {
    #[cfg(not(feature = "usb"))]
    return Err(built_without(Way::Usb, "usb"));
    #[cfg(feature = "usb")]
    {
        let devices = crate::transport::usbtmc::usb::found().await;
        let devices =
            devices.map_err(|reason| NotLooked { way: Way::Usb, reason: reason.to_string() })?;
        let found = devices.into_iter().map(|device| {
            let (vendor, product) = (device.vendor, device.product);
            let resource =
                Resource::Usb { vendor, product, serial: device.serial, interface: None };
            Found::new(Way::Usb, &resource, device.words)
        });
        Ok(found.collect())
    }
}

/// What the VISA library finds; it may take seconds, and ask the network.
///
/// # Errors
/// That there is no library, or that this program was built without VISA.
pub async fn visa_resources() -> Result<Vec<Found>, NotLooked> {
    #[cfg(not(feature = "visa"))]
    return Err(built_without(Way::Visa, "visa"));
    #[cfg(feature = "visa")]
    {
        let names = tokio::task::spawn_blocking(crate::transport::visa::found).await;
        let not_looked = |reason: String| NotLooked { way: Way::Visa, reason };
        let names = names.map_err(|reason| not_looked(reason.to_string()))?.map_err(not_looked)?;
        let found = names.into_iter().map(|name| {
            let resource = match Resource::parse(&name) {
                Ok(own @ Resource::Visa { .. }) => own,
                _ => Resource::Visa { name },
            };
            Found::new(Way::Visa, &resource, "")
        });
        Ok(found.collect())
    }
}

/// Instruments that announce themselves on the local network within `patience`.
///
/// # Errors
/// What the network says, or that this program was built without mDNS.
pub async fn announced(patience: std::time::Duration) -> Result<Vec<Found>, NotLooked> {
    #[cfg(not(feature = "mdns"))]
    {
        let _ = patience;
        return Err(built_without(Way::Announced, "mdns"));
    }
    #[cfg(feature = "mdns")]
    {
        let looked = tokio::task::spawn_blocking(move || mdns::announced(patience)).await;
        let looked = looked.map_err(|reason| reason.to_string()).and_then(|found| found);
        looked.map_err(|reason| NotLooked { way: Way::Announced, reason })
    }
}

#[cfg(not(all(feature = "usb", feature = "visa", feature = "mdns")))]
fn built_without(way: Way, feature: &str) -> NotLooked {
    NotLooked { way, reason: format!("this program was built without it (feature {feature})") }
}
