//! What is set at the points of an item lies within the envelope that its role states.

use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::Value;

use crate::expand::Point;
use crate::finding;
use crate::formula::Formula;
use crate::item::ItemFields;
use crate::procedure::{Action, Place, Procedure, Step};
use crate::scope::{Bindings, PointScope};

/// Two numbers this close in proportion are one end of a range computed twice.
/// Chosen: far above the rounding of binary numbers, far below anything a source can set.
const SAME: f64 = 1e-9;

/// The findings of one point; `place` is where the point is written.
pub(super) fn of_point(
    procedure: &Procedure,
    settings: &[Set<'_>],
    (fields, point): (&ItemFields, &Point),
    place: &Place,
) -> Vec<Diagnostic> {
    let outer = Bindings::default();
    let scope = PointScope { procedure, item: fields, point: Some(point), outer: &outer };
    let number = |formula: &Formula| match formula.evaluate(&scope) {
        Ok(Value::Number { si, .. }) => Some(si),
        _ => None,
    };
    let mut found = Vec::new();
    for (role, quantity, value) in settings.iter().copied() {
        let Some(role) = procedure.role(role) else { continue };
        let ranges = role.over.iter().filter(|envelope| envelope.quantity == quantity);
        for (low, high) in ranges.filter_map(|one| Some((&one.low, one.high.as_ref()?))) {
            let (Some(set), Some(from), Some(to)) = (number(value), number(low), number(high))
            else {
                continue;
            };
            let slack = SAME * from.abs().max(to.abs());
            if from - slack <= set && set <= to + slack {
                continue;
            }
            let message = format!(
                "`{quantity}` at the point `{}` lies outside `{} .. {}`, the envelope of `{}`",
                point.id,
                low.text.trim(),
                high.text.trim(),
                role.name
            );
            let finding = Diagnostic::error(finding::ENVELOPE_MISSING, message)
                .at(low.place.clone())
                .other(place.clone(), "the point")
                .hint(format!(
                    "`over = {{ {quantity} = \"points.…\" }}` follows the points by itself"
                ));
            found.push(finding);
        }
    }
    found
}

/// A setting at every point: role, quantity, value.
pub(super) type Set<'a> = (&'a str, &'a str, &'a Formula);

/// What the stages over the points set.
pub(super) fn settings(procedure: &Procedure) -> Vec<Set<'_>> {
    let stages = procedure.stages.iter().filter(|stage| stage.over_points);
    let steps = stages.flat_map(|stage| {
        stage.steps.iter().chain(stage.repeat.iter().flat_map(|repeat| &repeat.steps))
    });
    steps
        .flat_map(|step: &Step| match &step.action {
            Action::Set { role, settings } | Action::Ramp { role, settings, .. } => settings
                .iter()
                .map(|one| (role.as_str(), one.quantity.as_str(), &one.value))
                .collect(),
            Action::Approach { role, quantity, target, .. } => {
                vec![(role.as_str(), quantity.as_str(), target)]
            }
            _ => Vec::new(),
        })
        .collect()
}
