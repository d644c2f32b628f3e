//! GETMETADATA and SETMETADATA (RFC 5464 §4.2, §4.3).

use congvu_store::metadata::Depth;

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{EntryName, MailboxName};

/// The most entries one command may name.
pub const MAX_ENTRIES: usize = 50;

/// GETMETADATA's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetMetadata {
    /// Whose entries; `None` is the server.
    pub mailbox: Option<MailboxName>,
    /// `MAXSIZE`: longer values are left out.
    pub max_size: Option<u64>,
    /// `DEPTH`
    pub depth: Depth,
    /// Which entries.
    pub entries: Vec<EntryName>,
}

impl GetMetadata {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let mut get = Self {
            mailbox: None,
            max_size: None,
            depth: Depth::Zero,
            entries: Vec::new(),
        };
        // The grammar has the options before the mailbox, the examples of the
        // same RFC have them after it; clients send both.
        if c.peek() == Some(b'(') {
            get.options(c)?;
            c.sp()?;
        }
        get.mailbox = c.mailbox_or_server()?;
        c.sp()?;
        if c.rest().first() == Some(&b'(') && c.rest().get(1).is_some_and(u8::is_ascii_alphabetic) {
            get.options(c)?;
            c.sp()?;
        }
        if c.peek() == Some(b'(') {
            get.entries = c.list(Cursor::entry_name)?;
        } else {
            // So have the examples of RFC 5464 §4.4.1.
            get.entries.push(c.entry_name()?);
            while c.take(b' ') && get.entries.len() <= MAX_ENTRIES {
                get.entries.push(c.entry_name()?);
            }
        }
        check(get.entries.len())?;
        Ok(get)
    }

    fn options(&mut self, c: &mut Cursor<'_>) -> Parsed<()> {
        let given = c.list(|c| {
            match c.atom()?.to_ascii_uppercase().as_str() {
                "MAXSIZE" => {
                    c.sp()?;
                    self.max_size = Some(c.number64()?);
                }
                "DEPTH" => {
                    c.sp()?;
                    self.depth = match c.atom()?.to_ascii_lowercase().as_str() {
                        "0" => Depth::Zero,
                        "1" => Depth::One,
                        "infinity" => Depth::Infinity,
                        _ => return Err(Fault::bad("DEPTH is 0, 1 or infinity")),
                    };
                }
                _ => return Err(Fault::bad("unknown option of GETMETADATA")),
            }
            Ok(())
        })?;
        if given.is_empty() {
            return Err(Fault::bad("expected options of GETMETADATA"));
        }
        Ok(())
    }
}

/// SETMETADATA's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetMetadata {
    /// Whose entries; `None` is the server.
    pub mailbox: Option<MailboxName>,
    /// The entries with their new values; those without one are removed.
    pub entries: Vec<(EntryName, Option<Vec<u8>>)>,
}

impl SetMetadata {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let mailbox = c.mailbox_or_server()?;
        c.sp()?;
        let entries = c.list(|c| {
            let name = c.entry_name()?;
            if !name.can_be_set() {
                return Err(Fault::bad("this entry can have no value"));
            }
            c.sp()?;
            Ok((name, c.nstring8()?.map(std::borrow::Cow::into_owned)))
        })?;
        check(entries.len())?;
        Ok(Self { mailbox, entries })
    }
}

fn check(entries: usize) -> Parsed<()> {
    if (1..=MAX_ENTRIES).contains(&entries) {
        Ok(())
    } else {
        Err(Fault::bad("expected 1 to 50 entries"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    fn names(texts: &[&str]) -> Vec<EntryName> {
        let name = |text: &&str| EntryName::new(text.as_bytes()).unwrap();
        texts.iter().map(name).collect()
    }

    #[test]
    fn getting() {
        let inbox = || Some(MailboxName::inbox());
        let both = ["/shared/comment", "/private/comment"];
        // RFC 5464 §4.2
        for (text, mailbox, max_size, depth, entries) in [
            ("\"\" /shared/comment", None, None, Depth::Zero, &both[..1]),
            (
                "\"INBOX\" /Private/Comment",
                inbox(),
                None,
                Depth::Zero,
                &both[1..],
            ),
            (
                "inbox (/shared/comment /private/comment)",
                inbox(),
                None,
                Depth::Zero,
                &both,
            ),
            (
                "inbox /shared/comment /private/comment",
                inbox(),
                None,
                Depth::Zero,
                &both,
            ),
            (
                "\"INBOX\" (MAXSIZE 1024) (/shared/comment /private/comment)",
                inbox(),
                Some(1024),
                Depth::Zero,
                &both,
            ),
            (
                "(DEPTH 1 MAXSIZE 7) \"INBOX\" (/shared/comment)",
                inbox(),
                Some(7),
                Depth::One,
                &both[..1],
            ),
            (
                "INBOX (depth INFINITY) /private",
                inbox(),
                None,
                Depth::Infinity,
                &["/private"],
            ),
        ] {
            let get = GetMetadata {
                mailbox,
                max_size,
                depth,
                entries: names(entries),
            };
            let text = format!("GETMETADATA {text}");
            assert_eq!(read(&text), Ok(CommandBody::GetMetadata(get)), "{text}");
        }
        all_bad(&[
            "GETMETADATA",
            "GETMETADATA INBOX",
            "GETMETADATA INBOX ()",
            "GETMETADATA INBOX comment",
            "GETMETADATA INBOX /comment",
            "GETMETADATA INBOX (DEPTH 2) /shared/a",
            "GETMETADATA INBOX (DEPTH) /shared/a",
            "GETMETADATA INBOX (MAXSIZE x) /shared/a",
            "GETMETADATA INBOX (FOO 1) /shared/a",
            "GETMETADATA () INBOX /shared/a",
            &format!("GETMETADATA INBOX ({})", vec!["/shared/a"; 51].join(" ")),
        ]);
    }

    #[test]
    fn setting() {
        // RFC 5464 §4.3
        for (text, entries) in [
            (
                "INBOX (/private/comment {6}\r\na\r\nbc\n)",
                &[("/private/comment", Some("a\r\nbc\n"))][..],
            ),
            (
                "INBOX (/private/comment NIL)",
                &[("/private/comment", None)],
            ),
            (
                "INBOX (/private/comment \"My\" /shared/comment ~{2+}\r\na\0)",
                &[
                    ("/private/comment", Some("My")),
                    ("/shared/comment", Some("a\0")),
                ],
            ),
        ] {
            let entries = entries.iter().map(|(name, value)| {
                let name = EntryName::new(name.as_bytes()).unwrap();
                (name, value.map(|value| value.as_bytes().to_vec()))
            });
            let set = SetMetadata {
                mailbox: Some(MailboxName::inbox()),
                entries: entries.collect(),
            };
            let text = format!("SETMETADATA {text}");
            assert_eq!(read(&text), Ok(CommandBody::SetMetadata(set)), "{text}");
        }
        all_bad(&[
            "SETMETADATA INBOX",
            "SETMETADATA INBOX ()",
            "SETMETADATA INBOX (/shared/a)",
            "SETMETADATA INBOX /shared/a NIL",
            "SETMETADATA INBOX (/shared \"a\")",
            "SETMETADATA INBOX (/shared/a a)",
            "SETMETADATA INBOX (/shared/* \"a\")",
            "SETMETADATA INBOX (/shared/a {2+}\r\na\0)",
        ]);
    }
}
