//! Finding messages: what an index or the view answers is never scanned; the
//! rest is looked at in pages, and bytes are read only where the cheap facts
//! leave the answer open.
//!
//! Indexes of the database answer for the flags, the internal date (`SINCE`, `BEFORE`,
//! `ON`, `OLDER`, `YOUNGER`) and `MODSEQ`: such a search costs what it finds, or what it
//! leaves out where that is less. So it is with `EMAILID`; `SAVEDSINCE` and its like look at the
//! folder's entries, for no delivery shall pay for an index of when it came. `UNANSWERED` and its like cost the messages that have the
//! flag. `KEYWORD` looks at the few combinations of keywords that a folder has.
//!
//! The search index, which follows deliveries within seconds, answers for texts (`SUBJECT`, `FROM`,
//! `HEADER`, `BODY`, `TEXT` …), sizes and the Date field: a text costs the folder's vocabulary
//! in that field, not its messages. One run of letters and digits is answered exactly; a
//! phrase names candidates, which are looked at. So is what stands above the index's
//! watermark, and all that is sought without a letter or a digit.
//!
//! `NOT`, `OR` and parentheses are made of these.

mod index;
mod page;
mod program;
mod set;
mod text;

use std::sync::Arc;

use congvu_message::search::{Content, Gather, Needs, envelope};
use congvu_store::blob::Blobs;
use congvu_store::{FolderId, Store, StoreError, StoreResult, now_ms, search};

use crate::response::{parse_email_id, parse_thread_id};
use crate::session::flags::Keywords;
use crate::session::selected::{holds, minus};
use crate::session::{Failure, Selected, Session};
use crate::types::{SearchKey, merge};

use index::Narrow;
use page::{Away, Found, Page};
use program::{Program, Test};

/// Messages that are not looked for and stand between others are read over,
/// up to so many UIDs: one statement reads what many would.
const SLACK: u32 = 32;

/// What is looked for, and where.
pub(crate) struct Hunt {
    folder: FolderId,
    program: Program,
    /// The UIDs that are left to look at.
    ranges: Vec<(u32, u32)>,
    /// Those that need no look.
    sure: Vec<(u32, u32)>,
    /// The ranges to read them in.
    spans: Vec<(u32, u32)>,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Finds {
    /// UIDs, ascending.
    pub(crate) uids: Vec<(u32, u32)>,
    /// Where the key asks for them: each one's modseq.
    modseqs: Option<Vec<Found>>,
}

impl Finds {
    /// The highest modseq among some of those found; none where the key does
    /// not ask for it, or where there are none.
    pub(crate) fn highest(&self, among: &[(u32, u32)]) -> Option<u64> {
        let all = self.modseqs.iter().flatten();
        let some = all.filter(|found| holds(among, found.uid));
        some.map(|found| found.modseq.unsigned_abs()).max()
    }
}

impl Hunt {
    /// Looks for `key` among the messages of the view.
    pub(crate) fn new(selected: &Selected, key: &SearchKey) -> Self {
        let compile = Compile {
            selected,
            keywords: &selected.keywords,
            now: now_ms(),
            recent: selected.recent.clone().into(),
        };
        Self {
            folder: selected.folder,
            program: Program::new(compile.test(key), key.has_mod_seq()),
            // What is known to be gone is not found, though its number is
            // still to be told.
            ranges: minus(
                &selected.view.ranges().collect::<Vec<_>>(),
                &merge(selected.held.clone()),
            ),
            sure: Vec::new(),
            spans: Vec::new(),
        }
    }
}

/// The ranges to read ascending ranges in.
pub(crate) fn spans(ranges: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for &(first, last) in ranges {
        match spans.last_mut() {
            Some(span) if first - span.1 <= SLACK => span.1 = last,
            _ => spans.push((first, last)),
        }
    }
    spans
}

/// What the keys of a command mean in this session.
struct Compile<'a> {
    selected: &'a Selected,
    keywords: &'a Keywords,
    now: i64,
    recent: Arc<[(u32, u32)]>,
}

