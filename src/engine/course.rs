//! The course of a run: stages, points, repeats, further repeats, and what is
//! done again when a link was lost.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::action::{self, Flow};
use super::failure::Failure;
use super::live;
use super::resume::Done;
use super::signature;
use super::work::{Place, Work};
use crate::journal::Body;
use crate::plan::{PlannedPoint, PlannedStage, Step};

/// How often a point is begun anew after a lost link before the run is given up.
const ATTEMPTS: u32 = 3;

/// Carries out the whole plan, or what is left of it.
///
/// # Errors
/// Whatever ends the run.
pub async fn execute(work: Arc<Work>) -> Result<(), Failure> {
    let stages = Arc::clone(&work.plan);
    for stage in &stages.stages {
        if work.done.stages.contains(&stage.id) {
            if !work.done.skipped.contains(&stage.id) {
                restore_conditions(&work, stage).await?;
            }
            continue;
        }
        if !takes_place(&work, stage).await? {
            continue;
        }
        work.keep(vec![Body::StageStarted { stage: stage.id.clone() }]).await?;
        carry_out(&work, stage).await?;
        look_for_signatures(&work, stage).await?;
        work.keep(vec![Body::StageFinished { stage: stage.id.clone() }]).await?;
        work.has_run(&stage.id);
        work.positions.all_take_part();
    }
    Ok(())
}

/// Whether a stage takes place, and for whom: the positions for which its condition holds.
async fn takes_place(work: &Work, stage: &PlannedStage) -> Result<bool, Failure> {
    if stage.when.is_empty() {
        return Ok(true);
    }
    let wanting = live::positions_for(work, stage)?;
    if wanting.is_empty() {
        let text = stage.when.first().map_or("", |when| when.condition.text.as_str());
        let reason = format!("`{text}` does not hold");
        let stage = stage.id.clone();
        work.keep(vec![Body::StageSkipped { stage, reason }]).await?;
        return Ok(false);
    }
    work.positions.only(&wanting);
    Ok(true)
}

/// The points of a stage in order. Where the procedure goes by cycles, a lost link ends the whole
/// cycle: what was read before it counts no more, and it begins again.
async fn carry_out(work: &Arc<Work>, stage: &PlannedStage) -> Result<(), Failure> {
    let is_cycle = work.plan.procedure.resume == "cycle" && stage.points.len() > 1;
    let mut attempt = 1;
    'cycle: loop {
        for point in &stage.points {
            if work.done.has_point(&stage.id, &point.id) {
                work.meter.add(point.predicted_s);
                continue;
            }
            let Err(failure) = take_point(work, stage, point, is_cycle).await else { continue };
            if !is_cycle || attempt == ATTEMPTS || failure.way_out().is_none() {
                return Err(failure);
            }
            attempt += 1;
            begin_cycle_anew(work, stage, failure).await?;
            continue 'cycle;
        }
        return Ok(());
    }
}

async fn begin_cycle_anew(
    work: &Arc<Work>,
    stage: &PlannedStage,
    failure: Failure,
) -> Result<(), Failure> {
    let Some((instrument, remedy)) = failure.way_out() else { return Err(failure) };
    let reason = format!("{failure}: the cycle begins again");
    for point in &stage.points {
        void_point(work, stage, point, &reason).await?;
    }
    let text =
        format!("{instrument} is brought back, the cycle of {} begins again: {failure}", stage.id);
    work.note("warning", text).await?;
    let facts = work.links.bring_back(instrument, remedy).await?;
    work.keep(facts).await
}

/// A finished stage without points prepared the bench: its settings and waits
/// are carried out again after an interruption, its questions are not.
async fn restore_conditions(work: &Arc<Work>, stage: &PlannedStage) -> Result<(), Failure> {
    for point in stage.points.iter().filter(|point| point.id.is_empty()) {
        let place = Place { stage: stage.id.clone(), ..Place::default() };
        let active = work.positions.active();
        for step in &point.steps {
            let is_wanted = match step {
                Step::Set { .. } | Step::Until { .. } | Step::Ramp(_) | Step::Approach(_) => true,
                // Hysteresis has memory: who begins again is loaded again before.
                Step::Exercise(_) | Step::Vent(_) => true,
                Step::Divert(divert) => divert.seconds.is_none(),
                // What a broken collection left in the tank.
                Step::Drain(_) => true,
                Step::Dwell { skip_on_resume_if: Some(condition), reason, .. } => {
                    let skip = live::holds_on_resume(work, condition)?;
                    if skip {
                        let text = format!("left out after the interruption: {reason}");
                        work.note("note", text).await?;
                    }
                    !skip
                }
                Step::Dwell { .. } => true,
                _ => false,
            };
            if is_wanted {
                action::carry_out(work, &place, step, &active).await?;
            }
        }
        work.meter.add(point.predicted_s);
    }
    Ok(())
}

/// Measures a point; begins it anew, from its settings on, when a link was lost
/// and could be made again, unless that is a matter of the whole cycle.
async fn take_point(
    work: &Arc<Work>,
    stage: &PlannedStage,
    point: &PlannedPoint,
    is_cycle: bool,
) -> Result<(), Failure> {
    let (stage_id, point_id) = (stage.id.clone(), point.id.clone());
    let mut attempt = 1;
    loop {
        if !point.id.is_empty() {
            let (stage, point) = (stage_id.clone(), point_id.clone());
            work.keep(vec![Body::PointStarted { stage, point }]).await?;
        }
        let measured = match measure(work, stage, point).await {
            Ok(Flow::On) => work.room_seen().await.map(|()| Flow::On),
            other => other,
        };
        match measured {
            Ok(Flow::On) => break,
            Ok(Flow::SkipPoint) => {
                void_point(work, stage, point, "the point was left: not evaluated").await?;
                break;
            }
            Err(failure) => {
                if is_cycle || attempt == ATTEMPTS || failure.way_out().is_none() {
                    return Err(failure);
                }
                attempt += 1;
                begin_anew(work, stage, point, failure).await?;
            }
        }
    }
    if !point.id.is_empty() {
        work.keep(vec![Body::PointFinished { stage: stage_id, point: point_id }]).await?;
    }
    work.meter.add(point.predicted_s);
    Ok(())
}

