//! `[safe_state]`: how every way out of a run ends.

use etalon_uncertainty::{quantity::Quantity, text::Text};

use super::{Place, Step};
use crate::formula::Formula;

/// The safe state of the bench.
#[derive(Clone, Debug)]
pub struct SafeState {
    /// After this long without confirmation the operator is called.
    pub timeout: Quantity,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// What must then be read back.
    pub verify: Vec<SafeCondition>,
    /// What a person does when the bench does not answer.
    pub manual: Text,
    /// Where it is written.
    pub place: Place,
}

/// One condition that shows that a role is safe.
#[derive(Clone, Debug)]
pub struct SafeCondition {
    /// The role that is read.
    pub role: String,
    /// A condition over that role's quantities, bare: `abs(I) < 1 mA`.
    pub that: Formula,
    /// Where it is written.
    pub place: Place,
}
