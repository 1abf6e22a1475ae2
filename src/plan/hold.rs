//! The hold of a procedure: at one point, when everything there is read.

use etalon_procedures::procedure::points::Hold as Declared;
use etalon_uncertainty::diagnostic::Diagnostic;
use etalon_uncertainty::expression::Value;
use etalon_uncertainty::unit::Dimension;

use super::names::Desk;
use super::prediction::carried;
use super::ready::{Ready, table};
use super::refusal::PlanError;
use super::step::Hold;
use super::table::{Table, shown};
use super::{PlannedPoint, Step};

/// Adds the hold to its point.
///
/// # Errors
/// When no point has its name, or a value in it cannot be computed.
pub(super) fn add(
    desk: &Desk<'_>,
    ready: &[Ready<'_>],
    stage: &str,
    points: &mut [PlannedPoint],
) -> Result<(), PlanError> {
    let Some(all) = &desk.procedure.points else { return Ok(()) };
    let Some(declared) = &all.hold else { return Ok(()) };
    let has_directions = points.iter().any(|point| point.values.contains_key("dir"));
    let rises = |point: &PlannedPoint| {
        !has_directions || point.values.get("dir").is_some_and(|word| word == "up")
    };
    // At the end of the way up: the way down begins at the same mark.
    let found = match declared.at.as_str() {
        "first" => points.iter().position(rises),
        "last" => points.iter().rposition(rises),
        id => points.iter().position(|point| point.id == id),
    };
    let Some(point) = found.and_then(|index| points.get_mut(index)) else {
        let text = format!("the hold is at point `{}`, and there is no such point", declared.at);
        return Err(PlanError::Findings {
            about: stage.to_owned(),
            diagnostics: vec![Diagnostic::error("P0206", text).at(all.place.clone())],
        });
    };
    let table = table(desk, ready, stage, Some(&point.id));
    let hold = held(&table, declared)?;
    // What a person reads, a person watches.
    let watched = declared.watch.as_ref().filter(|watch| table.looks_by_hand(watch));
    let confirmed = watched.map(|watch| table.watch_by_hand(watch, actions(desk, stage) + 1));
    point.closing.push(Step::Hold(hold));
    point.closing.extend(confirmed);
    Ok(())
}

/// How many actions a stage has: a question that follows them is numbered behind them.
fn actions(desk: &Desk<'_>, stage: &str) -> usize {
    let own = desk.procedure.stage(stage);
    let done = own.and_then(|own| own.same_as.as_deref());
    let done = done.and_then(|name| desk.procedure.stage(name)).or(own);
    done.map_or(0, |done| {
        done.steps.len() + done.repeat.as_ref().map_or(0, |repeat| repeat.steps.len())
    })
}

fn held<'a>(table: &'a Table<'a>, declared: &Declared) -> Result<Hold, PlanError> {
    let seconds = match table.shared(&declared.duration, ("hold", "for"))? {
        Value::Number { si, kind } if kind.dimension == Dimension::TIME => carried(si),
        other => {
            let found = shown(&other);
            let text = format!("`{}` is {found}, wanted a time", declared.duration.text);
            let place = declared.duration.place.clone();
            return Err(table.finding(Diagnostic::error("P0201", text).at(place)));
        }
    };
    let watch = declared.watch.as_ref();
    let watch = watch
        .filter(|watch| !table.looks_by_hand(watch))
        .map(|watch| table.shared_condition(watch, |path| table.is_live(path)))
        .transpose()?;
    Ok(Hold { seconds, watch })
}
