//! What a chain's reader asks the server.

use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{Refused, schema};
use crate::{
    journal::chain::Sealed,
    store::{StoreError, shelf::Head},
};

const EVENTS_OF_RUN: &str = "SELECT sequence, at, run, body, previous, hash FROM etalon.event
    WHERE chain = $1 AND run = $2 ORDER BY sequence";

const EVENTS_AFTER: &str = "SELECT sequence, at, run, body, previous, hash FROM etalon.event
    WHERE chain = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";

const EVENTS_OF_KINDS: &str = "SELECT sequence, at, run, body, previous, hash FROM etalon.event
    WHERE chain = $1 AND kind = ANY($2) AND ($3::text IS NULL OR run = $3) AND sequence > $4
    ORDER BY sequence LIMIT $5";

/// Which events are wanted by their kind.
pub(super) struct Kinds<'a> {
    pub(super) kinds: &'a [String],
    pub(super) run: Option<&'a str>,
    pub(super) after: u64,
    pub(super) most: u32,
}

/// A sequence number for PostgreSQL, which has no unsigned ones.
pub(super) fn signed(sequence: u64) -> Result<i64, Refused> {
    i64::try_from(sequence).map_err(|_| out_of_range(sequence.to_string()))
}

/// A sequence number as PostgreSQL holds it.
pub(super) fn unsigned(sequence: i64) -> Result<u64, Refused> {
    u64::try_from(sequence).map_err(|_| out_of_range(sequence.to_string()))
}

fn out_of_range(found: String) -> Refused {
    let found = format!("{found} is no sequence number");
    StoreError::Damaged { path: "etalon.event".into(), found }.into()
}

fn sealed(row: &PgRow) -> Result<Sealed, Refused> {
    Ok(Sealed {
        sequence: unsigned(row.try_get(0)?)?,
        at: row.try_get(1)?,
        run: row.try_get(2)?,
        body: row.try_get(3)?,
        previous: row.try_get(4)?,
        hash: row.try_get(5)?,
    })
}

pub(super) async fn events(
    connection: &mut PgConnection,
    chain: &str,
    run: &str,
) -> Result<Vec<Sealed>, Refused> {
    let rows = sqlx::query(EVENTS_OF_RUN).bind(chain).bind(run).fetch_all(connection).await?;
    rows.iter().map(sealed).collect()
}

pub(super) async fn events_after(
    connection: &mut PgConnection,
    chain: &str,
    after: u64,
    most: u32,
) -> Result<Vec<Sealed>, Refused> {
    let query = sqlx::query(EVENTS_AFTER).bind(chain).bind(signed(after)?).bind(i64::from(most));
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(sealed).collect()
}

pub(super) async fn of_kinds(
    connection: &mut PgConnection,
    chain: &str,
    wanted: &Kinds<'_>,
) -> Result<Vec<Sealed>, Refused> {
    let query = sqlx::query(EVENTS_OF_KINDS).bind(chain).bind(wanted.kinds).bind(wanted.run);
    let query = query.bind(signed(wanted.after)?).bind(i64::from(wanted.most));
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(sealed).collect()
}

/// Whether an event stands in the chain exactly as it was sealed.
pub(super) async fn stands(
    connection: &mut PgConnection,
    chain: &str,
    event: &Sealed,
) -> Result<bool, Refused> {
    let query =
        sqlx::query("SELECT 1 FROM etalon.event WHERE chain = $1 AND sequence = $2 AND hash = $3");
    let query = query.bind(chain).bind(signed(event.sequence)?).bind(&event.hash);
    Ok(query.fetch_optional(connection).await?.is_some())
}

pub(super) async fn document(
    connection: &mut PgConnection,
    chain: &str,
    sha256: &str,
) -> Result<Option<Vec<u8>>, Refused> {
    let query = sqlx::query("SELECT content FROM etalon.document WHERE chain = $1 AND sha256 = $2");
    let found = query.bind(chain).bind(sha256).fetch_optional(connection).await?;
    Ok(found.map(|row| row.try_get(0)).transpose()?)
}

pub(super) async fn documents(
    connection: &mut PgConnection,
    chain: &str,
) -> Result<Vec<String>, Refused> {
    let query = sqlx::query("SELECT sha256 FROM etalon.document WHERE chain = $1 ORDER BY sha256");
    let rows = query.bind(chain).fetch_all(connection).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

pub(super) async fn head(connection: &mut PgConnection, chain: &str) -> Result<Head, Refused> {
    let query = sqlx::query(
        "SELECT sequence, hash FROM etalon.event WHERE chain = $1 ORDER BY sequence DESC LIMIT 1",
    );
    match query.bind(chain).fetch_optional(connection).await? {
        Some(row) => Ok(Head { sequence: unsigned(row.try_get(0)?)?, hash: row.try_get(1)? }),
        None => Ok(Head::default()),
    }
}

pub(super) async fn highest(
    connection: &mut PgConnection,
    chain: &str,
) -> Result<Option<u64>, Refused> {
    let query = sqlx::query("SELECT highest FROM etalon.chain WHERE chain = $1");
    match query.bind(chain).fetch_optional(connection).await? {
        Some(row) => Ok(Some(unsigned(row.try_get(0)?)?)),
        None => Ok(None),
    }
}

/// Guards that do not stand, and events that no walk along the chain meets.
pub(super) async fn findings(
    connection: &mut PgConnection,
    chain: &str,
) -> Result<Vec<String>, Refused> {
    let mut findings = schema::missing_guards(connection).await?;
    let query = sqlx::query("SELECT COUNT(*) FROM etalon.event WHERE chain = $1 AND sequence < 1");
    let strays: i64 = query.bind(chain).fetch_one(connection).await?.try_get(0)?;
    if strays > 0 {
        findings.push(format!("{strays} events stand before the first one of the chain"));
    }
    Ok(findings)
}
