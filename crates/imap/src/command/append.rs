//! APPEND (RFC 9051 §6.3.12), up to its message, and the messages after the
//! first (RFC 3502).

use crate::parse::cursor::{LiteralHeader, Parsed};
use crate::parse::{Cursor, Fault, ParseOptions};
use crate::types::{DateTime, FlagList, MailboxName};

/// The arguments before the first message, and how that comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// Where to.
    pub mailbox: MailboxName,
    /// The first message, often the only one.
    pub message: AppendMessage,
}

/// What is said of a message before it comes (RFC 4466 §6, `append-message`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendMessage {
    /// With which flags.
    pub flags: FlagList,
    /// The internal date it is to have; now, if there is none.
    pub date: Option<DateTime>,
    /// Whether it came as `UTF8 (…)` (RFC 6855 §4): a parenthesis ends it.
    pub utf8: bool,
    /// The literal that the message is.
    pub literal: LiteralHeader,
}

impl Append {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let mailbox = c.mailbox()?;
        c.sp()?;
        Ok(Self {
            mailbox,
            message: AppendMessage::parse(c)?,
        })
    }
}

impl AppendMessage {
    fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
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
        let literal = c.literal_header()?;
        if utf8 && !literal.binary {
            return Err(Fault::bad("UTF8 needs ~{…}"));
        }
        if c.rest().is_empty() {
            Ok(Self {
                flags,
                date,
                utf8,
                literal,
            })
        } else {
            Err(Fault::bad("expected the message alone"))
        }
    }
}

/// Reads the line that follows a message: either the command's end (`None`), or
/// the arguments of another message (RFC 3502). A parenthesis stands before both
/// where the message came as `UTF8 (…)` (RFC 6855 §4).
///
/// # Errors
/// [`Fault::Bad`] when it is neither.
pub fn parse_next(line: &[u8], utf8: bool) -> Result<Option<AppendMessage>, Fault> {
    // No name stands here: what the session has agreed on changes nothing.
    let mut c = Cursor::new(line, ParseOptions::default());
    if utf8 {
        c.expect(b')', "expected a closing parenthesis")?;
    }
    if c.take(b' ') {
        return AppendMessage::parse(&mut c).map(Some);
    }
    match c.end() {
        Ok(()) => Ok(None),
        Err(_) => Err(Fault::bad("expected the end of the command")),
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
            let message = AppendMessage {
                flags,
                date,
                utf8: text.contains("UTF8"),
                literal: message,
            };
            let append = Append { mailbox, message };
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

    #[test]
    fn after_a_message() {
        let next = |line: &str| parse_next(line.as_bytes(), false);
        assert_eq!(next("\r\n"), Ok(None));
        // RFC 3502 §6.3.11
        let message = next(" (\\Seen) \" 7-Feb-1994 22:43:04 -0800\" {295}\r\n").unwrap();
        let message = message.unwrap();
        assert_eq!(message.flags, FlagList::new([Flag::Seen]).unwrap());
        assert_eq!(message.date, Some(datetime!(1994-02-07 22:43:04 -8)));
        assert_eq!((message.literal.size, message.literal.sync), (295, true));
        let binary = next(" ~{9+}\r\n").unwrap().unwrap().literal;
        assert!(binary.binary && !binary.sync);
        // RFC 6855 §4
        let after_utf8 = |line: &str| parse_next(line.as_bytes(), true);
        assert_eq!(after_utf8(")\r\n"), Ok(None));
        let message = after_utf8(") (\\Seen) UTF8 (~{9}\r\n").unwrap().unwrap();
        assert!(message.utf8 && message.literal.binary);
        assert!(!after_utf8(") {9}\r\n").unwrap().unwrap().utf8);
        for bad in ["\r\n", " {9}\r\n", "))\r\n", ")x\r\n", ") UTF8 ({9}\r\n"] {
            assert!(after_utf8(bad).is_err(), "{bad:?}");
        }
        for bad in [
            ")\r\n",
            "",
            "\n",
            " \r\n",
            "x\r\n",
            "{3}\r\n",
            " {3}x\r\n",
            " (\\Seen){3}\r\n",
            " {3}",
        ] {
            assert!(next(bad).is_err(), "{bad:?}");
        }
    }
}
