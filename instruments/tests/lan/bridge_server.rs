//! The peer behind a GPIB bridge: it obeys `++` commands as the bridge's manual says.

use super::device::Device;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A bridge: how often it was connected to, and what it was told.
pub(crate) struct Bridge {
    pub(crate) port: u16,
    pub(crate) connections: Arc<AtomicUsize>,
    pub(crate) told: Arc<Mutex<Vec<String>>>,
}

pub(crate) async fn serve(devices: BTreeMap<u8, Arc<Device>>) -> Bridge {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("it holds on this bench");
    let port = listener.local_addr().expect("it holds on this bench").port();
    let connections = Arc::new(AtomicUsize::new(0));
    let told = Arc::new(Mutex::new(Vec::new()));
    let (counted, noted) = (Arc::clone(&connections), Arc::clone(&told));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            line(stream, &devices, &noted).await;
            devices.values().for_each(|device| device.clear());
        }
    });
    Bridge { port, connections, told }
}

/// One command or message of the controller, its escapes undone; whether it is a command.
async fn next(stream: &mut TcpStream) -> Option<(bool, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut hidden = false;
    let mut plain_plus = 0;
    loop {
        let byte = stream.read_u8().await.ok()?;
        match byte {
            0x1B if !hidden => {
                hidden = true;
                continue;
            }
            b'\n' | b'\r' if !hidden => return Some((plain_plus == 2, bytes)),
            b'+' if !hidden && bytes.len() == plain_plus && plain_plus < 2 => plain_plus += 1,
            _ => {}
        }
        hidden = false;
        bytes.push(byte);
    }
}

async fn line(
    mut stream: TcpStream,
    devices: &BTreeMap<u8, Arc<Device>>,
    told: &Mutex<Vec<String>>,
) {
    let mut address = 0;
    let at = |address: u8| devices.get(&address).expect("somebody has this address");
    loop {
        let hung_up = async {
            match devices.values().next() {
                Some(device) => device.hang_up.notified().await,
                None => std::future::pending().await,
            }
        };
        let heard = tokio::select! {
            heard = next(&mut stream) => heard,
            () = hung_up => None,
        };
        let Some((is_command, bytes)) = heard else { return };
        if !is_command {
            // The controller on the bus asserts EOI with the last byte; nothing is appended.
            at(address).hear(&bytes, 0);
            continue;
        }
        let command = String::from_utf8(bytes).expect("it holds on this bench");
        told.lock().expect("it holds on this bench").push(command.clone());
        match command.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["++addr", number] => address = number.parse().expect("it holds on this bench"),
            ["++clr"] => at(address).clear(),
            ["++read", "eoi"] => match fetched(&mut stream, at(address)).await {
                true => {}
                false => return,
            },
            ["++spoll"] => {
                let byte = if at(address).has_message() { 80 } else { 0 };
                stream
                    .write_all(format!("{byte}\r\n").as_bytes())
                    .await
                    .expect("it holds on this bench");
            }
            ["++srq"] => stream.write_all(b"1\r\n").await.expect("it holds on this bench"),
            _ => {}
        }
    }
}

/// Hands over what the instrument says until END, or gives up after half a second of silence.
async fn fetched(stream: &mut TcpStream, device: &Device) -> bool {
    loop {
        if let Some(said) = device.next() {
            let mut bytes = said.bytes;
            if said.end {
                bytes.push(3);
            }
            if stream.write_all(&bytes).await.is_err() {
                return false;
            }
            if said.end {
                return true;
            }
        }
        let patience = tokio::time::sleep(Duration::from_millis(500));
        tokio::select! {
            () = device.changed.notified() => {}
            () = device.hang_up.notified() => return false,
            () = patience => return true,
        }
    }
}
