//! REPLACE and UID REPLACE (RFC 8508), up to the new message.

use super::Append;
use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::MessageSet;

/// The arguments before the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replace {
    /// The one message that goes.
    pub old: MessageSet,
    /// The one that comes.
    pub new: Append,
}

impl Replace {
    pub(super) fn parse(c: &mut Cursor<'_>, uid: bool) -> Parsed<Self> {
        // RFC 8508 §5, `seq-number`: a number or `*`, no set.
        let one = c.rest().iter().take_while(|b| b.is_ascii_digit()).count();
        let end = one.max(usize::from(c.peek() == Some(b'*')));
        if end == 0 || c.rest().get(end) != Some(&b' ') {
            return Err(Fault::bad("expected one message number"));
        }
        let old = c.message_set(uid)?;
        c.sp()?;
        Ok(Self {
            old,
            new: Append::parse(c)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};
    use crate::types::{MailboxName, SequenceSet};

    #[test]
    fn grammar() {
        let set = |text: &str| SequenceSet::parse(text.as_bytes()).unwrap();
        // RFC 8508 §3.2, §3.3
        for (text, old, size) in [
            (
                "REPLACE 4 Drafts (\\Seen \\Draft) {312}",
                MessageSet::Seq(set("4")),
                312,
            ),
            (
                "UID REPLACE 2000 Drafts (\\Seen \\Draft) {350+}",
                MessageSet::Uid(set("2000")),
                350,
            ),
            ("replace * {6}\r\nDrafts ~{1}", MessageSet::Seq(set("*")), 1),
        ] {
            let Ok(CommandBody::Replace(replace)) = read(text) else {
                panic!("{text}");
            };
            assert_eq!(replace.old, old, "{text}");
            assert_eq!(replace.new.mailbox, MailboxName::new("Drafts").unwrap());
            assert_eq!(replace.new.message.literal.size, size, "{text}");
        }
        all_bad(&[
            "REPLACE",
            "REPLACE Drafts {3}",
            "REPLACE 1 {3}",
            "REPLACE 1:2 Drafts {3}",
            "REPLACE 1,2 Drafts {3}",
            "REPLACE 0 Drafts {3}",
            "REPLACE $ Drafts {3}",
            "REPLACE 1 Drafts",
            "UID REPLACE 1 Drafts (\\Seen)",
        ]);
    }
}
