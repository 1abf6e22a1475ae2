//! Every transport passes the conformance suite: in process on the paused clock, TCP in
//! real time. The serial line has a file of its own.

use etalon_instruments::{
    clock::Clock,
    conformance::{Ability, check, peer::Peer},
    resource::Resource,
    transport::{Connector, Pending, Transport, TransportError, in_process, ports::Ports},
};
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Mutex};

/// Links to a peer inside this process; the peer outlives its links.
struct InProcessPeer {
    peer: Arc<Mutex<Peer>>,
}

impl Connector for InProcessPeer {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        _deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        Box::pin(async move {
            let (ours, peers) = in_process::pair(resource.to_string());
            let peer = Arc::clone(&self.peer);
            tokio::spawn(async move { peer.lock().await.serve(peers).await });
            Ok(Box::new(ours) as Box<dyn Transport>)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn in_process_transport_conforms_on_the_paused_clock() {
    let clock = Clock::virtual_from("2026-01-05T08:00:00Z".parse().unwrap());
    let connector = Arc::new(InProcessPeer { peer: Arc::default() });
    let resource = Resource::parse("SIM::peer").unwrap();
    check(connector, resource, clock, Ability::WHOLE).await.unwrap();
}

#[tokio::test]
async fn tcp_transport_conforms() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut peer = Peer::default();
        while let Ok((stream, _)) = listener.accept().await {
            peer.serve(stream).await;
        }
    });
    let resource = Resource::parse(&format!("TCPIP::127.0.0.1::{port}::SOCKET")).unwrap();
    let ability = Ability::WHOLE;
    check(Arc::new(Ports), resource, Clock::real(), ability).await.unwrap();
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_unreachable_and_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let nobody = Resource::parse(&format!("TCPIP::127.0.0.1::{port}::SOCKET")).unwrap();
    let no_port = Resource::parse("ASRL/dev/no-such-port::INSTR").unwrap();
    for resource in [nobody, no_port] {
        let failure = Ports.connect(&resource, Duration::from_secs(2)).await.map(drop).unwrap_err();
        assert!(matches!(failure, TransportError::Unreachable { .. }), "{failure}");
        assert!(failure.to_string().contains(&resource.to_string()), "{failure}");
    }
}
