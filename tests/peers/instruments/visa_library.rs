//! Somebody else's VISA library behind our VISA transport: rsvisa-ivi, loaded at run time by
//! `etalon` in another process, which speaks through it to a served bench.

use std::{path::PathBuf, process::Command, sync::Arc};

use etalon_instruments::{
    clock::Clock,
    conformance::{Ability, check, peer::Peer},
    resource::Resource,
    transport::{ports::Ports, visa},
};

use super::{clients::mapped, served::Served};
use crate::{demonstration::ETALON, judge::python};

/// Where `./test` puts the library it builds from `tests/peers/visa-library`.
fn library() -> PathBuf {
    let folder = python("python").ancestors().nth(2).map(PathBuf::from);
    let path = folder.expect("the environment is a folder").join("librsvisa_ivi.so");
    assert!(path.exists(), "{} is not there: ./test installs it", path.display());
    path
}

/// Exit code, and everything said.
fn etalon(words: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let output = Command::new(ETALON)
        .arg("--lab")
        .arg(folder.path())
        .arg("instrument")
        .args(words)
        .env("ETALON_VISA_LIBRARY", library())
        .output()
        .expect("etalon starts");
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.code().expect("it was not killed"), said)
}

#[test]
fn rsvisa_carries_questions_to_a_socket_although_it_ends_no_line_by_default() {
    let served = Served::open("meters-6", &[]);
    let resource = format!("VISA::{}", served.resource("ref", "SOCKET"));
    let (code, said) = etalon(&["identify", &resource]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("ETALON SIM-RM05, serial RM050001, firmware 1.0"), "{said}");
    let (code, said) = etalon(&["ask", &resource, "MEAS:VOLT?"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn rsvisa_carries_questions_over_vxi11() {
    let _served = mapped("127.0.0.74");
    let (code, said) = etalon(&["identify", "VISA::TCPIP0::127.0.0.74::inst0::INSTR"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("ETALON SIM-PS1, serial PS100001, firmware 1.0"), "{said}");
}

/// The library has no HiSLIP: what it says to that is a failure with its words, not a panic.
#[test]
fn what_rsvisa_cannot_do_is_a_failure_with_its_reason() {
    let (code, said) = etalon(&["identify", "VISA::TCPIP0::127.0.0.1::hislip0::INSTR"]);
    assert!(matches!(code, 1 | 2), "{code}: {said}");
    assert!(said.contains("hislip0") && !said.contains("panicked"), "{said}");
}

/// Tells the test that it runs where the library is: nobody may change the environment of a
/// running program, and one process has one library.
const INSIDE: &str = "ETALON_PEERS_VISA_INSIDE";

#[test]
fn a_socket_behind_rsvisa_passes_the_conformance_suite() {
    if std::env::var_os(INSIDE).is_none() {
        let test = "instruments::visa_library::a_socket_behind_rsvisa_passes_the_conformance_suite";
        let output = Command::new(std::env::current_exe().expect("this program has a file"))
            .args(["--exact", test, "--nocapture"])
            .env(INSIDE, "1")
            .env(visa::LIBRARY, library())
            .output()
            .expect("this program starts again");
        let words = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{words}{}", String::from_utf8_lossy(&output.stderr));
        return assert!(words.contains("1 passed"), "{words}");
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime for the loopback");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("the loopback has ports");
        let port = listener.local_addr().expect("it is bound").port();
        tokio::spawn(async move {
            let mut peer = Peer::default();
            while let Ok((stream, _)) = listener.accept().await {
                peer.serve(stream).await;
            }
        });
        let resource = Resource::parse(&format!("VISA::TCPIP0::127.0.0.1::{port}::SOCKET"));
        let resource = resource.expect("it is an address");
        // The library keeps it to itself that the other end has hung up.
        let ability = Ability { tells_hang_up: false, ..Ability::WHOLE };
        let passed = check(Arc::new(Ports), resource, Clock::real(), ability).await;
        let left_out = passed.unwrap_or_else(|breach| panic!("{breach}"));
        let rules: Vec<&str> = left_out.iter().map(|one| one.rule).collect();
        assert_eq!(rules, ["a peer that hangs up is noticed at once"], "all others were held");
    });
}
