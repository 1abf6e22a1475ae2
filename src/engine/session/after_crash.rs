//! Before anything else: a bench that an earlier run left without a confirmed
//! safe state is made safe, from the record alone.

use std::sync::Arc;

use super::{Session, SessionError, haste, recorded_plan};
use crate::engine::ledger::Ledger;
use crate::engine::links::Links;
use crate::engine::operator::{self, Answer, Prompt, SAFE_STATE};
use crate::engine::safe_state::{self, Account};
use crate::journal::runs::{RunState, RunSummary};
use crate::journal::{Body, PromptText};
use crate::plan::AnswerKind;
use crate::plan::Plan;

/// Makes the bench of `current` safe where runs on it ended without a confirmed
/// safe state.
///
/// # Errors
/// [`SessionError::Unsafe`] when that cannot be confirmed, neither by readback
/// nor by a person.
pub async fn make_safe(session: &Session, current: &Plan) -> Result<(), SessionError> {
    let bench = &current.bench.id;
    let runs = session.journal.runs().map_err(Arc::new)?;
    for left in runs.iter().filter(|run| run.bench == *bench && run.safe != Some(true)) {
        make_one_safe(session, current, left).await?;
    }
    Ok(())
}

async fn make_one_safe(
    session: &Session,
    current: &Plan,
    left: &RunSummary,
) -> Result<(), SessionError> {
    let events = session.journal.events(&left.run).map_err(Arc::new)?;
    let plan = recorded_plan(&session.journal, &left.run, &events)?;
    let clock = session.wiring.clock;
    let sink = Arc::clone(&session.sink);
    let ledger = Ledger::new(session.journal.clone(), left.run.clone(), clock, sink);
    let reason = format!("run {} ended without a confirmed safe state", left.run);
    let mut account = if plan.is_in_process() {
        gone_with_its_process(&ledger, reason)
    } else {
        carry_out(session, current, &plan, &reason).await
    };
    if !account.confirmed {
        account.confirmed = by_hand(session, &ledger, &plan, &mut account).await?;
    }
    let mut facts = account.facts;
    if left.state == RunState::Open {
        let reason = "the process ended; found at the next start".to_owned();
        facts.push((ledger.stamp(), Body::Interrupted { reason }));
    }
    ledger.keep_dated(facts).await?;
    if account.confirmed {
        return Ok(());
    }
    Err(SessionError::Unsafe {
        bench: plan.bench.id.clone(),
        run: left.run.clone(),
        troubles: account.troubles,
        manual: plan.safe_state.manual.en().to_owned(),
    })
}

/// A simulated bench inside the process that ran it ended with that process.
fn gone_with_its_process(ledger: &Ledger, reason: String) -> Account {
    let fact = Body::SafeState {
        confirmed: true,
        reason: format!("{reason}; its simulated bench ended with the process"),
        readback: std::collections::BTreeMap::new(),
    };
    Account {
        confirmed: true,
        reason,
        readback: std::collections::BTreeMap::new(),
        troubles: Vec::new(),
        facts: vec![(ledger.stamp(), fact)],
    }
}

/// At the addresses of the record first; where they changed since, at today's.
async fn carry_out(session: &Session, current: &Plan, plan: &Plan, reason: &str) -> Account {
    let attempt = |plan: Plan| async move {
        let mut wiring = session.wiring.clone();
        wiring.clock = haste::clock_for(wiring.clock, &plan);
        let links = Links::unopened(Arc::new(plan.clone()), wiring);
        safe_state::carry_out(&plan, &links, reason, (session.operator.as_ref(), &session.person))
            .await
    };
    let first = attempt(plan.clone()).await;
    let mut moved = plan.clone();
    for instrument in &mut moved.instruments {
        let today = current.instruments.iter().find(|known| known.id == instrument.id);
        if let Some(today) = today {
            instrument.resource.clone_from(&today.resource);
            instrument.serial_settings.clone_from(&today.serial_settings);
        }
    }
    if first.confirmed || moved.instruments == plan.instruments {
        return first;
    }
    let mut second = attempt(moved).await;
    let mut facts = first.facts;
    facts.append(&mut second.facts);
    let mut troubles = first.troubles;
    troubles.append(&mut second.troubles);
    Account { facts, troubles, ..second }
}

/// Where the bench does not answer, a person looks, does what the procedure
/// says, and states it. Silence or a no is not a confirmation.
async fn by_hand(
    session: &Session,
    ledger: &Ledger,
    plan: &Plan,
    account: &mut Account,
) -> Result<bool, SessionError> {
    let manual = &plan.safe_state.manual;
    let prompt = Prompt {
        stage: SAFE_STATE.to_owned(),
        action: 1,
        field: String::new(),
        point: None,
        repeat: 0,
        position: None,
        en: format!(
            "Bench {} does not confirm its safe state. {} Is that done?",
            plan.bench.id,
            manual.en()
        ),
        zh: format!("装置 {} 未确认安全状态。{} 是否已完成？", plan.bench.id, manual.zh()),
        wanted: AnswerKind::Confirmation,
    };
    let answer = operator::put(session.operator.as_ref(), &prompt).await;
    let confirmed = matches!(answer, Ok(Answer::Confirmation(true)));
    let at = ledger.stamp();
    let text = PromptText { en: prompt.en.clone(), zh: prompt.zh.clone() };
    account.facts.push((at.clone(), Body::Prompt { id: prompt.key(), text }));
    if let Ok(answer) = answer {
        account.facts.push((
            at.clone(),
            Body::Answer {
                id: prompt.key(),
                position: 0,
                field: String::new(),
                value: answer.text(),
                by: session.person.clone(),
            },
        ));
    }
    if confirmed {
        let readback = std::collections::BTreeMap::from([(
            "operator".to_owned(),
            "confirmed by hand".to_owned(),
        )]);
        let reason = account.reason.clone();
        account.facts.push((at, Body::SafeState { confirmed, reason, readback }));
    }
    Ok(confirmed)
}
