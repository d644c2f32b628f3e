//! CREATE (RFC 9051 §6.3.4), with a special use (RFC 6154 §3).

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{MailboxName, SpecialUse};

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// Which mailbox. A trailing separator, which announces mailboxes below
    /// it, is dropped (RFC 9051 §6.3.4).
    pub mailbox: MailboxName,
    /// What for.
    pub uses: Vec<SpecialUse>,
}

impl Create {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let wire = c.astring()?;
        let wire = wire.strip_suffix(b"/").unwrap_or(&wire);
        let name = c.name_of(wire);
        let mut uses = Vec::new();
        let mut unknown = false;
        if c.take(b' ') {
            c.expect(b'(', "expected a list in parentheses")?;
            if !c.take_word("USE ") {
                return Err(Fault::bad("unknown parameter of CREATE"));
            }
            c.list(|c| {
                let text = c.flag_text()?;
                if !text.starts_with('\\') {
                    return Err(Fault::bad("expected a special use"));
                }
                match SpecialUse::parse(text) {
                    Some(known) if !uses.contains(&known) => uses.push(known),
                    Some(_) => {}
                    None => unknown = true,
                }
                Ok(())
            })?;
            c.expect(b')', "expected a closing parenthesis")?;
        }
        // The grammar first, so that a broken command is BAD whatever it asks.
        if unknown {
            return Err(Fault::UseAttr);
        }
        Ok(Self {
            mailbox: name?,
            uses,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};
    use crate::types::MailboxNameError;

    #[test]
    fn grammar() {
        use SpecialUse::*;
        for (text, mailbox, uses) in [
            ("CREATE owatagusiam/", "owatagusiam", vec![]),
            (
                "CREATE owatagusiam/blurdybloop",
                "owatagusiam/blurdybloop",
                vec![],
            ),
            // RFC 6154 §5.2
            (
                "CREATE MySpecial (USE (\\Drafts \\Sent))",
                "MySpecial",
                vec![Drafts, Sent],
            ),
            ("CREATE a/ (use (\\JUNK \\junk))", "a", vec![Junk]),
            ("CREATE a (USE ())", "a", vec![]),
        ] {
            let create = Create {
                mailbox: MailboxName::new(mailbox).unwrap(),
                uses,
            };
            assert_eq!(read(text), Ok(CommandBody::Create(create)), "{text}");
        }
        all_bad(&[
            "CREATE",
            "CREATE a ()",
            "CREATE a (USE)",
            "CREATE a (USE (x))",
            "CREATE a (USE (\\Sent)",
            "CREATE a (FOO (\\Sent))",
            "CREATE a b",
        ]);
        assert_eq!(read("CREATE a (USE (\\Foo))"), Err(Fault::UseAttr));
        for (text, why) in [
            ("CREATE /", MailboxNameError::EmptyLevel),
            ("CREATE a//", MailboxNameError::EmptyLevel),
            ("CREATE \"\"", MailboxNameError::EmptyLevel),
            ("CREATE &A", MailboxNameError::Utf7),
        ] {
            assert_eq!(read(text), Err(Fault::Name(why)), "{text}");
        }
    }
}
