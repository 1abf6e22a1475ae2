//! `etalon instrument` against a bench that another process serves, inside a laboratory and outside.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops")]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    net::UdpSocket,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use etalon::lab::Lab;
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_etalon");

/// The bench in another process.
struct Served {
    process: Child,
    resources: BTreeMap<String, String>,
}

impl Served {
    fn open() -> Self {
        let mut process = Command::new(PROGRAM)
            .args(["serve", "meters-6"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut resources = BTreeMap::new();
        for line in lines.map_while(Result::ok) {
            let Some((name, resource)) = line.split_once("  ") else { break };
            resources.entry(name.to_owned()).or_insert_with(|| resource.trim().to_owned());
        }
        Self { process, resources }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// What the command said, and its exit code.
struct Answer {
    code: i32,
    out: String,
    aside: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{}{}", self.out, self.aside))
    }
}

fn instrument(lab: &Path, words: &[&str]) -> Answer {
    let output =
        Command::new(PROGRAM).arg("--lab").arg(lab).arg("instrument").args(words).output().unwrap();
    Answer {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        aside: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A demonstration laboratory whose bench is wired to the served one.
fn laboratory(folder: &Path, served: &Served) -> PathBuf {
    let root = folder.join("lab");
    Lab::init_demo(&root, "2026-11-23T08:00:00Z".parse().unwrap()).unwrap();
    let file = root.join("benches/meters-6.toml");
    let mut text = std::fs::read_to_string(&file).unwrap();
    for (name, resource) in &served.resources {
        text = text.replace(&format!("\"SIM::{name}\""), &format!("\"{resource}\""));
    }
    std::fs::write(file, text).unwrap();
    root
}

#[test]
fn identify_names_the_model_the_place_on_the_bench_and_the_register() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open();
    let lab = laboratory(folder.path(), &served);
    let resource = served.resources["ref"].as_str();
    let answer = instrument(&lab, &["identify", resource, "--format", "json"]);
    assert_eq!(answer.code, 0, "{}", answer.aside);
    let said = answer.json();
    assert_eq!(said["identity"]["serial"], "RM050001");
    assert_eq!(said["models"][0]["id"], "etalon-sim-rm05");
    assert_eq!(said["models"][0]["particular"], true);
    assert_eq!(said["models"].as_array().unwrap().len(), 1, "{}", said["models"]);
    assert_eq!(said["bench"]["instrument"], "ref");
    assert_eq!(said["standard"]["id"], "RM050001");
    let transcript = said["transcript"].to_string();
    assert!(transcript.contains(r"> *IDN?\\n"), "{transcript}");
    assert!(transcript.contains("< ETALON,SIM-RM05,RM050001,1.0"), "{transcript}");

    let text = instrument(&lab, &["identify", resource]);
    assert!(
        text.out.starts_with("ETALON SIM-RM05, serial RM050001, firmware 1.0\n"),
        "{}",
        text.out
    );
    assert!(text.out.contains("wired as ref of bench meters-6"), "{}", text.out);
    assert!(text.out.contains("register RM050001: in service"), "{}", text.out);
    assert!(text.aside.contains("> *IDN?"), "what was said is shown beside: {}", text.aside);
}

#[test]
fn identify_says_no_where_the_bench_file_wants_somebody_else() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open();
    let lab = laboratory(folder.path(), &served);
    let file = lab.join("benches/meters-6.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("serial   = \"RM050001\"", "serial   = \"RM050002\""))
        .unwrap();
    let answer = instrument(&lab, &["identify", &served.resources["ref"]]);
    assert_eq!(answer.code, 1, "{}{}", answer.out, answer.aside);
    let wanted = "bench meters-6 wants serial number RM050002 here, RM050001 answers";
    assert!(answer.aside.contains(wanted), "{}", answer.aside);

    // A model by name refuses anybody else.
    let other = instrument(
        folder.path(),
        &["identify", &served.resources["ref"], "--model", "keysight-34401a"],
    );
    assert_eq!(other.code, 1);
    assert!(other.aside.contains("ETALON,SIM-RM05"), "{}", other.aside);
}

#[test]
fn ask_shows_the_answer_and_appends_what_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open();
    let transcript = folder.path().join("said.txt");
    let path = transcript.to_str().unwrap();
    let source = served.resources["source"].as_str();
    let order = ["ask", source, "SOUR:WARP 9", "--transcript", path];
    assert_eq!(instrument(folder.path(), &order).code, 0);
    let question = ["ask", source, "SYST:ERR?", "--transcript", path];
    let answer = instrument(folder.path(), &question);
    assert_eq!(answer.out.trim(), r#"-113,\"Undefined header\""#);
    let said = std::fs::read_to_string(&transcript).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(lines[0].ends_with(r"> SOUR:WARP 9\n"), "{said}");
    assert!(lines[2].ends_with(r#"< -113,\"Undefined header\"\n"#), "{said}");

    // In the model's own language the queue behind an order is read, and refuses it.
    let refused =
        instrument(folder.path(), &["ask", source, "SOUR:WARP 9", "--model", "etalon-sim-ps1"]);
    assert_eq!(refused.code, 1);
    assert!(refused.aside.contains("Undefined header"), "{}", refused.aside);
    // Over a serial line.
    let probe = ["ask", &served.resources["ambient"], "MEAS:TEMP?", "--line", "9600 8N1"];
    let temperature = instrument(folder.path(), &probe).out;
    assert!(temperature.trim().parse::<f64>().is_ok(), "{temperature}");
}

#[test]
fn wrong_addresses_silence_and_simulated_names_have_exit_codes_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open();
    let lab = folder.path();
    let wrong = instrument(lab, &["ask", "TCPIP::meter", "*IDN?"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.aside.contains("is not known, wanted TCPIP::host::port::SOCKET"));
    let nobody = instrument(lab, &["ask", "ASRL/dev/no-such-port::INSTR", "*IDN?"]);
    assert_eq!(nobody.code, 2, "{}", nobody.aside);
    let inside = instrument(lab, &["ask", "SIM::source", "*IDN?"]);
    assert_eq!(inside.code, 2);
    assert!(inside.aside.contains("etalon serve BENCH"), "{}", inside.aside);
    let silent = ["ask", &served.resources["source"], "SOUR:VOLT 1", "--answer", "--within", "0.3"];
    let silent = instrument(lab, &silent);
    assert_eq!(silent.code, 1, "{}", silent.aside);
    assert!(silent.aside.contains("no answer from TCPIP::127.0.0.1"), "{}", silent.aside);
}

#[test]
fn a_bench_that_a_run_holds_is_not_spoken_to() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::open();
    let lab = laboratory(folder.path(), &served);
    let opened = Lab::open(&lab).unwrap();
    let holder = etalon::store::hold::Holder {
        bench: "meters-6".to_owned(),
        run: "R-1".to_owned(),
        operator: "zhao.lei".to_owned(),
        since: "2026-11-23T08:00:00Z".to_owned(),
        process: std::process::id(),
    };
    let _hold = etalon::store::hold::BenchHold::take(&opened.locks(), &holder).unwrap();
    let refused = instrument(&lab, &["ask", &served.resources["source"], "*IDN?"]);
    assert_eq!(refused.code, 5, "{}", refused.aside);
    assert!(refused.aside.contains("is source of bench meters-6, which run R-1 holds"));
}

#[test]
fn scan_lists_what_the_bench_names_and_says_where_it_did_not_look() {
    let folder = tempfile::tempdir().unwrap();
    let answer = instrument(folder.path(), &["scan", "--format", "json"]);
    assert_eq!(answer.code, 0, "{}", answer.aside);
    let ways: Vec<String> = answer.json()["not_looked"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["way"].as_str().unwrap().to_owned())
        .collect();
    assert!(ways.ends_with(&["broadcast".into(), "mdns".into(), "visa".into()]), "{ways:?}");
}

/// A port mapper of our own on the loopback that knows a VXI-11 core channel.
#[test]
fn discovery_asks_for_vxi_11_and_takes_the_answers() {
    let mapper = UdpSocket::bind("127.0.0.1:0").unwrap();
    let to = mapper.local_addr().unwrap();
    let answering = std::thread::spawn(move || {
        let mut call = [0_u8; 512];
        let (count, from) = mapper.recv_from(&mut call).unwrap();
        // Transaction, call, RPC 2, port mapper 2, GETPORT, no credentials, VXI-11 core over TCP.
        assert_eq!(call[4..24], [0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x86, 0xA0, 0, 0, 0, 2, 0, 0, 0, 3]);
        assert_eq!(call[40..count], [0, 6, 7, 0xAF, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0]);
        let mut answer = call[..4].to_vec();
        answer.extend([0, 0, 0, 1]);
        answer.extend([0; 16]);
        answer.extend([0, 0, 4, 1]);
        mapper.send_to(&answer, from).unwrap();
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let patience = std::time::Duration::from_millis(400);
    let found = runtime.block_on(etalon_instruments::discovery::broadcast(to, patience)).unwrap();
    answering.join().unwrap();
    let found: Vec<&str> = found.iter().map(|found| found.resource.as_str()).collect();
    assert_eq!(found, ["TCPIP::127.0.0.1,1025::inst0::INSTR"]);
}

#[test]
fn a_model_of_the_laboratorys_own_stands_in_its_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    let lab = folder.path().join("lab");
    Lab::init_demo(&lab, "2026-11-23T08:00:00Z".parse().unwrap()).unwrap();
    let shipped = instrument(&lab, &["catalogue", "generic-scpi-dmm", "--file"]).out;
    let own = shipped.replace("generic-scpi-dmm", "our-dmm");
    std::fs::create_dir_all(lab.join("catalogue")).unwrap();
    std::fs::write(lab.join("catalogue/our-dmm.toml"), own).unwrap();
    let listed = instrument(&lab, &["catalogue", "--format", "json"]).json();
    assert_eq!(listed["models"][0]["id"], "our-dmm");
    assert_eq!(listed["models"][0]["own"], true);
    let shown = instrument(&lab, &["catalogue", "our-dmm"]);
    assert!(shown.out.contains("Measure.Voltage.DC"), "{}", shown.out);
    let unknown = instrument(&lab, &["catalogue", "our-dnm"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.aside.contains("did you mean `our-dmm`?"), "{}", unknown.aside);
}

/// Whoever answers a question with these words and nothing else, on a port of its own.
fn answering(identity: &'static str) -> u16 {
    use std::io::Write as _;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut question = String::new();
        BufReader::new(stream.try_clone().unwrap()).read_line(&mut question).unwrap();
        assert_eq!(question, "*IDN?\n");
        stream.write_all(identity.as_bytes()).unwrap();
    });
    port
}

/// The PPC4's answer as its manual prints it (2009, page 179); a maker of whom nobody has heard.
#[test]
fn identify_names_only_the_models_that_know_the_answer_and_the_general_ones_for_a_stranger() {
    let folder = tempfile::tempdir().unwrap();
    let ppc4 = "DH INSTRUMENTS INC, PPC4, 123,100951,63041, Ver1.00E, 1.00a,1.00a\n";
    for (identity, wanted, serial) in [
        ("HEWLETT-PACKARD,34401A,0,11-5-2\n", &["keysight-34401a"][..], "0"),
        (ppc4, &["dhi-ppc4"], "123"),
        ("NOBODY,N1,7,1.0\n", &["generic-scpi-dmm", "generic-scpi-source"], "7"),
    ] {
        let resource = format!("TCPIP::127.0.0.1::{}::SOCKET", answering(identity));
        let answer = instrument(folder.path(), &["identify", &resource, "--format", "json"]);
        assert_eq!(answer.code, 0, "{}", answer.aside);
        let said = answer.json();
        let models = said["models"].as_array().unwrap().iter();
        let found: Vec<&str> = models.map(|model| model["id"].as_str().unwrap()).collect();
        assert_eq!(found, wanted);
        assert_eq!(said["identity"]["serial"], serial);
        assert!(!said["identity"]["firmware"].as_str().unwrap().contains(','), "{said}");
    }
}

/// What takes any answer is said to be general, and that nobody of the catalogue is named.
#[test]
fn identify_says_of_a_general_model_that_it_knows_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let resource = |identity| format!("TCPIP::127.0.0.1::{}::SOCKET", answering(identity));
    let stranger = instrument(folder.path(), &["identify", &resource("NOBODY,N1,7,1.0\n")]).out;
    assert!(
        stranger.contains("no model of the catalogue names this maker and model"),
        "{stranger}"
    );
    assert!(stranger.contains("\ngeneral model generic-scpi-dmm ("), "{stranger}");
    let known =
        instrument(folder.path(), &["identify", &resource("HEWLETT-PACKARD,34401A,0,11-5-2\n")])
            .out;
    assert!(known.contains("\nmodel keysight-34401a (") && !known.contains("general"), "{known}");
}
