//! DELETE, SUBSCRIBE, UNSUBSCRIBE, GETQUOTAROOT, GETACL, MYRIGHTS: commands whose one argument
//! is a mailbox.

use crate::parse::Cursor;
use crate::parse::cursor::Parsed;
use crate::types::MailboxName;

/// The argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxOnly {
    /// Which mailbox.
    pub mailbox: MailboxName,
}

impl MailboxOnly {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        Ok(Self {
            mailbox: c.mailbox()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read, read_with};
    use crate::parse::{Fault, ParseOptions};
    use crate::types::MailboxNameError;

    #[test]
    fn grammar() {
        let only = |name: &str| MailboxOnly {
            mailbox: MailboxName::new(name).unwrap(),
        };
        assert_eq!(
            read("DELETE blurdybloop"),
            Ok(CommandBody::Delete(only("blurdybloop")))
        );
        assert_eq!(
            read("SUBSCRIBE \"a b\""),
            Ok(CommandBody::Subscribe(only("a b")))
        );
        assert_eq!(
            read("UNSUBSCRIBE {5}\r\ninBOX"),
            Ok(CommandBody::Unsubscribe(only("INBOX")))
        );
        assert_eq!(
            read("GETQUOTAROOT &AREevw-n"),
            Ok(CommandBody::GetQuotaRoot(only("đến")))
        );
        let utf8 = ParseOptions {
            utf8: true,
            ..ParseOptions::default()
        };
        assert_eq!(
            read_with("DELETE \"đến\"", utf8),
            Ok(CommandBody::Delete(only("đến")))
        );
        all_bad(&[
            "DELETE",
            "DELETE ",
            "DELETE a b",
            "DELETE a*",
            "DELETE (a)",
            "DELETE \"a",
        ]);
        assert_eq!(
            read("DELETE \"đ\""),
            Err(Fault::Name(MailboxNameError::Utf7))
        );
        assert_eq!(
            read("DELETE a//b"),
            Err(Fault::Name(MailboxNameError::EmptyLevel))
        );
    }
}
