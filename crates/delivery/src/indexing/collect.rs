//! The terms of some messages, put together in memory.

use std::collections::HashMap;

use congvu_message::Part;
use congvu_message::search::terms::{self, Field};
use congvu_message::search::{Content, envelope};
use congvu_store::search::Writer;

use super::read::Raw;

/// A field of a message with more terms than these (a dump, a word list) is left open: always
/// looked at.
const TERMS: usize = 20_000;
/// Terms and their UIDs held in memory before they are written.
const LARGE: usize = 400_000;

type Ranges = Vec<(u32, u32)>;

/// Terms by their key, and the UIDs that have each.
#[derive(Debug, Default)]
pub(super) struct Collector {
    terms: HashMap<Box<[u8]>, Ranges>,
    key: Vec<u8>,
    postings: usize,
    messages: u32,
}

impl Collector {
    pub(super) fn messages(&self) -> u32 {
        self.messages
    }

    /// It must be written.
    pub(super) fn is_large(&self) -> bool {
        self.postings >= LARGE
    }

    /// Takes a message's terms. Without content its bytes cannot be read. UIDs rise from call to call.
    pub(super) fn add(&mut self, message: &Raw, content: Option<&Content>) {
        use envelope::Field as E;
        let uid = message.uid;
        self.messages += 1;
        self.put(uid, Field::Size, &terms::size(message.size));
        self.text(uid, Field::Subject, [message.subject.as_str()]);
        for (field, in_envelope) in [
            (Field::From, E::From),
            (Field::To, E::To),
            (Field::Cc, E::Cc),
            (Field::Bcc, E::Bcc),
        ] {
            self.text(
                uid,
                field,
                envelope::addresses(&message.envelope, in_envelope),
            );
        }
        for (field, in_envelope) in [
            (Field::MessageId, E::MessageId),
            (Field::InReplyTo, E::InReplyTo),
        ] {
            self.text(
                uid,
                field,
                envelope::written(&message.envelope, in_envelope),
            );
        }
        if let Some(day) = envelope::sent_day(&message.envelope) {
            self.put(uid, Field::Sent, &terms::day(day));
        }
        if let Ok(top) = Part::from_bytes(&message.structure) {
            let names = top.file_names();
            if !names.is_empty() {
                self.put(uid, Field::Has, terms::A_FILE);
            }
            self.text(uid, Field::FileName, names);
        }
        let Some(content) = content else {
            for field in [Field::Header, Field::Name, Field::Body] {
                self.open(uid, field);
            }
            return;
        };
        self.text(uid, Field::Header, content.lines());
        self.text(uid, Field::Body, content.texts());
        for name in content.names() {
            match terms::name(name) {
                Some(name) => drop(self.put(uid, Field::Name, &name)),
                None => self.open(uid, Field::Name),
            }
        }
    }

    fn text<T: AsRef<str>>(&mut self, uid: u32, field: Field, texts: impl IntoIterator<Item = T>) {
        let mut left = TERMS;
        let mut whole = true;
        for text in texts {
            whole &= terms::each(text.as_ref(), |term| {
                if left > 0 && self.put(uid, field, term.as_bytes()) {
                    left -= 1;
                }
            });
        }
        if !whole || left == 0 {
            self.open(uid, field);
        }
    }

    fn open(&mut self, uid: u32, field: Field) {
        self.put(uid, Field::Open, &[field as u8]);
    }

    /// False where it is known.
    fn put(&mut self, uid: u32, field: Field, term: &[u8]) -> bool {
        self.key.clear();
        self.key.push(field as u8);
        self.key.extend_from_slice(term);
        let Some(uids) = self.terms.get_mut(self.key.as_slice()) else {
            self.terms
                .insert(self.key.as_slice().into(), vec![(uid, uid)]);
            // The key weighs as much as some UIDs.
            self.postings += 4;
            return true;
        };
        match uids.last_mut() {
            Some(last) if last.1 == uid => return false,
            Some(last) if last.1 + 1 == uid => last.1 = uid,
            _ => {
                uids.push((uid, uid));
                self.postings += 1;
            }
        }
        true
    }

    /// Gives everything to a segment's writer.
    pub(super) fn write(self, writer: &mut Writer) {
        let mut terms: Vec<_> = self.terms.into_iter().collect();
        terms.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (key, uids) in &terms {
            writer.add(key, uids);
        }
        writer.finish();
    }
}
