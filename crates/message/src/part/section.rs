//! Walking the tree: IMAP section numbers and the texts.

use super::{Kind, Part};

impl Part {
    /// The part that an IMAP section number names, seen from this part as the top of a message (RFC 9051 §6.4.5).
    ///
    /// An empty path is the part itself; `[1]` of a message that is no multipart is its only body; numbers below a
    /// nested message are those of the nested message's own parts.
    pub fn section(&self, path: &[u32]) -> Option<&Part> {
        let mut here = self;
        let mut as_message = true;
        for &number in path {
            if !as_message && let Kind::Message { part, .. } = &here.kind {
                here = part;
                as_message = true;
            }
            here = match &here.kind {
                Kind::Multipart(parts) => parts.get((number as usize).checked_sub(1)?)?,
                _ if as_message && number == 1 => here,
                _ => return None,
            };
            as_message = false;
        }
        Some(here)
    }

    /// All `text/*` leaves in reading order, those of nested messages too.
    pub fn texts(&self) -> impl Iterator<Item = &Part> {
        self.leaves().filter(|part| part.is_type("text"))
    }

    /// All leaves in reading order, those of nested messages too.
    pub fn leaves(&self) -> impl Iterator<Item = &Part> {
        let mut todo = vec![self];
        std::iter::from_fn(move || {
            loop {
                let part = todo.pop()?;
                match &part.kind {
                    Kind::Leaf => return Some(part),
                    Kind::Multipart(parts) => todo.extend(parts.iter().rev()),
                    Kind::Message { part, .. } => todo.push(part),
                }
            }
        })
    }
}
