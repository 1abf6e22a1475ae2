//! The engine's pen: writes events of one run and returns when they are durable.

use std::sync::Arc;

use etalon_instruments::clock::Clock;

use super::progress::{Notice, Sink};
use crate::journal::{Body, Entry, Event};
use crate::store::{Journal, StoreError};

/// Writes the events of one run.
#[derive(Clone)]
pub struct Ledger {
    journal: Journal,
    run: String,
    clock: Clock,
    sink: Arc<dyn Sink>,
}

impl Ledger {
    /// The pen of a run.
    #[must_use]
    pub fn new(journal: Journal, run: String, clock: Clock, sink: Arc<dyn Sink>) -> Self {
        Self { journal, run, clock, sink }
    }

    /// The run.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.run
    }

    /// The moment of now, as events carry it.
    #[must_use]
    pub fn stamp(&self) -> String {
        self.clock.utc().to_string()
    }

    /// Writes facts of this moment; they are durable when it returns.
    ///
    /// # Errors
    /// When the store refuses; then none of them was written.
    pub async fn keep(&self, facts: Vec<Body>) -> Result<Vec<Event>, Arc<StoreError>> {
        let at = self.stamp();
        self.keep_dated(facts.into_iter().map(|fact| (at.clone(), fact)).collect()).await
    }

    /// Writes one fact.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn keep_one(&self, fact: Body) -> Result<Option<Event>, Arc<StoreError>> {
        Ok(self.keep(vec![fact]).await?.pop())
    }

    /// Writes facts with the moments at which they happened.
    ///
    /// # Errors
    /// When the store refuses; then none of them was written.
    pub async fn keep_dated(
        &self,
        facts: Vec<(String, Body)>,
    ) -> Result<Vec<Event>, Arc<StoreError>> {
        let entries =
            facts.into_iter().map(|(at, fact)| Entry::new(self.run.as_str(), at, fact)).collect();
        let events = self.journal.append(entries).await?;
        for event in &events {
            self.sink.notice(Notice::Event(Box::new(event.clone())));
        }
        Ok(events)
    }

    /// All events of the run so far.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn events(&self) -> Result<Vec<Event>, Arc<StoreError>> {
        self.journal.events(&self.run).map_err(Arc::new)
    }

    /// Tells the listeners something that is not an event.
    pub fn tell(&self, notice: Notice) {
        self.sink.notice(notice);
    }
}
