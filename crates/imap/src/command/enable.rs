//! ENABLE (RFC 9051 §6.3.1).

use crate::parse::Cursor;
use crate::parse::cursor::Parsed;

/// An extension that a client can switch on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    /// `CONDSTORE` (RFC 7162 §3.1)
    CondStore,
    /// `QRESYNC` (RFC 7162 §3.2.3)
    QResync,
    /// `UTF8=ACCEPT` (RFC 6855 §3)
    Utf8Accept,
    /// `IMAP4rev2` (RFC 9051)
    Imap4Rev2,
}

impl Extension {
    fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "CONDSTORE" => Some(Self::CondStore),
            "QRESYNC" => Some(Self::QResync),
            "UTF8=ACCEPT" => Some(Self::Utf8Accept),
            "IMAP4REV2" => Some(Self::Imap4Rev2),
            _ => None,
        }
    }

    /// The name as `ENABLED` repeats it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CondStore => "CONDSTORE",
            Self::QResync => "QRESYNC",
            Self::Utf8Accept => "UTF8=ACCEPT",
            Self::Imap4Rev2 => "IMAP4rev2",
        }
    }
}

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enable {
    /// The extensions we know of; others are passed over, as RFC 9051 §6.3.1
    /// says. Whether one is offered is for the session to decide.
    pub extensions: Vec<Extension>,
}

impl Enable {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let mut extensions = Vec::new();
        loop {
            if let Some(known) = Extension::parse(c.atom()?)
                && !extensions.contains(&known)
            {
                extensions.push(known);
            }
            if !c.take(b' ') {
                return Ok(Self { extensions });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    #[test]
    fn grammar() {
        use Extension::*;
        for (text, expected) in [
            ("ENABLE CONDSTORE", vec![CondStore]),
            (
                "ENABLE condstore X-GOOD-IDEA Utf8=Accept CONDSTORE",
                vec![CondStore, Utf8Accept],
            ),
            ("ENABLE QRESYNC IMAP4rev2", vec![QResync, Imap4Rev2]),
            ("ENABLE X", vec![]),
        ] {
            let enable = Enable {
                extensions: expected,
            };
            assert_eq!(read(text), Ok(CommandBody::Enable(enable)), "{text}");
        }
        all_bad(&[
            "ENABLE",
            "ENABLE ",
            "ENABLE (CONDSTORE)",
            "ENABLE A  B",
            "ENABLE A ",
        ]);
    }
}
