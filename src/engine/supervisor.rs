//! The supervisor: whatever happens to the engine, the bench ends in its safe
//! state, and the record says whether that was confirmed.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};

use super::course;
use super::environment::Watcher;
use super::failure::Failure;
use super::safe_state::{self, Account};
use super::work::Work;
use crate::journal::Body;

/// How long the events of a safe state may wait for the store before the
/// supervisor says so and ends.
const STORE_PATIENCE: Duration = Duration::from_secs(30);

/// How a run ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The plan was carried out.
    Done,
    /// The bench, the record or the program failed.
    Failed,
    /// Somebody stopped it.
    Aborted,
}

impl Outcome {
    /// The word in the record.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Aborted => "aborted",
        }
    }
}

/// How a run ended, and how the bench was left.
#[derive(Clone, Debug)]
pub struct Conclusion {
    /// The run.
    pub run: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, where it is not done; empty otherwise.
    pub reason: String,
    /// Whether the safe state was confirmed.
    pub is_safe: bool,
    /// What a person must do when it was not; English, then Chinese.
    pub manual: Option<(String, String)>,
    /// What did not work while making the bench safe, or while writing about it.
    pub troubles: Vec<String>,
}

/// Runs the engine to its end, whatever that is, and makes the bench safe.
pub async fn supervise(work: Arc<Work>, watcher: Watcher) -> Conclusion {
    let mut engine = tokio::spawn(engine(Arc::clone(&work), watcher));
    let (outcome, reason) = tokio::select! {
        biased;
        reason = work.control.aborted() => {
            engine.abort();
            // Cancelled or done in the same instant: either way it holds no link any more.
            drop(engine.await);
            (Outcome::Aborted, reason)
        }
        joined = &mut engine => ended(joined),
    };
    let why = if reason.is_empty() { "the run is done".to_owned() } else { reason.clone() };
    let account = made_safe(&work, &why).await;
    conclude(&work, outcome, reason, account).await
}

/// The safe state in a task of its own: where even that stops unexpectedly, nothing is confirmed and a
/// person is told what to do.
async fn made_safe(work: &Arc<Work>, why: &str) -> Account {
    let (own, reason) = (Arc::clone(work), why.to_owned());
    let carried_out = tokio::spawn(async move {
        safe_state::carry_out(&own.plan, &own.links, &reason, (own.operator.as_ref(), &own.person))
            .await
    });
    carried_out.await.unwrap_or_else(|error| {
        let stopped = Failure::Panic { reason: error.to_string() };
        Account::broken_off(why, work.ledger.stamp(), &stopped)
    })
}

fn ended(joined: Result<Result<(), Failure>, JoinError>) -> (Outcome, String) {
    match joined {
        Ok(Ok(())) => (Outcome::Done, String::new()),
        Ok(Err(failure)) => (Outcome::Failed, failure.to_string()),
        Err(error) => {
            let reason = Failure::Panic { reason: error.to_string() }.to_string();
            (Outcome::Failed, reason)
        }
    }
}

/// The course of the run with its companions: the environment's watcher and the
/// heartbeat. Whoever fails first ends all three.
async fn engine(work: Arc<Work>, watcher: Watcher) -> Result<(), Failure> {
    let mut watcher = watcher;
    let protected = work.links.protect().await?;
    work.keep(protected).await?;
    watcher.see().await?;
    let mut companions = JoinSet::new();
    companions.spawn(watcher.watch());
    let links = Arc::clone(&work.links);
    companions.spawn(async move { links.beat().await });
    tokio::select! {
        done = course::execute(work) => done,
        Some(joined) = companions.join_next() => match joined {
            Ok(result) => result,
            Err(error) => Err(Failure::Panic { reason: error.to_string() }),
        },
    }
}

async fn conclude(work: &Work, outcome: Outcome, reason: String, account: Account) -> Conclusion {
    let Account { confirmed, mut troubles, mut facts, .. } = account;
    let finished = Body::Finished {
        outcome: outcome.word().to_owned(),
        safe_state: if confirmed { "confirmed" } else { "unconfirmed" }.to_owned(),
        reason: reason.clone(),
    };
    for trouble in &troubles {
        let noted = Body::Noted { severity: "warning".to_owned(), text: trouble.clone() };
        facts.push((work.ledger.stamp(), noted));
    }
    facts.push((work.ledger.stamp(), finished));
    let ledger = work.ledger.clone();
    let kept = tokio::spawn(async move { ledger.keep_dated(facts).await.map(drop) });
    match tokio::time::timeout(STORE_PATIENCE, kept).await {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(error))) => troubles.push(format!("the end is not in the record: {error}")),
        // What was kept is durable before anybody hears of it.
        Ok(Err(error)) => troubles.push(format!("whoever listened stopped unexpectedly: {error}")),
        Err(_) => troubles.push(format!(
            "the end is not in the record: the store did not answer within {} s",
            STORE_PATIENCE.as_secs()
        )),
    }
    let manual = &work.plan.safe_state.manual;
    Conclusion {
        run: work.ledger.run().to_owned(),
        outcome,
        reason,
        is_safe: confirmed,
        manual: (!confirmed).then(|| (manual.en().to_owned(), manual.zh.clone())),
        troubles,
    }
}
