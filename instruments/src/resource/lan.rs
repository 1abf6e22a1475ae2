//! Addresses on a network that end in `INSTR`: VXI-11 and HiSLIP.

use super::{Resource, ResourceError, not_empty, strip_prefix_any_case};
use crate::transport::hislip;

/// Reads `host`, `host::device` or `host,port::device`; a device called `hislip…` is HiSLIP's.
pub(super) fn parse(rest: &str, text: &str) -> Result<Resource, ResourceError> {
    let (host, device) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        // The colons of an IPv6 number stand in brackets.
        Some((host, behind)) => (host.to_owned(), behind.to_owned()),
        None => {
            let (host, device) = rest.split_once("::").unwrap_or((rest, "inst0"));
            (host.to_owned(), format!("::{device}"))
        }
    };
    let (port, device) = device.split_once("::").unwrap_or((&device, "inst0"));
    let (host, port) = match (port.strip_prefix(','), host.split_once(',')) {
        (Some(port), _) => (host.clone(), Some(number(port, text)?)),
        (None, Some((host, port))) => (host.to_owned(), Some(number(port, text)?)),
        (None, None) => (host.clone(), None),
    };
    let host = not_empty(&host, text, "host")?.to_owned();
    let device = not_empty(device, text, "device")?;
    if strip_prefix_any_case(device, "hislip").is_some() {
        let (device, port) = match device.split_once(',') {
            Some((device, port)) => (device, number(port, text)?),
            None => (device, hislip::PORT),
        };
        return Ok(Resource::Hislip { host, port, device: device.to_owned() });
    }
    Ok(Resource::Vxi11 { host, port, device: device.to_owned() })
}

/// Reads what follows `modbus://`: a host and its port. Which unit is meant stands elsewhere.
pub(super) fn parse_modbus(rest: &str, text: &str) -> Result<Resource, ResourceError> {
    let (host, port) = rest.trim_end_matches('/').rsplit_once(':').unwrap_or((rest, ""));
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let host = not_empty(host, text, "host")?.to_owned();
    Ok(Resource::Tcp { host, port: number(port, text)? })
}

/// A port number.
pub(super) fn number(port: &str, text: &str) -> Result<u16, ResourceError> {
    match port.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(ResourceError::Port { port: port.to_owned(), text: text.to_owned() }),
    }
}

/// A host as it stands in an address.
pub(super) fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}
