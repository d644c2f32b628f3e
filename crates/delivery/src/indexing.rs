//! Keeps the search index behind what is delivered.
//!
//! One node at a time does it. Each second it looks for folders with enough new messages, reads them,
//! and writes their terms as a small segment; segments are merged as they become many. All of it waits
//! for people and mail: writes go into the bulk lane in bounded chunks, and after each piece of work
//! comes a pause, a long one while others write. Whatever is killed when, a search is right: it looks
//! itself at what is not indexed.

mod collect;
mod pace;
mod read;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use congvu_store::search::{self, Block, Growth, Merger, Plan, Segment, Writer};
use congvu_store::{FolderId, Store, StoreError, StoreResult, lease, random};

use collect::Collector;
use pace::Pace;

const EVERY: Duration = Duration::from_secs(1);
/// What a crash or a merge left is looked for this often.
const SWEEP_EVERY: u32 = 60;
/// The work is one node's; each of its writes says so again for so long (ms).
const LEASE: &str = "search-index";
const LEASE_MS: i64 = 30_000;
/// Folders in a list.
const FOLDERS: i64 = 100;
/// Messages of a new segment.
const MESSAGES: u32 = 512;
/// A folder that cannot be indexed is tried again after so long.
const PUT_OFF: Duration = Duration::from_secs(600);
/// Bytes of rows that one transaction writes, and rows that one removes.
const CHUNK: usize = 128 << 10;
const ROWS: i64 = 16;

pub(crate) async fn run(store: &Store) {
    let mut indexer = Indexer::new(store);
    indexer.pace = Pace::behind(store);
    let mut round = 0_u32;
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = indexer.round(round.is_multiple_of(SWEEP_EVERY)).await {
            tracing::warn!(%error, "indexing goes on later");
        }
        round = round.wrapping_add(1);
    }
}

/// Indexes what is due.
#[derive(Debug)]
pub struct Indexer {
    store: Store,
    holder: i64,
    pace: Pace,
    /// Folders with a trouble of their own, and until when.
    put_off: HashMap<i64, Instant>,
}

impl Indexer {
    /// For a tool or a test: it does not pause.
    #[must_use]
    pub fn new(store: &Store) -> Self {
        Self {
            store: store.clone(),
            holder: i64::from_ne_bytes(random::<8>()),
            pace: Pace::at_once(),
            put_off: HashMap::new(),
        }
    }

    /// Does all there is to do now.
    ///
    /// # Errors
    /// What the store answers; a folder's own trouble is logged and met again in the next round.
    pub async fn index_all(&mut self) -> StoreResult<()> {
        self.round(true).await
    }

