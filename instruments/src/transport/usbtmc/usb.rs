//! The real USB device behind a USBTMC link.

use super::{Pipe, UsbtmcTransport};
use crate::{
    clock::Instant,
    transport::{Pending, TransportError},
};
use nusb::{
    Device, DeviceInfo, Endpoint, Interface,
    descriptors::TransferType,
    transfer::{
        Buffer, Bulk, ControlIn, ControlType, Direction, In, Interrupt, Out, Recipient,
        TransferError,
    },
};
use std::{fmt, io, sync::Arc, time::Duration};
use tokio::time::{timeout, timeout_at};

/// Class and subclass of test and measurement (USBTMC rev. 1.0, table 43).
const CLASS: (u8, u8) = (0xFE, 3);
/// Begins a clear (USBTMC rev. 1.0, table 15).
const INITIATE_CLEAR: u8 = 5;
/// Asks whether a clear is done (USBTMC rev. 1.0, table 15).
const CHECK_CLEAR_STATUS: u8 = 6;
/// Asks for the status byte (USB488 rev. 1.0, table 9).
const READ_STATUS_BYTE: u8 = 128;
/// Gives the front panel back (USB488 rev. 1.0, table 9).
const GO_TO_LOCAL: u8 = 161;
/// The answer of a request that was done (USBTMC rev. 1.0, table 16).
const SUCCESS: u8 = 1;
/// The answer of a request that goes on.
const PENDING: u8 = 2;
/// Marks a notice that answers a request for the status byte (USB488 rev. 1.0, table 7).
const NOTICE: u8 = 0x80;
/// How long a request that goes on is left alone.
const AGAIN: Duration = Duration::from_millis(20);
/// Most bytes taken with one transfer: a multiple of every packet size of USB.
const TRANSFER: usize = 64 * 1024;

/// An instrument found on USB.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// Number of the maker.
    pub vendor: u16,
    /// Number of the product.
    pub product: u16,
    /// Serial number, where it has one.
    pub serial: Option<String>,
    /// Maker and product in its own words.
    pub words: String,
    /// Number of the interface.
    pub interface: u8,
}

/// Every instrument of the test and measurement class on this machine.
///
/// # Errors
/// What the operating system says.
pub async fn found() -> io::Result<Vec<Found>> {
    let devices = nusb::list_devices().await.map_err(io::Error::from)?;
    let found = devices.filter_map(|device| {
        let interface = interface_of(&device, None)?;
        let words = [device.manufacturer_string(), device.product_string()];
        Some(Found {
            vendor: device.vendor_id(),
            product: device.product_id(),
            serial: device.serial_number().map(str::to_owned),
            words: words.into_iter().flatten().collect::<Vec<_>>().join(" "),
            interface,
        })
    });
    Ok(found.collect())
}

/// The interface of the class: the wanted one, or the first.
fn interface_of(device: &DeviceInfo, wanted: Option<u8>) -> Option<u8> {
    let of_class = device.interfaces().filter(|one| (one.class(), one.subclass()) == CLASS);
    let mut numbers = of_class.map(nusb::InterfaceInfo::interface_number);
    numbers.find(|number| wanted.is_none_or(|wanted| wanted == *number))
}

