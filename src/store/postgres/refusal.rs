//! What a PostgreSQL server refuses, in the laboratory's words.

use sqlx::{PgConnection, Row};
use thiserror::Error;

use crate::store::{StoreError, address::PATIENCE_S};

/// Why a question to the server was not answered.
#[derive(Debug, Error)]
pub(super) enum Refused {
    /// The client or the server said so.
    #[error(transparent)]
    Said(#[from] sqlx::Error),
    /// Nothing was heard for too long.
    #[error("no answer")]
    Silent,
    /// The server does not keep what it confirms.
    #[error("{setting} = {found}")]
    Forgetful { setting: &'static str, found: String },
    /// The store itself refuses.
    #[error(transparent)]
    Store(Box<StoreError>),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(Box::new(error))
    }
}

impl Refused {
    /// Whether the link is lost, so that the same question may be asked again on another one.
    pub(super) fn is_lost(&self) -> bool {
        match self {
            Self::Silent => true,
            Self::Said(sqlx::Error::Io(_) | sqlx::Error::Protocol(_)) => true,
            Self::Said(sqlx::Error::Database(said)) => {
                // Source: PostgreSQL documentation, appendix A: 08 connection exceptions, 57P01 to
                // 57P03 the server is shutting down or starting.
                let code = said.code().unwrap_or_default();
                code.starts_with("08") || code.starts_with("57P0")
            }
            _ => false,
        }
    }

    pub(super) fn into_store_error(self, place: &str) -> StoreError {
        let place = place.to_owned();
        match self {
            Self::Store(error) => *error,
            Self::Forgetful { setting, found } => {
                StoreError::NotDurable { place, setting, found, wanted: "on" }
            }
            Self::Silent => StoreError::Server { place, reason: "no answer".to_owned() },
            Self::Said(sqlx::Error::Database(said)) => {
                of_code(&said.code().unwrap_or_default(), place, said.message())
            }
            Self::Said(other) => StoreError::Server { place, reason: other.to_string() },
        }
    }
}

/// Source: PostgreSQL documentation, appendix A, "PostgreSQL Error Codes".
fn of_code(code: &str, place: String, said: &str) -> StoreError {
    let reason = said.to_owned();
    match code {
        "55P03" => StoreError::Locked { path: place.into(), waited_s: PATIENCE_S },
        "53100" => StoreError::Full { path: place.into() },
        "25006" => StoreError::ReadOnly { path: place.into() },
        "42501" | "28000" | "28P01" | "3D000" => StoreError::Denied { place, reason },
        // Data corrupted, index corrupted; undefined table, column or function.
        "XX001" | "XX002" | "42P01" | "42703" | "42883" => {
            StoreError::Damaged { path: place.into(), found: reason }
        }
        _ => StoreError::Server { place, reason: format!("{reason} (SQLSTATE {code})") },
    }
}

/// Refuses a server that confirms commits which a loss of power takes back.
///
/// Source: PostgreSQL documentation, 20.5 (`fsync`, `full_page_writes`).
pub(super) async fn refuse_forgetful(connection: &mut PgConnection) -> Result<(), Refused> {
    let row = sqlx::query("SELECT current_setting('fsync'), current_setting('full_page_writes')")
        .fetch_one(connection)
        .await?;
    for (place, setting) in [(0, "fsync"), (1, "full_page_writes")] {
        let found: String = row.try_get(place)?;
        if found != "on" {
            return Err(Refused::Forgetful { setting, found });
        }
    }
    Ok(())
}
