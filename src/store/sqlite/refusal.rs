//! What the database refuses, in the laboratory's words.

use std::path::Path;

use rusqlite::ErrorCode;

use super::StoreError;

/// How long a commit waits for another process, in seconds.
pub(in crate::store) const PATIENCE_S: u64 = 5;

/// Says in the laboratory's words what the database refused.
pub(in crate::store) fn refusal(path: &Path, source: rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    let code = source.sqlite_error_code();
    match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Locked { path, waited_s: PATIENCE_S }
        }
        Some(ErrorCode::DiskFull) => StoreError::Full { path },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen) => StoreError::ReadOnly { path },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Damaged { path, found: source.to_string() }
        }
        _ if is_dismantled(&source) => StoreError::Damaged { path, found: source.to_string() },
        _ => StoreError::Database { path, source },
    }
}

/// A table or column that every record has is gone, or holds what no record holds.
fn is_dismantled(source: &rusqlite::Error) -> bool {
    let said = source.to_string();
    said.contains("no such table")
        || said.contains("no such column")
        || said.contains("malformed")
        || matches!(
            source,
            rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
        )
}
