//! Meters that are read with keys from files, from the laboratory's folder to the record: the test of
//! the register over ciphered DLMS, wrong keys, lost keys, and what of them is ever written down.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use etalon::decide;
use etalon::engine::control;
use etalon::engine::session::preparation::{self, Preparation, Request};
use etalon::engine::session::{recorded_plan, wiring};
use etalon::engine::{Conclusion, Outcome, Session, SessionError, progress::Unheard, run};
use etalon::evaluate::{self, ResultState};
use etalon::lab::demo;
use etalon::meter_keys;
use etalon_fixtures::in_process::{InProcessBench, in_process};
use etalon_fixtures::library;
use etalon_fixtures::world::World;
use etalon_instruments::clock::Clock;
use etalon_instruments::link::Wiring;
use etalon_instruments::transcript::Recent;
use etalon_procedures::procedure::Activity;

use crate::bench::Laboratory;

const ITEMS: [&str; 3] = ["DT26000001", "DT26000002", "DT26000003"];
const REGISTER: &str = "cn.jjg596.three-phase.register";
const SEED: u64 = 7;
/// How the meters stand on the demonstration's bench, and how they are reached with keys.
const IN_THE_CLEAR: &str = "model    = \"dlt645-meter\"\nresource = \"SIM::meter-{channel}\"";
const WITH_KEYS: &str = "model    = \"dlms-meter\"\nresource = \"SIM::optical-{channel}\"\naddress  = \"keys meter-{channel}\"";

/// Encryption and authentication key of each meter, as its maker delivered them: from the world file.
fn keys() -> BTreeMap<u16, [String; 2]> {
    let world: toml::Table = library::world("meters-3p").unwrap().parse().unwrap();
    let keys = (1..).zip(world["meters"].as_array().unwrap()).map(|(position, meter)| {
        let key = |name: &str| meter["keys"][name].as_str().unwrap().to_owned();
        (position, [key("encryption_key"), key("authentication_key")])
    });
    keys.collect()
}

/// A laboratory whose bench reads its meters with keys.
struct Keyed {
    laboratory: Laboratory,
    recent: Arc<Recent>,
}

impl Keyed {
    fn new() -> Self {
        let laboratory = Laboratory::new();
        let bench = laboratory.lab.root().join("benches/meters-3p.toml");
        let text = fs::read_to_string(&bench).unwrap();
        assert!(text.contains(IN_THE_CLEAR), "the bench file has changed");
        fs::write(&bench, text.replace(IN_THE_CLEAR, WITH_KEYS)).unwrap();
        let keyed = Self { laboratory, recent: Arc::new(Recent::new(100_000)) };
        for (position, [encryption, authentication]) in keys() {
            keyed.write(position, &encryption, &authentication);
        }
        keyed
    }

    fn folder(&self) -> std::path::PathBuf {
        self.laboratory.lab.root().join("keys/meters")
    }

    /// Writes the file with the keys of a meter, and its counter.
    fn write(&self, position: u16, encryption: &str, authentication: &str) {
        let folder = self.folder();
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("meter-{position}.toml"));
        let text = format!(
            "schema = \"etalon.meter-keys/1\"\nclient = 1\nauthentication = \"gmac\"\nciphered = true\n\
             title = \"45544C0000000001\"\nencryption_key = \"{encryption}\"\n\
             authentication_key = \"{authentication}\"\n"
        );
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let counter = folder.join(format!("meter-{position}.counter"));
        fs::write(counter, "schema = \"etalon.meter-counter/1\"\nnext = 1\n").unwrap();
    }

    fn prepared(&self) -> Preparation {
        let request = Request {
            procedure: REGISTER.to_owned(),
            bench: "meters-3p".to_owned(),
            items: ITEMS.map(str::to_owned).to_vec(),
            activity: Activity::Calibration,
            date: self.laboratory.lab.identity.civil_day(self.laboratory.now()),
            seed: SEED,
        };
        preparation::prepare(&self.laboratory.lab, &request).unwrap()
    }

    async fn run(&self) -> (Result<Conclusion, SessionError>, InProcessBench) {
        let clock = Clock::virtual_from(self.laboratory.now());
        let world = World::from_toml(library::world("meters-3p").unwrap(), SEED).unwrap();
        let bench = in_process(world, clock);
        let prepared = self.prepared();
        let keys = meter_keys::of_plan(&self.laboratory.lab, &prepared.plan).unwrap();
        let (_controller, control) = control::pair();
        let wiring = Wiring::new(Arc::new(bench.clone()), clock);
        let session = Session {
            locks: self.laboratory.folder().join("locks"),
            journal: self.laboratory.journal.clone(),
            wiring: wiring.with_meter_keys(keys).with_transcript(self.recent.clone()),
            operator: Arc::new(wiring::technician(bench.clone())),
            person: demo::PERSONS.0.to_owned(),
            control,
            sink: Arc::new(Unheard),
        };
        (run(&session, prepared.plan, prepared.papers).await, bench)
    }

    fn transcript(&self) -> String {
        self.recent.utterances().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    /// The program itself on this laboratory; exit code, output, errors.
    fn etalon(&self, format: &str) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_etalon"));
        command.arg("--lab").arg(self.laboratory.lab.root()).args(["--format", format]);
        command.args(["run", REGISTER, "--bench", "meters-3p", "--item"]).args(ITEMS);
        command.args(["--clock", "virtual", "--simulated-technician", "--operator"]);
        let done = command.arg(demo::PERSONS.0).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
    }
}

