//! Bytes over a serial line.
//!
//! One thread owns each open port, because the operating system's calls block. It
//! takes one order at a time and looks every few milliseconds whether the one who
//! gave it still waits. The port is opened exclusively: two programs on one line
//! would each read half of the answers.

use super::{Cleared, Pending, Transport, TransportError};
use crate::{
    framing::Framing,
    resource::{Character, Flow, SerialSettings},
};
use serialport::{DataBits, FlowControl, Parity, SerialPortBuilder, StopBits};
use std::{
    io,
    sync::{Arc, mpsc},
    time::Duration,
};
use tokio::sync::oneshot;

mod owner;

/// A link over a serial line; its port closes when it is dropped.
#[derive(Debug)]
pub struct SerialTransport {
    orders: Option<mpsc::Sender<owner::Order>>,
    ended: Option<oneshot::Receiver<()>>,
    resource: String,
}

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
        .timeout(owner::SLICE)
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
    let unreachable = |reason: io::Error| TransportError::Unreachable {
        resource: resource.clone(),
        source: Arc::new(reason),
    };
    let (orders, taken) = mpsc::channel();
    let (opened, opening) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    let request = request(path, settings);
    let name = resource.clone();
    std::thread::Builder::new()
        .name(format!("port {path}"))
        .spawn(move || owner::run(&request, name, opened, &taken, end))
        .map_err(unreachable)?;
    match tokio::time::timeout(deadline, opening).await {
        Ok(Ok(Ok(()))) => {
            Ok(SerialTransport { orders: Some(orders), ended: Some(ended), resource })
        }
        Ok(Ok(Err(failure))) => Err(failure),
        Ok(Err(_)) => Err(unreachable(io::Error::other("the port's thread ended"))),
        Err(_) => Err(unreachable(io::Error::new(
            io::ErrorKind::TimedOut,
            "the operating system did not open the port",
        ))),
    }
}

impl SerialTransport {
    async fn order<T>(
        &self,
        order: impl FnOnce(oneshot::Sender<Result<T, TransportError>>) -> owner::Order,
    ) -> Result<T, TransportError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.orders.as_ref().is_some_and(|orders| orders.send(order(reply)).is_ok());
        match answer.await {
            Ok(result) if sent => result,
            _ => Err(TransportError::hung_up(&self.resource)),
        }
    }
}

impl Transport for SerialTransport {
    fn write<'a>(
        &'a mut self,
        message: &'a [u8],
        deadline: Duration,
    ) -> Pending<'a, Result<(), TransportError>> {
        let message = message.to_vec();
        Box::pin(self.order(move |reply| owner::Order::Write { message, deadline, reply }))
    }

    fn read<'a>(
        &'a mut self,
        framing: &'a Framing,
        deadline: Duration,
    ) -> Pending<'a, Result<Vec<u8>, TransportError>> {
        let framing = framing.clone();
        Box::pin(self.order(move |reply| owner::Order::Read { framing, deadline, reply }))
    }

    fn unread(&mut self) -> Pending<'_, Result<Vec<u8>, TransportError>> {
        Box::pin(self.order(|reply| owner::Order::Unread { reply }))
    }

    fn clear(&mut self, deadline: Duration) -> Pending<'_, Result<Cleared, TransportError>> {
        Box::pin(self.order(move |reply| owner::Order::Clear { deadline, reply }))
    }

    fn set_line(
        &mut self,
        settings: SerialSettings,
        deadline: Duration,
    ) -> Pending<'_, Result<(), TransportError>> {
        Box::pin(self.order(move |reply| owner::Order::SetLine { settings, deadline, reply }))
    }

    fn close(mut self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(async move {
            self.orders = None;
            if let Some(ended) = self.ended.take() {
                // Err says the same as Ok: the thread has ended, and its port is closed.
                drop(ended.await);
            }
        })
    }
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
            .timeout(owner::SLICE);
        assert_eq!(request("/dev/ttyS0", settings), wanted);

        let even = SerialSettings { baud: 300, character: Character::SevenEven, flow: Flow::None };
        let wanted = serialport::new("COM1", 300)
            .data_bits(DataBits::Seven)
            .parity(Parity::Even)
            .exclusive(true)
            .timeout(owner::SLICE);
        assert_eq!(request("COM1", even), wanted);
    }
}
