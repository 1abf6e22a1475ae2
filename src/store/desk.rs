//! The desk at which everybody's events wait for the one writer.
//!
//! Whoever comes first sends the writer off, and whoever comes while it works shares its commit: the
//! writer inserts what is there while others still lay down, and commits when nothing more comes.
//! Positions that wake at the same moment are written in one commit, because the writer waits until
//! everybody who was awake with the first of them has had a turn. Whoever comes while the disk is busy
//! shares the next commit.
//!
//! Events are sealed where they are laid down, for the place that they will probably get: sealing and
//! inserting go on side by side. The end of the chain is known for certain inside the transaction
//! alone; where another process wrote in between, the writer seals them anew.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Semaphore, oneshot};

use super::{
    StoreError,
    shelf::{Head, Piece, Shelf},
};
use crate::journal::{Entry, Event};

/// How many calls may wait for the disk before further ones are held back.
///
/// Four for each position of a 60-position bench: enough to keep the writer busy, little enough
/// that memory stays flat when the disk is slow.
const WAITING_CALLS: usize = 240;

/// So many calls wake a writer that waits for those who are still laying down.
/// Chosen: sixteen, so that waking it costs each of them little beside sealing.
const WORTH_WAKING: usize = 16;

/// How long an open transaction waits for those who were awake with the first caller.
/// Chosen: two milliseconds, of the order of one commit; no other process waits longer for it.
const GATHERING: Duration = Duration::from_millis(2);

type Answer = Result<Vec<Event>, Arc<StoreError>>;

struct Waiting {
    pieces: Vec<Piece>,
    answer: oneshot::Sender<Answer>,
}

/// Whom one commit is to be told, and how many events are theirs.
type Caller = (usize, oneshot::Sender<Answer>);

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    /// A writer is on its way or at work: it takes what waits before it goes.
    is_attended: bool,
    /// Everybody who was awake when the writer was sent off has had a turn.
    is_gathered: bool,
    /// The writer sleeps until enough is laid down, or everybody has had a turn.
    is_writer_asleep: bool,
    /// Where the chain will probably end when everything that waits is written.
    end: Head,
}

/// The record, and who waits for it.
pub(super) struct Desk {
    record: Mutex<Box<dyn Shelf>>,
    queue: Mutex<Queue>,
    laid_down: Condvar,
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
            laid_down: Condvar::new(),
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
        if let Some(writer) = self.lay_down(entries, answer) {
            let desk = Arc::clone(self);
            drop(tokio::task::spawn_blocking(move || writer.write()));
            tokio::spawn(async move {
                tokio::task::yield_now().await;
                desk.gathered();
            });
        }
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Puts entries to those that wait; where nobody is there to write them, gives the writer.
    fn lay_down(
        self: &Arc<Self>,
        entries: Vec<Entry>,
        answer: oneshot::Sender<Answer>,
    ) -> Option<Writer> {
        let mut queue = lock(&self.queue);
        let end = &mut queue.end;
        let pieces = entries.into_iter().map(|entry| Piece::sealed_behind(entry, end)).collect();
        queue.waiting.push_back(Waiting { pieces, answer });
        if queue.is_writer_asleep && queue.waiting.len() == WORTH_WAKING {
            self.laid_down.notify_one();
        }
        if std::mem::replace(&mut queue.is_attended, true) {
            return None;
        }
        queue.is_gathered = false;
        Some(Writer { desk: Arc::clone(self), has_left: false })
    }

    fn gathered(&self) {
        let mut queue = lock(&self.queue);
        queue.is_gathered = true;
        if queue.is_writer_asleep {
            self.laid_down.notify_one();
        }
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
        while !self.leaves() {
            self.commit();
        }
        self.has_left = true;
    }

    /// Where nothing waits the desk is left in the same breath, so that nobody comes in between and
    /// waits for a writer that goes.
    fn leaves(&self) -> bool {
        let mut queue = lock(&self.desk.queue);
        let leaves = queue.waiting.is_empty();
        queue.is_attended = !leaves;
        leaves
    }

    /// One commit, and everybody's own part of the answer.
    fn commit(&self) {
        let mut callers: Vec<Caller> = Vec::new();
        let appended = self.desk.record().append_handed(&mut || self.more(&mut callers));
        let written = match appended {
            Ok(events) => {
                self.expect_behind(&events);
                Ok(events.into_iter())
            }
            Err(refused) => Err(Arc::new(refused)),
        };
        if callers.is_empty() {
            // The record refused before it looked at anything: that is everybody's answer.
            self.more(&mut callers);
        }
        let answers = Answers { written, callers };
        // Told by the runtime itself, sixty callers cost one call from this thread to that one.
        tokio::runtime::Handle::current().spawn(async move { drop(answers) });
    }

    /// What waits now, for the open transaction; `None` when it is to be closed.
    fn more(&self, callers: &mut Vec<Caller>) -> Option<Vec<Piece>> {
        let mut queue = lock(&self.desk.queue);
        if queue.waiting.is_empty() && !queue.is_gathered {
            queue.is_writer_asleep = true;
            let is_idle =
                |queue: &mut Queue| queue.waiting.len() < WORTH_WAKING && !queue.is_gathered;
            let woken = self.desk.laid_down.wait_timeout_while(queue, GATHERING, is_idle);
            (queue, _) = woken.unwrap_or_else(PoisonError::into_inner);
            queue.is_writer_asleep = false;
        }
        if queue.waiting.is_empty() {
            return None;
        }
        let mut pieces = Vec::new();
        for Waiting { pieces: mut own, answer } in queue.waiting.drain(..) {
            callers.push((own.len(), answer));
            pieces.append(&mut own);
        }
        Some(pieces)
    }

    /// Corrects where the chain is expected to end, after somebody else wrote in between.
    fn expect_behind(&self, written: &[Event]) {
        let Some(last) = written.last() else { return };
        let mut queue = lock(&self.desk.queue);
        if queue.waiting.is_empty() && queue.end.hash != last.hash {
            queue.end = Head { sequence: last.sequence, hash: last.hash.clone() };
        }
    }
}

/// What was written, and whom it is to be told. They are told wherever this ends, also where no
/// runtime is left to tell them.
struct Answers {
    written: Result<std::vec::IntoIter<Event>, Arc<StoreError>>,
    callers: Vec<Caller>,
}

impl Drop for Answers {
    fn drop(&mut self) {
        for (count, answer) in self.callers.drain(..) {
            let answered = match &mut self.written {
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
