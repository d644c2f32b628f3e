//! APPEND (RFC 9051 §6.3.12), up to its message.

use crate::parse::cursor::{LiteralHeader, Parsed};
use crate::parse::{Cursor, Fault};
use crate::types::{DateTime, FlagList, MailboxName};

/// The arguments before the message, and how the message comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// Where to.
    pub mailbox: MailboxName,
    /// With which flags.
    pub flags: FlagList,
    /// The internal date it is to have; now, if there is none.
    pub date: Option<DateTime>,
    /// Whether it came as `UTF8 (…)` (RFC 6855 §4): a parenthesis ends it.
    pub utf8: bool,
    /// The literal that the message is.
    pub message: LiteralHeader,
}

impl Append {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let mailbox = c.mailbox()?;
        c.sp()?;
        let mut flags = FlagList::default();
        if c.peek() == Some(b'(') {
            flags = c.flag_list()?;
            c.sp()?;
        }
        let mut date = None;
        if c.peek() == Some(b'"') {
            date = Some(c.date_time()?);
            c.sp()?;
        }
        let utf8 = c.take_word("UTF8 (");
        let message = c.literal_header()?;
        if utf8 && !message.binary {
            return Err(Fault::bad("UTF8 needs ~{…}"));
        }
        if c.rest().is_empty() {
            Ok(Self {
                mailbox,
                flags,
                date,
                utf8,
                message,
            })
        } else {
            Err(Fault::bad("expected the message alone"))
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};
    use crate::types::Flag;

    #[test]
    fn grammar() {
        let flags = |list: &[Flag]| FlagList::new(list.iter().cloned()).unwrap();
        let date = Some(datetime!(1994-02-07 21:52:25 -8));
        let sync = LiteralHeader {
            size: 310,
            sync: true,
            binary: false,
        };
        for (text, flags, date, message) in [
            ("APPEND a (\\Seen) {310}", flags(&[Flag::Seen]), None, sync),
            (
                "APPEND a {310+}",
                flags(&[]),
                None,
                LiteralHeader {
                    sync: false,
                    ..sync
                },
            ),
            (
                "APPEND a () \"07-Feb-1994 21:52:25 -0800\" {310}",
                flags(&[]),
                date,
                sync,
            ),
            (
                "APPEND a \" 7-Feb-1994 21:52:25 -0800\" ~{310}",
                flags(&[]),
                date,
                LiteralHeader {
                    binary: true,
                    ..sync
                },
            ),
            // RFC 6855 §4
            (
                "APPEND a (\\Seen) UTF8 (~{310}",
                flags(&[Flag::Seen]),
                None,
                LiteralHeader {
                    binary: true,
                    ..sync
                },
            ),
            (
                "APPEND {1}\r\na (\\Recent \\Draft) {310}",
                flags(&[Flag::Draft]),
                None,
                sync,
            ),
        ] {
            let mailbox = MailboxName::new("a").unwrap();
            let append = Append {
                mailbox,
                flags,
                date,
                utf8: text.contains("UTF8"),
                message,
            };
            assert_eq!(read(text), Ok(CommandBody::Append(append)), "{text:?}");
        }
        all_bad(&[
            "APPEND",
            "APPEND a",
            "APPEND a ",
            "APPEND a \"x\"",
            "APPEND a x {3}",
            "APPEND a (\\Foo) {3}",
            "APPEND a \"07-Feb-1994\" {3}",
            "APPEND a (\\Seen){3}",
            "APPEND a {3}\r\nabc",
            "APPEND a {-1}",
            "APPEND a UTF8 ({3}",
            "APPEND a UTF8 ~{3}",
            "APPEND a UTF8 () ~{3}",
            "APPEND a UTF8 (~{3}\r\nabc)",
            "APPEND a \"07-Feb-1994 21:52:25 -0800\" (\\Seen) {3}",
        ]);
    }
}
