//! Finding messages: what an index or the view answers is never scanned; the
//! rest is looked at in pages, and bytes are read only where the cheap facts
//! leave the answer open.
//!
//! Indexes answer for the system flags, the internal date (`SINCE`, `BEFORE`,
//! `ON`, `OLDER`, `YOUNGER`), `MODSEQ`, and all that `NOT`, `OR` and
//! parentheses make of these: such a search costs what it finds, or what it
//! leaves out where that is less. `UNANSWERED` and its like cost the messages
//! that have the flag. `KEYWORD` of a keyword nobody has used finds nothing at
//! once; a used one is looked for message by message, and so are sizes, the
//! Date field and all texts (`SUBJECT`, `FROM`, `BODY`, `TEXT` …) until there
//! is a search index, among what the other keys leave.

mod content;
mod envelope;
mod index;
mod page;
mod program;

use std::sync::Arc;

use congvu_store::{FolderId, StoreError, now_ms};

use crate::session::flags::Keywords;
use crate::session::selected::minus;
use crate::session::{Failure, Selected, Session};
use crate::types::{SearchKey, merge};

use content::Content;
use page::{Found, Page};
use program::{Program, Test};

/// Messages that are not looked for and stand between others are read over,
/// up to so many UIDs: one statement reads what many would.
const SLACK: u32 = 32;

/// What is looked for, and where.
pub(crate) struct Hunt {
    folder: FolderId,
    program: Program,
    /// The UIDs that are left.
    ranges: Vec<(u32, u32)>,
    /// The ranges to read them in.
    spans: Vec<(u32, u32)>,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Finds {
    /// UIDs, ascending.
    pub(crate) uids: Vec<(u32, u32)>,
    /// The highest modseq among them, where the key asks for it.
    pub(crate) modseq: i64,
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
            spans: Vec::new(),
        }
    }

    fn find_spans(&mut self) {
        for &(first, last) in &self.ranges {
            match self.spans.last_mut() {
                Some(span) if first - span.1 <= SLACK => span.1 = last,
                _ => self.spans.push((first, last)),
            }
        }
    }
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
            K::Younger(seconds) => Test::Received(ago(*seconds), i64::MAX),
            K::Older(seconds) => Test::Received(i64::MIN, ago(*seconds) + 1),
            other => Test::of_message(other),
        }
    }
}

impl Session {
    /// Finds all there are.
    pub(crate) async fn hunt(&mut self, mut hunt: Hunt) -> Result<Finds, Failure> {
        if hunt.ranges.is_empty() {
            return Ok(Finds::default());
        }
        let read = self.server.store.read(move |tx| {
            index::narrow(tx, &mut hunt)?;
            hunt.find_spans();
            Ok::<_, Failure>(hunt)
        });
        let hunt = read.await?;
        if hunt.program.is_empty() {
            return Ok(Finds {
                uids: hunt.ranges,
                modseq: 0,
            });
        }
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
            found.extend(page.found);
            for large in page.away {
                self.check_alive()?;
                let server = Arc::clone(&self.server);
                let _turn = server.readers.acquire().await;
                let blobs = server.store.blobs();
                match Content::fetch(blobs, &large, hunt.program.needs).await {
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
            tokio::task::yield_now().await;
        }
        let modseq = found.iter().map(|found: &Found| found.modseq).max();
        Ok(Finds {
            uids: merge(found.iter().map(|found| (found.uid, found.uid)).collect()),
            modseq: modseq.unwrap_or(0),
        })
    }
}
