//! The watcher of the environment: logs conditions, holds or ends the run.

mod unseen;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::unit::Unit;
use tokio::sync::watch;

use super::failure::Failure;
use super::ledger::Ledger;
use super::links::Links;
use super::resume::Observed;
use crate::journal::Body;
use crate::plan::{PlannedCondition, PlannedEnvironment};
pub use unseen::Doubt;

/// Whether the environment lets the run go on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Permission {
    /// It does.
    Go,
    /// Wait until it is back inside its limits.
    Hold,
    /// Wait until somebody sees it again.
    Unseen,
    /// The run ends.
    Abort {
        /// The condition.
        quantity: String,
        /// Its value with unit.
        value: String,
        /// Its limits.
        limit: String,
    },
}

/// The conditions as they were last observed.
pub type Room = Arc<Mutex<Observed>>;

/// Watches the conditions of one run.
pub struct Watcher {
    environment: PlannedEnvironment,
    links: Arc<Links>,
    ledger: Ledger,
    permission: watch::Sender<Permission>,
    inside: Vec<bool>,
    room: Room,
    doubt: Doubt,
}

impl Watcher {
    /// A watcher, and where its permission is heard. What it last saw is laid down in `room`, and in
    /// `doubt` what speaks against what was read while nobody saw the room.
    #[must_use]
    pub fn new(
        environment: PlannedEnvironment,
        links: Arc<Links>,
        ledger: Ledger,
        (room, doubt): (Room, Doubt),
    ) -> (Self, watch::Receiver<Permission>) {
        let (permission, heard) = watch::channel(Permission::Go);
        let inside = vec![true; environment.conditions.len()];
        (Self { environment, links, ledger, permission, inside, room, doubt }, heard)
    }

    /// Looks once: reads every condition, keeps it, and judges it.
    ///
    /// # Errors
    /// When an instrument does not answer or the store refuses.
    async fn look(&mut self) -> Result<Permission, Failure> {
        let mut permission = Permission::Go;
        let conditions = self.environment.conditions.clone();
        for (condition, inside) in conditions.iter().zip(self.inside.iter_mut()) {
            let indication = self.links.read(&condition.role, &condition.role_quantity).await?;
            let mut facts = vec![Body::Condition {
                quantity: condition.quantity.clone(),
                role: condition.role.clone(),
                text: indication.text.clone(),
                value: indication.value.clone(),
                unit: indication.unit.clone(),
            }];
            let value = format!("{} {}", indication.value, indication.unit);
            let is_inside = is_inside(condition, &value)?;
            if is_inside != *inside {
                *inside = is_inside;
                facts.push(Body::ConditionLimit {
                    quantity: condition.quantity.clone(),
                    value: value.clone(),
                    inside: is_inside,
                    limit: limit(condition),
                });
            }
            if !is_inside {
                permission = worse(permission, condition, value);
            }
            self.ledger.keep(facts).await?;
            let observed = (indication.value, indication.unit);
            let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::make_mut(&mut room).insert(condition.quantity.clone(), observed);
        }
        Ok(permission)
    }

    /// Says whether the run may go on.
    fn permit(&self, permission: Permission) {
        self.permission.send_if_modified(|current| {
            let changes = *current != permission;
            *current = permission;
            changes
        });
    }

    /// Looks again and again.
    ///
    /// # Errors
    /// When an instrument does not answer and cannot be brought back, or the store refuses: a run
    /// without its conditions is not a measurement.
    pub async fn watch(mut self) -> Result<(), Failure> {
        let every = Duration::try_from_secs_f64(self.environment.log_every_s).unwrap_or_default();
        if every.is_zero() || self.environment.conditions.is_empty() {
            return std::future::pending().await;
        }
        loop {
            self.links.clock().sleep(every).await;
            self.see().await?;
        }
    }
}

fn worse(before: Permission, condition: &PlannedCondition, value: String) -> Permission {
    match (condition.on_violation.as_str(), before) {
        (_, abort @ Permission::Abort { .. }) => abort,
        ("abort", _) => Permission::Abort {
            quantity: condition.quantity.clone(),
            value,
            limit: limit(condition),
        },
        ("hold", _) => Permission::Hold,
        (_, before) => before,
    }
}

/// The limits of a condition, and what the procedure wants done outside them.
pub(crate) fn limit(condition: &PlannedCondition) -> String {
    format!("{} .. {}: {}", condition.min, condition.max, condition.on_violation)
}

/// Whether a value with its unit lies within the limits of a condition.
pub(crate) fn is_inside(condition: &PlannedCondition, value: &str) -> Result<bool, Failure> {
    let unreadable = |what: &str| Failure::Plan {
        what: format!("readable limits for {} ({what})", condition.quantity),
    };
    let unit = Unit::parse(&condition.unit).map_err(|error| unreadable(&error.to_string()))?;
    let decimal = |text: &str| {
        Quantity::parse(text)
            .and_then(|quantity| quantity.decimal_in(&unit))
            .map_err(|error| unreadable(&error.to_string()))
    };
    let value = decimal(value)?;
    Ok(decimal(&condition.min)? <= value && value <= decimal(&condition.max)?)
}
