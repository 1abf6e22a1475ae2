//! How often U covered the truth, against what the budget itself predicts.

use std::fmt::Write;
use std::{collections::BTreeMap, num::NonZeroUsize, thread};

use etalon_uncertainty::{
    evaluation::{Coverage, Evaluation, MonteCarloPlan},
    monte_carlo::GENERATOR,
};

use crate::findings::{Calibration, Finding};

/// Trials of the second opinion.
const TRIALS: u64 = 100_000;
/// Halvings of the bracket in which the predicted share is looked for: to 0.02 %.
const HALVINGS: u32 = 11;
/// Calibrations whose budgets are asked where a budget rests on the repeats of its own point.
const ASKED: usize = 20;

/// What was found at one point.
pub(crate) struct Point {
    /// Its key.
    pub(crate) key: String,
    /// Results compared with their truth.
    pub(crate) calibrations: u32,
    /// Those whose U covers it.
    pub(crate) covered: u32,
    /// Deviations in units of U: mean, root mean square, largest.
    pub(crate) mean: f64,
    pub(crate) rms: f64,
    pub(crate) largest: f64,
    /// Mean of U, and its unit.
    pub(crate) expanded: f64,
    pub(crate) unit: String,
    /// Share that Monte Carlo of the same budget gives to ±U, %.
    pub(crate) predicted_percent: f64,
}

impl Point {
    /// Share of covered truths, %.
    pub(crate) fn covered_percent(&self) -> f64 {
        100.0 * f64::from(self.covered) / f64::from(self.calibrations)
    }
}

/// Every point of a campaign at which the world knows the truth, in the order of the plan.
pub(crate) fn points(calibrations: &[Calibration]) -> Vec<Point> {
    let mut order: Vec<&str> = Vec::new();
    let mut found: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    let all = calibrations.iter().flat_map(|one| &one.findings);
    for finding in all.filter(|finding| finding.truth.is_some()) {
        found.entry(&finding.key).or_insert_with(|| {
            order.push(&finding.key);
            Vec::new()
        });
        found.get_mut(finding.key.as_str()).unwrap().push(finding);
    }
    assert!(!order.is_empty(), "nothing was compared");
    order.into_iter().map(|key| point(key, &found[key])).collect()
}

fn point(key: &str, found: &[&Finding]) -> Point {
    let off: Vec<f64> = found.iter().filter_map(|finding| finding.off()).collect();
    let n = off.len() as f64;
    Point {
        key: key.to_owned(),
        calibrations: off.len() as u32,
        covered: off.iter().filter(|off| off.abs() <= 1.0).count() as u32,
        mean: off.iter().sum::<f64>() / n,
        rms: (off.iter().map(|off| off * off).sum::<f64>() / n).sqrt(),
        largest: off.iter().fold(0.0, |largest, off| off.abs().max(largest)),
        expanded: found.iter().map(|finding| finding.expanded).sum::<f64>() / n,
        unit: found[0].unit.clone(),
        predicted_percent: predicted_percent(found),
    }
}

/// The table, for people and for `docs/coverage.md`.
pub(crate) fn table(points: &[Point]) -> String {
    let mut table = String::from(
        "| point | n | U covers, % | Monte Carlo predicts, % | mean U | deviation: mean, rms, largest, in U |\n|---|--:|--:|--:|--:|---|\n",
    );
    for point in points {
        writeln!(
            table,
            "| {} | {} | {:.1} | {:.1} | {:.3e} {} | {:+.2}, {:.2}, {:.2} |",
            point.key,
            point.calibrations,
            point.covered_percent(),
            point.predicted_percent,
            point.expanded,
            point.unit,
            point.mean,
            point.rms,
            point.largest
        )
        .unwrap();
    }
    table
}

/// What is not in the table, because the procedure left the point: how often, point by point.
pub(crate) fn left_out(calibrations: &[Calibration]) -> String {
    let mut counted: BTreeMap<&str, u32> = BTreeMap::new();
    for key in calibrations.iter().flat_map(|one| &one.left_out) {
        *counted.entry(key).or_default() += 1;
    }
    let each: Vec<String> = counted.iter().map(|(key, n)| format!("{key} {n} times")).collect();
    if each.is_empty() { "no point was left".into() } else { format!("left: {}", each.join(", ")) }
}

/// What Monte Carlo of the budget gives to ±U, %. A budget without Type A of its own repeats says the
/// same in every calibration; one with is asked in several.
fn predicted_percent(found: &[&Finding]) -> f64 {
    let differ = found.iter().any(|one| (one.expanded / found[0].expanded - 1.0).abs() > 0.01);
    let asked = &found[..if differ { ASKED.min(found.len()) } else { 1 }];
    let sum: f64 = asked.iter().map(|one| predicted_by(&one.evaluation, one.expanded)).sum();
    sum / asked.len() as f64
}

/// The probability whose symmetric interval is as wide as ±U.
fn predicted_by(evaluation: &Evaluation, expanded: f64) -> f64 {
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut evaluation = evaluation.clone();
    evaluation.monte_carlo =
        Some(MonteCarloPlan { trials: TRIALS, seed: 1, generator: GENERATOR.to_owned() });
    let (mut low, mut high) = (0.5, 0.9999);
    for _ in 0..HALVINGS {
        let p = 0.5 * (low + high);
        evaluation.coverage = Coverage::Fixed { k: "2".to_owned(), p: format!("{p:.6}") };
        let outcome = evaluation.evaluate_on(threads).unwrap().monte_carlo.unwrap();
        if 0.5 * (outcome.hi_sym - outcome.lo_sym) < expanded { low = p } else { high = p }
    }
    50.0 * (low + high)
}
