//! Fields of a header block.

use std::borrow::Cow;

use memchr::memchr;

/// One field as it stands in the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// Name without the colon and without space before it; the whole line where there is no colon.
    pub name: &'a [u8],
    /// Value after the colon, folding included, without the last line end.
    pub value: &'a [u8],
    /// The field as written, last line end included.
    pub raw: &'a [u8],
    /// Offset of the name in the block.
    pub start: usize,
    /// Offset of the value in the block.
    pub value_start: usize,
    /// Offset of the next field in the block.
    pub end: usize,
}

impl Field<'_> {
    /// Whether the field has this name, any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// Whether there is a colon: without it the line is no field (RFC 5322 §2.2).
    pub fn has_colon(&self) -> bool {
        self.value_start - self.start > self.name.len()
    }
}

/// Iterator over the fields of a block; ends at the empty line.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    block: &'a [u8],
    at: usize,
}

/// The fields of a header block, which may end with its empty line or go on into the body.
pub fn fields(block: &[u8]) -> Fields<'_> {
    Fields { block, at: 0 }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let rest = &self.block[self.at..];
        if matches!(rest, [] | [b'\n', ..] | [b'\r', b'\n', ..]) {
            return None;
        }
        let mut end = 0;
        loop {
            end += memchr(b'\n', &rest[end..]).map_or(rest.len() - end, |lf| lf + 1);
            if !matches!(rest.get(end), Some(b' ' | b'\t')) {
                break;
            }
        }
        let raw = &rest[..end];
        let body = trim_line_end(raw);
        // The name ends on its own line.
        let first = &body[..memchr(b'\n', body).unwrap_or(body.len())];
        let (name, value_start) = match memchr(b':', first) {
            Some(colon) => (body[..colon].trim_ascii_end(), colon + 1),
            None => (body, body.len()),
        };
        let start = self.at;
        self.at += end;
        Some(Field {
            name,
            value: &body[value_start..],
            raw,
            start,
            value_start: start + value_start,
            end: self.at,
        })
    }
}

/// `line` without its last line end.
fn trim_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Undoes folding (RFC 5322 §2.2.3): line ends go, the white space after them stays.
pub fn unfold(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'\r', b'\n', value).is_none() {
        return Cow::Borrowed(value);
    }
    Cow::Owned(
        value
            .iter()
            .copied()
            .filter(|byte| !matches!(byte, b'\r' | b'\n'))
            .collect(),
    )
}

/// `BODY[HEADER.FIELDS (...)]`, or `.NOT` (RFC 9051 §6.4.5): the matching fields as written, in their order, and an
/// empty line.
pub fn select<N: AsRef<str>>(header: &[u8], names: &[N], not: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields(header) {
        if names.iter().any(|name| field.is(name.as_ref())) != not {
            out.extend_from_slice(field.raw);
        }
    }
    if !out.is_empty() && !out.ends_with(b"\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out
}