async fn begin_anew(
    work: &Arc<Work>,
    stage: &PlannedStage,
    point: &PlannedPoint,
    failure: Failure,
) -> Result<(), Failure> {
    let Some((instrument, remedy)) = failure.way_out() else { return Err(failure) };
    void_point(work, stage, point, &failure.to_string()).await?;
    let text = format!("{instrument} is brought back, point {} is begun anew: {failure}", point.id);
    work.note("warning", text).await?;
    let facts = work.links.bring_back(instrument, remedy).await?;
    work.keep(facts).await
}

/// Readings of a point that no longer count; they stay visible.
async fn void_point(
    work: &Work,
    stage: &PlannedStage,
    point: &PlannedPoint,
    reason: &str,
) -> Result<(), Failure> {
    // The record is asked, not our own list: a reading may have become durable
    // although its task was ended before it could say so.
    let events = work.ledger.events()?;
    let kept = Done::kept_readings(&events);
    let here: Vec<u64> = kept
        .iter()
        .filter(|reading| reading.stage == stage.id && reading.point == point.id)
        .map(|reading| reading.sequence)
        .collect();
    work.readings().forget(&stage.id, &point.id, &here);
    let facts = here.into_iter().map(|sequence| Body::Voided {
        sequence,
        reason: reason.to_owned(),
        by: "engine".to_owned(),
    });
    work.keep(facts.collect()).await
}

async fn measure(
    work: &Arc<Work>,
    stage: &PlannedStage,
    point: &PlannedPoint,
) -> Result<Flow, Failure> {
    let mut place = Place { stage: stage.id.clone(), point: point.id.clone(), repeat: 0 };
    let active = work.positions.active();
    for step in &point.steps {
        if action::carry_out(work, &place, step, &active).await? == Flow::SkipPoint {
            return Ok(Flow::SkipPoint);
        }
    }
    if point.repeated.is_empty() {
        return Ok(Flow::On);
    }
    let begun = whole_repeats(work, &place);
    for repeat in begun + 1..=point.repeat.n {
        place.repeat = repeat;
        let active = work.positions.active();
        if repeat_once(work, stage, point, &place, &active).await? == Flow::SkipPoint {
            return Ok(Flow::SkipPoint);
        }
    }
    let flow = measure_further(work, stage, point, begun.max(point.repeat.n)).await?;
    place.repeat = 0;
    for step in &point.closing {
        action::carry_out(work, &place, step, &work.positions.active()).await?;
    }
    Ok(flow)
}

/// Repeats that survived an interruption (only where the procedure resumes by repeat).
fn whole_repeats(work: &Work, place: &Place) -> u32 {
    work.done
        .readings_at(&place.stage, &place.point)
        .iter()
        .map(|reading| reading.repeat)
        .max()
        .unwrap_or(0)
}

async fn repeat_once(
    work: &Arc<Work>,
    stage: &PlannedStage,
    point: &PlannedPoint,
    place: &Place,
    participants: &BTreeSet<u32>,
) -> Result<Flow, Failure> {
    for step in &point.repeated {
        let still: BTreeSet<u32> =
            participants.intersection(&work.positions.active()).copied().collect();
        if action::carry_out(work, place, step, &still).await? == Flow::SkipPoint {
            return Ok(Flow::SkipPoint);
        }
    }
    live::tell_values(work, stage, place, participants)?;
    Ok(Flow::On)
}

/// Further repeats for the positions whose results ask for them.
async fn measure_further(
    work: &Arc<Work>,
    stage: &PlannedStage,
    point: &PlannedPoint,
    mut taken: u32,
) -> Result<Flow, Failure> {
    let mut place = Place { stage: stage.id.clone(), point: point.id.clone(), repeat: taken };
    while let Some(condition) = &point.repeat.retry_if
        && taken < point.repeat.max
    {
        let mut wanting = BTreeSet::new();
        for position in work.positions.active() {
            if live::wants_more(work, stage, &place, condition, position)? {
                wanting.insert(position);
            }
        }
        if wanting.is_empty() {
            break;
        }
        let text = format!("{place}: further repeats at positions {wanting:?}: {}", condition.text);
        work.note("note", text).await?;
        let further = point.repeat.more.max(1).min(point.repeat.max - taken);
        for repeat in taken + 1..=taken + further {
            place.repeat = repeat;
            if repeat_once(work, stage, point, &place, &wanting).await? == Flow::SkipPoint {
                return Ok(Flow::SkipPoint);
            }
        }
        taken += further;
    }
    Ok(Flow::On)
}

/// Patterns over all points that point to a fault of the item or of its plate.
async fn look_for_signatures(work: &Arc<Work>, stage: &PlannedStage) -> Result<(), Failure> {
    for position in work.positions.active() {
        let Some(constant) = live::pulse_constant(work, position) else { continue };
        let errors = live::relative_errors(work, stage, position)?;
        if let Some(sentence) = signature::wrong_constant(&errors, &constant) {
            let item = work.plan.item(position).map(|item| item.id.clone()).unwrap_or_default();
            work.note("warning", format!("position {position} ({item}): {sentence}")).await?;
        }
    }
    Ok(())
}
