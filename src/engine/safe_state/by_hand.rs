//! A bench that no program can make safe: the person before it is told at once what to do, and does not
//! wait for a readback that only they can bring about.
//!
//! Their word confirms nothing; the readback does.

use std::convert::Infallible;
use std::future::pending;
use std::sync::{Mutex, PoisonError};

use super::{LOOK, Links};
use crate::engine::operator::{Operator, Prompt, SAFE_STATE};
use crate::journal::{Body, PromptText};
use crate::plan::{AnswerKind, Plan};

/// Facts with their moments.
type Facts = Mutex<Vec<(String, Body)>>;

/// Where the safe state has no step for a program, and the bench has not shown itself safe by the second
/// look, asks the person; never ends, whoever reads back ends it.
pub(super) async fn ask(
    plan: &Plan,
    links: &Links,
    (operator, name): (&dyn Operator, &str),
    facts: &Facts,
) -> Infallible {
    if !plan.safe_state.steps.is_empty() || plan.safe_state.verify.is_empty() {
        return pending().await;
    }
    links.clock().sleep(LOOK).await;
    let prompt = prompt(plan);
    let keep = |body| {
        let at = links.clock().utc().to_string();
        facts.lock().unwrap_or_else(PoisonError::into_inner).push((at, body));
    };
    let text = PromptText { en: prompt.en.clone(), zh: prompt.zh.clone() };
    keep(Body::Prompt { id: prompt.key(), text });
    // Who does not answer may act all the same: the readback tells.
    if let Ok(words) = operator.words(&prompt, None).await {
        keep(Body::Answer {
            id: prompt.key(),
            position: 0,
            field: String::new(),
            value: words.trim().to_owned(),
            by: if operator.source() == "typed" { name } else { operator.source() }.to_owned(),
        });
    }
    pending().await
}

fn prompt(plan: &Plan) -> Prompt {
    let manual = &plan.safe_state.manual;
    Prompt {
        stage: SAFE_STATE.to_owned(),
        action: 1,
        field: String::new(),
        point: None,
        repeat: 0,
        position: None,
        en: manual.en().to_owned(),
        zh: manual.zh.clone(),
        wanted: AnswerKind::Done { note_required: false },
    }
}
