//! The desk at which everybody's events wait for the one writer.
//!
//! Whoever comes first sends the writer off; whoever comes until it begins shares its commit, and
//! whoever comes while the disk is busy shares the next one. The writer steps back once before it
//! begins, so that positions which wake at the same moment are written in one commit and not the
//! first of them alone.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Semaphore, oneshot};

use super::{StoreError, shelf::Shelf};
use crate::journal::{Entry, Event};

/// How many calls may wait for the disk before further ones are held back.
///
/// Four for each position of a 60-position bench: enough to keep the writer busy, little enough
/// that memory stays flat when the disk is slow.
const WAITING_CALLS: usize = 240;

type Answer = Result<Vec<Event>, Arc<StoreError>>;

struct Waiting {
    entries: Vec<Entry>,
    answer: oneshot::Sender<Answer>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    /// A writer is on its way or at work: it takes what waits before it goes.
    is_attended: bool,
}

/// The record, and who waits for it.
pub(super) struct Desk {
    record: Mutex<Box<dyn Shelf>>,
    queue: Mutex<Queue>,
    room: Semaphore,
    /// Where the record is.
    pub(super) path: PathBuf,
}

impl Desk {
    pub(super) fn over(shelf: impl Shelf + 'static) -> Arc<Self> {
        let path = shelf.place().to_owned();
        Arc::new(Self {
            record: Mutex::new(Box::new(shelf)),
            queue: Mutex::default(),
            room: Semaphore::new(WAITING_CALLS),
            path,
        })
    }

    /// The record, for one piece of work.
    pub(super) fn record(&self) -> MutexGuard<'_, Box<dyn Shelf>> {
        lock(&self.record)
    }

    /// Hands entries over and waits until they are durable.
    pub(super) async fn append(self: &Arc<Self>, entries: Vec<Entry>) -> Answer {
        let stopped = || Arc::new(StoreError::Stopped);
        let _room = self.room.acquire().await.map_err(|_| stopped())?;
        let (answer, answered) = oneshot::channel();
        if let Some(writer) = self.lay_down(Waiting { entries, answer }) {
            tokio::spawn(async move {
                tokio::task::yield_now().await;
                drop(tokio::task::spawn_blocking(move || writer.write()).await);
            });
        }
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Puts entries to those that wait; where nobody is there to write them, gives the writer.
    fn lay_down(self: &Arc<Self>, waiting: Waiting) -> Option<Writer> {
        let mut queue = lock(&self.queue);
        queue.waiting.push_back(waiting);
        if std::mem::replace(&mut queue.is_attended, true) {
            return None;
        }
        Some(Writer { desk: Arc::clone(self), has_left: false })
    }
}

/// Whoever writes what waits at a desk. There is one at a time; however it goes, the next one who
/// comes to the desk sends another.
struct Writer {
    desk: Arc<Desk>,
    /// The desk was left in order, and another writer may be there already.
    has_left: bool,
}

impl Writer {
    /// Writes until nothing waits any more.
    fn write(mut self) {
        while let Some(waiting) = self.next() {
            self.commit(waiting);
        }
        self.has_left = true;
    }

    /// Everything that waits; where nothing does, the desk is left in the same breath, so that
    /// nobody comes in between and waits for a writer that goes.
    fn next(&self) -> Option<Vec<Waiting>> {
        let mut queue = lock(&self.desk.queue);
        if queue.waiting.is_empty() {
            queue.is_attended = false;
            return None;
        }
        Some(queue.waiting.drain(..).collect())
    }

    /// One commit, and everybody's own part of the answer.
    fn commit(&self, waiting: Vec<Waiting>) {
        let mut entries = Vec::with_capacity(waiting.len());
        let mut callers = Vec::with_capacity(waiting.len());
        for Waiting { entries: mut own, answer } in waiting {
            callers.push((own.len(), answer));
            entries.append(&mut own);
        }
        let mut written = match self.desk.record().append(entries) {
            Ok(events) => Ok(events.into_iter()),
            Err(refused) => Err(Arc::new(refused)),
        };
        for (count, answer) in callers {
            let answered = match &mut written {
                Ok(events) => answer.send(Ok(events.take(count).collect())),
                Err(refused) => answer.send(Err(Arc::clone(refused))),
            };
            // Nobody listens any more where the caller was cancelled: its events stand all the same.
            drop(answered);
        }
    }
}

impl Drop for Writer {
    /// A writer that panicked, or whose runtime ended before it began, leaves nobody waiting for
    /// it: their answers are dropped, which tells them that the record stopped.
    fn drop(&mut self) {
        if !self.has_left {
            let mut queue = lock(&self.desk.queue);
            queue.waiting.clear();
            queue.is_attended = false;
        }
    }
}

/// A thread that panicked while it held the lock left the database as its last commit: the
/// transaction it was in is rolled back when the next one begins.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
