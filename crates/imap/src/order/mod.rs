//! Ordering what was found (RFC 5256): columns are read in pages, each one
//! read transaction; what is kept of a message is a key or a node, never its
//! header. Both are bounded, and so is how many do it at the same time.

mod forest;
mod keys;
mod references;
mod threads;

use std::sync::Arc;
use std::time::{Duration, Instant};

use congvu_search::spans;
use congvu_store::entry::{self, HeaderView, Headers};
use congvu_store::{FolderId, StoreResult, Tx};
use tokio::sync::OwnedSemaphorePermit;

use crate::response::Code;
use crate::session::selected::holds;
use crate::session::{Failure, Session};
use crate::types::{SortCriterion, ThreadAlgorithm};

use keys::Keys;
use threads::Threads;

/// A page ends after so many messages or so long: others read too.
const ROWS: usize = 5_000;
const TIME: Duration = Duration::from_millis(100);

const TOO_MANY: Failure = Failure::No(
    Some(Code::Limit),
    "Too many messages to be ordered at once, look for fewer",
);

/// What headers are gathered into.
trait Gather: Send + 'static {
    /// Takes one message; false where there is no room for it.
    fn take(&mut self, row: &HeaderView<'_>) -> StoreResult<bool>;
}

/// The messages whose headers are read.
struct Found {
    folder: FolderId,
    ranges: Vec<(u32, u32)>,
    spans: Vec<(u32, u32)>,
    which: Headers,
}

/// Where the next page begins: a span and a UID in it.
type Place = (usize, u32);

/// What became of a page.
struct Turned {
    next: Option<Place>,
    rows: usize,
    full: bool,
}

impl Session {
    /// The UIDs found in the order asked for; ties in mailbox order.
    pub(crate) async fn sorted(
        &mut self,
        found: &[(u32, u32)],
        criteria: Vec<SortCriterion>,
    ) -> Result<Vec<u32>, Failure> {
        let _turn = self.ordering_turn().await?;
        let which = keys::headers(&criteria);
        let keys = self.gather(found, which, Keys::new(criteria)).await?;
        aside(move || keys.sorted()).await
    }

    /// The UIDs found as threads, written as a THREAD response has them.
    pub(crate) async fn threaded(
        &mut self,
        found: &[(u32, u32)],
        algorithm: ThreadAlgorithm,
        uid: bool,
    ) -> Result<Vec<u8>, Failure> {
        let _turn = self.ordering_turn().await?;
        let which = match algorithm {
            ThreadAlgorithm::OrderedSubject => Headers::Subjects,
            ThreadAlgorithm::References => Headers::References,
        };
        let threads = self.gather(found, which, Threads::new(algorithm)).await?;
        let view = Arc::clone(&self.open()?.view);
        aside(move || {
            let forest = threads.grow();
            let mut out = Vec::new();
            forest.write(
                &mut out,
                |found| {
                    if uid { Some(found) } else { view.seq_of(found) }
                },
            );
            out
        })
        .await
    }

    async fn ordering_turn(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let turn = Arc::clone(&self.server.orderers).acquire_owned().await;
        turn.map_err(|_| Failure::no(Code::Unavailable, "The server is stopping"))
    }

    /// Reads the headers of what was found.
    async fn gather<G: Gather>(
        &mut self,
        found: &[(u32, u32)],
        which: Headers,
        mut gather: G,
    ) -> Result<G, Failure> {
        let goal = found.iter().map(|&(a, b)| u64::from(b - a) + 1).sum();
        let found = Arc::new(Found {
            folder: self.open()?.folder,
            ranges: found.to_vec(),
            spans: spans(found),
            which,
        });
        let mut place = found.spans.first().map(|&(first, _)| (0, first));
        let mut done = 0;
        while let Some(from) = place {
            self.check_alive()?;
            let work = Arc::clone(&found);
            let read = self.server.store.read(move |tx| {
                let turned = page(tx, &work, from, &mut gather)?;
                Ok::<_, Failure>((turned, gather))
            });
            let turned;
            (turned, gather) = read.await?;
            if turned.full {
                return Err(TOO_MANY);
            }
            place = turned.next;
            done += turned.rows as u64;
            if place.is_some() {
                self.tell_progress(done, goal).await?;
            }
        }
        Ok(gather)
    }
}

fn page(
    tx: &mut Tx<'_>,
    found: &Found,
    (mut span, mut first): Place,
    gather: &mut impl Gather,
) -> StoreResult<Turned> {
    let began = Instant::now();
    let mut turned = Turned {
        next: None,
        rows: 0,
        full: false,
    };
    while let Some(&(_, last)) = found.spans.get(span) {
        let mut stopped = None;
        entry::headers(tx, found.folder, (first, last), found.which, |row| {
            let uid = row.uid()?;
            if !holds(&found.ranges, uid) {
                return Ok(true);
            }
            turned.rows += 1;
            if !gather.take(row)? {
                turned.full = true;
                return Ok(false);
            }
            let pause = turned.rows >= ROWS || began.elapsed() > TIME;
            if pause {
                stopped = Some(uid);
            }
            Ok(!pause)
        })?;
        if turned.full {
            break;
        }
        if let Some(uid) = stopped.filter(|&uid| uid < last) {
            turned.next = Some((span, uid + 1));
            break;
        }
        span += 1;
        let Some(&(next, _)) = found.spans.get(span) else {
            break;
        };
        first = next;
        if stopped.is_some() {
            turned.next = Some((span, first));
            break;
        }
    }
    Ok(turned)
}

/// Runs what takes long without waiting beside the sessions.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Failure::Store(congvu_store::StoreError::Panicked))
}
