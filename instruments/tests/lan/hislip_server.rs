//! The peer behind HiSLIP.

use super::device::Device;
use etalon_instruments::transport::hislip::message::{HEAD, Kind, Message};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf},
};

async fn message(stream: &mut (impl AsyncReadExt + Unpin)) -> Option<Message> {
    let mut head = vec![0; HEAD];
    stream.read_exact(&mut head).await.ok()?;
    let length = u64::from_be_bytes(*head.last_chunk().expect("it holds on this bench"));
    let mut payload = vec![0; usize::try_from(length).ok()?];
    stream.read_exact(&mut payload).await.ok()?;
    head.extend(payload);
    Some(Message::decode(&head).expect("it holds on this bench"))
}

async fn say(stream: &mut (impl AsyncWriteExt + Unpin), message: Message) {
    // A client that has gone is noticed by the next read.
    drop(stream.write_all(&message.encode()).await);
}

/// Serves `device`; the port.
pub(crate) async fn serve(device: Arc<Device>, overlapped: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("it holds on this bench");
    let port = listener.local_addr().expect("it holds on this bench").port();
    tokio::spawn(async move {
        let status = Arc::new(AtomicU32::new(0));
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.set_nodelay(true).expect("it holds on this bench");
            let device = Arc::clone(&device);
            // The client opens both channels before it speaks, and speaks on the first one first.
            let first = Arc::clone(&status);
            tokio::spawn(async move {
                let Some(greeting) = message(&mut stream).await else { return };
                match greeting.kind {
                    Kind::Initialize => {
                        assert_eq!(greeting.payload, b"hislip0");
                        assert_eq!(greeting.parameter >> 16, 0x0100);
                        let mode = u8::from(overlapped);
                        let welcome = Message::new(Kind::InitializeResponse, mode, 0x0100_0005);
                        say(&mut stream, welcome).await;
                        synchronous(device, stream, overlapped).await;
                    }
                    Kind::AsyncInitialize => {
                        assert_eq!(greeting.parameter, 5);
                        let welcome = Message::new(Kind::AsyncInitializeResponse, 0, 0);
                        say(&mut stream, welcome).await;
                        asynchronous(device, stream, first, overlapped).await;
                    }
                    other => panic!("a connection begins with {other:?}"),
                }
            });
        }
    });
    port
}

async fn heard(mut reading: OwnedReadHalf, to: tokio::sync::mpsc::Sender<Message>) {
    while let Some(message) = message(&mut reading).await {
        if to.send(message).await.is_err() {
            break;
        }
    }
}

async fn synchronous(device: Arc<Device>, stream: TcpStream, overlapped: bool) {
    let (reading, mut writing) = stream.into_split();
    let (sender, mut messages) = tokio::sync::mpsc::channel(16);
    let reader = tokio::spawn(heard(reading, sender));
    let mut own_number = 0xFFFF_FF00_u32;
    loop {
        while let Some(said) = device.next() {
            let kind = if said.end { Kind::DataEnd } else { Kind::Data };
            let number = if overlapped { own_number } else { said.answers };
            own_number = own_number.wrapping_add(2);
            say(&mut writing, Message::new(kind, 0, number).with(&said.bytes)).await;
        }
        tokio::select! {
            () = device.changed.notified() => {}
            () = device.hang_up.notified() => break,
            message = messages.recv() => match message {
                None => break,
                Some(message) => match message.kind {
                    Kind::Data | Kind::DataEnd => device.hear(&message.payload, message.parameter),
                    Kind::DeviceClearComplete => {
                        own_number = 0xFFFF_FF00;
                        let agreed = Message::new(Kind::DeviceClearAcknowledge, message.control, 0);
                        say(&mut writing, agreed).await;
                    }
                    Kind::Trigger => device.hear(b"SET\n", message.parameter),
                    other => panic!("{other:?} on the synchronous channel"),
                },
            },
        }
    }
    reader.abort();
    device.clear();
}

async fn asynchronous(
    device: Arc<Device>,
    mut stream: TcpStream,
    locked: Arc<AtomicU32>,
    overlapped: bool,
) {
    while let Some(message) = message(&mut stream).await {
        let answer = match message.kind {
            Kind::AsyncMaximumMessageSize => {
                Message::new(Kind::AsyncMaximumMessageSizeResponse, 0, 0)
                    .with(&1024_u64.to_be_bytes())
            }
            Kind::AsyncDeviceClear => {
                device.clear();
                Message::new(Kind::AsyncDeviceClearAcknowledge, u8::from(overlapped), 0)
            }
            Kind::AsyncStatusQuery => {
                let request = Message::new(Kind::AsyncServiceRequest, 0x50, 0);
                say(&mut stream, request).await;
                let byte = if device.has_message() { 0x10 } else { 0x04 };
                Message::new(Kind::AsyncStatusResponse, byte, 0)
            }
            Kind::AsyncLock if message.control == 1 => {
                let free = locked.swap(1, Ordering::SeqCst) == 0;
                Message::new(Kind::AsyncLockResponse, u8::from(free), 0)
            }
            Kind::AsyncLock => {
                locked.store(0, Ordering::SeqCst);
                Message::new(Kind::AsyncLockResponse, 1, 0)
            }
            Kind::AsyncRemoteLocalControl => Message::new(Kind::AsyncRemoteLocalResponse, 0, 0),
            other => panic!("{other:?} on the asynchronous channel"),
        };
        say(&mut stream, answer).await;
    }
}
