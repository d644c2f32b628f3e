//! The bytes of a message as SEARCH sees them: header and texts, decoded, in
//! bounded memory.

use congvu_message::encoding::Decoder;
use congvu_message::search::{Haystack, Needle};
use congvu_message::{Part, charset, header};
use congvu_store::blob::Blobs;
use congvu_store::{StoreError, StoreResult};

use super::page::Away;
use super::program::Needs;

/// So much of each text is searched, as it is encoded, and of all together.
const TEXT: u64 = 2 << 20;
const TEXTS: u64 = 8 << 20;
/// So much of the header is searched.
const HEADER: u64 = 1 << 20;

/// What is looked into.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// Names and decoded values.
    fields: Vec<(Vec<u8>, String)>,
    texts: Vec<Haystack>,
}

/// A text and where it lies in the blob.
struct Place {
    start: u64,
    end: u64,
    encoding: String,
    charset: Option<String>,
}

fn places(structure: &[u8]) -> StoreResult<Vec<Place>> {
    let top =
        Part::from_bytes(structure).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let mut left = TEXTS;
    let mut places: Vec<Place> = Vec::new();
    for part in top.texts() {
        let size = part.body_len().min(TEXT).min(left);
        if size == 0 {
            continue;
        }
        left -= size;
        places.push(Place {
            start: part.body_start,
            end: part.body_start + size,
            encoding: part.encoding.clone(),
            charset: part.charset().map(str::to_owned),
        });
    }
    Ok(places)
}

impl Place {
    fn text(&self, bytes: &[u8]) -> Haystack {
        let mut decoded = Vec::new();
        let mut decoder = Decoder::new(&self.encoding);
        decoder.push(bytes, &mut decoded);
        decoder.finish(&mut decoded);
        Haystack::new(charset::to_utf8(self.charset.as_deref(), &decoded))
    }
}

impl Content {
    /// Of a message that lies in memory.
    pub(super) fn read(
        blob: &[u8],
        prefix: &[u8],
        header_len: u64,
        structure: &[u8],
        needs: Needs,
    ) -> StoreResult<Self> {
        let mut content = Self::default();
        let at = |offset: u64| {
            usize::try_from(offset)
                .unwrap_or(usize::MAX)
                .min(blob.len())
        };
        if needs.header {
            content.take_header(prefix, &blob[..at(header_len.min(HEADER))]);
        }
        if needs.texts {
            for place in places(structure)? {
                let bytes = &blob[at(place.start)..at(place.end)];
                content.texts.push(place.text(bytes));
            }
        }
        Ok(content)
    }

    /// Of a message in the object store: what is not needed passes by.
    pub(super) async fn fetch(blobs: &Blobs, away: &Away, needs: Needs) -> StoreResult<Self> {
        let mut content = Self::default();
        let mut places = if needs.texts {
            places(&away.structure)?
        } else {
            Vec::new()
        };
        // Reading order is the order in the blob; an odd tree is put right.
        places.sort_by_key(|place| place.start);
        let header_end = if needs.header {
            away.header_len.min(HEADER)
        } else {
            0
        };
        let end = places.iter().map(|place| place.end).max().unwrap_or(0);
        let end = end.max(header_end);
        let mut header = Vec::new();
        let mut open = places.into_iter().peekable();
        let mut bytes = Vec::new();
        let mut reader = blobs.open_blob(&away.blob).await?;
        let mut at = 0;
        while at < end
            && let Some(chunk) = reader.next().await?
        {
            let next = at + chunk.len() as u64;
            let part = |from: u64, to: u64| {
                let (from, to) = (from.clamp(at, next), to.clamp(at, next));
                &chunk[(from - at) as usize..(to.max(from) - at) as usize]
            };
            header.extend_from_slice(part(0, header_end));
            while let Some(place) = open.peek() {
                bytes.extend_from_slice(part(place.start, place.end));
                if place.end > next {
                    break;
                }
                content.texts.push(place.text(&bytes));
                bytes.clear();
                open.next();
            }
            at = next;
        }
        if needs.header {
            content.take_header(&away.prefix, &header);
        }
        Ok(content)
    }

    fn take_header(&mut self, prefix: &[u8], block: &[u8]) {
        let fields = header::fields(prefix).chain(header::fields(block));
        self.fields = fields
            .map(|field| (field.name.to_vec(), header::decode_text(field.value)))
            .collect();
    }

    /// Whether a field of this name holds it.
    pub(super) fn has_field(&self, name: &str, needle: &Needle) -> bool {
        self.fields.iter().any(|(known, value)| {
            known.eq_ignore_ascii_case(name.as_bytes()) && needle.in_text(value)
        })
    }

    /// Whether any field holds it.
    pub(super) fn in_header(&self, needle: &Needle) -> bool {
        self.fields.iter().any(|(name, value)| {
            let line = format!("{}: {value}", String::from_utf8_lossy(name));
            needle.in_text(&line)
        })
    }

    /// Whether a text holds it.
    pub(super) fn in_texts(&self, needle: &Needle) -> bool {
        self.texts.iter().any(|text| text.holds(needle))
    }
}
