//! A link whose port can only be waited for in a thread: serial lines, VISA libraries.
//!
//! Each open port has one thread that alone writes and reads; the link gives it orders and
//! awaits their results. An order whose result nobody awaits any more is finished all the
//! same, and what it read is kept for the next one.

use super::{Cleared, Pending, Signal, Transport, TransportError};
use crate::{framing::Framing, resource::SerialSettings};
use std::{
    io,
    sync::{Arc, mpsc},
    time::Duration,
};
use tokio::sync::oneshot;

/// Where the result of an order goes.
type Reply<T> = oneshot::Sender<Result<T, TransportError>>;

/// A port, as its thread sees it: every call may block until its deadline.
///
/// The rules are those of [`Transport`], method by method.
pub(super) trait Port {
    /// Writes one message.
    fn write(&mut self, message: &[u8], deadline: Duration) -> Result<(), TransportError>;

    /// Reads one message. Once `is_given_up` says so nobody awaits it any more.
    fn read(
        &mut self,
        framing: &Framing,
        deadline: Duration,
        is_given_up: &dyn Fn() -> bool,
    ) -> Result<Vec<u8>, TransportError>;

    /// Takes what has arrived and nobody has read.
    fn unread(&mut self) -> Result<Vec<u8>, TransportError>;

    /// Discards everything in flight.
    fn clear(&mut self, deadline: Duration) -> Result<Cleared, TransportError>;

    /// Sets the line to another speed or character; nothing to do where there is neither.
    fn set_line(
        &mut self,
        _settings: SerialSettings,
        _deadline: Duration,
    ) -> Result<(), TransportError> {
        Ok(())
    }

    /// Gives a signal beside the data.
    fn signal(&mut self, signal: &Signal, _deadline: Duration) -> Result<u8, TransportError> {
        Err(TransportError::Unsupported {
            resource: signal.to_string(),
            reason: "this kind of link has no signals beside its data",
        })
    }
}

/// What the thread may be asked for.
enum Order {
    Write { message: Vec<u8>, deadline: Duration, reply: Reply<()> },
    Read { framing: Framing, deadline: Duration, reply: Reply<Vec<u8>> },
    Unread { reply: Reply<Vec<u8>> },
    SetLine { settings: SerialSettings, deadline: Duration, reply: Reply<()> },
    Signal { signal: Signal, deadline: Duration, reply: Reply<u8> },
    Clear { deadline: Duration, reply: Reply<Cleared> },
}

/// A link to the thread that owns a port; the port closes when it is dropped.
#[derive(Debug)]
pub struct ThreadedTransport {
    orders: Option<mpsc::Sender<Order>>,
    ended: Option<oneshot::Receiver<()>>,
    resource: String,
}

/// Starts the thread called `name`, which opens the port and then owns it.
pub(super) async fn open<P: Port>(
    name: String,
    resource: String,
    deadline: Duration,
    opening: impl FnOnce() -> Result<P, TransportError> + Send + 'static,
) -> Result<ThreadedTransport, TransportError> {
    let unreachable = |reason: io::Error| TransportError::Unreachable {
        resource: resource.clone(),
        source: Arc::new(reason),
    };
    let (orders, taken) = mpsc::channel();
    let (opened, is_open) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    std::thread::Builder::new()
        .name(name)
        .spawn(move || run(opening, opened, &taken, end))
        .map_err(unreachable)?;
    match tokio::time::timeout(deadline, is_open).await {
        Ok(Ok(Ok(()))) => {
            Ok(ThreadedTransport { orders: Some(orders), ended: Some(ended), resource })
        }
        Ok(Ok(Err(failure))) => Err(failure),
        Ok(Err(_)) => Err(unreachable(io::Error::other("the port's thread ended"))),
        Err(_) => Err(unreachable(io::Error::new(
            io::ErrorKind::TimedOut,
            "the operating system did not open the port",
        ))),
    }
}

/// Opens the port and serves orders until nobody can give any more.
fn run<P: Port>(
    opening: impl FnOnce() -> Result<P, TransportError>,
    opened: Reply<()>,
    orders: &mpsc::Receiver<Order>,
    end: oneshot::Sender<()>,
) {
    match opening() {
        Ok(mut port) => {
            if opened.send(Ok(())).is_ok() {
                while let Ok(order) = orders.recv() {
                    serve(&mut port, order);
                }
            }
        }
        Err(failure) => drop(opened.send(Err(failure))),
    }
    // The port is closed by now; dropping the sender says so.
    drop(end);
}

/// A reply that nobody awaits any more is dropped: the link judges the order by its own state.
fn serve(port: &mut impl Port, order: Order) {
    match order {
        Order::Write { message, deadline, reply } => {
            drop(reply.send(port.write(&message, deadline)));
        }
        Order::Read { framing, deadline, reply } => {
            let result = port.read(&framing, deadline, &|| reply.is_closed());
            drop(reply.send(result));
        }
        Order::Unread { reply } => drop(reply.send(port.unread())),
        Order::SetLine { settings, deadline, reply } => {
            drop(reply.send(port.set_line(settings, deadline)));
        }
        Order::Signal { signal, deadline, reply } => {
            drop(reply.send(port.signal(&signal, deadline)));
        }
        Order::Clear { deadline, reply } => drop(reply.send(port.clear(deadline))),
    }
}

impl ThreadedTransport {
    async fn order<T>(&self, order: impl FnOnce(Reply<T>) -> Order) -> Result<T, TransportError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.orders.as_ref().is_some_and(|orders| orders.send(order(reply)).is_ok());
        match answer.await {
            Ok(result) if sent => result,
            _ => Err(TransportError::hung_up(&self.resource)),
        }
    }
}

impl Transport for ThreadedTransport {
    fn write<'a>(
        &'a mut self,
        message: &'a [u8],
        deadline: Duration,
    ) -> Pending<'a, Result<(), TransportError>> {
        let message = message.to_vec();
        Box::pin(self.order(move |reply| Order::Write { message, deadline, reply }))
    }

    fn read<'a>(
        &'a mut self,
        framing: &'a Framing,
        deadline: Duration,
    ) -> Pending<'a, Result<Vec<u8>, TransportError>> {
        let framing = framing.clone();
        Box::pin(self.order(move |reply| Order::Read { framing, deadline, reply }))
    }

    fn unread(&mut self) -> Pending<'_, Result<Vec<u8>, TransportError>> {
        Box::pin(self.order(|reply| Order::Unread { reply }))
    }

    fn clear(&mut self, deadline: Duration) -> Pending<'_, Result<Cleared, TransportError>> {
        Box::pin(self.order(move |reply| Order::Clear { deadline, reply }))
    }

    fn set_line(
        &mut self,
        settings: SerialSettings,
        deadline: Duration,
    ) -> Pending<'_, Result<(), TransportError>> {
        Box::pin(self.order(move |reply| Order::SetLine { settings, deadline, reply }))
    }

    fn signal<'a>(
        &'a mut self,
        signal: &'a Signal,
        deadline: Duration,
    ) -> Pending<'a, Result<u8, TransportError>> {
        let signal = signal.clone();
        Box::pin(self.order(move |reply| Order::Signal { signal, deadline, reply }))
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
