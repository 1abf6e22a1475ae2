//! The chain: how an event is sealed, and how the first bad one is found and named.
//!
//! A seal is SHA-256 over the predecessor's hash (64 hexadecimal characters), a line feed and the
//! canonical JSON `{"sequence":…,"at":…,"run":…,"body":{…}}`. The body is hashed as the text that
//! is stored: verification never re-serialises, so it holds for events of later versions too.
//!
//! Not done here: a chain that somebody cut at its end, or recomputed from some event to its end,
//! is whole in itself. The store remembers the highest sequence number ever given; signed
//! [`checkpoint`](super::checkpoint)s outside the laboratory's reach are what stops a forger who
//! has the database.

use std::io::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Body, Entry, Event};

/// Room for the text of an event before it must grow, in bytes.
/// Chosen: a reading has about two hundred.
const USUAL_BYTES: usize = 256;

/// An event as it is kept: the body as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Place in the chain.
    pub sequence: u64,
    /// UTC moment.
    pub at: String,
    /// Run, or empty.
    pub run: String,
    /// Canonical JSON of the body.
    pub body: String,
    /// Hash of the event before.
    pub previous: String,
    /// Hash of this event.
    pub hash: String,
}

/// Why a stored event could not be understood although its seal may be whole.
#[derive(Debug, thiserror::Error)]
#[error("event {sequence} cannot be read by this version of etalon: {reason}")]
pub struct Unreadable {
    /// Place in the chain.
    pub sequence: u64,
    /// What the reader of the JSON said.
    pub reason: String,
}

impl Sealed {
    /// The event, understood.
    ///
    /// # Errors
    /// [`Unreadable`] when the body is of a kind that this version does not know.
    pub fn open(self) -> Result<Event, Unreadable> {
        let body: Body = serde_json::from_str(&self.body)
            .map_err(|e| Unreadable { sequence: self.sequence, reason: e.to_string() })?;
        Ok(self.understood_as(body))
    }

    /// The event, where its body is at hand already.
    #[must_use]
    pub(crate) fn understood_as(self, body: Body) -> Event {
        let Self { sequence, at, run, previous, hash, .. } = self;
        Event { sequence, at, run, body, previous, hash }
    }

    /// The event as it is kept.
    #[must_use]
    pub(crate) fn of(event: Event, body: String) -> Self {
        let Event { sequence, at, run, previous, hash, .. } = event;
        Self { sequence, at, run, body, previous, hash }
    }
}

/// The hash before the first event: SHA-256 of the format's name.
#[must_use]
pub fn origin() -> String {
    sha256_hex(super::FORMAT.as_bytes())
}

/// SHA-256 of bytes in lower-case hexadecimal, as used for events and documents.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(digest: &[u8]) -> String {
    let digit = |half: u8| if half < 10 { b'0' + half } else { b'a' + half - 10 };
    let digits = digest.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]);
    String::from_utf8(digits.collect()).expect("hexadecimal digits are text")
}

/// Gives an entry its place in the chain.
#[must_use]
pub fn seal(entry: &Entry, sequence: u64, previous: &str) -> Sealed {
    let (event, body) = sealed_event(entry.clone(), sequence, previous.to_owned());
    Sealed::of(event, body)
}

/// Gives an entry its place in the chain: the event, and its body as it is kept.
#[must_use]
pub(crate) fn sealed_event(entry: Entry, sequence: u64, previous: String) -> (Event, String) {
    let Entry { run, at, body } = entry;
    let text = canonical(&body);
    let hash = hash(&previous, sequence, &at, &run, &text);
    (Event { sequence, at, run, body, previous, hash }, text)
}

/// Gives a sealed event another place in the chain; its body stays as it is kept.
pub(crate) fn seal_anew(event: &mut Event, body: &str, sequence: u64, previous: String) {
    event.hash = hash(&previous, sequence, &event.at, &event.run, body);
    event.sequence = sequence;
    event.previous = previous;
}

/// The body as it is kept and sealed.
pub(crate) fn canonical(body: &Body) -> String {
    let mut text = Vec::with_capacity(USUAL_BYTES);
    serde_json::to_writer(&mut text, body)
        .expect("a body holds text, numbers and maps with text keys, all of which JSON can write");
    String::from_utf8(text).expect("JSON of text is text")
}

/// Hashes piece by piece: what stands before the body, the body as it is kept, and the end.
fn hash(previous: &str, sequence: u64, at: &str, run: &str, body: &str) -> String {
    let mut opening = Vec::with_capacity(USUAL_BYTES);
    opening.extend_from_slice(previous.as_bytes());
    let end = "an opening in memory takes every text";
    write!(opening, "\n{{\"sequence\":{sequence},\"at\":").expect(end);
    serde_json::to_writer(&mut opening, at).expect(end);
    opening.extend_from_slice(b",\"run\":");
    serde_json::to_writer(&mut opening, run).expect(end);
    opening.extend_from_slice(b",\"body\":");
    let sealed = Sha256::new().chain_update(&opening).chain_update(body).chain_update("}");
    hexadecimal(&sealed.finalize())
}

