//! The positions of a run: each takes part until it is taken out, with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where a position stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Standing {
    /// It takes part.
    Active,
    /// It was taken out; the others go on.
    Removed {
        /// Why.
        reason: String,
    },
}

/// All occupied positions.
#[derive(Debug)]
pub struct Positions {
    standing: Mutex<BTreeMap<u32, Standing>>,
    /// Who sits out the stage in hand.
    sitting_out: Mutex<BTreeSet<u32>>,
}

impl Positions {
    /// All of these take part.
    pub fn new(positions: impl IntoIterator<Item = u32>) -> Self {
        let standing = positions.into_iter().map(|position| (position, Standing::Active)).collect();
        Self { standing: Mutex::new(standing), sitting_out: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u32, Standing>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The positions that take part in the stage in hand, in order.
    #[must_use]
    pub fn active(&self) -> BTreeSet<u32> {
        let sitting_out = self.sitting_out.lock().unwrap_or_else(PoisonError::into_inner);
        self.left().difference(&sitting_out).copied().collect()
    }

    /// The positions that were not taken out, in order.
    #[must_use]
    pub fn left(&self) -> BTreeSet<u32> {
        let standing = self.lock();
        let active = standing.iter().filter(|(_, standing)| **standing == Standing::Active);
        active.map(|(position, _)| *position).collect()
    }

    /// Only these take part in the stage in hand.
    pub fn only(&self, positions: &BTreeSet<u32>) {
        let others = self.left().difference(positions).copied().collect();
        *self.sitting_out.lock().unwrap_or_else(PoisonError::into_inner) = others;
    }

    /// Nobody sits out any more.
    pub fn all_take_part(&self) {
        self.sitting_out.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether a position takes part.
    #[must_use]
    pub fn is_active(&self, position: u32) -> bool {
        self.lock().get(&position) == Some(&Standing::Active)
    }

    /// Takes a position out. `true` when it took part until now.
    pub fn remove(&self, position: u32, reason: &str) -> bool {
        let mut standing = self.lock();
        match standing.get_mut(&position) {
            Some(entry @ Standing::Active) => {
                *entry = Standing::Removed { reason: reason.to_owned() };
                true
            }
            Some(Standing::Removed { .. }) | None => false,
        }
    }

    /// The positions that were taken out, with the reasons.
    #[must_use]
    pub fn removed(&self) -> BTreeMap<u32, String> {
        let standing = self.lock();
        let removed = standing.iter().filter_map(|(position, standing)| match standing {
            Standing::Active => None,
            Standing::Removed { reason } => Some((*position, reason.clone())),
        });
        removed.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_taken_out_keeps_its_first_reason_while_the_others_go_on() {
        let positions = Positions::new([1, 2, 3]);
        assert!(positions.remove(2, "no pulses"));
        assert!(!positions.remove(2, "another reason"));
        assert_eq!(positions.active(), BTreeSet::from([1, 3]));
        assert_eq!(positions.removed(), BTreeMap::from([(2, "no pulses".to_owned())]));
    }
}
