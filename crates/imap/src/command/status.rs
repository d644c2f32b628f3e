//! STATUS (RFC 9051 §6.3.11).

use crate::parse::Cursor;
use crate::parse::cursor::Parsed;
use crate::types::{MailboxName, StatusItem};

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// What of it; distinct, at least one.
    pub items: Vec<StatusItem>,
}

impl Status {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let mailbox = c.mailbox()?;
        c.sp()?;
        Ok(Self {
            mailbox,
            items: c.status_items()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    #[test]
    fn grammar() {
        use StatusItem::*;
        for (text, items) in [
            (
                "STATUS blurdybloop (UIDNEXT MESSAGES)",
                vec![UidNext, Messages],
            ),
            (
                "STATUS blurdybloop (highestmodseq Unseen)",
                vec![HighestModSeq, Unseen],
            ),
            (
                "STATUS blurdybloop (RECENT UIDVALIDITY SIZE DELETED RECENT)",
                vec![Recent, UidValidity, Size, Deleted],
            ),
            ("STATUS blurdybloop (mailboxid)", vec![MailboxId]),
        ] {
            let mailbox = MailboxName::new("blurdybloop").unwrap();
            assert_eq!(
                read(text),
                Ok(CommandBody::Status(Status { mailbox, items })),
                "{text}"
            );
        }
        all_bad(&[
            "STATUS",
            "STATUS a",
            "STATUS a ()",
            "STATUS a MESSAGES",
            "STATUS a (FOO)",
            "STATUS a (UNSEEN",
            "STATUS a (UNSEEN) ",
        ]);
    }
}
