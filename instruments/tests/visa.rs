//! The VISA transport with a library made here: what the standard allows, and what it does not.
//!
//! One process has one library, so that this file is a test binary of its own. Another one of
//! somebody else is the judge in `tests/peers/`.

#![expect(clippy::unwrap_used, reason = "a test may stop where it cannot go on")]
#![cfg(feature = "visa")]

use etalon_instruments::{
    clock::Clock,
    conformance::{Ability, check, peer::Peer},
    framing::Framing,
    link::{Link, Wiring},
    resource::Resource,
    transport::{Connector, Remedy, Signal, TransportError, ports::Ports, visa},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Once},
    time::Duration,
};
use tokio::net::TcpListener;

const SOON: Duration = Duration::from_secs(5);
/// Tells a test that it runs where the library is.
const INSIDE: &str = "ETALON_VISA_INSIDE";

/// Builds the library; the test binary is started again with its name in the environment, since
/// nobody may change the environment of a running program.
fn library() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, library) = (
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/visa/stub.c"),
        folder.join("libvisa-stub.so"),
    );
    static BUILT: Once = Once::new();
    if std::env::var_os(INSIDE).is_some() {
        return library;
    }
    BUILT.call_once(|| {
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-o"])
            .args([&library, &source])
            .status()
            .expect("there is a C compiler");
        assert!(built.success(), "the library does not compile");
    });
    library
}

/// Runs a test of this binary again where `ETALON_VISA_LIBRARY` is what is given; whether the
/// test is to go on here.
fn with_library(test: &str, library: Option<&Path>) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", test, "--nocapture"]).env(INSIDE, "1");
    match library {
        Some(path) => again.env(visa::LIBRARY, path),
        None => again.env_remove(visa::LIBRARY),
    };
    let output = again.output().unwrap();
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{words}{}", String::from_utf8_lossy(&output.stderr));
    assert!(words.contains("1 passed"), "{words}");
    false
}

async fn peer() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut peer = Peer::default();
        while let Ok((stream, _)) = listener.accept().await {
            peer.serve(stream).await;
        }
    });
    port
}

async fn open(resource: &str) -> Result<Link, TransportError> {
    let wiring = Wiring::new(Arc::new(Ports), Clock::real());
    Link::open(Resource::parse(resource).unwrap(), &wiring, SOON).await
}

async fn fault(name: &str) -> TransportError {
    let link = open("GPIB0::0::INSTR").await.unwrap();
    link.query(name, Framing::line(64), Duration::from_millis(200)).await.unwrap_err()
}

#[test]
fn a_machine_without_a_library_says_so_and_how_to_get_one() {
    let nowhere = Path::new("/nowhere/libvisa.so");
    if with_library("a_machine_without_a_library_says_so_and_how_to_get_one", Some(nowhere)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let failure = runtime.block_on(open("GPIB0::9::INSTR")).unwrap_err();
        assert!(matches!(failure, TransportError::Unreachable { .. }), "{failure}");
        let words = failure.to_string();
        assert!(words.contains("GPIB0::9::INSTR: no VISA library: /nowhere/libvisa.so"), "{words}");
        assert!(words.contains("name its file in ETALON_VISA_LIBRARY"), "{words}");
        assert!(visa::found().unwrap_err().contains("no VISA library"));
    }
}

#[test]
fn an_empty_name_of_a_library_is_refused() {
    if with_library("an_empty_name_of_a_library_is_refused", Some(Path::new(""))) {
        assert!(visa::found().unwrap_err().contains("ETALON_VISA_LIBRARY is empty"));
    }
}

#[test]
fn visa_sockets_conform_although_no_terminator_is_set_by_default() {
    if with_library(
        "visa_sockets_conform_although_no_terminator_is_set_by_default",
        Some(&library()),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let address = format!("VISA::TCPIP0::127.0.0.1::{}::SOCKET", peer().await);
            let resource = Resource::parse(&address).unwrap();
            let ability = Ability::WHOLE;
            check(Arc::new(Ports), resource, Clock::real(), ability).await.unwrap();
        });
    }
}

#[test]
fn visa_instruments_answer_with_end_and_tell_their_status() {
    if with_library("visa_instruments_answer_with_end_and_tell_their_status", Some(&library())) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let link = open(&format!("GPIB0::{}::INSTR", peer().await)).await.unwrap();
            for framing in [Framing::line(64), Framing::End { max: 64 }] {
                let answer = link.query("ECHO one\n", framing, SOON).await.unwrap();
                assert_eq!(answer, b"one\n");
            }
            assert_eq!(link.signal(Signal::StatusByte, SOON).await.unwrap(), 0x44);
            assert_eq!(link.signal(Signal::ServiceRequest, SOON).await.unwrap(), 0x44);
        });
    }
}

#[test]
fn what_a_library_does_wrong_becomes_an_error_and_never_a_panic() {
    if with_library(
        "what_a_library_does_wrong_becomes_an_error_and_never_a_panic",
        Some(&library()),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let odd = fault("ODD").await;
            assert!(matches!(odd, TransportError::Malformed { .. }), "{odd}");
            assert!(odd.to_string().contains("as the standard does not allow"), "{odd}");
            let lost = fault("LOSE").await;
            assert_eq!(lost.remedy(), Remedy::Reestablish, "{lost}");
            let silent = fault("MUTE").await;
            assert!(matches!(silent, TransportError::Silent { .. }), "{silent}");
            let half = fault("HALF").await;
            assert!(matches!(half, TransportError::Stalled { .. }), "{half}");
            assert_eq!(half.remedy(), Remedy::Stop);
            let nobody = open("GPIB0::nobody::INSTR").await.unwrap_err();
            assert!(matches!(nobody, TransportError::Unreachable { .. }), "{nobody}");
            let held = open("GPIB0::1::INSTR").await.unwrap_err();
            assert!(matches!(held, TransportError::Held { .. }), "{held}");

            let link = open("GPIB0::0::INSTR").await.unwrap();
            let short = link.query("SHORT", Framing::line(64), SOON).await.unwrap();
            assert_eq!(short, b"sho", "END ends a line without a line feed");
            let lock = link.signal(Signal::Lock, SOON).await.unwrap_err();
            assert!(lock.to_string().contains("viLock"), "{lock}");
        });
    }
}

#[test]
fn what_the_library_finds_is_listed() {
    if with_library("what_the_library_finds_is_listed", Some(&library())) {
        assert_eq!(visa::found().unwrap(), ["GPIB0::9::INSTR", "PXI0::3::INSTR"]);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let resource = Resource::parse("GPIB0::1::INSTR").unwrap();
        let held = runtime.block_on(Ports.connect(&resource, SOON)).map(drop).unwrap_err();
        assert!(held.to_string().contains("held by another program"), "{held}");
    }
}
