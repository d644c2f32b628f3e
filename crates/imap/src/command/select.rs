//! SELECT and EXAMINE (RFC 9051 §6.3.2, §6.3.3), with CONDSTORE
//! (RFC 7162 §3.1.8).

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::MailboxName;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// Whether it is EXAMINE.
    pub read_only: bool,
    /// Whether the client asked for CONDSTORE.
    pub condstore: bool,
}

impl Select {
    pub(super) fn parse(c: &mut Cursor<'_>, read_only: bool) -> Parsed<Self> {
        let mailbox = c.mailbox()?;
        let mut condstore = false;
        if c.take(b' ') {
            let names = c.list(|c| match c.atom()?.to_ascii_uppercase().as_str() {
                "CONDSTORE" => {
                    condstore = true;
                    Ok(())
                }
                "QRESYNC" => {
                    qresync(c)?;
                    Err(Fault::Unsupported("QRESYNC"))
                }
                _ => Err(Fault::bad("unknown parameter of SELECT")),
            })?;
            if names.is_empty() {
                return Err(Fault::bad("expected parameters of SELECT"));
            }
        }
        Ok(Self {
            mailbox,
            read_only,
            condstore,
        })
    }
}

/// Steps over `SP (uidvalidity modseq [uids] [(seqs uids)])`
/// (RFC 7162 §3.2.5).
fn qresync(c: &mut Cursor<'_>) -> Parsed<()> {
    c.sp()?;
    c.expect(b'(', "expected a list in parentheses")?;
    c.nz_number()?;
    c.sp()?;
    c.number64()?;
    if c.take(b' ') {
        if c.peek() != Some(b'(') {
            c.sequence_set()?;
        }
        if c.peek() == Some(b'(') || c.take(b' ') {
            c.expect(b'(', "expected a list in parentheses")?;
            c.sequence_set()?;
            c.sp()?;
            c.sequence_set()?;
            c.expect(b')', "expected a closing parenthesis")?;
        }
    }
    c.expect(b')', "expected a closing parenthesis")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    #[test]
    fn grammar() {
        for (text, mailbox, read_only, condstore) in [
            ("SELECT INBOX", "INBOX", false, false),
            ("EXAMINE blurdybloop", "blurdybloop", true, false),
            ("SELECT \"C&APQ-ng v&AQM-n\"", "Công văn", false, false),
            // RFC 7162 §3.1.8
            ("SELECT INBOX (CONDSTORE)", "INBOX", false, true),
            ("EXAMINE {5}\r\ninbox (condstore)", "INBOX", true, true),
        ] {
            let mailbox = MailboxName::new(mailbox).unwrap();
            let select = Select {
                mailbox,
                read_only,
                condstore,
            };
            assert_eq!(read(text), Ok(CommandBody::Select(select)), "{text}");
        }
        all_bad(&[
            "SELECT",
            "SELECT ",
            "SELECT a b",
            "SELECT a ()",
            "SELECT a (FOO)",
            "SELECT a ",
            "SELECT a (QRESYNC)",
            "SELECT a (QRESYNC (0 1))",
            "SELECT a (QRESYNC (1))",
        ]);
    }

    #[test]
    fn qresync_is_read_but_not_offered() {
        // RFC 7162 §3.2.5
        for text in [
            "SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541))",
            "SELECT INBOX (QRESYNC (67890007 90060115194045000 41:211 (1,5 41,60)))",
            "SELECT INBOX (QRESYNC (67890007 90060115194045000))",
        ] {
            assert_eq!(read(text), Err(Fault::Unsupported("QRESYNC")), "{text}");
        }
    }
}
