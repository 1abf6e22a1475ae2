//! The record in a PostgreSQL database: many benches and laboratories, each with a chain of its own.
//!
//! A chain is named by the hash of its first event. Its row is locked while events are appended, so
//! that many processes may append to one chain; the row remembers the end. When the link breaks
//! during a commit, the next attempt first looks whether the events stand: nothing is lost and
//! nothing is doubled.

mod link;
mod read;
mod refusal;
pub mod schema;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::{Connection, PgConnection, Row};

use super::{
    StoreError,
    address::Address,
    shelf::{self, Head, Shelf},
};
use crate::journal::{
    self, Body, Entry, Event,
    chain::{self, Sealed, sha256_hex},
};
use link::Link;
use refusal::Refused;

/// One chain in a database.
#[derive(Debug)]
pub struct Chain {
    link: Link,
    place: PathBuf,
    chain: String,
}

impl Chain {
    /// Opens the chain of an address and migrates the schema forward.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(address: &Address) -> Result<Self, StoreError> {
        let link = prepared(address)?;
        let chain = named(&link, address)?;
        let place = PathBuf::from(link.place());
        let chain = chain.ok_or_else(|| StoreError::Missing { path: place.clone() })?;
        Ok(Self { link, place, chain })
    }

    /// Begins a chain with its first event.
    ///
    /// # Errors
    /// [`StoreError::Begun`] when there is one of this name, and what the server refuses.
    pub fn begin(address: &Address, at: &str) -> Result<Self, StoreError> {
        let body = Body::Opened {
            format: journal::FORMAT.to_owned(),
            laboratory: address.laboratory().to_owned(),
        };
        let first = chain::seal(&Entry::of_laboratory(at, body), 1, &chain::origin());
        let mut begun = Self::adopt(address, &first)?;
        begun.append_sealed(&[first])?;
        Ok(begun)
    }

    /// The chain that begins with a given event, which somebody else sealed: the one that stands in
    /// the database, or a new and empty one.
    ///
    /// # Errors
    /// [`StoreError::Begun`] when another chain has the name, and what the server refuses.
    pub fn adopt(address: &Address, first: &Sealed) -> Result<Self, StoreError> {
        let link = prepared(address)?;
        let place = PathBuf::from(link.place());
        let (laboratory, name) = (address.laboratory().to_owned(), address.chain().to_owned());
        let chain = first.hash.clone();
        link.ask(async move |connection| {
            sqlx::query(
                "INSERT INTO etalon.chain (chain, laboratory, name, highest, head)
                 VALUES ($1, $2, $3, 0, $4) ON CONFLICT DO NOTHING",
            )
            .bind(&chain)
            .bind(&laboratory)
            .bind(&name)
            .bind(chain::origin())
            .execute(connection)
            .await?;
            Ok(())
        })?;
        match named(&link, address)? {
            Some(found) if found == first.hash => Ok(Self { link, place, chain: found }),
            Some(found) => Err(StoreError::Begun { place: link.place().to_owned(), chain: found }),
            None => Err(StoreError::Denied {
                place: link.place().to_owned(),
                reason: "this chain stands there under another name or belongs to another role"
                    .to_owned(),
            }),
        }
    }

    fn ask_chain<T: Send + 'static>(
        &self,
        work: impl AsyncFn(&mut PgConnection, &str) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, StoreError> {
        let chain = self.chain.clone();
        self.link.ask(async move |connection| work(connection, &chain).await)
    }
}

/// What was sealed by an attempt whose answer may have been lost.
type Tried = Arc<Mutex<Vec<Sealed>>>;

impl Chain {
    /// Appends what `next` makes of the chain's end, exactly once.
    fn append_once(
        &self,
        next: impl Fn(&Path, &Head) -> Result<Vec<Sealed>, StoreError> + Send + 'static,
    ) -> Result<Vec<Sealed>, StoreError> {
        let (place, tried) = (self.place.clone(), Tried::default());
        let trying = Arc::clone(&tried);
        let appended = self.ask_chain(async move |connection, chain| {
            append(connection, chain, |head| next(&place, head), &trying).await
        });
        appended.map_err(|refused| match (refused, lock(&tried).len()) {
            (StoreError::Unreachable { place, .. }, events) if events > 0 => {
                StoreError::Unknown { place, events }
            }
            (refused, _) => refused,
        })
    }
}

fn lock(tried: &Tried) -> MutexGuard<'_, Vec<Sealed>> {
    tried.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A link to a database whose schema is up to date.
fn prepared(address: &Address) -> Result<Link, StoreError> {
    let link = Link::to(address)?;
    let path = PathBuf::from(link.place());
    link.ask(async move |connection| {
        let (found, known) = (schema::version(connection).await?, schema::known());
        if found > known {
            let path = path.clone();
            return Err(StoreError::Newer { path, found, known }.into());
        }
        Ok(schema::migrate(connection, schema::STEPS).await?)
    })?;
    Ok(link)
}

fn named(link: &Link, address: &Address) -> Result<Option<String>, StoreError> {
    let (laboratory, name) = (address.laboratory().to_owned(), address.chain().to_owned());
    link.ask(async move |connection| {
        let found =
            sqlx::query("SELECT chain FROM etalon.chain WHERE laboratory = $1 AND name = $2")
                .bind(&laboratory)
                .bind(&name)
                .fetch_optional(connection)
                .await?;
        Ok(found.map(|row| row.try_get(0)).transpose()?)
    })
}

