//! The desk at which everybody's events wait for the one writer.
//!
//! Whoever comes first sends the [`writer`] off. Positions that wake at the same moment are written in
//! one commit, because the writer waits until everybody who was awake with the first of them has had a
//! turn. Whoever comes while the disk is busy shares the next commit.
//!
//! Events are sealed where they are laid down, for the place that they will probably get: sealing and
//! inserting go on side by side. The end of the chain is known for certain inside the transaction
//! alone; where another process wrote in between, the writer seals them anew.

mod writer;

use std::{
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Semaphore, oneshot};

use super::{
    StoreError,
    shelf::{Head, Piece, Shelf},
};
use crate::journal::{Entry, Event};
use writer::Writer;

/// How many calls may wait for the disk before further ones are held back.
///
/// Four for each position of a 60-position bench: enough to keep the writer busy, little enough
/// that memory stays flat when the disk is slow.
const WAITING_CALLS: usize = 240;

/// A caller's own events, sealed and durable, or why they are not.
type Answer = Result<Vec<Piece>, Arc<StoreError>>;

struct Waiting {
    pieces: Vec<Piece>,
    answer: oneshot::Sender<Answer>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// A writer is on its way or at work: it takes what waits before it goes.
    is_attended: bool,
    /// Everybody who was awake when the writer was sent off, or was told by it, has had a turn.
    is_gathered: bool,
    /// The writer sleeps until so much is laid down, or everybody has had a turn.
    wakes_writer_at: Option<usize>,
    /// Where the chain will probably end when everything that waits is written.
    end: Head,
}

/// The record, and who waits for it.
pub(super) struct Desk {
    record: Mutex<Box<dyn Shelf>>,
    queue: Mutex<Queue>,
    laid_down: Condvar,
    room: Semaphore,
    commits: AtomicU64,
    /// Where the record is.
    pub(super) path: PathBuf,
}

impl Desk {
    pub(super) fn over(shelf: impl Shelf + 'static) -> Arc<Self> {
        let path = shelf.place().to_owned();
        Arc::new(Self {
            record: Mutex::new(Box::new(shelf)),
            queue: Mutex::default(),
            laid_down: Condvar::new(),
            room: Semaphore::new(WAITING_CALLS),
            commits: AtomicU64::new(0),
            path,
        })
    }

    /// How many commits the desk's writers have made.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// The record, for one piece of work.
    pub(super) fn record(&self) -> MutexGuard<'_, Box<dyn Shelf>> {
        lock(&self.record)
    }

    /// Hands entries over and waits until they are durable.
    pub(super) async fn append(
        self: &Arc<Self>,
        entries: Vec<Entry>,
    ) -> Result<Vec<Event>, Arc<StoreError>> {
        let stopped = || Arc::new(StoreError::Stopped);
        let _room = self.room.acquire().await.map_err(|_| stopped())?;
        let (answer, answered) = oneshot::channel();
        if let Some(writer) = self.lay_down(entries, answer) {
            drop(tokio::task::spawn_blocking(move || writer.write()));
            tokio::spawn(Arc::clone(self).gather());
        }
        let pieces = answered.await.unwrap_or_else(|_| Err(stopped()))?;
        Ok(pieces.into_iter().map(Piece::into_event).collect())
    }

    /// Puts entries to those that wait; where nobody is there to write them, gives the writer.
    fn lay_down(
        self: &Arc<Self>,
        entries: Vec<Entry>,
        answer: oneshot::Sender<Answer>,
    ) -> Option<Writer> {
        let mut pieces: Vec<_> = entries.into_iter().map(Piece::without_place).collect();
        let mut queue = lock(&self.queue);
        pieces.iter_mut().for_each(|piece| piece.take_place(&mut queue.end));
        queue.waiting.push(Waiting { pieces, answer });
        if queue.wakes_writer_at == Some(queue.waiting.len()) {
            self.laid_down.notify_one();
        }
        if std::mem::replace(&mut queue.is_attended, true) {
            return None;
        }
        queue.is_gathered = false;
        Some(Writer::at(Arc::clone(self)))
    }

    /// Tells the writer when everybody who is awake now has had a turn.
    async fn gather(self: Arc<Self>) {
        tokio::task::yield_now().await;
        let mut queue = lock(&self.queue);
        queue.is_gathered = true;
        if queue.wakes_writer_at.is_some() {
            self.laid_down.notify_one();
        }
    }

    /// Sleeps until so many calls wait, or everybody has had a turn, or patience ends.
    fn sleep<'a>(
        &self,
        mut queue: MutexGuard<'a, Queue>,
        until: usize,
        patience: Duration,
    ) -> MutexGuard<'a, Queue> {
        queue.wakes_writer_at = Some(until);
        let is_idle = |queue: &mut Queue| queue.waiting.len() < until && !queue.is_gathered;
        let woken = self.laid_down.wait_timeout_while(queue, patience, is_idle);
        (queue, _) = woken.unwrap_or_else(PoisonError::into_inner);
        queue.wakes_writer_at = None;
        queue
    }
}

/// A thread that panicked while it held the lock left the database as its last commit: the
/// transaction it was in is rolled back when the next one begins.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
