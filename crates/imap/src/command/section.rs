//! How sections of FETCH are read (RFC 9051 §9, `section`).

use std::num::NonZeroU64;

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{MAX_PART_DEPTH, Partial, Section, SectionText};

/// The most header fields one section may name.
const MAX_FIELDS: usize = 200;

impl Section {
    /// Reads `[…]` with its brackets.
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        c.expect(b'[', "expected a section")?;
        let mut section = Self::default();
        let mut more = c.peek() != Some(b']');
        while more && c.peek().is_some_and(|b| b.is_ascii_digit()) {
            section.part.push(c.nz_number()?);
            more = c.take(b'.');
        }
        if section.part.len() > MAX_PART_DEPTH {
            return Err(Fault::bad("section is too deep"));
        }
        if more {
            section.text = Some(text(c, !section.part.is_empty())?);
        }
        c.expect(b']', "expected a closing bracket")?;
        Ok(section)
    }
}

fn text(c: &mut Cursor<'_>, in_part: bool) -> Parsed<SectionText> {
    match c.word()?.to_ascii_uppercase().as_str() {
        "HEADER" => Ok(SectionText::Header),
        "HEADER.FIELDS" => fields(c).map(SectionText::HeaderFields),
        "HEADER.FIELDS.NOT" => fields(c).map(SectionText::HeaderFieldsNot),
        "TEXT" => Ok(SectionText::Text),
        "MIME" if in_part => Ok(SectionText::Mime),
        _ => Err(Fault::bad("unknown section")),
    }
}

fn fields(c: &mut Cursor<'_>) -> Parsed<Vec<String>> {
    c.sp()?;
    let fields = c.list(header_field)?;
    match fields.len() {
        0 => Err(Fault::bad("expected header field names")),
        1..=MAX_FIELDS => Ok(fields),
        _ => Err(Fault::bad("too many header field names")),
    }
}

/// A header field's name (RFC 5322 §2.2).
pub(super) fn header_field(c: &mut Cursor<'_>) -> Parsed<String> {
    let name = c.text()?;
    let plain = |b: u8| matches!(b, 0x21..=0x7e) && b != b':';
    if !name.is_empty() && name.bytes().all(plain) {
        Ok(name)
    } else {
        Err(Fault::bad("invalid header field name"))
    }
}

impl Partial {
    /// Reads `<offset.length>` if it is there.
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Option<Self>> {
        if !c.take(b'<') {
            return Ok(None);
        }
        let offset = c.number64()?;
        c.expect(b'.', "expected a length")?;
        let length = NonZeroU64::new(c.number64()?).ok_or(Fault::bad("length must not be zero"))?;
        c.expect(b'>', "expected a closing angle bracket")?;
        Ok(Some(Self { offset, length }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::ParseOptions;

    fn read(text: &str) -> Parsed<Section> {
        let mut c = Cursor::new(text.as_bytes(), ParseOptions::default());
        let section = Section::parse(&mut c)?;
        if c.rest().is_empty() {
            Ok(section)
        } else {
            Err(Fault::bad("rest"))
        }
    }

    #[test]
    fn written_as_read() {
        for text in [
            "[]",
            "[HEADER]",
            "[TEXT]",
            "[1]",
            "[4.2.2.1]",
            "[3.HEADER]",
            "[4.1.MIME]",
            "[4.2.TEXT]",
            "[HEADER.FIELDS (Date From)]",
            "[1.2.HEADER.FIELDS.NOT (X-\"a)]",
        ] {
            // A field name that is no atom comes as a string.
            let given = text.replace("X-\"a", "\"X-\\\"a\"");
            let section = read(&given).unwrap();
            let mut out = vec![b'['];
            section.write(&mut out);
            out.push(b']');
            assert_eq!(String::from_utf8(out).unwrap(), given);
        }
        assert_eq!(
            read("[header.fields ({4}\r\nDate)]").unwrap().text,
            Some(SectionText::HeaderFields(vec!["Date".into()]))
        );
    }

    #[test]
    fn faults() {
        for bad in [
            "",
            "[",
            "[1",
            "[1.]",
            "[0]",
            "[01.]",
            "[.1]",
            "[1..2]",
            "[MIME]",
            "[FOO]",
            "[1 ]",
            "[HEADER.FIELDS]",
            "[HEADER.FIELDS ()]",
            "[HEADER.FIELDS (a:b)]",
            "[HEADER.FIELDS (\"\")]",
            "[TEXT.1]",
            "[HEADER.1]",
            "[1TEXT]",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        let deep = |n: usize| format!("[{}]", vec!["1"; n].join("."));
        assert!(read(&deep(50)).is_ok());
        assert!(read(&deep(51)).is_err());
    }
}
