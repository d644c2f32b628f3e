//! SETACL, DELETEACL and LISTRIGHTS (RFC 4314 §3); GETACL and MYRIGHTS have a mailbox alone.

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::MailboxName;

/// The rights there are (RFC 4314 §2.1), the old ones among them (§2.1.1).
const KNOWN: &str = "lrswipkxteacd";

/// Whose rights, where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AclEntry {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// Whose, as they sign in.
    pub identifier: String,
}

/// What becomes of rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModRights {
    /// These and no others.
    Set(String),
    /// `+`: these too.
    Add(String),
    /// `-`: these no longer.
    Remove(String),
}

/// SETACL's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAcl {
    /// Whose rights.
    pub entry: AclEntry,
    /// What becomes of them.
    pub rights: ModRights,
}

impl AclEntry {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let mailbox = c.mailbox()?;
        c.sp()?;
        Ok(Self {
            mailbox,
            identifier: c.text()?,
        })
    }
}

impl SetAcl {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let entry = AclEntry::parse(c)?;
        c.sp()?;
        let text = c.text()?;
        let (letters, make): (&str, fn(String) -> ModRights) = match text.as_bytes().first() {
            Some(b'+') => (&text[1..], ModRights::Add),
            Some(b'-') => (&text[1..], ModRights::Remove),
            _ => (&text, ModRights::Set),
        };
        // RFC 4314 §3.1: a right that is not known is BAD.
        if !letters.chars().all(|letter| KNOWN.contains(letter)) {
            return Err(Fault::bad("unknown right"));
        }
        Ok(Self {
            entry,
            rights: make(letters.to_owned()),
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
        let entry = |mailbox: &str, identifier: &str| AclEntry {
            mailbox: MailboxName::new(mailbox).unwrap(),
            identifier: identifier.to_owned(),
        };
        // RFC 4314 §3.1, §3.2, §3.4
        for (text, rights) in [
            ("+cda", ModRights::Add("cda".to_owned())),
            ("-d", ModRights::Remove("d".to_owned())),
            ("\"\"", ModRights::Set(String::new())),
            ("lrswi", ModRights::Set("lrswi".to_owned())),
        ] {
            assert_eq!(
                read(&format!("SETACL INBOX/Drafts John {text}")),
                Ok(CommandBody::SetAcl(SetAcl {
                    entry: entry("INBOX/Drafts", "John"),
                    rights,
                }))
            );
        }
        assert_eq!(
            read("DELETEACL INBOX Fred"),
            Ok(CommandBody::DeleteAcl(entry("INBOX", "Fred")))
        );
        assert_eq!(
            read("LISTRIGHTS ~/Mail/saved {5}\r\nsmith"),
            Ok(CommandBody::ListRights(entry("~/Mail/saved", "smith")))
        );
        all_bad(&[
            "SETACL a",
            "SETACL a b",
            "SETACL a b lrz",
            "SETACL a b LR",
            "SETACL a b lr x",
            "DELETEACL a",
            "DELETEACL a b c",
            "LISTRIGHTS a",
            "GETACL",
            "GETACL a b",
        ]);
    }
}
