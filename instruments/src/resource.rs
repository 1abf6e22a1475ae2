//! Where an instrument is wired: the address a bench file gives, taken apart.
//!
//! The spelling is VISA's, so that an address can be copied from the maker's own
//! tool; `SIM::name` is Etalon's, for an instrument inside the process. What only a VISA
//! library can reach (`GPIB0::9::INSTR`) is handed to it as it was written, and `VISA::` in
//! front of any other address demands the same.

use crate::transport::hislip;
use std::fmt;
use thiserror::Error;

mod bridge;
mod lan;
mod serial_line;
mod usb;

pub use serial_line::{Character, Flow, SerialSettings};

/// The address of one instrument.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Resource {
    /// `TCPIP::host::port::SOCKET`: bytes over TCP.
    Tcp {
        /// Name or number of the host, without brackets.
        host: String,
        /// Port.
        port: u16,
    },
    /// `ASRL/dev/ttyS0::INSTR`: a serial line.
    Serial {
        /// Path of the port, or its name where ports have no path.
        path: String,
        /// Speed and character; those of the model when absent.
        settings: Option<SerialSettings>,
    },
    /// `TCPIP::host::inst0::INSTR`: VXI-11; `TCPIP::host,port::inst0::INSTR` where the port of
    /// the core channel is known and no port mapper is to be asked.
    Vxi11 {
        /// Name or number of the host, without brackets.
        host: String,
        /// Port of the core channel.
        port: Option<u16>,
        /// The device behind it, such as `inst0` or `gpib0,9`.
        device: String,
    },
    /// `TCPIP::host::hislip0::INSTR`, or `TCPIP::host::hislip0,port::INSTR`: HiSLIP.
    Hislip {
        /// Name or number of the host, without brackets.
        host: String,
        /// Port.
        port: u16,
        /// The sub-address, such as `hislip0`.
        device: String,
    },
    /// `PRLGX-TCPIP::host::port::9::INSTR` or `PRLGX-ASRL::/dev/ttyUSB0::9::INSTR`: an address
    /// behind a GPIB bridge.
    Gpib {
        /// Where the bridge is.
        bridge: Box<Resource>,
        /// Address on the bus, 0 to 30.
        address: u8,
    },
    /// `USB::0x2A8D::0x1301::MY57500001::INSTR`: the test and measurement class of USB.
    Usb {
        /// Number of the maker.
        vendor: u16,
        /// Number of the product.
        product: u16,
        /// Serial number; whichever device is found when absent.
        serial: Option<String>,
        /// Number of the interface, where the device has several of this class.
        interface: Option<u8>,
    },
    /// `GPIB0::9::INSTR`, `VISA::…`: whatever the VISA library on this machine understands.
    Visa {
        /// The address as the library is given it.
        name: String,
    },
    /// `SIM::name`: a simulated instrument in this process.
    InProcess {
        /// Name of the instrument on the simulated bench.
        name: String,
    },
}

/// Why an address cannot be used.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum ResourceError {
    /// Nothing known begins or ends like this.
    #[error(
        "address \"{text}\" is not known, wanted TCPIP::host::port::SOCKET, TCPIP::host::inst0::INSTR, TCPIP::host::hislip0::INSTR, ASRL/path::INSTR, PRLGX-TCPIP::host::port::address::INSTR, PRLGX-ASRL::path::address::INSTR, USB::vendor::product::serial::INSTR, GPIB0::address::INSTR, VISA::any address of the VISA library, modbus://host:port or SIM::name"
    )]
    Unknown {
        /// The address as written.
        text: String,
    },
    /// The port is not a number from 1 to 65535.
    #[error("port \"{port}\" in \"{text}\" is not a number from 1 to 65535")]
    Port {
        /// The port as written.
        port: String,
        /// The address as written.
        text: String,
    },
    /// A part between the colons is empty.
    #[error("address \"{text}\" has no {part}")]
    Empty {
        /// The address as written.
        text: String,
        /// What is missing.
        part: &'static str,
    },
    /// The address on the GPIB bus is not a number from 0 to 30.
    #[error("GPIB address \"{address}\" in \"{text}\" is not a number from 0 to 30")]
    Bus {
        /// The address on the bus as written.
        address: String,
        /// The address as written.
        text: String,
    },
    /// A number of a USB address is none.
    #[error("\"{part}\" in \"{text}\" is not a number, wanted vendor and product like 0x2A8D")]
    Usb {
        /// The part as written.
        part: String,
        /// The address as written.
        text: String,
    },
    /// Serial settings that are not "9600 8N1"-like.
    #[error(
        "serial settings \"{text}\" are not known, wanted a speed and 8N1, 7E1, 7O1 or 8E1, like \"9600 8N1\""
    )]
    Serial {
        /// The settings as written.
        text: String,
    },
}

