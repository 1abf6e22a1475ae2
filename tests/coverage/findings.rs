//! What one calibration found: each result beside what is true of it and what its plan foretold.

use etalon::{
    evaluate::{Measured, ResultState, RunResults},
    plan::{Plan, PlanEntry},
};
use etalon_uncertainty::{evaluation::Evaluation, unit::Unit};

use crate::truth::Truths;

/// One calibration.
pub(crate) struct Calibration {
    /// Seed of the run and of its world.
    pub(crate) seed: u64,
    /// Its results, in the order of the plan.
    pub(crate) findings: Vec<Finding>,
    /// Keys of the results that it does not state, because the procedure left their points.
    pub(crate) left_out: Vec<String>,
    /// What the plan said that it would take, s.
    pub(crate) foretold_s: f64,
    /// What it took, s.
    pub(crate) took_s: f64,
}

/// One result.
pub(crate) struct Finding {
    /// `stage/point`, with the model where it is not the first of its stage.
    pub(crate) key: String,
    /// Position of the item.
    pub(crate) position: u32,
    /// What was stated, in the unit of the result.
    pub(crate) value: f64,
    /// U, in the same unit.
    pub(crate) expanded: f64,
    /// That unit.
    pub(crate) unit: String,
    /// What is true, in the same unit, where the world knows it.
    pub(crate) truth: Option<f64>,
    /// U that the plan foretold.
    pub(crate) foretold: f64,
    /// What was evaluated.
    pub(crate) evaluation: Evaluation,
}

impl Finding {
    /// By how much the result misses the truth, in units of U.
    pub(crate) fn off(&self) -> Option<f64> {
        self.truth.map(|truth| (self.value - truth) / self.expanded)
    }
}

/// The results that a run does not state.
pub(crate) fn left_out(results: &RunResults) -> Vec<String> {
    let all = results.items.iter().flat_map(|item| &item.results);
    let unstated = all.filter(|one| matches!(one.state, ResultState::NotMeasured { .. }));
    unstated.map(|result| result.key.clone()).collect()
}

/// The results of a run.
pub(crate) fn findings(plan: &Plan, results: &RunResults, truths: &Truths) -> Vec<Finding> {
    let mut found = Vec::new();
    for item in &results.items {
        for result in &item.results {
            let ResultState::Measured(measured) = &result.state else { continue };
            let is_it =
                |entry: &&PlanEntry| entry.key == result.key && entry.position == item.position;
            let entry = plan.entries.iter().find(is_it).unwrap();
            found.push(finding(entry, measured, truths));
        }
    }
    found
}

fn finding(entry: &PlanEntry, measured: &Measured, truths: &Truths) -> Finding {
    let outcome = &measured.outcome;
    // The first model of a stage has the key of its point, and the world knows the truth of that one.
    let truth = truths.get(&(entry.position, entry.key.clone())).map(|(truth, unit)| {
        let (own, given) = (Unit::parse(&outcome.unit).unwrap(), Unit::parse(unit).unwrap());
        own.from_si(given.to_si(*truth))
    });
    Finding {
        key: entry.key.clone(),
        position: entry.position,
        value: outcome.value,
        expanded: outcome.expanded,
        unit: outcome.unit.clone(),
        truth,
        foretold: entry.prediction.expanded,
        evaluation: measured.evaluation.clone(),
    }
}
