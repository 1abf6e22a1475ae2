//! The audit of a record: chain, documents, guards and the structure of the file.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    StoreError, migration,
    sqlite::{Record, sealed},
};
use crate::journal::{
    Body,
    chain::{Fault, FaultKind, Sealed, Walk, first_fault, sha256_hex},
};

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// `true` when nothing is wrong.
    pub ok: bool,
    /// How many events the record holds.
    pub events: u64,
    /// The first bad event.
    pub first_bad: Option<Fault>,
    /// What is wrong besides the chain: documents, guards, structure of the file.
    pub findings: Vec<String>,
}

/// Examines a record.
///
/// # Errors
/// [`StoreError`] when it cannot be examined at all.
pub fn audit(record: &Record) -> Result<Audit, StoreError> {
    let mut findings = structure(record);
    let (events, mut first_bad) = match chain(record) {
        Ok(found) => found,
        Err((whole, damage)) => (whole, Some(damaged(whole, &damage))),
    };
    if first_bad.is_none() {
        first_bad = documents(record, &mut findings)?;
    }
    Ok(Audit { ok: first_bad.is_none() && findings.is_empty(), events, first_bad, findings })
}

fn damaged(whole: u64, damage: &StoreError) -> Fault {
    Fault {
        sequence: whole + 1,
        kind: FaultKind::Edited,
        reason: format!("event {} cannot be read: {damage}", whole + 1),
    }
}

/// What SQLite itself says about the file, and whether the append-only guards stand.
fn structure(record: &Record) -> Vec<String> {
    let mut findings = Vec::new();
    match record.rows("PRAGMA integrity_check(10)", [], |row| row.get::<_, String>(0)) {
        Ok(said) => findings.extend(said.into_iter().filter(|line| line != "ok")),
        Err(refused) => findings.push(refused.to_string()),
    }
    let found = migration::definitions(record.connection());
    match (migration::expected_definitions(), found) {
        (Ok(expected), Ok(found)) => {
            let lacking = expected.iter().filter(|definition| !found.contains(definition));
            findings.extend(lacking.map(|definition| {
                let name = definition.split(':').next().unwrap_or(definition);
                format!("{name} is missing or was changed")
            }));
        }
        (Err(refused), _) | (_, Err(refused)) => findings.push(refused.to_string()),
    }
    findings
}

/// Walks the chain in constant memory; only where it breaks is everything read again to say how.
fn chain(record: &Record) -> Result<(u64, Option<Fault>), (u64, StoreError)> {
    let mut walk = Walk::default();
    let mut whole = true;
    let mut walked = || {
        let mut statement = record.connection().prepare(
            "SELECT sequence, at, run, body, previous, hash FROM event ORDER BY sequence",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if !walk.step(&sealed(row)?) {
                whole = false;
                break;
            }
        }
        Ok(())
    };
    let refused = walked();
    if let Err(refused) = refused {
        return Err((walk.events(), record.refused(refused)));
    }
    let highest = record.highest().map_err(|refused| (walk.events(), refused))?;
    if whole && highest.is_none_or(|highest| highest == walk.events()) {
        return Ok((walk.events(), None));
    }
    let all = record.events_after(0, u32::MAX).map_err(|refused| (walk.events(), refused))?;
    Ok((all.len() as u64, first_fault(&all, highest)))
}

/// Compares every document with the hash it is kept under, and finds those that are gone. The first
/// event that refers to a bad one is the first bad event.
fn documents(record: &Record, findings: &mut Vec<String>) -> Result<Option<Fault>, StoreError> {
    let mut bad = BTreeMap::new();
    let kept = record.documents()?;
    for sha256 in &kept {
        let found = sha256_hex(&record.document(sha256)?);
        if found != *sha256 {
            bad.insert(sha256.clone(), format!("was changed: its bytes now have the hash {found}"));
        }
    }
    let mut first = None;
    for event in run_starts(record)? {
        let sequence = event.sequence;
        let Ok(Body::RunStarted { documents, .. }) = event.open().map(|event| event.body) else {
            findings.push(format!("event {sequence} is of a kind that this version cannot read"));
            continue;
        };
        for (name, sha256) in documents {
            let gone = !kept.contains(&sha256);
            let reason = if gone { Some("is gone") } else { bad.get(&sha256).map(String::as_str) };
            let Some(reason) = reason else { continue };
            let kind = if gone { FaultKind::Deleted } else { FaultKind::Edited };
            let reason = format!("document `{name}` of event {sequence} ({sha256}) {reason}");
            first.get_or_insert(Fault { sequence, kind, reason });
        }
    }
    if first.is_none() {
        findings
            .extend(bad.into_iter().map(|(sha256, reason)| format!("document {sha256} {reason}")));
    }
    Ok(first)
}

fn run_starts(record: &Record) -> Result<Vec<Sealed>, StoreError> {
    record.rows(
        "SELECT sequence, at, run, body, previous, hash FROM event
         WHERE kind = 'run_started' ORDER BY sequence",
        [],
        sealed,
    )
}
