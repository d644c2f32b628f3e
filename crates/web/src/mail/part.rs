//! A message as it lies in the store, and its parts, read no further than is needed.

use bytes::Bytes;
use congvu_message::encoding::Decoder;
use congvu_message::{Kind, Part, charset};
use congvu_store::blob::{BlobReader, BlobRef};
use congvu_store::entry::{self, Want};
use congvu_store::{FolderId, Store, StoreError, StoreResult, Tx};

/// So much of the header is looked through.
const HEADER: u64 = 256 << 10;

/// A message as it lies in the store.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(super) flags: i64,
    pub(crate) internal_at: i64,
    pub(super) sent_at: Option<i64>,
    pub(crate) subject: String,
    pub(crate) envelope: Vec<u8>,
    pub(crate) header_len: u64,
    /// This recipient's own header lines.
    pub(super) prefix: Vec<u8>,
    pub(crate) structure: Part,
    pub(crate) blob: BlobRef,
    /// What the structure speaks of, where that came out of signed content ([`super::smime`]) and is not what lies in the store.
    pub(crate) within: Option<Bytes>,
}

/// Bytes of a message, one piece after another.
pub(super) enum Reader {
    Blob(BlobReader),
    Memory(Option<Bytes>),
}

impl Reader {
    pub(super) async fn next(&mut self) -> StoreResult<Option<Bytes>> {
        match self {
            Self::Blob(reader) => reader.next().await,
            Self::Memory(bytes) => Ok(bytes.take()),
        }
    }
}

/// The message of an entry.
pub(crate) fn find(tx: &mut Tx<'_>, folder: FolderId, uid: u32) -> StoreResult<Option<Stored>> {
    let mut found = None;
    entry::scan(tx, folder, (uid, uid), Want::Blob, |entry| {
        found = Some(Stored {
            flags: entry.flags()?,
            internal_at: entry.internal_at()?,
            sent_at: entry.sent_at()?,
            subject: entry.subject()?,
            envelope: entry.envelope()?.to_vec(),
            header_len: entry.header_len()?,
            prefix: entry.prefix()?.to_vec(),
            structure: Part::from_bytes(entry.structure()?)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?,
            blob: entry.blob()?,
            within: None,
        });
        Ok(false)
    })?;
    Ok(found)
}

impl Stored {
    /// The part of a section number as an address has it: `1.2`.
    pub(super) fn part(&self, section: &str) -> Option<&Part> {
        let path: Option<Vec<u32>> = section
            .split('.')
            .map(|number| number.parse().ok())
            .collect();
        self.structure.section(&path?)
    }

    /// Reads what the structure speaks of, from its beginning.
    pub(super) async fn reader(&self, store: &Store) -> StoreResult<Reader> {
        Ok(match &self.within {
            Some(bytes) => Reader::Memory(Some(bytes.clone())),
            None => Reader::Blob(store.blobs().open_blob(&self.blob).await?),
        })
    }

    /// The bytes from `start` to before `end`, at most `most`.
    pub(crate) async fn octets(
        &self,
        store: &Store,
        (start, end): (u64, u64),
        most: u64,
    ) -> StoreResult<Vec<u8>> {
        let end = end.min(start.saturating_add(most));
        taken(self.reader(store).await?, (start, end)).await
    }

    /// A part's content, without its transfer encoding, of at most so many encoded bytes.
    pub(super) async fn content(
        &self,
        store: &Store,
        part: &Part,
        most: u64,
    ) -> StoreResult<Vec<u8>> {
        let encoded = self
            .octets(store, (part.body_start, part.body_end), most)
            .await?;
        let mut decoded = Vec::with_capacity(encoded.len());
        let mut decoder = decoder(part);
        decoder.push(&encoded, &mut decoded);
        decoder.finish(&mut decoded);
        Ok(decoded)
    }

    /// The message's header as it came, of at most so many bytes as are looked through; without this recipient's own lines.
    pub(super) async fn header(&self, store: &Store) -> StoreResult<Vec<u8>> {
        let reader = store.blobs().open_blob(&self.blob).await?;
        taken(Reader::Blob(reader), (0, self.header_len.min(HEADER))).await
    }

