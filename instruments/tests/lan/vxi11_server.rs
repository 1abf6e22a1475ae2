//! The peer behind VXI-11: core and abort channel.

use super::device::Device;
use etalon_instruments::{
    protocol::onc_rpc::{Call, Values, Xdr, answer},
    transport::vxi11::words::CORE,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A server, and how many links it has given and taken back.
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) links: Arc<AtomicUsize>,
    pub(crate) aborts: Arc<AtomicUsize>,
}

async fn record(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut mark = [0; 4];
    stream.read_exact(&mut mark).await.ok()?;
    let length = u32::from_be_bytes(mark) & 0x7FFF_FFFF;
    let mut body = vec![0; usize::try_from(length).ok()?];
    stream.read_exact(&mut body).await.ok()?;
    Some([mark.to_vec(), body].concat())
}

pub(crate) async fn serve(device: Arc<Device>) -> Server {
    let core = TcpListener::bind("127.0.0.1:0").await.expect("it holds on this bench");
    let abort = TcpListener::bind("127.0.0.1:0").await.expect("it holds on this bench");
    let (port, abort_port) = (
        core.local_addr().expect("it holds on this bench").port(),
        abort.local_addr().expect("it holds on this bench").port(),
    );
    let (links, aborts) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, aborted) = (Arc::clone(&links), Arc::clone(&aborts));
    let aborting = Arc::clone(&device);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = abort.accept().await {
            while let Some(record) = record(&mut stream).await {
                let call = Call::decode(&record).expect("it holds on this bench");
                aborted.fetch_add(1, Ordering::SeqCst);
                aborting.abort.notify_waiters();
                let done = Xdr::default().u32(0).bytes();
                stream.write_all(&answer(call.id, &done)).await.expect("it holds on this bench");
            }
        }
    });
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = core.accept().await {
            loop {
                let record = tokio::select! {
                    record = record(&mut stream) => record,
                    () = device.hang_up.notified() => None,
                };
                let Some(record) = record else { break };
                let call = Call::decode(&record).expect("it holds on this bench");
                assert_eq!((call.program, call.version), (CORE.program, CORE.version));
                let results = tokio::select! {
                    results = obeyed(&device, &call, abort_port, &counted) => results,
                    () = device.hang_up.notified() => break,
                };
                if stream.write_all(&answer(call.id, &results)).await.is_err() {
                    break;
                }
            }
            device.clear();
        }
    });
    Server { port, links, aborts }
}

async fn obeyed(device: &Device, call: &Call, abort_port: u16, links: &AtomicUsize) -> Vec<u8> {
    let mut values = Values(&call.arguments);
    let mut next = || values.u32().expect("it holds on this bench");
    match call.procedure {
        10 => {
            links.fetch_add(1, Ordering::SeqCst);
            Xdr::default().u32(0).u32(7).u32(u32::from(abort_port)).u32(1024).bytes()
        }
        11 => {
            assert_eq!(next(), 7);
            let (_, _, flags) = (next(), next(), next());
            let data = values.opaque().expect("it holds on this bench");
            assert!(data.len() <= 1024, "more than the server takes at once");
            // END goes with the last part, which ends with the line feed here.
            assert_eq!(flags & 8 == 8, data.ends_with(b"\n"));
            device.hear(data, 0);
            Xdr::default()
                .u32(0)
                .u32(u32::try_from(data.len()).expect("it holds on this bench"))
                .bytes()
        }
        12 => {
            let (_, _, patience) = (next(), next(), next());
            read(device, Duration::from_millis(u64::from(patience))).await
        }
        13 => {
            let byte = if device.has_message() { 0x10 } else { 0 };
            Xdr::default().u32(0).u32(byte).bytes()
        }
        15 => {
            device.clear();
            Xdr::default().u32(0).bytes()
        }
        23 => {
            links.fetch_sub(1, Ordering::SeqCst);
            Xdr::default().u32(0).bytes()
        }
        18 => Xdr::default().u32(11).bytes(),
        _ => Xdr::default().u32(8).bytes(),
    }
}

async fn read(device: &Device, patience: Duration) -> Vec<u8> {
    let failed = |code| Xdr::default().u32(code).u32(0).opaque(b"").bytes();
    let last_moment = tokio::time::Instant::now() + patience;
    loop {
        if let Some(said) = device.next() {
            let reason = if said.end { 4 } else { 0 };
            return Xdr::default().u32(0).u32(reason).opaque(&said.bytes).bytes();
        }
        tokio::select! {
            () = device.changed.notified() => {}
            () = device.abort.notified() => return failed(23),
            () = tokio::time::sleep_until(last_moment) => return failed(15),
        }
    }
}
