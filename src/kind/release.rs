//! Checks of a release record by itself: its form and its signature.
//!
//! | code  | finding                                    |
//! |-------|--------------------------------------------|
//! | R0171 | a release record that was touched          |

use etalon_uncertainty::diagnostic::Diagnostic;

use crate::release::statement;

/// The finding of a release record that does not hold by itself.
pub(super) fn check(text: &str) -> Vec<Diagnostic> {
    match statement::read(text.as_bytes()) {
        Ok(_) => Vec::new(),
        Err(reason) => vec![Diagnostic::error("R0171", reason).at(0..0)],
    }
}
