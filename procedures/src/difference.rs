//! What an edit of a procedure changes, clause by clause.
//!
//! Two texts are compared as documents, not as lines: layout, comments and the
//! order of keys are no difference, a table row is found again by its keys, an
//! action by what it does. Whether a change touches the metrology is asked of
//! [`crate::hash`], so that this room and the semantic hash cannot disagree. What modules supply is
//! compared like what stands in the files.

use etalon_uncertainty::diagnostic::Diagnostic;
use toml::Spanned;
use toml::de::DeTable;

use crate::procedure::Place;
use crate::{check, finding, hash, module};

mod element;
mod pairing;
mod walk;

/// Two procedures compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The semantic hash of the old text.
    pub old_semantic_sha256: String,
    /// The semantic hash of the new text.
    pub new_semantic_sha256: String,
    /// The changes, in the order of the new file; what was removed comes last
    /// within its clause.
    pub changes: Vec<Change>,
}

impl Difference {
    /// Whether both texts lead to the same numbers and verdicts.
    #[must_use]
    pub fn is_same_meaning(&self) -> bool {
        self.old_semantic_sha256 == self.new_semantic_sha256
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The clause: `[tables.mpe]`, `[stage basic_error]`, `[safe_state]` …
    pub clause: String,
    /// The place within the clause: `rows[pf = 1.0].limit`; empty for the whole.
    pub path: String,
    /// What happened.
    pub event: Event,
    /// What it touches.
    pub nature: Nature,
    /// What stood there before.
    pub old: Option<Written>,
    /// What stands there now.
    pub new: Option<Written>,
}

/// A value as written, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The value on one line.
    pub text: String,
    /// Where it stands in its own file.
    pub place: Place,
}

/// What happened to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// It stands at another place of its list.
    Moved,
}

impl Event {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
        }
    }
}

/// What a change touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// Numbers, equations, actions, rules: another result may come out.
    Metrology,
    /// Golden tests: what is known about the procedure.
    Tests,
    /// Titles, labels, prompts, the report: what people read.
    Wording,
    /// The same value written differently: `0.5 mA` for `500 uA`.
    Spelling,
}

impl Nature {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Metrology => "metrology",
            Self::Tests => "tests",
            Self::Wording => "wording",
            Self::Spelling => "spelling",
        }
    }
}

/// Compares two texts of procedures.
///
/// # Errors
/// The findings of the old text or of the new one when it is no TOML table; a
/// text that is TOML and no sound procedure can be compared all the same.
pub fn difference(old: &str, new: &str) -> Result<Difference, Unreadable> {
    let views = (module::view(old), module::view(new));
    let before = hash::unshared(parsed(&views.0).map_err(Unreadable::Old)?.get_ref());
    let after = hash::unshared(parsed(&views.1).map_err(Unreadable::New)?.get_ref());
    let mut changes = Vec::new();
    walk::document(&before, &after, &mut changes);
    Ok(Difference {
        old_semantic_sha256: hash::semantic(&before),
        new_semantic_sha256: hash::semantic(&after),
        changes,
    })
}

/// The text that could not be compared, with its findings.
#[derive(Clone, Debug)]
pub enum Unreadable {
    /// The first.
    Old(Vec<Diagnostic>),
    /// The second.
    New(Vec<Diagnostic>),
}

fn parsed(text: &str) -> Result<Spanned<DeTable<'_>>, Vec<Diagnostic>> {
    let refused = || check(text).diagnostics;
    if text.len() > finding::MAX_BYTES {
        return Err(refused());
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() { Ok(document) } else { Err(refused()) }
}

#[cfg(test)]
mod tests;
