//! Pressure and flow let down at their rate on the way to the safe state.
//!
//! The rate spares the unit under test and the pipes (pressure dossier 4.6 and 7.4). Where
//! nobody can tell from where it begins, the end is set at once and the record says so.

use std::time::Duration;

use etalon_uncertainty::quantity::Quantity;

use super::{Account, Start, apply, off};
use crate::engine::failure::Failure;
use crate::engine::links::{Links, pace};
use crate::plan::step::{Ramp, Vent};

/// Time between two looks, in seconds.
const LOOK_S: f64 = 0.5;
/// A ramp is waited for so many times as long as it takes by its rate, and no longer: the
/// verification sees what became of it.
const PATIENCE: f64 = 1.5;

/// Leads a setting to its end.
///
/// # Errors
/// When the instrument refuses or does not answer.
pub(super) async fn ramp(
    links: &Links,
    ramp: &Ramp,
    account: &mut Account,
    start: Start,
) -> Result<(), Failure> {
    let Ramp { role, quantity, end, pace, .. } = ramp;
    let goal = Quantity::parse(end)
        .map_err(|error| Failure::Plan { what: format!("readable value: {error}") })?;
    let found = match links.read(role, quantity).await {
        Ok(indicated) => Some(indicated.in_unit(Some(goal.unit())).number),
        Err(failure) if start == Start::MustBeKnown => return Err(failure),
        Err(failure) => {
            account.troubles.push(format!("{role}.{quantity} is let down at once: {failure}"));
            None
        }
    };
    let (Some(from), Some(per_s)) = (found, pace.per_s) else {
        return apply(links, role, quantity, end, account).await;
    };
    if pace.slew.is_none() {
        for value in pace::course(from, &goal, per_s) {
            apply(links, role, quantity, &value, account).await?;
            sleep(links, pace::EVERY_S).await;
        }
        return Ok(());
    }
    if let Some(slew) = &pace.slew {
        apply(links, role, "slew", slew, account).await?;
    }
    apply(links, role, quantity, end, account).await?;
    let way = (from - goal.value()).abs();
    let mut waited_s = 0.0;
    while waited_s < PATIENCE * way / per_s {
        let now = links.read(role, quantity).await?.in_unit(Some(goal.unit())).number;
        if (now - goal.value()).abs() <= way * pace::NEAR {
            break;
        }
        sleep(links, LOOK_S).await;
        waited_s += LOOK_S;
    }
    Ok(())
}

/// Lets down, switches off, opens the vent. The verification of the safe state sees whether
/// anything is left.
///
/// # Errors
/// When the vent cannot be opened; what failed before it is a trouble only.
pub(super) async fn vent(
    links: &Links,
    vent: &Vent,
    account: &mut Account,
    start: Start,
) -> Result<(), Failure> {
    if let Some(down) = &vent.down {
        match ramp(links, down, account, start).await {
            Err(failure) if start == Start::MustBeKnown => return Err(failure),
            Err(failure) => account.troubles.push(failure.to_string()),
            Ok(()) => {}
        }
    }
    if links.has_output(&vent.role)
        && let Err(failure) = off(links, &vent.role, account).await
    {
        account.troubles.push(failure.to_string());
    }
    apply(links, &vent.role, "vent", "start", account).await
}

async fn sleep(links: &Links, seconds: f64) {
    links.clock().sleep(Duration::try_from_secs_f64(seconds).unwrap_or_default()).await;
}
