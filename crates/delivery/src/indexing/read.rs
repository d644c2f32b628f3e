//! Reading new messages and taking their terms.

use congvu_message::search::{Content, Gather, Needs};
use congvu_store::blob::{BlobRef, Place, inflate};
use congvu_store::entry::{self, Want};
use congvu_store::{FolderId, Store, StoreError, StoreResult, Tx, search};

use super::collect::Collector;

/// One transaction reads so many messages, or so many stored bytes.
const MESSAGES: usize = 64;
const BYTES: u64 = 1 << 20;

/// A message as the database has it.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) uid: u32,
    pub(super) size: u64,
    pub(super) subject: String,
    pub(super) envelope: Vec<u8>,
    pub(super) prefix: Vec<u8>,
    pub(super) header_len: u64,
    pub(super) structure: Vec<u8>,
    /// An error where the row makes no sense.
    pub(super) blob: StoreResult<BlobRef>,
}

/// Some messages in a row.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) messages: Vec<Raw>,
    /// No message up to this UID was left out.
    pub(super) upto: u32,
    /// Nothing lies above.
    pub(super) end: bool,
}

/// Messages from a UID on.
pub(super) fn page(tx: &mut Tx<'_>, folder: FolderId, from: u32, most: u32) -> StoreResult<Page> {
    let next = search::unindexed(tx, folder)?
        .ok_or(StoreError::NotFound("folder"))?
        .1;
    let mut page = Page {
        messages: Vec::new(),
        upto: next.saturating_sub(1),
        end: true,
    };
    let (most, mut bytes) = (MESSAGES.min(most as usize), 0);
    entry::scan(tx, folder, (from, u32::MAX), Want::Blob, |row| {
        let blob = row.blob();
        if let Ok(Place::Inline(data)) = blob.as_ref().map(|blob| &blob.place) {
            bytes += data.len() as u64;
        }
        page.messages.push(Raw {
            uid: row.uid()?,
            size: row.size()?,
            subject: row.subject()?,
            envelope: row.envelope()?.to_vec(),
            prefix: row.prefix()?.to_vec(),
            header_len: row.header_len()?,
            structure: row.structure()?.to_vec(),
            blob,
        });
        let full = page.messages.len() >= most || bytes >= BYTES;
        if full {
            page.upto = row.uid()?;
            page.end = false;
        }
        Ok(!full)
    })?;
    Ok(page)
}

/// Takes the terms of a page's messages.
pub(super) async fn collect(
    store: &Store,
    folder: FolderId,
    page: Page,
    mut all: Collector,
) -> StoreResult<Collector> {
    let mut inline = Vec::new();
    for message in page.messages {
        let Some(blob) = message.blob.as_ref().ok().filter(|blob| is_away(blob)) else {
            inline.push(message);
            continue;
        };
        all = settle(folder, std::mem::take(&mut inline), all).await?;
        let content = match fetch(store, &message, blob).await {
            // It can be read later: the folder waits rather than keep a message that every search looks at.
            Err(error @ StoreError::Unavailable(_)) => return Err(error),
            content => content,
        };
        let taken = tokio::task::spawn_blocking(move || {
            take(folder, &message, content, &mut all);
            all
        });
        all = taken.await.map_err(|_| StoreError::Panicked)?;
    }
    settle(folder, inline, all).await
}

/// Away from what people wait for.
async fn settle(
    folder: FolderId,
    messages: Vec<Raw>,
    mut all: Collector,
) -> StoreResult<Collector> {
    let work = tokio::task::spawn_blocking(move || {
        for message in messages {
            let content = match &message.blob {
                Ok(blob) => read(&message, blob),
                Err(error) => Err(StoreError::Corrupt(error.to_string())),
            };
            take(folder, &message, content, &mut all);
        }
        all
    });
    work.await.map_err(|_| StoreError::Panicked)
}

fn take(folder: FolderId, message: &Raw, content: StoreResult<Content>, all: &mut Collector) {
    if let Err(error) = &content {
        let (folder, uid) = (folder.0, message.uid);
        tracing::error!(%error, folder, uid, "a message cannot be indexed; searches look at it");
    }
    all.add(message, content.ok().as_ref());
}

const NEEDS: Needs = Needs {
    header: true,
    texts: true,
};

fn is_away(blob: &BlobRef) -> bool {
    matches!(blob.place, Place::Object(_))
}

fn read(message: &Raw, blob: &BlobRef) -> StoreResult<Content> {
    let Place::Inline(stored) = &blob.place else {
        return Err(StoreError::Corrupt("a blob lies elsewhere".into()));
    };
    let bytes = inflate(blob.codec, stored, blob.size)?;
    let (prefix, header_len) = (&message.prefix, message.header_len);
    Content::read(&bytes, prefix, header_len, &message.structure, NEEDS).map_err(corrupt)
}

async fn fetch(store: &Store, message: &Raw, blob: &BlobRef) -> StoreResult<Content> {
    let (prefix, header_len) = (&message.prefix, message.header_len);
    let mut gather = Gather::new(prefix, header_len, &message.structure, NEEDS).map_err(corrupt)?;
    let mut reader = store.blobs().open_blob(blob).await?;
    while gather.wants_more()
        && let Some(chunk) = reader.next().await?
    {
        gather.push(&chunk);
    }
    Ok(gather.finish())
}

#[expect(clippy::needless_pass_by_value, reason = "used in map_err")]
fn corrupt(error: congvu_message::DecodeError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
