//! The audit of a record: chain, documents, guards and the structure of the store.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{StoreError, shelf::Shelf};
use crate::journal::{
    Body,
    chain::{Fault, FaultKind, Walk, first_fault, sha256_hex},
};

/// How many events are read at a time.
///
/// Chosen: some hundred kilobytes, so that a record of any length is walked in constant memory.
const PAGE: u32 = 1000;

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// `true` when nothing is wrong.
    pub ok: bool,
    /// How many events the record holds.
    pub events: u64,
    /// The first bad event.
    pub first_bad: Option<Fault>,
    /// What is wrong besides the chain: documents, guards, structure of the store.
    pub findings: Vec<String>,
}

impl Audit {
    /// The answer about a record that is so damaged that it cannot be walked at all.
    #[must_use]
    pub fn unreadable(reason: String) -> Self {
        Self { ok: false, events: 0, first_bad: None, findings: vec![reason] }
    }
}

/// Examines a record.
///
/// # Errors
/// [`StoreError`] when it cannot be examined at all.
pub fn audit(shelf: &mut dyn Shelf) -> Result<Audit, StoreError> {
    let mut findings = shelf.structure();
    let (events, mut first_bad) = match chain(shelf) {
        Ok(found) => found,
        Err((whole, damage)) if damage.is_damage() => (whole, Some(damaged(whole, &damage))),
        Err((_, refused)) => return Err(refused),
    };
    if first_bad.is_none() {
        match documents(shelf, &mut findings) {
            Ok(found) => first_bad = found,
            Err(damage) if damage.is_damage() => findings.push(damage.to_string()),
            Err(refused) => return Err(refused),
        }
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

/// Walks the chain in constant memory; only where it breaks is everything read again to say how.
fn chain(shelf: &mut dyn Shelf) -> Result<(u64, Option<Fault>), (u64, StoreError)> {
    // Before the walk: others may append meanwhile, and what they append is no fault.
    let highest = shelf.highest().map_err(|refused| (0, refused))?;
    let mut walk = Walk::default();
    loop {
        let page = page(shelf, walk.events()).map_err(|refused| (walk.events(), refused))?;
        if page.is_empty() {
            break;
        }
        if !page.iter().all(|event| walk.step(event)) {
            let all =
                shelf.events_after(0, u32::MAX).map_err(|refused| (walk.events(), refused))?;
            return Ok((all.len() as u64, first_fault(&all, highest)));
        }
    }
    if highest.is_none_or(|highest| highest <= walk.events()) {
        return Ok((walk.events(), None));
    }
    let end = Fault {
        sequence: walk.events() + 1,
        kind: FaultKind::Deleted,
        reason: format!(
            "the record once held {} events and ends at {}: event {} is gone",
            highest.unwrap_or_default(),
            walk.events(),
            walk.events() + 1
        ),
    };
    Ok((walk.events(), Some(end)))
}

/// The next events; on a damaged page one at a time, so that the first unreadable one is named.
fn page(
    shelf: &mut dyn Shelf,
    after: u64,
) -> Result<Vec<crate::journal::chain::Sealed>, StoreError> {
    match shelf.events_after(after, PAGE) {
        Err(damage) if damage.is_damage() => shelf.events_after(after, 1),
        other => other,
    }
}

/// Compares every document with the hash it is kept under, and finds those that are gone. The first
/// event that refers to a bad one is the first bad event.
fn documents(
    shelf: &mut dyn Shelf,
    findings: &mut Vec<String>,
) -> Result<Option<Fault>, StoreError> {
    let mut bad = BTreeMap::new();
    let kept: BTreeSet<String> = shelf.documents()?.into_iter().collect();
    for sha256 in &kept {
        let found = sha256_hex(&shelf.document(sha256)?);
        if found != *sha256 {
            bad.insert(sha256.clone(), format!("was changed: its bytes now have the hash {found}"));
        }
    }
    let mut first = None;
    for event in shelf.of_kinds(Body::WITH_DOCUMENTS, None, 0, u32::MAX)? {
        let sequence = event.sequence;
        let Ok(event) = event.open() else {
            findings.push(format!("event {sequence} is of a kind that this version cannot read"));
            continue;
        };
        for (name, sha256) in event.body.named_documents() {
            let gone = !kept.contains(sha256);
            let reason = if gone { Some("is gone") } else { bad.get(sha256).map(String::as_str) };
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
