//! What SQLite says about the file itself, and whether the append-only guards stand.

use super::{Record, migration};

/// How many complaints of SQLite about its file are listed.
///
/// Chosen: a damaged file has thousands, the first ones name the place.
const COMPLAINTS: u32 = 10;

/// Everything that is wrong with the file, its tables and its guards.
pub(super) fn findings(record: &Record) -> Vec<String> {
    let mut findings = file(record);
    findings.extend(definitions(record));
    findings.extend(strays(record));
    findings
}

fn file(record: &Record) -> Vec<String> {
    let check = format!("PRAGMA integrity_check({COMPLAINTS})");
    match record.rows(&check, [], |row| row.get::<_, String>(0)) {
        Ok(said) => said.into_iter().filter(|line| line != "ok").collect(),
        Err(refused) => vec![refused.to_string()],
    }
}

fn definitions(record: &Record) -> Vec<String> {
    let found = migration::definitions(record.connection());
    match (migration::expected_definitions(), found) {
        (Ok(expected), Ok(found)) => {
            let lacking = expected.iter().filter(|definition| !found.contains(definition));
            let named = lacking.map(|definition| {
                let name = definition.split(':').next().unwrap_or(definition);
                format!("{name} is missing or was changed")
            });
            named.collect()
        }
        (Err(refused), _) | (_, Err(refused)) => vec![refused.to_string()],
    }
}

/// Events numbered below 1 are in no walk along the chain, and yet in the file.
fn strays(record: &Record) -> Vec<String> {
    let count = record
        .rows("SELECT COUNT(*) FROM event WHERE sequence < 1", [], |row| row.get::<_, u64>(0));
    match count.map(|count| count.first().copied()) {
        Ok(Some(0) | None) => Vec::new(),
        Ok(Some(count)) => vec![format!("{count} events stand before the first one of the chain")],
        // The table's absence is a finding of the definitions.
        Err(_) => Vec::new(),
    }
}
