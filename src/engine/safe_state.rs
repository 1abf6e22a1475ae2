//! The safe state: carried out on every way out of a run, verified by readback.
//!
//! It never waits for the store: its events are handed back with their moments
//! and written afterwards. A step that fails, or stops by a fault of the program,
//! does not keep the next one from being tried; a lost link is made again once,
//! and what cannot be read back counts as unconfirmed.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use etalon_uncertainty::expression::Value;
use futures_util::FutureExt;

use super::failure::Failure;
use super::links::Links;
use super::operator::Operator;
use crate::journal::Body;
use crate::plan::judgement;
use crate::plan::{Plan, PlannedVerification, Step};

mod by_hand;
pub mod let_down;

/// Whether a quantity may be let down from where nobody knows it stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Start {
    /// Not before the link was made again.
    MustBeKnown,
    /// Rather at once than not at all.
    MayBeUnknown,
}

/// Said of a step that stopped by a fault of the program.
const BROKEN_STEP: &str = "a step of the safe state stopped unexpectedly; the next one was tried";

/// Said where the readback stopped by a fault of the program.
const BROKEN_READBACK: &str = "the readback of the safe state stopped unexpectedly";

/// Time between two looks at the readback.
const LOOK: Duration = Duration::from_millis(500);

/// What was done to make the bench safe, and whether it is.
#[derive(Clone, Debug)]
pub struct Account {
    /// Whether the readback shows that it is.
    pub confirmed: bool,
    /// Why it was carried out.
    pub reason: String,
    /// What was read back, by `role quantity`.
    pub readback: BTreeMap<String, String>,
    /// What did not work.
    pub troubles: Vec<String>,
    /// What happened, with the moments, for the record.
    pub facts: Vec<(String, Body)>,
}

impl Account {
    /// Of a safe state that stopped unexpectedly: nothing is confirmed.
    #[must_use]
    pub fn broken_off(reason: &str, at: String, failure: &Failure) -> Self {
        let fact = Body::SafeState {
            confirmed: false,
            reason: reason.to_owned(),
            readback: BTreeMap::new(),
        };
        Self {
            confirmed: false,
            reason: reason.to_owned(),
            readback: BTreeMap::new(),
            troubles: vec![format!("the safe state was broken off: {failure}")],
            facts: vec![(at, fact)],
        }
    }
}

/// Makes the bench safe. Where no program can move it, the person at
/// the bench, asked through an operator and known to the record by a name, is told to meanwhile.
pub async fn carry_out(
    plan: &Plan,
    links: &Links,
    reason: &str,
    person: (&dyn Operator, &str),
) -> Account {
    let mut account = Account {
        confirmed: false,
        reason: reason.to_owned(),
        readback: BTreeMap::new(),
        troubles: Vec::new(),
        facts: Vec::new(),
    };
    links.break_off().await;
    let timeout = Duration::try_from_secs_f64(plan.safe_state.timeout_s).unwrap_or_default();
    let clock = links.clock();
    let asked = Mutex::default();
    let work = async {
        for step in &plan.safe_state.steps {
            // What a broken step leaves half told is its facts; the next one does not rest on them.
            let tried = AssertUnwindSafe(carry_out_step(links, step, &mut account));
            if tried.catch_unwind().await.is_err() {
                account.troubles.push(BROKEN_STEP.to_owned());
            }
        }
        let read_back = AssertUnwindSafe(verify(plan, links, &mut account)).catch_unwind();
        let ended = tokio::select! {
            biased;
            ended = read_back => ended,
            never = by_hand::ask(plan, links, person, &asked) => match never {},
        };
        if ended.is_err() {
            account.confirmed = false;
            account.troubles.push(BROKEN_READBACK.to_owned());
        }
    };
    let elapsed = clock.within(timeout, work).await;
    if elapsed.is_err() {
        account.confirmed = false;
        account.troubles.push(format!("not confirmed within {} s", plan.safe_state.timeout_s));
    }
    account.facts.append(&mut asked.into_inner().unwrap_or_else(PoisonError::into_inner));
    let fact = Body::SafeState {
        confirmed: account.confirmed,
        reason: account.reason.clone(),
        readback: account.readback.clone(),
    };
    account.facts.push((clock.utc().to_string(), fact));
    account
}

