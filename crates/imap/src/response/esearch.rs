//! The ESEARCH response (RFC 9051 §7.3.4, RFC 4731, RFC 9394 §4).

use super::{number, quoted, uid_set};
use crate::types::{PartialRange, Tag};

/// What an extended search answers; nothing stands for what was not asked or
/// not found. Sets are ranges with their ends included, in the order asked.
#[derive(Debug, Clone, Copy)]
pub struct ESearch<'a> {
    /// The search's tag.
    pub tag: &'a Tag,
    /// Whether the numbers are UIDs.
    pub uid: bool,
    /// `MIN`
    pub min: Option<u32>,
    /// `MAX`
    pub max: Option<u32>,
    /// `ALL`; not written where nothing was found.
    pub all: Option<&'a [(u32, u32)]>,
    /// `PARTIAL`: the window as it was asked for, and what lies in it.
    pub partial: Option<(PartialRange, &'a [(u32, u32)])>,
    /// `COUNT`
    pub count: Option<u64>,
    /// `MODSEQ` (RFC 4731 §3.2)
    pub modseq: Option<u64>,
}

impl ESearch<'_> {
    /// Writes the response with its CRLF.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"* ESEARCH (TAG ");
        quoted(out, self.tag.as_str().as_bytes());
        out.push(b')');
        if self.uid {
            out.extend_from_slice(b" UID");
        }
        let mut named = |name: &[u8], n: Option<u64>| {
            if let Some(n) = n {
                out.extend_from_slice(name);
                number(out, n);
            }
        };
        named(b" MIN ", self.min.map(u64::from));
        named(b" MAX ", self.max.map(u64::from));
        if let Some(all) = self.all.filter(|all| !all.is_empty()) {
            out.extend_from_slice(b" ALL ");
            uid_set(out, all);
        }
        if let Some((range, found)) = self.partial {
            out.extend_from_slice(b" PARTIAL (");
            range.write(out);
            out.push(b' ');
            if found.is_empty() {
                out.extend_from_slice(b"NIL");
            } else {
                uid_set(out, found);
            }
            out.push(b')');
        }
        let mut named = |name: &[u8], n: Option<u64>| {
            if let Some(n) = n {
                out.extend_from_slice(name);
                number(out, n);
            }
        };
        named(b" COUNT ", self.count);
        named(b" MODSEQ ", self.modseq);
        out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses() {
        let tag = Tag::new(b"A282").unwrap();
        let nothing = ESearch {
            tag: &tag,
            uid: false,
            min: None,
            max: None,
            all: None,
            partial: None,
            count: None,
            modseq: None,
        };
        let range = PartialRange {
            from_end: true,
            first: 1.try_into().unwrap(),
            last: 100.try_into().unwrap(),
        };
        for (response, text) in [
            (nothing, ""),
            (
                ESearch {
                    min: Some(2),
                    max: Some(9),
                    all: Some(&[(2, 4), (9, 9)]),
                    count: Some(4),
                    modseq: Some(917_162_500),
                    ..nothing
                },
                " MIN 2 MAX 9 ALL 2:4,9 COUNT 4 MODSEQ 917162500",
            ),
            (
                ESearch {
                    uid: true,
                    all: Some(&[]),
                    count: Some(0),
                    ..nothing
                },
                " UID COUNT 0",
            ),
            (
                ESearch {
                    uid: true,
                    partial: Some((range, &[(5, 7)])),
                    ..nothing
                },
                " UID PARTIAL (-1:-100 5:7)",
            ),
            (
                ESearch {
                    partial: Some((range, &[])),
                    ..nothing
                },
                " PARTIAL (-1:-100 NIL)",
            ),
        ] {
            let mut out = Vec::new();
            response.write(&mut out);
            let expected = format!("* ESEARCH (TAG \"A282\"){text}\r\n");
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
