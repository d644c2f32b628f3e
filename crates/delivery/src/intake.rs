//! Taking a message in: bytes as they come, hashed, compressed and analysed on the way, in
//! bounded memory.

use congvu_message::digest::PartDigests;
use congvu_message::{Analysis, Analyzer};
use congvu_store::blob::{BlobWriter, StagedBlob};
use congvu_store::message::{Marks, NewMessage};
use congvu_store::{Store, StoreError};

use crate::Completion;
use crate::authors::Authors;

/// The header of a submission is held back so far; a longer one is not read to its end by the
/// analysis either.
const HEADER_HELD: usize = congvu_message::limits::HEADER;

/// A message that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// It is longer than it may be.
    #[error("the message is too large")]
    TooLarge,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A message on its way in.
pub struct Intake {
    store: Store,
    writer: BlobWriter,
    analyzer: Analyzer,
    limit: u64,
    held: Option<(Completion, Vec<u8>)>,
    authors: Option<Authors>,
    long_header: bool,
    header: Header,
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake")
            .field("size", &self.writer.size())
            .finish_non_exhaustive()
    }
}

/// A message that is in, but that nobody has yet.
#[derive(Debug)]
pub struct Incoming {
    /// Its bytes.
    pub staged: StagedBlob,
    /// What it is.
    pub analysis: Analysis,
    /// Whom it names as its writers; of a submission alone.
    pub authors: Option<Authors>,
    /// The first octets of its header: what a notice gives back.
    pub header: Vec<u8>,
    /// Its header has UTF-8 in it (RFC 6532): not every server can take it.
    pub utf8_header: bool,
    /// What cases of takedown compare; only where some are sealed.
    pub marks: Option<Marks>,
}

impl Incoming {
    /// The message's row.
    #[must_use]
    pub fn new_message(&self) -> NewMessage {
        NewMessage {
            header_len: self.analysis.header_len,
            sent_at: self
                .analysis
                .facts
                .date
                .map(|seconds| seconds.saturating_mul(1000)),
            message_id: self.analysis.facts.message_id.clone(),
            subject: self.analysis.facts.subject.clone(),
            preview: self.analysis.preview.clone(),
            references: self.analysis.facts.answered(),
            envelope: self.analysis.envelope.clone(),
            structure: self.analysis.structure.to_bytes(),
            marks: self.marks.clone(),
        }
    }
}

impl Intake {
    /// A message of at most `limit` bytes; `completion` completes the header of a submission.
    #[must_use]
    pub fn new(store: &Store, limit: u64, completion: Option<Completion>) -> Self {
        Self {
            store: store.clone(),
            writer: store.blobs().writer(),
            analyzer: Analyzer::new(),
            limit,
            held: completion.map(|completion| (completion, Vec::new())),
            authors: None,
            long_header: false,
            header: Header::default(),
        }
    }

    /// Takes the next bytes.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), IntakeError> {
        let Some((_, header)) = &mut self.held else {
            return self.take(chunk).await;
        };
        let seen = header.len().saturating_sub(3);
        header.extend_from_slice(chunk);
        let whole = ends(header, seen);
        if whole || header.len() > HEADER_HELD {
            self.long_header = !whole;
            self.release().await?;
        }
        Ok(())
    }

    async fn take(&mut self, chunk: &[u8]) -> Result<(), IntakeError> {
        if self.writer.size() + chunk.len() as u64 > self.limit {
            return Err(IntakeError::TooLarge);
        }
        self.analyzer.feed(chunk);
        self.header.feed(chunk);
        Ok(self.writer.write(chunk).await?)
    }

    async fn release(&mut self) -> Result<(), IntakeError> {
        if let Some((completion, header)) = self.held.take() {
            let (header, authors) = completion.complete(&header);
            self.authors = Some(authors);
            self.take(&header).await?;
        }
        Ok(())
    }

    /// Ends the message: its bytes are stored, though nothing refers to them yet.
    pub async fn finish(mut self) -> Result<Incoming, IntakeError> {
        self.release().await?;
        let mut analysis = self.analyzer.finish();
        analysis.facts.long_header |= self.long_header;
        let staged = self.writer.finish().await?;
        let marks = if self.store.hub().watches_takedowns() {
            Some(marks(&self.store, &staged, &analysis).await?)
        } else {
            None
        };
        Ok(Incoming {
            staged,
            marks,
            analysis,
            authors: self.authors,
            header: self.header.kept,
            utf8_header: self.header.utf8,
        })
    }
}

