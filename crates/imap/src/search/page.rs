//! Looking at messages inside a read transaction.

use std::time::{Duration, Instant};

use congvu_message::search::Content;
use congvu_store::blob::{BlobRef, Place as BlobPlace, inflate};
use congvu_store::entry::{self, EntryView, Want};
use congvu_store::{StoreError, StoreResult, Tx};

use super::Hunt;
use crate::session::selected::{holds, push};

/// A page looks at so many messages, reads the bytes of so many, and ends after so long: others
/// read too.
const ROWS: usize = 2_000;
const READS: usize = 50;
const TIME: Duration = Duration::from_millis(100);

/// What is known of a message without its bytes.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) uid: u32,
    pub(super) flags: i64,
    pub(super) modseq: i64,
    pub(super) internal_at: i64,
    pub(super) saved_at: i64,
    pub(super) object: i64,
    pub(super) thread: Option<i64>,
    pub(super) size: u64,
    pub(super) subject: String,
    pub(super) envelope: Vec<u8>,
}

/// A message that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) uid: u32,
    pub(super) modseq: i64,
}

/// A message whose bytes are in the object store.
#[derive(Debug)]
pub(super) struct Away {
    pub(super) facts: Facts,
    pub(super) blob: BlobRef,
    pub(super) prefix: Vec<u8>,
    pub(super) header_len: u64,
    pub(super) structure: Vec<u8>,
}

/// What one transaction found.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) found: Vec<Found>,
    pub(super) away: Vec<Away>,
    pub(super) next: Option<(usize, u32)>,
    /// How many messages were looked at.
    pub(super) rows: usize,
}

impl Facts {
    fn read(row: &EntryView<'_>, want: Want) -> StoreResult<Self> {
        let message = want > Want::Entry;
        Ok(Self {
            uid: row.uid()?,
            flags: row.flags()?,
            modseq: row.modseq()?,
            internal_at: row.internal_at()?,
            saved_at: row.saved_at()?,
            object: row.object()?,
            thread: if message { row.thread()? } else { None },
            size: row.size()?,
            subject: if message {
                row.subject()?
            } else {
                String::new()
            },
            envelope: if message {
                row.envelope()?.to_vec()
            } else {
                Vec::new()
            },
        })
    }

    pub(super) fn found(&self) -> Found {
        Found {
            uid: self.uid,
            modseq: self.modseq,
        }
    }
}

impl Page {
    pub(super) fn search(
        tx: &mut Tx<'_>,
        hunt: &Hunt,
        (mut range, mut first): (usize, u32),
    ) -> StoreResult<Self> {
        let began = Instant::now();
        let mut page = Self::default();
        let mut open = Vec::new();
        let mut reads = 0;
        while let Some(&(_, last)) = hunt.spans.get(range) {
            let mut stopped = None;
            entry::scan(tx, hunt.folder, (first, last), hunt.program.want, |row| {
                if !holds(&hunt.ranges, row.uid()?) {
                    return Ok(true);
                }
                let facts = Facts::read(row, hunt.program.want)?;
                let passes = if holds(&hunt.sure, facts.uid) {
                    Some(true)
                } else {
                    hunt.program.test.eval(&facts, None)
                };
                match passes {
                    Some(true) => page.found.push(facts.found()),
                    Some(false) => {}
                    None => {
                        reads += 1;
                        push(&mut open, facts.uid);
                    }
                }
                page.rows += 1;
                let full = page.rows >= ROWS || reads >= READS || began.elapsed() > TIME;
                if full {
                    stopped = Some(facts.uid);
                }
                Ok(!full)
            })?;
            if let Some(uid) = stopped.filter(|&uid| uid < last) {
                page.next = Some((range, uid + 1));
                break;
            }
            range += 1;
            let Some(&(next, _)) = hunt.spans.get(range) else {
                break;
            };
            first = next;
            if stopped.is_some() {
                page.next = Some((range, first));
                break;
            }
        }
        for range in open {
            page.read_bytes(tx, hunt, range)?;
        }
        Ok(page)
    }

    /// The second look, at what the first left open.
    fn read_bytes(&mut self, tx: &mut Tx<'_>, hunt: &Hunt, range: (u32, u32)) -> StoreResult<()> {
        entry::scan(tx, hunt.folder, range, Want::Blob, |row| {
            let facts = Facts::read(row, Want::Blob)?;
            let blob = row.blob()?;
            let BlobPlace::Inline(stored) = &blob.place else {
                self.away.push(Away {
                    facts,
                    prefix: row.prefix()?.to_vec(),
                    header_len: row.header_len()?,
                    structure: row.structure()?.to_vec(),
                    blob,
                });
                return Ok(true);
            };
            let content = inflate(blob.codec, stored, blob.size).and_then(|bytes| {
                let (prefix, header_len) = (row.prefix()?, row.header_len()?);
                Content::read(
                    &bytes,
                    prefix,
                    header_len,
                    row.structure()?,
                    hunt.program.needs,
                )
                .map_err(|error| StoreError::Corrupt(error.to_string()))
            });
            match content {
                Ok(content) => {
                    if hunt.program.test.eval(&facts, Some(&content)) == Some(true) {
                        self.found.push(facts.found());
                    }
                }
                Err(error) => {
                    let (folder, uid) = (hunt.folder.0, facts.uid);
                    tracing::error!(%error, folder, uid, "a message cannot be searched");
                }
            }
            Ok(true)
        })
    }
}
