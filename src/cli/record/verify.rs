//! `etalon record verify`: the chain walked from its first event to its last.

use serde::Serialize;

use super::{CliError, ExitStatus, Output};
use crate::{
    journal::chain::Fault,
    store::{Journal, StoreError, audit::Audit},
};

#[derive(Serialize)]
struct Verified<'a> {
    ok: bool,
    events: u64,
    first_bad: Option<&'a Fault>,
    findings: &'a [String],
}

pub(super) fn run(
    journal: Result<Journal, StoreError>,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let Audit { ok, events, first_bad, findings } = examined(journal)?;
    output.json(&Verified { ok, events, first_bad: first_bad.as_ref(), findings: &findings })?;
    if ok {
        output.line(format!(
            "{events} events, every one as it was sealed; documents and guards whole"
        ));
        return Ok(ExitStatus::Done);
    }
    if let Some(fault) = &first_bad {
        output.line(format!("first bad event: {}: {}", fault.sequence, fault.reason));
    }
    for finding in &findings {
        output.line(format!("finding: {finding}"));
    }
    Ok(ExitStatus::AnswerIsNo)
}

/// A record that is so damaged that it does not open is an answer as well.
fn examined(journal: Result<Journal, StoreError>) -> Result<Audit, CliError> {
    match journal.and_then(|journal| journal.audit()) {
        Err(damage) if damage.is_damage() => Ok(Audit::unreadable(damage.to_string())),
        other => Ok(other?),
    }
}
