//! Where the items of an order stand: ordered, received, measured, certified, returned.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Order;
use crate::{
    act::Act,
    issue::standing::{self, Known, Standing},
    journal::runs::{RunState, RunSummary},
};

/// Name of the act by which an item comes in: subject is `ORDER ITEM`.
pub const RECEIVED: &str = "item_received";
/// Name of the act by which an item goes back: subject is `ORDER ITEM`.
pub const RETURNED: &str = "item_returned";

/// How far an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Ordered, not here.
    Ordered,
    /// Here.
    Received,
    /// A run with it is done.
    Measured,
    /// A certificate of it is in force.
    Certified,
    /// Gone back to the customer.
    Returned,
}

impl Stage {
    /// The word for people, in both languages.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Ordered => ("ordered", "已委托"),
            Self::Received => ("received", "已接收"),
            Self::Measured => ("measured", "已检测"),
            Self::Certified => ("certified", "已出证"),
            Self::Returned => ("returned", "已返还"),
        }
    }
}

/// One item of an order, where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// The item.
    pub item: String,
    /// How far it is.
    pub stage: Stage,
    /// Moment of receipt.
    pub received_at: Option<String>,
    /// Condition on receipt, in English.
    pub condition: Option<String>,
    /// Runs that measured it since then.
    pub runs: Vec<String>,
    /// Its certificates in force.
    pub certificates: Vec<String>,
    /// Moment of return.
    pub returned_at: Option<String>,
}

/// What an act about an item of an order is about.
#[must_use]
pub fn subject(order: &str, item: &str) -> String {
    format!("{order} {item}")
}

/// Where every item of an order stands.
#[must_use]
pub fn progress(
    order: &Order,
    acts: &[Act],
    runs: &[RunSummary],
    known: &[Known],
) -> Vec<Progress> {
    let items = order.items.iter().map(|own| of_item(order, &own.id, acts, runs, known));
    items.collect()
}

fn of_item(
    order: &Order,
    item: &str,
    acts: &[Act],
    runs: &[RunSummary],
    known: &[Known],
) -> Progress {
    let subject = subject(&order.id, item);
    let last = |name: &str| acts.iter().rfind(|act| act.act == name && act.subject == subject);
    let (received, returned) = (last(RECEIVED), last(RETURNED));
    let returned = returned.filter(|own| received.is_some_and(|came| came.sequence < own.sequence));
    let since = order.received.to_string();
    let done = RunState::Finished("done".to_owned());
    let own = |run: &&RunSummary| {
        run.state == done && run.started >= since && run.items.iter().any(|own| own.id == item)
    };
    let runs: Vec<String> = runs.iter().filter(own).map(|run| run.run.clone()).collect();
    let in_force = |own: &&Known| {
        own.item == item
            && runs.contains(&own.run)
            && standing::standing(known, acts, &own.number) == Standing::InForce
    };
    let certificates: Vec<String> =
        known.iter().filter(in_force).map(|own| own.number.clone()).collect();
    let stage = match (received, returned) {
        (_, Some(_)) => Stage::Returned,
        _ if !certificates.is_empty() => Stage::Certified,
        _ if !runs.is_empty() => Stage::Measured,
        (Some(_), None) => Stage::Received,
        (None, None) => Stage::Ordered,
    };
    Progress {
        item: item.to_owned(),
        stage,
        received_at: received.map(|act| act.at.clone()),
        condition: received.map(|act| act.fact("condition").to_owned()),
        runs,
        certificates,
        returned_at: returned.map(|act| act.at.clone()),
    }
}

/// How many items are how far.
#[must_use]
pub fn counted(progress: &[Progress]) -> BTreeMap<Stage, usize> {
    progress.iter().fold(BTreeMap::new(), |mut counted, own| {
        *counted.entry(own.stage).or_default() += 1;
        counted
    })
}
