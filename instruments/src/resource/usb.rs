//! Addresses on USB: `USB::0x2A8D::0x1301::MY57500001::INSTR`.

use super::{Resource, ResourceError, strip_suffix_any_case};
use std::fmt;

/// Reads what follows `USB`: a board number nobody needs, then vendor, product, serial number
/// and, where the device has several interfaces, the number of one of them.
pub(super) fn parse(rest: &str, text: &str) -> Result<Resource, ResourceError> {
    let unknown = || ResourceError::Unknown { text: text.to_owned() };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.strip_prefix("::").ok_or_else(unknown)?;
    let rest = strip_suffix_any_case(rest, "::INSTR").ok_or_else(unknown)?;
    let mut parts = rest.split("::");
    let vendor = number(parts.next().unwrap_or_default(), text)?;
    let product = number(parts.next().unwrap_or_default(), text)?;
    let serial = parts.next().map(str::to_owned).filter(|serial| !serial.is_empty());
    let interface = match parts.next() {
        None => None,
        Some(part) => Some(part.parse().map_err(|_| wrong(part, text))?),
    };
    match parts.next() {
        None => Ok(Resource::Usb { vendor, product, serial, interface }),
        Some(_) => Err(unknown()),
    }
}

fn number(part: &str, text: &str) -> Result<u16, ResourceError> {
    let hexadecimal = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X"));
    let number = match hexadecimal {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => part.parse().ok(),
    };
    number.ok_or_else(|| wrong(part, text))
}

fn wrong(part: &str, text: &str) -> ResourceError {
    ResourceError::Usb { part: part.to_owned(), text: text.to_owned() }
}

/// Writes the address as it is read.
pub(super) fn write(
    f: &mut fmt::Formatter<'_>,
    (vendor, product): (u16, u16),
    serial: Option<&str>,
    interface: Option<u8>,
) -> fmt::Result {
    write!(f, "USB::0x{vendor:04X}::0x{product:04X}")?;
    match (serial, interface) {
        (None, None) => {}
        (Some(serial), None) => write!(f, "::{serial}")?,
        (serial, Some(interface)) => write!(f, "::{}::{interface}", serial.unwrap_or_default())?,
    }
    f.write_str("::INSTR")
}
