//! The data that lie in the PDF, written and read back.
//!
//! Of a PDF that comes from outside only the embedded file's stream is read, and that from the bytes themselves: the dictionary of a stream always stands
//! in clear (ISO 32000-2 §7.5.7), so no object stream need be inflated, no reference followed, nothing run. A signature added later
//! leaves the bytes before it as they were.

use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::FormData;
use crate::DocumentError;

/// The bytes of a PDF that is read, at most: a form of 10,000 rows has about 5 MB; scanned signatures may come on top.
pub const MAX_PDF: usize = 32 * 1024 * 1024;
/// The bytes of the data, at most.
const MAX_DATA: usize = 16 * 1024 * 1024;
/// How many embedded files are looked at.
const MAX_FILES: usize = 16;
/// How long a stream's dictionary is, at most.
const MAX_DICTIONARY: usize = 4 * 1024;
/// What marks our data.
const KIND: &str = "congvu-form";
/// Of the data's shape. A later one is refused.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    kind: &'a str,
    version: u32,
    data: &'a FormData,
}

#[derive(Deserialize)]
struct Mark {
    kind: String,
    version: u32,
}

#[derive(Deserialize)]
struct Attached {
    data: FormData,
}

pub(super) fn written(data: &FormData) -> Result<Vec<u8>, DocumentError> {
    let written = Written {
        kind: KIND,
        version: VERSION,
        data,
    };
    serde_json::to_vec_pretty(&written).map_err(|error| DocumentError::Internal(error.to_string()))
}

/// Reads the data of a form from the PDF that [`super::render`] made, also after it was signed.
///
/// What the pages show is not compared with the data: whoever decides on a request sees the data, not the picture.
///
/// # Errors
/// When it is no PDF, too large, encrypted, has no data of ours, or several that differ; or data that cannot be understood.
pub fn read_form(pdf: &[u8]) -> Result<FormData, DocumentError> {
    if pdf.len() > MAX_PDF {
        return Err(DocumentError::TooLarge {
            limit: MAX_PDF / (1024 * 1024),
        });
    }
    // ISO 32000-2 §7.5.2, and what readers tolerate before it.
    let start = pdf.get(..pdf.len().min(1024)).unwrap_or_default();
    if find(start, b"%PDF-", 0).is_none() {
        return Err(DocumentError::NotAPdf);
    }
    let mut found: Option<Vec<u8>> = None;
    for stream in embedded(pdf) {
        let Ok(mark) = serde_json::from_slice::<Mark>(&stream) else {
            continue;
        };
        if mark.kind != KIND {
            continue;
        }
        if mark.version > VERSION {
            return Err(DocumentError::LaterVersion(mark.version));
        }
        match &found {
            Some(other) if *other != stream => return Err(DocumentError::Ambiguous),
            _ => found = Some(stream),
        }
    }
    let Some(data) = found else {
        let encrypted = find(pdf, b"/Encrypt", 0).is_some();
        return Err(if encrypted {
            DocumentError::Encrypted
        } else {
            DocumentError::NoData
        });
    };
    let attached: Attached = serde_json::from_slice(&data)
        .map_err(|error| DocumentError::DamagedData(error.to_string()))?;
    Ok(attached.data)
}

/// The embedded files, inflated.
fn embedded(pdf: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    const TYPE: &[u8] = b"/EmbeddedFile";
    let mut from = 0;
    let places = std::iter::from_fn(move || {
        loop {
            let at = find(pdf, TYPE, from)?;
            from = at + TYPE.len();
            // Not `/EmbeddedFiles`, the tree of their names.
            if !pdf.get(from).is_some_and(u8::is_ascii_alphanumeric) {
                return Some(at);
            }
        }
    });
    places.take(MAX_FILES).filter_map(move |at| stream(pdf, at))
}

/// The stream in whose dictionary this place lies.
fn stream(pdf: &[u8], at: usize) -> Option<Vec<u8>> {
    let before = pdf.get(at.saturating_sub(MAX_DICTIONARY)..at)?;
    let start = at - before.len() + memmem::rfind(before, b" obj")? + 4;
    let behind = pdf.get(at..pdf.len().min(at + MAX_DICTIONARY))?;
    let end = at + memmem::find(behind, b"stream")?;
    let dictionary = pdf.get(start..end)?;
    let mut from = end + 6;
    // ISO 32000-2 §7.3.8.1: CR LF, or LF alone.
    if pdf.get(from) == Some(&b'\r') {
        from += 1;
    }
    if pdf.get(from) == Some(&b'\n') {
        from += 1;
    }
    let content = pdf.get(from..)?;
    let limit = u64::try_from(MAX_DATA).ok()?;
    let mut data = Vec::new();
    if find(dictionary, b"/FlateDecode", 0).is_some() {
        ZlibDecoder::new(content)
            .take(limit + 1)
            .read_to_end(&mut data)
            .ok()?;
    } else if find(dictionary, b"/Filter", 0).is_none() {
        let end = find(content.get(..content.len().min(MAX_DATA))?, b"endstream", 0)?;
        data.extend_from_slice(content.get(..end)?);
    }
    (data.len() <= MAX_DATA).then_some(data)
}

fn find(bytes: &[u8], word: &[u8], from: usize) -> Option<usize> {
    Some(from + memmem::find(bytes.get(from..)?, word)?)
}
