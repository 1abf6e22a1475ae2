//! Times of the two propagations, one line each: name, seconds, per what.
//!
//! `tests/peers/bench_numpy.py` runs this beside numpy and prints the ratios.
//! Every time is the median of several runs, after one that is not counted.

use std::{
    fs,
    hint::black_box,
    io::Write as _,
    num::NonZeroUsize,
    path::Path,
    time::{Duration, Instant},
};

use etalon_uncertainty::{
    budget, budget_file,
    monte_carlo::{Plan, sweep::sweep},
    propagation::{Problem, Propagator, propagate},
};

/// Trials of the criteria.
const TRIALS: u64 = 10_000_000;

/// Name, and file below the crate.
const MODELS: [(&str, &str); 4] = [
    ("sum-of-4", "tests/cases/s1-922-additive-normal.toml"),
    ("gum-h1-t", "tests/cases/s1-95-gauge-block.toml"),
    ("nozzle", "benches/nozzle.toml"),
    ("rxz-3", "tests/cases/s2-94-rxz-mcm.toml"),
];

fn problem(file: &str) -> Problem {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(path).expect("the file lies in the crate");
    let (file, _) = budget_file::parse(&text).expect("the file is right");
    budget::problem(&file).expect("the models compile")
}

fn median(runs: usize, mut work: impl FnMut()) -> f64 {
    work();
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    times.get(runs / 2).map_or(f64::NAN, Duration::as_secs_f64)
}

fn say(name: &str, seconds: f64, per: &str) {
    writeln!(std::io::stdout(), "{name} {seconds:.3e} s/{per}").expect("standard output is open");
}

fn main() {
    let threads = NonZeroUsize::MIN.saturating_add(1);
    // `speed --bench NAME` for one model alone.
    let only = std::env::args().nth(2);
    for (name, file) in MODELS {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let problem = problem(file);
        let plan = Plan { trials: TRIALS, seed: 1, threads };
        let seconds = median(3, || {
            black_box(sweep(&problem, &plan, &[0.95]).expect("the model has values"));
        });
        say(name, seconds, "1e7-trials");
    }
    if only.is_none() {
        evaluations();
    }
}

/// One evaluation of GUM H.1, with and without its rows, and budget points.
fn evaluations() {
    let end_gauge = problem("tests/cases/gum-h1-end-gauge.toml");
    let rounds = 100_000;
    let seconds = median(5, || {
        for _ in 0..rounds {
            black_box(propagate(black_box(&end_gauge), 0).expect("the model has a value"));
        }
    });
    say("gum-h1-with-rows", seconds / f64::from(rounds), "evaluation");
    let mut propagator = Propagator::new(&end_gauge, 0);
    let seconds = median(5, || {
        for _ in 0..rounds {
            black_box(propagator.run(black_box(&end_gauge)).expect("the model has a value"));
        }
    });
    say("gum-h1", seconds / f64::from(rounds), "evaluation");
    // Budget points: every one with estimates of its own.
    let mut moved = end_gauge.clone();
    let seconds = median(5, || {
        for point in 0..rounds {
            for entry in &mut moved.entries {
                entry.estimate *= 1.0 + 1e-9 * f64::from(point % 7);
            }
            black_box(propagator.run(&moved).expect("the model has a value"));
        }
        moved.entries.clone_from(&end_gauge.entries);
    });
    say("budget-points", seconds / f64::from(rounds), "point");
}
