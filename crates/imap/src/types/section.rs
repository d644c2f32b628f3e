//! Which part of a message a FETCH asks for (RFC 9051 §6.4.5.1).

use std::num::{NonZeroU32, NonZeroU64};

use crate::response::{astring, number};

/// The deepest part path taken.
pub const MAX_PART_DEPTH: usize = 50;

/// What is between the brackets of `BODY[…]`. With neither part nor text it
/// is the whole message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// Part numbers from the top; empty for the message itself.
    pub part: Vec<NonZeroU32>,
    /// What of that part; its body when there is none.
    pub text: Option<SectionText>,
}

/// The last word of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SectionText {
    /// `HEADER`
    Header,
    /// `HEADER.FIELDS (…)`: these header fields, named as the client did.
    HeaderFields(Vec<String>),
    /// `HEADER.FIELDS.NOT (…)`: all header fields but these.
    HeaderFieldsNot(Vec<String>),
    /// `TEXT`
    Text,
    /// `MIME`: the part's own MIME header; never without a part path.
    Mime,
}

/// `<offset.length>`: that many bytes from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partial {
    /// The first byte wanted, from 0.
    pub offset: u64,
    /// How many bytes at most.
    pub length: NonZeroU64,
}

impl Section {
    /// Writes what belongs between the brackets, as a response repeats it.
    pub fn write(&self, out: &mut Vec<u8>) {
        for (i, part) in self.part.iter().enumerate() {
            if i > 0 {
                out.push(b'.');
            }
            number(out, u64::from(part.get()));
        }
        let Some(text) = &self.text else { return };
        if !self.part.is_empty() {
            out.push(b'.');
        }
        let (word, fields): (&[u8], &[String]) = match text {
            SectionText::Header => (b"HEADER", &[]),
            SectionText::HeaderFields(fields) => (b"HEADER.FIELDS (", fields),
            SectionText::HeaderFieldsNot(fields) => (b"HEADER.FIELDS.NOT (", fields),
            SectionText::Text => (b"TEXT", &[]),
            SectionText::Mime => (b"MIME", &[]),
        };
        out.extend_from_slice(word);
        for (i, field) in fields.iter().enumerate() {
            if i > 0 {
                out.push(b' ');
            }
            astring(out, field.as_bytes());
        }
        if !fields.is_empty() {
            out.push(b')');
        }
    }
}
