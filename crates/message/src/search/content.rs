//! The bytes of a message as SEARCH sees them: header and texts, decoded, in
//! bounded memory.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::{Haystack, Needle};
use crate::encoding::Decoder;
use crate::{DecodeError, Part, charset, header};

/// So much of each text is searched, as it is encoded, and of all together.
const TEXT: u64 = 2 << 20;
const TEXTS: u64 = 8 << 20;
/// So much of the header is searched.
const HEADER: u64 = 1 << 20;

/// What of a message's bytes must be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// Header fields.
    pub header: bool,
    /// Decoded texts.
    pub texts: bool,
}

/// What is looked into.
#[derive(Debug, Default)]
pub struct Content {
    /// Names and decoded values.
    fields: Vec<(Vec<u8>, String)>,
    texts: Vec<Haystack>,
}

/// A text and where it lies in the message.
#[derive(Debug)]
struct Place {
    start: u64,
    end: u64,
    encoding: String,
    charset: Option<String>,
}

fn places(structure: &[u8]) -> Result<Vec<Place>, DecodeError> {
    let top = Part::from_bytes(structure)?;
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
    /// Of a message that lies in memory. `prefix` are header lines that stand
    /// before it, `structure` is its [`Part`] as stored.
    ///
    /// # Errors
    /// Where `structure` is none.
    pub fn read(
        message: &[u8],
        prefix: &[u8],
        header_len: u64,
        structure: &[u8],
        needs: Needs,
    ) -> Result<Self, DecodeError> {
        let mut content = Self::default();
        let at = |offset: u64| {
            usize::try_from(offset)
                .unwrap_or(usize::MAX)
                .min(message.len())
        };
        if needs.header {
            content.take_header(prefix, &message[..at(header_len.min(HEADER))]);
        }
        if needs.texts {
            for place in places(structure)? {
                let bytes = &message[at(place.start)..at(place.end)];
                content.texts.push(place.text(bytes));
            }
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
    pub fn has_field(&self, name: &str, needle: &Needle) -> bool {
        self.fields.iter().any(|(known, value)| {
            known.eq_ignore_ascii_case(name.as_bytes()) && needle.in_text(value)
        })
    }

    /// Whether any field holds it.
    pub fn in_header(&self, needle: &Needle) -> bool {
        self.lines().any(|line| needle.in_text(&line))
    }

    /// Whether a text holds it.
    pub fn in_texts(&self, needle: &Needle) -> bool {
        self.texts.iter().any(|text| text.holds(needle))
    }

    /// The names of the header fields, as written.
    pub fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.fields.iter().map(|(name, _)| name.as_slice())
    }

    /// The header fields, decoded, as one line each.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let line = |(name, value): &(Vec<u8>, String)| {
            format!("{}: {value}", String::from_utf8_lossy(name))
        };
        self.fields.iter().map(line)
    }

    /// The texts, decoded.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(Haystack::text)
    }
}

/// Takes a message's bytes as they come; what is not needed passes by.
#[derive(Debug)]
pub struct Gather {
    content: Content,
    prefix: Vec<u8>,
    header: Vec<u8>,
    header_end: u64,
    open: Peekable<IntoIter<Place>>,
    bytes: Vec<u8>,
    at: u64,
    end: u64,
    needs: Needs,
}

impl Gather {
    /// As [`Content::read`].
    ///
    /// # Errors
    /// Where `structure` is none.
    pub fn new(
        prefix: &[u8],
        header_len: u64,
        structure: &[u8],
        needs: Needs,
    ) -> Result<Self, DecodeError> {
        let mut places = if needs.texts {
            places(structure)?
        } else {
            Vec::new()
        };
        // Reading order is the order in the message; an odd tree is put right.
        places.sort_by_key(|place| place.start);
        let header_end = if needs.header {
            header_len.min(HEADER)
        } else {
            0
        };
        let end = places.iter().map(|place| place.end).max().unwrap_or(0);
        Ok(Self {
            content: Content::default(),
            prefix: prefix.to_vec(),
            header: Vec::new(),
            header_end,
            open: places.into_iter().peekable(),
            bytes: Vec::new(),
            at: 0,
            end: end.max(header_end),
            needs,
        })
    }

    /// Whether more of the message must be read.
    pub fn wants_more(&self) -> bool {
        self.at < self.end
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        let at = self.at;
        let next = at + chunk.len() as u64;
        let part = |from: u64, to: u64| {
            let (from, to) = (from.clamp(at, next), to.clamp(at, next));
            &chunk[(from - at) as usize..(to.max(from) - at) as usize]
        };
        self.header.extend_from_slice(part(0, self.header_end));
        while let Some(place) = self.open.peek() {
            self.bytes.extend_from_slice(part(place.start, place.end));
            if place.end > next {
                break;
            }
            self.content.texts.push(place.text(&self.bytes));
            self.bytes.clear();
            self.open.next();
        }
        self.at = next;
    }

    /// What was gathered.
    pub fn finish(mut self) -> Content {
        if self.needs.header {
            self.content.take_header(&self.prefix, &self.header);
        }
        self.content
    }
}
