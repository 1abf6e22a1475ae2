//! Static checks: everything that can be known before power is applied.
//!
//! The parts run in an order: shape (`schema`), then names, kinds and dimensions
//! of every expression, then structure (hazards, decisions, tests), then what is
//! unused, then the points and tables of every sample item. A later part runs
//! only when what it relies on is sound, so that one broken thing gives one
//! finding and never a second, misleading one.

use etalon_uncertainty::diagnostic::Diagnostic;

use crate::finding;
use crate::hash;
use crate::module;
use crate::procedure::Procedure;
use crate::schema::{self, Draft};
use crate::source::Source;

mod actions;
mod derives;
mod envelopes;
mod kinds;
pub(crate) mod modules;
mod names;
mod reach;
mod samples;
mod scopes;
mod stages;
mod structure;
mod uses;

/// A procedure with what was found in it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The procedure, when no finding is an error.
    pub procedure: Option<Procedure>,
    /// Every finding, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Findings that may only be the echo of something that could not be read.
const ECHOES: &[&str] = &[
    finding::SYMBOL,
    finding::ROLE_UNKNOWN,
    finding::ROLE_QUANTITY,
    finding::TABLE_KEY,
    finding::READING_UNKNOWN,
    finding::RESULT_UNKNOWN,
    finding::STAGE_UNKNOWN,
    finding::NO_POINTS,
    finding::NO_MODEL,
];

/// Checks the text of a procedure: its own bytes, or the whole text with its modules
/// (see [`module::whole`]).
#[must_use]
pub fn check(text: &str) -> Checked {
    let view = module::view(text);
    let source = Source::new(&view);
    let procedure = checked(&source, text);
    let diagnostics = modules::at_home(text, source.into_findings());
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    Checked { procedure: procedure.filter(|_| !has_errors), diagnostics }
}

fn checked(source: &Source<'_>, whole: &str) -> Option<Procedure> {
    if modules::oversupplied(source, whole) {
        return None;
    }
    let document = source.document()?;
    let draft = schema::read(source, &document);
    // A module that is not the one that was named makes every name in it doubtful.
    let named = draft.as_ref().map_or(&[][..], |draft| &draft.named);
    modules::check(source, whole, named);
    let Draft { mut procedure, has_safe_state, .. } = draft?;
    procedure.sha256 = hash::sha256(module::own(whole).as_bytes());
    procedure.semantic_sha256 = hash::semantic(document.get_ref());
    names::settle(&mut procedure);
    let shape_is_sound = source.errors() == 0;
    let found = Source::new(source.text());
    let kinds = scopes::Scopes::of(&procedure);
    kinds::check(&found, &procedure, &kinds);
    derives::check(&found, &procedure, &kinds);
    actions::check(&found, &procedure, &kinds);
    let echo = |finding: &Diagnostic| ECHOES.contains(&finding.code.as_str());
    source.report_all(
        found.into_findings().into_iter().filter(|finding| shape_is_sound || !echo(finding)),
    );
    if source.errors() == 0 {
        structure::check(source, &procedure, has_safe_state);
        envelopes::check(source, &procedure);
    }
    if source.errors() == 0 {
        uses::check(source, &procedure);
    }
    if source.errors() == 0 {
        samples::check(source, &procedure);
    }
    Some(procedure)
}
