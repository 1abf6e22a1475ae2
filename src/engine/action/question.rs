//! Questions of the plan, put to the operator.

use std::collections::BTreeSet;
use std::sync::Arc;

use etalon_uncertainty::text::Text;

use crate::engine::failure::Failure;
use crate::engine::operator::{self, Answer, questions};
use crate::engine::work::{Place, Work};
use crate::journal::Body;
use crate::plan::AnswerKind;
use crate::plan::Step;

/// The field in which the operator reads the plate of an item.
const SERIAL: &str = "dut.serial";

/// Puts the question of a step, for every position where it is about positions.
///
/// # Errors
/// When nobody answers, a refusal ends the run, or the store refuses.
pub(super) async fn put(
    work: &Arc<Work>,
    place: &Place,
    step: &Step,
    participants: &BTreeSet<u32>,
) -> Result<(), Failure> {
    let each = matches!(
        step,
        Step::Ask { each_position: true, .. } | Step::Confirm { each_position: true, .. }
    );
    if !each {
        return one(work, place, step, None).await;
    }
    // One person answers: one position after the other.
    for position in participants {
        one(work, place, step, Some(*position)).await?;
    }
    Ok(())
}

async fn one(
    work: &Work,
    place: &Place,
    step: &Step,
    position: Option<u32>,
) -> Result<(), Failure> {
    let Some(prompt) = questions::prompt(place, step, position) else { return Ok(()) };
    if work.done.answers.contains_key(&prompt.key()) {
        return Ok(());
    }
    let answer = work.ask(&prompt).await?;
    match (step, answer) {
        (Step::Confirm { on_no, text, .. }, Answer::Confirmation(false)) => {
            refused(work, place, position, on_no, text).await
        }
        (Step::Ask { field, .. }, Answer::Text(found)) if field == SERIAL => {
            compare_serial(work, place, position, &found).await
        }
        (Step::Ask { field, .. }, Answer::Number(number)) => {
            let AnswerKind::Number { unit, .. } = &prompt.wanted else { return Ok(()) };
            if operator::is_unusual(&Answer::Number(number.clone()), &prompt.wanted) {
                let text = format!(
                    "{place}: unusual {field} = {number} {unit}, borne out by a second entry"
                );
                work.note("note", text).await?;
            }
            work.keep_reading(Body::Reading {
                stage: place.stage.clone(),
                point: place.point.clone(),
                position: position.unwrap_or(0),
                repeat: place.repeat,
                role: "operator".to_owned(),
                input: field.clone(),
                text: number.to_string(),
                value: number.to_string(),
                unit: unit.clone(),
            })
            .await
        }
        _ => Ok(()),
    }
}

async fn refused(
    work: &Work,
    place: &Place,
    position: Option<u32>,
    on_no: &str,
    text: &Text,
) -> Result<(), Failure> {
    match position {
        Some(position) if on_no.starts_with("reject") => {
            let reason = format!("{on_no}: not confirmed: {}", text.en());
            work.remove(place, position, &reason).await
        }
        _ => Err(Failure::NotConfirmed { text: text.en().to_owned() }),
    }
}

/// The number on the plate must be the one of the item's file: a meter in the
/// wrong position would get another meter's certificate (ISO/IEC 17025, 7.4.2).
async fn compare_serial(
    work: &Work,
    place: &Place,
    position: Option<u32>,
    found: &str,
) -> Result<(), Failure> {
    // Where one item is mounted, whoever asks once asks about it.
    let only = || work.plan.items.first().filter(|_| work.plan.items.len() == 1);
    let position = position.or_else(|| only().map(|item| item.position));
    let Some(position) = position else { return Ok(()) };
    let wanted = work.plan.item(position).map(|item| item.serial.as_str()).unwrap_or_default();
    if wanted == found {
        return Ok(());
    }
    let reason = format!("serial number on the plate is {found}, the item's file says {wanted}");
    work.remove(place, position, &reason).await
}
