//! The questions of a plan, as they will be put: for whoever must know before anything moves
//! whether all of them can be answered.

use crate::engine::links::by_hand;
use crate::engine::operator::Prompt;
use crate::engine::work::Place;
use crate::plan::AnswerKind;
use crate::plan::{Plan, PlannedPoint, PlannedStage, Step};

/// Every question that is put for certain: those of stages without a condition, of the first
/// repeats, for every position, and before them the identification of what a person reads.
#[must_use]
pub fn of(plan: &Plan) -> Vec<Prompt> {
    let positions: Vec<u32> = plan.items.iter().map(|item| item.position).collect();
    let stages = plan.stages.iter().filter(|stage| stage.when.is_empty());
    let in_run = stages
        .flat_map(|stage| stage.points.iter().map(move |point| (stage, point)))
        .flat_map(|(stage, point)| at(stage, point, &positions));
    by_hand::questions(&plan.instruments).chain(in_run).collect()
}

fn at(stage: &PlannedStage, point: &PlannedPoint, positions: &[u32]) -> Vec<Prompt> {
    let once = point.steps.iter().chain(&point.closing).map(|step| (0, step));
    let repeats = (1..=point.repeat.n)
        .flat_map(|repeat| point.repeated.iter().map(move |step| (repeat, step)));
    let mut prompts = Vec::new();
    for (repeat, step) in once.chain(repeats) {
        let place = Place { stage: stage.id.clone(), point: point.id.clone(), repeat };
        if is_each(step) {
            let each = positions.iter().filter_map(|one| prompt(&place, step, Some(*one)));
            prompts.extend(each);
        } else {
            prompts.extend(prompt(&place, step, None));
        }
    }
    prompts
}

fn is_each(step: &Step) -> bool {
    matches!(
        step,
        Step::Ask { each_position: true, .. } | Step::Confirm { each_position: true, .. }
    )
}

/// The question of a step; `None` where it asks nothing.
#[must_use]
pub fn prompt(place: &Place, step: &Step, position: Option<u32>) -> Option<Prompt> {
    let (action, field, text, wanted) = match step {
        Step::Ask { action, field, text, wanted, .. } => {
            (action, field.as_str(), text, wanted.clone())
        }
        Step::Confirm { action, text, .. } => (action, "", text, AnswerKind::Confirmation),
        Step::Instruct { action, text, note_required } => {
            (action, "", text, AnswerKind::Done { note_required: *note_required })
        }
        _ => return None,
    };
    Some(Prompt {
        stage: place.stage.clone(),
        action: *action,
        field: field.to_owned(),
        point: (!place.point.is_empty()).then(|| place.point.clone()),
        repeat: place.repeat,
        position,
        en: text.en().to_owned(),
        zh: text.zh.clone(),
        wanted,
    })
}
