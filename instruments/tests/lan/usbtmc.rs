//! USBTMC over a simulated pipe: the conformance suite, and what the standard asks of tags.
//!
//! The pipe behind it is not the real one: no USB instrument hangs on the machines where these
//! tests run. What is proved here is the state of a link; the calls to the operating system
//! (`usbtmc/usb.rs`) wait for hardware.

use etalon_instruments::{
    clock::Clock,
    conformance::{Ability, check},
    framing::Framing,
    link::{Link, Wiring},
    resource::Resource,
    transport::{
        Connector, Pending, Signal, Transport, TransportError,
        usbtmc::{Pipe, UsbtmcTransport, message::HEAD},
    },
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{SOON, device::Device};

/// The device's side of the pipe: what is requested of it, and the transfers it has ready.
struct Wire {
    device: Arc<Device>,
    requested: VecDeque<u8>,
    ready: VecDeque<Vec<u8>>,
    tags: Arc<Mutex<Vec<u8>>>,
}

impl Wire {
    /// Answers the oldest request with the oldest message, the way a device does: head, bytes,
    /// filled up to four, in transfers of at most 64 bytes.
    fn answer(&mut self) {
        while let Some(tag) = self.requested.front().copied() {
            let Some(said) = self.device.next() else { return };
            self.requested.pop_front();
            let length =
                u32::try_from(said.bytes.len()).expect("it holds on this bench").to_le_bytes();
            let mut bytes = vec![2, tag, !tag, 0];
            bytes.extend(length);
            bytes.extend([u8::from(said.end), 0, 0, 0]);
            bytes.extend(&said.bytes);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            self.ready.extend(bytes.chunks(64).map(<[u8]>::to_vec));
        }
    }
}

impl Pipe for Wire {
    fn send(
        &mut self,
        transfer: Vec<u8>,
        _deadline: Duration,
    ) -> Pending<'_, Result<(), TransportError>> {
        Box::pin(async move {
            assert_eq!(transfer.len() % 4, 0, "a transfer is filled up");
            let ([kind, tag, complement, 0, a, b, c, d, ..], Some(filled)) =
                (transfer.as_slice(), transfer.get(HEAD..))
            else {
                panic!("{transfer:?} has no head");
            };
            assert_eq!(*tag, !complement);
            self.tags.lock().expect("it holds on this bench").push(*tag);
            match kind {
                1 => {
                    let length = u32::from_le_bytes([*a, *b, *c, *d]);
                    let length = usize::try_from(length).expect("it holds on this bench");
                    self.device.hear(filled.get(..length).expect("the bytes are there"), 0);
                }
                2 => self.requested.push_back(*tag),
                128 => self.device.hear(b"SET\n", 0),
                other => panic!("message {other} to the device"),
            }
            Ok(())
        })
    }

    fn take(&mut self, deadline: Duration) -> Pending<'_, Result<Vec<u8>, TransportError>> {
        Box::pin(async move {
            let last_moment = tokio::time::Instant::now() + deadline;
            loop {
                self.answer();
                if let Some(transfer) = self.ready.pop_front() {
                    return Ok(transfer);
                }
                tokio::select! {
                    () = self.device.changed.notified() => {}
                    () = self.device.hang_up.notified() => {
                        let source = Arc::new(std::io::ErrorKind::ConnectionAborted.into());
                        return Err(TransportError::Gone { resource: "USB".into(), source });
                    }
                    () = tokio::time::sleep_until(last_moment) => {
                        let resource = "USB".to_owned();
                        return Err(TransportError::Silent { resource, deadline, received: 0 });
                    }
                }
            }
        })
    }

    fn clear(&mut self, _deadline: Duration) -> Pending<'_, Result<(), TransportError>> {
        Box::pin(async move {
            self.device.clear();
            self.requested.clear();
            self.ready.clear();
            Ok(())
        })
    }

    fn status(&mut self, _deadline: Duration) -> Pending<'_, Result<u8, TransportError>> {
        Box::pin(async move { Ok(if self.device.has_message() { 0x50 } else { 0 }) })
    }

    fn local(&mut self, _deadline: Duration) -> Pending<'_, Result<(), TransportError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Plugs the device in, again and again.
struct Plug {
    device: Arc<Device>,
    tags: Arc<Mutex<Vec<u8>>>,
}

impl Connector for Plug {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        _deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        Box::pin(async move {
            self.device.link_closed();
            let (requested, ready) = (VecDeque::new(), VecDeque::new());
            let (device, tags) = (Arc::clone(&self.device), Arc::clone(&self.tags));
            let wire = Wire { device, requested, ready, tags };
            Ok(Box::new(UsbtmcTransport::new(wire, resource.to_string())) as Box<dyn Transport>)
        })
    }
}

fn plug() -> Arc<Plug> {
    Arc::new(Plug { device: Device::new(), tags: Arc::default() })
}

fn resource() -> Resource {
    Resource::parse("USB::0x2A8D::0x1301::MY57500001::INSTR").expect("it holds on this bench")
}

#[tokio::test]
async fn usbtmc_transport_conforms() {
    let ability = Ability::WHOLE;
    check(plug(), resource(), Clock::real(), ability).await.expect("it holds on this bench");
}

#[tokio::test]
async fn usbtmc_long_messages_go_in_parts_and_tags_never_become_zero() {
    let plug = plug();
    let tags = Arc::clone(&plug.tags);
    let wiring = Wiring::new(plug, Clock::real());
    let link = Link::open(resource(), &wiring, SOON).await.expect("it holds on this bench");
    let long = "x".repeat(40_000);
    let framing = Framing::line(50_000);
    let answer =
        link.query(format!("ECHO {long}\n"), framing, SOON).await.expect("it holds on this bench");
    assert_eq!(answer.len(), 40_001);
    // Three parts and one request.
    assert_eq!(*tags.lock().expect("it holds on this bench"), [1, 2, 3, 4]);
    for _ in 0..200 {
        let answer = link
            .query("ECHO again\n", Framing::End { max: 64 }, SOON)
            .await
            .expect("it holds on this bench");
        assert_eq!(answer, b"again\n");
    }
    assert!(!tags.lock().expect("it holds on this bench").contains(&0));
}

#[tokio::test]
async fn usb488_status_and_trigger_go_beside_the_data() {
    let wiring = Wiring::new(plug(), Clock::real());
    let link = Link::open(resource(), &wiring, SOON).await.expect("it holds on this bench");
    assert_eq!(link.signal(Signal::StatusByte, SOON).await.expect("it holds on this bench"), 0);
    link.signal(Signal::Trigger, SOON).await.expect("it holds on this bench");
    link.signal(Signal::Local, SOON).await.expect("it holds on this bench");
    let heard =
        link.query("SETTINGS\n", Framing::line(64), SOON).await.expect("it holds on this bench");
    assert_eq!(heard, b"1\n", "the trigger was heard once");
    link.write("ECHO waiting\n", SOON).await.expect("it holds on this bench");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(
        link.signal(Signal::ServiceRequest, SOON).await.expect("it holds on this bench"),
        0x50
    );
    let lock = link.signal(Signal::Lock, SOON).await.expect_err("it is refused");
    assert!(matches!(lock, TransportError::Unsupported { .. }), "{lock}");
}
