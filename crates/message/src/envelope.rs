//! IMAP `ENVELOPE` (RFC 9051 §7.5.2).

use crate::header::{Field, Mailbox, mailboxes};
use crate::imap_string::{nstring, spaced};

/// Collects the fields of one header, in one pass. Of a text field that stands more than once the last counts;
/// address fields that stand more than once are joined, so that no address can hide.
#[derive(Debug, Default)]
pub(crate) struct Envelope<'a> {
    date: Option<&'a [u8]>,
    subject: Option<&'a [u8]>,
    in_reply_to: Option<&'a [u8]>,
    message_id: Option<&'a [u8]>,
    /// Rendered lists without their outer parentheses.
    from: Vec<u8>,
    sender: Vec<u8>,
    reply_to: Vec<u8>,
    to: Vec<u8>,
    cc: Vec<u8>,
    bcc: Vec<u8>,
}

impl<'a> Envelope<'a> {
    /// Takes the field if the envelope shows it.
    pub(crate) fn take(&mut self, field: &Field<'a>) {
        let list = match field.name.len() {
            2 if field.is("To") => &mut self.to,
            2 if field.is("Cc") => &mut self.cc,
            3 if field.is("Bcc") => &mut self.bcc,
            4 if field.is("From") => &mut self.from,
            4 if field.is("Date") => return self.date = Some(field.value),
            6 if field.is("Sender") => &mut self.sender,
            7 if field.is("Subject") => return self.subject = Some(field.value),
            8 if field.is("Reply-To") => &mut self.reply_to,
            10 if field.is("Message-ID") => return self.message_id = Some(field.value),
            11 if field.is("In-Reply-To") => return self.in_reply_to = Some(field.value),
            _ => return,
        };
        mailboxes(field.value, |mailbox| render(list, &mailbox));
    }

    /// The whole envelope, parentheses included.
    pub(crate) fn finish(&self) -> Vec<u8> {
        let lists = [
            &self.from,
            &self.sender,
            &self.reply_to,
            &self.to,
            &self.cc,
            &self.bcc,
        ];
        let mut out = Vec::with_capacity(
            256 + self.from.len() * 2 + lists.iter().map(|list| list.len()).sum::<usize>(),
        );
        out.push(b'(');
        nstring(&mut out, self.date.map(text));
        out.push(b' ');
        spaced(&mut out, self.subject);
        for (index, list) in lists.into_iter().enumerate() {
            out.push(b' ');
            // RFC 9051 §7.5.2: an absent or empty Sender or Reply-To is the From.
            let list = if list.is_empty() && (index == 1 || index == 2) {
                &self.from
            } else {
                list
            };
            if list.is_empty() {
                out.extend_from_slice(b"NIL");
            } else {
                out.push(b'(');
                out.extend_from_slice(list);
                out.push(b')');
            }
        }
        out.push(b' ');
        nstring(&mut out, self.in_reply_to.map(text));
        out.push(b' ');
        nstring(&mut out, self.message_id.map(text));
        out.push(b')');
        out
    }
}

/// A field's text as written, behind the white space that divides it from the name.
fn text(value: &[u8]) -> &[u8] {
    let start = value
        .iter()
        .position(|byte| !matches!(byte, b' ' | b'\t'))
        .unwrap_or(value.len());
    &value[start..]
}

/// An envelope that says nothing.
pub(crate) const EMPTY: &[u8] = b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";

fn render(out: &mut Vec<u8>, mailbox: &Mailbox) {
    out.push(b'(');
    spaced(out, mailbox.name.as_deref());
    for part in [&mailbox.route, &mailbox.local, &mailbox.domain] {
        out.push(b' ');
        nstring(out, part.as_deref());
    }
    out.push(b')');
}
