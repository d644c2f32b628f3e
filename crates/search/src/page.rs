//! Looking at messages inside a read transaction.

use std::time::{Duration, Instant};

use congvu_message::Part;
use congvu_message::search::Content;
use congvu_store::blob::{BlobRef, Place as BlobPlace, inflate};
use congvu_store::entry::{self, EntryView, Want};
use congvu_store::{StoreError, StoreResult, Tx};

use super::Hunt;
use super::look::Look;
use super::ranges::{holds, push};
use super::test::Cost;

/// A page looks at so many messages, reads the bytes of so many, and ends after so long: others
/// read too.
const ROWS: usize = 2_000;
const READS: usize = 50;
const TIME: Duration = Duration::from_millis(100);

/// What is known of a message without its bytes.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) uid: u32,
    pub(crate) flags: i64,
    pub(crate) modseq: i64,
    pub(crate) internal_at: i64,
    pub(crate) saved_at: i64,
    pub(crate) object: i64,
    pub(crate) thread: Option<i64>,
    pub(crate) size: u64,
    pub(crate) subject: String,
    pub(crate) envelope: Vec<u8>,
    /// The names of its files; nothing of a file without one.
    pub(crate) files: Vec<String>,
}

/// A message that was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) uid: u32,
    pub(crate) modseq: i64,
}

/// A message whose bytes are in the object store.
#[derive(Debug)]
pub(crate) struct Away {
    pub(crate) facts: Facts,
    pub(crate) blob: BlobRef,
    pub(crate) prefix: Vec<u8>,
    pub(crate) header_len: u64,
    pub(crate) structure: Vec<u8>,
}

/// What one transaction found.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) found: Vec<Found>,
    pub(crate) away: Vec<Away>,
    pub(crate) next: Option<(usize, u32)>,
    /// How many messages were looked at.
    pub(crate) rows: usize,
}

impl Facts {
    fn read(row: &EntryView<'_>, cost: &Cost) -> StoreResult<Self> {
        let message = cost.want > Want::Entry;
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
            files: if cost.files {
                Part::from_bytes(row.structure()?)
                    .map_or_else(|_| Vec::new(), |top| top.file_names())
            } else {
                Vec::new()
            },
        })
    }

    pub(crate) fn found(&self) -> Found {
        Found {
            uid: self.uid,
            modseq: self.modseq,
        }
    }
}

impl Page {
    pub(crate) fn search(
        tx: &mut Tx<'_>,
        hunt: &Hunt,
        look: &Look,
        (mut range, mut first): (usize, u32),
    ) -> StoreResult<Self> {
        let began = Instant::now();
        let mut page = Self::default();
        let mut open = Vec::new();
        let mut reads = 0;
        while let Some(&(_, last)) = look.spans.get(range) {
            let mut stopped = None;
            entry::scan(tx, hunt.folder, (first, last), hunt.program.want(), |row| {
                if !holds(&look.ranges, row.uid()?) {
                    return Ok(true);
                }
                let facts = Facts::read(row, &hunt.program.cost)?;
                let passes = if holds(&look.sure, facts.uid) {
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
            let Some(&(next, _)) = look.spans.get(range) else {
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
            let facts = Facts::read(row, &hunt.program.cost.whole())?;
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
                    hunt.program.needs(),
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
