//! A demonstration laboratory wired to a served bench, and what its record and the bench tell.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use etalon::{
    decide,
    engine::session::recorded_plan,
    evaluate::{self, ResultState},
    journal::{Body, Event},
    lab::{Lab, demo},
    store::Journal,
};
use serde_json::Value;

use crate::process::{Process, When};

pub(crate) mod others;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_etalon");
/// Seed of the served world.
const SEED: &str = "7";

/// What is calibrated on a served bench.
pub(crate) struct Scene {
    pub(crate) bench: &'static str,
    procedure: &'static str,
    items: &'static [&'static str],
    /// The served world, and the clock of the run, go so many times as fast as the wall.
    haste: &'static str,
    /// File of the procedure, what is kept of its points, and what is said otherwise in it.
    file: &'static str,
    points: &'static [&'static str],
    otherwise: &'static [(&'static str, &'static str)],
    /// As the bench file states it; empty where no instrument of it has a watchdog.
    watchdog_s: &'static str,
    is_each_position_asked: bool,
    /// Whether the technician of the served bench is asked, who reads and does what a hand and an eye
    /// must, and not a script.
    is_technician_asked: bool,
    /// What a script types in their place: a field or `stage/action`, the point or none, and the words.
    typed: &'static [(&'static str, Option<&'static str>, &'static str)],
}

/// Six meters at four points, a short warm-up, and patience with a machine that has other things to
/// do.
pub(crate) const METERS: Scene = Scene {
    bench: demo::BENCH,
    procedure: demo::PROCEDURE,
    items: &demo::ITEMS,
    haste: "150",
    file: "jjg596-direct-basic-error.toml",
    points: &["imax-1", "imax-05L", "ib-1", "ib-05L"],
    otherwise: &[
        ("\"30 min\"", "\"30 s\""),
        ("at_most = \"60 s\"", "at_most = \"900 s\""),
        ("+ 10 s\"", "+ 600 s\""),
    ],
    watchdog_s: "10",
    is_each_position_asked: true,
    is_technician_asked: false,
    typed: &[],
};

/// A turbine meter at the three flows at which its procedure has golden tests.
pub(crate) const TURBINE: Scene = Scene {
    bench: "flow-gravimetric",
    procedure: "cn.jjg1037.turbine.gravimetric",
    items: &["TM26000001"],
    haste: "300",
    file: "jjg1037-turbine-gravimetric.toml",
    points: &["qmax", "q070", "qmin"],
    otherwise: &[
        ("\"10 min\"", "\"10 s\""),
        ("at_most = \"300 s\"", "at_most = \"3000 s\""),
        ("check      = [\"max(q) = q_max\", \"min(q) = q_min\"]\n", ""),
    ],
    watchdog_s: "30",
    is_each_position_asked: false,
    is_technician_asked: false,
    typed: &[],
};

/// A pressure gauge, up and down, read by a person who types what a right one would show.
pub(crate) const GAUGE: Scene = Scene {
    bench: "pressure-1",
    procedure: "cn.jjg52.bourdon.up-down",
    items: &["BG26000001"],
    haste: "150",
    file: "jjg52-bourdon-up-down.toml",
    points: &[],
    otherwise: &[("at_most = \"60 s\"", "at_most = \"900 s\"")],
    watchdog_s: "",
    is_each_position_asked: false,
    is_technician_asked: false,
    typed: &[
        ("dh", None, "0.25"),
        ("", Some("p1-up"), "0"),
        ("", Some("p2-up"), "0.4"),
        ("", Some("p3-up"), "0.8"),
        ("", Some("p4-up"), "1.2"),
        ("", Some("p5-up"), "1.6"),
        ("", Some("p5-down"), "1.6"),
        ("", Some("p4-down"), "1.2"),
        ("", Some("p3-down"), "0.8"),
        ("", Some("p2-down"), "0.4"),
        ("", Some("p1-down"), "0"),
    ],
};

/// The same, so slowly that a watchdog of one second bites before the tank is full.
pub(crate) const TURBINE_SLOWLY: Scene = Scene { haste: "30", ..TURBINE };

/// Where everything of one instant lies.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    scene: &'static Scene,
    served: Process,
    addresses: BTreeMap<String, String>,
    /// Address of the served technician.
    pub(crate) technician: String,
}

/// What the record says of one run: verdict by item; value and U by item and key.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Told {
    pub(crate) verdicts: BTreeMap<String, String>,
    pub(crate) values: BTreeMap<(String, String), (f64, f64)>,
}

impl Scene {
    /// Its procedure with fewer points and what is said otherwise in it.
    fn hurried(&self, text: &str) -> String {
        let mut text = if self.points.is_empty() { text.to_owned() } else { self.thinned(text) };
        for (known, other) in self.otherwise {
            assert!(text.contains(known), "{} has no {known}", self.file);
            text = text.replace(known, other);
        }
        text
    }

