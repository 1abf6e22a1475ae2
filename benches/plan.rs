//! How long a large procedure takes to be checked and planned: `cargo bench -p etalon --bench plan`.
//! An author sees the plan of two thousand points before a hand has left the keyboard: both together
//! in less than 200 ms.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Instant;

use etalon::{
    engine::session::preparation::site_of,
    item::Item,
    lab::Lab,
    plan::{self, Wanted, bind::Equipment, bind::Models},
};
use etalon_procedures::procedure::Activity;

/// Points of the large procedures.
const POINTS: usize = 2_000;
/// Times that each is measured; the quickest counts, what is slower is the machine's.
const TIMES: usize = 7;
/// What follows the last point of a shipped procedure.
const END_OF_POINTS: &str = "\n]\n\n[points.define]";

/// A shipped procedure with further points.
fn with_points(id: &str, rows: &str) -> String {
    let found = etalon_procedures::LIBRARY.iter().find(|(name, _)| *name == id);
    let (_, text) = found.expect("a shipped procedure");
    let end = text.find(END_OF_POINTS).expect("the end of its points");
    let (head, tail) = text.split_at(end);
    // As many points take as many days; nothing else about the procedure changes.
    let text = format!("{head}\n{}{tail}", rows.trim_end());
    let rest = text.split_once("est_time  = \"").and_then(|(_, rest)| rest.split_once('"'));
    let (stated, _) = rest.expect("a stated time");
    text.replacen(&format!("est_time  = \"{stated}\""), "est_time  = \"90000 min\"", 1)
}

/// A turbine meter at two thousand flows.
fn flows() -> String {
    let row = |index: usize| {
        let share = index as f64 / POINTS as f64;
        format!("  [\"q{index}\", \"q_max - {share:.6} * (q_max - q_min)\"],\n")
    };
    let rows: String = (1..=POINTS - 5).map(row).collect();
    with_points("flow/jjg1037-turbine-gravimetric.toml", &rows)
}

/// An energy meter at two thousand points, nearly all of them of the basic current.
fn loads() -> String {
    let row = |index: usize| format!("  [\"n{index}\", \"\", \"U_n\", \"1.0\", \"1\"],\n");
    let rows: String = (1..=POINTS - 15).map(row).collect();
    with_points("electricity/jjg596-direct-basic-error.toml", &rows)
}

fn print(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).expect("standard output is open");
}

/// Checks a procedure and plans it, again and again; prints the quickest.
fn timed(lab: &Lab, name: &str, text: &str, bench: &str, items: &[&str]) {
    let mut bench = lab.bench(bench).expect("bench");
    // What the bench's earlier runs found at its own flows holds at all of these.
    for run in &mut bench.history {
        run.at.remove("q");
    }
    let register = lab.register().expect("register");
    let specifications = lab.specifications().expect("specifications");
    let known = lab.models().expect("models");
    let mut models = Models::new();
    for instrument in &bench.instruments {
        let found = known.iter().find(|known| known.model.id == instrument.model).expect("model");
        models.insert(instrument.model.clone(), (found.model.clone(), found.text.clone()));
    }
    let items: Vec<Item> = items.iter().map(|item| lab.item(item).expect("item")).collect();
    let date = "2026-11-23".parse().expect("a date");
    let site: BTreeMap<_, _> = site_of(&lab.identity);
    let mut quickest = (f64::INFINITY, 0.0, 0.0);
    let mut results = 0;
    for _ in 0..TIMES {
        let start = Instant::now();
        let checked = etalon_procedures::check(text);
        let check_ms = start.elapsed().as_secs_f64() * 1e3;
        assert!(checked.procedure.is_some(), "{name}: {:?}", checked.diagnostics.first());
        let procedure = checked.procedure.expect("asserted");
        let start = Instant::now();
        let plan = plan::make(&Wanted {
            procedure: &procedure,
            text,
            equipment: Equipment {
                bench: &bench,
                register: &register,
                specifications: &specifications,
                models: &models,
                date,
            },
            items: &items,
            activity: Activity::Calibration,
            seed: 1,
            site: &site,
        });
        let plan_ms = start.elapsed().as_secs_f64() * 1e3;
        results = plan.expect("a plan").entries.len();
        if check_ms + plan_ms < quickest.0 {
            quickest = (check_ms + plan_ms, check_ms, plan_ms);
        }
    }
    let (both, check, planned) = quickest;
    print(&format!(
        "{name:<44} {:>5} kB {results:>6} results: check {check:>6.1} ms, plan {planned:>6.1} ms, both {both:>6.1} ms",
        text.len() / 1024
    ));
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let now = "2026-11-23T08:00:00Z".parse().expect("a moment");
    let lab = Lab::init_demo(&folder.path().join("lab"), now).expect("a laboratory");
    for (id, text) in etalon_procedures::LIBRARY {
        let (bench, item) = match *id {
            "electricity/jjg596-direct-basic-error.toml" => ("meters-6", "DD26000001"),
            "pressure/jjg52-bourdon-up-down.toml" => ("pressure-1", "BG26000001"),
            "flow/jjg1037-turbine-gravimetric.toml" => ("flow-gravimetric", "TM26000001"),
            // The demonstration has no bench for it.
            _ => continue,
        };
        timed(&lab, id, text, bench, &[item]);
    }
    timed(&lab, "a turbine meter at 2 000 flows", &flows(), "flow-gravimetric", &["TM26000001"]);
    timed(&lab, "an energy meter at 2 000 points", &loads(), "meters-6", &["DD26000001"]);
}