fn hash_as(event: &Sealed, sequence: u64) -> String {
    hash(&event.previous, sequence, &event.at, &event.run, &event.body)
}

/// The first event that is not what was sealed, and in which way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Sequence number of the first bad event.
    pub sequence: u64,
    /// What happened to it.
    pub kind: FaultKind,
    /// One sentence for a person.
    pub reason: String,
}

/// What happened to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Its contents or its seal were changed.
    Edited,
    /// It is gone.
    Deleted,
    /// It was never part of the chain.
    Inserted,
    /// It stands at another place than it was sealed for.
    Reordered,
    /// The chain is whole in itself, and not the one that a signed checkpoint vouches for.
    Recomputed,
    /// The chain ends before a signed checkpoint: it was cut at its end.
    Cut,
}

/// A walk along the chain, one event after the other, in constant memory.
#[derive(Debug)]
pub struct Walk {
    sequence: u64,
    hash: String,
}

impl Default for Walk {
    fn default() -> Self {
        Self { sequence: 0, hash: origin() }
    }
}

impl Walk {
    /// A walk that goes on after an event that is known to be whole.
    #[must_use]
    pub fn from(sequence: u64, hash: String) -> Self {
        Self { sequence, hash }
    }

    /// Whether `event` is the next sealed event of the chain.
    pub fn step(&mut self, event: &Sealed) -> bool {
        let follows = event.sequence == self.sequence + 1 && event.previous == self.hash;
        let whole = hash_as(event, event.sequence) == event.hash;
        if follows && whole {
            self.sequence = event.sequence;
            self.hash.clone_from(&event.hash);
        }
        follows && whole
    }

    /// How many events were found to be whole so far.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.sequence
    }
}

/// Names the first bad event of a chain, or `None` when the chain is whole.
///
/// `highest` is the highest sequence number ever given, where the store remembers one.
#[must_use]
pub fn first_fault(events: &[Sealed], highest: Option<u64>) -> Option<Fault> {
    let mut walk = Walk::default();
    for (index, event) in events.iter().enumerate() {
        if !walk.step(event) {
            return Some(diagnose(events, index));
        }
    }
    let last = walk.events();
    let highest = highest.filter(|highest| *highest > last)?;
    Some(Fault {
        sequence: last + 1,
        kind: FaultKind::Deleted,
        reason: format!(
            "the record once held {highest} events and ends at {last}: event {} is gone",
            last + 1
        ),
    })
}

fn fault(sequence: u64, kind: FaultKind, reason: String) -> Fault {
    Fault { sequence, kind, reason }
}

/// Names what happened, where `events[index]` is the first that does not fit.
fn diagnose(events: &[Sealed], index: usize) -> Fault {
    let due = index as u64 + 1;
    let Some(event) = events.get(index) else {
        return fault(due, FaultKind::Deleted, format!("event {due} is gone"));
    };
    let elsewhere = |wanted: u64| {
        let mut others = events.iter().skip(index + 1);
        others.any(|other| hash_as(other, wanted) == other.hash)
    };
    let sealed_for = events
        .iter()
        .map(|other| other.sequence)
        .chain([events.len() as u64 + 1])
        .find(|sequence| hash_as(event, *sequence) == event.hash);
    match sealed_for {
        None => {
            let reason =
                format!("the contents of event {due} do not match the hash it was sealed with");
            if event.sequence == due {
                fault(due, FaultKind::Edited, reason)
            } else {
                fault(due, FaultKind::Deleted, gap(due, event.sequence))
            }
        }
        Some(sealed_for) if sealed_for > due => misplaced(due, sealed_for, elsewhere(due)),
        Some(sealed_for) if sealed_for < due => fault(
            due - 1,
            FaultKind::Inserted,
            format!(
                "the event at place {due} was sealed as event {sealed_for}: event {} was put in before it",
                due - 1
            ),
        ),
        Some(_) => wrong_link(events, index, due),
    }
}

fn gap(due: u64, found: u64) -> String {
    format!("event {due} is gone: the next one kept is event {found}")
}

fn misplaced(due: u64, sealed_for: u64, displaced_exists: bool) -> Fault {
    if displaced_exists {
        fault(
            due,
            FaultKind::Reordered,
            format!(
                "the event at place {due} was sealed as event {sealed_for}, and event {due} stands further on"
            ),
        )
    } else {
        fault(due, FaultKind::Deleted, gap(due, sealed_for))
    }
}

/// The event is whole in itself and at its number, but was not sealed after its neighbour.
fn wrong_link(events: &[Sealed], index: usize, due: u64) -> Fault {
    let here = events.get(index);
    let before = index.checked_sub(1).and_then(|i| events.get(i));
    let after = events.get(index + 1);
    let continued = matches!((here, after), (Some(h), Some(a)) if a.previous == h.hash);
    if continued && before.is_some() {
        fault(
            due - 1,
            FaultKind::Edited,
            format!(
                "event {} was changed and its hash recomputed: event {due} was sealed after another one",
                due - 1
            ),
        )
    } else {
        fault(
            due,
            FaultKind::Inserted,
            format!(
                "event {due} was not sealed after the event before it: one of the two was put in or changed"
            ),
        )
    }
}