impl Resource {
    /// Takes an address apart.
    ///
    /// # Errors
    /// [`ResourceError`] naming the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, ResourceError> {
        let text = text.trim();
        let unknown = || ResourceError::Unknown { text: text.to_owned() };
        if let Some(name) = strip_prefix_any_case(text, "SIM::") {
            let name = not_empty(name, text, "name")?.to_owned();
            return Ok(Self::InProcess { name });
        }
        if let Some(rest) = strip_prefix_any_case(text, "ASRL") {
            let path = strip_suffix_any_case(rest, "::INSTR").unwrap_or(rest);
            let path = not_empty(path, text, "path of the port")?.to_owned();
            return Ok(Self::Serial { path, settings: None });
        }
        if let Some(rest) = strip_prefix_any_case(text, "PRLGX-") {
            return bridge::parse(rest, text);
        }
        if let Some(rest) = strip_prefix_any_case(text, "USB") {
            return usb::parse(rest, text);
        }
        if let Some(rest) = strip_prefix_any_case(text, "modbus://") {
            return lan::parse_modbus(rest, text);
        }
        if let Some(name) = strip_prefix_any_case(text, "VISA::") {
            let name = not_empty(name, text, "address")?.to_owned();
            return Ok(Self::Visa { name });
        }
        // Interfaces that only a VISA library knows.
        if ["GPIB", "VXI", "PXI", "FIREWIRE"].iter().any(|kind| is_interface(text, kind)) {
            return Ok(Self::Visa { name: text.to_owned() });
        }
        let rest = strip_prefix_any_case(text, "TCPIP").ok_or_else(unknown)?;
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let rest = rest.strip_prefix("::").ok_or_else(unknown)?;
        if let Some(rest) = strip_suffix_any_case(rest, "::INSTR") {
            return lan::parse(rest, text);
        }
        let rest = strip_suffix_any_case(rest, "::SOCKET").ok_or_else(unknown)?;
        let (host, port) = rest.rsplit_once("::").ok_or_else(unknown)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let host = not_empty(host, text, "host")?.to_owned();
        match port.parse::<u16>() {
            Ok(number) if number > 0 => Ok(Self::Tcp { host, port: number }),
            _ => Err(ResourceError::Port { port: port.to_owned(), text: text.to_owned() }),
        }
    }

    /// The same address with the settings of a serial line; other addresses stay as they are.
    #[must_use]
    pub fn with_serial(self, settings: SerialSettings) -> Self {
        match self {
            Self::Serial { path, .. } => Self::Serial { path, settings: Some(settings) },
            other => other,
        }
    }

    /// Whether the instrument is a simulated one inside this process.
    #[must_use]
    pub fn is_in_process(&self) -> bool {
        matches!(self, Self::InProcess { .. })
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => {
                write!(f, "TCPIP::[{host}]::{port}::SOCKET")
            }
            Self::Tcp { host, port } => write!(f, "TCPIP::{host}::{port}::SOCKET"),
            Self::Serial { path, .. } => write!(f, "ASRL{path}::INSTR"),
            Self::Vxi11 { host, port: None, device } => {
                write!(f, "TCPIP::{}::{device}::INSTR", lan::bracketed(host))
            }
            Self::Vxi11 { host, port: Some(port), device } => {
                write!(f, "TCPIP::{},{port}::{device}::INSTR", lan::bracketed(host))
            }
            Self::Hislip { host, port: hislip::PORT, device } => {
                write!(f, "TCPIP::{}::{device}::INSTR", lan::bracketed(host))
            }
            Self::Hislip { host, port, device } => {
                write!(f, "TCPIP::{}::{device},{port}::INSTR", lan::bracketed(host))
            }
            Self::Gpib { bridge, address } => bridge::write(f, bridge, *address),
            Self::Usb { vendor, product, serial, interface } => {
                usb::write(f, (*vendor, *product), serial.as_deref(), *interface)
            }
            Self::Visa { name } => {
                let is_plain =
                    matches!(Self::parse(name), Ok(Self::Visa { name: own }) if own == *name);
                if is_plain { f.write_str(name) } else { write!(f, "VISA::{name}") }
            }
            Self::InProcess { name } => write!(f, "SIM::{name}"),
        }
    }
}

