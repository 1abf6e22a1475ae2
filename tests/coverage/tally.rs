//! How often U covered the truth, against what the budget itself predicts.

use std::collections::BTreeMap;
use std::fmt::Write;

use etalon::{
    evaluate::{Measured, ResultState, RunResults},
    plan::Plan,
};
use etalon_uncertainty::{
    evaluation::{Coverage, Evaluation, MonteCarloPlan},
    monte_carlo::GENERATOR,
    unit::Unit,
};

use crate::{campaign::threads, truth::Truths};

/// Least share of covered truths, %.
const LEAST: f64 = 93.0;
/// By how much it may fall short of the prediction, points of per cent.
const SHORT_OF_PREDICTION: f64 = 2.0;
/// Trials of the second opinion.
const TRIALS: u64 = 200_000;

/// What was found at one point.
struct Found {
    calibrations: u32,
    covered: u32,
    /// Largest and mean |deviation| in units of U, and mean deviation.
    largest: f64,
    squares: f64,
    sum: f64,
    expanded: f64,
    unit: String,
    predicted_percent: f64,
}

/// The table of one campaign.
pub(crate) struct Tally {
    bench: &'static str,
    found: BTreeMap<String, Found>,
    order: Vec<String>,
}

impl Tally {
    pub(crate) fn new(bench: &'static str) -> Self {
        Self { bench, found: BTreeMap::new(), order: Vec::new() }
    }

    /// Takes the results of one calibration.
    pub(crate) fn take(&mut self, plan: &Plan, results: &RunResults, truths: &Truths) {
        for item in &results.items {
            for result in &item.results {
                let ResultState::Measured(measured) = &result.state else { continue };
                let main = plan
                    .entries
                    .iter()
                    .find(|entry| entry.stage == result.stage && entry.point == result.point);
                let measurand = main.map(|entry| entry.evaluation.measurand.clone());
                // The first model of a stage is the one that the world knows the truth of.
                if measurand != Some(measured.evaluation.measurand.clone()) {
                    continue;
                }
                let key = format!("{}/{}", result.stage, result.point);
                let Some((truth, unit)) = truths.get(&(item.position, key.clone())) else {
                    continue;
                };
                self.one(&key, measured, *truth, unit);
            }
        }
    }

    fn one(&mut self, key: &str, measured: &Measured, truth: f64, unit: &str) {
        let outcome = &measured.outcome;
        let (own, given) = (Unit::parse(&outcome.unit).unwrap(), Unit::parse(unit).unwrap());
        let truth = own.from_si(given.to_si(truth));
        let off = (outcome.value - truth) / outcome.expanded;
        let order = &mut self.order;
        let found = self.found.entry(key.to_owned()).or_insert_with(|| {
            order.push(key.to_owned());
            Found {
                calibrations: 0,
                covered: 0,
                largest: 0.0,
                squares: 0.0,
                sum: 0.0,
                expanded: 0.0,
                unit: outcome.unit.clone(),
                predicted_percent: predicted_percent(&measured.evaluation, outcome.expanded),
            }
        });
        found.calibrations += 1;
        found.covered += u32::from(off.abs() <= 1.0);
        found.largest = found.largest.max(off.abs());
        found.squares += off * off;
        found.sum += off;
        found.expanded += outcome.expanded;
    }

    /// The table, for people and for `docs/campaigns.md`.
    pub(crate) fn table(&self) -> String {
        let mut table = format!(
            "{}\n| point | n | U covers, % | Monte Carlo predicts, % | mean U | deviation: mean, rms, largest, in U |\n|---|--:|--:|--:|--:|---|\n",
            self.bench
        );
        for key in &self.order {
            let found = &self.found[key];
            let n = f64::from(found.calibrations);
            let (mean, rms) = (found.sum / n, (found.squares / n).sqrt());
            writeln!(
                table,
                "| {key} | {n} | {:.1} | {:.1} | {:.3e} {} | {mean:+.2}, {rms:.2}, {:.2} |",
                found.covered_percent(),
                found.predicted_percent,
                found.expanded / n,
                found.unit,
                found.largest
            )
            .unwrap();
        }
        table
    }

    /// The points at which the results lie to one side of the truth by half of U or more.
    pub(crate) fn biased(&self) -> Vec<String> {
        assert!(!self.found.is_empty(), "nothing was compared");
        let biased = |(key, found): (&String, &Found)| {
            let mean = found.sum / f64::from(found.calibrations);
            (mean.abs() >= 0.5).then(|| format!("{key}: {mean:+.2} U off in the mean"))
        };
        self.found.iter().filter_map(biased).collect()
    }

    /// The points at which U covers too little.
    pub(crate) fn short(&self) -> Vec<String> {
        let failing = |(key, found): (&String, &Found)| {
            let covered = found.covered_percent();
            let least = LEAST.max(found.predicted_percent - SHORT_OF_PREDICTION);
            // Two standard deviations of a share that so many calibrations show.
            let share = least / 100.0;
            let open = 200.0 * (share * (1.0 - share) / f64::from(found.calibrations)).sqrt();
            (covered < least - open).then(|| format!("{key}: {covered:.1} %, wanted {least:.1} %"))
        };
        self.found.iter().filter_map(failing).collect()
    }
}

impl Found {
    fn covered_percent(&self) -> f64 {
        100.0 * f64::from(self.covered) / f64::from(self.calibrations)
    }
}

/// The probability, in per cent, that Monte Carlo of the budget gives to ±U: the one whose
/// symmetric interval is as wide as that.
fn predicted_percent(evaluation: &Evaluation, expanded: f64) -> f64 {
    let mut evaluation = evaluation.clone();
    evaluation.monte_carlo =
        Some(MonteCarloPlan { trials: TRIALS, seed: 1, generator: GENERATOR.to_owned() });
    let (mut low, mut high) = (0.5, 0.9999);
    for _ in 0..11 {
        let p = 0.5 * (low + high);
        evaluation.coverage = Coverage::Fixed { k: "2".to_owned(), p: format!("{p:.6}") };
        let outcome = evaluation.evaluate_on(threads()).unwrap().monte_carlo.unwrap();
        if 0.5 * (outcome.hi_sym - outcome.lo_sym) < expanded { low = p } else { high = p }
    }
    50.0 * (low + high)
}
