//! Finding messages: what an index answers is never scanned; the rest is looked at in pages, and bytes
//! are read only where the cheap facts leave the answer open.
//!
//! Indexes of the database answer for the flags, the internal date ([`Test::Received`]) and
//! [`Test::ModSeq`]: such a search costs what it finds, or what it leaves out where that is less. So it
//! is with [`Test::Object`]; [`Test::Saved`] looks at the folder's entries, for no delivery shall pay for
//! an index of when it came. Flags that a message lacks cost the messages that have the
//! flag. A keyword looks at the few combinations of keywords that a folder has.
//!
//! The search index, which follows deliveries within seconds, answers for texts, sizes, files and the
//! Date field: a text costs the folder's vocabulary in that field, not its messages. One run of letters
//! and digits is answered exactly; a phrase names candidates, which are looked at. So is what stands
//! above the index's watermark, and all that is sought without a letter or a digit.
//!
//! [`all`] finds all that a folder has, as IMAP's SEARCH tells it; [`newest`] finds a page of what several
//! folders have, the newest first, and looks no further than that page needs.

mod index;
mod look;
mod newest;
mod page;
pub mod ranges;
mod set;
mod test;
mod text;

use std::sync::Arc;

use congvu_store::{FolderId, Store, StoreError, StoreResult, search};
use tokio::sync::Semaphore;

use index::Narrow;
use look::Look;
use page::Found;
use ranges::{Ranges, count, holds, merge};
use test::Program;

pub use look::spans;
pub use newest::{Hit, Newest, Place, newest};
pub use test::{Conversation, DateTest, Test};

/// What is looked for, and where.
#[derive(Debug)]
pub struct Hunt {
    folder: FolderId,
    program: Program,
    /// The UIDs that are left to look at.
    ranges: Ranges,
    /// Those that need no look.
    sure: Ranges,
    /// Each one's modseq is to be told.
    modseqs: bool,
    /// How many messages it is looked for among.
    within: u64,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Finds {
    /// UIDs, ascending.
    pub uids: Ranges,
    /// Where the hunt asks for them: each one's modseq.
    modseqs: Option<Vec<Found>>,
}

impl Finds {
    /// The highest modseq among some of those found; none where the hunt does not ask for it, or where
    /// there are none.
    #[must_use]
    pub fn highest(&self, among: &[(u32, u32)]) -> Option<u64> {
        let all = self.modseqs.iter().flatten();
        let some = all.filter(|found| holds(among, found.uid));
        some.map(|found| found.modseq.unsigned_abs()).max()
    }
}

impl Hunt {
    /// Looks for messages that pass `test` among these UIDs of a folder: ascending ranges.
    #[must_use]
    pub fn new(folder: FolderId, ranges: Ranges, test: Test) -> Self {
        Self {
            folder,
            program: Program::new(test),
            within: count(&ranges),
            ranges,
            sure: Vec::new(),
            modseqs: false,
        }
    }

    /// The modseq of each that is found shall be told.
    #[must_use]
    pub fn with_modseqs(mut self, modseqs: bool) -> Self {
        self.modseqs = modseqs;
        self
    }
}

/// Who waits for a search.
pub trait Watch: Send {
    /// Why it is not waited for any more, or what the store answers.
    type Error: From<StoreError> + Send + 'static;

    /// Whether it is still waited for: asked between transactions.
    ///
    /// # Errors
    /// Where it is not.
    fn alive(&mut self) -> Result<(), Self::Error>;

    /// So many of so many messages were looked at.
    fn progress(
        &mut self,
        done: u64,
        goal: u64,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// Asks the indexes: what is left in the hunt's ranges must be looked at.
async fn narrow<W: Watch>(store: &Store, mut hunt: Hunt, watch: &mut W) -> Result<Hunt, W::Error> {
    let mut narrow = Narrow::new(&mut hunt);
    while !hunt.ranges.is_empty() {
        watch.alive()?;
        let read = store.read(move |tx| {
            let done = narrow.round(tx, &mut hunt)?;
            Ok::<_, StoreError>((hunt, narrow, done))
        });
        let done;
        (hunt, narrow, done) = read.await?;
        if done {
            break;
        }
    }
    if narrow.damaged {
        give_up_index(store, hunt.folder).await;
    }
    narrow.finish(&mut hunt);
    Ok(hunt)
}

/// Finds all there are. `readers` bounds how many large messages are read at the same time.
///
/// # Errors
/// What the store answers, and what `watch` says. A message whose bytes cannot be read now is an
/// error: no half answer for a whole one.
pub async fn all<W: Watch>(
    store: &Store,
    readers: &Semaphore,
    hunt: Hunt,
    watch: &mut W,
) -> Result<Finds, W::Error> {
    let mut hunt = narrow(store, hunt, watch).await?;
    if hunt.modseqs {
        // Their modseqs are still to be read.
        let all = hunt.ranges.iter().chain(&hunt.sure).copied();
        hunt.ranges = merge(all.collect());
    }
    let look = Look::new(hunt.ranges.clone(), hunt.sure.clone());
    let hunt = Arc::new(hunt);
    let found = look::through(store, readers, &hunt, look, watch).await?;
    let uids = found.iter().map(|found: &Found| (found.uid, found.uid));
    Ok(Finds {
        uids: merge(uids.chain(hunt.sure.iter().copied()).collect()),
        modseqs: hunt.modseqs.then_some(found),
    })
}

/// A damaged search index is made anew; this search has done without.
async fn give_up_index(store: &Store, folder: FolderId) {
    let given_up: StoreResult<()> = store.write(move |tx| search::reset(tx, folder)).await;
    if let Err(error) = given_up {
        tracing::warn!(%error, folder = folder.0, "the search index stays damaged");
    }
}
