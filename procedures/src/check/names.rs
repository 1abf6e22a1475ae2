//! Settles what follows from names: which inputs are taken at every repeat and
//! which definitions wait for the plan.

use std::collections::BTreeSet;

use crate::procedure::{InputSource, Procedure, Step};

/// Completes a procedure that was read.
pub(super) fn settle(procedure: &mut Procedure) {
    share_stages(procedure);
    defer_definitions(procedure);
    mark_repeated_inputs(procedure);
}

/// A stage `same_as` another takes over its points, repeat, actions, results.
fn share_stages(procedure: &mut Procedure) {
    let stages = procedure.stages.clone();
    for stage in &mut procedure.stages {
        let Some(original) = &stage.same_as else { continue };
        let Some(original) = stages.iter().find(|other| other.id == *original) else { continue };
        stage.over_points = original.over_points;
        stage.repeat.clone_from(&original.repeat);
        stage.steps.clone_from(&original.steps);
        stage.results.clone_from(&original.results);
    }
}

fn defer_definitions(procedure: &mut Procedure) {
    let mut late: BTreeSet<String> = procedure.needs.iter().map(|need| need.name.clone()).collect();
    let Some(points) = &mut procedure.points else { return };
    for definition in &mut points.define {
        let symbols = definition.formula.expression.symbols();
        definition.needs_plan = symbols.iter().any(|symbol| late.contains(bare(&symbol.path)));
        if definition.needs_plan {
            late.insert(definition.name.clone());
        }
    }
}

fn bare(path: &str) -> &str {
    path.strip_prefix("point.").unwrap_or(path)
}

fn mark_repeated_inputs(procedure: &mut Procedure) {
    let repeated: BTreeSet<String> = procedure
        .stages
        .iter()
        .filter_map(|stage| {
            let repeat = stage.repeat.as_ref()?;
            Some(if repeat.steps.is_empty() { &stage.steps } else { &repeat.steps })
        })
        .flat_map(|steps| readings(steps))
        .collect();
    for input in procedure.models.iter_mut().flat_map(|model| &mut model.inputs) {
        let name = match &input.source {
            InputSource::Reading(name) | InputSource::Answer(name) => name,
            InputSource::Value(_) | InputSource::Formula(_) => continue,
        };
        input.each_repeat |= repeated.contains(name);
    }
}

/// The readings and answers that a list of actions yields.
pub(super) fn readings(steps: &[Step]) -> impl Iterator<Item = String> + '_ {
    steps.iter().filter_map(|step| match &step.action {
        crate::procedure::Action::Ask(ask) => Some(ask.field.clone()),
        action => action.into_reading().map(str::to_owned),
    })
}
