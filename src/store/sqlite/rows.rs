//! Rows of the table of events: as they are written, and as they are read.
//!
//! Where several are at hand one statement inserts them together: what a statement costs whatever it
//! inserts, among it the table's own count of the numbers given, is then paid once for all of them.

use std::sync::LazyLock;

use rusqlite::{CachedStatement, Row, Statement, Transaction};

use crate::{
    journal::{Event, chain::Sealed},
    store::shelf::Piece,
};

/// What is read of an event, in the order of [`sealed`].
pub(super) const COLUMNS: &str = "sequence, at, run, body, previous, hash";

/// So many rows are inserted by one statement, where so many are there.
/// Chosen: in a record in memory, two microseconds of two and a half are left with eight, hardly less
/// with sixty; four and one are for what remains.
const TOGETHER: [usize; 3] = [16, 4, 1];

/// The statements of [`TOGETHER`]. Neighbours in a chain share what they have in common: `?1` is the run
/// of them all, `?2` the place of the first one, `?3` the hash before it, and the hash of each one is
/// what the next was sealed behind. So half as many texts are copied as there are in the table.
static INSERTS: LazyLock<[String; 3]> = LazyLock::new(|| {
    TOGETHER.map(|rows| {
        let row = |at: usize| {
            let own = SHARED + OWN * at;
            let previous = if at == 0 { SHARED } else { own };
            format!("(?2 + {at}, ?{}, ?1, ?{}, ?{previous}, ?{})", own + 1, own + 2, own + OWN)
        };
        let rows = (0..rows).map(row).collect::<Vec<_>>().join(", ");
        format!("INSERT INTO event ({COLUMNS}) VALUES {rows}")
    })
});

/// Parameters that all rows of a statement share: run, place of the first one, hash before it.
const SHARED: usize = 3;

/// Parameters of each row alone: moment, body, hash.
const OWN: usize = 3;

/// One row as it is written.
pub(super) struct Written<'a> {
    sequence: u64,
    run: &'a str,
    previous: &'a str,
    own: [&'a str; OWN],
}

impl<'a> Written<'a> {
    pub(super) fn of(event: &'a Event, body: &'a str) -> Self {
        let Event { sequence, at, run, previous, hash, .. } = event;
        Self { sequence: *sequence, run, previous, own: [at, body, hash] }
    }
}

impl<'a> From<&'a Sealed> for Written<'a> {
    fn from(sealed: &'a Sealed) -> Self {
        let Sealed { sequence, at, run, body, previous, hash } = sealed;
        Self { sequence: *sequence, run, previous, own: [at, body, hash] }
    }
}

impl<'a> From<&'a Piece> for Written<'a> {
    fn from(piece: &'a Piece) -> Self {
        let (event, body) = piece.parts();
        Self::of(event, body)
    }
}

/// The statements that insert rows in an open transaction, each with the number of its rows.
pub(super) struct Insertion<'a>(Vec<(usize, CachedStatement<'a>)>);

impl<'a> Insertion<'a> {
    pub(super) fn into_record(transaction: &'a Transaction<'_>) -> rusqlite::Result<Self> {
        let statements = TOGETHER.into_iter().zip(INSERTS.iter()).map(|(rows, insert)| {
            let statement = transaction.prepare_cached(insert)?;
            Ok((rows, statement))
        });
        Ok(Self(statements.collect::<rusqlite::Result<_>>()?))
    }

    /// Inserts neighbours in the chain in their order, as many together as there are of one run.
    pub(super) fn put(&mut self, rows: &[Written<'_>]) -> rusqlite::Result<()> {
        let runs = rows.chunk_by(|one, next| one.run == next.run);
        for mut left in runs {
            for (together, statement) in &mut self.0 {
                let groups = left.chunks_exact(*together);
                left = groups.remainder();
                groups.into_iter().try_for_each(|group| insert(statement, group))?;
            }
        }
        Ok(())
    }
}

fn insert(statement: &mut Statement<'_>, group: &[Written<'_>]) -> rusqlite::Result<()> {
    let Some(first) = group.first() else { return Ok(()) };
    statement.raw_bind_parameter(1, first.run)?;
    statement.raw_bind_parameter(2, first.sequence)?;
    statement.raw_bind_parameter(3, first.previous)?;
    for (place, text) in (SHARED + 1..).zip(group.iter().flat_map(|row| row.own)) {
        statement.raw_bind_parameter(place, text)?;
    }
    statement.raw_execute().map(drop)
}

/// One row of the table, in the order of [`COLUMNS`].
pub(super) fn sealed(row: &Row<'_>) -> rusqlite::Result<Sealed> {
    Ok(Sealed {
        sequence: row.get(0)?,
        at: row.get(1)?,
        run: row.get(2)?,
        body: row.get(3)?,
        previous: row.get(4)?,
        hash: row.get(5)?,
    })
}