/// What cases of takedown compare: read again from what was just stored, for it is asked for only while a case is sealed.
async fn marks(
    store: &Store,
    staged: &StagedBlob,
    analysis: &Analysis,
) -> Result<Marks, StoreError> {
    let mut digests = PartDigests::new(&analysis.structure);
    let mut reader = store.blobs().open_blob(&staged.as_blob()).await?;
    while let Some(chunk) = reader.next().await? {
        digests.push(&chunk);
    }
    let facts = &analysis.facts;
    let writers = facts.from.iter().chain(&facts.sender);
    Ok(Marks {
        senders: writers.map(|who| who.addr().to_lowercase()).collect(),
        parts: digests.finish(),
    })
}

/// What is kept of a header at most.
const HEADER_KEPT: usize = 32 << 10;

/// The header as it passes.
#[derive(Default)]
struct Header {
    kept: Vec<u8>,
    utf8: bool,
    ended: bool,
    /// The last octets seen, at most three.
    tail: Vec<u8>,
    begun: bool,
}

impl Header {
    fn feed(&mut self, chunk: &[u8]) {
        if self.ended || chunk.is_empty() {
            return;
        }
        if !self.begun && chunk.starts_with(b"\r\n") {
            self.ended = true;
            return;
        }
        self.begun = true;
        let mut window = std::mem::take(&mut self.tail);
        let before = window.len();
        window.extend_from_slice(chunk);
        let end = window.windows(4).position(|four| four == b"\r\n\r\n");
        self.ended = end.is_some();
        // The empty line's CR LF is not the header's.
        let own = end.map_or(window.len(), |at| (at + 2).max(before));
        let fresh = &window[before..own];
        self.utf8 |= !fresh.is_ascii();
        let room = HEADER_KEPT.saturating_sub(self.kept.len());
        self.kept.extend_from_slice(&fresh[..fresh.len().min(room)]);
        self.tail = window[window.len().saturating_sub(3)..].to_vec();
    }
}

/// True where the header's empty line lies in `bytes`, looking from `from`.
fn ends(bytes: &[u8], from: usize) -> bool {
    bytes.starts_with(b"\r\n") || bytes[from..].windows(4).any(|four| four == b"\r\n\r\n")
}

#[cfg(test)]
mod tests {
    use super::Header;

    #[test]
    fn a_header_is_kept_however_it_is_cut() {
        for (message, kept, utf8) in [
            ("A: b\r\nC: d\r\n\r\nthư\r\n", "A: b\r\nC: d\r\n", false),
            ("A: thư\r\n\r\nx", "A: thư\r\n", true),
            ("A: b\r\n", "A: b\r\n", false),
            ("\r\nthư", "", false),
        ] {
            for size in [1, 2, 3, 5, 100] {
                let mut header = Header::default();
                // The first two octets come together, as they do from a line.
                let (first, rest) = message.as_bytes().split_at(2);
                header.feed(first);
                rest.chunks(size).for_each(|chunk| header.feed(chunk));
                let found = String::from_utf8_lossy(&header.kept);
                let found = found.strip_suffix('\r').unwrap_or(&found);
                assert_eq!(found, kept, "{size}");
                assert_eq!(header.utf8, utf8, "{message:?} {size}");
            }
        }
    }
}