async fn carry_out_step(links: &Links, step: &Step, account: &mut Account) {
    let mut tried = try_step(links, step, account, Start::MustBeKnown).await;
    if let Err(failure) = &tried
        && let Failure::Instrument { instrument, .. } = failure
    {
        account.troubles.push(failure.to_string());
        // Making the link again is right after every kind of failure here: the
        // settings of a safe state may be sent twice.
        tried = match links.reconnect(instrument).await {
            Ok(()) => try_step(links, step, account, Start::MayBeUnknown).await,
            Err(failure) => Err(failure),
        };
    }
    if let Err(failure) = tried {
        account.troubles.push(failure.to_string());
    }
}

async fn try_step(
    links: &Links,
    step: &Step,
    account: &mut Account,
    start: Start,
) -> Result<(), Failure> {
    match step {
        Step::Set { role, settings } => {
            for (quantity, value) in settings {
                apply(links, role, quantity, value, account).await?;
            }
            Ok(())
        }
        Step::Ramp(ramp) => let_down::ramp(links, ramp, account, start).await,
        Step::Vent(vent) => let_down::vent(links, vent, account, start).await,
        Step::Divert(divert) => apply(links, &divert.role, "diverter", &divert.to, account).await,
        Step::Off { role } => off(links, role, account).await,
        Step::Dwell { seconds, .. } => {
            links.clock().sleep(Duration::try_from_secs_f64(*seconds).unwrap_or_default()).await;
            Ok(())
        }
        // The plan refuses procedures with other actions in their safe state.
        _ => Ok(()),
    }
}

/// One setting or choice, with its fact.
async fn apply(
    links: &Links,
    role: &str,
    quantity: &str,
    value: &str,
    account: &mut Account,
) -> Result<(), Failure> {
    let readback = links.set(role, quantity, value).await?;
    let fact = Body::Setting {
        role: role.to_owned(),
        quantity: quantity.to_owned(),
        value: value.to_owned(),
        readback,
    };
    account.facts.push((links.clock().utc().to_string(), fact));
    Ok(())
}

async fn off(links: &Links, role: &str, account: &mut Account) -> Result<(), Failure> {
    links.off(role).await?;
    let fact = Body::Output { role: role.to_owned(), on: false };
    account.facts.push((links.clock().utc().to_string(), fact));
    Ok(())
}

/// Reads back until every condition holds; the caller's deadline ends it otherwise.
async fn verify(plan: &Plan, links: &Links, account: &mut Account) {
    loop {
        let mut all_hold = true;
        for verification in &plan.safe_state.verify {
            match holds(links, verification, account).await {
                Ok(true) => {}
                Ok(false) => all_hold = false,
                Err(failure) => {
                    all_hold = false;
                    let text = failure.to_string();
                    if account.troubles.last() != Some(&text) {
                        account.troubles.push(text);
                    }
                    if let Failure::Instrument { instrument, .. } = &failure {
                        // A link that cannot be made again shows in the next look.
                        drop(links.reconnect(instrument).await);
                    }
                }
            }
        }
        if all_hold {
            account.confirmed = true;
            return;
        }
        links.clock().sleep(LOOK).await;
    }
}

async fn holds(
    links: &Links,
    verification: &PlannedVerification,
    account: &mut Account,
) -> Result<bool, Failure> {
    let role = &verification.role;
    let mut values: BTreeMap<String, Value> = BTreeMap::new();
    for quantity in &verification.reads {
        let indication = links.read(role, quantity).await?;
        let shown = format!("{} {}", indication.value, indication.unit);
        account.readback.insert(format!("{role} {quantity}"), shown);
        values.insert(quantity.clone(), indication.as_value()?);
        values.insert(format!("{role}.{quantity}"), indication.as_value()?);
    }
    Ok(judgement::truth(&verification.that, 0, values)?)
}
