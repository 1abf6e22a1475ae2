//! VXI-11, HiSLIP, GPIB bridges and USBTMC, which all mark END: the conformance suite in real time, and the signals that
//! go beside the data.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop where it cannot go on"
)]

use etalon_instruments::{
    clock::Clock,
    conformance::{Ability, check},
    framing::Framing,
    link::{Link, Step, Wiring},
    resource::Resource,
    transport::{Signal, TransportError, ports::Ports},
};
use std::{collections::BTreeMap, sync::Arc, sync::atomic::Ordering, time::Duration};

#[path = "lan/bridge_port.rs"]
mod bridge_port;
#[path = "lan/bridge_server.rs"]
mod bridge_server;
#[path = "lan/device.rs"]
mod device;
#[path = "lan/hislip_server.rs"]
mod hislip_server;
#[path = "lan/usbtmc.rs"]
mod usbtmc;
#[path = "lan/vxi11_server.rs"]
mod vxi11_server;

use device::Device;

const SOON: Duration = Duration::from_secs(3);
const AGAIN: Ability = Ability::WHOLE;

async fn conforms(resource: &str) {
    let resource = Resource::parse(resource).expect("it holds on this bench");
    check(Arc::new(Ports), resource, Clock::real(), AGAIN).await.expect("it holds on this bench");
}

async fn open(resource: &str) -> Link {
    let wiring = Wiring::new(Arc::new(Ports), Clock::real());
    Link::open(Resource::parse(resource).expect("it holds on this bench"), &wiring, SOON)
        .await
        .expect("it holds on this bench")
}

async fn echo(link: &Link, word: &str) -> String {
    let answer = link
        .query(format!("ECHO {word}\n"), Framing::line(256), SOON)
        .await
        .expect("it holds on this bench");
    String::from_utf8(answer).expect("it holds on this bench").trim().to_owned()
}

#[tokio::test]
async fn vxi11_transport_conforms() {
    let server = vxi11_server::serve(Device::new()).await;
    conforms(&format!("TCPIP::127.0.0.1,{}::inst0::INSTR", server.port)).await;
}

