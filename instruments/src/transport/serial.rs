//! Bytes over a serial line.
//!
//! One thread owns each open port, because the operating system's calls block. It
//! takes one order at a time and looks every few milliseconds whether the one who
//! gave it still waits. The port is opened exclusively: two programs on one line
//! would each read half of the answers.

use super::{
    TransportError,
    threaded::{self, ThreadedTransport},
};
use crate::resource::{Character, Flow, SerialSettings};
use serialport::{DataBits, FlowControl, Parity, SerialPortBuilder, StopBits};
use std::time::Duration;

mod line;

/// A link over a serial line; its port closes when it is dropped.
pub type SerialTransport = ThreadedTransport;

/// What the operating system is asked for, before it is asked.
///
/// A pseudo-terminal accepts any parity and honours none, so that this is where
/// the settings can be judged.
#[must_use]
pub fn request(path: &str, settings: SerialSettings) -> SerialPortBuilder {
    let (data_bits, parity) = bits(settings.character);
    let flow = match settings.flow {
        Flow::None => FlowControl::None,
        Flow::Software => FlowControl::Software,
        Flow::Hardware => FlowControl::Hardware,
    };
    serialport::new(path, settings.baud)
        .data_bits(data_bits)
        .parity(parity)
        .stop_bits(StopBits::One)
        .flow_control(flow)
        .exclusive(true)
        .timeout(line::SLICE)
}

/// Data bits and parity in the operating system's words.
fn bits(character: Character) -> (DataBits, Parity) {
    match character {
        Character::Eight => (DataBits::Eight, Parity::None),
        Character::SevenEven => (DataBits::Seven, Parity::Even),
        Character::SevenOdd => (DataBits::Seven, Parity::Odd),
        Character::EightEven => (DataBits::Eight, Parity::Even),
    }
}

/// Opens the port at `path`; `resource` is the address as the bench file writes it.
///
/// # Errors
/// [`TransportError::Held`] when another program has it, otherwise
/// [`TransportError::Unreachable`].
pub async fn open(
    path: &str,
    settings: SerialSettings,
    resource: String,
    deadline: Duration,
) -> Result<SerialTransport, TransportError> {
    let request = request(path, settings);
    let name = resource.clone();
    threaded::open(format!("port {path}"), resource, deadline, move || line::open(&request, name))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_asked_for_the_settings_of_the_manual_and_for_us_alone() {
        let settings =
            SerialSettings { baud: 1200, character: Character::SevenOdd, flow: Flow::Software };
        let wanted = serialport::new("/dev/ttyS0", 1200)
            .data_bits(DataBits::Seven)
            .parity(Parity::Odd)
            .stop_bits(StopBits::One)
            .flow_control(FlowControl::Software)
            .exclusive(true)
            .timeout(line::SLICE);
        assert_eq!(request("/dev/ttyS0", settings), wanted);

        let even = SerialSettings { baud: 300, character: Character::SevenEven, flow: Flow::None };
        let wanted = serialport::new("COM1", 300)
            .data_bits(DataBits::Seven)
            .parity(Parity::Even)
            .exclusive(true)
            .timeout(line::SLICE);
        assert_eq!(request("COM1", even), wanted);
    }
}
