//! Units that were read before: the same text is the same unit, and a procedure of two thousand points
//! writes the same few a hundred thousand times.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Unit, UnitError, parser};

/// Texts that a thread remembers. Chosen: many more than any procedure has units, few enough that a
/// hostile file cannot fill the memory with them.
const REMEMBERED: usize = 256;

thread_local! {
    static READ: RefCell<BTreeMap<String, Unit>> = const { RefCell::new(BTreeMap::new()) };
}

/// Reads a unit, or remembers it; what is no unit is read again, for its finding.
pub(super) fn parse(text: &str) -> Result<Unit, UnitError> {
    let known = READ.with_borrow(|read| read.get(text).cloned());
    if let Some(unit) = known {
        return Ok(unit);
    }
    let unit = parser::parse(text)?;
    READ.with_borrow_mut(|read| {
        if read.len() < REMEMBERED {
            read.insert(text.to_owned(), unit.clone());
        }
    });
    Ok(unit)
}