/// Claims the instrument with these numbers; `resource` is the address as the bench file writes it.
///
/// # Errors
/// [`TransportError::Unreachable`] when it is not there, [`TransportError::Held`] when another
/// program, or the kernel's own driver, has it.
pub async fn open(
    (vendor, product): (u16, u16),
    serial: Option<&str>,
    interface: Option<u8>,
    resource: String,
) -> Result<UsbtmcTransport<UsbPipe>, TransportError> {
    let unreachable = |reason: io::Error| TransportError::Unreachable {
        resource: resource.clone(),
        source: Arc::new(reason),
    };
    let mut devices = nusb::list_devices().await.map_err(|reason| unreachable(reason.into()))?;
    let is_wanted = |device: &DeviceInfo| {
        (device.vendor_id(), device.product_id()) == (vendor, product)
            && serial.is_none_or(|serial| device.serial_number() == Some(serial))
    };
    let none = || io::Error::new(io::ErrorKind::NotFound, "no such instrument on USB");
    let info = devices.find(is_wanted).ok_or_else(|| unreachable(none()))?;
    let number = interface_of(&info, interface).ok_or_else(|| {
        unreachable(io::Error::other("the device has no interface of the measurement class"))
    })?;
    let device = info.open().await.map_err(|reason| unreachable(reason.into()))?;
    let held = |reason: nusb::Error| TransportError::Held {
        resource: resource.clone(),
        reason: reason.to_string(),
    };
    let claimed = device.detach_and_claim_interface(number).await.map_err(held)?;
    let pipe = UsbPipe::new(device, claimed, resource.clone()).map_err(unreachable)?;
    Ok(UsbtmcTransport::new(pipe, resource))
}

/// The bulk endpoints and requests of a claimed interface.
pub struct UsbPipe {
    // Keeps the device open as long as its interface is in use.
    _device: Device,
    interface: Interface,
    send: Endpoint<Bulk, Out>,
    take: Endpoint<Bulk, In>,
    /// Where the device has one, its status bytes come here.
    notices: Option<Endpoint<Interrupt, In>>,
    status_tag: u8,
    resource: String,
}

impl fmt::Debug for UsbPipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UsbPipe").field("resource", &self.resource).finish_non_exhaustive()
    }
}

impl UsbPipe {
    fn new(device: Device, interface: Interface, resource: String) -> io::Result<Self> {
        let lacking = || io::Error::other("the interface lacks a bulk endpoint");
        let described = interface.descriptor().ok_or_else(lacking)?;
        let bulk = |direction| {
            let mut endpoints = described.endpoints();
            let found = endpoints.find(|one| {
                one.transfer_type() == TransferType::Bulk && one.direction() == direction
            });
            found.map(|one| one.address()).ok_or_else(lacking)
        };
        let notices = described.endpoints().find(|one| {
            one.transfer_type() == TransferType::Interrupt && one.direction() == Direction::In
        });
        let notices = notices.map(|one| interface.endpoint(one.address())).transpose();
        let notices = notices.map_err(io::Error::from)?;
        let (out, incoming) = (bulk(Direction::Out)?, bulk(Direction::In)?);
        let send = interface.endpoint(out).map_err(io::Error::from)?;
        let take = interface.endpoint(incoming).map_err(io::Error::from)?;
        Ok(Self { _device: device, interface, send, take, notices, status_tag: 2, resource })
    }

    async fn ask(
        &self,
        request: u8,
        value: u16,
        length: u16,
        deadline: Duration,
    ) -> Result<Vec<u8>, TransportError> {
        let question = ControlIn {
            control_type: ControlType::Class,
            recipient: Recipient::Interface,
            request,
            value,
            index: u16::from(self.interface.interface_number()),
            length,
        };
        self.interface.control_in(question, deadline).await.map_err(|reason| self.gone(reason))
    }

    async fn asked(
        &self,
        request: u8,
        length: u16,
        deadline: Duration,
    ) -> Result<u8, TransportError> {
        let answer = self.ask(request, 0, length, deadline).await?;
        answer.first().copied().ok_or_else(|| self.refused(request, 0))
    }

    /// The status byte that comes as a notice with this tag; notices of service requests in
    /// front of it are passed over, since its bit 6 says the same.
    async fn noticed(&mut self, tag: u8, deadline: Duration) -> Result<u8, TransportError> {
        let last_moment = Instant::now() + deadline;
        let (resource, received) = (self.resource.clone(), 0);
        let silent = TransportError::Silent { resource, deadline, received };
        let Some(notices) = &mut self.notices else { return Err(silent) };
        loop {
            if notices.pending() == 0 {
                notices.submit(Buffer::new(notices.max_packet_size()));
            }
            let Ok(done) = timeout_at(last_moment, notices.next_complete()).await else {
                return Err(silent);
            };
            if let Err(reason) = done.status {
                return Err(self.gone(reason));
            }
            match done.buffer.into_vec().as_slice() {
                [own, byte, ..] if *own == NOTICE | tag => return Ok(*byte),
                _ => {}
            }
        }
    }

