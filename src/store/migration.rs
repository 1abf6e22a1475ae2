//! The schema and its versions: forward only, one transaction per step, newer ones refused.
//!
//! The file carries the application id `ETLN` and a table `schema_version` with one row for every
//! step ever taken. Triggers refuse to change or remove an event or a document: what the program
//! never does, a careless hand with a database shell cannot do by accident either.

use rusqlite::Connection;

/// The application id of a record in the SQLite header: `ETLN` in ASCII.
pub const APPLICATION_ID: i32 = 0x4554_4C4E;

/// The steps, oldest first; the schema version is the number of steps taken. Never edit a released
/// step: add one.
pub const STEPS: &[&str] = &[VERSION_1];

const VERSION_1: &str = "
CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY
);
CREATE TABLE event (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at       TEXT NOT NULL,
    run      TEXT NOT NULL,
    body     TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash     TEXT NOT NULL,
    kind     TEXT GENERATED ALWAYS AS (json_extract(body, '$.event')) VIRTUAL
);
CREATE INDEX event_of_run ON event (run, sequence);
CREATE INDEX event_of_kind ON event (kind, sequence);
CREATE TABLE document (
    sha256  TEXT PRIMARY KEY,
    content BLOB NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER event_is_never_edited BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never edited, only followed by another'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;
CREATE TRIGGER document_is_never_edited BEFORE UPDATE ON document
BEGIN SELECT RAISE(ABORT, 'a document is never edited'); END;
CREATE TRIGGER document_is_never_deleted BEFORE DELETE ON document
BEGIN SELECT RAISE(ABORT, 'a document is never deleted'); END;
";

/// The newest version that this program knows.
#[must_use]
pub fn known() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

/// The version of an open file; 0 when it has no schema yet.
///
/// # Errors
/// What the database refuses.
pub fn version(connection: &Connection) -> rusqlite::Result<u32> {
    let exists: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version')",
        [],
        |row| row.get(0),
    )?;
    if !exists {
        return Ok(0);
    }
    connection
        .query_row("SELECT COALESCE(MAX(version), 0) FROM schema_version", [], |row| row.get(0))
}

/// Takes the steps that are missing.
///
/// # Errors
/// What the database refuses; the step in question is then not taken at all.
pub fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let taken = version(connection)?;
    let missing = (1_u32..).zip(STEPS).filter(|(number, _)| *number > taken);
    for (number, step) in missing {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.execute("INSERT INTO schema_version (version) VALUES (?1)", [number])?;
        transaction.commit()?;
    }
    Ok(())
}

/// Tables, indexes and triggers that an up-to-date file must hold, as `type name: definition`.
///
/// # Errors
/// What the database refuses.
pub fn definitions(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT type || ' ' || name || ': ' || COALESCE(sql, '') FROM sqlite_schema
         WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.collect()
}

/// The same list for a file made anew by this program.
///
/// # Errors
/// What the database refuses.
pub fn expected_definitions() -> rusqlite::Result<Vec<String>> {
    let mut anew = Connection::open_in_memory()?;
    migrate(&mut anew)?;
    definitions(&anew)
}
