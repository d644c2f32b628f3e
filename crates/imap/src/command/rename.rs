//! RENAME (RFC 9051 §6.3.6).

use crate::parse::Cursor;
use crate::parse::cursor::Parsed;
use crate::types::MailboxName;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// The name it has.
    pub from: MailboxName,
    /// The name it is to have.
    pub to: MailboxName,
}

impl Rename {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let from = c.mailbox()?;
        c.sp()?;
        Ok(Self {
            from,
            to: c.mailbox()?,
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
        for (text, from, to) in [
            ("RENAME blurdybloop sarasoop", "blurdybloop", "sarasoop"),
            (
                "RENAME inbox \"C&APQ-ng v&AQM-n/2024\"",
                "INBOX",
                "Công văn/2024",
            ),
            ("RENAME {1+}\r\na {1+}\r\nb", "a", "b"),
        ] {
            let name = |text| MailboxName::new(text).unwrap();
            let rename = Rename {
                from: name(from),
                to: name(to),
            };
            assert_eq!(read(text), Ok(CommandBody::Rename(rename)), "{text}");
        }
        all_bad(&["RENAME", "RENAME a", "RENAME a ", "RENAME a b c"]);
    }
}
