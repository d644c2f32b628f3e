//! Looking at messages, page by page.

use std::sync::Arc;

use congvu_message::search::{Content, Gather, Needs};
use congvu_store::blob::Blobs;
use congvu_store::{Store, StoreError, StoreResult};
use tokio::sync::Semaphore;

use super::page::{Away, Found, Page};
use super::ranges::Ranges;
use super::{Hunt, Watch, count};

/// Messages that are not looked for and stand between others are read over,
/// up to so many UIDs: one statement reads what many would.
const SLACK: u32 = 32;

/// Which messages are looked at.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) ranges: Ranges,
    /// Of those, who needs no look but to be read.
    pub(crate) sure: Ranges,
    /// The ranges to read them in.
    pub(crate) spans: Ranges,
}

impl Look {
    pub(crate) fn new(ranges: Ranges, sure: Ranges) -> Self {
        Self {
            spans: spans(&ranges),
            ranges,
            sure,
        }
    }
}

/// The ranges to read ascending ranges in.
#[must_use]
pub fn spans(ranges: &[(u32, u32)]) -> Ranges {
    let mut spans: Ranges = Vec::new();
    for &(first, last) in ranges {
        match spans.last_mut() {
            Some(span) if first - span.1 <= SLACK => span.1 = last,
            _ => spans.push((first, last)),
        }
    }
    spans
}

/// Those that pass, in no order.
pub(crate) async fn through<W: Watch>(
    store: &Store,
    readers: &Semaphore,
    hunt: &Arc<Hunt>,
    look: Look,
    watch: &mut W,
) -> Result<Vec<Found>, W::Error> {
    let goal = count(&look.ranges);
    let mut done = 0;
    let mut found = Vec::new();
    let mut place = look.spans.first().map(|&(first, _)| (0, first));
    let look = Arc::new(look);
    while let Some(from) = place {
        watch.alive()?;
        let (hunt_, look) = (Arc::clone(hunt), Arc::clone(&look));
        let read = store.read(move |tx| Page::search(tx, &hunt_, &look, from));
        let page: Page = read.await?;
        place = page.next;
        done += page.rows as u64;
        found.extend(page.found);
        for large in page.away {
            watch.alive()?;
            let _turn = readers.acquire().await;
            match fetch(store.blobs(), &large, hunt.program.needs()).await {
                Ok(content) => {
                    if hunt.program.test.eval(&large.facts, Some(&content)) == Some(true) {
                        found.push(large.facts.found());
                    }
                }
                // The next would not be had either: no half answer for a whole one.
                Err(error @ StoreError::Unavailable(_)) => return Err(error.into()),
                Err(error) => {
                    let (folder, uid) = (hunt.folder.0, large.facts.uid);
                    tracing::error!(%error, folder, uid, "a message cannot be searched");
                }
            }
        }
        if place.is_some() {
            watch.progress(done, goal).await?;
        }
        tokio::task::yield_now().await;
    }
    Ok(found)
}

/// Of a message in the object store: what is not needed passes by.
async fn fetch(blobs: &Blobs, away: &Away, needs: Needs) -> StoreResult<Content> {
    let gather = Gather::new(&away.prefix, away.header_len, &away.structure, needs);
    let mut gather = gather.map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let mut reader = blobs.open_blob(&away.blob).await?;
    while gather.wants_more()
        && let Some(chunk) = reader.next().await?
    {
        gather.push(&chunk);
    }
    Ok(gather.finish())
}
