//! What the uncertainty of several results has in common.
//!
//! Each row of a result's budget is the contribution `c u` of one input. The
//! same contribution in two results is one factor of mean zero and standard
//! deviation one, with a coefficient in each: linear propagation over all
//! results at once (GUM 5.2.2) without a matrix of correlations that rounding
//! could spoil.

use std::collections::{BTreeMap, BTreeSet};

use etalon_uncertainty::evaluation::{
    Component, Estimate, Input as Resolved, Scale as Written, Shape,
};
use etalon_uncertainty::text::Text;

use super::{Obtained, StageResults};
use crate::procedure::{Action, InputSource, Model, Step};

/// A source of uncertainty.
#[derive(Clone, Debug)]
pub(super) struct Factor {
    /// What it is called in the budget.
    pub(super) label: Text,
    /// Its degrees of freedom, the fewest that any result knows; `None` is infinite.
    pub(super) dof: Option<f64>,
    /// Result and signed contribution `c u`, in the result's unit.
    pub(super) shares: BTreeMap<usize, f64>,
}

/// Factors by what they come from.
#[derive(Default)]
pub(super) struct Factors(BTreeMap<String, Factor>);

impl Factors {
    /// Takes the budget of result number `result`, measured at point `point`.
    pub(super) fn take(
        &mut self,
        results: &StageResults<'_>,
        point: usize,
        result: usize,
        obtained: Obtained<'_>,
    ) {
        let measurand = &obtained.evaluation.measurand;
        let Some(model) = results.procedure.model(measurand) else { return };
        let fresh = read_at_points(results);
        for row in obtained.outcome.budget.iter().filter(|row| row.u > 0.0) {
            let origin = origin(model, &row.input, point, &fresh);
            let entry = self.0.entry(origin).or_insert_with(|| Factor {
                label: row.label.clone(),
                dof: row.dof,
                shares: BTreeMap::new(),
            });
            entry.dof = match (entry.dof, row.dof) {
                (Some(known), Some(found)) => Some(known.min(found)),
                (known, found) => known.or(found),
            };
            *entry.shares.entry(result).or_default() += row.c * row.u;
        }
    }

    /// Factors that several results share.
    pub(super) fn shared(&self) -> Vec<&Factor> {
        self.0.values().filter(|factor| !factor.is_own()).collect()
    }

    /// Factors that only this result has.
    pub(super) fn own(&self, result: usize) -> Vec<&Factor> {
        let of_result = |factor: &&Factor| factor.is_own() && factor.shares.contains_key(&result);
        self.0.values().filter(of_result).collect()
    }
}

impl Factor {
    fn is_own(&self) -> bool {
        self.shares.len() < 2
    }

    /// The contribution to one result.
    pub(super) fn share(&self, result: usize) -> f64 {
        self.shares.get(&result).copied().unwrap_or(0.0)
    }

    /// A component with this standard uncertainty.
    pub(super) fn component(&self, standard: String) -> Component {
        Component {
            name: self.label.clone(),
            distribution: Shape::Normal,
            scale: Written::Standard(standard),
            dof: self.dof.map(|dof| dof.to_string()),
            beta: None,
            inexact: None,
            source: None,
        }
    }

    /// The factor as an input of its own.
    pub(super) fn input(&self, name: String) -> Resolved {
        Resolved {
            name,
            label: self.label.clone(),
            unit: "1".to_owned(),
            estimate: Estimate::Value("0".to_owned()),
            each_repeat: false,
            components: vec![self.component("1".to_owned())],
        }
    }
}

/// The readings that are taken anew at every point.
fn read_at_points(results: &StageResults<'_>) -> BTreeSet<String> {
    let stages = results.procedure.stages.iter().filter(|stage| stage.over_points);
    let steps = stages.flat_map(|stage| {
        stage.steps.iter().chain(stage.repeat.iter().flat_map(|repeat| &repeat.steps))
    });
    let yielded = |step: &Step| match &step.action {
        Action::Ask(ask) => Some(ask.field.clone()),
        action => action.into_reading().map(str::to_owned),
    };
    steps.filter_map(yielded).collect()
}

/// Where a contribution comes from: a reading belongs to its point and serves
/// every model that takes it; Type A belongs to model and point, and so does what is
/// declared to be drawn anew at every point; everything else is the same quantity at all points, by its instance or its name.
fn origin(model: &Model, name: &str, point: usize, fresh: &BTreeSet<String>) -> String {
    let Some(input) = model.inputs.iter().find(|input| input.name == name) else {
        return format!("{name} of {} at {point}", model.name);
    };
    match &input.source {
        InputSource::Reading(reading) | InputSource::Answer(reading) if fresh.contains(reading) => {
            format!("reading {reading} at {point}")
        }
        InputSource::Reading(reading) | InputSource::Answer(reading) => {
            format!("reading {reading}")
        }
        _ if input.each_repeat || input.of_point => format!("{name} of {} at {point}", model.name),
        _ => format!("input {}", input.instance.as_deref().unwrap_or(name)),
    }
}
