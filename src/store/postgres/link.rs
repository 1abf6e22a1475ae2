//! The link to the server: one thread owns the connection, opens it again when it broke, and is
//! patient for a stated time.
//!
//! The store is asked from synchronous and from asynchronous code alike, under a paused clock too.
//! A thread with a runtime of its own serves both: whoever asks waits for its answer and nothing
//! else.

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::{runtime::Runtime, time};

use super::refusal::{self, Refused};
use crate::store::{
    StoreError,
    address::{Address, PATIENCE_S},
};

/// Longest time for one answer of the server, in seconds.
///
/// Chosen: reading a whole chain for a diagnosis takes seconds; a minute of silence is a broken link.
const ANSWER_S: u64 = 60;

/// Between two attempts to reach a server that is away, in milliseconds.
const RETRY_MS: u64 = 100;

/// What every connection is told first.
///
/// Source: PostgreSQL documentation, 20.5 (`synchronous_commit`: `on` waits for the disk) and 20.11
/// (`lock_timeout`).
const GREETING: &str =
    "SET synchronous_commit = on; SET lock_timeout = '5s'; SET search_path = etalon";

type Job = Box<dyn FnOnce(&Runtime, &mut Line) + Send>;

/// A link; dropping it closes the connection.
#[derive(Debug)]
pub(super) struct Link {
    jobs: mpsc::Sender<Job>,
    place: Arc<str>,
}

/// The connection, on the thread that owns it.
struct Line {
    options: PgConnectOptions,
    connection: Option<PgConnection>,
    patience: Duration,
}

impl Link {
    /// Starts the thread; connects on the first question.
    pub(super) fn to(address: &Address) -> Result<Self, StoreError> {
        let place: Arc<str> = address.place().into();
        let mut line = Line {
            options: address.options()?,
            connection: None,
            patience: Duration::from_secs(address.patience_s()),
        };
        let (jobs, waiting) = mpsc::channel::<Job>();
        let failed = |source: std::io::Error| StoreError::File {
            path: "the link to a database".into(),
            source,
        };
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        std::thread::Builder::new()
            .name("etalon-postgresql".to_owned())
            .spawn(move || {
                for job in waiting {
                    job(&runtime, &mut line);
                }
            })
            .map_err(failed)?;
        Ok(Self { jobs, place })
    }

    /// Where it leads.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Asks the server. The work is done again on a new connection when the link broke: it must
    /// find out by itself whether it was done before.
    pub(super) fn ask<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: AsyncFn(&mut PgConnection) -> Result<T, Refused> + Send + 'static,
    {
        let (answer, answered) = mpsc::sync_channel(1);
        let place = Arc::clone(&self.place);
        let job: Job = Box::new(move |runtime, line| {
            let found = runtime.block_on(line.carry_out(&work, &place));
            // Nobody listens any more where the asker is gone.
            drop(answer.send(found));
        });
        self.jobs.send(job).map_err(|_| StoreError::Stopped)?;
        answered.recv().map_err(|_| StoreError::Stopped)?
    }
}

impl Line {
    async fn carry_out<T>(
        &mut self,
        work: &impl AsyncFn(&mut PgConnection) -> Result<T, Refused>,
        place: &str,
    ) -> Result<T, StoreError> {
        let until = time::Instant::now() + self.patience;
        loop {
            let refused = match self.attempt(work).await {
                Ok(found) => return Ok(found),
                Err(refused) => refused,
            };
            if !refused.is_lost() {
                return Err(refused.into_store_error(place));
            }
            self.connection = None;
            if time::Instant::now() >= until {
                return Err(StoreError::Unreachable {
                    place: place.to_owned(),
                    waited_s: self.patience.as_secs(),
                    reason: refused.to_string(),
                });
            }
            time::sleep(Duration::from_millis(RETRY_MS)).await;
        }
    }

    async fn attempt<T>(
        &mut self,
        work: &impl AsyncFn(&mut PgConnection) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        if self.connection.is_none() {
            self.connection = Some(connected(&self.options).await?);
        }
        let Some(connection) = self.connection.as_mut() else { return Err(Refused::Silent) };
        let limit = Duration::from_secs(ANSWER_S);
        time::timeout(limit, work(connection)).await.unwrap_or(Err(Refused::Silent))
    }
}

async fn connected(options: &PgConnectOptions) -> Result<PgConnection, Refused> {
    let connecting = time::timeout(Duration::from_secs(PATIENCE_S), options.connect());
    let mut connection = connecting.await.map_err(|_| Refused::Silent)??;
    connection.ping().await?;
    sqlx::raw_sql(GREETING).execute(&mut connection).await?;
    refusal::refuse_forgetful(&mut connection).await?;
    Ok(connection)
}
