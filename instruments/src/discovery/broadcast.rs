//! The question for VXI-11 to everybody on the local network.
//!
//! Definition: VXI-11 rev. 1.0 (1995), B.2, over the port mapper of RFC 1833.

use super::{Found, NotLooked, Way};
use crate::{
    clock::Instant,
    protocol::onc_rpc::{self, Call, Values, Xdr},
    resource::Resource,
    transport::vxi11::words::{CORE, PORT_MAPPER},
};
use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::{net::UdpSocket, time::timeout_at};

/// Chosen: no number of a call that this program makes otherwise.
const CALL: u32 = 0x4554_4C4E;
/// The protocol whose port is asked for: TCP (RFC 1833, 3).
const TCP: u32 = 6;

/// Everybody who answers the question for the VXI-11 core channel within `patience`; `to` is a
/// broadcast address, or one port mapper.
///
/// # Errors
/// What the network says.
pub async fn broadcast(to: SocketAddr, patience: Duration) -> Result<Vec<Found>, NotLooked> {
    let asked = asked(to, patience).await;
    asked.map_err(|reason| NotLooked { way: Way::Broadcast, reason: reason.to_string() })
}

async fn asked(to: SocketAddr, patience: Duration) -> io::Result<Vec<Found>> {
    let any = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
    let socket = UdpSocket::bind(any).await?;
    socket.set_broadcast(true)?;
    socket.send_to(&question(), to).await?;
    let last_moment = Instant::now() + patience;
    let mut found = BTreeMap::new();
    let mut datagram = [0_u8; 512];
    while let Ok(heard) = timeout_at(last_moment, socket.recv_from(&mut datagram)).await {
        let (count, from) = heard?;
        let answer = datagram.get(..count).unwrap_or_default();
        if let Some(port) = core_port(answer) {
            let (host, device) = (from.ip().to_string(), "inst0".to_owned());
            // Where the port mapper is not at its usual port, nobody could ask it again.
            let port = (to.port() != PORT_MAPPER.port).then_some(port);
            found.insert(from.ip(), Resource::Vxi11 { host, port, device });
        }
    }
    Ok(found.values().map(|resource| Found::new(Way::Broadcast, resource, "VXI-11")).collect())
}

/// The call without the mark that only streams have.
fn question() -> Vec<u8> {
    let arguments = Xdr::default().u32(CORE.program).u32(CORE.version).u32(TCP).u32(0).bytes();
    let (program, version) = (PORT_MAPPER.program, PORT_MAPPER.version);
    let call = Call { id: CALL, program, version, procedure: PORT_MAPPER.get_port, arguments };
    call.encode().split_off(onc_rpc::MARK)
}

/// The port in an answer to the question, unless it says that there is none.
fn core_port(datagram: &[u8]) -> Option<u16> {
    let (id, results) = onc_rpc::answered_datagram(datagram).ok()?;
    let port = Values(&results).u32().ok()?;
    (id == CALL).then_some(u16::try_from(port).ok()?).filter(|port| *port > 0)
}
