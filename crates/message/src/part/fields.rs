//! What a part's header says of the part (RFC 2045, RFC 2183, RFC 1864, RFC 3282, RFC 2557).

use super::Part;
use crate::charset;
use crate::header::grammar::{Grammar, MORE, Then};
use crate::header::{Field, unfold};
use crate::parameters::{self, exact};

/// Longest token kept: no registered type comes near it (RFC 6838 §4.2).
const TOKEN: usize = 127;
/// Language tags of one part that are kept.
const TAGS: usize = 256;

/// Names and values.
type Params = Vec<(String, String)>;

/// Reads the `Content-*` fields; of several with one name the first counts, of dispositions the last.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub(crate) part: Part,
    /// A `Content-Type` was seen, good or bad.
    pub(crate) typed: bool,
    /// A `MIME-Version` was seen.
    versioned: bool,
    encoded: bool,
    /// The file name by the disposition, and by the type.
    names: (Option<String>, Option<String>),
}

impl Reader {
    /// Takes the field if it is one of ours.
    pub(crate) fn take(&mut self, field: &Field<'_>) {
        if field
            .name
            .get(..8)
            .is_some_and(|head| head.eq_ignore_ascii_case(b"content-"))
        {
            self.take_content(field);
        } else if field.is("MIME-Version") {
            self.versioned = true;
        }
    }

    fn take_content(&mut self, field: &Field<'_>) {
        if field.is("Content-Type") {
            if !std::mem::replace(&mut self.typed, true) {
                self.take_type(field.value);
            }
            return;
        }
        let part = &mut self.part;
        if field.is("Content-Transfer-Encoding") {
            if !self.encoded
                && let Some(encoding) = only_token(field.value)
            {
                self.encoded = true;
                part.encoding = encoding;
            }
        } else if field.is("Content-Disposition") {
            self.take_disposition(field.value);
        } else if field.is("Content-ID") {
            part.id.get_or_insert_with(|| raw(field.value));
        } else if field.is("Content-Description") {
            part.description.get_or_insert_with(|| raw(field.value));
        } else if field.is("Content-MD5") {
            part.md5.get_or_insert_with(|| raw(field.value));
        } else if field.is("Content-Location") {
            part.location.get_or_insert_with(|| raw(field.value));
        } else if field.is("Content-Language") && part.language.is_empty() {
            part.language = tags(field.value);
        }
    }

    fn take_type(&mut self, value: &[u8]) {
        let (token, params) = parameters::read(value);
        self.names.1 = parameters::decoded(&params, "name");
        let part = &mut self.part;
        if let Some((type_, subtype, params)) = exact_type(value) {
            (part.type_, part.subtype, part.params) = (type_, subtype, params);
            return;
        }
        match memchr::memchr(b'/', &token).map(|slash| (&token[..slash], &token[slash + 1..])) {
            Some((type_, subtype)) if is_token(type_) && is_token(subtype) => {
                part.type_ = charset::text(type_);
                part.subtype = charset::text(subtype);
                part.params = params;
            }
            // RFC 2045 §5.2: a type that cannot be read is text/plain.
            _ => {}
        }
    }

    fn take_disposition(&mut self, value: &[u8]) {
        let (_, params) = parameters::read(value);
        if let Some(name) = parameters::decoded(&params, "filename") {
            self.names.0 = Some(name);
        }
        let mut grammar = Grammar::new(value);
        let mut kind = Vec::new();
        if grammar.space().is_ok() && grammar.token(&mut kind).is_ok() {
            let params = exact::parameters(&mut grammar);
            self.part.disposition = Some((charset::text(&kind), params));
        }
    }

    /// What was read. RFC 2045 §4: without a `MIME-Version` a message's fields mean nothing, but many programs forget
    /// it, so a `Content-Type` is enough; parts of a multipart need neither.
    pub(crate) fn finish(self, is_message: bool) -> Part {
        let mut part = self.part;
        if is_message && !self.typed && !self.versioned {
            part = Part::default();
        }
        let mut name = self.names.0.or(self.names.1).unwrap_or_default();
        name.retain(|c| !c.is_control());
        part.name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        part
    }
}

/// `type/subtype` and its parameters, where the value is what RFC 2045 §5.1 wants.
fn exact_type(value: &[u8]) -> Option<(String, String, Params)> {
    let mut grammar = Grammar::new(value);
    let (mut type_, mut subtype) = (Vec::new(), Vec::new());
    if grammar.space() != MORE || grammar.token(&mut type_) != MORE || !grammar.pass(b'/') {
        return None;
    }
    if grammar.space() != MORE || grammar.token(&mut subtype).is_err() {
        return None;
    }
    let ends = grammar.peek().is_none_or(|byte| byte == b';');
    if !ends || type_.is_empty() || subtype.is_empty() {
        return None;
    }
    let params = exact::parameters(&mut grammar);
    Some((charset::text(&type_), charset::text(&subtype), params))
}

/// A token that is the whole value.
fn only_token(value: &[u8]) -> Option<String> {
    let mut grammar = Grammar::new(value);
    let mut token = Vec::new();
    let whole = grammar.space() == MORE && grammar.token(&mut token) == Ok(Then::End);
    (whole && !token.is_empty()).then(|| charset::text(&token))
}

/// The tags up to the first that is none (RFC 3282).
fn tags(value: &[u8]) -> Vec<String> {
    let mut grammar = Grammar::new(value);
    let mut found = Vec::new();
    let mut read = grammar.space();
    while read.is_ok() && found.len() < TAGS {
        let mut tag = Vec::new();
        read = grammar.atom(&mut tag);
        if !tag.is_empty() && read.is_ok() {
            found.push(charset::text(&tag));
        }
        if read != MORE || !grammar.pass(b',') {
            break;
        }
        read = grammar.space();
    }
    found
}

fn is_token(bytes: &[u8]) -> bool {
    let special = |byte: &u8| matches!(byte, b'!'..=b'~') && !b"()<>@,;:\\\"/[]?=".contains(byte);
    !bytes.is_empty() && bytes.len() <= TOKEN && bytes.iter().all(special)
}

/// The unfolded value, encoded words left as they are.
fn raw(value: &[u8]) -> String {
    charset::text(unfold(value).trim_ascii_start())
}