    fn gone(&self, reason: TransferError) -> TransportError {
        TransportError::gone(&self.resource, reason.into())
    }

    fn refused(&self, request: u8, status: u8) -> TransportError {
        let reason = format!("request {request} was answered with status {status}");
        TransportError::Malformed { resource: self.resource.clone(), reason }
    }
}

impl Pipe for UsbPipe {
    fn send(
        &mut self,
        transfer: Vec<u8>,
        deadline: Duration,
    ) -> Pending<'_, Result<(), TransportError>> {
        Box::pin(async move {
            self.send.submit(transfer.into());
            let Ok(done) = timeout(deadline, self.send.next_complete()).await else {
                self.send.cancel_all();
                // What has been cancelled comes back at once, and is not sent.
                self.send.next_complete().await;
                return Err(TransportError::Stalled { resource: self.resource.clone(), deadline });
            };
            done.status.map_err(|reason| self.gone(reason))
        })
    }

    fn take(&mut self, deadline: Duration) -> Pending<'_, Result<Vec<u8>, TransportError>> {
        Box::pin(async move {
            if self.take.pending() == 0 {
                self.take.submit(Buffer::new(TRANSFER));
            }
            // Given up, the transfer stays submitted: the next call takes it.
            match timeout(deadline, self.take.next_complete()).await {
                Ok(done) => match done.status {
                    Ok(()) => Ok(done.buffer.into_vec()),
                    Err(reason) => Err(self.gone(reason)),
                },
                Err(_) => Err(TransportError::Silent {
                    resource: self.resource.clone(),
                    deadline,
                    received: 0,
                }),
            }
        })
    }

    fn clear(&mut self, deadline: Duration) -> Pending<'_, Result<(), TransportError>> {
        Box::pin(async move {
            self.take.cancel_all();
            while self.take.pending() > 0 {
                self.take.next_complete().await;
            }
            let last_moment = Instant::now() + deadline;
            let mut status = self.asked(INITIATE_CLEAR, 1, deadline).await?;
            while status == SUCCESS || status == PENDING {
                status = self.asked(CHECK_CLEAR_STATUS, 2, deadline).await?;
                if status == SUCCESS {
                    let halted = self.send.clear_halt().await;
                    return halted
                        .map_err(|reason| TransportError::gone(&self.resource, reason.into()));
                }
                if Instant::now() >= last_moment {
                    break;
                }
                tokio::time::sleep(AGAIN).await;
            }
            Err(self.refused(CHECK_CLEAR_STATUS, status))
        })
    }

    fn status(&mut self, deadline: Duration) -> Pending<'_, Result<u8, TransportError>> {
        Box::pin(async move {
            // Tags of this request are from 2 to 127 (USB488 rev. 1.0, table 11).
            self.status_tag = if self.status_tag >= 127 { 2 } else { self.status_tag + 1 };
            let tag = self.status_tag;
            let answer = self.ask(READ_STATUS_BYTE, u16::from(tag), 3, deadline).await?;
            match answer.as_slice() {
                [SUCCESS, own, byte] if *own == tag => match self.notices {
                    Some(_) => self.noticed(tag, deadline).await,
                    None => Ok(*byte),
                },
                [status, ..] => Err(self.refused(READ_STATUS_BYTE, *status)),
                [] => Err(self.refused(READ_STATUS_BYTE, 0)),
            }
        })
    }

    fn local(&mut self, deadline: Duration) -> Pending<'_, Result<(), TransportError>> {
        Box::pin(async move {
            match self.asked(GO_TO_LOCAL, 1, deadline).await? {
                SUCCESS => Ok(()),
                status => Err(self.refused(GO_TO_LOCAL, status)),
            }
        })
    }
}
