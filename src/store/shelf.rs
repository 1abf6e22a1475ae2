//! What every store can do: the one list that SQLite and PostgreSQL both fulfil.
//!
//! A shelf holds one chain. It seals, keeps and gives back; it judges nothing. `conformance` in the
//! tests holds every shelf to the same behaviour.

use std::{fmt::Debug, path::Path};

use super::StoreError;
use crate::journal::{
    Entry, Event,
    chain::{self, Sealed},
};

/// The end of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Sequence number of the last event; 0 for an empty chain.
    pub sequence: u64,
    /// Its hash; the chain's origin for an empty chain.
    pub hash: String,
}

impl Default for Head {
    fn default() -> Self {
        Self { sequence: 0, hash: chain::origin() }
    }
}

/// Hands over what is to be appended, each caller's pieces by themselves; `None` when there is no more.
pub type Hand<'a> = &'a mut dyn FnMut() -> Option<Vec<Vec<Piece>>>;

/// An event on its way into a store, with its body as it will be kept.
#[derive(Clone, Debug)]
pub struct Piece {
    event: Event,
    body: String,
}

impl Piece {
    /// An entry as it will be kept, without a place yet: this is the part of sealing that needs to know
    /// nothing of the chain.
    #[must_use]
    pub fn without_place(entry: Entry) -> Self {
        let Entry { run, at, body } = entry;
        let text = chain::canonical(&body);
        let (previous, hash) = (String::new(), String::new());
        Self { event: Event { sequence: 0, at, run, body, previous, hash }, body: text }
    }

    /// Takes its place behind this end of a chain, which moves on to it. What was sealed for this
    /// place stays as it is, everything else is sealed for it.
    pub fn take_place(&mut self, end: &mut Head) {
        let event = &mut self.event;
        if event.sequence != end.sequence + 1 || event.previous != end.hash {
            chain::seal_anew(event, &self.body, end.sequence + 1, std::mem::take(&mut end.hash));
        }
        end.sequence = event.sequence;
        end.hash.clone_from(&event.hash);
    }

    /// The event, and its body as it is kept.
    #[must_use]
    pub fn parts(&self) -> (&Event, &str) {
        (&self.event, &self.body)
    }

    /// The event.
    #[must_use]
    pub fn into_event(self) -> Event {
        self.event
    }

    fn entry(&self) -> Entry {
        let Event { at, run, body, .. } = self.event.clone();
        Entry { run, at, body }
    }
}

/// Where one chain of events and its documents are kept.
pub trait Shelf: Debug + Send {
    /// Where it is: a file, or the address of a database without secrets.
    fn place(&self) -> &Path;

    /// Seals entries and appends them in one durable transaction: all or none.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written, unless it is [`StoreError::Unknown`].
    fn append(&mut self, entries: Vec<Entry>) -> Result<Vec<Event>, StoreError>;

    /// Appends what is handed over, one piece after the other until there is no more, in one durable
    /// transaction: all or none. What was sealed beforehand for a place it does not get is sealed anew.
    /// Gives everything back as it was handed over, each piece in its place.
    ///
    /// # Errors
    /// As [`Shelf::append`]; what was handed over by then was not written.
    fn append_handed(&mut self, hand: Hand<'_>) -> Result<Vec<Vec<Piece>>, StoreError> {
        let mut all = Vec::new();
        while let Some(mut handed) = hand() {
            all.append(&mut handed);
        }
        let entries = all.iter().flatten().map(Piece::entry).collect();
        let mut events = self.append(entries)?.into_iter();
        for (piece, event) in all.iter_mut().flatten().zip(&mut events) {
            piece.event = event;
        }
        Ok(all)
    }

    /// Appends events that were sealed elsewhere, in one durable transaction: all or none.
    ///
    /// # Errors
    /// [`StoreError::Forked`] when they do not continue this chain, and what the database refuses.
    fn append_sealed(&mut self, events: &[Sealed]) -> Result<(), StoreError>;

    /// Keeps a document under its SHA-256, which it returns. The same bytes are kept once.
    ///
    /// # Errors
    /// [`StoreError`].
    fn keep(&mut self, document: &[u8]) -> Result<String, StoreError>;

    /// The bytes kept under a hash, as they are: the caller compares.
    ///
    /// # Errors
    /// [`StoreError::NoDocument`], or what the database refuses.
    fn document(&mut self, sha256: &str) -> Result<Vec<u8>, StoreError>;

    /// The hashes of all documents, ascending.
    ///
    /// # Errors
    /// What the database refuses.
    fn documents(&mut self) -> Result<Vec<String>, StoreError>;

    /// The events of one run, in order.
    ///
    /// # Errors
    /// What the database refuses.
    fn events(&mut self, run: &str) -> Result<Vec<Sealed>, StoreError>;

    /// The events after a sequence number, at most `most`, in order.
    ///
    /// # Errors
    /// What the database refuses.
    fn events_after(&mut self, after: u64, most: u32) -> Result<Vec<Sealed>, StoreError>;

    /// The events of these kinds after a sequence number, at most `most`, in order: of one run, or
    /// of all.
    ///
    /// # Errors
    /// What the database refuses.
    fn of_kinds(
        &mut self,
        kinds: &[&str],
        run: Option<&str>,
        after: u64,
        most: u32,
    ) -> Result<Vec<Sealed>, StoreError>;

    /// The end of the chain, as its last event says.
    ///
    /// # Errors
    /// What the database refuses.
    fn head(&mut self) -> Result<Head, StoreError>;

    /// The highest sequence number ever given, also where the event is gone since.
    ///
    /// # Errors
    /// What the database refuses.
    fn highest(&mut self) -> Result<Option<u64>, StoreError>;

    /// What is wrong with the store itself: its file or tables, its append-only guards, events
    /// that stand outside the chain. Empty when nothing is.
    fn structure(&mut self) -> Vec<String>;
}

/// Seals entries one after the other, from the end of a chain: each event, and the body as it is kept.
pub(super) fn seal_all(entries: Vec<Entry>, head: &Head) -> Vec<(Event, String)> {
    let mut sequence = head.sequence;
    let mut previous = head.hash.clone();
    let mut sealed = Vec::with_capacity(entries.len());
    for entry in entries {
        sequence += 1;
        let (event, body) = chain::sealed_event(entry, sequence, previous);
        previous = event.hash.clone();
        sealed.push((event, body));
    }
    sealed
}

/// Refuses events that do not continue a chain, each sealed after the one before it.
pub(super) fn refuse_fork(place: &Path, head: &Head, events: &[Sealed]) -> Result<(), StoreError> {
    let mut walk = chain::Walk::from(head.sequence, head.hash.clone());
    if events.iter().all(|event| walk.step(event)) {
        return Ok(());
    }
    Err(StoreError::Forked {
        place: place.display().to_string(),
        last: head.sequence,
        head: head.hash.clone(),
    })
}