    /// Gives the work back, for another node to begin at once.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn release(self) -> StoreResult<()> {
        let holder = self.holder;
        let released = self
            .store
            .write_bulk(move |tx| lease::release(tx, LEASE, holder));
        released.await
    }

    async fn round(&mut self, mut sweep: bool) -> StoreResult<()> {
        self.pace.begin();
        let mut after = 0;
        loop {
            let folders = self
                .store
                .read(move |tx| search::due(tx, after, FOLDERS))
                .await?;
            if folders.is_empty() && !sweep || !self.take_lease().await? {
                return Ok(());
            }
            for &folder in &folders {
                after = folder.0;
                if self
                    .put_off
                    .get(&folder.0)
                    .is_some_and(|until| *until > Instant::now())
                {
                    continue;
                }
                self.put_off.remove(&folder.0);
                match self.folder(folder).await {
                    // Conflict, not found: removed meanwhile, or another node took over.
                    Ok(()) | Err(StoreError::Conflict(_) | StoreError::NotFound(_)) => {}
                    Err(
                        error @ (StoreError::Corrupt(_)
                        | StoreError::Unavailable(_)
                        | StoreError::Database(_)
                        | StoreError::Panicked),
                    ) => {
                        tracing::error!(%error, folder = folder.0, "a folder cannot be indexed");
                        self.put_off.insert(folder.0, Instant::now() + PUT_OFF);
                    }
                    Err(error) => return Err(error),
                }
                sweep = true;
            }
            if sweep {
                self.sweep().await?;
            }
            if folders.is_empty() {
                return Ok(());
            }
            sweep = false;
        }
    }

    async fn take_lease(&self) -> StoreResult<bool> {
        let holder = self.holder;
        let taken = self
            .store
            .write_bulk(move |tx| lease::take(tx, LEASE, holder, LEASE_MS));
        taken.await
    }

    /// Writes as long as the work is ours.
    async fn write<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut congvu_store::Tx<'_>) -> StoreResult<T> + Send + 'static,
    ) -> StoreResult<T> {
        let holder = self.holder;
        let written = self.store.write_bulk(move |tx| {
            if !lease::take(tx, LEASE, holder, LEASE_MS)? {
                return Err(StoreError::Conflict("lease"));
            }
            work(tx)
        });
        written.await
    }

    async fn sweep(&mut self) -> StoreResult<()> {
        while self.write(|tx| search::sweep(tx, ROWS)).await? {
            self.pace.rest().await;
        }
        Ok(())
    }

    async fn folder(&mut self, folder: FolderId) -> StoreResult<()> {
        while self.grow(folder).await? {}
        loop {
            match self.store.read(move |tx| search::plan(tx, folder)).await? {
                Plan::Rest => break,
                Plan::Drop(segments) => {
                    self.write(move |tx| search::finish_merge(tx, folder, &segments, None, &[]))
                        .await?;
                }
                Plan::Merge(sources, level) => match self.merge(folder, sources, level).await {
                    Err(StoreError::Corrupt(error)) => {
                        tracing::error!(error, folder = folder.0, "the search index is made anew");
                        return self.write(move |tx| search::reset(tx, folder)).await;
                    }
                    merged => merged?,
                },
            }
        }
        self.write(move |tx| search::settle(tx, folder)).await
    }

    /// Makes a segment of new messages; false where there are too few.
    async fn grow(&mut self, folder: FolderId) -> StoreResult<bool> {
        let Some((from, next)) = self
            .store
            .read(move |tx| search::unindexed(tx, folder))
            .await?
        else {
            return Ok(false);
        };
        if next.saturating_sub(from + 1) < search::LEAST {
            return Ok(false);
        }
        let mut all = Collector::default();
        let mut to = from;
        while all.messages() < MESSAGES && !all.is_large() {
            let most = MESSAGES - all.messages();
            let page = self
                .store
                .read(move |tx| read::page(tx, folder, to + 1, most))
                .await?;
            to = page.upto;
            let end = page.end;
            all = read::collect(&self.store, folder, page, all).await?;
            self.pace.rest().await;
            if end {
                break;
            }
        }
        let segment = Segment {
            id: 0,
            level: 0,
            first: from + 1,
            last: to,
            messages: all.messages(),
        };
        let begin = move |tx: &mut congvu_store::Tx<'_>| search::begin(tx, folder, &segment);
        let id = self.write(begin).await?;
        let sorted = tokio::task::spawn_blocking(move || {
            let mut writer = Writer::new(segment.first);
            all.write(&mut writer);
            writer.take()
        });
        let blocks = sorted.await.map_err(|_| StoreError::Panicked)?;
        self.pace.rest().await;
        self.put(folder, id, blocks).await?;
        let growth = Growth {
            segment: id,
            from,
            to,
        };
        self.write(move |tx| search::finish_growth(tx, folder, &growth))
            .await?;
        tracing::debug!(folder = folder.0, from, to, "indexed");
        Ok(true)
    }

    async fn put(
        &mut self,
        folder: FolderId,
        segment: i64,
        mut blocks: Vec<Block>,
    ) -> StoreResult<()> {
        while !blocks.is_empty() {
            let mut size = 0;
            let count = blocks.iter().take_while(|block| {
                size += block.size();
                size <= CHUNK
            });
            let rest = blocks.split_off(count.count().max(1).min(blocks.len()));
            self.write(move |tx| search::put_blocks(tx, folder, segment, &blocks))
                .await?;
            blocks = rest;
            self.pace.rest().await;
        }
        Ok(())
    }

    async fn merge(
        &mut self,
        folder: FolderId,
        sources: Vec<Segment>,
        level: i64,
    ) -> StoreResult<()> {
        let begun = self.store.read({
            let sources = sources.clone();
            move |tx| Merger::new(tx, folder, &sources)
        });
        let mut merger = begun.await?;
        let (Some(first), Some(last)) = (sources.first(), sources.last()) else {
            return Ok(());
        };
        let segment = Segment {
            id: 0,
            level,
            first: first.first,
            last: last.last,
            messages: merger.messages(),
        };
        let id = self
            .write(move |tx| search::begin(tx, folder, &segment))
            .await?;
        loop {
            let step = self.store.read(move |tx| {
                let (blocks, done) = merger.step(tx, CHUNK)?;
                Ok::<_, StoreError>((merger, blocks, done))
            });
            let (next, blocks, done) = step.await?;
            merger = next;
            self.pace.rest().await;
            self.put(folder, id, blocks).await?;
            if done {
                break;
            }
        }
        let count = sources.len();
        let left_out = merger.left_out().to_vec();
        self.write(move |tx| search::finish_merge(tx, folder, &sources, Some(id), &left_out))
            .await?;
        tracing::debug!(folder = folder.0, count, level, "merged");
        Ok(())
    }
}