#[tokio::test]
async fn vxi11_a_read_broken_off_is_aborted_and_the_device_cleared() {
    let server = vxi11_server::serve(Device::new()).await;
    let link = open(&format!("TCPIP::127.0.0.1,{}::inst0::INSTR", server.port)).await;
    let waiting = {
        let link = link.clone();
        tokio::spawn(async move { link.query("MUTE\n", Framing::line(64), 10 * SOON).await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    let began = std::time::Instant::now();
    link.break_off();
    assert!(matches!(waiting.await.unwrap(), Err(TransportError::BrokenOff { .. })));
    link.clear(SOON).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(server.aborts.load(Ordering::SeqCst), 1);
    assert_eq!(echo(&link, "back").await, "back");
}

#[tokio::test]
async fn complaint_7_reconnects_destroy_their_vxi11_links() {
    let server = vxi11_server::serve(Device::new()).await;
    let link = open(&format!("TCPIP::127.0.0.1,{}::inst0::INSTR", server.port)).await;
    for _ in 0..20 {
        link.make_again(SOON).await.unwrap();
        assert_eq!(server.links.load(Ordering::SeqCst), 1, "links were leaked");
    }
    assert_eq!(echo(&link, "still").await, "still");
}

#[tokio::test]
async fn vxi11_status_and_locks_are_told_apart_from_data() {
    let server = vxi11_server::serve(Device::new()).await;
    let link = open(&format!("TCPIP::127.0.0.1,{}::inst0::INSTR", server.port)).await;
    assert_eq!(link.signal(Signal::StatusByte, SOON).await.unwrap(), 0);
    link.write("ECHO waiting\n", SOON).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(link.signal(Signal::StatusByte, SOON).await.unwrap(), 0x10);
    let held = link.signal(Signal::Lock, SOON).await.unwrap_err();
    assert!(matches!(held, TransportError::Held { .. }), "{held}");
    assert!(held.to_string().contains("device locked by another link"), "{held}");
    let trigger = link.signal(Signal::Trigger, SOON).await.unwrap_err();
    assert!(trigger.to_string().contains("operation not supported"), "{trigger}");
}

#[tokio::test]
async fn hislip_transport_conforms_in_synchronised_mode() {
    let port = hislip_server::serve(Device::new(), false).await;
    conforms(&format!("TCPIP::127.0.0.1::hislip0,{port}::INSTR")).await;
}

#[tokio::test]
async fn hislip_transport_conforms_in_overlapped_mode() {
    let port = hislip_server::serve(Device::new(), true).await;
    conforms(&format!("TCPIP::127.0.0.1::hislip0,{port}::INSTR")).await;
}

#[tokio::test]
async fn hislip_a_late_answer_is_known_by_its_number_and_thrown_away() {
    let port = hislip_server::serve(Device::new(), false).await;
    let link = open(&format!("TCPIP::127.0.0.1::hislip0,{port}::INSTR")).await;
    // Two questions, one read: the answer to the first is not taken for that to the second.
    let steps = vec![
        Step::Write(b"ECHO first\n".to_vec()),
        Step::Write(b"ECHO second\n".to_vec()),
        Step::Read(Framing::line(64)),
    ];
    assert_eq!(link.exchange(steps, SOON).await.unwrap(), [b"second\n"]);
}

#[tokio::test]
async fn hislip_status_lock_trigger_and_service_request_go_beside_the_data() {
    let port = hislip_server::serve(Device::new(), false).await;
    let resource = format!("TCPIP::127.0.0.1::hislip0,{port}::INSTR");
    let link = open(&resource).await;
    assert_eq!(link.signal(Signal::StatusByte, SOON).await.unwrap(), 0x04);
    // The service request that came in front of the status is not lost.
    assert_eq!(link.signal(Signal::ServiceRequest, SOON).await.unwrap(), 0x50);
    let none = link.signal(Signal::ServiceRequest, Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(none, TransportError::Silent { .. }), "{none}");
    link.signal(Signal::Trigger, SOON).await.unwrap();
    link.signal(Signal::Local, SOON).await.unwrap();
    let answer = link.query("SETTINGS\n", Framing::End { max: 64 }, SOON).await.unwrap();
    assert_eq!(answer, b"1\n", "the trigger was heard once");
    let other = open(&resource).await;
    link.signal(Signal::Lock, SOON).await.unwrap();
    let held = other.signal(Signal::Lock, SOON).await.unwrap_err();
    assert!(matches!(held, TransportError::Held { .. }), "{held}");
    link.signal(Signal::Unlock, SOON).await.unwrap();
    other.signal(Signal::Lock, SOON).await.unwrap();
}

#[tokio::test]
async fn prologix_transport_conforms() {
    let bridge = bridge_server::serve(BTreeMap::from([(9, Device::new())])).await;
    conforms(&format!("PRLGX-TCPIP::127.0.0.1::{}::9::INSTR", bridge.port)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prologix_transport_conforms_on_a_serial_port() {
    let bridge = bridge_server::serve(BTreeMap::from([(9, Device::new())])).await;
    let path = bridge_port::joined(bridge.port).await;
    let resource = Resource::parse(&format!("PRLGX-ASRL::{path}::9::INSTR")).unwrap();
    // The terminal goes with the bridge's end of it; a real port would still be there.
    let ability = Ability { connects_again: false, ..Ability::WHOLE };
    check(Arc::new(Ports), resource, Clock::real(), ability).await.unwrap();
}

#[tokio::test]
async fn prologix_addresses_share_one_bridge_and_keep_their_answers_apart() {
    let devices = BTreeMap::from([(9, Device::new()), (22, Device::new())]);
    let bridge = bridge_server::serve(devices).await;
    let at = |address| format!("PRLGX-TCPIP::127.0.0.1::{}::{address}::INSTR", bridge.port);
    keeps_answers_apart(&bridge, at).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prologix_addresses_share_one_serial_port_and_keep_their_answers_apart() {
    let devices = BTreeMap::from([(9, Device::new()), (22, Device::new())]);
    let bridge = bridge_server::serve(devices).await;
    let path = bridge_port::joined(bridge.port).await;
    keeps_answers_apart(&bridge, |address| format!("PRLGX-ASRL::{path}::{address}::INSTR")).await;
}

async fn keeps_answers_apart(bridge: &bridge_server::Bridge, at: impl Fn(u8) -> String) {
    let (nine, twenty_two) = (open(&at(9)).await, open(&at(22)).await);
    let slow = {
        let nine = nine.clone();
        tokio::spawn(async move { nine.query("LATE 800\n", Framing::line(64), SOON).await })
    };
    for word in ["a", "b+c", "++addr 9"] {
        assert_eq!(echo(&twenty_two, word).await, word);
    }
    // A message that looks like a command to the bridge goes to the instrument.
    twenty_two.write("++addr 9\n", SOON).await.unwrap();
    let garbled = twenty_two.query("GARBLED\n", Framing::line(64), SOON).await.unwrap();
    assert_eq!(garbled, b"1\n");
    assert_eq!(slow.await.unwrap().unwrap(), b"late\n");
    assert_eq!(bridge.connections.load(Ordering::SeqCst), 1, "one bridge, one connection");
    let told = bridge.told.lock().unwrap().clone();
    assert_eq!(
        told[..8],
        [
            "++savecfg 0",
            "++mode 1",
            "++auto 0",
            "++eoi 1",
            "++eos 3",
            "++eot_char 3",
            "++eot_enable 1",
            "++read_tmo_ms 500",
        ]
    );
    let lock = nine.signal(Signal::Lock, SOON).await.unwrap_err();
    assert!(matches!(lock, TransportError::Unsupported { .. }), "{lock}");
    assert_eq!(nine.signal(Signal::StatusByte, SOON).await.unwrap(), 0);
    assert_eq!(nine.signal(Signal::ServiceRequest, SOON).await.unwrap(), 0);
}
