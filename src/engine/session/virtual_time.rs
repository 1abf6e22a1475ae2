//! Where virtual and hurried time begin: now, but never before what the record holds already.

use etalon_instruments::clock::Clock;
use jiff::Timestamp;

use crate::store::{Journal, StoreError};

/// A virtual clock for a run on a simulated bench. An earlier virtual run may have
/// ended ahead of the wall's time; stamps in one record never go back.
///
/// Belongs inside the runtime whose time is paused.
///
/// # Errors
/// [`StoreError`].
pub fn clock(journal: &Journal) -> Result<Clock, StoreError> {
    Ok(Clock::virtual_from(beginning(journal)?))
}

/// The same for a bench that is served with a time scale.
///
/// # Errors
/// [`StoreError`].
pub fn hurried(journal: &Journal, times: f64) -> Result<Clock, StoreError> {
    Ok(Clock::hurried_from(beginning(journal)?, times))
}

fn beginning(journal: &Journal) -> Result<Timestamp, StoreError> {
    let last = journal.events_after(journal.last()?.saturating_sub(1), 1)?;
    let last = last.first().and_then(|event| event.at.parse::<Timestamp>().ok());
    let now = Clock::real().utc();
    Ok(last.map_or(now, |last| last.max(now)))
}
