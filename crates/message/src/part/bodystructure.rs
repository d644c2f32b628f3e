//! IMAP `BODY` and `BODYSTRUCTURE` (RFC 9051 §7.5.2).

use super::{Kind, Part};
use crate::imap_string::{nstring, number, string};

impl Part {
    /// Appends the part's `BODY` (not `extended`) or `BODYSTRUCTURE` (`extended`), parentheses included.
    pub fn bodystructure(&self, out: &mut Vec<u8>, extended: bool) {
        out.push(b'(');
        match &self.kind {
            Kind::Multipart(parts) => self.multipart(parts, out, extended),
            kind => self.single(kind, out, extended),
        }
        out.push(b')');
    }

    fn multipart(&self, parts: &[Part], out: &mut Vec<u8>, extended: bool) {
        if parts.is_empty() {
            // The grammar has no empty multipart: an empty text stands for what is missing.
            Part::default().bodystructure(out, extended);
        }
        for part in parts {
            part.bodystructure(out, extended);
        }
        out.push(b' ');
        string(out, self.subtype.as_bytes());
        if extended {
            out.push(b' ');
            params(out, &self.params, false);
            self.extension(out);
        }
    }

    fn single(&self, kind: &Kind, out: &mut Vec<u8>, extended: bool) {
        let is_text = self.type_ == "text";
        // A container that we did not enter must not look like one: clients would read on for its inside.
        if *kind == Kind::Leaf && (self.type_ == "multipart" || self.names_message()) {
            out.extend_from_slice(b"\"application\" \"octet-stream\"");
        } else {
            string(out, self.type_.as_bytes());
            out.push(b' ');
            string(out, self.subtype.as_bytes());
        }
        out.push(b' ');
        params(out, &self.params, is_text);
        out.push(b' ');
        nstring(out, self.id.as_deref().map(str::as_bytes));
        out.push(b' ');
        nstring(out, self.description.as_deref().map(str::as_bytes));
        out.push(b' ');
        string(out, self.encoding.as_bytes());
        out.push(b' ');
        number(out, self.body_len());
        if let Kind::Message { envelope, part } = kind {
            out.push(b' ');
            out.extend_from_slice(envelope);
            out.push(b' ');
            part.bodystructure(out, extended);
        }
        if is_text || matches!(kind, Kind::Message { .. }) {
            out.push(b' ');
            number(out, self.lines.into());
        }
        if extended {
            out.push(b' ');
            nstring(out, self.md5.as_deref().map(str::as_bytes));
            self.extension(out);
        }
    }

    /// Disposition, language and location.
    fn extension(&self, out: &mut Vec<u8>) {
        match &self.disposition {
            None => out.extend_from_slice(b" NIL"),
            Some((kind, list)) => {
                out.extend_from_slice(b" (");
                string(out, kind.as_bytes());
                out.push(b' ');
                params(out, list, false);
                out.push(b')');
            }
        }
        if self.language.is_empty() {
            out.extend_from_slice(b" NIL");
        } else {
            out.extend_from_slice(b" (");
            for (index, tag) in self.language.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                string(out, tag.as_bytes());
            }
            out.push(b')');
        }
        out.push(b' ');
        nstring(out, self.location.as_deref().map(str::as_bytes));
    }
}

/// A parameter list; `default_charset` adds the charset that RFC 2045 §5.2 presumes of text.
fn params(out: &mut Vec<u8>, list: &[(String, String)], default_charset: bool) {
    let presumed = default_charset && crate::parameters::find(list, "charset").is_none();
    if list.is_empty() && !presumed {
        out.extend_from_slice(b"NIL");
        return;
    }
    out.push(b'(');
    for (index, (name, value)) in crate::parameters::joined(list).iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        string(out, name.as_bytes());
        out.push(b' ');
        string(out, value.as_bytes());
    }
    if presumed {
        out.extend_from_slice(if list.is_empty() {
            b"\"charset\" \"us-ascii\""
        } else {
            b" \"charset\" \"us-ascii\""
        });
    }
    out.push(b')');
}
