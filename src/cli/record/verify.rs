//! `etalon record verify`: the chain walked from its first event to its last, and compared with
//! every checkpoint that is at hand.

use serde::Serialize;

use super::{
    CliError, ExitStatus, Output,
    checkpoint::{self, AgainstArgs},
};
use crate::{
    journal::{chain::Fault, checkpoint as checkpoints},
    lab::Lab,
    store::{Journal, StoreError, audit::Audit},
};

#[derive(Serialize)]
struct Verified<'a> {
    ok: bool,
    events: u64,
    first_bad: Option<&'a Fault>,
    findings: &'a [String],
    checkpoints: usize,
}

pub(super) fn run(
    lab: &Lab,
    journal: Result<Journal, StoreError>,
    against: &AgainstArgs,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let (audit, compared) = examined(lab, journal, against)?;
    let Audit { ok, events, first_bad, findings } = audit;
    let (first_bad, findings) = (first_bad.as_ref(), findings.as_slice());
    output.json(&Verified { ok, events, first_bad, findings, checkpoints: compared })?;
    if ok {
        output.line(format!(
            "{events} events, every one as it was sealed; documents and guards whole"
        ));
        output.line(match compared {
            0 => {
                "no checkpoint vouches for its end: `etalon record checkpoint` signs one".to_owned()
            }
            several => format!("{several} signed checkpoints agree with it"),
        });
        return Ok(ExitStatus::Done);
    }
    if let Some(fault) = first_bad {
        output.line(format!("first bad event: {}: {}", fault.sequence, fault.reason));
    }
    for finding in findings {
        output.line(format!("finding: {finding}"));
    }
    Ok(ExitStatus::AnswerIsNo)
}

/// A record that is so damaged that it does not open is an answer as well.
fn examined(
    lab: &Lab,
    journal: Result<Journal, StoreError>,
    against: &AgainstArgs,
) -> Result<(Audit, usize), CliError> {
    let journal = match journal {
        Err(damage) if damage.is_damage() => {
            return Ok((Audit::unreadable(damage.to_string()), 0));
        }
        other => other?,
    };
    let mut audit = match journal.audit() {
        Err(damage) if damage.is_damage() => Audit::unreadable(damage.to_string()),
        other => other?,
    };
    if audit.first_bad.is_some() || audit.events == 0 {
        return Ok((audit, 0));
    }
    let (at_hand, findings) = checkpoint::gather(lab, &journal, against)?;
    audit.findings.extend(findings);
    let hash_at = |sequence: u64| -> Result<Option<String>, StoreError> {
        let found = journal.events_after(sequence.saturating_sub(1), 1)?;
        Ok(found.into_iter().next().map(|event| event.hash))
    };
    audit.first_bad = checkpoints::first_fault(&at_hand, audit.events, hash_at)?;
    audit.ok = audit.first_bad.is_none() && audit.findings.is_empty();
    Ok((audit, at_hand.len()))
}
