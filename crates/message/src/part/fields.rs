//! What a part's header says of the part (RFC 2045, RFC 2183, RFC 1864, RFC 3282, RFC 2557).

use super::Part;
use crate::charset;
use crate::header::{Field, decode_text, unfold};
use crate::parameters;

/// Longest token kept: no registered type comes near it (RFC 6838 §4.2).
const TOKEN: usize = 127;

/// Reads the `Content-*` fields; of several with one name the first counts.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    pub(crate) part: Part,
    /// A `Content-Type` was seen, good or bad.
    pub(crate) typed: bool,
    encoded: bool,
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
        }
    }

    fn take_content(&mut self, field: &Field<'_>) {
        let part = &mut self.part;
        if field.is("Content-Type") {
            if !std::mem::replace(&mut self.typed, true) {
                self.take_type(field.value);
            }
        } else if field.is("Content-Transfer-Encoding") {
            let (token, _) = parameters::read(field.value);
            if !self.encoded && is_token(&token) {
                self.encoded = true;
                part.encoding = lower(&token);
            }
        } else if field.is("Content-Disposition") {
            if part.disposition.is_none() {
                let (token, params) = parameters::read(field.value);
                if is_token(&token) {
                    part.disposition = Some((lower(&token), params));
                }
            }
        } else if field.is("Content-ID") {
            part.id.get_or_insert_with(|| raw(field.value));
        } else if field.is("Content-Description") {
            part.description.get_or_insert_with(|| raw(field.value));
        } else if field.is("Content-MD5") {
            part.md5.get_or_insert_with(|| raw(field.value));
        } else if field.is("Content-Location") {
            // RFC 2557 §4.4.2: white space of folding is no part of the URI.
            part.location
                .get_or_insert_with(|| raw(field.value).split_whitespace().collect());
        } else if field.is("Content-Language") && part.language.is_empty() {
            let tags = decode_text(field.value);
            let tags = tags
                .split(',')
                .map(|tag| tag.split('(').next().unwrap_or_default().trim());
            part.language = tags
                .filter(|tag| !tag.is_empty())
                .map(str::to_owned)
                .collect();
        }
    }

    fn take_type(&mut self, value: &[u8]) {
        let (token, params) = parameters::read(value);
        let part = &mut self.part;
        match memchr::memchr(b'/', &token).map(|slash| (&token[..slash], &token[slash + 1..])) {
            Some((type_, subtype)) if is_token(type_) && is_token(subtype) => {
                part.type_ = lower(type_);
                part.subtype = lower(subtype);
                part.params = params;
            }
            // RFC 2045 §5.2: a type that cannot be read is text/plain.
            _ => {}
        }
    }
}

fn is_token(bytes: &[u8]) -> bool {
    let special = |byte: &u8| matches!(byte, b'!'..=b'~') && !b"()<>@,;:\\\"/[]?=".contains(byte);
    !bytes.is_empty() && bytes.len() <= TOKEN && bytes.iter().all(special)
}

fn lower(token: &[u8]) -> String {
    token
        .iter()
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect()
}

/// The unfolded value, encoded words left as they are.
fn raw(value: &[u8]) -> String {
    charset::text(unfold(value).trim_ascii())
}