    /// How the content of each of these parts begins, without its transfer encoding: of at most so many encoded bytes. They are
    /// read on one way through the message, which ends behind the last of them.
    pub(super) async fn beginnings(
        &self,
        store: &Store,
        parts: &[&Part],
        most: u64,
    ) -> StoreResult<Vec<Vec<u8>>> {
        let ends = |part: &Part| part.body_end.min(part.body_start.saturating_add(most));
        let last = parts.iter().map(|part| ends(part)).max().unwrap_or(0);
        let mut encoded = vec![Vec::new(); parts.len()];
        let mut reader = self.reader(store).await?;
        let mut at = 0_u64;
        while at < last
            && let Some(chunk) = reader.next().await?
        {
            for (part, taken) in parts.iter().zip(&mut encoded) {
                taken.extend_from_slice(within(&chunk, at, (part.body_start, ends(part))));
            }
            at += chunk.len() as u64;
        }
        let decoded = parts.iter().zip(&encoded).map(|(part, encoded)| {
            let mut decoded = Vec::with_capacity(encoded.len());
            let mut decoder = decoder(part);
            decoder.push(encoded, &mut decoded);
            decoder.finish(&mut decoded);
            decoded
        });
        Ok(decoded.collect())
    }

    /// A text's letters.
    pub(super) async fn text(&self, store: &Store, part: &Part, most: u64) -> StoreResult<String> {
        let content = self.content(store, part, most).await?;
        Ok(charset::to_utf8(part.charset(), &content))
    }
}

/// The bytes of the range.
async fn taken(mut reader: Reader, (start, end): (u64, u64)) -> StoreResult<Vec<u8>> {
    let (mut at, mut taken) = (0_u64, Vec::new());
    while at < end
        && let Some(chunk) = reader.next().await?
    {
        taken.extend_from_slice(within(&chunk, at, (start, end)));
        at += chunk.len() as u64;
    }
    Ok(taken)
}

/// What undoes the transfer encoding of a part; nested messages have none of their own (RFC 2045 §6.4).
pub(super) fn decoder(part: &Part) -> Decoder {
    match part.kind {
        Kind::Leaf => Decoder::new(&part.encoding),
        Kind::Multipart(_) | Kind::Message { .. } => Decoder::new("binary"),
    }
}

/// What of a chunk that begins at `at` lies in the range.
pub(super) fn within(chunk: &Bytes, at: u64, (start, end): (u64, u64)) -> &[u8] {
    let length = chunk.len() as u64;
    let from = start.saturating_sub(at).min(length);
    let to = end.saturating_sub(at).min(length);
    // Both are at most the length of the chunk.
    &chunk[from as usize..to.max(from) as usize]
}

/// What can be shown in place: pictures that browsers draw and that hold no script.
pub(super) fn is_picture(part: &Part) -> bool {
    part.type_.eq_ignore_ascii_case("image")
        && ["png", "jpeg", "jpg", "gif", "webp", "bmp"]
            .iter()
            .any(|known| part.subtype.eq_ignore_ascii_case(known))
}

/// A name under which a file can be saved.
pub(super) fn file_name(part: &Part, section: &str) -> String {
    let name = part.file_name().unwrap_or_default();
    let name: String = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| {
            !c.is_control()
                && !"\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}"
                    .contains(*c)
        })
        .collect();
    let name = name.trim().trim_start_matches('.').to_owned();
    if !name.is_empty() {
        return name;
    }
    let ending = match part.type_.to_ascii_lowercase().as_str() {
        "message" => "eml",
        "image" | "application" | "audio" | "video"
            if part.subtype.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            part.subtype.as_str()
        }
        "text" if part.subtype.eq_ignore_ascii_case("calendar") => "ics",
        _ => "txt",
    };
    format!("phan-{section}.{}", ending.to_ascii_lowercase())
}
