//! Counting at every position at once; a position without pulses is taken out
//! while the others go on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::failure::Failure;
use crate::engine::links::GateState;
use crate::engine::work::{Place, Work};
use crate::journal::Body;
use crate::plan::{Step, looks, step::Gate};

use super::together;

/// One count at one position.
struct Counting {
    role: String,
    input: String,
    gate: Gate,
    position: u32,
}

/// How a count ended.
enum Ended {
    Done,
    Silent { after_s: f64 },
    Late,
}

/// Counts at every position that takes part. A position that gives no pulses is
/// taken out, and so is one that gives too few; where the output has dropped, or
/// that holds for all of several, it is the load that is missing.
///
/// # Errors
/// Whatever an instrument or the store refuses.
pub(super) async fn count(
    work: &Arc<Work>,
    place: &Place,
    step: &Step,
    participants: &BTreeSet<u32>,
) -> Result<(), Failure> {
    let Step::Count { role, input, gates, .. } = step else { return Ok(()) };
    let given_up: Arc<Mutex<BTreeMap<u32, String>>> = Arc::default();
    together(participants, |position| {
        let (work, place) = (Arc::clone(work), place.clone());
        let given_up = Arc::clone(&given_up);
        let counting = gates.get(&position).map(|gate| Counting {
            role: role.clone(),
            input: input.clone(),
            gate: gate.clone(),
            position,
        });
        async move {
            let missing = || Failure::Plan { what: format!("gate for position {position}") };
            if let Some(reason) = one(&work, &place, counting.ok_or_else(missing)?).await? {
                given_up.lock().unwrap_or_else(PoisonError::into_inner).insert(position, reason);
            }
            Ok(())
        }
    })
    .await?;
    let given_up = std::mem::take(&mut *given_up.lock().unwrap_or_else(PoisonError::into_inner));
    if given_up.is_empty() {
        return Ok(());
    }
    if let Some(instrument) = work.links.dropped_output().await? {
        return Err(Failure::OutputDropped { instrument, place: place.to_string() });
    }
    if given_up.len() > 1 && given_up.len() == participants.len() {
        return Err(Failure::NoLoad { positions: given_up.len(), place: place.to_string() });
    }
    for (position, reason) in given_up {
        work.remove(place, position, &reason).await?;
    }
    Ok(())
}

/// Counts at one position; why it was given up, where it was.
async fn one(work: &Work, place: &Place, counting: Counting) -> Result<Option<String>, Failure> {
    let Counting { role, input, gate, position } = counting;
    work.links.arm(&role, gate.channel, gate.pulses).await?;
    let reason = match follow(work, &role, &gate).await? {
        Ended::Done => None,
        Ended::Silent { after_s } => Some(format!("no pulses within {after_s:.1} s")),
        Ended::Late => {
            Some(format!("{} pulses did not come within {:.1} s", gate.pulses, gate.timeout_s))
        }
    };
    if reason.is_some() {
        work.links.disarm(&role, gate.channel).await?;
        return Ok(reason);
    }
    let indication = work.links.fetch(&role, gate.channel).await?;
    work.keep_reading(Body::Reading {
        stage: place.stage.clone(),
        point: place.point.clone(),
        position,
        repeat: place.repeat,
        role,
        input,
        text: indication.text,
        value: indication.value,
        unit: indication.unit,
    })
    .await?;
    Ok(None)
}

async fn follow(work: &Work, role: &str, gate: &Gate) -> Result<Ended, Failure> {
    let began = work.clock.now();
    let look_s = looks::at_gate_s(gate);
    let mut is_alive = false;
    loop {
        work.sleep_s(look_s).await;
        if work.links.gate(role, gate.channel).await? == GateState::Done {
            return Ok(Ended::Done);
        }
        let waited_s = work.clock.since(began).as_secs_f64();
        if !is_alive && waited_s > gate.silence_s() {
            is_alive = work.links.seen(role, gate.channel).await?.is_none_or(|seen| seen > 0);
            if !is_alive {
                return Ok(Ended::Silent { after_s: waited_s });
            }
        }
        if waited_s > gate.timeout_s {
            return Ok(Ended::Late);
        }
    }
}
