//! Addresses behind a GPIB bridge.

use super::{
    Resource, ResourceError, lan, not_empty, strip_prefix_any_case, strip_suffix_any_case,
};
use std::fmt;

/// The highest address on a bus.
///
/// Definition: IEEE 488.1 has primary addresses 0 to 30.
const HIGHEST: u8 = 30;

/// Reads what follows `PRLGX-`.
pub(super) fn parse(rest: &str, text: &str) -> Result<Resource, ResourceError> {
    let unknown = || ResourceError::Unknown { text: text.to_owned() };
    let rest = strip_suffix_any_case(rest, "::INSTR").ok_or_else(unknown)?;
    let (place, address) = rest.rsplit_once("::").ok_or_else(unknown)?;
    let bridge = if let Some(place) = strip_prefix_any_case(place, "TCPIP::") {
        let (host, port) = place.rsplit_once("::").ok_or_else(unknown)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let host = not_empty(host, text, "host")?.to_owned();
        Resource::Tcp { host, port: lan::number(port, text)? }
    } else if let Some(path) = strip_prefix_any_case(place, "ASRL::") {
        let path = not_empty(path, text, "path of the port")?.to_owned();
        Resource::Serial { path, settings: None }
    } else {
        return Err(unknown());
    };
    match address.parse() {
        Ok(address) if address <= HIGHEST => {
            Ok(Resource::Gpib { bridge: Box::new(bridge), address })
        }
        _ => Err(ResourceError::Bus { address: address.to_owned(), text: text.to_owned() }),
    }
}

/// Writes the address as it is read.
pub(super) fn write(f: &mut fmt::Formatter<'_>, bridge: &Resource, address: u8) -> fmt::Result {
    match bridge {
        Resource::Tcp { host, port } => {
            write!(f, "PRLGX-TCPIP::{}::{port}::{address}::INSTR", lan::bracketed(host))
        }
        Resource::Serial { path, .. } => write!(f, "PRLGX-ASRL::{path}::{address}::INSTR"),
        other => write!(f, "PRLGX-{other}::{address}::INSTR"),
    }
}
