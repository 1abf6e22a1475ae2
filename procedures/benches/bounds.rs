//! How long a check takes and how much memory it needs: `cargo bench -p
//! etalon-procedures`. A large procedure is answered while somebody types, a
//! hostile file ends in findings within two seconds and 200 MB.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Instant;

use etalon_procedures::{LIBRARY, check, expand, item, run_tests};

const CLEAN: &str = include_str!("../tests/cases/clean.toml");

/// The voltmeter procedure with this many points and rows of limits.
fn grown(points: usize, rows: usize) -> String {
    let row = |index: usize| {
        let share = |index: usize| format!("{index}e-5");
        format!("  [\"0.5\", \"{}\", \"{}\", \"0.01\"],\n", share(index), share(index + 1))
    };
    let rows: String = (2_000_000..2_000_000 + rows).map(row).collect();
    let point = |index: usize| format!("  [\"n{index}\", \"0.{index:06}\"],\n");
    let points: String = (1..=points).map(point).collect();
    let marks = ("  [\"low\",  \"0.1\"],", "  [\"1\",   \"0\",   \"0.5\", \"0.02\"],");
    CLEAN
        .replace(marks.0, &format!("{points}{}", marks.0))
        .replace(marks.1, &format!("{rows}{}", marks.1))
}

fn print(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).expect("standard output is open");
}

/// The largest resident memory of this process so far, in MB, where Linux tells.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or_else(String::new, |peak| format!("peak {}", peak.trim()))
}

fn timed(name: &str, text: &str) {
    let start = Instant::now();
    let checked = check(text);
    let time = start.elapsed();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &checked.diagnostics {
        *codes.entry(finding.code.as_str()).or_default() += 1;
    }
    let found: Vec<String> = codes.iter().map(|(code, n)| format!("{n} x {code}")).collect();
    let size = text.len() / 1024;
    print(&format!(
        "{name:<44} {size:>6} kB {:>9.1} ms  {:<24} {}",
        time.as_secs_f64() * 1e3,
        found.join(", "),
        memory()
    ));
}

fn main() {
    for (name, text) in LIBRARY {
        timed(name, text);
        let procedure = check(text).procedure.expect("shipped procedures check clean");
        let start = Instant::now();
        let cases = run_tests(&procedure).len();
        let time = start.elapsed().as_secs_f64() * 1e3;
        print(&format!("  its {cases} golden tests take {time:.1} ms"));
    }
    let large = grown(2_000, 0);
    timed("2 000 points", &large);
    let procedure = check(&large).procedure.expect("the large procedure checks clean");
    let fields = [("U_r", "10 V"), ("cls", "1")];
    let fields = fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let item = item(&procedure, &fields.collect()).expect("the item fits");
    let start = Instant::now();
    let points = expand(&procedure, &item).expect("points").len();
    let time = start.elapsed().as_secs_f64() * 1e3;
    print(&format!("  expanding its {points} points takes {time:.1} ms"));
    timed("9 000 points", &grown(9_000, 0));
    timed("9 000 points, 9 000 rows", &grown(9_000, 9_000));
    timed("1 000 points, 2 000 rows", &grown(1_000, 2_000));
    timed("20 000 rows", &grown(1, 20_000));
    timed("a million rows", &grown(1, 1_000_000));
    timed("10 MB of keys", &"a = 1\n".repeat(1_700_000));
    let nested = format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000));
    timed("100 000 parentheses", &CLEAN.replace("rel * U_r", &nested));
    timed("100 000 brackets", &format!("a = {}", "[".repeat(100_000)));
    let row = "[\"a\"],";
    let rows = row.repeat((1 << 20) / row.len() - 4_000);
    timed(
        "140 000 short rows",
        &CLEAN.replace("rows = [\n  [\"low\"", &format!("rows = [{rows}\n  [\"low\"")),
    );
    let needs: String =
        (0..6_000).map(|n| format!("\"bench.need_{n}\" = {{ unit = \"V\" }}\n")).collect();
    let unknown: String = (0..6_000)
        .map(|n| format!("  [\"0.5\", \"0\", \"1\", \"bench_need_{n} * 1 V\"],\n"))
        .collect();
    let marks = ("[needs]\n", "  [\"1\",   \"0\",   \"0.5\", \"0.02\"],");
    let both = CLEAN.replace(marks.0, &format!("[needs]\n{needs}"));
    timed(
        "6 000 needs, 6 000 unknown names",
        &both.replace(marks.1, &format!("{unknown}{}", marks.1)),
    );
    let items: String = (1..1_500)
        .map(|n| format!("\n[[test]]\nname = \"t{n}\"\norigin = \"o\"\ndut = {{ U_r = \"{n} V\", cls = \"1\" }}\npoint = \"low\"\nexpect = {{}}\n"))
        .collect();
    timed("9 000 points, 1 500 items", &format!("{}{items}", grown(9_000, 0)));
    let long = format!("{}1", "1 + ".repeat(200_000));
    timed("a sum of 200 000 terms", &CLEAN.replace("rel * U_r", &long));
}