/// No key stands in these bytes: neither as text of either case nor as the bytes that it is.
fn has_no_key(what: &str, bytes: &[u8]) {
    let lower: Vec<u8> = bytes.to_ascii_lowercase();
    let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|own| own == part);
    for key in keys().into_values().flatten() {
        let digits: Vec<char> = key.chars().collect();
        let octets: Vec<u8> = digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap())
            .collect();
        let spaced = octets.iter().map(|one| format!("{one:02x}")).collect::<Vec<_>>().join(" ");
        assert!(!holds(&lower, key.to_ascii_lowercase().as_bytes()), "{what} holds a key");
        assert!(!holds(&lower, spaced.as_bytes()), "{what} holds a key");
        assert!(!holds(bytes, &octets), "{what} holds the bytes of a key");
    }
}

/// Every file of the laboratory but the keys themselves.
fn files(folder: &Path, but: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let parts = entries
        .filter(|path| path != but)
        .flat_map(|path| if path.is_dir() { files(&path, but) } else { vec![path] });
    parts.collect()
}

/// The same registers as over DL/T 645, and one digit more of each: 0.1 Wh. Nothing of it is readable on
/// the line, and no key stands in anything that is kept.
#[tokio::test(start_paused = true)]
async fn register_test_reads_meters_with_the_keys_of_their_files() {
    let keyed = Keyed::new();
    let (conclusion, _bench) = keyed.run().await;
    let conclusion = conclusion.unwrap();
    assert_eq!((conclusion.outcome, conclusion.is_safe), (Outcome::Done, true), "{conclusion:?}");
    let events = keyed.laboratory.events(&conclusion);
    let plan = recorded_plan(&keyed.laboratory.journal, &conclusion.run, &events).unwrap();
    let results = evaluate::evaluate(&plan, &events).unwrap().items;
    let verdicts: Vec<_> = results.iter().map(|item| decide::decide(item).word()).collect();
    assert_eq!(verdicts, ["pass", "pass", "fail"]);
    for (item, wanted) in results.iter().zip([0.13, -0.06, -1.74]) {
        let ResultState::Measured(measured) = &item.results[0].state else { panic!("{item:?}") };
        let found = measured.outcome.value;
        assert!((found - wanted).abs() < 0.14, "{found} %, wanted {wanted} %");
    }
    let addresses: Vec<_> = plan.instruments.iter().filter_map(|one| one.address.clone()).collect();
    assert_eq!(addresses, ["keys meter-1", "keys meter-2", "keys meter-3"]);

    let said = keyed.transcript();
    assert!(said.lines().filter(|line| line.contains("optical-2")).count() > 10, "{said}");
    assert!(!ITEMS.iter().any(|serial| said.contains(serial)), "a serial number is readable");
    has_no_key("the transcript", said.as_bytes());
    let kept = files(keyed.laboratory.folder(), &keyed.folder());
    assert!(kept.iter().any(|path| path.ends_with("records.sqlite")), "{kept:?}");
    for path in kept {
        has_no_key(&path.display().to_string(), &fs::read(&path).unwrap());
    }
    for event in events {
        has_no_key("an event", serde_json::to_string(&event).unwrap().as_bytes());
    }
    // No number is used twice: the counters have moved on.
    for position in 1..=3 {
        let counter = fs::read_to_string(keyed.folder().join(format!("meter-{position}.counter")));
        assert!(!counter.unwrap().contains("next = 1\n"));
    }
}

/// A meter whose keys are those of another one is not read: the run is refused before anything is set,
/// the refusal names the meter and says why, and no key.
#[tokio::test(start_paused = true)]
async fn wrong_key_refuses_the_run_and_nothing_is_energised() {
    let keyed = Keyed::new();
    let [encryption, authentication] = &keys()[&1];
    for wrong in [[encryption, &keys()[&2][1]], [&keys()[&1][0], authentication]] {
        keyed.write(2, wrong[0], wrong[1]);
        let (conclusion, bench) = keyed.run().await;
        let told = match conclusion {
            Ok(conclusion) => {
                assert_ne!(conclusion.outcome, Outcome::Done, "{conclusion:?}");
                assert!(conclusion.is_safe, "{conclusion:?}");
                format!("{conclusion:?}")
            }
            Err(refusal) => refusal.to_string(),
        };
        assert!(told.contains("meters-2"), "{told}");
        has_no_key("the refusal", told.as_bytes());
        bench.bench().with(|world| {
            let supply = world.three_phase().unwrap().true_supply();
            assert!(supply.largest_current_a() < 1e-3, "{supply:?}");
        });
    }
}

/// The program: keys of a mode that others can read, keys that are not there, wrong ones, right ones.
#[test]
fn program_runs_with_keys_and_refuses_lost_open_and_wrong_ones() {
    let keyed = Keyed::new();
    let (code, out, err) = keyed.etalon("json");
    // Meter 3 fails: that is the answer.
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.lines().last().unwrap().contains("\"safe_state\":\"confirmed\""), "{out}");
    has_no_key("JSON", out.as_bytes());
    has_no_key("stderr", err.as_bytes());

    let path = keyed.folder().join("meter-3.toml");
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let (code, out, err) = keyed.etalon("text");
    assert_eq!(code, 2, "{out}{err}");
    assert!(err.contains("wanted 600"), "{err}");
    has_no_key("stderr", err.as_bytes());

    fs::remove_file(&path).unwrap();
    let (code, _, err) = keyed.etalon("text");
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("no keys named \"meter-3\""), "{err}");

    let [_, authentication] = &keys()[&3];
    keyed.write(3, &keys()[&1][0], authentication);
    let (code, out, err) = keyed.etalon("json");
    // The run did not begin and nothing was set: the request is wrong.
    assert_eq!(code, 2, "{out}{err}");
    assert!(err.contains("meters-3"), "{out}{err}");
    has_no_key("JSON", out.as_bytes());
    has_no_key("stderr", err.as_bytes());
}
