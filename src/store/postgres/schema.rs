//! The schema in PostgreSQL and its versions: forward only, one transaction per step, newer ones
//! refused; the same promises as the SQLite file keeps.
//!
//! Many laboratories share one database, each bench or laboratory with a chain of its own. A chain
//! belongs to the database role that began it (`keeper`), and row-level security shows it to the
//! members of that role and to nobody else, the owner of the tables included; only a superuser of
//! the server, who can read the disk as well, stands outside. Nobody is granted to change or remove
//! events or documents, and triggers refuse it to those who need no grant.

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

/// The steps, oldest first; the schema version is the number of steps taken. Never edit a released
/// step: add one.
pub const STEPS: &[&str] = &[VERSION_1];

/// Key of the lock under which one process at a time migrates: `ETLN` in ASCII.
///
/// Chosen: the same letters as the application id of the SQLite file.
const MIGRATING: i64 = 0x4554_4C4E;

const VERSION_1: &str = r#"
CREATE TABLE etalon.chain (
    chain      TEXT PRIMARY KEY,
    laboratory TEXT NOT NULL,
    name       TEXT NOT NULL,
    keeper     NAME NOT NULL DEFAULT current_user,
    highest    BIGINT NOT NULL CHECK (highest >= 0),
    head       TEXT NOT NULL,
    UNIQUE (keeper, laboratory, name)
);
CREATE TABLE etalon.event (
    chain    TEXT NOT NULL REFERENCES etalon.chain,
    sequence BIGINT NOT NULL,
    at       TEXT NOT NULL,
    run      TEXT NOT NULL,
    body     TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash     TEXT NOT NULL,
    kind     TEXT GENERATED ALWAYS AS (substring(body FROM '^\{"event":"([a-z_]+)"')) STORED,
    PRIMARY KEY (chain, sequence)
);
CREATE INDEX event_of_run ON etalon.event (chain, run, sequence);
CREATE INDEX event_of_kind ON etalon.event (chain, kind, sequence);
CREATE TABLE etalon.document (
    chain   TEXT NOT NULL REFERENCES etalon.chain,
    sha256  TEXT COLLATE "C" NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (chain, sha256)
);
CREATE FUNCTION etalon.never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of etalon.% are never edited and never deleted', TG_TABLE_NAME;
END $$;
CREATE FUNCTION etalon.onward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.highest < OLD.highest OR (NEW.chain, NEW.laboratory, NEW.name, NEW.keeper)
        IS DISTINCT FROM (OLD.chain, OLD.laboratory, OLD.name, OLD.keeper) THEN
        RAISE EXCEPTION 'a chain goes on, it is never edited';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER event_is_kept BEFORE UPDATE OR DELETE ON etalon.event
    FOR EACH ROW EXECUTE FUNCTION etalon.never();
CREATE TRIGGER events_are_kept BEFORE TRUNCATE ON etalon.event
    FOR EACH STATEMENT EXECUTE FUNCTION etalon.never();
CREATE TRIGGER document_is_kept BEFORE UPDATE OR DELETE ON etalon.document
    FOR EACH ROW EXECUTE FUNCTION etalon.never();
CREATE TRIGGER documents_are_kept BEFORE TRUNCATE ON etalon.document
    FOR EACH STATEMENT EXECUTE FUNCTION etalon.never();
CREATE TRIGGER chain_is_kept BEFORE DELETE ON etalon.chain
    FOR EACH ROW EXECUTE FUNCTION etalon.never();
CREATE TRIGGER chains_are_kept BEFORE TRUNCATE ON etalon.chain
    FOR EACH STATEMENT EXECUTE FUNCTION etalon.never();
CREATE TRIGGER chain_goes_on BEFORE UPDATE ON etalon.chain
    FOR EACH ROW EXECUTE FUNCTION etalon.onward();
ALTER TABLE etalon.chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE etalon.chain FORCE ROW LEVEL SECURITY;
ALTER TABLE etalon.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE etalon.event FORCE ROW LEVEL SECURITY;
ALTER TABLE etalon.document ENABLE ROW LEVEL SECURITY;
ALTER TABLE etalon.document FORCE ROW LEVEL SECURITY;
CREATE POLICY of_its_keeper ON etalon.chain
    USING (pg_has_role(current_user, keeper, 'MEMBER'))
    WITH CHECK (pg_has_role(current_user, keeper, 'MEMBER'));
