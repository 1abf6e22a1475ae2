//! An instrument that announces itself by zeroconf, found by `etalon instrument scan`.

use super::server::{Server, free_port};
use crate::{demonstration::ETALON, judge::ask};

#[test]
fn an_instrument_announced_by_zeroconf_is_found_with_its_address_and_its_words() {
    let port = free_port().to_string();
    let _announcer = Server::script("announcer.py", &["127.0.0.1", &port]);
    let wanted = format!("TCPIP::127.0.0.1::{port}::SOCKET");
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let lab = folder.path().to_str().expect("the paths of these tests are UTF-8");
    let scan = ["--lab", lab, "instrument", "scan"];
    let answer = ask(ETALON, &[&scan[..], &["--network", "--format", "json"]].concat());
    assert!(answer.is_yes, "{}", answer.words);
    assert!(answer.words.contains(&wanted), "{}", answer.words);
    assert!(answer.words.contains("PEER P1 42"), "{}", answer.words);

    // Strangers on the network are not listened to unless that is asked for.
    let quiet = ask(ETALON, &scan);
    assert!(!quiet.words.contains(&wanted), "{}", quiet.words);
}