/// Appends what `next` makes of the chain's end, exactly once: when an earlier attempt of the same
/// events was committed although its answer was lost, they are found standing.
async fn append(
    connection: &mut PgConnection,
    chain: &str,
    next: impl Fn(&Head) -> Result<Vec<Sealed>, StoreError>,
    tried: &Tried,
) -> Result<Vec<Sealed>, Refused> {
    let mut transaction = connection.begin().await?;
    let row = sqlx::query("SELECT highest, head FROM etalon.chain WHERE chain = $1 FOR UPDATE")
        .bind(chain)
        .fetch_optional(&mut *transaction)
        .await?;
    let row = row.ok_or_else(|| StoreError::Missing { path: chain.into() })?;
    let head = Head { sequence: read::unsigned(row.try_get(0)?)?, hash: row.try_get(1)? };
    let before = lock(tried).clone();
    if let Some(last) = before.last()
        && read::stands(&mut transaction, chain, last).await?
    {
        return Ok(before);
    }
    let sealed = next(&head)?;
    let Some(last) = sealed.last() else { return Ok(sealed) };
    let (highest, hash) = (read::signed(last.sequence)?, last.hash.clone());
    insert(&mut transaction, chain, &sealed).await?;
    sqlx::query("UPDATE etalon.chain SET highest = $2, head = $3 WHERE chain = $1")
        .bind(chain)
        .bind(highest)
        .bind(hash)
        .execute(&mut *transaction)
        .await?;
    lock(tried).clone_from(&sealed);
    transaction.commit().await?;
    Ok(sealed)
}

async fn insert(
    connection: &mut PgConnection,
    chain: &str,
    events: &[Sealed],
) -> Result<(), Refused> {
    let column = |text: fn(&Sealed) -> &String| -> Vec<String> {
        events.iter().map(|event| text(event).clone()).collect()
    };
    let sequences = events.iter().map(|event| read::signed(event.sequence));
    let sequences = sequences.collect::<Result<Vec<i64>, _>>()?;
    sqlx::query(
        "INSERT INTO etalon.event (chain, sequence, at, run, body, previous, hash)
         SELECT $1, * FROM UNNEST
             ($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])",
    )
    .bind(chain)
    .bind(sequences)
    .bind(column(|event| &event.at))
    .bind(column(|event| &event.run))
    .bind(column(|event| &event.body))
    .bind(column(|event| &event.previous))
    .bind(column(|event| &event.hash))
    .execute(connection)
    .await?;
    Ok(())
}

impl Shelf for Chain {
    fn place(&self) -> &Path {
        &self.place
    }

    fn append(&mut self, entries: Vec<Entry>) -> Result<Vec<Event>, StoreError> {
        let wanted = entries.clone();
        let sealed = self.append_once(move |_, head| {
            let sealed = shelf::seal_all(wanted.clone(), head).into_iter();
            Ok(sealed.map(|(event, body)| Sealed::of(event, body)).collect())
        })?;
        let events = entries.into_iter().zip(sealed);
        Ok(events.map(|(entry, sealed)| sealed.understood_as(entry.body)).collect())
    }

    fn append_sealed(&mut self, events: &[Sealed]) -> Result<(), StoreError> {
        let wanted = events.to_vec();
        self.append_once(move |place, head| {
            shelf::refuse_fork(place, head, &wanted).map(|()| wanted.clone())
        })?;
        Ok(())
    }

    fn keep(&mut self, document: &[u8]) -> Result<String, StoreError> {
        let (sha256, content) = (sha256_hex(document), document.to_vec());
        let kept = sha256.clone();
        self.ask_chain(async move |connection, chain| {
            sqlx::query(
                "INSERT INTO etalon.document (chain, sha256, content) VALUES ($1, $2, $3)
                 ON CONFLICT DO NOTHING",
            )
            .bind(chain)
            .bind(&sha256)
            .bind(&content)
            .execute(connection)
            .await?;
            Ok(())
        })?;
        Ok(kept)
    }

    fn document(&mut self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        let wanted = sha256.to_owned();
        let found = self.ask_chain(async move |connection, chain| {
            read::document(connection, chain, &wanted).await
        })?;
        found.ok_or_else(|| StoreError::NoDocument { sha256: sha256.to_owned() })
    }

    fn documents(&mut self) -> Result<Vec<String>, StoreError> {
        self.ask_chain(read::documents)
    }

    fn events(&mut self, run: &str) -> Result<Vec<Sealed>, StoreError> {
        let run = run.to_owned();
        self.ask_chain(async move |connection, chain| read::events(connection, chain, &run).await)
    }

    fn events_after(&mut self, after: u64, most: u32) -> Result<Vec<Sealed>, StoreError> {
        self.ask_chain(async move |connection, chain| {
            read::events_after(connection, chain, after, most).await
        })
    }

    fn of_kinds(
        &mut self,
        kinds: &[&str],
        run: Option<&str>,
        after: u64,
        most: u32,
    ) -> Result<Vec<Sealed>, StoreError> {
        let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let run = run.map(str::to_owned);
        self.ask_chain(async move |connection, chain| {
            let wanted = read::Kinds { kinds: &kinds, run: run.as_deref(), after, most };
            read::of_kinds(connection, chain, &wanted).await
        })
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        self.ask_chain(read::head)
    }

    fn highest(&mut self) -> Result<Option<u64>, StoreError> {
        self.ask_chain(read::highest)
    }

    fn structure(&mut self) -> Vec<String> {
        let found = self.ask_chain(read::findings);
        found.unwrap_or_else(|refused| vec![refused.to_string()])
    }
}