    fn thinned(&self, text: &str) -> String {
        let is_point = |line: &str| line.starts_with("  [\"") && line.matches('"').count() >= 4;
        let points = text.find("\n[points]\n").unwrap();
        let (head, rest) = text.split_at(points);
        let (listed, tail) = rest.split_at(rest.find("\n]\n").unwrap());
        let is_kept = |line: &&str| {
            let kept = |id: &&str| line.contains(&format!("[\"{id}\""));
            !is_point(line) || self.points.iter().any(kept)
        };
        let fewer: Vec<&str> = listed.split('\n').filter(is_kept).collect();
        format!("{head}{}{tail}", fewer.join("\n"))
    }

    /// What a script says in place of a person.
    fn answers(&self) -> String {
        let mut answers = "schema = \"etalon.answers/1\"\n\
            [[answer]]\nstage = \"prepare\"\naction = 1\nvalue = \"yes\"\n"
            .to_owned();
        for (position, item) in (1..).zip(self.items) {
            let position = format!("position = {position}\n");
            let position = if self.is_each_position_asked { &position } else { "" };
            answers.push_str(&format!(
                "[[answer]]\nfield = \"dut.serial\"\n{position}value = \"{item}\"\n"
            ));
        }
        for (field, point, words) in self.typed {
            let field = match field.split_once('/') {
                Some((stage, action)) => format!("stage = \"{stage}\"\naction = {action}\n"),
                None if field.is_empty() => String::new(),
                None => format!("field = \"{field}\"\n"),
            };
            let point = point.map(|id| format!("point = \"{id}\"\n")).unwrap_or_default();
            answers.push_str(&format!("[[answer]]\n{field}{point}value = \"{words}\"\n"));
        }
        answers
    }
}

impl Place {
    /// The bench of six meters, whose source bears a silence of so many seconds.
    pub(crate) fn new(watchdog_s: u32) -> Self {
        Self::serve(&METERS, watchdog_s, &[])
    }

    /// Serves a bench and founds a laboratory that is wired to it.
    pub(crate) fn serve(scene: &'static Scene, watchdog_s: u32, faults: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut serving = Command::new(PROGRAM);
        serving.args(["serve", scene.bench, "--seed", SEED, "--time-scale", scene.haste]);
        serving.args(["--also", "technician", "--log"]);
        serving.arg(folder.path().join("world.jsonl"));
        serving.arg("--serial-link").arg(folder.path().join("line"));
        serving.args(faults.iter().flat_map(|fault| ["--fault", fault]));
        let mut served = Process::start(&mut serving);
        let mut addresses = BTreeMap::new();
        while let Some(line) = served.line().filter(|line| line != "ready") {
            let (name, resource) = line.split_once("  ").unwrap();
            addresses.insert(name.to_owned(), resource.to_owned());
        }
        let technician = addresses.remove("technician").unwrap();
        let place = Self { folder, scene, served, addresses, technician };
        place.found(watchdog_s);
        place
    }

    pub(crate) fn lab(&self) -> PathBuf {
        self.folder.path().join("lab")
    }

    /// Address of an instrument of the served bench.
    pub(crate) fn resource(&self, instrument: &str) -> &str {
        &self.addresses[instrument]
    }

    fn found(&self, watchdog_s: u32) {
        let scene = self.scene;
        let now = "2026-11-23T08:00:00Z".parse().unwrap();
        Lab::init_demo(&self.lab(), now).unwrap();
        change(&self.lab().join(format!("benches/{}.toml", scene.bench)), |mut text| {
            for (name, resource) in &self.addresses {
                text = text.replace(&format!("\"SIM::{name}\""), &format!("\"{resource}\""));
                self.lead(name, resource);
            }
            let lines = self.folder.path().join("meter-{channel}");
            let lines = format!("\"ASRL{}::INSTR\"", lines.display());
            text = text.replace("\"SIM::meter-{channel}\"", &lines);
            // What has no line is known by the number on it.
            for instrument in ["master", "tester"] {
                text = text.replace(&format!("\"SIM::{instrument}\""), "\"by hand\"");
            }
            let known = format!("watchdog_s = {} ", scene.watchdog_s);
            text.replace(&known, &format!("watchdog_s = {watchdog_s} "))
        });
        if !(scene.points.is_empty() && scene.otherwise.is_empty()) {
            change(&self.lab().join("procedures").join(scene.file), |text| scene.hurried(&text));
        }
        let answers = self.folder.path().join("answers.toml");
        std::fs::write(answers, scene.answers()).unwrap();
    }

    /// A stable name for the line of a meter: a bench knows the lines of a row by their channels.
    fn lead(&self, name: &str, resource: &str) {
        let path = resource.strip_prefix("ASRL").and_then(|rest| rest.strip_suffix("::INSTR"));
        if let Some(path) = path.filter(|_| name.starts_with("meter-")) {
            std::os::unix::fs::symlink(path, self.folder.path().join(name)).unwrap();
        }
    }