fn not_empty<'a>(part: &'a str, text: &str, name: &'static str) -> Result<&'a str, ResourceError> {
    if part.trim().is_empty() {
        return Err(ResourceError::Empty { text: text.to_owned(), part: name });
    }
    Ok(part)
}

/// Whether an address begins with an interface: its kind, a number, two colons.
fn is_interface(text: &str, kind: &str) -> bool {
    let rest = strip_prefix_any_case(text, kind);
    let rest = rest.map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.is_some_and(|rest| rest.starts_with("::") && rest.len() > 2)
}

fn strip_prefix_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    if head.eq_ignore_ascii_case(prefix) { text.get(prefix.len()..) } else { None }
}

fn strip_suffix_any_case<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    let tail = text.get(at..)?;
    if tail.eq_ignore_ascii_case(suffix) { text.get(..at) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_every_kind_are_taken_apart_and_written_as_they_were() {
        let short = Resource::parse("TCPIP::192.0.2.7::INSTR").unwrap();
        assert_eq!(short.to_string(), "TCPIP::192.0.2.7::inst0::INSTR");
        for text in [
            "TCPIP::127.0.0.1::5025::SOCKET",
            "TCPIP::[::1]::5025::SOCKET",
            "ASRL/dev/pts/3::INSTR",
            "SIM::source",
            "TCPIP::bench-7::inst0::INSTR",
            "TCPIP::127.0.0.1,1024::gpib0,9::INSTR",
            "TCPIP::[::1]::hislip0::INSTR",
            "TCPIP::127.0.0.1::hislip0,4881::INSTR",
            "PRLGX-TCPIP::192.0.2.7::1234::9::INSTR",
            "PRLGX-ASRL::/dev/ttyUSB0::30::INSTR",
            "USB::0x2A8D::0x1301::MY57500001::INSTR",
            "USB::0x0957::0x0607::INSTR",
            "USB::0x0957::0x0607::MY1::1::INSTR",
            "GPIB0::9::INSTR",
            "VISA::TCPIP0::192.0.2.7::5025::SOCKET",
        ] {
            assert_eq!(Resource::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            Resource::parse("tcpip0::bench-7.example::5025::socket").unwrap(),
            Resource::Tcp { host: "bench-7.example".into(), port: 5025 }
        );
        let modbus = Resource::parse("modbus://127.0.0.1:1502").unwrap();
        assert_eq!(modbus, Resource::Tcp { host: "127.0.0.1".into(), port: 1502 });
        assert_eq!(
            Resource::parse("ASRLCOM3::INSTR").unwrap(),
            Resource::Serial { path: "COM3".into(), settings: None }
        );
    }

    #[test]
    fn an_address_that_cannot_be_reached_is_refused_with_its_reason() {
        let refusal = |text: &str| Resource::parse(text).unwrap_err().to_string();
        assert!(refusal("TCPIP::meter::0::SOCKET").contains("port \"0\""));
        assert!(refusal("TCPIP::meter::66000::SOCKET").contains("66000"));
        assert!(refusal("TCPIP::::5025::SOCKET").contains("no host"));
        assert!(refusal("SIM::").contains("no name"));
        assert!(refusal("ASRL::INSTR").contains("no path"));
        assert!(refusal("TCPIP::meter,0::inst0::INSTR").contains("port \"0\""));
        assert!(refusal("TCPIP::meter::::INSTR").contains("no device"));
        assert!(refusal("PRLGX-TCPIP::meter::1234::31::INSTR").contains("0 to 30"));
        assert!(refusal("PRLGX-USB::meter::1234::3::INSTR").contains("is not known"));
        assert!(refusal("GPIBX::5::INSTR").contains("is not known"));
        assert!(refusal("USB0::5::INSTR").contains("is not a number"));
        assert!(refusal("USB::0x2A8D::meter::INSTR").contains("\"meter\""));
        assert!(refusal("VISA::").contains("no address"));
        assert!(refusal("modbus://meter").contains("port"));
        assert!(refusal("").contains("is not known"));
    }
}
