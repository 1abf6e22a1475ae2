//! Chains carried about whole: from a bench's file to a database, into a backup and out of it.
//!
//! Whatever is carried is examined before it leaves and stands unchanged where it arrives: events
//! travel as sealed. Carrying the same chain twice carries nothing the second time.

use serde::Serialize;
use thiserror::Error;

use super::{
    Journal, StoreError,
    address::Address,
    postgres::Chain,
    shelf::{Head, Shelf},
};
use crate::journal::{
    Body,
    chain::{Fault, Sealed},
};

/// How many events travel in one commit.
///
/// Chosen: some hundred kilobytes; what a broken line costs is at most one such parcel.
const PARCEL: u32 = 500;

/// Why a chain was not carried, or not to its end.
#[derive(Debug, Error)]
pub enum TransferError {
    /// What is to be carried is not whole.
    #[error("the record at {place} is not whole, nothing was carried: {reason}")]
    Broken {
        /// Where it is.
        place: String,
        /// The first thing that is wrong.
        reason: String,
        /// The first bad event, where an event is.
        fault: Option<Fault>,
    },
    /// Two histories.
    #[error(
        "event {sequence} of this record is not event {sequence} at {place}: one of the two was changed, or a copy of the laboratory went on by itself; nothing was carried"
    )]
    Diverged {
        /// Where the other one is.
        place: String,
        /// The first event that differs.
        sequence: u64,
    },
    /// The other one knows more.
    #[error(
        "{place} holds {there} events of this chain and this record ends at {here}: it was cut, or restored from an older backup; nothing was carried"
    )]
    Behind {
        /// Where the other one is.
        place: String,
        /// Events there.
        there: u64,
        /// Events here.
        here: u64,
    },
    /// Either store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The line broke on the way: what arrived stands.
    #[error(
        "{arrived} of {all} events stand at {place}, the same command goes on from there: {source}"
    )]
    OnTheWay {
        /// Where to.
        place: String,
        /// Events that stand there.
        arrived: u64,
        /// Events of the chain.
        all: u64,
        /// What happened.
        source: Box<StoreError>,
    },
}

impl TransferError {
    /// Whether the records themselves say no: changed, cut or grown apart.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        match self {
            Self::Broken { .. } | Self::Diverged { .. } | Self::Behind { .. } => true,
            Self::Store(refused) => {
                refused.is_damage() || matches!(refused, StoreError::Begun { .. })
            }
            Self::OnTheWay { .. } => false,
        }
    }
}

/// What was carried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// Where it stands now.
    pub place: String,
    /// Hash of the chain's first event: its name everywhere.
    pub chain: String,
    /// Events that stood there before.
    pub already: u64,
    /// Events that were carried now.
    pub events: u64,
    /// Documents that were carried now.
    pub documents: u64,
    /// The chain's end there.
    pub last: u64,
    /// Hash of the last event.
    pub hash: String,
}

/// Carries a record into a database; `name` is what its chain is called there, where it is new.
///
/// `progress` hears how many events stand there, and of how many.
///
/// # Errors
/// [`TransferError`].
pub fn push(
    from: &Journal,
    url: &str,
    name: Option<&str>,
    patience_s: u64,
    progress: impl FnMut(u64, u64),
) -> Result<Carried, TransferError> {
    let first = whole(from)?;
    let laboratory = laboratory(&first)?;
    let usual = format!("chain-{}", first.hash.get(..8).unwrap_or_default());
    let address = Address::new(url, &laboratory, name.unwrap_or(&usual)).with_patience(patience_s);
    let mut there = Chain::adopt(&address, &first)?;
    let (place, already) = (there.place().display().to_string(), there.head()?);
    from.with_shelf(|here| same_history(here, &mut there, &already, &place))?;
    from.with_shelf(|here| carry(here, &mut there, &already, progress))
}

/// Carries a whole chain into an empty store.
///
/// # Errors
/// [`TransferError`].
pub(super) fn copy(from: &Journal, to: &mut dyn Shelf) -> Result<Carried, TransferError> {
    whole(from)?;
    let already = to.head()?;
    from.with_shelf(|here| carry(here, to, &already, |_, _| {}))
}