    /// Starts a run of all items.
    pub(crate) fn run(&self, more: &[&str]) -> Process {
        Process::start(Command::new(PROGRAM).args(self.arguments()).args(more))
    }

    /// What the program is told for a run of all items.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let scene = self.scene;
        let path = |path: PathBuf| path.to_str().unwrap().to_owned();
        let (lab, answers) = (path(self.lab()), path(self.folder.path().join("answers.toml")));
        let asked = match scene.is_technician_asked {
            true => format!("--simulated-technician={}", self.technician),
            false => format!("--answers={answers}"),
        };
        let told = ["--lab", &lab, "--format", "json", "run", scene.procedure];
        let who = ["--bench", scene.bench, "--operator", demo::PERSONS.0, &asked];
        let time = ["--time-scale", scene.haste];
        let told = told.iter().chain(&who).chain(&time).chain(&["--item"]).chain(scene.items);
        told.map(|word| (*word).to_owned()).collect()
    }

    /// The bench's own account.
    pub(crate) fn account(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("world.jsonl")).unwrap();
        // The last line may be half written.
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    pub(crate) fn journal(&self) -> Journal {
        Lab::open(&self.lab()).unwrap().journal().unwrap()
    }

    /// The one run of the record, if it was begun.
    pub(crate) fn begun(&self) -> Option<(String, Vec<Event>)> {
        let journal = self.journal();
        let runs = journal.runs().unwrap();
        assert!(runs.len() <= 1, "{runs:?}");
        let run = runs.first()?.run.clone();
        let events = journal.events(&run).unwrap();
        Some((run, events))
    }

    /// Values and U of the first item's results of a measurand, in the order of the points.
    pub(crate) fn measured(&self, measurand: &str) -> Vec<(f64, f64)> {
        let (run, events) = self.begun().unwrap();
        let plan = recorded_plan(&self.journal(), &run, &events).unwrap();
        let items = evaluate::evaluate(&plan, &events).unwrap().items;
        let results = items.into_iter().next().unwrap().results.into_iter();
        let of_it = results.filter_map(|result| match result.state {
            ResultState::Measured(one) if one.evaluation.measurand == measurand => {
                Some((one.outcome.value, one.outcome.expanded))
            }
            _ => None,
        });
        of_it.collect()
    }

    /// What the record says of its run.
    pub(crate) fn told(&self) -> Told {
        let (run, events) = self.begun().unwrap();
        let plan = recorded_plan(&self.journal(), &run, &events).unwrap();
        let mut told = Told::default();
        for item in evaluate::evaluate(&plan, &events).unwrap().items {
            told.verdicts.insert(item.item.clone(), decide::decide(&item).word().to_owned());
            for result in item.results {
                if let ResultState::Measured(measured) = result.state {
                    let value = (measured.outcome.value, measured.outcome.expanded);
                    told.values.insert((item.item.clone(), result.key), value);
                }
            }
        }
        told
    }

    /// Whether the served bench still runs: a bench that fell over would prove nothing.
    pub(crate) fn is_served(&mut self) -> bool {
        self.served.is_running()
    }
}

/// A whole run on a bench of its own.
pub(crate) fn undisturbed() -> (Told, crate::process::Heard) {
    let place = Place::new(600);
    let heard = place.run(&[]).hear(When::Never, |_| ());
    // Two of the six meters do not conform: the answer is no.
    assert_eq!(heard.status.code(), Some(1), "{:?}", heard.lines.last());
    (place.told(), heard)
}

pub(crate) fn is(occurrence: &Value, what: &str) -> bool {
    occurrence["what"] == what
}

/// Whether the source's output was on at the end of this part of the account.
pub(crate) fn is_energised(account: &[Value]) -> bool {
    account.iter().rev().find(|one| is(one, "output")).is_some_and(|one| one["on"] == true)
}

/// The readings that a process said to be durable, by their place in the chain.
pub(crate) fn confirmed(lines: &[Value]) -> BTreeMap<u64, String> {
    let readings = lines.iter().filter(|line| line["event"] == "reading");
    let read =
        |line: &Value| Some((line["sequence"].as_u64()?, line["value"].as_str()?.to_owned()));
    readings.map(|line| read(line).unwrap()).collect()
}

/// The reading at this place, if it is one.
pub(crate) fn kept(events: &[Event], sequence: u64) -> Option<&str> {
    let event = events.iter().find(|event| event.sequence == sequence)?;
    let Body::Reading { value, .. } = &event.body else { return None };
    Some(value)
}

pub(crate) fn change(file: &Path, by: impl FnOnce(String) -> String) {
    let before = std::fs::read_to_string(file).unwrap();
    let after = by(before.clone());
    assert_ne!(before, after, "{} is as it was", file.display());
    std::fs::write(file, after).unwrap();
}
