//! GPIB over a Prologix or AR488 bridge, which hangs on a serial line or a TCP socket.
//!
//! Several instruments share one bridge: each address is a link of its own, and all of them
//! share the one [`Adapter`], which keeps their bytes apart. The bridge never reads on its
//! own (`++auto 0`): an answer is fetched with `++read eoi`, and the bridge puts a mark
//! (`++eot_char`) behind the byte that came with END.
//!
//! Source of the commands: Prologix GPIB-USB controller user manual, version 6.107.

use super::{
    Cleared, Connector, Pending, Signal, Transport, TransportError,
    pieces::{self, Pieces, Whole},
};
use crate::{clock::Instant, framing::Framing, resource::Resource};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::Mutex as Turn;

mod adapter;

use adapter::Adapter;

/// Bridges that are open in this process, by address: their ports can be opened only once.
static OPEN: Mutex<BTreeMap<String, Weak<Turn<Adapter>>>> = Mutex::new(BTreeMap::new());

/// How often the request line is looked at while a service request is awaited.
const POLL: Duration = Duration::from_millis(50);

/// A link to one GPIB address behind a bridge.
#[derive(Debug)]
pub struct PrologixTransport {
    adapter: Arc<Turn<Adapter>>,
    address: u8,
    resource: String,
}

/// Makes a link to `address` behind the bridge at `bridge`, which `ports` opens unless another
/// link has opened it before.
///
/// # Errors
/// [`TransportError`].
pub async fn connect(
    ports: &dyn Connector,
    bridge: &Resource,
    address: u8,
    resource: String,
    deadline: Duration,
) -> Result<PrologixTransport, TransportError> {
    let adapter = shared(&bridge.to_string());
    {
        let mut turn = adapter.lock().await;
        turn.open(ports, bridge, deadline).await?;
    }
    Ok(PrologixTransport { adapter, address, resource })
}

/// The adapter of this name, open or not.
fn shared(name: &str) -> Arc<Turn<Adapter>> {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.retain(|_, adapter| adapter.strong_count() > 0);
    if let Some(adapter) = open.get(name).and_then(Weak::upgrade) {
        return adapter;
    }
    let adapter = Arc::new(Turn::new(Adapter::new(name.to_owned())));
    open.insert(name.to_owned(), Arc::downgrade(&adapter));
    adapter
}

impl PrologixTransport {
    async fn give(&self, signal: &Signal, deadline: Duration) -> Result<u8, TransportError> {
        let unsupported = || TransportError::Unsupported {
            resource: self.name(),
            reason: "a GPIB bridge has one controller and no locks",
        };
        match signal {
            Signal::StatusByte => self.number("++spoll", deadline).await,
            Signal::Trigger => self.said("++trg", deadline).await.map(|()| 0),
            Signal::Local => self.said("++loc", deadline).await.map(|()| 0),
            Signal::Lock | Signal::Unlock => Err(unsupported()),
            Signal::ServiceRequest => {
                let last_moment = Instant::now() + deadline;
                while self.number("++srq", deadline).await? == 0 {
                    if Instant::now() >= last_moment {
                        let (resource, received) = (self.name(), 0);
                        return Err(TransportError::Silent { resource, deadline, received });
                    }
                    tokio::time::sleep(POLL).await;
                }
                self.number("++spoll", deadline).await
            }
        }
    }

    async fn said(&self, command: &str, deadline: Duration) -> Result<(), TransportError> {
        self.adapter.lock().await.command(self.address, command, deadline).await
    }

    async fn number(&self, question: &str, deadline: Duration) -> Result<u8, TransportError> {
        let mut adapter = self.adapter.lock().await;
        let answer = adapter.ask(self.address, question, deadline).await?;
        answer.trim().parse().map_err(|_| TransportError::Malformed {
            resource: self.name(),
            reason: format!("the bridge answered {question} with {answer:?}"),
        })
    }

    fn name(&self) -> String {
        self.resource.clone()
    }
}

/// The turn is given up between two looks, so that other addresses are heard, too.
impl Pieces for PrologixTransport {
    fn resource(&self) -> &str {
        &self.resource
    }

    async fn whole(&mut self, framing: &Framing) -> Result<Whole, String> {
        self.adapter.lock().await.arrived(self.address).whole(framing)
    }

    async fn fetch(&mut self, framing: &Framing, left: Duration) -> Result<(), TransportError> {
        self.adapter.lock().await.fetch(self.address, framing, left).await
    }
}

impl Transport for PrologixTransport {
    fn write<'a>(
        &'a mut self,
        message: &'a [u8],
        deadline: Duration,
    ) -> Pending<'a, Result<(), TransportError>> {
        Box::pin(
            async move { self.adapter.lock().await.write(self.address, message, deadline).await },
        )
    }

    fn read<'a>(
        &'a mut self,
        framing: &'a Framing,
        deadline: Duration,
    ) -> Pending<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(pieces::message(self, framing, deadline))
    }

    fn unread(&mut self) -> Pending<'_, Result<Vec<u8>, TransportError>> {
        Box::pin(async move { Ok(self.adapter.lock().await.arrived(self.address).take_all()) })
    }

    fn clear(&mut self, deadline: Duration) -> Pending<'_, Result<Cleared, TransportError>> {
        Box::pin(async move {
            let mut adapter = self.adapter.lock().await;
            if adapter.is_broken() {
                return Ok(Cleared::MakeAgain);
            }
            adapter.command(self.address, "++clr", deadline).await?;
            adapter.arrived(self.address).take_all();
            Ok(Cleared::InPlace)
        })
    }

    fn signal<'a>(
        &'a mut self,
        signal: &'a Signal,
        deadline: Duration,
    ) -> Pending<'a, Result<u8, TransportError>> {
        Box::pin(self.give(signal, deadline))
    }

    fn close(self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(async move {
            // Others may still use the bridge; the last one closes it.
            if let Some(adapter) = Arc::into_inner(self.adapter) {
                adapter.into_inner().close().await;
            }
        })
    }
}
