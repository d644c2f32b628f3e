//! A page of what several folders have, the newest first: no more is looked at than the page needs.
//!
//! Each folder gives its candidates in the order of their dates; the newest of all is looked at next. Those
//! that the indexes are sure of need no look, the others are looked at some at a time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use congvu_store::entry;
use congvu_store::{FolderId, Store, StoreError, StoreResult, Tx};
use tokio::sync::Semaphore;

use super::look::{self, Look, spans};
use super::ranges::{Ranges, count, holds, merge};
use super::{Hunt, Watch, narrow};

/// So many candidates are taken from a folder at once.
const TAKE: usize = 128;
/// A transaction walks over so many entries by their dates.
const WALK: u32 = 5_000;
/// Reading a date by its UID costs as much as walking over so many.
const SEEK: u64 = 32;
/// So many are looked at first, and twice as many each further time, up to the second number.
const LOOK: usize = 16;
const MOST_LOOK: usize = 256;

/// Where a message stands in the order of dates: those with a higher one come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its internal date (ms).
    pub at: i64,
    /// Its folder; ties are broken by it.
    pub folder: i64,
    /// Its UID.
    pub uid: u32,
}

/// A message that was found.
pub type Hit = Place;

/// A page of what was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Newest {
    /// The newest first.
    pub hits: Vec<Hit>,
    /// The next page holds what stands after this.
    pub next: Option<Place>,
    /// Time was over before the page was full: what comes after the next page's beginning was not looked at.
    pub stopped: bool,
    /// How many there are in all, where that is known without looking.
    pub total: Option<u64>,
}

/// Time is over, or the store's answer.
enum End {
    Over,
    Store(StoreError),
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

struct Until(Instant);

impl Watch for Until {
    type Error = End;

    fn alive(&mut self) -> Result<(), End> {
        if Instant::now() < self.0 {
            Ok(())
        } else {
            Err(End::Over)
        }
    }

    async fn progress(&mut self, _: u64, _: u64) -> Result<(), End> {
        Ok(())
    }
}

/// Finds at most `most` messages that stand after `after`, and stops at `until`, give or take a transaction.
///
/// # Errors
/// What the store answers.
pub async fn newest(
    store: &Store,
    readers: &Semaphore,
    hunts: Vec<Hunt>,
    after: Option<Place>,
    (most, until): (usize, Instant),
) -> StoreResult<Newest> {
    let mut page = Newest::default();
    let done = fill(store, readers, hunts, after, (most, until), &mut page).await;
    match done {
        Ok(()) => Ok(page),
        Err(End::Over) => {
            page.stopped = true;
            Ok(page)
        }
        Err(End::Store(error)) => Err(error),
    }
}

async fn fill(
    store: &Store,
    readers: &Semaphore,
    hunts: Vec<Hunt>,
    after: Option<Place>,
    (most, until): (usize, Instant),
    page: &mut Newest,
) -> Result<(), End> {
    let mut watch = Until(until);
    let mut streams = Vec::with_capacity(hunts.len());
    let mut heap = BinaryHeap::new();
    let mut total = Some(0);
    for hunt in hunts {
        let hunt = narrow(store, hunt, &mut watch).await?;
        total = total
            .filter(|_| hunt.ranges.is_empty())
            .map(|total| total + count(&hunt.sure));
        let mut stream = Stream::new(hunt, after);
        if let Some(place) = stream.head(store, &mut watch).await? {
            heap.push((place, Reverse(streams.len())));
            streams.push(stream);
        }
    }
    page.total = total;
    while let Some((place, Reverse(at))) = heap.pop() {
        if page.hits.len() == most {
            page.next = page.hits.last().copied();
            return Ok(());
        }
        // Where time is over, the next page begins with what was not looked at.
        page.next = Some(Place {
            uid: place.uid.saturating_add(1),
            ..place
        });
        watch.alive()?;
        let stream: &mut Stream = &mut streams[at];
        if stream.is_known(place.uid) {
            stream.ready.pop_front();
            page.hits.push(place);
            page.next = Some(place);
        } else {
            stream.look(store, readers, &mut watch).await?;
        }
        if let Some(place) = stream.head(store, &mut watch).await? {
            heap.push((place, Reverse(at)));
        }
    }
    page.next = None;
    Ok(())
}

/// The candidates of a folder.
struct Stream {
    hunt: Arc<Hunt>,
    /// All candidates.
    all: Ranges,
    /// Those that were looked at and pass.
    passed: Ranges,
    /// The next ones, the newest first.
    ready: VecDeque<Place>,
    from: Source,
    look: usize,
}

/// Where further candidates come from.
enum Source {
    /// Few are left: by their UIDs, those before this date and UID.
    Uids((i64, i64)),
    /// Many are left: by walking over the folder's dates, from this date and UID on.
    Dates((i64, i64)),
    Nowhere,
}

impl Stream {
    fn new(hunt: Hunt, after: Option<Place>) -> Self {
        let folder = hunt.folder.0;
        let below = match after {
            None => (i64::MAX, i64::MAX),
            Some(after) if after.folder == folder => (after.at, after.uid.into()),
            // In the order of folders it comes before this one or after it.
            Some(after) if folder < after.folder => (after.at, i64::MAX),
            Some(after) => (after.at, 0),
        };
        let all = merge([hunt.ranges.as_slice(), &hunt.sure].concat());
        Self {
            from: Source::start(&all, hunt.within, below),
            hunt: Arc::new(hunt),
            all,
            passed: Vec::new(),
            ready: VecDeque::new(),
            look: LOOK,
        }
    }

