//! The real ports of a bench PC.

#[cfg(feature = "usb")]
use super::usbtmc;
#[cfg(feature = "visa")]
use super::visa;
use super::{Connector, Pending, Transport, TransportError, hislip, prologix, serial, tcp, vxi11};
use crate::resource::{Resource, SerialSettings};
use std::time::Duration;

/// Makes links over the ports of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports;

impl Connector for Ports {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        Box::pin(async move {
            let name = resource.to_string();
            match resource {
                Resource::Tcp { host, port } => {
                    let link = tcp::connect(host, *port, name, deadline).await?;
                    Ok(Box::new(link) as Box<dyn Transport>)
                }
                Resource::Serial { path, settings } => {
                    let settings = settings.unwrap_or(SerialSettings::USUAL);
                    let link = serial::open(path, settings, name, deadline).await?;
                    Ok(Box::new(link) as Box<dyn Transport>)
                }
                Resource::Vxi11 { host, port, device } => {
                    let link = vxi11::connect(host, *port, device, name, deadline).await?;
                    Ok(Box::new(link) as Box<dyn Transport>)
                }
                Resource::Hislip { host, port, device } => {
                    let link = hislip::connect(host, *port, device, name, deadline).await?;
                    Ok(Box::new(link) as Box<dyn Transport>)
                }
                Resource::Gpib { bridge, address } => {
                    let link = prologix::connect(self, bridge, *address, name, deadline).await?;
                    Ok(Box::new(link) as Box<dyn Transport>)
                }
                #[cfg(feature = "usb")]
                Resource::Usb { vendor, product, serial, interface } => {
                    let numbers = (*vendor, *product);
                    let opening = usbtmc::usb::open(numbers, serial.as_deref(), *interface, name);
                    Ok(Box::new(opening.await?) as Box<dyn Transport>)
                }
                #[cfg(not(feature = "usb"))]
                Resource::Usb { .. } => Err(TransportError::Unsupported {
                    resource: name,
                    reason: "this program was built without USB (feature usb)",
                }),
                #[cfg(feature = "visa")]
                Resource::Visa { name: own } => {
                    let link = visa::open(own, name, deadline).await?;
                    Ok(Box::new(link) as Box<dyn Transport>)
                }
                #[cfg(not(feature = "visa"))]
                Resource::Visa { .. } => Err(TransportError::Unsupported {
                    resource: name,
                    reason: "this program was built without VISA (feature visa)",
                }),
                Resource::InProcess { .. } => Err(TransportError::Unsupported {
                    resource: name,
                    reason: "a simulated instrument has no port on this machine",
                }),
            }
        })
    }
}
