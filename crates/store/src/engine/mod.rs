//! Database threads: they take jobs from a queue, run them in transactions and answer.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::oneshot;

use crate::{Change, Hub, StoreError, StoreResult, Tx};

/// Whether the thread may wait for the disk: the runtime then lets another do its other work.
fn may_block() -> bool {
    Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread)
}

/// Waits for the disk, where that may be, without a switch between threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> StoreResult<T> {
    if may_block() {
        return Ok(tokio::task::block_in_place(work));
    }
    let done = tokio::task::spawn_blocking(work);
    done.await.map_err(|_| StoreError::Panicked)
}

/// Which queue a write waits in: a sweep must never make mail wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// People and mail.
    Interactive,
    /// Background work, in bounded chunks.
    Bulk,
}

/// One queued transaction.
pub(crate) trait Job: Send {
    /// Runs the closure in `tx`; `false` asks for a rollback of what it did.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Answers the waiting caller, after the commit (or its failure), and publishes the changes.
    fn finish(self: Box<Self>, commit: Result<(), StoreError>, hub: &Hub);
    /// The changes to write into the change table for other nodes.
    fn changes(&self) -> &[Change];
}

struct Task<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    changes: Vec<Change>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Task<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)));
        self.changes = tx.take_changes();
        let result = result.unwrap_or_else(|_| Err(StoreError::Panicked.into()));
        let keep = result.is_ok();
        if !keep {
            self.changes.clear();
        }
        self.result = Some(result);
        keep
    }

    fn finish(self: Box<Self>, commit: Result<(), StoreError>, hub: &Hub) {
        let result = match (commit, self.result) {
            (Ok(()), Some(result)) => {
                hub.publish(&self.changes);
                result
            }
            (Err(_), Some(Err(own))) => Err(own),
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(StoreError::Unavailable("not run".into()).into()),
        };
        // A caller that went away (its connection died) does not change what was committed.
        drop(self.reply.send(result));
    }

    fn changes(&self) -> &[Change] {
        &self.changes
    }
}

/// A job from a closure, and where its answer arrives.
pub(crate) fn task<T, E, F>(work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let job = Box::new(Task {
        work,
        result: None,
        changes: Vec::new(),
        reply,
    });
    (job, answer)
}

#[derive(Default)]
struct Waiting {
    interactive: VecDeque<Box<dyn Job>>,
    bulk: VecDeque<Box<dyn Job>>,
    closed: bool,
    turn: u8,
    /// The threads without work, each with what wakes it, the last to have worked on top: its
    /// caches are warm, and where one thread is enough the others' memory stays small.
    idle: Vec<Arc<Condvar>>,
}

/// The queue between the async world and the database threads.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
}

impl Queue {
    /// Puts a job into its lane. A job given to a closed queue is dropped: its caller sees the
    /// answer's channel close.
    pub(crate) fn push(&self, lane: Lane, job: Box<dyn Job>) {
        let mut waiting = self.waiting.lock();
        if waiting.closed {
            return;
        }
        match lane {
            Lane::Interactive => waiting.interactive.push_back(job),
            Lane::Bulk => waiting.bulk.push_back(job),
        }
        let idle = waiting.idle.pop();
        drop(waiting);
        if let Some(idle) = idle {
            idle.notify_one();
        }
    }

    /// Waits for work; returns up to `max` interactive jobs and, with them, at most one bulk job.
    /// Where only one is taken at a time, bulk work gets each eighth turn, so that it is slow
    /// under load and never starves. Empty once the queue is closed and drained.
    pub(crate) fn take(&self, max: usize) -> Vec<Box<dyn Job>> {
        let mut own = None;
        let mut waiting = self.waiting.lock();
        loop {
            if !waiting.interactive.is_empty() || !waiting.bulk.is_empty() {
                waiting.turn = waiting.turn.wrapping_add(1);
                if waiting.turn.is_multiple_of(8)
                    && max == 1
                    && let Some(job) = waiting.bulk.pop_front()
                {
                    return vec![job];
                }
                let count = waiting.interactive.len().min(max);
                let mut jobs: Vec<_> = waiting.interactive.drain(..count).collect();
                if jobs.len() < max
                    && let Some(job) = waiting.bulk.pop_front()
                {
                    jobs.push(job);
                }
                return jobs;
            }
            if waiting.closed {
                return Vec::new();
            }
            let own = own.get_or_insert_with(Arc::default);
            waiting.idle.push(Arc::clone(own));
            own.wait(&mut waiting);
            // Woken without cause, it still stands in the list.
            waiting.idle.retain(|idle| !Arc::ptr_eq(idle, own));
        }
    }

    /// No further jobs; the threads end when what waits is done.
    pub(crate) fn close(&self) {
        let mut waiting = self.waiting.lock();
        waiting.closed = true;
        for idle in waiting.idle.drain(..) {
            idle.notify_one();
        }
    }
}
