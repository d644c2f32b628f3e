//! Reading the facts off the fields.

use super::Facts;
use crate::header::{Field, Item, addresses, decode_text, items, unfold};
use crate::{charset, date, limits};

impl Facts {
    /// Takes the field if a fact is in it. As in the envelope, the last of several text fields counts.
    pub(crate) fn take(&mut self, field: &Field<'_>) {
        let value = field.value;
        match field.name.len() {
            2 if field.is("To") || field.is("Cc") => items(value, |item| {
                self.to_cc_count += u32::from(matches!(item, Item::Mailbox { .. }));
            }),
            4 if field.is("From") => {
                self.from.extend(addresses(value));
                self.from.truncate(limits::LIST);
                self.has_from = !self.from.is_empty();
            }
            4 if field.is("Date") => {
                let text = charset::text(value.trim_ascii());
                self.has_date = !text.is_empty();
                self.date = date::parse_rfc5322(&text);
            }
            6 if field.is("Sender") => self.sender = addresses(value).into_iter().next(),
            7 if field.is("Subject") => {
                self.subject = decode_text(value);
                truncate(&mut self.subject, limits::SUBJECT);
            }
            8 if field.is("Received") => self.received_count += 1,
            10 if field.is("Message-ID") => {
                self.message_id = message_ids(value).next().or_else(|| bare_id(value));
                self.has_message_id = self.message_id.is_some();
            }
            10 if field.is("References") => {
                self.references = message_ids(value).take(limits::LIST).collect();
            }
            11 if field.is("In-Reply-To") => self.in_reply_to = message_ids(value).next(),
            12 if field.is("Delivered-To") && self.delivered_to.len() < limits::DELIVERED_TO => {
                let text = charset::text(&unfold(value)).to_lowercase();
                let text = text.trim().trim_start_matches('<').trim_end_matches('>');
                if !text.is_empty() && text.len() <= limits::SUBJECT {
                    self.delivered_to.push(text.to_owned());
                }
            }
            14 if field.is("Auto-Submitted") => {
                let (mut token, _) = crate::parameters::read(value);
                token.truncate(limits::SUBJECT);
                self.auto_submitted = Some(charset::text(&token).to_lowercase());
            }
            15 if field.is("Congvu-Category") => {
                let text = decode_text(value).to_lowercase();
                let mut text = text.trim().to_owned();
                truncate(&mut text, limits::CATEGORY);
                self.category = Some(text).filter(|text| !text.is_empty());
            }
            _ => {}
        }
    }
}

/// The `<...>` of a value (RFC 5322 §3.6.4), white space within left out.
fn message_ids(value: &[u8]) -> impl Iterator<Item = String> + '_ {
    let mut rest = value;
    std::iter::from_fn(move || {
        loop {
            let open = memchr::memchr(b'<', rest)?;
            let close = open + memchr::memchr(b'>', &rest[open..])?;
            let id: Vec<u8> = rest[open..=close]
                .iter()
                .copied()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect();
            rest = &rest[close + 1..];
            if id.len() > 2 {
                return Some(charset::text(&id));
            }
        }
    })
}

/// An identifier written without its brackets.
fn bare_id(value: &[u8]) -> Option<String> {
    let text = charset::text(value);
    let id = text.split_whitespace().next()?.trim_matches(['<', '>']);
    (!id.is_empty()).then(|| format!("<{id}>"))
}

/// Cuts at a character's border.
fn truncate(text: &mut String, limit: usize) {
    text.truncate(text.floor_char_boundary(limit));
}