impl Compile<'_> {
    fn test(&self, key: &SearchKey) -> Test {
        use SearchKey as K;
        let all = |keys: &[K]| keys.iter().map(|key| self.test(key)).collect();
        let ago = |seconds: u32| self.now - i64::from(seconds) * 1000;
        let recent = || Test::Uids(Arc::clone(&self.recent));
        match key {
            K::All => Test::And(Vec::new()),
            K::And(keys) => Test::And(all(keys)),
            K::Or(a, b) => Test::Or(Box::new(self.test(a)), Box::new(self.test(b))),
            K::Not(key) => Test::Not(Box::new(self.test(key))),
            K::Messages(set) => Test::Uids(self.selected.spans(set).into()),
            K::Has(flag) => match self.keywords.bit(flag) {
                Some(bit) => Test::Flag(bit, true),
                None => Test::Uids(Arc::default()),
            },
            K::Lacks(flag) => match self.keywords.bit(flag) {
                Some(bit) => Test::Flag(bit, false),
                None => Test::And(Vec::new()),
            },
            K::Recent => recent(),
            K::New => Test::And(vec![
                recent(),
                Test::Flag(congvu_store::keyword::flag::SEEN, false),
            ]),
            K::Old => Test::Not(Box::new(recent())),
            K::ModSeq(least) => Test::ModSeq(i64::try_from(*least).unwrap_or(i64::MAX)),
            K::EmailId(id) => match parse_email_id(id) {
                Some(object) => Test::Object(object),
                None => Test::Uids(Arc::default()),
            },
            K::ThreadId(id) => match parse_thread_id(id) {
                Some(conversation) => Test::Conversation(conversation),
                None => Test::Uids(Arc::default()),
            },
            K::Younger(seconds) => Test::Received(ago(*seconds), i64::MAX),
            K::Older(seconds) => Test::Received(i64::MIN, ago(*seconds) + 1),
            other => Test::of_message(other),
        }
    }
}

impl Session {
    /// Finds all there are.
    pub(crate) async fn hunt(&mut self, mut hunt: Hunt) -> Result<Finds, Failure> {
        let mut narrow = Narrow::new(&mut hunt);
        while !hunt.ranges.is_empty() {
            self.check_alive()?;
            let read = self.server.store.read(move |tx| {
                let done = narrow.round(tx, &mut hunt)?;
                Ok::<_, Failure>((hunt, narrow, done))
            });
            let done;
            (hunt, narrow, done) = read.await?;
            if done {
                break;
            }
        }
        if narrow.damaged {
            give_up_index(&self.server.store, hunt.folder).await;
        }
        narrow.finish(&mut hunt);
        if hunt.program.modseq {
            // Their modseqs are still to be read.
            let all = hunt.ranges.iter().chain(&hunt.sure).copied();
            hunt.ranges = merge(all.collect());
        }
        hunt.spans = spans(&hunt.ranges);
        let goal = hunt.ranges.iter().map(|&(a, b)| u64::from(b - a) + 1).sum();
        let mut done = 0;
        let mut found = Vec::new();
        let mut place = hunt.spans.first().map(|&(first, _)| (0, first));
        let hunt = Arc::new(hunt);
        while let Some(from) = place {
            self.check_alive()?;
            let work = Arc::clone(&hunt);
            let read = self
                .server
                .store
                .read(move |tx| Ok::<_, Failure>(Page::search(tx, &work, from)?));
            let page = read.await?;
            place = page.next;
            done += page.rows as u64;
            found.extend(page.found);
            for large in page.away {
                self.check_alive()?;
                let server = Arc::clone(&self.server);
                let _turn = server.readers.acquire().await;
                let blobs = server.store.blobs();
                match fetch(blobs, &large, hunt.program.needs).await {
                    Ok(content) => {
                        if hunt.program.test.eval(&large.facts, Some(&content)) == Some(true) {
                            found.push(large.facts.found());
                        }
                    }
                    // The next would not be had either: no half answer for a whole one.
                    Err(error @ StoreError::Unavailable(_)) => {
                        return Err(error.into());
                    }
                    Err(error) => {
                        let (folder, uid) = (hunt.folder.0, large.facts.uid);
                        tracing::error!(%error, folder, uid, "a message cannot be searched");
                    }
                }
            }
            if place.is_some() {
                self.tell_progress(done, goal).await?;
            }
            tokio::task::yield_now().await;
        }
        let uids = found.iter().map(|found: &Found| (found.uid, found.uid));
        Ok(Finds {
            uids: merge(uids.chain(hunt.sure.iter().copied()).collect()),
            modseqs: hunt.program.modseq.then_some(found),
        })
    }
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

/// A damaged search index is made anew; this search has done without.
async fn give_up_index(store: &Store, folder: FolderId) {
    let given_up = store.write(move |tx| search::reset(tx, folder));
    if let Err(error) = given_up.await {
        let error: StoreError = error;
        tracing::warn!(%error, folder = folder.0, "the search index stays damaged");
    }
}
