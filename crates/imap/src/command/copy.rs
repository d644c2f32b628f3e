//! COPY and MOVE (RFC 9051 §6.4.7, §6.4.8).

use crate::parse::Cursor;
use crate::parse::cursor::Parsed;
use crate::types::{MailboxName, MessageSet};

/// The arguments of either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Which messages.
    pub messages: MessageSet,
    /// Where to.
    pub mailbox: MailboxName,
}

impl Copy {
    pub(super) fn parse(c: &mut Cursor<'_>, uid: bool) -> Parsed<Self> {
        let messages = c.message_set(uid)?;
        c.sp()?;
        Ok(Self {
            messages,
            mailbox: c.mailbox()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};
    use crate::types::SequenceSet;

    #[test]
    fn grammar() {
        let set = |text: &str| SequenceSet::parse(text.as_bytes()).unwrap();
        let copy = |messages, mailbox| Copy {
            messages,
            mailbox: MailboxName::new(mailbox).unwrap(),
        };
        assert_eq!(
            read("COPY 2:4 MEETING"),
            Ok(CommandBody::Copy(copy(
                MessageSet::Seq(set("2:4")),
                "MEETING"
            )))
        );
        // RFC 6851 §3.3
        assert_eq!(
            read("UID MOVE 42:69 foo"),
            Ok(CommandBody::Move(copy(
                MessageSet::Uid(set("42:69")),
                "foo"
            )))
        );
        assert_eq!(
            read("uid copy *,1 \"inbox\""),
            Ok(CommandBody::Copy(copy(
                MessageSet::Uid(set("*,1")),
                "INBOX"
            )))
        );
        all_bad(&[
            "COPY",
            "COPY 1",
            "COPY 1 ",
            "COPY a b",
            "MOVE 1,,2 a",
            "UID COPY 0 a",
            "COPY 1:2:3 a",
        ]);
    }
}