/// The first event of a record that was found whole.
fn whole(journal: &Journal) -> Result<Sealed, TransferError> {
    let audit = journal.audit()?;
    let broken = |reason: String, fault| TransferError::Broken {
        place: journal.path().display().to_string(),
        reason,
        fault,
    };
    if !audit.ok {
        let reason = audit.first_bad.as_ref().map(|fault| fault.reason.clone());
        let reason = reason.or_else(|| audit.findings.first().cloned()).unwrap_or_default();
        return Err(broken(reason, audit.first_bad));
    }
    let first = journal.with_shelf(|shelf| shelf.events_after(0, 1))?;
    first.into_iter().next().ok_or_else(|| broken("it holds no event".to_owned(), None))
}

fn laboratory(first: &Sealed) -> Result<String, StoreError> {
    match first.clone().open()?.body {
        Body::Opened { laboratory, .. } => Ok(laboratory),
        _ => Ok(String::new()),
    }
}

/// Refuses two histories; says where they part.
fn same_history(
    here: &mut dyn Shelf,
    there: &mut dyn Shelf,
    already: &Head,
    place: &str,
) -> Result<(), TransferError> {
    let end = here.head()?;
    let common = already.sequence.min(end.sequence);
    if common == 0 || hash_at(here, common)? == hash_at(there, common)? {
        if already.sequence > end.sequence {
            let (there, here) = (already.sequence, end.sequence);
            return Err(TransferError::Behind { place: place.to_owned(), there, here });
        }
        return Ok(());
    }
    // Chains that agree at one event agree at all before it: the first difference is found by halving.
    let (mut same, mut differs) = (0, common);
    while differs - same > 1 {
        let middle = same + (differs - same) / 2;
        if hash_at(here, middle)? == hash_at(there, middle)? {
            same = middle;
        } else {
            differs = middle;
        }
    }
    Err(TransferError::Diverged { place: place.to_owned(), sequence: differs })
}

fn hash_at(shelf: &mut dyn Shelf, sequence: u64) -> Result<Option<String>, StoreError> {
    let found = shelf.events_after(sequence.saturating_sub(1), 1)?;
    Ok(found.into_iter().next().map(|event| event.hash))
}

fn carry(
    here: &mut dyn Shelf,
    there: &mut dyn Shelf,
    already: &Head,
    mut progress: impl FnMut(u64, u64),
) -> Result<Carried, TransferError> {
    let end = here.head()?;
    let place = there.place().display().to_string();
    let on_the_way = |arrived, source| TransferError::OnTheWay {
        place: place.clone(),
        arrived,
        all: end.sequence,
        source: Box::new(source),
    };
    // Documents first: no event arrives before what it refers to.
    let documents =
        carry_documents(here, there).map_err(|refused| on_the_way(already.sequence, refused))?;
    let mut arrived = already.sequence;
    while arrived < end.sequence {
        let left = u32::try_from(end.sequence - arrived).unwrap_or(PARCEL);
        let parcel = here.events_after(arrived, left.min(PARCEL))?;
        let Some(last) = parcel.last().map(|event| event.sequence) else { break };
        there.append_sealed(&parcel).map_err(|refused| on_the_way(arrived, refused))?;
        arrived = last;
        progress(arrived, end.sequence);
    }
    let (first, head) = (hash_at(there, 1)?, there.head()?);
    Ok(Carried {
        place,
        chain: first.unwrap_or_default(),
        already: already.sequence,
        events: arrived - already.sequence,
        documents,
        last: head.sequence,
        hash: head.hash,
    })
}

fn carry_documents(here: &mut dyn Shelf, there: &mut dyn Shelf) -> Result<u64, StoreError> {
    let stand = there.documents()?;
    let mut carried = 0;
    for sha256 in here.documents()? {
        if stand.binary_search(&sha256).is_err() {
            there.keep(&here.document(&sha256)?)?;
            carried += 1;
        }
    }
    Ok(carried)
}
