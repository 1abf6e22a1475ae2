//! Checks any of the laboratory's own files by the schema that it declares.

use etalon_uncertainty::diagnostic::Diagnostic;

use super::identity;
use crate::{bench, deviation, form, item, order, people, register, scope};

/// All findings about a text, or `None` where the schema it declares is none of the laboratory's.
#[must_use]
pub fn check(text: &str) -> Option<Vec<Diagnostic>> {
    match form::declared_schema(text)?.as_str() {
        register::SCHEMA => Some(register::check(text).diagnostics),
        bench::SCHEMA => Some(bench::check(text).diagnostics),
        item::SCHEMA => Some(item::check(text).diagnostics),
        people::SCHEMA => Some(people::check(text).diagnostics),
        people::secrets::SCHEMA => Some(people::secrets::check(text).diagnostics),
        deviation::SCHEMA => Some(deviation::check(text).diagnostics),
        order::SCHEMA => Some(order::check(text).diagnostics),
        scope::SCHEMA => Some(scope::check(text).diagnostics),
        identity::SCHEMA => Some(identity::check(text).diagnostics),
        _ => None,
    }
}
