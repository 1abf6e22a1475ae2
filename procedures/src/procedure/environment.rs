//! `[environment]`: conditions logged and enforced during a run.

use etalon_uncertainty::{quantity::Quantity, unit::Unit};

use super::Place;

/// Conditions of the measurement.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// How often conditions go into the record.
    pub log_every: Option<Quantity>,
    /// The conditions and their limits.
    pub limits: Vec<EnvironmentLimit>,
}

/// One condition; `env.NAME` in expressions.
#[derive(Clone, Debug)]
pub struct EnvironmentLimit {
    /// Its name: `t_amb`, `rh`, `p_amb` …
    pub quantity: String,
    /// Its unit.
    pub unit: Unit,
    /// The role that measures it, as the role's quantity of the same name; the
    /// operator types it where there is none.
    pub role: Option<String>,
    /// Lowest value allowed.
    pub min: Quantity,
    /// Highest value allowed.
    pub max: Quantity,
    /// Largest change allowed, as written.
    pub max_change: Option<String>,
    /// What happens outside.
    pub on_violation: OnViolation,
    /// Where it is written.
    pub place: Place,
}

/// What happens when a condition leaves its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnViolation {
    /// The run waits until it is back.
    Hold,
    /// The record says so.
    Warn,
    /// The run ends through its safe state.
    Abort,
}
