//! Complaint 6, its other half: a question right behind a setting must not wait for the
//! acknowledgement of the setting.
//!
//! Nagle's algorithm holds the second small segment back until the first is acknowledged, and
//! the other side delays that acknowledgement by some 40 ms once the talk has gone to and fro
//! for a while. The same talk over a socket without TCP_NODELAY shows that this test would see
//! its absence.

use etalon_instruments::{
    clock::Clock,
    conformance::peer::Peer,
    framing::Framing,
    link::{Link, Step, Wiring},
    resource::Resource,
    transport::{
        Connector, Pending, Transport, TransportError, ports::Ports, stream::StreamTransport,
    },
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::net::{TcpListener, TcpStream};

const SOON: Duration = Duration::from_secs(5);

/// Connects without TCP_NODELAY.
struct Nagle;

impl Connector for Nagle {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        _deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        Box::pin(async move {
            let Resource::Tcp { host, port } = resource else { panic!("a TCP address") };
            let stream =
                TcpStream::connect((host.as_str(), *port)).await.expect("it holds on this bench");
            stream.set_nodelay(false).expect("it holds on this bench");
            Ok(Box::new(StreamTransport::new(stream, resource.to_string())) as Box<dyn Transport>)
        })
    }
}

/// The median time of a setting with a question behind it.
async fn median(connector: Arc<dyn Connector>, resource: &Resource) -> Duration {
    let wiring = Wiring::new(connector, Clock::real());
    let link = Link::open(resource.clone(), &wiring, SOON).await.expect("it holds on this bench");
    for _ in 0..20 {
        link.query("ECHO to and fro\n", Framing::line(64), SOON)
            .await
            .expect("it holds on this bench");
    }
    let mut times = Vec::new();
    for _ in 0..15 {
        let steps = vec![
            Step::Write(b"SET\n".to_vec()),
            Step::Write(b"ECHO behind\n".to_vec()),
            Step::Read(Framing::line(64)),
        ];
        let began = Instant::now();
        link.exchange(steps, SOON).await.expect("it holds on this bench");
        times.push(began.elapsed());
    }
    times.sort();
    times.get(times.len() / 2).copied().expect("some were taken")
}

#[tokio::test]
async fn complaint_6_a_question_behind_a_setting_does_not_wait_for_a_delayed_acknowledgement() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            tokio::spawn(async move { Peer::default().serve(stream).await });
        }
    });
    let resource = Resource::parse(&format!("TCPIP::127.0.0.1::{port}::SOCKET")).unwrap();
    let held_back = median(Arc::new(Nagle), &resource).await;
    let at_once = median(Arc::new(Ports), &resource).await;
    assert!(held_back > Duration::from_millis(25), "Nagle held nothing back: {held_back:?}");
    assert!(at_once < Duration::from_millis(10), "held back for {at_once:?}");
}
