//! The writer: one commit after the other for whoever waits at a desk, as long as somebody does.
//!
//! Positions that were told at the same moment come again together, a moment later. To wait for them
//! saves a commit and leaves the disk idle meanwhile. Which of the two is dearer is the disk's business:
//! the writer waits for a twentieth of what its last commit took and no longer, so that no more than that
//! is lost by it. Where that is less than it takes to wake somebody it does not wait at all: it writes
//! whoever is there, and the others come while the disk is busy.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use super::{Answer, Desk, Waiting, lock};
use crate::store::{
    StoreError,
    shelf::{Head, Piece},
};

/// So many calls wake a writer that waits for those who are still laying down.
/// Chosen: sixteen, so that waking it costs each of them little beside sealing.
const WORTH_WAKING: usize = 16;

/// The longest that an open transaction waits for those who were awake with the first caller, or were
/// told with it.
/// Chosen: two milliseconds, of the order of one commit; no other process waits longer for it.
const GATHERING: Duration = Duration::from_millis(2);

/// The writer waits for one part in so many of what the last commit took.
/// Chosen: twenty, so that nineteen parts of what the disk can do are left whatever comes of it.
const SHARE_OF_A_COMMIT: u32 = 20;

/// A shorter wait is none.
/// Chosen: a tenth of a millisecond, which is what two threads take to wake one another.
const WORTH_WAITING: Duration = Duration::from_micros(100);

/// Whoever writes what waits at a desk. There is one at a time; however it goes, the next one who
/// comes to the desk sends another.
pub(super) struct Writer {
    desk: Arc<Desk>,
    /// How long an open transaction waits for those who have not had a turn yet.
    patience: Duration,
    /// How long the open transaction has waited for them.
    waited: Duration,
    /// The desk was left in order, and another writer may be there already.
    has_left: bool,
}

impl Writer {
    /// A writer on its way to a desk that has none.
    pub(super) fn at(desk: Arc<Desk>) -> Self {
        Self { desk, patience: GATHERING, waited: Duration::ZERO, has_left: false }
    }

    /// Writes until nothing waits any more.
    pub(super) fn write(mut self) {
        while !self.leaves() {
            self.commit();
        }
        self.has_left = true;
    }

    /// Whoever was told of the last commit has a turn to come again. Where nothing waits then, the desk
    /// is left in the same breath, so that nobody comes in between and waits for a writer that goes.
    fn leaves(&self) -> bool {
        let mut queue = lock(&self.desk.queue);
        if queue.waiting.is_empty() && !queue.is_gathered {
            queue = self.desk.sleep(queue, 1, GATHERING);
        }
        let leaves = queue.waiting.is_empty();
        queue.is_attended = !leaves;
        leaves
    }

    /// One commit, and everybody's own part of the answer.
    fn commit(&mut self) {
        let (desk, begun) = (Arc::clone(&self.desk), Instant::now());
        let mut callers = Vec::new();
        let appended = desk.record().append_handed(&mut || self.more(&mut callers));
        let written = match appended {
            Ok(pieces) => {
                self.took(begun.elapsed());
                self.expect_behind(&pieces);
                Ok(pieces.into_iter())
            }
            Err(refused) => Err(Arc::new(refused)),
        };
        if callers.is_empty() {
            // The record refused before it looked at anything: that is everybody's answer.
            self.more(&mut callers);
        }
        lock(&desk.queue).is_gathered = false;
        let answers = Answers { written, callers };
        // Told by the runtime itself, sixty callers cost one call from this thread to that one.
        tokio::runtime::Handle::current().spawn(async move {
            drop(answers);
            desk.gather().await;
        });
    }

    /// A commit took so long, waiting included: the next one may wait for a part of that.
    fn took(&mut self, elapsed: Duration) {
        self.desk.commits.fetch_add(1, Ordering::Relaxed);
        let wait = elapsed.saturating_sub(std::mem::take(&mut self.waited)) / SHARE_OF_A_COMMIT;
        self.patience = if wait < WORTH_WAITING { Duration::ZERO } else { wait.min(GATHERING) };
    }

    /// What waits now, for the open transaction; `None` when it is to be closed.
    fn more(&mut self, callers: &mut Vec<oneshot::Sender<Answer>>) -> Option<Vec<Vec<Piece>>> {
        if self.patience.is_zero() && !callers.is_empty() {
            return None;
        }
        let mut queue = lock(&self.desk.queue);
        if queue.waiting.is_empty() && !queue.is_gathered {
            let asleep = Instant::now();
            let left = self.patience.saturating_sub(self.waited);
            queue = self.desk.sleep(queue, WORTH_WAKING, left);
            self.waited += asleep.elapsed();
        }
        if queue.waiting.is_empty() {
            return None;
        }
        let taken = std::mem::take(&mut queue.waiting);
        drop(queue);
        let (handed, answers): (Vec<_>, Vec<_>) =
            taken.into_iter().map(|Waiting { pieces, answer }| (pieces, answer)).unzip();
        callers.extend(answers);
        Some(handed)
    }

    /// Corrects where the chain is expected to end, after somebody else wrote in between.
    fn expect_behind(&self, written: &[Vec<Piece>]) {
        let Some((last, _)) = written.iter().flatten().last().map(Piece::parts) else { return };
        let mut queue = lock(&self.desk.queue);
        if queue.waiting.is_empty() && queue.end.hash != last.hash {
            queue.end = Head { sequence: last.sequence, hash: last.hash.clone() };
        }
    }
}

/// What was written, and whom it is to be told. They are told wherever this ends, also where no
/// runtime is left to tell them.
struct Answers {
    written: Result<std::vec::IntoIter<Vec<Piece>>, Arc<StoreError>>,
    callers: Vec<oneshot::Sender<Answer>>,
}

impl Drop for Answers {
    fn drop(&mut self) {
        for answer in self.callers.drain(..) {
            let answered = match &mut self.written {
                Ok(written) => answer.send(Ok(written.next().unwrap_or_default())),
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
