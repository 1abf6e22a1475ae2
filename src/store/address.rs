//! The address of a record in a PostgreSQL database, as one line of `etalon.toml` names it.
//!
//! `postgresql://USER@HOST/DATABASE`, or `postgresql:///DATABASE?host=/folder/of/the/socket`. The
//! line is kept with every run, so it may not hold a password: PostgreSQL's own `.pgpass` does, or
//! the environment variable `PGPASSWORD`.

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use super::StoreError;

/// The name of a chain where `etalon.toml` says none.
pub const USUAL_CHAIN: &str = "main";

/// How long a database that is away is waited for where nobody says otherwise, in seconds.
///
/// Chosen: as long as a record in a file is waited for when another process keeps it locked.
pub(super) const PATIENCE_S: u64 = 5;

/// Beginnings of an address; everything else is the name of a file.
const SCHEMES: [&str; 2] = ["postgresql://", "postgres://"];

/// A record in a database: the database, the laboratory and the name of its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    url: String,
    laboratory: String,
    chain: String,
    patience_s: u64,
}

impl Address {
    /// An address; `chain` tells several chains of one laboratory apart.
    #[must_use]
    pub fn new(url: &str, laboratory: &str, chain: &str) -> Self {
        Self {
            url: url.to_owned(),
            laboratory: laboratory.to_owned(),
            chain: chain.to_owned(),
            patience_s: PATIENCE_S,
        }
    }

    /// The same address, with another time for which a database that is away is waited for, in
    /// seconds.
    #[must_use]
    pub fn with_patience(self, patience_s: u64) -> Self {
        Self { patience_s, ..self }
    }

    /// How long a database that is away is waited for, in seconds.
    #[must_use]
    pub fn patience_s(&self) -> u64 {
        self.patience_s
    }

    /// Whether the `store` of `etalon.toml` is the address of a database and not a file's name.
    #[must_use]
    pub fn is_one(store: &str) -> bool {
        SCHEMES.iter().any(|scheme| store.starts_with(scheme))
    }

    /// Whether an address carries a password.
    #[must_use]
    pub fn has_password(url: &str) -> bool {
        let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
        let authority = after_scheme.split(['/', '?']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        let asked = url.split_once('?').map_or("", |(_, asked)| asked);
        user.is_some_and(|user| user.contains(':'))
            || asked.split('&').any(|pair| pair.starts_with("password="))
    }

    /// The laboratory.
    #[must_use]
    pub fn laboratory(&self) -> &str {
        &self.laboratory
    }

    /// The name of the chain.
    #[must_use]
    pub fn chain(&self) -> &str {
        &self.chain
    }

    /// The address for a person.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{} (laboratory {}, chain {})", self.url, self.laboratory, self.chain)
    }

    /// What the client needs to connect.
    ///
    /// # Errors
    /// [`StoreError::Address`] for a text that is no address, or holds a password.
    pub(super) fn options(&self) -> Result<PgConnectOptions, StoreError> {
        let refused = |address: &str, reason: String| StoreError::Address {
            address: address.to_owned(),
            reason,
        };
        if Self::has_password(&self.url) {
            let reason = "it holds a password; passwords belong into .pgpass or PGPASSWORD";
            return Err(refused("postgresql://…", reason.to_owned()));
        }
        let options = PgConnectOptions::from_str(&self.url)
            .map_err(|error| refused(&self.url, error.to_string()))?;
        Ok(options.application_name("etalon"))
    }
}
