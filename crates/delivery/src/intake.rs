//! Taking a message in: bytes as they come, hashed, compressed and analysed on the way, in
//! bounded memory.

use congvu_message::{Analysis, Analyzer};
use congvu_store::blob::{BlobWriter, StagedBlob};
use congvu_store::message::NewMessage;
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
    writer: BlobWriter,
    analyzer: Analyzer,
    limit: u64,
    held: Option<(Completion, Vec<u8>)>,
    authors: Option<Authors>,
    long_header: bool,
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
            envelope: self.analysis.envelope.clone(),
            structure: self.analysis.structure.to_bytes(),
        }
    }
}

impl Intake {
    /// A message of at most `limit` bytes; `completion` completes the header of a submission.
    #[must_use]
    pub fn new(store: &Store, limit: u64, completion: Option<Completion>) -> Self {
        Self {
            writer: store.blobs().writer(),
            analyzer: Analyzer::new(),
            limit,
            held: completion.map(|completion| (completion, Vec::new())),
            authors: None,
            long_header: false,
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
        Ok(Incoming {
            staged: self.writer.finish().await?,
            analysis,
            authors: self.authors,
        })
    }
}

/// True where the header's empty line lies in `bytes`, looking from `from`.
fn ends(bytes: &[u8], from: usize) -> bool {
    bytes.starts_with(b"\r\n") || bytes[from..].windows(4).any(|four| four == b"\r\n\r\n")
}