CREATE POLICY of_its_chain ON etalon.event
    USING (chain IN (SELECT own.chain FROM etalon.chain own))
    WITH CHECK (chain IN (SELECT own.chain FROM etalon.chain own));
CREATE POLICY of_its_chain ON etalon.document
    USING (chain IN (SELECT own.chain FROM etalon.chain own))
    WITH CHECK (chain IN (SELECT own.chain FROM etalon.chain own));
GRANT USAGE ON SCHEMA etalon TO PUBLIC;
GRANT SELECT ON etalon.schema_version TO PUBLIC;
GRANT SELECT, INSERT ON etalon.chain, etalon.event, etalon.document TO PUBLIC;
GRANT UPDATE (highest, head) ON etalon.chain TO PUBLIC;
"#;

/// The newest version that this program knows.
#[must_use]
pub fn known() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

/// The version of a database; 0 when it has no schema yet.
///
/// # Errors
/// What the server refuses.
pub async fn version(connection: &mut PgConnection) -> Result<u32, sqlx::Error> {
    // The catalogue is read as a table: names are looked up in a cache that another process's step
    // may have left behind.
    let found = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_tables
        WHERE schemaname = 'etalon' AND tablename = 'schema_version')";
    let exists: bool = sqlx::query(found).fetch_one(&mut *connection).await?.try_get(0)?;
    if !exists {
        return Ok(0);
    }
    let newest = "SELECT COALESCE(MAX(version), 0) FROM etalon.schema_version";
    let version: i32 = sqlx::query(newest).fetch_one(&mut *connection).await?.try_get(0)?;
    Ok(u32::try_from(version).unwrap_or(u32::MAX))
}

/// Takes the steps that are missing, each in a transaction of its own.
///
/// # Errors
/// What the server refuses; the step in question is then not taken at all.
pub async fn migrate(
    connection: &mut PgConnection,
    steps: &'static [&'static str],
) -> Result<(), sqlx::Error> {
    let taken = version(connection).await?;
    for (number, step) in
        (1_i32..).zip(steps).filter(|(number, _)| i64::from(*number) > i64::from(taken))
    {
        let mut transaction = connection.begin().await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(MIGRATING)
            .execute(&mut *transaction)
            .await?;
        if version(&mut transaction).await? >= u32::try_from(number).unwrap_or(u32::MAX) {
            // Another process took this step while this one waited for the lock.
            continue;
        }
        if number == 1 {
            sqlx::raw_sql(
                "CREATE SCHEMA etalon;
                 CREATE TABLE etalon.schema_version (version INTEGER PRIMARY KEY);",
            )
            .execute(&mut *transaction)
            .await?;
        }
        sqlx::raw_sql(*step).execute(&mut *transaction).await?;
        let taken = format!("INSERT INTO etalon.schema_version (version) VALUES ({number})");
        sqlx::raw_sql(AssertSqlSafe(taken)).execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Triggers that must stand and be enabled, as PostgreSQL names them.
const GUARDS: [&str; 7] = [
    "event_is_kept",
    "events_are_kept",
    "document_is_kept",
    "documents_are_kept",
    "chain_is_kept",
    "chains_are_kept",
    "chain_goes_on",
];

/// Tables whose rows only members of the keeper's role may see.
const SECURED: [&str; 3] = ["chain", "event", "document"];

/// Guards that are missing or switched off.
///
/// # Errors
/// What the server refuses.
pub async fn missing_guards(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    let standing = sqlx::query(
        "SELECT tgname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
         WHERE relnamespace = 'etalon'::regnamespace AND tgenabled IN ('O', 'A')
         UNION ALL
         SELECT relname::text FROM pg_class
         WHERE relnamespace = 'etalon'::regnamespace AND relrowsecurity AND relforcerowsecurity",
    );
    let rows = standing.fetch_all(&mut *connection).await?;
    let names = rows.iter().map(|row| row.try_get::<String, _>(0));
    let names = names.collect::<Result<Vec<_>, _>>()?;
    let guards = GUARDS.iter().filter(|guard| !names.iter().any(|name| name == *guard));
    let open = SECURED.iter().filter(|table| !names.iter().any(|name| name == *table));
    let guards = guards.map(|guard| format!("trigger {guard} is missing or switched off"));
    let open = open.map(|table| format!("row-level security of {table} is switched off"));
    Ok(guards.chain(open).collect())
}