    fn is_known(&self, uid: u32) -> bool {
        holds(&self.hunt.sure, uid) || holds(&self.passed, uid)
    }

    /// The newest candidate.
    async fn head(&mut self, store: &Store, watch: &mut Until) -> Result<Option<Place>, End> {
        while self.ready.is_empty() {
            let below = match self.from {
                Source::Nowhere => return Ok(None),
                Source::Uids(below) => {
                    let (folder, all) = (self.hunt.folder, self.all.clone());
                    let read = store.read(move |tx| by_uid(tx, folder, &all, below));
                    self.ready = read.await?;
                    self.from = Source::Nowhere;
                    continue;
                }
                Source::Dates(below) => below,
            };
            watch.alive()?;
            let (folder, all) = (self.hunt.folder, std::mem::take(&mut self.all));
            let read = store.read(move |tx| {
                let walked = by_date(tx, folder, &all, below)?;
                Ok::<_, StoreError>((walked, all))
            });
            let (walked, all) = read.await?;
            self.all = all;
            self.ready = walked.found;
            self.from = walked.next.map_or(Source::Nowhere, Source::Dates);
        }
        Ok(self.ready.front().copied())
    }

    /// Looks at the next candidates that need it; those that do not pass are candidates no more.
    async fn look(
        &mut self,
        store: &Store,
        readers: &Semaphore,
        watch: &mut Until,
    ) -> Result<(), End> {
        let open = self.ready.iter().filter(|place| !self.is_known(place.uid));
        let open: Vec<u32> = open.map(|place| place.uid).take(self.look).collect();
        self.look = (self.look * 2).min(MOST_LOOK);
        let ranges = merge(open.into_iter().map(|uid| (uid, uid)).collect());
        let look = Look::new(ranges.clone(), Vec::new());
        let found = look::through(store, readers, &self.hunt, look, watch).await?;
        let passed = merge(found.iter().map(|found| (found.uid, found.uid)).collect());
        self.ready
            .retain(|place| !holds(&ranges, place.uid) || holds(&passed, place.uid));
        self.passed = merge([self.passed.as_slice(), &passed].concat());
        Ok(())
    }
}

impl Source {
    fn start(all: &[(u32, u32)], within: u64, below: (i64, i64)) -> Self {
        let many = count(all);
        if many == 0 {
            return Self::Nowhere;
        }
        // A page is full after so many of the folder's entries, where candidates lie evenly.
        let walk = within.saturating_mul(TAKE as u64) / many;
        if (spans(all).len() as u64).saturating_mul(SEEK) + many <= walk.min(within) {
            Self::Uids(below)
        } else {
            Self::Dates(below)
        }
    }
}

fn by_uid(
    tx: &mut Tx<'_>,
    folder: FolderId,
    all: &[(u32, u32)],
    below: (i64, i64),
) -> StoreResult<VecDeque<Place>> {
    let mut found = Vec::new();
    for span in spans(all) {
        entry::dates(tx, folder, span, |at, uid| {
            if (at, i64::from(uid)) < below && holds(all, uid) {
                let folder = folder.0;
                found.push(Place { at, folder, uid });
            }
        })?;
    }
    found.sort_unstable_by_key(|place| Reverse(*place));
    Ok(found.into())
}

struct Walked {
    found: VecDeque<Place>,
    next: Option<(i64, i64)>,
}

fn by_date(
    tx: &mut Tx<'_>,
    folder: FolderId,
    all: &[(u32, u32)],
    below: (i64, i64),
) -> StoreResult<Walked> {
    let (mut found, mut seen, mut last) = (VecDeque::new(), 0, below);
    entry::by_date(tx, folder, below, WALK, |at, uid| {
        seen += 1;
        last = (at, uid.into());
        if holds(all, uid) {
            let folder = folder.0;
            found.push_back(Place { at, folder, uid });
        }
        found.len() < TAKE
    })?;
    let more = seen == WALK || found.len() == TAKE;
    Ok(Walked {
        found,
        next: more.then_some(last),
    })
}
